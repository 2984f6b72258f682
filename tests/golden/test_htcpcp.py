# SPDX-License-Identifier: GPL-2.0-or-later
"""HTCPCP in tshark and sharkd: captures of the lab, of other pots, and constructed ones."""
import json
import struct

import pytest

SHOWN = ["htcpcp.request.method", "htcpcp.request.uri", "htcpcp.request.version",
         "htcpcp.response.code", "htcpcp.response.phrase", "htcpcp.response.version",
         "htcpcp.command"]

COMMAND_TYPE = "application/coffee-pot-command"
DUCKY = "coffee://ducky"


def request(frame, method, command=""):
    return [str(frame), method, DUCKY, "HTTP/1.1", "", "", "", command]


def response(frame, code, phrase):
    return [str(frame), "", "", "", str(code), phrase, "HTCPCP/1.1", ""]


LAB = {
    "lab/homepage_coffee.pcapng": [
        request(11, "GET"), response(13, 200, "OK"),
    ],
    "lab/coffee_brew.pcapng": [
        request(90, "BREW", "start"), response(92, 200, "OK"),
        request(116, "GET"), response(118, 200, "OK"),
        request(172, "PROPFIND"), response(174, 200, "OK"),
        request(210, "GET"), response(212, 200, "OK"),
    ],
    "lab/coffee_418_406.pcapng": [
        request(11, "GET"), response(13, 200, "OK"),
        request(51, "BREW", "start"), response(53, 418, "I'm a Teapot"),
        request(89, "GET"), response(91, 200, "OK"),
        request(127, "BREW", "start"), response(129, 406, "Not Acceptable"),
        request(153, "GET"), response(155, 200, "OK"),
    ],
}


@pytest.mark.parametrize("name", LAB)
def test_lab_frame_by_frame(same_everywhere, shared_capture, name):
    rows = same_everywhere(shared_capture(name), SHOWN, own_filter="htcpcp")
    assert [row for row in rows if any(row[1:])] == LAB[name]


def test_lab_headers(same_everywhere, shared_capture):
    rows = same_everywhere(
        shared_capture("lab/coffee_brew.pcapng"),
        ["htcpcp.content_type", "htcpcp.accept_additions", "htcpcp.use_pot", "htcpcp.server",
         "htcpcp.date"], own_filter="htcpcp")
    by_number = {row[0]: row[1:] for row in rows}
    assert by_number["90"] == [COMMAND_TYPE, "coconut milk; almond milk", "ducky", "", ""]
    assert by_number["92"] == ["message/coffeepot", "", "", "CoffeePot",
                               "Tue, 27 Jun 2023 12:26:59"]


def test_lab_columns(tshark, shared_capture):
    capture = shared_capture("lab/coffee_418_406.pcapng")
    wanted = ["frame.number", "_ws.col.Protocol", "_ws.col.Info"]
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, wanted, "-Y", "htcpcp", *passes)
        assert rows[:4] == [
            ["11", "HTCPCP", "GET coffee://ducky"],
            ["13", "HTCPCP", "200 OK (JSON)"],
            ["51", "HTCPCP", "BREW coffee://ducky start"],
            ["53", "HTCPCP", "418 I'm a Teapot"],
        ]


def test_lab_json_is_wiresharks(same_everywhere, shared_capture):
    rows = same_everywhere(shared_capture("lab/coffee_brew.pcapng"),
                           ["htcpcp.response.code", "json.key"], own_filter="htcpcp")
    by_number = {row[0]: row[2] for row in rows}
    assert by_number["92"] == ""
    assert by_number["174"] == "name,profile,origin,type,strength,roast"


@pytest.mark.parametrize("kind, count", [("request", 5), ("response", 5)])
def test_lab_counts(tshark, shared_capture, kind, count):
    capture = shared_capture("lab/coffee_418_406.pcapng")
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, ["frame.number"], "-Y", f"htcpcp.{kind} == 1", *passes)
        assert len(rows) == count


def test_code_has_a_description(tshark, shared_capture):
    rows = tshark.fields(shared_capture("lab/coffee_418_406.pcapng"),
                         ["htcpcp.response.code.desc"], "-Y", "htcpcp.response.code == 418")
    assert len(rows) == 1 and "RFC 2324 2.3.2" in rows[0][0]


