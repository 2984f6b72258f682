# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/htcpcp.md agrees with the fields and expert infos of the module, docs/labs/coffee.md with the
captures of the lab."""
import re
import shlex
from pathlib import Path

import pytest

import harness
import sessions
from htcpcp_wire import cases

DOCS = harness.SOURCE / "docs" / "htcpcp.md"
LAB = harness.SOURCE / "docs" / "labs" / "coffee.md"
TYPES = {"FT_STRING": "string", "FT_UINT16": "number", "FT_UINT32": "number",
         "FT_UINT64": "number", "FT_DOUBLE": "number", "FT_BOOLEAN": "boolean",
         "FT_FRAMENUM": "frame", "FT_RELATIVE_TIME": "duration"}


@pytest.fixture(name="registered", scope="module")
def fixture_registered(tshark):
    """name → (label, type, blurb) of every field of htcpcp."""
    rows = [line.split("\t") for line in tshark.run(None, "-G", "fields").split("\n")]
    return {row[2]: (row[1], row[3], row[7]) for row in rows
            if row[0] == "F" and row[2].startswith("htcpcp.")}


def documented(columns):
    """field → its further cells, from the tables with this number of columns."""
    rows = (line.strip("|").split("|") for line in DOCS.read_text("utf-8").split("\n")
            if line.startswith("| `htcpcp."))
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows
            if len(row) == columns}


def test_fields(registered):
    assert {name: cells[:2] for name, cells in documented(4).items()} == {
        name: [TYPES[kind], blurb or label] for name, (label, kind, blurb) in registered.items()
        if kind != "FT_NONE"}


def test_expert_infos(registered):
    assert {name: cells[0] for name, cells in documented(3).items()} == {
        name: label for name, (label, kind, _) in registered.items() if kind == "FT_NONE"}


def test_every_expert_info_has_a_capture(registered):
    shown = set().union(*(case.slugs for case in cases.CASES.values()))
    assert {name.removeprefix("htcpcp.") for name, (_, kind, _) in registered.items()
            if kind == "FT_NONE"} == shown


def test_expert_infos_name_the_section(registered):
    without = {name for name, (label, kind, _) in registered.items()
               if kind == "FT_NONE" and "RFC" not in label}
    # No violation of an RFC, but a limit of this dissector or an event.
    assert without == {f"htcpcp.{slug}" for slug in (
        "body_not_decoded", "body_too_long", "deep_json", "head_too_long", "many_additions",
        "many_headers", "pot_busy", "unanswered_request", "unasked_response")}


def lab_sessions():
    """The blocks of coffee.md that read the lab's own captures."""
    return [block for test, block in sessions.find_tests(LAB.read_text("utf-8"))
            if Path(test).name == Path(__file__).name]


def test_lab_has_sessions():
    assert len(lab_sessions()) == 2


@pytest.mark.parametrize("block", lab_sessions())
def test_lab_sessions_print_what_is_pasted(tshark, shared_capture, block):
    command, _, pasted = block.partition("\n")
    words = shlex.split(command)
    assert words[:3] == ["$", "tshark", "-r"]
    found = tshark.run(shared_capture(f"lab/{words[3]}"), *map(harness.own_spelling, words[4:]))
    assert re.sub(r"[ \t]+", " ", found) == re.sub(r"[ \t]+", " ", pasted)


@pytest.mark.parametrize("capture, shown, count", [
    ("homepage_coffee", "http.request", 2), ("homepage_coffee", "http.response", 2),
    ("homepage_coffee", "htcpcp.request", 1), ("homepage_coffee", "htcpcp.response", 1),
    ("coffee_brew", "htcpcp.request.method == BREW", 1),
    ("coffee_brew", "htcpcp.request.method == GET", 2),
    ("coffee_brew", "htcpcp.request.method == PROPFIND", 1),
    ("coffee_brew", "http.request.uri contains \"method=brew\" && frame.number == 84", 1),
    ("coffee_brew", "http.request.uri == \"/\" && frame.number == 110", 1),
    ("coffee_brew", "http.response && frame.number == 126", 1),
])
def test_lab_counts(tshark, shared_capture, capture, shown, count):
    path = shared_capture(f"lab/{capture}.pcapng")
    assert len(tshark.fields(path, ["frame.number"], "-Y", shown)) == count


def test_filters_compile(tshark, shared_capture):
    path = shared_capture("lab/coffee_brew.pcapng")
    table = DOCS.read_text("utf-8").split("## Questions and filters")[1].split("\n\n")[1]
    for shown in re.findall(r"\| `([^`]+)` \|", table):
        tshark.run(path, "-Y", shown)
