# SPDX-License-Identifier: GPL-2.0-or-later
"""The same octets give the same messages for every segmentation."""
import pytest

from htcpcp_wire import CLIENT, SERVER, cases, streams

FIELDS = ["htcpcp.request.method", "htcpcp.request.uri", "htcpcp.request.version",
          "htcpcp.response.version", "htcpcp.response.code", "htcpcp.response.phrase",
          "htcpcp.header", "htcpcp.command", "htcpcp.addition.name", "htcpcp.addition.type",
          "htcpcp.variant.uri"]

# Cases that can be split: all octets of the client first, then those of the server. If the final blank
# line or line end is missing, only the second pass knows that nothing follows.
CUT = ["body_without_length", "several_responses_at_once", "errors_and_no_end",
       "no_status_line", "no_blank_line_json", "no_blank_line_prose", "no_blank_line_no_body",
       "blank_line_inside", "body_behind_header", "line_ends_mixed", "no_version", "no_uri",
       "line_per_segment", "pipelined", "alternates_unindented", "line_ends_behind_body",
       "chunked", "length_too_small"]


def octets_of(name):
    segments = cases.CASES[name].segments
    return {sender: b"".join(octets for who, octets in segments if who == sender)
            for sender in (CLIENT, SERVER)}


def cuttings(name):
    """The exchange unsplit, split at every octet of either side, and octet by octet."""
    sent = octets_of(name)
    whole = [(sender, sent[sender]) for sender in (CLIENT, SERVER) if sent[sender]]
    yield whole
    for place, (sender, octets) in enumerate(whole):
        for cut in range(1, len(octets)):
            yield [*whole[:place], (sender, octets[:cut]), (sender, octets[cut:]),
                   *whole[place + 1:]]
    yield [(sender, octets[at:at + 1]) for sender, octets in whole for at in range(len(octets))]


def messages(rows):
    """stream → what was shown, field by field in order; bodies joined."""
    streams_shown = {}
    for stream, source, *cells in rows:
        words, bodies = streams_shown.setdefault(
            stream, ([[] for _ in FIELDS], {"client": "", "server": ""}))
        for place, cell in enumerate(cells[:len(FIELDS)]):
            words[place] += [word for word in cell.split(",") if word]
        bodies["server" if source == "5030" else "client"] += cells[len(FIELDS)].replace(",", "")
    return streams_shown


@pytest.mark.parametrize("name", CUT)
def test_cut_anywhere(tshark, sharkd, tmp_path, name):
    connections = list(cuttings(name))
    capture = streams(tmp_path / f"{name}.pcap", [(one, 5030) for one in connections])
    wanted = ["tcp.stream", "tcp.srcport", *FIELDS, "htcpcp.file_data"]
    # A body with a length is shown when it is complete, any other piece by piece.
    shown = messages(tshark.fields(capture, wanted, "-2", "-Y", "htcpcp"))
    assert len(shown) == len(connections)
    for stream in range(1, len(connections)):
        assert shown[str(stream)] == shown["0"], \
            [octets for _, octets in connections[stream]]


@pytest.fixture(scope="module")
def octet_by_octet(same_everywhere, tmp_path_factory):
    """(tcp.stream, method, code) of every frame: one octet per frame, one stream per case."""
    path = tmp_path_factory.mktemp("octets") / "octets.pcap"
    streams(path, [(list(cuttings(name))[-1], 5030) for name in CUT])
    rows = same_everywhere(path, ["tcp.stream", "htcpcp.request.method", "htcpcp.response.code"],
                           own_filter="htcpcp")
    return [row[1:] for row in rows]


@pytest.mark.parametrize("name", CUT)
def test_octet_by_octet_in_one_pass(octet_by_octet, name):
    own = [row[1:] for row in octet_by_octet if row[0] == str(CUT.index(name))]
    case = cases.CASES[name]
    assert [row[0] for row in own if row[0]] == [line.split()[0] for line in case.requests]
    assert [row[1] for row in own if row[1]] == \
        [line.split()[0] for line in case.responses if line]


BREW = (CLIENT, b"BREW coffee://ducky HTTP/1.1\r\n\r\nstart")
STATUS = (SERVER, b"HTCPCP/1.1 200 OK\r\n")


def test_a_head_line_by_line_is_one_message(same_everywhere, tmp_path):
    """In both directions; the response is also split within a line, and its body is in the last segment."""
    capture = streams(tmp_path / "lines.pcap", [
        ([(CLIENT, b"BREW coffee://ducky HTTP/1.1\r\n"), (CLIENT, b"Use-Pot: ducky\r\n"),
          (CLIENT, b"Accept-Additions: Cream,\r\n"), (CLIENT, b" Whisky\r\n"), (CLIENT, b"\r\n"),
          (CLIENT, b"start"), STATUS, (SERVER, b"Server:"), (SERVER, b" CoffeePot"),
          (SERVER, b"\r\n"), (SERVER, b"\r\nenjoy")], 5030)])
    rows = same_everywhere(capture, ["htcpcp.request.method", "htcpcp.use_pot",
                                     "htcpcp.addition.name", "htcpcp.command",
                                     "htcpcp.response.code", "htcpcp.server", "htcpcp.begun_in"],
                           own_filter="htcpcp")
    assert [row for row in rows if any(row[1:])] == [
        ["8", "BREW", "ducky", "Cream,Whisky", "", "", "", "4"], ["9", *[""] * 3, "start", *[""] * 3],
        ["14", *[""] * 4, "200", "CoffeePot", "10"]]


