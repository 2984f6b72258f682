# SPDX-License-Identifier: GPL-2.0-or-later
"""The results of tcphs for real segments, in every way of reading a capture."""
import os
import re
import shutil
import signal
import subprocess

import pytest

import harness

# What is known of a segment once it has been seen: the same in one pass as in two.
PER_SEGMENT = ["tcphs.stage", "tcphs.sender", "tcphs.seq.rel", "tcphs.ack.rel", "tcphs.seq.delta",
               "tcphs.ack.delta", "tcphs.seq.gap", "tcphs.anomaly"]
PER_CONNECTION = ["tcphs.syn.frame", "tcphs.synack.frame", "tcphs.ack.frame", "tcphs.rtt.server",
                  "tcphs.rtt.client", "tcphs.setup_time"]

LAB_CAPTURES = ["homepage_coffee", "coffee_brew", "coffee_418_406"]

# The twelve frames of the deep-dive lab, with the numbers that it explains.
TWELVE_FRAMES = [
    # number, stage, sender, seq.rel, ack.rel, seq.delta, ack.delta, seq.gap, anomaly
    ["1", "syn", "client", "0", "", "", "", "", ""],
    ["2", "syn-ack", "server", "0", "1", "", "1", "", ""],
    ["3", "ack", "client", "1", "1", "1", "1", "0", ""],
    ["4", "established", "client", "1", "1", "0", "0", "0", ""],
    ["5", "established", "server", "1", "79", "1", "78", "0", ""],
    ["6", "established", "server", "1", "79", "0", "0", "0", ""],
    ["7", "established", "client", "79", "186", "78", "185", "0", ""],
    ["8", "established", "server", "186", "79", "185", "0", "0", ""],
    ["9", "established", "client", "79", "219", "0", "33", "0", ""],
    ["10", "fin", "server", "219", "79", "33", "0", "0", ""],
    ["11", "fin", "client", "79", "220", "0", "1", "0", ""],
    ["12", "closed", "server", "220", "80", "1", "1", "0", ""],
]


def test_twelve_frames_of_the_lab(same_everywhere, own_capture):
    rows = same_everywhere(own_capture("http_server.pcap"), PER_SEGMENT)
    # The status line and the headers tell the date, and so are never longer or shorter.
    assert rows == TWELVE_FRAMES


@pytest.mark.parametrize("name", LAB_CAPTURES)
def test_lab_captures_read_the_same_everywhere(same_everywhere, shared_capture, name):
    rows = same_everywhere(shared_capture(f"lab/{name}.pcapng"), PER_SEGMENT)
    assert not [row for row in rows if "stray" in row or row[-1]]


@pytest.mark.parametrize("stage, frames", [("syn", ["1", "7", "27"]), ("ack", ["3", "9", "29"])])
def test_lab_filters_find_their_frames(tshark, shared_capture, stage, frames):
    capture = shared_capture("lab/homepage_coffee.pcapng")
    for passes in ((), ("-2",)):
        rows = tshark.fields(capture, ["frame.number"], *passes, "-Y", f"tcphs.stage == {stage}")
        assert [number for number, in rows] == frames


def test_connection_is_known_so_far_in_one_pass_and_whole_in_two(tshark, own_capture):
    capture = own_capture("http_server.pcap")
    one_pass = tshark.fields(capture, PER_CONNECTION)
    two_passes = tshark.fields(capture, PER_CONNECTION, "-2")
    assert one_pass[0] == ["1", "", "", "", "", ""]
    assert one_pass[1][:3] == ["1", "2", ""]
    assert one_pass[2][:3] == ["1", "2", "3"]
    assert two_passes == [one_pass[-1]] * 12

    times = [float(when) for when, in tshark.fields(capture, ["frame.time_epoch"])]
    told = [float(told) for told in one_pass[-1][3:]]
    expected = [times[1] - times[0], times[2] - times[1], times[2] - times[0]]
    assert told == pytest.approx(expected, abs=1e-6)


def test_retries_count_in_the_set_up_time(tshark, own_capture):
    """The third ACK never comes; the SYN-ACK is repeated, and the first counts."""
    rows = tshark.fields(own_capture("half_open.pcap"),
                         ["tcphs.stage", "tcphs.synack.frame", "tcphs.setup_time"])
    assert rows[0] == ["syn", "", ""]
    assert set(map(tuple, rows[1:])) == {("syn-ack", "2", "")}


def test_first_line_of_the_tree_is_a_sentence(tshark, sharkd, own_capture):
    capture = own_capture("http_server.pcap")
    pattern = re.compile(r"TCP Handshake: (.*?)\]?$", re.MULTILINE)
    printed = pattern.findall(tshark.run(capture, "-V"))
    assert printed[0] == "syn from the client"
    assert re.fullmatch(r"syn-ack from the server, \d+ us after the SYN", printed[1])
    assert re.fullmatch(r"ack from the client, \d+ us after the SYN-ACK", printed[2])
    assert printed[3] == "established, 78 bytes from the client"
    assert printed[9:] == ["fin from the server", "fin from the client",
                           "closed, the server acknowledges 1 more"]
    shown = [node["l"] for tree in sharkd.trees(capture) for node in tree
             if node["l"].startswith("TCP Handshake")]
    assert [pattern.match(label).group(1) for label in shown] == printed