# Other pots. These responses have their head in several segments, the first of which contains the
# status line without its line end: it is shown at once, and each header with the segment that ends
# it. In other responses the status line is alone in its segment, with its line end: more must follow.
PEERS = ["capjamesg_5030", "joegraham_tea", "lab_5475604", "lab_eda570e", "matricali_kaaax"]
HEAD_IN_SEGMENTS = {"joegraham_tea": {"1", "4", "7", "8", "9", "11", "13", "16"}}


def expected_streams(shared_capture, peer):
    path = shared_capture("htcpcp-peers/expected.json")
    known = json.loads(path.read_text("utf-8"))[peer]
    return known["port"], known["streams"]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
@pytest.mark.parametrize("peer", PEERS)
def test_peers_methods_and_codes(tshark, shared_capture, peer, passes):
    port, streams = expected_streams(shared_capture, peer)
    rows = tshark.fields(
        shared_capture(f"htcpcp-peers/{peer}.pcapng"),
        ["tcp.stream", "htcpcp.request.method", "htcpcp.response.code",
         "htcpcp.response.phrase", "_ws.expert.message"],
        "-Y", "htcpcp", "-d", f"tcp.port=={port},htcpcp", *passes)
    for number, stream in streams.items():
        own = [row[1:] for row in rows if row[0] == number]
        assert [row[0] for row in own if row[0]] == \
            [line.split()[0] for line in stream["requests"]]
        assert [f"{row[1]} {row[2]}" for row in own if row[1]] == \
            [line.partition(" ")[2] for line in stream["status_lines"]]
        assert any("without status line" in row[3] for row in own) == stream["statusless_response"]
        segments = stream["client_segments"] + stream["server_segments"]
        assert len(own) == segments


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
@pytest.mark.parametrize("peer", HEAD_IN_SEGMENTS)
def test_peers_heads_in_segments_are_shown(tshark, shared_capture, peer, passes):
    port, streams = expected_streams(shared_capture, peer)
    rows = tshark.fields(
        shared_capture(f"htcpcp-peers/{peer}.pcapng"),
        ["tcp.stream", "_ws.col.Info"], "-Y", f"htcpcp && tcp.srcport == {port}",
        "-d", f"tcp.port=={port},htcpcp", *passes)
    for number in HEAD_IN_SEGMENTS[peer]:
        own = [row[1] for row in rows if row[0] == number]
        assert len(own) == streams[number]["server_segments"]
        assert own[0] == streams[number]["status_lines"][0].partition(" ")[2]
        assert all(info.startswith("Continuation") for info in own[1:])


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
def test_peers_head_line_by_line_is_one_message(tshark, shared_capture, passes):
    """Eleven segments of one response, split after and within its lines."""
    rows = tshark.fields(
        shared_capture("htcpcp-peers/joegraham_tea.pcapng"),
        ["_ws.col.Info", "htcpcp.begun_in", "htcpcp.request_in", "htcpcp.variant.uri"],
        "-Y", "htcpcp && tcp.stream == 0 && tcp.srcport == 8418", *passes)
    assert [row[0] for row in rows[:-1]] == ["Partial message, completed in a later segment"] * 10
    assert rows[-1] == ["300 Multiple Options", "6", "4", "peppermint,black,green,earl-grey"]


@pytest.mark.parametrize("peer", PEERS)
def test_peers_same_everywhere(same_everywhere, shared_capture, peer):
    """On any port: the heuristic detects those that are not on 5030."""
    same_everywhere(shared_capture(f"htcpcp-peers/{peer}.pcapng"),
                    [*SHOWN, "htcpcp.content_type", "htcpcp.accept_additions",
                     "htcpcp.missing_status_line", "htcpcp.missing_blank_line",
                     "htcpcp.blank_line_in_header"], own_filter="htcpcp")


@pytest.mark.parametrize("stream, slug", [
    (0, "htcpcp.missing_blank_line"), (1, "htcpcp.blank_line_in_header"),
    (9, "htcpcp.missing_blank_line")])
def test_peers_deviations_are_reported(tshark, shared_capture, stream, slug):
    rows = tshark.fields(shared_capture("htcpcp-peers/capjamesg_5030.pcapng"), ["frame.number"],
                         "-Y", f"{slug} && tcp.stream == {stream}")
    assert rows