@pytest.mark.parametrize("behind", [[], [(CLIENT, b"GET coffee://ducky HTTP/1.1\r\n\r\n")]],
                         ids=["nothing", "next_request"])
def test_a_head_that_stops_behind_its_first_line(tshark, tmp_path, behind):
    """More must follow and does not: the second pass shows the line as a response."""
    capture = streams(tmp_path / "stops.pcap", [([BREW, STATUS, *behind], 5030)])
    wanted = ["frame.number", "htcpcp.response.code", "htcpcp.request_in", "htcpcp.response_in"]
    rows = tshark.fields(capture, wanted, "-Y", "htcpcp", "-2")
    assert rows[:2] == [["4", "", "", "5"], ["5", "200", "4", ""]]
    rows = tshark.fields(capture, ["frame.number"], "-2", "-Y", "htcpcp.unanswered_request")
    assert [row[0] for row in rows] == ["6"] * len(behind)
    rows = tshark.fields(capture, wanted, "-Y", "htcpcp")
    assert rows[1] == ["5", "", "", ""]


def test_a_header_folds_over_the_end_of_a_segment(same_everywhere, tmp_path):
    head = b"BREW coffee://ducky HTTP/1.1\r\nAccept-Additions: Cream,\r\n"
    capture = streams(tmp_path / "fold.pcap", [
        ([(CLIENT, head), (CLIENT, b"\tWhisky,\r\n"), (CLIENT, b" Rum\r\nUse-Pot: ducky\r\n"),
          (CLIENT, b"\r\nstart"), STATUS, (SERVER, b"\r\n")], 5030)])
    rows = same_everywhere(capture, ["htcpcp.accept_additions", "htcpcp.addition.name",
                                     "htcpcp.use_pot", "htcpcp.command",
                                     "htcpcp.missing_blank_line"], own_filter="htcpcp")
    assert [row[1:] for row in rows if any(row[1:])] == [
        ["Cream,", "Cream", "", "", ""], ["Whisky,", "Whisky", "", "", ""],
        ["Rum", "Rum", "ducky", "", ""], ["", "", "", "start", ""]]
    rows = same_everywhere(capture, ["htcpcp.brew.order"], own_filter="htcpcp", one_pass=False)
    assert {row[1] for row in rows if row[1]} == {"Cream, Whisky, Rum"}


def packets_of(path):
    """The header of a capture and its packets, each with its own header."""
    octets, packets = path.read_bytes(), []
    header, octets = octets[:24], octets[24:]
    while octets:
        size = 16 + int.from_bytes(octets[8:12], "little")
        packets.append(octets[:size])
        octets = octets[size:]
    return header, packets


def rewritten(path, change):
    header, packets = packets_of(path)
    path.write_bytes(header + b"".join(change(packets)))
    return path


ALL_SEGMENTS = ["-o", "tcp.no_subdissector_on_error:FALSE"]


def test_a_missing_segment_joins_nothing(tshark, tmp_path):
    """Held octets are not joined with octets after a gap."""
    capture = streams(tmp_path / "gap.pcap", [
        ([(CLIENT, b"BREW coffee://ducky HTTP/1.1\r\nUse-Pot: du"), (CLIENT, b"cky\r\n"),
          (CLIENT, b"GET / HTTP/1.1\r\n\r\n")], 5030)])
    rewritten(capture, lambda packets: packets[:4] + packets[5:])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, ["htcpcp.request.method", "htcpcp.use_pot"], *passes,
                             "-Y", "htcpcp", *ALL_SEGMENTS)
        assert rows[-1] == ["GET", ""]


def test_no_new_response_after_a_missing_segment(tshark, tmp_path):
    capture = streams(tmp_path / "gap.pcap", [
        ([(CLIENT, b"GET / HTTP/1.1\r\n\r\n"), (SERVER, b"HTCPCP/1.1 200 OK\r\n\r\ncof"),
          (SERVER, b"fee "), (SERVER, b"and tea"), (CLIENT, b"GET / HTTP/1.1\r\n\r\n"),
          (SERVER, b"HTCPCP/1.1 418 I'm a teapot\r\n\r\n")], 5030)])
    rewritten(capture, lambda packets: packets[:5] + packets[6:])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, ["_ws.col.Info", "htcpcp.response_number"], "-Y", "htcpcp",
                             *passes, *ALL_SEGMENTS)
        assert [[info.rpartition("] , ")[2], number] for info, number in rows] == [
            ["GET /", ""], ["200 OK", "1"], ["Continuation", ""], ["GET /", ""],
            ["418 I'm a teapot", "1"]]


def test_retransmitted_octets_are_not_new_messages(tshark, tmp_path):
    capture = streams(tmp_path / "again.pcap", [
        ([(CLIENT, b"BREW coffee://ducky HTTP/1.1\r\n\r\nstart"),
          (SERVER, b"HTCPCP/1.1 200 OK\r\n\r\n"), (SERVER, b"{}"),
          (CLIENT, b"GET / HTTP/1.1\r\n\r\n")], 5030)])
    rewritten(capture, lambda packets: packets[:4] + packets[3:6] + packets[5:])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, ["htcpcp.request_number"], "-Y", "htcpcp.request_number",
                             *passes, *ALL_SEGMENTS)
        assert rows == [["1"], ["2"]]
        rows = tshark.fields(capture, ["frame.number"], "-Y", "htcpcp.missing_status_line",
                             *passes, *ALL_SEGMENTS)
        assert not rows