def test_custom_column_needs_no_filter(tshark, own_capture):
    """A column primes its field, and nothing else builds a tree."""
    text = tshark.run(own_capture("http_server.pcap"), "-o",
                      'gui.column.format:"No.","%m","Stage","%Cus:tcphs.stage:0:R"')
    assert [line.split() for line in text.splitlines()] == [row[:2] for row in TWELVE_FRAMES]


def test_header_quoted_by_icmp_is_not_a_segment(tshark, sharkd, own_capture):
    capture = own_capture("unreachable.pcap")
    for rows in (tshark.fields(capture, ["icmp.type", "tcphs.stage"]),
                 tshark.fields(capture, ["icmp.type", "tcphs.stage"], "-2"),
                 sharkd.fields(capture, ["icmp.type", "tcphs.stage"])):
        assert rows == [["", "syn"], ["3", ""]]


def test_several_headers_in_one_frame(same_everywhere, tmp_path):
    """An aggregate of IEEE 802.11 (A-MSDU) carries two SYNs: two segments, two connections."""
    scapy = pytest.importorskip("scapy.all", reason="needs python3-scapy")
    capture = tmp_path / "amsdu.pcap"
    subframes = b""
    for port, seq in ((4000, 1), (4001, 9)):
        packet = bytes(scapy.LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / scapy.SNAP(code=0x800)
                       / scapy.IP(src="10.0.0.1", dst="10.0.0.2")
                       / scapy.TCP(sport=port, dport=80, flags="S", seq=seq))
        subframes += b"\0" * (-len(subframes) % 4)
        subframes += bytes(12) + len(packet).to_bytes(2, "big") + packet
    qos_data = scapy.Dot11(type=2, subtype=8, FCfield=1, addr1="02:00:00:00:00:03",
                           addr2="02:00:00:00:00:01", addr3="02:00:00:00:00:02")
    scapy.wrpcap(str(capture), [bytes(qos_data) + b"\x80\x00" + subframes], linktype=105)
    rows = same_everywhere(capture, ["tcp.srcport", "tcphs.stage", "tcphs.syn.frame"])
    assert rows == [["1", "4000,4001", "syn,syn", "1,1"]]


@pytest.mark.parametrize("snap_bytes", [54, 60, 70])
def test_cut_packets_keep_their_words(same_everywhere, own_capture, tmp_path, snap_bytes):
    """The tcp dissector throws at the cut options; the 20 fixed bytes say enough."""
    cut = tmp_path / "cut.pcap"
    subprocess.run(["editcap", "-F", "pcap", "-s", str(snap_bytes),
                    own_capture("http_server.pcap"), cut], check=True)
    assert same_everywhere(cut, PER_SEGMENT) == TWELVE_FRAMES


def functions_called(tshark, private, capture, *args):
    """The names of the functions that run in one tshark, as callgrind sees them."""
    report = private.home / "callgrind"
    command = tshark.command(capture, *args)
    place = command.index("tshark")
    command[place:place] = ["valgrind", "--tool=callgrind", "--vgdb=no",
                            f"--callgrind-out-file={report}"]
    done = subprocess.run(command, env=tshark.environment(), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=harness.TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"\) (\w+)$", report.read_text(), re.MULTILINE))


@pytest.mark.skipif(bool(harness.SANITIZER), reason="valgrind cannot run a sanitizer build")
def test_plain_run_builds_no_tree(tshark, private, own_capture):
    """A post-dissector that wants fields makes tshark build a tree for every packet."""
    capture = own_capture("http_server.pcap")
    plain = functions_called(tshark, private, capture)
    assert "dissect_tcphs" in plain
    assert "proto_tree_free" not in plain
    assert "proto_tree_free" in functions_called(tshark, private, capture, "-V")


@pytest.fixture
def web_server(tmp_path):
    """The port of a web server on loopback."""
    command = ["/usr/bin/python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as server:
        yield re.search(r"port (\d+)", server.stdout.readline()).group(1)
        server.kill()


def test_live_capture(private, web_server):
    """tshark listens on loopback while curl asks a web server."""
    if os.geteuid() != 0:
        pytest.skip("capturing on loopback needs root")
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    # Wireshark loads the plugin for nobody only, so nobody gets what capturing takes.
    capturing = "+net_raw,+net_admin"
    command = [*harness.as_nobody(), f"--inh-caps={capturing}", f"--ambient-caps={capturing}",
               "tshark", "-n", "-l", "-i", "lo", "-f", f"tcp port {web_server}",
               "-T", "fields", "-e", "tcp.stream", "-e", "tcphs.stage"]
    with subprocess.Popen(command, env=private.environment(), cwd=private.root, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as tshark:
        said = tshark.stderr.readline()
        if "Capturing on" not in said:
            tshark.kill()
            pytest.skip(f"no live capture here: {said.strip()}")
        # "Capturing" is said a moment before the socket is open: ask until something is seen.
        asker = subprocess.Popen(["sh", "-c", "while :; do curl --silent --output /dev/null "
                                  f"http://127.0.0.1:{web_server}/; sleep 0.2; done"])
        try:
            # The listening can begin in the middle of a request.
            connections = {}
            stages = []
            while "closed" not in stages:
                stream, stage = tshark.stdout.readline().split()
                stages = connections.setdefault(stream, [])
                stages += [stage] if stages or stage == "syn" else []
        finally:
            asker.kill()
            asker.wait()
            tshark.send_signal(signal.SIGINT)
        tshark.stdout.read()
    assert stages[:3] == ["syn", "syn-ack", "ack"]
    assert stages.count("fin") == 2
    assert set(stages[3:-1]) <= {"established", "fin", "half-closed"}
