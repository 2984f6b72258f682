# SPDX-License-Identifier: GPL-2.0-or-later
"""One connection in every encapsulation: tcphs has the same results in all of them."""
import pytest

import harness

WRAPPED = sorted(path.stem for path in (harness.SOURCE / "captures/made/encap").glob("*.pcap"))
WRAPPINGS = {
    "4in4": "eth:ethertype:ip:ip:tcp",
    "6in4": "eth:ethertype:ip:ipv6:tcp",
    "ethernet": "eth:ethertype:ip:tcp",
    "fragments": "eth:ethertype:ip:tcp",
    "gre": "eth:ethertype:ip:gre:ip:tcp",
    "gtp": "eth:ethertype:ip:udp:gtp:ip:tcp",
    "ipv6": "eth:ethertype:ipv6:tcp",
    "null": "null:ip:tcp",
    "pppoe": "eth:ethertype:pppoes:ppp:ip:tcp",
    "qinq": "eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:tcp",
    "sll": "sll:ethertype:ip:tcp",
    "sll2": "sll:ethertype:ip:tcp",
    "vlan": "eth:ethertype:vlan:ethertype:ip:tcp",
    "vxlan": "eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp",
}
FIELDS = ["tcp.flags", "tcp.len", "tcphs.stage", "tcphs.sender", "tcphs.seq.rel", "tcphs.ack.rel",
          "tcphs.seq.delta", "tcphs.ack.delta", "tcphs.seq.gap", "tcphs.anomaly"]
STAGES = ["syn", "syn", "syn-ack", "stray", "ack", "established", "established", "established",
          "established", "fin", "fin", "closed"]
CONNECTION_FIELDS = ["tcphs.rtt.server", "tcphs.rtt.client", "tcphs.setup_time"]


def list_segments(rows):
    """Rows without their frame numbers; the fragments before the last are no segments."""
    return [row[1:] for row in rows if row[1]]


@pytest.fixture(scope="module")
def unwrapped(tshark, own_capture):
    rows = tshark.fields(own_capture("made/encap/ethernet.pcap"), ["frame.number", *FIELDS], "-2")
    return list_segments(rows)


def test_every_wrapping_is_kept():
    assert WRAPPED == sorted(WRAPPINGS)


def test_unwrapped_words(unwrapped):
    assert [row[2] for row in unwrapped] == STAGES
    assert [row[-1] for row in unwrapped if row[-1]] == ["ack_bad_ack"]


@pytest.mark.parametrize("name", WRAPPINGS)
def test_wrapping_is_what_it_is_called(tshark, own_capture, name):
    protocols, = tshark.fields(own_capture(f"made/encap/{name}.pcap"), ["frame.protocols"],
                               "-Y", "frame.number == 1")[0]
    assert protocols == WRAPPINGS[name]


@pytest.mark.parametrize("name", WRAPPINGS)
def test_words_are_the_same_inside(same_everywhere, own_capture, unwrapped, name):
    rows = same_everywhere(own_capture(f"made/encap/{name}.pcap"), FIELDS)
    assert list_segments(rows) == unwrapped


@pytest.mark.parametrize("name", WRAPPINGS)
def test_connection_is_the_same_inside(tshark, own_capture, name):
    rows = tshark.fields(own_capture(f"made/encap/{name}.pcap"), CONNECTION_FIELDS, "-2",
                         "-Y", "tcp")
    outside = tshark.fields(own_capture("made/encap/ethernet.pcap"), CONNECTION_FIELDS, "-2")
    assert rows == outside


def test_fragments_are_fragments(tshark, own_capture):
    rows = tshark.fields(own_capture("made/encap/fragments.pcap"),
                         ["frame.number", "tcphs.stage"], "-Y", "ip.flags.mf == 1")
    assert [stage for _, stage in rows] == ["", ""]
