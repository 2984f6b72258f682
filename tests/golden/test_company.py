# SPDX-License-Identifier: GPL-2.0-or-later
"""tcphs in company: other plugins at work and TCP's preferences turned round change no word."""
import functools

import pytest

import harness

# What a segment and a connection are called; Wireshark's own analysis has no say in it.
WORDS = ["frame.number", "tcphs.stage", "tcphs.sender", "tcphs.seq.rel", "tcphs.ack.rel",
         "tcphs.seq.delta", "tcphs.ack.delta", "tcphs.seq.gap", "tcphs.client.state",
         "tcphs.server.state", "tcphs.retransmission", "tcphs.capture", "tcphs.anomaly",
         "tcphs.outcome", "tcphs.outcome.by", "tcphs.partial", "tcphs.syn.frame",
         "tcphs.synack.frame", "tcphs.ack.frame", "tcphs.rst.frame", "tcphs.syn.count",
         "tcphs.synack.count", "tcphs.setup_time", "tcphs.closed_by", "tcphs.conn_state",
         "tcphs.history", "tcphs.wscale.client", "tcphs.sack", "tcphs.fastopen",
         "tcphs.previous.frame", "tcphs.superseded.frame"]

OWN = ["http_server.pcap", "coffee_brew.pcap", "port_reused.pcap", "zero_window.pcap"] + sorted(
    f"made/{path.name}" for path in (harness.SOURCE / "captures/made").glob("*.pcap"))
ZEEK = ["tcp_missing-syn.pcap", "pop3_pop3.pcap", "pppoe-over-qinq.pcap", "http_get.pcap"]

COMPANY = ("transum", "communityid", "mate")
PREFERENCES = {
    "tcp.analyze_sequence_numbers": "FALSE",
    "tcp.relative_sequence_numbers": "FALSE",
    "tcp.desegment_tcp_streams": "FALSE",
    "tcp.reassemble_out_of_order": "TRUE",
    "tcp.calculate_timestamps": "FALSE",
    "tcp.track_bytes_in_flight": "FALSE",
    "tcp.ignore_tcp_timestamps": "TRUE",
    "tcp.try_heuristic_first": "TRUE",
    "tcp.check_checksum": "TRUE",
    "tcp.summary_in_tree": "FALSE",
    "ip.summary_in_tree": "FALSE",
}


def set_preferences(names):
    return [word for name in names for word in ("-o", f"{name}:{PREFERENCES[name]}")]


@pytest.fixture(scope="module")
def alone(tshark):
    """The rows of a capture without any company."""
    return functools.cache(lambda capture: tshark.fields(capture, WORDS, "-2"))


@pytest.fixture(scope="module")
def assert_same(tshark, alone):
    def compare(capture, *args, enable=()):
        lines = harness.differing_rows(alone(capture),
                                       tshark.fields(capture, WORDS, "-2", *args, enable=enable))
        assert not lines, "\n".join([f"{capture} with {args} {enable}:", *lines[:20]])
    return compare


@pytest.mark.parametrize("name", OWN)
def test_company_and_preferences_change_no_word(assert_same, own_capture, name):
    assert_same(own_capture(name), enable=COMPANY)
    assert_same(own_capture(name), *set_preferences(PREFERENCES))


@pytest.mark.parametrize("name", ZEEK)
def test_company_and_preferences_change_no_word_of_others(assert_same, shared_capture, name):
    path = shared_capture(f"tcp/zeek/{name}")
    assert_same(path, enable=COMPANY)
    assert_same(path, *set_preferences(PREFERENCES))


@pytest.mark.parametrize("preference", PREFERENCES)
@pytest.mark.parametrize("name", ["coffee_brew.pcap", "port_reused.pcap"])
def test_each_preference_changes_no_word(assert_same, own_capture, name, preference):
    assert_same(own_capture(name), *set_preferences([preference]))


@pytest.mark.parametrize("protocol", COMPANY)
def test_each_companion_is_there(tshark, own_capture, protocol):
    """Otherwise nothing would have been tested. MATE has nothing to say without a script."""
    shown = {"transum": "[RTE Status: ", "communityid": "[Community ID: ", "mate": None}[protocol]
    known = {line.split("\t")[2] for line in tshark.run(None, "-G", "protocols").splitlines()}
    assert protocol in known
    if shown:
        # Not by its field: the Community ID of 4.6 has a value in the tree alone.
        assert shown in tshark.run(own_capture("http_server.pcap"), "-2", "-V", enable=[protocol])


def test_fragments_without_reassembly(tshark, own_capture):
    """The first fragment brings the header, and tells no length: still the same stages."""
    capture = own_capture("made/encap/fragments.pcap")
    whole = tshark.fields(capture, ["tcphs.stage", "tcphs.anomaly"], "-2")
    pieces = tshark.fields(capture, ["tcphs.stage", "tcphs.anomaly"], "-2",
                           "-o", "ip.defragment:FALSE")
    assert [row for row in whole if row[0]] == [row for row in pieces if row[0]]


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_disabled_tcphs_says_nothing(tshark, own_capture, passes):
    for name in ("http_server.pcap", "made/ack_bad_ack.pcap", "unreachable.pcap"):
        rows = tshark.fields(own_capture(name), ["tcp.stream", *WORDS[1:]], *passes,
                             "--disable-protocol", "tcphs")
        assert any(stream for stream, *_ in rows)
        assert not [cell for _, *words in rows for cell in words if cell]


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_disabled_tcp_leaves_nothing_to_say(tshark, own_capture, passes):
    for name in ("http_server.pcap", "made/ack_bad_ack.pcap", "unreachable.pcap"):
        rows = tshark.fields(own_capture(name), ["tcp.stream", *WORDS[1:]], *passes,
                             "--disable-protocol", "tcp")
        assert not [cell for row in rows for cell in row if cell]


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_disabled_icmp_hides_the_error_only(tshark, own_capture, passes):
    rows = tshark.fields(own_capture("unreachable.pcap"), ["tcphs.stage", "tcphs.outcome"],
                         *passes, "--disable-protocol", "icmp")
    assert rows == [["syn", "unanswered"], ["", ""]]


def test_disabled_tcphs_finds_no_anomaly(tshark, own_capture):
    text = tshark.run(own_capture("made/ack_bad_ack.pcap"), "-q", "-z", "expert",
                      "--disable-protocol", "tcphs")
    assert "TCP handshake" not in text
    assert "TCP handshake" in tshark.run(own_capture("made/ack_bad_ack.pcap"), "-q",
                                         "-z", "expert")
