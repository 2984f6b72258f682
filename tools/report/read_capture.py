# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: read_capture.py RESULTS NUMBER CAPTURE

Reads one capture. Writes RESULTS/NUMBER.rows, the plugin's rows of its connections, and
RESULTS/NUMBER.json: whether that succeeded, the segments of failed connections, and the anomalies.
The exit status is NOT_WRITTEN if they could not be written.
"""
import json
import os
import shutil
import subprocess
import sys
from collections import deque
from pathlib import Path

from choice import Choice
from tshark import start_tshark
from ways import FIRST_SEGMENTS, LAST_SEGMENTS, Ways

FAILED = ("unanswered", "refused", "unreachable", "aborted", "half-open", "reset")

NOT_WRITTEN = 3

MAX_ODD_CONNECTIONS = 100
MAX_ODD_FRAMES = 200

SEPARATOR, AGGREGATOR = "\x1f", "\x1e"
FIELDS = ("frame.number", "frame.time_relative", "tcp.stream", "tcp.srcport", "tcp.len",
          "tcphs.stage", "tcphs.sender", "tcphs.seq.rel", "tcphs.ack.rel",
          "tcphs.retransmission", "tcphs.unreachable.type", "tcphs.unreachable.code",
          "tcphs.anomaly", "_ws.expert.message")
SENTENCE = "TCP handshake: "  # the prefix of the plugin's expert infos


class Unreadable(Exception):
    """The reason why a capture cannot be read."""


class NotWritten(Exception):
    """The results of a capture could not be written."""


def parse_rows(path):
    """The connections of a file of rows; a line that a crash has cut is ignored."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                return


def last_complaint(stderr):
    """The last message of tshark, without its name; tshark reads from a file without a name."""
    lines = stderr.decode("utf-8", "replace").strip().split("\n")
    return lines[-1].removeprefix("tshark: ").replace("The standard input", "The file").strip()


def finish(process, complaints):
    """None, or the reason why tshark did not reach the end of the capture."""
    process.wait()
    if process.returncode == 0:
        return None
    if process.returncode < 0:
        return f"tshark was ended by signal {-process.returncode}"
    complaints.seek(0)
    return last_complaint(complaints.read()) or f"tshark ended with status {process.returncode}"


def copy_rows(process, path):
    """Writes the rows. tshark does not write the file itself, because it does not report a full disk."""
    try:
        with open(path, "wb") as rows:
            shutil.copyfileobj(process.stdout, rows)
    except OSError as error:
        process.kill()
        raise NotWritten from error


def write_rows(capture, path):
    """None, or the reason why some connections may be missing."""
    if Path(capture).is_fifo():
        raise Unreadable("it is a pipe, which can be read only once, and captures are read twice")
    with open(capture, "rb") as source, open(os.memfd_create("complaints"), "r+b") as complaints, \
            start_tshark(source, "-q", "-z", "tcphs,conns,json", stdout=subprocess.PIPE,
                         stderr=complaints) as process:
        copy_rows(process, path)
        reason = finish(process, complaints)
    if reason and path.stat().st_size == 0:
        raise Unreadable(reason)
    return reason


def choose_connections(path):
    """Rows by stream number: one per way of failure, and those whose anomalies are listed."""
    failed, odd = Ways(), Choice(MAX_ODD_CONNECTIONS)
    for row in parse_rows(path):
        if row["outcome"] in FAILED:
            failed.add(row)
        for slug in row["anomalies"]:
            odd.add(slug, row)
    return failed.firsts(), {row["stream"]: row for row in odd.take()}


def filter_for(failed, odd):
    def some(field, numbers):
        return f"{field} in {{{', '.join(map(str, sorted(numbers)))}}}"

    parts = []
    if failed:
        parts.append(some("tcp.stream", failed))
    errors = {row["error_frame"] for row in failed.values() if row["error_frame"]}
    if errors:
        parts.append(some("frame.number", errors))
    if odd:
        parts.append(f"(tcphs.anomaly and {some('tcp.stream', odd)})")
    return " or ".join(parts)


