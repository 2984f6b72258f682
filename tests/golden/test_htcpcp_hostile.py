# SPDX-License-Identifier: GPL-2.0-or-later
"""Endless input: no failure, and work proportional to the octets."""
import re
import shutil
import subprocess

import pytest

import harness
from htcpcp_wire import CLIENT, SERVER, capture

OK = b"HTCPCP/1.1 200 OK\r\n\r\n"
# The first octets, the octets that are repeated, the number of repetitions, and the number that suffices to
# measure the growth: more than is held of an unfinished head.
HOSTILE = {
    # an endless header in small segments, in one direction and octet by octet
    "header_without_end": ([(CLIENT, b"BREW / HTTP/1.1\r\nUse-Pot: ")], (CLIENT, b"x" * 180), 700, 100),
    "header_octet_by_octet": ([(CLIENT, b"BREW / HTTP/1.1\r\nUse-Pot: ")], (CLIENT, b"x"), 20000, 400),
    "header_lines_without_end": ([(CLIENT, b"BREW / HTTP/1.1\r\n")], (CLIENT, b"a:b\r\n" * 12), 2000, 125),
    "alternates_without_end": ([(CLIENT, b"BREW / HTTP/1.1\r\n\r\n"),
                                (SERVER, b"HTTP/1.1 300 OK\r\nAlternates: ,\r\n")],
                               (SERVER, b"{,\r\n" * 36), 700, 120),
    "length_without_body": ([(CLIENT, b"BREW / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n")],
                            (CLIENT, b"start"), 5000, 200),
    "chunks_without_end": ([(CLIENT, b"BREW / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")],
                           (CLIENT, b"1\r\nx\r\n" * 10), 2000, 125),
    "start_lines": ([], (CLIENT, b"BREW\n" * 200), 50, 10),
    "responses_to_one_request": ([(CLIENT, b"BREW / HTTP/1.1\r\n\r\nstart")],
                                 (SERVER, b"HTTP/1.1 406 No\r\n\r\n" * 50), 100, 6),
    "status_line_beginnings": ([(CLIENT, b"BREW / HTTP/1.1\r\n\r\n"), (SERVER, OK)],
                               (SERVER, b"HHTHTTHTTP/1.1 2"), 2000, 125),
    "deep_json": ([(CLIENT, b"GET / HTTP/1.1\r\n\r\n"), (SERVER, OK + b'{"a":' * 6000)],
                  (SERVER, b"[" * 6000), 10, 10),
    "million_header_lines": ([(CLIENT, b"BREW / HTTP/1.1\r\n")], (CLIENT, b"a:\n" * 5000), 200, 10),
}
# Twice the octets cost twice as much if the work is linear, four times if it is quadratic. Held heads, which
# are searched again with each segment up to the limit, are between the two.
GROWTH_MAX = 2.8


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_peers_are_survived(tshark, tmp_path, name):
    first, again, count, _ = HOSTILE[name]
    path = capture(tmp_path / f"{name}.pcap", first + [again] * count)
    assert "Dissector bug" not in tshark.run(path, "-2", "-V", "-Y", "frame.number < 10")


@pytest.fixture(scope="module")
def instructions(tshark, private, tmp_path_factory):
    """{name: instructions for the number of segments and for twice that number}, of a tshark without output.

    callgrind writes down what it has counted whenever a conversation begins.
    """
    path = capture(tmp_path_factory.mktemp("hostile") / "growth.pcap", *(
        first + [again] * times * count
        for first, again, _, count in HOSTILE.values() for times in (1, 2)))
    report = private.home / "hostile"
    command = tshark.command(path, "-V", "-Y", "frame.number == 0")
    place = command.index("tshark")
    command[place:place] = ["valgrind", "--tool=callgrind", "--vgdb=no", "--dump-before=conversation_new",
                            f"--callgrind-out-file={report}"]
    done = subprocess.run(command, env=tshark.environment(), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=harness.TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    # The first value is the start of tshark; the last one has no number.
    parts = [report.with_name(f"hostile.{number}") for number in range(2, 2 * len(HOSTILE) + 1)] + [report]
    counts = [int(re.search(r"^(?:summary|totals): (\d+)", part.read_text(), re.MULTILINE)[1])
              for part in parts]
    assert not report.with_name(f"hostile.{len(parts) + 1}").exists()
    return dict(zip(HOSTILE, zip(counts[::2], counts[1::2]), strict=True))


@pytest.mark.skipif(bool(harness.SANITIZER), reason="valgrind cannot run a sanitizer build")
@pytest.mark.skipif(not shutil.which("valgrind"), reason="needs valgrind")
@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_octets(instructions, name):
    once, twice = instructions[name]
    assert once > 0 and twice < GROWTH_MAX * once, f"{twice / once:.2f} times as much for twice as much"
