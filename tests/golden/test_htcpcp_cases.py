# SPDX-License-Identifier: GPL-2.0-or-later
"""HTCPCP with every deviation from the RFCs that was captured: captures/coffee_cases.py."""
import pytest

from htcpcp_wire import FOLDER, cases, maker

CASES = cases.CASES

# Certain only in the second pass.
HINDSIGHT = {"unanswered_request", "body_short"}
WORDS = ["tcp.stream", "tcp.srcport", "htcpcp.request.method", "htcpcp.request.uri",
         "htcpcp.command", "htcpcp.response.code", "htcpcp.response.phrase", "htcpcp.file_data",
         "_ws.col.Info"]
SLUGS = sorted(set().union(*(case.slugs for case in CASES.values())))


def capture(name):
    return FOLDER / "coffee" / f"{name}.pcap"


@pytest.fixture(scope="module")
def all_cases(tmp_path_factory):
    """All connections in one capture, each with a pot of its own: this saves hundreds of runs."""
    path = tmp_path_factory.mktemp("coffee") / "all.pcap"
    maker.capture_write(path, [
        packet for place, case in enumerate(CASES.values())
        for packet in maker.connection_make(case.segments, server=(bytes([10, 1, 0, place]), 5030))])
    return path


@pytest.fixture(scope="module")
def frames_of(same_everywhere, all_cases):
    """frames_of(name) → a dictionary per frame; the same in one pass, with -2 and in sharkd."""
    wanted = [*WORDS, *(f"htcpcp.{slug}" for slug in SLUGS if slug not in HINDSIGHT)]
    rows = same_everywhere(all_cases, wanted, own_filter="htcpcp")
    frames = [dict(zip(wanted, row[1:])) for row in rows]
    return lambda name: [frame for frame in frames
                         if frame["tcp.stream"] == str(list(CASES).index(name))]


@pytest.fixture(scope="module")
def hindsight(same_everywhere, all_cases):
    """hindsight(name) → the slugs that only the second pass reports."""
    wanted = ["tcp.stream", *(f"htcpcp.{slug}" for slug in sorted(HINDSIGHT))]
    rows = same_everywhere(all_cases, wanted, own_filter="htcpcp", one_pass=False)
    return lambda name: {
        slug for row in rows if row[1] == str(list(CASES).index(name))
        for slug, cell in zip(sorted(HINDSIGHT), row[2:]) if cell}


@pytest.mark.parametrize("name", CASES)
def test_capture_is_what_the_maker_makes(tmp_path, name):
    maker.capture_write(tmp_path / "again.pcap", maker.connection_make(CASES[name].segments))
    assert (tmp_path / "again.pcap").read_bytes() == capture(name).read_bytes()


def joined(frames, field):
    return [word for frame in frames for word in frame[field].split(",") if word]


@pytest.mark.parametrize("name", CASES)
def test_messages(frames_of, name):
    case, frames = CASES[name], frames_of(name)
    words = [line.split() for line in case.requests]
    assert joined(frames, "htcpcp.request.method") == [line[0] for line in words]
    assert joined(frames, "htcpcp.request.uri") == [line[1] for line in words if len(line) > 1]
    assert joined(frames, "htcpcp.command") == [line[2] for line in words if len(line) > 2]
    assert [" ".join(pair) for pair in zip(joined(frames, "htcpcp.response.code"),
                                           joined(frames, "htcpcp.response.phrase"))] == \
        [line for line in case.responses if line]
    assert len(joined(frames, "htcpcp.missing_status_line")) == case.responses.count("")


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].slugs])
def test_experts(frames_of, hindsight, name):
    found = hindsight(name) | {slug for frame in frames_of(name) for slug in SLUGS
                               if frame.get(f"htcpcp.{slug}")}
    assert not CASES[name].slugs - found


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].bodies is not None])
def test_bodies(frames_of, name):
    found = [frame["htcpcp.file_data"] for frame in frames_of(name) if frame["tcp.srcport"] == "5030"]
    assert [text for text in found if text] == \
        [octets.decode().replace("\n", "\\n") for octets in CASES[name].bodies]


def column(rows, place):
    return [word for row in rows for word in row[place].split(",") if word]


def test_responses_link_to_their_requests(same_everywhere):
    rows = same_everywhere(capture("keep_alive"), [
        "htcpcp.request_number", "htcpcp.request_in", "htcpcp.response_for.uri", "htcpcp.time",
        "htcpcp.response_number", "htcpcp.prev_request_in"], own_filter="htcpcp")
    assert [row[1:] for row in rows if any(row[1:])] == [
        ["1", "", "", "", "", ""], ["", "4", "/pot-0", "0.010000000", "1", ""],
        ["2", "", "", "", "", "4"], ["", "6", "/pot-0", "0.010000000", "1", ""],
        ["3", "", "", "", "", "6"], ["", "8", "/pot-0", "0.010000000", "1", ""]]


def test_requests_link_to_their_responses(same_everywhere):
    rows = same_everywhere(capture("keep_alive"),
                           ["htcpcp.response_in", "htcpcp.next_request_in"],
                           own_filter="htcpcp", one_pass=False)
    assert [row[1:] for row in rows if any(row[1:])] == [["5", "6"], ["7", "8"], ["9", ""]]


def test_interim_responses_are_not_final(same_everywhere):
    rows = same_everywhere(capture("interim"), ["htcpcp.response_in"], own_filter="htcpcp",
                           one_pass=False)
    assert [row[1] for row in rows if row[1]] == ["7"]


def test_additional_responses_are_counted(same_everywhere):
    for name in "several_responses", "several_responses_at_once":
        rows = same_everywhere(capture(name), ["htcpcp.request_in", "htcpcp.response_number"],
                               own_filter="htcpcp")
        assert column(rows, 1) == ["4", "4"]
        assert column(rows, 2) == ["1", "2"]


def test_body_shorter_than_content_length(tshark):
    shown = tshark.run(capture("length_too_large"), "-V", "-2")
    assert "Body has 5 octets, Content-Length is 25 (RFC 2068 4.4)" in shown


def test_menu(same_everywhere):
    rows = same_everywhere(capture("alternates_unindented"), [
        "htcpcp.variant.uri", "htcpcp.variant.quality", "htcpcp.variant.type",
        "htcpcp.variant.language", "htcpcp.variant.pot", "htcpcp.variant.variety"],
        own_filter="htcpcp")
    assert rows[4][1:] == ["/a,/pot-1", "0.5", "message/teapot,message/coffeepot", "en", "pot-1",
                           "a"]


def test_messages_in_segments_are_linked(same_everywhere):
    rows = same_everywhere(capture("sugar"), ["htcpcp.begun_in", "htcpcp.request.method"],
                           own_filter="htcpcp")
    assert [row[1:] for row in rows[3:6]] == [["", ""], ["", ""], ["4", "BREW"]]
    rows = same_everywhere(capture("sugar"), ["htcpcp.continued_in"], own_filter="htcpcp",
                           one_pass=False)
    assert [row[1] for row in rows[3:6]] == ["6", "6", ""]
