# SPDX-License-Identifier: GPL-2.0-or-later
"""Gathers the failed connections of all captures by the way they went, with a ladder for each way.

Rows are not kept but for the first of each way, and of the others what the page lists.
"""
from collections import namedtuple

from choice import Choice
from ways import COARSE, FINE, MAX_SEGMENTS, Ways, segments_of

MAX_LISTED = 10_000  # connections on the page,
MAX_LISTED_ALIKE = 200  # and of one way

Connection = namedtuple("Connection", "capture start client client_port server server_port "
                                      "duration first_frame")


def describe_segments(row):
    counts = segments_of(row)
    return f"segments {counts[0]}/{counts[1]}" if counts else f"over {MAX_SEGMENTS} segments"


def describe_way(way):
    """What its connections have in common."""
    row = way.first
    if way.level == FINE:
        by = f" by the {row['outcome_by']}" if row["outcome_by"] else ""
        error = [row["icmp_error"]] if row["icmp_error"] else []
        words = [describe_segments(row), f"state {row['conn_state']}", f"history {row['history']}"]
        return ", ".join([f"{row['outcome']}{by}", *error, *words, *row["anomalies"]])
    if way.level == COARSE:
        return f"{row['outcome']}, history {row['history']}, and different in other respects"
    return f"{row['outcome']}, in further ways than are told apart here"


class Group:
    """The connections of one way: some of them, how many there are, and whose ladder is drawn."""

    def __init__(self, way, listed, count, drawn):
        self.words = describe_way(way)
        self.level = way.level
        self.outcome = way.first["outcome"]
        self.listed = listed
        self.count = count
        self.capture, self.ladder = drawn
        # What is told coarsely may be drawn of a connection that was told apart from these.
        self.alone = count == 1 and way.level == FINE


class CaptureFailures:
    """The failed connections of one capture, in the order of its rows."""

    def __init__(self, failures, capture, ladders):
        self._failures = failures
        self._capture = capture
        self._ways = Ways()  # as read_capture.py had them: the first of each was read
        self._ladders = {ladder["row"]["stream"]: ladder for ladder in ladders}

    def add(self, row):
        way = self._ways.add(row)
        # A capture that could be read once need not be there when it is read again.
        ladder = self._ladders.get(way.first["stream"]) or {
            "row": way.first, "first": [], "last": [], "left_out": 0}
        self._failures.add(self._capture, row, way.level, ladder)


class Failures:
    def __init__(self):
        self._ways = Ways()
        self._listed = Choice(MAX_LISTED, MAX_LISTED_ALIKE)
        self._drawn = {}

    def of_capture(self, capture, ladders):
        """What takes the rows of a capture; `ladders` are those that read_capture.py has left."""
        return CaptureFailures(self, capture, ladders)

    def add(self, capture, row, level, ladder):
        """`ladder` is that of a connection which is like this one as far as `level` tells."""
        way = self._ways.add(row, level)
        self._drawn.setdefault(way, (capture, ladder))
        self._listed.add(way, Connection(capture, *(row[name] for name in Connection._fields[1:])))

    def groups(self):
        """The groups of each outcome: what is told finely first, and the largest ones of that."""
        found = {}
        for way, listed in self._listed.take_by_kind().items():
            group = Group(way, listed, self._listed.counts[way], self._drawn[way])
            found.setdefault(group.outcome, []).append(group)
        return {outcome: sorted(groups, key=lambda group: (group.level, -group.count))
                for outcome, groups in found.items()}
