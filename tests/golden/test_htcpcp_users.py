# SPDX-License-Identifier: GPL-2.0-or-later
"""The features that users see: orders in all languages, brews, statistics, objects and streams."""

import pytest

from htcpcp_wire import CLIENT, SERVER, capture, cases, streams

OK = b"HTCPCP/1.1 200 OK\r\n\r\n"
BUSY = b"HTCPCP/1.1 406 Not Acceptable\r\n\r\nPot is busy"

# RFC 2324 3 as printed, then EID 3492, 7570 and 7293.
PRINTED = """koffie q%C3%A6hv%C3%A6 %D9%82%D9%87%D9%88%D8%A9 akeita koffee kahva kafe caf%C3%E8
%E5%92%96%E5%95%A1 kava k%C3%A1va kaffe coffee kafo kohv kahvi %4Baffee %CE%BA%CE%B1%CF%86%CE%AD
%E0%A4%95%E0%A5%8C%E0%A4%AB%E0%A5%80 %E3%82%B3%E3%83%BC%E3%83%92%E3%83%BC %EC%BB%A4%ED%94%BC
%D0%BA%D0%BE%D1%84%D0%B5 %E0%B8%81%E0%B8%B2%E0%B9%81%E0%B8%9F""".split()
ERRATA = ["caf%C3%E9", "caf%C3%A9", "caff%C3%A8"]


def test_coffee_in_all_languages(same_everywhere, tmp_path):
    orders = [(CLIENT, f"BREW {scheme}://pot HTTP/1.1\r\n\r\nstart".encode())
              for scheme in PRINTED + ERRATA]
    rows = same_everywhere(capture(tmp_path / "languages.pcap", orders),
                           ["htcpcp.uri.scheme", "htcpcp.uri.scheme_decoded",
                            "htcpcp.uri.language", "htcpcp.uri.scheme_origin",
                            "htcpcp.scheme_invalid_utf8"], own_filter="htcpcp")
    rows = [row[1:] for row in rows if row[1]]
    assert [row[0] for row in rows] == PRINTED + ERRATA
    decoded = {row[0]: row[1] for row in rows}
    assert decoded["%4Baffee"] == "Kaffee"
    assert decoded["%E5%92%96%E5%95%A1"] == "咖啡"
    assert decoded["caff%C3%A8"] == "caffè"
    assert decoded["caf%C3%E8"].startswith("caf\ufffd")
    languages = {name for row in rows[:len(PRINTED)] for name in row[2].split(",")}
    assert len(languages) == 28 and {"Galician", "Norwegian", "Thai"} <= languages
    assert {row[3] for row in rows[:len(PRINTED)]} == {"RFC 2324 3"}
    assert [row[3] for row in rows[len(PRINTED):]] == [
        "EID 3492 (verified)", *["EID 7293 or 7570 (rejected)"] * 2]
    assert [row[0] for row in rows if row[4]] == ["caf%C3%E8", "caf%C3%E9"]


@pytest.mark.parametrize("word, count", [("French", 1), ("Swedish", 1), ("Czech", 2)])
def test_filter_by_language(tshark, tmp_path, word, count):
    orders = [(CLIENT, f"BREW {scheme}://pot HTTP/1.1\r\n\r\nstart".encode())
              for scheme in PRINTED]
    path = capture(tmp_path / "languages.pcap", orders)
    assert len(tshark.fields(path, ["frame.number"],
                             "-Y", f"htcpcp.uri.language == {word}")) == count


def order(body, pot="ducky", additions=""):
    extra = f"Accept-Additions: {additions}\r\n" if additions else ""
    return (CLIENT, f"BREW coffee://{pot} HTTP/1.1\r\n{extra}\r\n{body}".encode())


WHEN = (CLIENT, b"WHEN coffee://ducky HTTP/1.1\r\n\r\n")
GET = (CLIENT, b"GET coffee://ducky HTTP/1.1\r\n\r\n")


@pytest.fixture(name="brews")
def fixture_brews(tmp_path):
    """Two pots of one server, each command on a connection of its own, as in the lab."""
    return capture(
        tmp_path / "brews.pcap",
        [order("start", additions="Cream, Whisky"), (SERVER, OK)],  # brew 1
        [order("start", "other"), (SERVER, OK)],                    # brew 2, another pot
        [order("start"), (SERVER, BUSY)],                           # refused because of brew 1
        [WHEN, (SERVER, OK + b"299")],
        [order("stop"), (SERVER, OK)],                              # brew 1 ends
        [order("start", additions="Rum"), (SERVER, OK)],            # brew 3
        [WHEN, (SERVER, OK + b"298")],                              # which has no milk
        [GET, (SERVER, OK + b"{}")])                                # and is done


