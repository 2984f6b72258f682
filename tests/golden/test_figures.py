# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures in the documents are those of the sources and of the captures.

What a command prints is test_docs.py's. What was measured stands in tables that name the command; they are
compared with what other pages quote of them.
"""
import collections
import csv
import json
import re
import subprocess

import pytest

import harness
import sessions
import test_zeek

CAPTURES = harness.SOURCE / "captures"
DOCS = harness.SOURCE / "docs"
ANOMALIES = json.loads((CAPTURES / "expected_anomalies.json").read_text("utf-8"))
TIMES = {"once": 1, "twice": 2, "three times": 3, "four times": 4, "five times": 5, "six times": 6}
NUMBER = r"(\d[\d,]*)"

# Page, what it says, where that comes from, and how it is defined there. A group each; KiB and MiB are bytes.
LIMITS = [
    ("docs/batch.md", "{} per outcome", "tools/report/ways.py", r"MAX_FINE, MAX_COARSE = {}"),
    ("docs/batch.md", "by `history` alone in {} more",
     "tools/report/ways.py", r"MAX_FINE, MAX_COARSE = \d+, {}"),
    ("docs/batch.md", "{} per ladder", "tools/report/failures.py", r"MAX_LISTED_ALIKE = {}"),
    ("docs/batch.md", r"per ladder, {} in all", "tools/report/failures.py", r"MAX_LISTED = {}"),
    ("docs/batch.md", r"frames with anomalies \| {},", "tools/report/write_report.py", r"MAX_ODDITIES = {}"),
    ("docs/reports.md", "tree names {} servers", "plugin/wireshark/tap-tcphs-tree.c", r"SERVERS_MAX = {}"),
    ("docs/htcpcp.md", "{} KiB of an unfinished head",
     "htcpcp/grammar/htcpcp_stream.h", r"HTCPCP_HOLD_MAX {}"),
    ("docs/htcpcp.md", "{} header lines", "htcpcp/packet-htcpcp-headers.c", r"HEADERS_SHOWN_MAX {}"),
    ("docs/htcpcp.md", "{} items of a list", "htcpcp/packet-htcpcp-values.c", r"LIST_SHOWN_MAX {}"),
    ("docs/htcpcp.md", "up to {} levels deep", "htcpcp/packet-htcpcp-body.c", r"JSON_DEPTH_MAX {}"),
    ("docs/signals.md", "HyperLogLog, {} registers",
     "plugin/detect/hs_distinct.h", r"HS_DISTINCT_REGISTERS = {}"),
    ("docs/zeek.md", "{} letters; counted", "plugin/connection/hs_zeek.h", r"HS_ZEEK_HISTORY_MAX = {}"),
    *(("docs/signals.md", rf"`tcphs\.{name}` \| {{}} \|",
       "plugin/wireshark/packet-tcphs-signals.c", rf"unsigned {name}(?:_s)? = {{}}")
      for name in ("flood_window", "flood_threshold", "scan_window", "scan_threshold")),
]

# Counts of what grows, in prose: each is compared by a test here, or says where it comes from.
COUNT = re.compile(r"\b\d[\d,]*(?<!,) (?:other )?(?:anomalies|captures|cases|cells|executions|fields|"
                   r"filters|lines|passed|recordings|rows|tests)\b")
COMPARED = {
    ("docs/zeek.md", "24 captures"): "test_zeek_is_counted",
    ("docs/zeek.md", "116 rows"): "test_zeek_is_counted",
    ("CONTRIBUTING.md", "500 lines"): "a rule of tools/lint"}
# Its numbers are those of tools/check-versions, which writes it.
VERSIONS = re.compile(r"^## Versions\n.*?^`tools/check-versions` makes this table", re.MULTILINE | re.DOTALL)


def read(name):
    return (harness.SOURCE / name).read_text("utf-8")


def number(text):
    return int(text.replace(",", "").replace("_", ""))


def table_rows(text, *titles):
    """The cells of each row of all tables with these titles, in their order."""
    rows, within = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not cells:
            within = False
        elif tuple(cells[:len(titles)]) == titles:
            within = True
        elif within and set(cells[0]) - set("-"):
            rows.append(cells)
    return rows


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("page, said, source, defined", LIMITS)
def test_limit_is_that_of_the_source(page, said, source, defined):
    quoted = re.findall(said.replace("{}", NUMBER, 1), read(page))
    constant = re.search(defined.replace("{}", r"(\d[\d_]*)", 1), read(source))
    assert quoted and constant
    scale = 1024 if "{} KiB" in said else 1
    assert {number(text) * scale for text in quoted} == {number(constant[1])}


def test_captures_have_the_frames_that_are_listed():
    text = (CAPTURES / "README.md").read_text("utf-8")
    listed = {names(cells[0])[0]: int(cells[3])
              for cells in table_rows(text, "file", "shows", "made by", "frames")}
    found = dict(line.rsplit("\t", 1) for line in subprocess.run(
        ["capinfos", "-r", "-T", "-M", "-c", *listed], cwd=CAPTURES, check=True, capture_output=True,
        encoding="utf-8", timeout=harness.TIMEOUT_S).stdout.splitlines())
    assert {name: str(count) for name, count in listed.items()} == found
    assert set(listed) == set(ANOMALIES)


# What docs/signals.md finds.

def count_slugs(capture):
    return collections.Counter(slug for slugs in ANOMALIES[capture].values() for slug in slugs)


SIGNALS_PAGE = (DOCS / "signals.md").read_text("utf-8")
MADE = table_rows(SIGNALS_PAGE, "capture", "signal", "justified", "false friends in it")
RECORDED = table_rows(SIGNALS_PAGE, "capture", "signal", "right", "wrong", "missed")
# Beside those with a capture of their own, whose names are in the table.
SIGNALS = {names(cells[0])[0] for cells in MADE} | {"synack_unsolicited"}


@pytest.mark.parametrize("cells", MADE, ids=lambda cells: names(cells[0])[0])
def test_made_signals_are_counted(cells):
    slug, times = names(cells[0])[0], cells[1].partition(",")[0]
    assert count_slugs(f"made/{slug}.pcap")[slug] == TIMES[times]


def expected_signals(capture, cells):
    slugs = [capture[len("nmap_"):-len(".pcap")].join(("scan_", "")) if slug == "scan_..." else slug
             for slug in names(cells[1])]
    counts = [int(count) for count in re.findall(r"\d+", cells[2])]
    return dict(zip(slugs, counts if len(counts) == len(slugs) else counts * len(slugs), strict=True))


@pytest.mark.parametrize("cells", RECORDED, ids=lambda cells: names(cells[0])[0])
def test_recorded_signals_are_counted(cells):
    for capture in (name for name in names(cells[0]) if name.endswith(".pcap")):
        found = count_slugs(capture)
        wanted = expected_signals(capture, cells)
        assert {slug: count for slug, count in found.items() if slug in SIGNALS | set(wanted)} == wanted


def test_other_recordings_have_no_signal():
    named = {name for cells in RECORDED for name in names(cells[0])}
    others = [name for name in ANOMALIES if "/" not in name and name not in named]
    assert others
    assert not [name for name in others if SIGNALS & set(count_slugs(name))]


# What was measured, or compared, elsewhere.

def test_zeek_is_counted():
    text = (DOCS / "zeek.md").read_text("utf-8")
    split = sum(count for count, *_ in test_zeek.SPLIT.values())
    rows = [number(cells[0]) for cells in table_rows(text, "rows", "")]
    assert rows == [test_zeek.EQUAL_STREAMS, len(test_zeek.DIFFERENT), split]
    captures, total, streams = (number(re.search(said, text)[1]) for said in (
        f"every connection of {NUMBER} captures", f"tests expect: {NUMBER} rows", f"are {NUMBER} streams"))
    assert (total, streams) == (sum(rows), len(test_zeek.SPLIT))
    table = harness.SHARED / "captures" / "tcp" / "zeek-expected.tsv"
    if not table.is_file():
        pytest.skip(f"{table} is absent (TCPHS_SHARED names another folder of samples)")
    with table.open(encoding="utf-8", newline="") as file:
        assert len({row["pcap"] for row in csv.DictReader(file, delimiter="\t")}) == captures


@pytest.mark.parametrize("page, heading, source", [
    ("docs/reports.md", "What they cost", "docs/performance.md"),
    ("docs/performance.md", "HTCPCP", "docs/htcpcp.md")])
def test_measurements_are_quoted_as_they_are(page, heading, source):
    part = re.search(rf"^## {heading}\n(.*?)(?=^## |^Hostile|\Z)", read(page), re.MULTILINE | re.DOTALL)[1]
    quoted = set(re.findall(r"\d{2,3},\d{3}", part))
    assert quoted and quoted <= set(re.findall(r"\d{2,3},\d{3}", read(source)))


@pytest.mark.parametrize("page", harness.list_pages(), ids=lambda page: str(page.relative_to(harness.SOURCE)))
def test_no_count_goes_stale(page):
    name = str(page.relative_to(harness.SOURCE))
    text = VERSIONS.sub("", sessions.FENCE.sub("", page.read_text("utf-8")))
    assert [said for said in COUNT.findall(text) if (name, said) not in COMPARED] == []
