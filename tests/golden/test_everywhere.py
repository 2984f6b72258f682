# SPDX-License-Identifier: GPL-2.0-or-later
"""Every capture has the same results in one pass with its own filter, with -2 and in sharkd.

What is known of a segment is the same in all of them. What is known of a connection is final in
-2 and in sharkd; in one pass the last segment of the connection says as much.
"""
import collections
import concurrent.futures

import pytest

import harness

PER_SEGMENT = ["tcphs.stage", "tcphs.sender", "tcphs.seq.rel", "tcphs.ack.rel", "tcphs.seq.delta",
               "tcphs.ack.delta", "tcphs.seq.gap", "tcphs.client.state", "tcphs.server.state",
               "tcphs.retransmission", "tcphs.capture", "tcphs.rst.verdict", "tcphs.anomaly"]
PER_CONNECTION = ["tcphs.outcome", "tcphs.outcome.by", "tcphs.partial", "tcphs.syn.frame",
                  "tcphs.synack.frame", "tcphs.ack.frame", "tcphs.rst.frame", "tcphs.syn.count",
                  "tcphs.synack.count", "tcphs.rtt.server", "tcphs.rtt.client",
                  "tcphs.setup_time", "tcphs.closed_by", "tcphs.rst.effect",
                  "tcphs.signature", "tcphs.conn_state", "tcphs.history",
                  "tcphs.unreachable.frame", "tcphs.unreachable.type", "tcphs.unreachable.code",
                  "tcphs.previous.frame"]
# Told from the segment on that completes the handshake.
AGREED = ["tcphs.mss.client", "tcphs.mss.server", "tcphs.wscale.client", "tcphs.wscale.server",
          "tcphs.sack", "tcphs.timestamps", "tcphs.ecn", "tcphs.multipath", "tcphs.fastopen"]
# Told by the next connection: in one pass no segment of this one can know.
BY_THE_NEXT = ["tcphs.superseded.frame"]

SEGMENT_COLUMNS = ["frame.number", *PER_SEGMENT]
COLUMNS = [*SEGMENT_COLUMNS, "tcp.stream", *PER_CONNECTION, *AGREED, *BY_THE_NEXT]

# Three ways: a start of tshark costs a third of a second, and there are a hundred captures. One
# pass without a filter and two with one are compared by same_everywhere() in the other tests.
WAYS = {
    "one pass": ("-Y", "tcphs"),
    "-2": ("-2",),
}

# Anomalies in what nobody here made: how many segments have them, and why that is no false alarm.
# Before 4.6 Wireshark takes the last bytes of FabricPath's TCP headers for a checksum: they are cut.
JUSTIFIED = {
    "tcp/zeek/cisco-fabric-path.pcap": {
        "mss_missing": (24 if harness.is_at_least(4, 6) else 16,
                        "SYNs of a packet generator, without any option")},
    "tcp/zeek/pop3_pop3.pcap": {
        "syn_changed": (2, "the third SYN offers no window scale: Windows gives up on it")},
    "tcp/zeek/tcp_missing-syn.pcap": {
        "synack_unsolicited": (1, "the SYN was cut out of the capture")},
    "tcp/zeek/tcp_syn-then-rst.pcap": {
        "mss_missing": (1, "a SYN of scapy, without any option")},
    "tcp/zeek/wikipedia.pcap": {
        "synack_unsolicited": (1, "the capture begins in the middle, and so does this connection")},
}


def list_captures(folder):
    return sorted(str(path.relative_to(folder)) for pattern in ("**/*.pcap", "**/*.pcapng")
                  for path in folder.glob(pattern))


OWN_FOLDER = harness.SOURCE / "captures"
SHARED_FOLDER = harness.SHARED / "captures"
SHARED_CAPTURES = list_captures(SHARED_FOLDER)


def read_every_way(tshark, sharkd, private, capture):
    """Way → the cells of each frame that tcphs has something to say of, as {column: cell}."""
    private.readable(capture)  # its copy is made once, before the threads want it
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = {way: pool.submit(tshark.fields, capture, COLUMNS, *args)
                for way, args in WAYS.items()}
        runs["sharkd"] = pool.submit(sharkd.fields, capture, COLUMNS)
    return {way: [row for row in (dict(zip(COLUMNS, cells)) for cells in run.result())
                  if row["tcphs.stage"] or row["tcphs.outcome"]]
            for way, run in runs.items()}


def assert_same(rows, way, other_way, columns):
    one, other = ([[row[column] for column in columns] for row in rows[name]]
                  for name in (way, other_way))
    lines = harness.differing_rows(one, other)
    assert not lines, "\n".join([f"{other_way} differs from {way} in {columns}:", *lines[:20]])


def list_values(rows, column):
    """Stream → the values of a column from its segments' rows, in their order."""
    values = collections.defaultdict(list)
    for row in rows:
        if row["tcphs.stage"]:
            values[row["tcp.stream"]].append(row[column])
    return values


def assert_final(rows, column):
    """All segments of a connection say the same with -2, and in one pass the last one does."""
    so_far = list_values(rows["one pass"], column)
    for stream, values in list_values(rows["-2"], column).items():
        assert len(set(values)) == 1, f"stream {stream}: {column} is {set(values)} with -2"
        # An ICMP error that comes after the segments is the last word.
        by_icmp = values[0].startswith("unreachable") or values[0] == "post-syn-icmp"
        if not by_icmp and ".unreachable." not in column:
            assert so_far[stream][-1] == values[0], f"stream {stream}: {column}"


def assert_told_once_agreed(rows, column):
    for stream, values in list_values(rows["-2"], column).items():
        told = list(dict.fromkeys(values))
        assert len([value for value in told if value]) <= 1, f"stream {stream}: {column} is {told}"
        assert "" not in values[values.index(told[-1]):] or told[-1] == "", \
            f"stream {stream}: {column} is told, and then no more"


def check_everywhere(tshark, sharkd, private, capture):
    rows = read_every_way(tshark, sharkd, private, capture)
    assert rows["-2"], f"tcphs says nothing of {capture}"
    assert_same(rows, "-2", "one pass", SEGMENT_COLUMNS)
    assert_same(rows, "-2", "sharkd", COLUMNS)
    for column in PER_CONNECTION:
        assert_final(rows, column)
    for column in AGREED:
        assert_told_once_agreed(rows, column)
    return rows["-2"]


@pytest.mark.parametrize("name", list_captures(OWN_FOLDER))
def test_own_capture_reads_the_same_everywhere(tshark, sharkd, private, name):
    check_everywhere(tshark, sharkd, private, OWN_FOLDER / name)


@pytest.mark.parametrize("name", SHARED_CAPTURES)
def test_shared_capture_reads_the_same_everywhere(tshark, sharkd, private, name):
    rows = check_everywhere(tshark, sharkd, private, SHARED_FOLDER / name)
    found = collections.Counter(slug for row in rows for slug in row["tcphs.anomaly"].split(",")
                                if slug)
    expected = {slug: count for slug, (count, _) in JUSTIFIED.get(name, {}).items()}
    assert found == expected
    assert not [row for row in rows if row["tcphs.stage"] == "stray"]


def test_shared_captures_are_there():
    if not SHARED_CAPTURES:
        pytest.skip(f"{SHARED_FOLDER} is absent (TCPHS_SHARED names another folder of samples)")
    assert set(JUSTIFIED) <= set(SHARED_CAPTURES)
