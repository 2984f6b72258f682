# SPDX-License-Identifier: GPL-2.0-or-later
"""The documents say what the plugin does: their words, their tables, their commands.

sessions.py says what is run. Run as a program, this file pastes in anew what is printed, in all
pages or in those that are named:

    python3 tests/golden/test_docs.py     # after a build; TCPHS_BUILD names another build folder
    git diff README.md docs
"""
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
import sessions

DOCS = harness.SOURCE / "docs"
CAPTURES = harness.SOURCE / "captures"
README = harness.SOURCE / "README.md"
PAGES = [README, *sorted(DOCS.glob("**/*.md"))]
ALL_PAGES = harness.list_pages()
LIVE_PAGES = [page for page in ALL_PAGES if sessions.Blocks(page).texts(live=True)]

SLUG = re.compile("[a-z_]+")
TABLE_START = "## The endpoint sends\n"  # from here on docs/states.md is printed
# A filter among the words of a page, or behind -Y.
FILTER = re.compile(r"`(?:-Y ')?((?:tcphs|htcpcp|tcp|http|frame)\.[\w.]+ (?:[=!<>]=?=?|in|contains|matches) "
                    r"[^`']+)'?`")
# No fields: files, and preferences.
OTHER_NAMES = {"tcphs.so", "htcpcp.md", "htcpcp.tcp.port", "htcpcp.tls.port", "htcpcp.decompress_body",
               "htcpcp.search_http",
               "tcphs.properties", "tcphs.rtt",  # of Elasticsearch, and of several fields
               "tcphs.flood_window", "tcphs.flood_threshold",
               "tcphs.scan_threshold"}
# In one or another of them every field that needs a second reading differs between the two.
TELLING = ("aborted", "client_restarted", "coffee_homepage", "half_close", "loss", "refused",
           "coffee_brew", "coffee_refusals", "reset", "synack_repeated", "unreachable", "made/port_reused",
           "made/synack_unsolicited")


@pytest.fixture(scope="module")
def shell(private):
    return sessions.Shell(private)


@pytest.fixture(scope="module")
def live(shell):
    """{text of a live session: as it should read}"""
    reason = sessions.why_not_live()
    if reason:
        pytest.skip(reason)
    return shell.live_all([text for page in LIVE_PAGES
                           for text in sessions.Blocks(page).texts(live=True)])


@pytest.fixture(scope="module")
def printed_fields(tshark):
    return print_fields(tshark)


@pytest.fixture(scope="module")
def needs(printed_fields):
    """{field: what docs/fields.md says under "needs -2?"}"""
    return {name: need for name, _, need in read_field_rows(printed_fields)}


def print_fields(tshark, *options):
    return subprocess.run([harness.SOURCE / "tools" / "print-fields", *options], check=True,
                          input=tshark.run(None, "-G", "fields"), capture_output=True,
                          encoding="utf-8", timeout=harness.TIMEOUT_S).stdout


def print_model(part):
    return subprocess.run([harness.BUILD / "tests" / "print-model", part], check=True,
                          capture_output=True, encoding="utf-8", timeout=harness.TIMEOUT_S).stdout


