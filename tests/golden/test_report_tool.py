# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/tcphs-report: its tables compared with -T fields, its page in a parser and in a browser."""
import os
import re
import shutil
import subprocess
from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

import harness
from report_page import Page, show_in_browser

pytestmark = pytest.mark.skipif(
    bool(harness.SANITIZER), reason="the tool starts tshark without the sanitizer's runtime")

CAPTURES = ["http_server", "coffee_homepage", "unanswered", "refused", "unreachable", "aborted",
            "half_open", "reset", "made/synack_bad_ack", "made/tfo_data_ignored"]
ODD_NAME = """<i>it's<br> &amp; "$(id)" {} \n\\.pcap"""
FAILED = {"unanswered", "refused", "unreachable", "aborted", "half-open", "reset"}
ONE_VALUE = {  # column: the field that has it on some of the connection's frames
    "outcome": "tcphs.outcome", "outcome_by": "tcphs.outcome.by", "syn_count": "tcphs.syn.count",
    "synack_count": "tcphs.synack.count", "mss_client": "tcphs.mss.client",
    "mss_server": "tcphs.mss.server", "wscale_client": "tcphs.wscale.client",
    "wscale_server": "tcphs.wscale.server", "fastopen": "tcphs.fastopen",
    "closed_by": "tcphs.closed_by", "conn_state": "tcphs.conn_state", "history": "tcphs.history"}
TIMES = {"rtt_server": "tcphs.rtt.server", "rtt_client": "tcphs.rtt.client",
         "setup_time": "tcphs.setup_time"}
TRUTHS = {"sack": "tcphs.sack", "timestamps": "tcphs.timestamps", "ecn": "tcphs.ecn",
          "multipath": "tcphs.multipath"}
FRAME = ["frame.number", "frame.time_epoch", "tcp.stream", "tcp.len", "tcphs.sender",
         "tcphs.anomaly"]


@pytest.fixture(scope="module")
def report(new_report, own_capture):
    """The tool's work on captures of the project's own, on one cut short, and on a text."""
    made = new_report()
    for name in CAPTURES:
        target = made.path(f"{Path(name).name}.pcap")
        shutil.copyfile(own_capture(f"{name}.pcap"), target)
        target.chmod(0o600)  # where root runs the tool, tshark itself could not open it
    shutil.copyfile(own_capture("reset.pcap"), made.path(ODD_NAME))
    made.path("cut.pcap").write_bytes(own_capture("http_server.pcap").read_bytes()[:500])
    made.path("text.pcap").write_text("no capture\n")
    names = [f"{Path(name).name}.pcap" for name in CAPTURES]
    made.run("-j", 2, *names, ODD_NAME, "cut.pcap", "text.pcap", "missing.pcap")
    assert made.done.returncode == 0, made.done.stderr
    return made


# ---- tables ----

def first_value(frames, field):
    return next((frame[field] for frame in frames if frame[field]), "")


def decimal(text):
    return Decimal(text).normalize() if text else None


def fields_of_streams(tshark, capture):
    """The frames of each stream, as dictionaries of fields."""
    fields = [*FRAME, *ONE_VALUE.values(), *TIMES.values(), *TRUTHS.values()]
    streams = {}
    for row in tshark.fields(capture, fields, "-2", "-Y", "tcphs.stage"):
        frame = dict(zip(fields, row))
        streams.setdefault(frame["tcp.stream"], []).append(frame)
    return streams


def expected_row(stream, frames):
    """The expected row of a connection, from the fields of its frames."""
    sent = {side: [frame for frame in frames if frame["tcphs.sender"] == side]
            for side in ("client", "server")}
    begin = Decimal(frames[0]["frame.time_epoch"])
    start = datetime.fromtimestamp(int(begin), timezone.utc)
    anomalies = dict.fromkeys(slug for frame in frames
                              for slug in frame["tcphs.anomaly"].split(",") if slug)
    return {
        "stream": stream, "first_frame": frames[0]["frame.number"],
        "last_frame": frames[-1]["frame.number"], "anomalies": " ".join(anomalies),
        "start": f"{start:%Y-%m-%dT%H:%M:%S}.{int(begin % 1 * 1000000):06}Z",
        "duration": decimal(frames[-1]["frame.time_epoch"]) - begin,
        **{f"segments_{side}": str(len(sent[side])) for side in sent},
        **{f"bytes_{side}": str(sum(int(frame["tcp.len"]) for frame in sent[side]))
           for side in sent},
        **{column: first_value(frames, field) for column, field in ONE_VALUE.items()},
        **{column: decimal(first_value(frames, field)) for column, field in TIMES.items()},
        **{column: {"1": "true", "0": "false", "": ""}[first_value(frames, field)]
           for column, field in TRUTHS.items()},
    }


