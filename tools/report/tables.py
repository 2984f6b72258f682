# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the rows of all captures as CSV and JSON lines."""
import csv
import json
import re
from decimal import Decimal

from words import printable

# The name and the type of each column of the plugin's rows, in the plugin's order.
INTEGER, SECONDS, TEXT, TIME, TRUTH, WORDS = "integer", "seconds", "text", "time", "truth", "words"
COLUMNS = {
    "stream": INTEGER, "start": TIME, "client": TEXT, "client_port": INTEGER, "server": TEXT,
    "server_port": INTEGER, "outcome": TEXT, "outcome_by": TEXT, "error_frame": INTEGER,
    "icmp_error": TEXT, "syn_count": INTEGER, "synack_count": INTEGER, "rtt_server": SECONDS,
    "rtt_client": SECONDS, "setup_time": SECONDS, "duration": SECONDS, "segments_client": INTEGER,
    "segments_server": INTEGER, "bytes_client": INTEGER, "bytes_server": INTEGER,
    "mss_client": INTEGER, "mss_server": INTEGER, "wscale_client": INTEGER,
    "wscale_server": INTEGER, "sack": TRUTH, "timestamps": TRUTH, "ecn": TRUTH, "fastopen": TEXT,
    "multipath": TRUTH, "closed_by": TEXT, "conn_state": TEXT, "history": TEXT,
    "anomalies": WORDS, "first_frame": INTEGER, "last_frame": INTEGER,
}

# A spreadsheet treats a cell that begins with one of these as a formula; in some languages also the
# wide forms.
FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def disarm(text):
    """The text in a form that no spreadsheet treats as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def quote(text):
    return '"' + text.replace('"', '""') + '"'


def write_cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        value = " ".join(value)
    return disarm(value) if isinstance(value, str) else value


class Tables:
    """connections.csv and connections.jsonl in the current folder."""

    def __init__(self):
        self._csv_file = open("connections.csv", "w", newline="", encoding="utf-8")
        self._jsonl_file = open("connections.jsonl", "w", encoding="utf-8")
        self._csv = csv.writer(self._csv_file)
        self._csv.writerow(("capture", *COLUMNS))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._csv_file.close()
        finally:
            self._jsonl_file.close()

    def add(self, capture, line):
        """One line of the plugin's JSON; returns the row."""
        # Times keep the digits that the plugin wrote.
        row = json.loads(line, parse_float=Decimal)
        name = printable(capture)
        # Only this cell may contain a semicolon, which separates unquoted cells in some languages.
        self._csv_file.write(f"{quote(disarm(name))},")
        self._csv.writerow([write_cell(row[column]) for column in COLUMNS])
        self._jsonl_file.write(f'{{"capture":{json.dumps(name)},{line.strip()[1:]}\n')
        return row