def list_sections(page):
    """{heading: text below it}"""
    parts = re.split(r"^#+ (.*)\n", page.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def list_anomaly_sections():
    return {name: text for name, text in list_sections(DOCS / "anomalies.md").items()
            if SLUG.fullmatch(name)}


def list_words(text):
    """The words in the first column of a table."""
    return re.findall(r"^\| `([a-z-]+)` ", text, re.MULTILINE)


def list_anomalies():
    return {slug: severity for slug, severity, _ in
            (line.split("\t") for line in print_model("anomalies").splitlines())}


def read_field_rows(text):
    """(field, type, needs -2?) of each row of a field table; several names may share a row."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            rows += [(name, *cells[1:3]) for name in re.findall(r"`([^`]+)`", cells[0])]
    return rows


# Sessions.

def name_page(page):
    return str(page.relative_to(harness.SOURCE))


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_page)
def test_blocks_are_run_or_say_why_not(page):
    text = page.read_text("utf-8")
    assert not sessions.find_unmarked(text)
    for test, _ in sessions.find_tests(text):
        assert page.name in (harness.SOURCE / test).read_text("utf-8"), f"{test} does not read {page.name}"


@pytest.mark.parametrize("text, found", [
    ("A\n```console\n$ true\n```\n", []), ("A\n\n```console live\n$ true\n```\n", []),
    ("```\n$ true\n```\n", ["$ true"]), ("A\n\n```sh\nmake\n```\n", ["make"]),
    ("<!-- not run: needs root -->\n```sh\nmake\n```\n", []),
    ("<!-- not run: -->\n```sh\nmake\n```\n", ["make"]),
    ("<!-- run by tests/golden/test_docs.py -->\n```sh\nmake\n```\n", []),
    ("<!-- not run: needs root -->\n\n```sh\nmake\n```\n", ["make"]),
    ("* A\n\n  ```sh\n  make\n  ```\n", ["  make"]),
    ("* A\n  <!-- not run: B -->\n  ```sh\n  make\n  ```\n", []),
    ("A\n\n    make\n    make install\n", ["make"]), ("* A\n\n    more of A\n", [])])
def test_unmarked_blocks_are_found(text, found):
    assert sessions.find_unmarked(text) == found


@pytest.mark.parametrize("page", ALL_PAGES, ids=name_page)
def test_sessions_print_what_is_pasted(shell, page):
    for text in sessions.Blocks(page).texts(live=False):
        assert shell.session(text) == text


@pytest.mark.parametrize("page", LIVE_PAGES, ids=name_page)
def test_live_sessions_print_what_is_pasted(live, page):
    for text in sessions.Blocks(page).texts(live=True):
        assert live[text] == text


# Anomalies.

def test_every_anomaly_has_its_section():
    expected = json.loads((CAPTURES / "expected_anomalies.json").read_text("utf-8"))
    found = {slug for frames in expected.values() for slugs in frames.values() for slug in slugs}
    assert set(list_anomaly_sections()) == set(list_anomalies()) == found


@pytest.mark.parametrize("slug", list_anomaly_sections())
def test_section_is_whole(slug):
    text = list_anomaly_sections()[slug]
    assert f"**Severity:** {list_anomalies()[slug]}\n" in text
    assert (CAPTURES / "made" / f"{slug}.pcap").is_file()
    assert f"$ tshark -n -r captures/made/{slug}.pcap" in text
    for part in ("**Condition:**", "**Innocent:**", "**Reference:** RFC "):
        assert part in text


def test_anomalies_are_fields(known):
    assert {f"tcphs.{slug}" for slug in list_anomalies()} <= known


# States.

def test_state_table_is_printed():
    text = (DOCS / "states.md").read_text("utf-8")
    assert text[text.index(TABLE_START):] == print_model("states")


@pytest.mark.parametrize("heading, part", [("Stages", "stages"), ("Outcomes", "outcomes")])
def test_words_are_explained(heading, part):
    words = list_words(list_sections(DOCS / "states.md")[heading])
    assert words == print_model(part).split()


# Fields.

def test_fields_are_printed(printed_fields):
    assert (DOCS / "fields.md").read_text("utf-8") == printed_fields


def test_man_page_is_printed(tshark):
    assert (DOCS / "man" / "tcphs.4").read_text("utf-8") == print_fields(tshark, "--man")


def test_readme_has_the_fields_as_they_are(printed_fields):
    rows = read_field_rows(README.read_text("utf-8"))
    assert rows and set(rows) <= set(read_field_rows(printed_fields))


@pytest.fixture(scope="module")
def known(tshark):
    """The names of all fields."""
    return {line.split("\t")[2] for line in tshark.run(None, "-G", "fields").splitlines()}


def test_filters_compile(tshark):
    filters = {found for page in PAGES for found in FILTER.findall(page.read_text("utf-8"))}
    assert len(filters) > 30
    tshark.run(CAPTURES / "refused.pcap", "-Y", " or ".join(f"({text})" for text in filters))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_names_exist(known, page):
    named = set(re.findall(r"\b(?:tcphs|htcpcp)\.[a-z][a-z0-9_.]*[a-z0-9]", page.read_text("utf-8")))
    assert not named - known - OTHER_NAMES


def test_one_reading_differs_only_where_it_says_so(tshark, needs):
    differ = set()
    for name in TELLING:
        one, two = (tshark.fields(CAPTURES / f"{name}.pcap", list(needs), *passes)
                    for passes in ((), ("-2",)))
        for one_row, two_row in zip(one, two, strict=True):
            for (field, need), early, late in zip(needs.items(), one_row, two_row, strict=True):
                if early != late:
                    assert need != "no", f"{name}: {field} is {early!r}, and {late!r} with -2"
                    assert need != "earlier" or early == "", f"{name}: {field} changes"
                    differ.add(field)
    listed = {field for field, need in needs.items() if need != "no"}
    assert {field for field in listed if field.startswith("tcphs")} <= differ <= listed


def test_readme_is_short():
    assert len(README.read_text("utf-8").splitlines()) < 250


def update(pages):
    """Pastes in what is printed."""
    private = harness.Private()
    try:
        (DOCS / "fields.md").write_text(print_fields(harness.Tshark(private)), "utf-8")
        (DOCS / "man" / "tcphs.4").write_text(
            print_fields(harness.Tshark(private), "--man"), "utf-8")
        states = (DOCS / "states.md").read_text("utf-8")
        (DOCS / "states.md").write_text(
            states[:states.index(TABLE_START)] + print_model("states"), "utf-8")
        shell = sessions.Shell(private)
        for page in pages:
            sessions.Blocks(page).replace(
                lambda text, live: shell.session(text) if not live else
                text if sessions.why_not_live() else shell.live(text))
    finally:
        private.remove()


if __name__ == "__main__":
    update([Path(name).resolve() for name in sys.argv[1:]] or ALL_PAGES)