def found_row(row, columns):
    return {column: decimal(row[column]) if column in {*TIMES, "duration"} else row[column]
            for column in columns}


@pytest.mark.parametrize("name", [*CAPTURES, "cut"])
def test_rows_say_what_fields_say(report, tshark, name):
    name = f"{Path(name).name}.pcap"
    rows = [row for row in report.rows if row["capture"] == name]
    if name == "cut.pcap":
        assert [row["outcome"] for row in rows] == ["established"]
        return
    streams = fields_of_streams(tshark, report.path(name))
    assert [row["stream"] for row in rows] == list(streams)
    for row in rows:
        expected = expected_row(row["stream"], streams[row["stream"]])
        assert found_row(row, expected) == expected


def as_cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def test_csv_and_json_are_the_same(report):
    found = [{column: as_cell(value) for column, value in entry.items()}
             for entry in report.objects]
    assert found == report.rows


def test_columns_are_the_plugins(report, tshark, own_capture):
    header = tshark.run(own_capture("reset.pcap"), "-q", "-z", "tcphs,conns,csv").split("\n")[0]
    assert list(report.rows[0]) == ["capture", *header.strip().split(",")]
    assert list(report.objects[0]) == list(report.rows[0])


def test_csv_is_rfc_4180(report):
    raw = (report.folder / "tcphs-report" / "connections.csv").read_bytes()
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == len(report.rows) + 1


# ---- the page ----

@pytest.fixture(scope="module")
def page(report):
    return Page(report.html)


def test_page_needs_no_network(report, page):
    assert not re.search(r"https?://|url\((?!#)|@import|<script", report.html)
    assert all(reference.startswith("#") for reference in page.references)


def test_page_is_accessible(report, page):
    assert [name for name, count in page.ids.items() if count > 1] == []
    assert {reference[1:] for reference in page.references} <= set(page.ids)
    for names in re.findall(r'aria-labelledby="([^"]*)"', report.html):
        assert set(names.split()) <= set(page.ids)
    pictures = report.html.count("<svg")
    assert pictures == report.html.count('role="img"') == len(page.texts["title"]) - 1
    assert len(page.texts["h1"]) == 1
    assert len(page.texts["caption"]) == len(page.tables)


def test_page_counts_outcomes(report, page):
    counted = {row[0]: int(row[2]) for row in page.tables["table-outcomes"][1:]}
    assert counted == Counter(row["outcome"] for row in report.rows)


def test_page_draws_every_failed_connection(report, page):
    failed = [row for row in report.rows if row["outcome"] in FAILED]
    assert {row["outcome"] for row in failed} == FAILED
    listed = Counter((command.split(" -g ")[1], ladder.outcome)
                     for ladder in page.ladders() for command in ladder.listed)
    assert listed == Counter((row["first_frame"], row["outcome"]) for row in failed)
    ladder = next(text for text in page.texts["desc"] if "icmp error" in text)
    assert re.fullmatch(r"Frame 1, after 0 µs, client: syn seq 0\. "
                        r"Frame 2, after \d+ µs, network: icmp error, type 3 code 13\.", ladder)


def test_page_leads_to_odd_frames(page):
    rows = [row for row in page.tables["table-odd-frames"] if row[0] == "synack_bad_ack"]
    assert ["synack_bad_ack", "acknowledges 1000, expected 1", "synack_bad_ack.pcap", "0",
            "wireshark -r synack_bad_ack.pcap -g 2"] in rows


def test_captures_that_cannot_be_read(report, page):
    rows = {row[0]: row[1:] for row in page.tables["table-unreadable"][1:]}
    assert {name: row[0] for name, row in rows.items()} == {
        "cut.pcap": "in part", "text.pcap": "no", "missing.pcap": "no"}
    assert "cut short" in rows["cut.pcap"][1]
    assert rows["missing.pcap"][1] == "No such file or directory"
    assert report.done.stderr.count("\n") == 3
    for name, (_, reason) in rows.items():
        assert re.search(f"^tcphs-report: {name} .*: {re.escape(reason)}$", report.done.stderr,
                         re.MULTILINE)


def test_names_are_text(report, page):
    shown = ODD_NAME.replace("\n", "\\x0a")
    assert shown in [row["capture"] for row in report.rows]
    assert re.sub(r"\s+", " ", shown) in [row[0] for row in page.tables["table-captures"]]
    command = next(text for text in page.texts["code"] if "it\\047s" in text)
    word = command.removeprefix("wireshark -r ").removesuffix(" -g 1")
    done = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, text=True,
                          timeout=harness.TIMEOUT_S, check=True)
    assert done.stdout == ODD_NAME


def test_browser_shows_it(report, page):
    if not shutil.which("chromium"):
        pytest.skip("chromium is not installed")
    html = show_in_browser(report.folder / "tcphs-report" / "report.html")
    shown = Page(html)
    assert shown.tables == page.tables
    assert html.count("<svg") == report.html.count("<svg")


