# SPDX-License-Identifier: GPL-2.0-or-later
"""captures/record makes captures with the same stages and anomalies as those in captures/."""
import collections
import json
import subprocess

import pytest

import harness

CAPTURES = harness.SOURCE / "captures"
EXPECTED = json.loads((CAPTURES / "expected_stages.json").read_text())
ANOMALIES = json.loads((CAPTURES / "expected_anomalies.json").read_text())

CANNOT_RECORD = 77
RECORDING_TIMEOUT_S = 4 * harness.TIMEOUT_S


def run_recorder(*args):
    return subprocess.run([CAPTURES / "record", *args], capture_output=True, encoding="utf-8",
                          timeout=RECORDING_TIMEOUT_S, check=False)


def read_words(tshark, capture):
    """The stages of each connection, and how often each anomaly occurs. An ICMP error is no segment
    of the connection that it quotes."""
    stages, anomalies = {}, collections.Counter()
    for stream, stage, slugs in tshark.fields(
            capture, ["tcp.stream", "tcphs.stage", "tcphs.anomaly"], "-Y", "tcp && !icmp"):
        stages.setdefault(stream, []).append(stage)
        anomalies.update(slugs.split(",") if slugs else ())
    return stages, anomalies


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    if harness.SANITIZER:
        pytest.skip("the recorder has nothing of the module in it: once is enough")
    folder = tmp_path_factory.mktemp("recordings")
    done = run_recorder("-o", folder)
    if done.returncode == CANNOT_RECORD:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return folder


def test_expects_what_the_recorder_lists():
    listed = [f"{line.split()[0]}.pcap" for line in run_recorder("--list").stdout.splitlines()]
    assert listed == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_kept_capture_has_its_words(tshark, own_capture, name):
    assert read_words(tshark, own_capture(name))[0] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_new_recording_has_the_same_words(tshark, recordings, name):
    stages, anomalies = read_words(tshark, recordings / name)
    assert stages == EXPECTED[name]
    assert anomalies == collections.Counter(
        slug for slugs in ANOMALIES[name].values() for slug in slugs)