def read_frames(capture, display_filter):
    """The fields of each frame that the filter selects: lists of values."""
    fields = [word for field in FIELDS for word in ("-e", field)]
    with open(capture, "rb") as source:
        process = start_tshark(source, "-Y", display_filter, "-T", "fields", "-E",
                               f"separator={SEPARATOR}", "-E", f"aggregator={AGGREGATOR}", *fields,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        for line in process.stdout:
            cells = line.decode("utf-8", "replace").rstrip("\n").split(SEPARATOR)
            if len(cells) == len(FIELDS):
                yield {field: cell.split(AGGREGATOR) if cell else []
                       for field, cell in zip(FIELDS, cells)}


def one_of(frame, field, place, places):
    """The value for one of the TCP headers of a frame, which usually has only one."""
    values = frame[field]
    if not values:
        return ""
    return values[place] if len(values) == places else values[0]


def sender_of(sender, port, row):
    """The side that sent a segment. Without the field, as on some stray segments, the port decides."""
    if sender:
        return sender
    return "client" if port == str(row["client_port"]) else "server"


def make_segment(frame, row, place, places):
    def value(field):
        return one_of(frame, field, place, places)

    sender = sender_of(value("tcphs.sender"), value("tcp.srcport"), row)
    return {"frame": int(value("frame.number")), "time": float(value("frame.time_relative")),
            "sender": sender, "stage": value("tcphs.stage"), "seq": value("tcphs.seq.rel"),
            "ack": value("tcphs.ack.rel"), "bytes": int(value("tcp.len") or 0),
            "again": bool(frame["tcphs.retransmission"]), "anomalies": frame["tcphs.anomaly"]}


def make_error(frame):
    """The ICMP error that answers a SYN, as the last segment of its ladder."""
    return {"frame": int(frame["frame.number"][0]), "time": float(frame["frame.time_relative"][0]),
            "sender": "network", "stage": "icmp error", "anomalies": [],
            "type": "".join(frame["tcphs.unreachable.type"][:1]),
            "code": "".join(frame["tcphs.unreachable.code"][:1])}


class Ladder:
    """One failed connection: its row, and its first and last segments."""

    def __init__(self, row):
        self._row = row
        self._first = []
        self._last = deque(maxlen=LAST_SEGMENTS)
        self._count = 0

    def add(self, segment):
        self._count += 1
        if len(self._first) < FIRST_SEGMENTS:
            self._first.append(segment)
        else:
            self._last.append(segment)

    def result(self):
        return {"row": self._row, "first": self._first, "last": list(self._last),
                "left_out": self._count - len(self._first) - len(self._last)}


def list_oddities(frame, stream):
    """One entry per anomaly of a frame, with the plugin's message."""
    sentences = [message.removeprefix(SENTENCE) for message in frame["_ws.expert.message"]
                 if message.startswith(SENTENCE)]
    slugs = frame["tcphs.anomaly"]
    if len(sentences) != len(slugs):
        sentences = [""] * len(slugs)
    return [{"slug": slug, "sentence": sentence, "stream": stream,
             "frame": int(frame["frame.number"][0])} for slug, sentence in zip(slugs, sentences)]


def collect_segments(capture, failed, odd):
    """Ladders of the failed connections, and the frames with anomalies of the others."""
    ladders = {stream: Ladder(row) for stream, row in failed.items()}
    by_error = {row["error_frame"]: ladders[stream] for stream, row in failed.items()
                if row["error_frame"]}
    oddities = Choice(MAX_ODD_FRAMES)
    for frame in read_frames(capture, filter_for(failed, odd)):
        streams = [int(value) for value in frame["tcp.stream"]]
        if not frame["tcphs.stage"] and int(frame["frame.number"][0]) in by_error:
            by_error[int(frame["frame.number"][0])].add(make_error(frame))
            continue
        for place, stream in enumerate(streams):
            # A truncated header has no stage.
            if stream in ladders and frame["tcphs.stage"]:
                ladders[stream].add(make_segment(frame, failed[stream], place, len(streams)))
        if streams and streams[0] in odd:
            for entry in list_oddities(frame, streams[0]):
                oddities.add(entry["slug"], entry)
    return [ladder.result() for ladder in ladders.values()], oddities.take()


def read_capture(capture, rows_path):
    """The result that write_report.py reads: see there."""
    result = {"read": False, "reason": None, "ladders": [], "oddities": []}
    try:
        result["reason"] = write_rows(capture, rows_path)
        result["read"] = True
        failed, odd = choose_connections(rows_path)
        if failed or odd:
            result["ladders"], result["oddities"] = collect_segments(capture, failed, odd)
    except OSError as error:
        result["reason"] = error.strerror
    except Unreadable as error:
        result["reason"] = str(error)
    return result


def write_result(path, result):
    try:
        path.write_text(json.dumps(result), encoding="ascii")
    except OSError as error:
        raise NotWritten from error


def main():
    results, number, capture = sys.argv[1:]
    try:
        result = read_capture(capture, Path(results, f"{number}.rows"))
        write_result(Path(results, f"{number}.json"), result)
    except NotWritten:
        return NOT_WRITTEN
    return 0


if __name__ == "__main__":
    sys.exit(main())