def test_port_is_a_preference(tshark, shared_capture):
    capture = shared_capture("htcpcp-peers/matricali_kaaax.pcapng")
    count = ["-Y", "htcpcp.request", "-o"]
    found = ["--disable-heuristic", "htcpcp_tcp"]
    assert len(tshark.fields(capture, ["frame.number"], *count, "htcpcp.tcp.port:8000-8999",
                             *found)) == 11
    assert not tshark.fields(capture, ["frame.number"], *count, "htcpcp.tcp.port:1-2", *found)


# Constructed exchanges: each case is one TCP connection, each list entry one segment.

CLIENT, SERVER = 40000, 5030


def write_capture(path, segments, snap=0xffff):
    """A pcap of raw IPv4: handshake, then each (port, octets) as one segment."""
    sent = {CLIENT: 1, SERVER: 1}

    def packet(source, flags, octets):
        target = SERVER if source == CLIENT else CLIENT
        seq, ack = sent[source] - (flags & 2) // 2, 0 if flags == 2 else sent[target]
        tcp = struct.pack("!HHIIBBHHH", source, target, seq, ack, 5 << 4, flags, 0xffff, 0, 0)
        ends = [b"\x0a\0\0\1", b"\x0a\0\0\2"]
        if source != CLIENT:
            ends.reverse()
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(octets), 0, 0, 64, 6, 0) + b"".join(ends)
        return ip + tcp + octets

    packets = [packet(CLIENT, 2, b""), packet(SERVER, 0x12, b""), packet(CLIENT, 0x10, b"")]
    for source, octets in segments:
        packets.append(packet(source, 0x18, octets))
        sent[source] += len(octets)
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0xffff, 101))
        for place, octets in enumerate(packets):
            kept = octets[:snap]
            out.write(struct.pack("<IIII", place, 0, len(kept), len(octets)) + kept)
    return path


BREW = b"BREW coffee://ducky HTTP/1.1\r\n\r\n"
OK = b"HTCPCP/1.1 200 OK\r\n\r\n"

CASES = {
    "several_in_one_segment": (
        [(CLIENT, BREW + b"startGET / HTTP/1.1\r\n\r\n"),
         (SERVER, OK + b"HTCPCP/1.1 400 Bad Request\r\n\r\n")],
        [["BREW,GET", "", "start",
          "BREW coffee://ducky start, GET /"],
         ["", "200,400", "", "200 OK, 400 Bad Request"]]),
    "body_in_the_next_segment": (
        [(CLIENT, BREW), (CLIENT, b"stop\r\n"), (SERVER, OK), (SERVER, b'{"a": 1}')],
        [["BREW", "", "", "BREW coffee://ducky"],
         ["", "", "stop", "Continuation stop"],
         ["", "200", "", "200 OK"],
         ["", "", "", "Continuation (JSON)"]]),
    "no_status_line": (
        [(CLIENT, BREW + b"start"), (SERVER, b"null"), (SERVER, b"more")],
        [["BREW", "", "start", "BREW coffee://ducky start"],
         ["", "", "", "Response without status line (JSON)"],
         ["", "", "", "Continuation"]]),
    "more_announced_than_sent": (
        [(CLIENT, b"BREW / HTTP/1.1\r\nContent-Length: 25\r\n\r\nstart"), (SERVER, OK)],
        [["BREW", "", "start", "BREW / start"],
         ["", "200", "", "200 OK"]]),
    "server_speaks_first": (
        [(SERVER, b"HTTP/1.0 503 No coffee\n\n"), (CLIENT, b"start")],
        [["", "503", "", "503 No coffee"],
         ["", "", "start", "Continuation start"]]),
    "command_word_in_a_response": (
        [(CLIENT, BREW), (SERVER, OK + b"stop")],
        [["BREW", "", "", "BREW coffee://ducky"],
         ["", "200", "", "200 OK"]]),
}


@pytest.mark.parametrize("name", CASES)
def test_constructed(same_everywhere, tmp_path, name):
    segments, wanted = CASES[name]
    rows = same_everywhere(write_capture(tmp_path / f"{name}.pcap", segments),
                           ["htcpcp.request.method", "htcpcp.response.code", "htcpcp.command",
                            "_ws.col.Info"], own_filter="htcpcp")
    assert [row[1:] for row in rows[3:]] == wanted


