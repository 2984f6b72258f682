# SPDX-License-Identifier: GPL-2.0-or-later
"""The same octets, however they are cut into segments, give the same messages."""
import pytest

from htcpcp_wire import CLIENT, SERVER, cases, streams

TOLD = ["htcpcp.request.method", "htcpcp.request.uri", "htcpcp.request.version",
        "htcpcp.response.version", "htcpcp.response.code", "htcpcp.response.phrase",
        "htcpcp.header", "htcpcp.command", "htcpcp.addition.name", "htcpcp.addition.type",
        "htcpcp.variant.uri"]

# What a case needs to be cut: its client's octets in one, and its server's. Where a blank line or
# a line end is missing at the very end, only the second pass can tell that nothing follows.
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
    """The exchange whole, cut at every octet of either side, and octet by octet."""
    sent = octets_of(name)
    whole = [(sender, sent[sender]) for sender in (CLIENT, SERVER) if sent[sender]]
    yield whole
    for place, (sender, octets) in enumerate(whole):
        for cut in range(1, len(octets)):
            yield [*whole[:place], (sender, octets[:cut]), (sender, octets[cut:]),
                   *whole[place + 1:]]
    yield [(sender, octets[at:at + 1]) for sender, octets in whole for at in range(len(octets))]


def messages(rows):
    """stream → what was told of it, field by field in order; bodies joined."""
    streams_told = {}
    for stream, source, *cells in rows:
        words, bodies = streams_told.setdefault(
            stream, ([[] for _ in TOLD], {"client": "", "server": ""}))
        for place, cell in enumerate(cells[:len(TOLD)]):
            words[place] += [word for word in cell.split(",") if word]
        bodies["server" if source == "5030" else "client"] += cells[len(TOLD)].replace(",", "")
    return streams_told


@pytest.mark.parametrize("name", CUT)
def test_cut_anywhere(tshark, sharkd, tmp_path, name):
    connections = list(cuttings(name))
    capture = streams(tmp_path / f"{name}.pcap", [(one, 5030) for one in connections])
    wanted = ["tcp.stream", "tcp.srcport", *TOLD, "htcpcp.file_data"]
    # A body that is announced is told when it is whole; one that is not, piece by piece.
    told = messages(tshark.fields(capture, wanted, "-2", "-Y", "htcpcp"))
    assert len(told) == len(connections)
    for stream in range(1, len(connections)):
        assert told[str(stream)] == told["0"], \
            [octets for _, octets in connections[stream]]


@pytest.fixture(scope="module")
def octet_by_octet(same_everywhere, tmp_path_factory):
    """(tcp.stream, method, code) of every frame, an octet a frame, one stream a case."""
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


def test_a_missing_segment_joins_nothing(tshark, tmp_path):
    """What was held does not go in front of octets that are not the next ones."""
    first = b"BREW coffee://ducky HTTP/1.1\r\nUse-Pot: du"
    capture = streams(tmp_path / "gap.pcap", [
        ([(CLIENT, first), (CLIENT, b"cky\r\n"), (CLIENT, b"GET / HTTP/1.1\r\n\r\n")], 5030)])
    packets = capture.read_bytes()
    header, rest, kept = packets[:24], packets[24:], b""
    place = 0
    while rest:
        size = 16 + int.from_bytes(rest[8:12], "little")
        kept += b"" if place == 4 else rest[:size]
        rest = rest[size:]
        place += 1
    capture.write_bytes(header + kept)
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, ["htcpcp.request.method", "htcpcp.use_pot"], *passes,
                             "-Y", "htcpcp", "-o", "tcp.no_subdissector_on_error:FALSE")
        assert rows[-1] == ["GET", ""]


def test_octets_that_come_again_are_no_new_messages(tshark, tmp_path):
    request = b"BREW coffee://ducky HTTP/1.1\r\n\r\nstart"
    capture = streams(tmp_path / "again.pcap", [
        ([(CLIENT, request), (SERVER, b"HTCPCP/1.1 200 OK\r\n\r\n"),
          (CLIENT, b"GET / HTTP/1.1\r\n\r\n")], 5030)])
    packets = capture.read_bytes()
    sizes, at = [], 24
    while at < len(packets):
        sizes.append(16 + int.from_bytes(packets[at + 8:at + 12], "little"))
        at += sizes[-1]
    start = 24 + sum(sizes[:3])
    again = packets[start:start + sizes[3]]
    capture.write_bytes(packets[:start + sizes[3]] + again + packets[start + sizes[3]:])
    rows = tshark.fields(capture, ["htcpcp.request_number"], "-Y", "htcpcp.request_number",
                         "-o", "tcp.no_subdissector_on_error:FALSE")
    assert rows == [["1"], ["2"]]