# ---- how it is called ----

def test_ordinary_user(new_report, own_capture):
    if os.geteuid() != 0:
        pytest.skip("every other test is an ordinary user's already")
    mine = new_report()
    shutil.copyfile(own_capture("reset.pcap"), mine.path("reset.pcap"))
    shutil.copyfile(own_capture("refused.pcap"), mine.path("private.pcap"))
    mine.path("private.pcap").chmod(0o600)
    shutil.copyfile(harness.MODULE, mine.path("tcphs.so"))
    mine.run("reset.pcap", "private.pcap", before=harness.as_nobody(), module="tcphs.so")
    assert mine.done.returncode == 0, mine.done.stderr
    assert mine.done.stderr == \
        "tcphs-report: private.pcap could not be read: Permission denied\n"
    assert [row["outcome"] for row in mine.rows] == ["reset"]


def test_nothing_could_be_read(new_report):
    nothing = new_report()
    nothing.path("text.pcap").write_text("no capture\n")
    os.mkfifo(nothing.path("pipe.pcap"))
    done = nothing.run("text.pcap", "pipe.pcap")
    assert done.returncode == 1
    assert "pipe.pcap could not be read: it is a pipe, which can be read only once" in done.stderr
    assert nothing.rows == []
    assert "No TCP connection was found" in nothing.html


@pytest.mark.parametrize("args, status, sentence", [
    ([], 2, "no capture is given"), (["-j", "0", "x"], 2, "-j requires a number"),
    (["x", "--jobs="], 2, "-j requires a number"), (["-o", "", "x"], 2, "-o requires a folder"),
    (["--nonsense", "x"], 2, "unrecognized option '--nonsense'"),
    (["x", "--nonsense"], 2, "unrecognized option '--nonsense'"),
    (["x", "-n", "y"], 2, "invalid option -- 'n'"), (["x", "-o"], 2, "option requires an argument"),
    (["--plugin", "no/such.so", "x"], 1, "the plugin no/such.so does not exist")])
def test_mistakes(new_report, args, status, sentence):
    mine = new_report()
    done = mine.run(*args, module=None)
    assert done.returncode == status and done.stdout == ""
    assert re.fullmatch(r"tcphs-report: [^\n]+\n", done.stderr), done.stderr
    assert sentence in done.stderr
    assert not list(mine.folder.iterdir())


@pytest.mark.parametrize("args", [
    ["a.pcap", "-o", "out", "-j", "2"], ["-j2", "a.pcap", "-oout"],
    ["a.pcap", "--output=out", "--jobs=2"], ["--output", "out", "--jobs", "2", "a.pcap"]])
def test_options_stand_anywhere(new_report, own_capture, args):
    mine = new_report()
    shutil.copyfile(own_capture("reset.pcap"), mine.path("a.pcap"))
    shutil.copyfile(own_capture("reset.pcap"), mine.path("-b.pcap"))
    done = mine.run(*args, f"--plugin={harness.MODULE}", "--", "-b.pcap", "--jobs=x", module=None,
                    POSIXLY_CORRECT="1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == \
        "tcphs-report: --jobs=x could not be read: No such file or directory\n"
    assert mine.path("out").is_dir() and not mine.path("tcphs-report").exists()
    assert "in 2 captures: out/report.html" in done.stdout


def test_help_tells_every_option(new_report):
    done = new_report().run("--help", module=None)
    assert done.returncode == 0
    assert set(re.findall(r"--\w+", done.stdout)) == {"--jobs", "--output", "--plugin", "--help"}


def test_folder_that_cannot_be_made(new_report, own_capture):
    done = new_report().run("-o", "/proc/nothing", own_capture("reset.pcap"))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == \
        "tcphs-report: cannot write to /proc/nothing: No such file or directory\n"


def test_plugin_that_is_none(new_report):
    wrong = new_report()
    wrong.path("wrong.so").write_text("nothing\n")
    done = wrong.run("x", module="wrong.so")
    assert done.returncode == 1
    assert re.fullmatch(r"tcphs-report: [^\n]*not find the report tcphs,conns in wrong.so[^\n]*\n",
                        done.stderr)


@pytest.mark.parametrize("version", ["3.6.2", "4.7.0"])
def test_version_that_is_not_supported(new_report, own_capture, version):
    mine = new_report()
    fake = mine.path("tshark")
    fake.write_text(f"#!/bin/sh\necho 'TShark (Wireshark) {version} (made up)'\n")
    fake.chmod(0o755)
    done = mine.run(own_capture("reset.pcap"), PATH=f"{mine.folder}:{os.environ['PATH']}")
    assert done.returncode != 0
    assert done.stderr == \
        f"tcphs-report: Wireshark {version} is not supported: the plugin needs 4.0 to 4.6\n"
