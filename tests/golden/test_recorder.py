# SPDX-License-Identifier: GPL-2.0-or-later
"""captures/record makes captures in which the plugin says the same words as in those kept."""
import json
import subprocess

import pytest

import harness

CAPTURES = harness.SOURCE / "captures"
EXPECTED = json.loads((CAPTURES / "expected_stages.json").read_text())

CANNOT_RECORD = 77
RECORDING_TIMEOUT_S = 300


def run_recorder(*args):
    return subprocess.run([CAPTURES / "record", *args], capture_output=True, encoding="utf-8",
                          timeout=RECORDING_TIMEOUT_S, check=False)


def list_stages(tshark, capture):
    """The words of each connection; an ICMP error is no segment of the one it quotes."""
    stages = {}
    for stream, stage in tshark.fields(capture, ["tcp.stream", "tcphs.stage"],
                                       "-Y", "tcp && !icmp"):
        stages.setdefault(stream, []).append(stage)
    return stages


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
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
    assert list_stages(tshark, own_capture(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_new_recording_has_the_same_words(tshark, recordings, name):
    assert list_stages(tshark, recordings / name) == EXPECTED[name]
