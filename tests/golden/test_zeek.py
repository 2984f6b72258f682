# SPDX-License-Identifier: GPL-2.0-or-later
"""tcphs.conn_state and tcphs.history against the conn.log that Zeek's own tests expect.

Every row of zeek-expected.tsv is accounted for: it stands for exactly one TCP stream and is equal,
or it is listed here with the reason. docs/zeek.md holds the same lists as tables.
"""
import collections
import csv

import pytest

Row = collections.namedtuple("Row", "capture originator responder words")

# A row that stands for one stream, and differs: what tcphs says, and why.
DIFFERENT = {
    ("zeek/pppoe-over-qinq.pcap", "1.1.1.1:20394"): (
        ("SF", "ShADdtaTTFft"),
        "four packets whose IP length goes 6 bytes beyond the PPPoE frame: payload to Zeek, which "
        "believes IP, none to Wireshark; one of them makes the tenth retransmission"),
    ("zeek/tcp_retransmit-fast009.pcap", "10.0.88.85:50368"): (
        ("RSTO", "ShADadtR"),
        "packets cut to their headers: Zeek has no data to deliver and finds gaps"),
    ("zeek/tcp_syn-bad.pcap", "141.142.228.5:59856"): (
        ("S0", "S"),
        "a wrong checksum, which Wireshark does not test by default: Zeek drops the packet"),
}

TIMER = "Zeek's attempt timer: 5 s after a SYN without an answer a new connection begins"

# Rows that are one stream together: how many, what tcphs says, and why.
SPLIT = {
    ("zeek/pop3_pop3.pcap", "192.168.0.4:26242"): (
        3, ("REJ", "Sr"), "to Zeek, a SYN after the RST begins a connection, even with that ISN"),
    ("zeek/pop3_pop3.pcap", "192.168.0.4:26245"): (
        3, ("REJ", "Sr"), "to Zeek, a SYN after the RST begins a connection, even with that ISN"),
    ("zeek/ssh_ssh.client-side-half-duplex.pcap", "192.168.1.32:41164"): (
        2, ("SH", "SADF"), TIMER),
    ("zeek/ssh_ssh.client-side-half-duplex.pcap", "192.168.1.79:51880"): (
        2, ("SH", "SADF"), TIMER),
    ("zeek/ssh_ssh.client-side-half-duplex.pcap", "192.168.2.1:56594"): (
        2, ("SH", "SADF"), TIMER),
    ("zeek/ssh_ssh.client-side-half-duplex.pcap", "192.168.2.1:56875"): (
        2, ("SH", "SADF"), TIMER),
    ("zeek/ssh_ssh.client-side-half-duplex.pcap", "192.168.2.1:57189"): (
        2, ("SH", "SADF"), TIMER),
    ("zeek/tcp_retransmit-timeout.pcapng", "10.0.0.1:51889"): (
        3, ("OTH", "DaT"), "Zeek's inactivity timeout of 5 min: Da and D; DaT where a test of "
                           "Zeek's suppresses it"),
    ("zeek/wikipedia.pcap", "141.142.220.235:6705"): (
        2, ("OTH", "^h"), "two tests of Zeek's: one runs without the list of server ports"),
}

# What docs/zeek.md counts.
EQUAL_STREAMS = 92


@pytest.fixture(scope="module")
def expected(shared_capture):
    """(capture, frozenset of endpoints) → the distinct rows of the table."""
    rows = collections.defaultdict(list)
    with open(shared_capture("tcp/zeek-expected.tsv"), encoding="utf-8") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            row = Row(line["pcap"], f"{line['orig_h']}:{line['orig_p']}",
                      f"{line['resp_h']}:{line['resp_p']}",
                      (line["conn_state"], line["history"]))
            packets = (line["orig_pkts"], line["resp_pkts"], line["duration"])
            same = rows[row.capture, frozenset([row.originator, row.responder])]
            if (row, packets) not in same:
                same.append((row, packets))
    return {key: [row for row, _ in same] for key, same in rows.items()}


@pytest.fixture(scope="module")
def found(expected, shared_capture, tshark):
    """(capture, frozenset of endpoints) → (conn_state, history) of each of its streams."""
    streams = collections.defaultdict(dict)
    wanted = ["tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst",
              "tcp.dstport", "tcphs.conn_state", "tcphs.history"]
    for capture in sorted({capture for capture, _ in expected}):
        path = shared_capture(f"tcp/{capture}")
        for row in tshark.fields(path, wanted, "-2", "-Y", "tcp && !icmp && !icmpv6"):
            # In a tunnel the innermost addresses are TCP's.
            stream, src4, src6, src_port, dst4, dst6, dst_port, *words = [
                cell.split(",")[-1] for cell in row]
            ends = frozenset([f"{src6 or src4}:{src_port}", f"{dst6 or dst4}:{dst_port}"])
            # A header that Wireshark finds cut short says nothing (cisco-fabric-path).
            if any(words):
                streams[capture, ends][stream] = tuple(words)
    return {key: list(words.values()) for key, words in streams.items()}


def listed(ends, table):
    """The entry of a table for one of the endpoints of a connection."""
    capture, addresses = ends
    return next((table[capture, address] for address in addresses if (capture, address) in table),
                None)


def test_every_connection_is_equal_or_listed(expected, found):
    complaints = []
    equal = 0
    for key, rows in expected.items():
        streams = found.get(key, [])
        if listed(key, DIFFERENT) or listed(key, SPLIT):
            continue
        if len(rows) != 1 or len(streams) != 1:
            complaints.append(f"{len(rows)} rows are {len(streams)} streams: {rows}")
        elif streams[0] != rows[0].words:
            complaints.append(f"{rows[0]}: found {streams[0]}")
        else:
            equal += 1
    assert not complaints, "\n".join(complaints)
    assert equal == EQUAL_STREAMS


def test_every_listed_difference_is_there(expected, found):
    seen = 0
    for key, rows in expected.items():
        different = listed(key, DIFFERENT)
        if different:
            words, reason = different
            assert len(rows) == 1 and rows[0].words != words, (key, reason)
            assert found[key] == [words], (key, reason)
            seen += 1
    assert seen == len(DIFFERENT)


def test_every_listed_split_is_there(expected, found):
    seen = 0
    for key, rows in expected.items():
        split = listed(key, SPLIT)
        if split:
            count, words, reason = split
            assert len(rows) == count and found[key] == [words], (key, rows, found[key], reason)
            seen += 1
    assert seen == len(SPLIT)