def test_brews_over_connections(same_everywhere, brews):
    rows = same_everywhere(brews, ["tcp.stream", "htcpcp.brew.id", "htcpcp.brew.state",
                                   "htcpcp.brew.when_in", "htcpcp.brew.stop_in",
                                   "htcpcp.brew.refused_in", "htcpcp.brew.busy_with"],
                           own_filter="htcpcp", one_pass=False)
    found = {}
    for row in rows:
        if any(row[2:]):
            found.setdefault(row[1], []).append(row[2:])
    # A link is not shown on its target frame.
    assert found == {
        "0": [["1", "stopped", "28", "36", "20", ""], ["1", "stopped", "28", "36", "20", ""]],
        "1": [["2", "brewing", "", "", "", ""]] * 2,
        "2": [["", "", "", "", "", "4"], ["", "", "", "", "", "4"]],
        "3": [["1", "stopped", "", "36", "20", ""], ["1", "stopped", "28", "36", "20", ""]],
        "4": [["1", "stopped", "28", "", "20", ""], ["1", "stopped", "28", "36", "20", ""]],
        "5": [["3", "done", "52", "", "", ""]] * 2,
        "6": [["3", "done", "", "", "", ""], ["3", "done", "52", "", "", ""]],
        "7": [["3", "done", "52", "", "", ""]] * 2,
    }


def test_what_was_brewed_and_for_how_long(tshark, brews):
    rows = tshark.fields(brews, ["htcpcp.brew.pot", "htcpcp.brew.order", "htcpcp.brew.duration"],
                         "-2", "-Y", "htcpcp.brew.id == 1 && htcpcp.response")
    assert {tuple(row) for row in rows} == {("ducky", "Cream, Whisky", "0.320000000")}
    rows = tshark.fields(brews, ["frame.number", "htcpcp.brew.time_to_when"],
                         "-Y", "htcpcp.brew.time_to_when")
    assert rows == [["28", "0.240000000"], ["52", "0.080000000"]]


def test_one_pass_knows_the_past(tshark, brews):
    rows = tshark.fields(brews, ["tcp.stream", "htcpcp.brew.start_in", "htcpcp.brew.busy_with"],
                         "-Y", "htcpcp.brew.start_in || htcpcp.brew.busy_with")
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "3", "4", "4", "5", "6", "6", "7", "7"]


@pytest.mark.parametrize("slug, streams_shown", [
    ("when_without_milk", ["6"]), ("pot_busy", ["2"])])
def test_brews_with_expert_infos(tshark, brews, slug, streams_shown):
    for passes in [], ["-2"]:
        rows = tshark.fields(brews, ["tcp.stream"], "-Y", f"htcpcp.{slug}", *passes)
        assert [row[0] for row in rows] == streams_shown


def test_info_column(same_everywhere, brews):
    rows = same_everywhere(brews, ["_ws.col.Info"], own_filter="htcpcp")
    found = [row[1] for row in rows if row[0] in ("4", "5", "21", "28")]
    assert found == ["BREW coffee://ducky start [Cream, Whisky]", "200 OK",
                     "406 Not Acceptable", "WHEN coffee://ducky"]


def test_statistics(tshark, brews):
    shown = tshark.run(brews, "-q", "-z", "htcpcp,tree")
    counts = {}
    for line in shown.split("\n"):
        cells = [cell.strip() for cell in line.split("  ") if cell.strip()]
        if len(cells) > 1 and cells[1].isdigit():
            counts[cells[0]] = int(cells[1])
    assert {name: counts[name] for name in (
        "BREW", "WHEN", "GET", "200 OK", "406 Not Acceptable", "English", "ducky", "other",
        "cream", "whisky", "rum")} == {
            "BREW": 5, "WHEN": 2, "GET": 1, "200 OK": 7, "406 Not Acceptable": 1, "English": 8,
            "ducky": 7, "other": 1, "cream": 1, "whisky": 1, "rum": 1}


def test_service_response_times(tshark, brews):
    shown = tshark.run(brews, "-q", "-z", "htcpcp,srt")
    rows = [line.split() for line in shown.split("\n")]
    assert [row[1:4] for row in rows if row[1:2] in (["BREW"], ["WHEN"], ["GET"])] == [
        ["BREW", "5", "0.010000"], ["GET", "1", "0.010000"], ["WHEN", "2", "0.010000"]]


def test_several_responses_count_once(tshark, tmp_path):
    path = capture(tmp_path / "twice.pcap", cases.CASES["several_responses"].segments)
    shown = tshark.run(path, "-q", "-z", "htcpcp,srt")
    assert [line.split()[1:3] for line in shown.split("\n") if "BREW" in line] == [["BREW", "1"]]


def test_objects(tshark, private, tmp_path):
    folder = private.home / "objects"
    path = capture(tmp_path / "objects.pcap", *(
        cases.CASES[name].segments for name in ("chunked", "gzip", "html_and_cookie",
                                                "body_in_pieces", "stack_trace")))
    tshark.run(path, "-q", "--export-objects", f"htcpcp,{folder}")
    found = sorted(path.read_bytes() for path in folder.iterdir())
    assert found == sorted([b'{"a": [1]}', cases.JSON, cases.JSON, cases.TRACE,
                            b"<!DOCTYPE html><p>No coffee</p>"])


def test_follow(tshark, tmp_path):
    segments = cases.CASES["method_split"].segments
    path = streams(tmp_path / "follow.pcap", [(cases.CASES["pipelined"].segments, 5030),
                                              (segments, 5030)])
    shown = tshark.run(path, "-q", "-z", "follow,htcpcp,raw,1")
    octets = b"".join(bytes.fromhex(line.strip()) for line in shown.split("\n")
                      if line.strip() and all(c in "0123456789abcdef" for c in line.strip()))
    assert octets == b"".join(part for _, part in segments)
