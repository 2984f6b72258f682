# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: write_report.py RESULTS FOLDER CAPTURE...

Merges what read_capture.py has left in RESULTS into tables and one page.

RESULTS/NUMBER.json has, for the capture of that number, counted from 1: read (whether there are
rows), reason (why there are none, or not all; or null), ladders and oddities.
"""
import json
import os
import sys
from pathlib import Path

from choice import Choice
from failures import Failures
from page import write_page
from parquet import write_parquet
from read_capture import FAILED
from summary import Summary
from tables import Tables
from words import count_of, printable

MAX_ODDITIES = 300
NO_RESULT = {"read": False, "reason": "its reader ended before it was done", "ladders": [],
             "oddities": []}


class Capture:
    """One capture, and what came of it."""

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
            except ValueError:  # the end of a line is missing: tshark was ended
                break
            capture.add(row)
            summary.add(row)
            if row["outcome"] in FAILED:
                failures.add(row)


def merge(results, paths, folder):
    """Everything that the page shows, by name."""
    captures, summary = [Capture(path) for path in paths], Summary()
    failures, oddities = Failures(), Choice(MAX_ODDITIES)
    with Tables(folder) as tables:
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


def print_complaints(captures):
    for capture in captures:
        if capture.reason:
            how = "was read in part" if capture.read else "could not be read"
            print(f"tcphs-report: {capture.name} {how}: {capture.reason}", file=sys.stderr)


def main():
    results, folder, paths = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    content = merge(results, paths, folder)
    files = ["connections.csv", "connections.jsonl"]
    if write_parquet(folder / "connections.jsonl", folder / "connections.parquet"):
        files.append("connections.parquet")
    write_page(folder / "report.html", content, files, os.getcwd())
    print_complaints(content["captures"])
    read = sum(capture.read for capture in content["captures"])
    summary = content["summary"]
    print(f"{count_of(summary.connections, 'connection')}, {summary.failed:,} of them failed, in "
          f"{count_of(read, 'capture')}: {printable(str(folder / 'report.html'))}")
    return 0 if read else 1


if __name__ == "__main__":
    sys.exit(main())