def test_other_traffic_on_the_port_is_not_dissected(tshark, tmp_path):
    capture = write_capture(tmp_path / "other.pcap",
                            [(CLIENT, b"\0\1\2"), (SERVER, b"start"), (CLIENT, b"hello\n")])
    for passes in [], ["-2"]:
        assert not tshark.fields(capture, ["frame.number"], "-Y", "htcpcp", *passes)


def test_values_that_are_not_utf8(tshark, tmp_path):
    capture = write_capture(
        tmp_path / "bytes.pcap",
        [(CLIENT, b"GET caf\xc3\xe8://x HTTP/1.1\r\nHost: caf\xc3\xa9\r\nX-Odd: \xff\r\n\r\n")])
    rows = tshark.fields(capture, ["htcpcp.request.uri", "htcpcp.host", "htcpcp.unknown_header"],
                         "-Y", "htcpcp")
    assert rows[0][0].startswith("caf\ufffd") and rows[0][0].endswith("://x")
    assert rows[0][1] == "café"
    assert rows[0][2] == "X-Odd: \ufffd"


def test_any_header_by_name(tshark, tmp_path):
    capture = write_capture(
        tmp_path / "headers.pcap",
        [(CLIENT, b"GET / HTTP/1.1\r\nX-Odd:  1 \r\nSafe: yes\r\nContent-Length: 0\r\n\r\n")])
    for shown in ('htcpcp.request.line == "Safe: yes"', 'htcpcp.unknown_header == "X-Odd:  1"',
                  "htcpcp.safe == yes", "htcpcp.content_length == 0",
                  'htcpcp.content_length_header == "0"'):
        assert len(tshark.fields(capture, ["frame.number"], "-Y", shown)) == 1


@pytest.mark.parametrize("snap", [40, 41, 47, 57, 60, 73, 90, 98, 99])
def test_cut_by_the_snap_length(tshark, tmp_path, snap):
    capture = write_capture(
        tmp_path / "cut.pcap",
        [(CLIENT, b"BREW / HTTP/1.1\r\nUse-Pot: ducky\r\nContent-Length: 5\r\n\r\nstart")], snap)
    wanted = ["htcpcp.request.method", "htcpcp.use_pot", "_ws.col.Info"]
    row = tshark.fields(capture, wanted)[-1]
    assert tshark.fields(capture, wanted, "-2")[-1] == row
    if snap >= 40 + len("BREW / HTTP/1.1\r\nUse-Pot: ducky\r\n"):
        assert row[:2] == ["BREW", "ducky"]
    assert ("[Packet size limited" in row[2]) == (40 < snap < 40 + 59)


HOSTILE = {
    "deep_json": OK + b"[" * 30000,
    "deep_json_objects": OK + b'{"a":' * 6000,
    "unfinished_json": OK + b'{"a": "',
    "header_lines": b"BREW / HTTP/1.1\r\n" + b"a:b\n" * 12000,
    "header_without_end": b"BREW / HTTP/1.1\r\nUse-Pot: " + b"x" * 60000,
    "folds": b"BREW / HTTP/1.1\r\nUse-Pot:\n" + b" \n" * 30000,
    "requests": b"BREW\n" * 12000,
    "status_words": OK + b"HTTP/1.1 200 " * 4600,
    "binary": OK + bytes(range(256)) * 200,
    "nul_in_header": b"BREW / HTTP/1.1\r\nUse-Pot: \0\0\r\nContent-Type: \0\r\n\r\n\0",
    "huge_length": b"BREW / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\nstart",
    "blank_lines": b"\r\n" * 30000 + b"BREW / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tshark, tmp_path, name):
    octets = HOSTILE[name]
    source = SERVER if octets.startswith(OK) else CLIENT
    capture = write_capture(tmp_path / f"{name}.pcap", [(CLIENT, BREW), (source, octets)])
    for passes in [], ["-2"]:
        shown = tshark.run(capture, "-V", *passes)
        assert "Dissector bug" not in shown and "Malformed" not in shown
        assert tshark.fields(capture, ["frame.number"], "-Y", "htcpcp", *passes) == [["4"], ["5"]]


def test_many_headers_are_reported(tshark, tmp_path):
    capture = write_capture(tmp_path / "many.pcap", [(CLIENT, HOSTILE["header_lines"])])
    assert len(tshark.fields(capture, ["frame.number"], "-Y", "htcpcp.many_headers")) == 1
