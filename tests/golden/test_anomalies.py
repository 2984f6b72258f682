# SPDX-License-Identifier: GPL-2.0-or-later
"""Anomalies: every anomaly is found in the frames that have it, and in no others."""
import json
import re
import subprocess

import pytest

import harness

CAPTURES = harness.SOURCE / "captures"
ANOMALIES = json.loads((CAPTURES / "expected_anomalies.json").read_text())
MADE_STAGES = json.loads((CAPTURES / "expected_made_stages.json").read_text())
KEPT_FILES = ("expected_anomalies.json", "expected_made_stages.json")


@pytest.fixture(scope="module")
def made_anew(tmp_path_factory):
    """The folder into which captures/make has just written."""
    pytest.importorskip("scapy", reason="needs python3-scapy")
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([CAPTURES / "make", "-o", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def list_captures(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.glob("**/*.pcap"))


def keep_made(expected):
    return {name: words for name, words in expected.items() if name.startswith("made/")}


# test_everywhere.py has every capture read in the other ways.
@pytest.mark.parametrize("name", ANOMALIES)
def test_words_of_each_frame(tshark, own_capture, name):
    rows = tshark.fields(own_capture(name),
                         ["frame.number", "tcp.stream", "tcphs.stage", "tcphs.anomaly"])
    found = {row[0]: sorted(row[3].split(",")) for row in rows if row[3]}
    assert found == ANOMALIES[name]
    if name in MADE_STAGES:
        stages = {}
        for _, stream, stage, _ in rows:
            if stream:
                stages.setdefault(stream, []).append(stage)
        assert stages == MADE_STAGES[name]


@pytest.mark.parametrize("name", [name for name, frames in ANOMALIES.items() if frames])
def test_filter_finds_just_these_frames(tshark, own_capture, name):
    for slug in sorted({slug for slugs in ANOMALIES[name].values() for slug in slugs}):
        expected = [[number] for number, slugs in ANOMALIES[name].items() if slug in slugs]
        assert tshark.fields(own_capture(name), ["frame.number"],
                             "-Y", f"tcphs.anomaly == {slug}") == expected


def list_slugs():
    """hs_anomaly.h promises that the constants end in the slugs."""
    header = (harness.SOURCE / "plugin" / "connection" / "hs_anomaly.h").read_text()
    constants = re.search(r"enum hs_anomaly \{(.*?)HS_ANOMALY_COUNT", header, re.DOTALL).group(1)
    return [name.lower() for name in re.findall(r"^ *HS_ANOMALY_([A-Z_]+)", constants, re.MULTILINE)]


@pytest.mark.parametrize("slug", list_slugs())
def test_every_anomaly_has_its_capture(slug):
    assert any(slug in slugs for slugs in ANOMALIES[f"made/{slug}.pcap"].values())


def test_every_capture_is_accounted_for():
    # What coffee/ shows is HTCPCP's, and its TCP is plain.
    assert [name for name in list_captures(CAPTURES) if not name.startswith("coffee/")] == \
        sorted(ANOMALIES)
    readme = (CAPTURES / "README.md").read_text()
    assert [name for name in ANOMALIES if f"`{name}`" not in readme] == []


def test_making_again_gives_the_same_bytes(made_anew):
    assert list_captures(made_anew) == [name for name in list_captures(CAPTURES)
                                        if name.startswith("made/")]
    for name in list_captures(made_anew):
        assert (made_anew / name).read_bytes() == (CAPTURES / name).read_bytes(), name


@pytest.mark.parametrize("file, kept", [*zip(KEPT_FILES, (ANOMALIES, MADE_STAGES))])
def test_making_again_expects_the_same(made_anew, file, kept):
    assert json.loads((made_anew / file).read_text()) == keep_made(kept)
