# SPDX-License-Identifier: GPL-2.0-or-later
"""No memory is used after its scope, whichever protocol is disabled and however often a capture is read.

The build with sanitizers looks on while these run, with every block of wmem's from malloc(); without it
valgrind does, in the case that was once wrong.
"""
import json
import subprocess

import pytest

import harness

PROTOCOLS = ("tcphs", "htcpcp", "tcp", "icmp")
ONE_REPORT = ("-q", "-z", "tcphs,conns,csv")


def layers(scapy, *packets):
    """An aggregate of IEEE 802.11 (A-MSDU) of these packets: several IP headers in one frame."""
    subframes = b""
    for packet in packets:
        octets = bytes(scapy.LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / scapy.SNAP(code=0x800) / packet)
        subframes += b"\0" * (-len(subframes) % 4)
        subframes += bytes(12) + len(octets).to_bytes(2, "big") + octets
    header = scapy.Dot11(type=2, subtype=8, FCfield=1, addr1="02:00:00:00:00:03",
                         addr2="02:00:00:00:00:01", addr3="02:00:00:00:00:02")
    return bytes(header) + b"\x80\x00" + subframes


@pytest.fixture(scope="module")
def nested(tmp_path_factory):
    """Frames of one header to a hundred, more of them than a slab of notes has; tunnels, quotes, coffee."""
    scapy = pytest.importorskip("scapy.all", reason="needs python3-scapy")
    ends = {"src": "10.0.0.1", "dst": "10.0.0.2"}
    back = {"src": "10.0.0.2", "dst": "10.0.0.1"}

    def syn(port):
        return scapy.IP(**ends) / scapy.TCP(sport=port, dport=80, flags="S", seq=port)

    quote = scapy.IP(**back) / scapy.ICMP(type=3, code=3) / syn(1001)
    brew = (scapy.IP(**ends) / scapy.TCP(sport=1002, dport=5030, flags="PA", seq=2, ack=1)
            / b"BREW coffee://ducky HTCPCP/1.0\r\n\r\nstart")
    tunnel = scapy.IP(**ends) / scapy.GRE() / syn(1003)
    cut = scapy.IP(**ends, proto=6) / b"\x10\x00\x00\x50"
    path = tmp_path_factory.mktemp("memory") / "nested.pcap"
    scapy.wrpcap(str(path), [
        layers(scapy, syn(1000), syn(1001), syn(1002)),
        layers(scapy, quote, brew, cut),
        layers(scapy, tunnel, quote, syn(1004), brew),
        layers(scapy, syn(1005)),
        *(layers(scapy, *(syn(first + number) for number in range(100)))
          for first in range(2000, 3200, 100))], linktype=105)
    return path


def stages(tshark, capture, *args):
    return [row[0] for row in tshark.fields(capture, ["tcphs.stage"], *args)]


@pytest.fixture(scope="module")
def lone(tmp_path_factory, nested):
    """The first frame alone: a second pass dissects the same frame as the one just before."""
    path = tmp_path_factory.mktemp("memory") / "lone.pcap"
    subprocess.run(["editcap", "-F", "pcap", "-r", nested, path, "1"], check=True)
    return path


ALL_STAGES = ["syn,syn,syn", "midstream", "syn,syn,midstream", "syn",
              *[",".join(["syn"] * 100)] * 12]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one_pass", "two_passes"])
@pytest.mark.parametrize("disabled", ["", *PROTOCOLS])
def test_whatever_is_disabled(tshark, nested, lone, disabled, passes):
    args = [*passes, *(["--disable-protocol", disabled] if disabled else [])]
    blind = disabled in ("tcphs", "tcp")
    for capture, expected, connections in (nested, ALL_STAGES, 1207), (lone, ALL_STAGES[:1], 3):
        assert stages(tshark, capture, *args) == ([""] * len(expected) if blind else expected)
        rows = tshark.run(capture, *args, *ONE_REPORT).splitlines()[1:]
        assert len(rows) == (0 if blind else connections)


def test_with_decode_as_and_many_sessions(tshark, nested):
    """-M has the memory of a capture freed while it is read."""
    assert stages(tshark, nested, "-d", "ip.proto==6,tcp") == ALL_STAGES
    assert stages(tshark, nested, "-M", "1")[-1] == ALL_STAGES[-1]
    tshark.run(nested, "-M", "2", *ONE_REPORT)
    tshark.run(nested, "-M", "2", "-d", "ip.proto==6,udp", *ONE_REPORT)


def test_one_process_reads_captures_in_turn(sharkd, private, nested, own_capture):
    """Each load frees the memory of the previous one; a frame is dissected repeatedly."""
    first, other = private.readable(nested), private.readable(own_capture("http_server.pcap"))
    trees = {first: [], other: []}
    with sharkd.conversation() as ask:
        for path in first, other, first:
            ask("load", file=path)
            trees[path] += [ask("frame", frame=frame, proto=True)["tree"] for frame in (1, 3, 1)]
            assert ask("frames", column0="tcphs.stage:1")[0]["c"][0]
            ask("tap", tap0="stat:tcphs")
    assert "tcphs.stage" in json.dumps(trees[first]) and "tcphs.stage" in json.dumps(trees[other])
    assert trees[first][:3] == trees[first][3:]


@pytest.mark.skipif(bool(harness.SANITIZER), reason="the sanitizers look on in this build")
def test_valgrind_finds_nothing(tshark, private, lone):
    command = tshark.command(lone, "-2", "--disable-protocol", "tcphs", "-z", "tcphs,conns")
    place = command.index("tshark")
    command[place:place] = ["valgrind", "--vgdb=no", "--error-exitcode=99", "--quiet"]
    done = subprocess.run(command, cwd=private.root, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=harness.TIMEOUT_S,
                          env={**tshark.environment(), "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"})
    assert done.returncode == 0, done.stderr
