# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: write_report.py RESULTS FOLDER CAPTURES

Merges the results of read_capture.py in RESULTS into tables and one page. The file CAPTURES contains the
names of the captures, each ended by a zero byte, because a command line may be too short for them.

RESULTS/NUMBER.json is the result of the capture with that number, counted from 1: read (whether there
are rows), reason (why rows are missing, or null), ladders and oddities.
"""
import json
import os
import sys
from pathlib import Path

from choice import Choice
from failures import Failures
from output import Output, Refused, clean_up_after_signals
from page import write_page
from parquet import NotWritten, write_parquet
from read_capture import FAILED
from summary import Summary
from tables import Tables
from words import count_of, printable

MAX_ODDITIES = 300
NO_RESULT = {"read": False, "reason": "the process that read it ended early", "ladders": [],
             "oddities": []}


class Capture:
    """One capture and its results."""

    def __init__(self, path):
        self.path = path
        self.name = printable(path)
        self.read = False
        self.reason = None
        self.connections = 0
        self.failed = 0

    def add(self, row):
        self.connections += 1
        self.failed += row["outcome"] in FAILED


def load_result(path):
    try:
        return json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return NO_RESULT


def merge_rows(path, capture, tables, summary, failures):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            try:
                row = tables.add(capture.path, line)
            except ValueError:  # the line is incomplete: tshark was ended
                break
            capture.add(row)
            summary.add(row)
            if row["outcome"] in FAILED:
                failures.add(row)


def merge(results, paths):
    """The contents of the page, by name."""
    captures, summary = [Capture(path) for path in paths], Summary()
    failures, oddities = Failures(), Choice(MAX_ODDITIES)
    with Tables() as tables:
        for number, capture in enumerate(captures, 1):
            result = load_result(results / f"{number}.json")
            capture.read, capture.reason = result["read"], result["reason"]
            if not capture.read:
                continue
            merge_rows(results / f"{number}.rows", capture, tables, summary,
                       failures.of_capture(capture, result["ladders"]))
            for oddity in result["oddities"]:
                oddities.add(oddity["slug"], (capture, oddity))
    return {"captures": captures, "summary": summary, "failures": failures.groups(),
            "oddities": oddities.take()}


def complain(sentence):
    print(f"tcphs-report: {sentence}", file=sys.stderr)


def print_complaints(captures):
    for capture in captures:
        if capture.reason:
            how = "was read in part" if capture.read else "could not be read"
            complain(f"{capture.name} {how}: {capture.reason}")


def write_results(results, paths, output):
    """The contents of the page, and the reason why the Parquet file could not be written, or None."""
    started_in, failure = os.getcwd(), None
    output.begin()
    content = merge(results, paths)
    files = ["connections.csv", "connections.jsonl"]
    try:
        if write_parquet(Path("connections.jsonl"), Path("connections.parquet")):
            files.append("connections.parquet")
    except NotWritten as error:
        failure = str(error)
    write_page("report.html", content, files, started_in)
    output.publish([*files, "report.html"])
    return content, failure


def print_summary(content, page):
    """Prints the summary and returns the exit status."""
    print_complaints(content["captures"])
    read = sum(capture.read for capture in content["captures"])
    summary = content["summary"]
    print(f"{count_of(summary.connections, 'connection')}, {summary.failed:,} of them failed, in "
          f"{count_of(read, 'capture')}: {printable(str(page))}")
    return 0 if read else 1


def main():
    clean_up_after_signals()
    results, folder, names = map(Path, sys.argv[1:])
    paths = [os.fsdecode(name) for name in names.read_bytes().split(b"\0")[:-1]]
    try:
        with Output(folder) as output:
            content, failure = write_results(results, paths, output)
    except (OSError, Refused) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        complain(f"cannot write the results to {printable(str(folder))}: {reason}")
        return 1
    status = print_summary(content, folder / "report.html")
    if failure:
        complain(failure)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
