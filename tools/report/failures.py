# SPDX-License-Identifier: GPL-2.0-or-later
"""Groups the failed connections of all captures by the way they failed, with one ladder per way.

Of each way the first row is kept; of the other rows only the columns that the page lists.
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
    return f"segments {counts[0]}/{counts[1]}" if counts else f"more than {MAX_SEGMENTS} segments"


def describe_way(way):
    """The common properties of its connections."""
    row = way.first
    if way.level == FINE:
        by = f" by the {row['outcome_by']}" if row["outcome_by"] else ""
        error = [row["icmp_error"]] if row["icmp_error"] else []
        words = [describe_segments(row), f"state {row['conn_state']}", f"history {row['history']}"]
        return ", ".join([f"{row['outcome']}{by}", *error, *words, *row["anomalies"]])
    if way.level == COARSE:
        return f"{row['outcome']}, history {row['history']}, other properties differ"
    return f"{row['outcome']}, in further cases that are not distinguished here"


class Group:
    """The connections of one way: their number, those that are listed, and the ladder that is drawn."""

    def __init__(self, way, listed, count, drawn):
        self.words = describe_way(way)
        self.level = way.level
        self.outcome = way.first["outcome"]
        self.listed = listed
        self.count = count
        self.capture, self.ladder = drawn
        # A coarse group may be drawn with the ladder of a connection that belongs to a finer group.
        self.alone = count == 1 and way.level == FINE


class CaptureFailures:
    """The failed connections of one capture, in the order of its rows."""

    def __init__(self, failures, capture, ladders):
        self._failures = failures
        self._capture = capture
        self._ways = Ways()  # the same as in read_capture.py, which has read the first of each
        self._ladders = {ladder["row"]["stream"]: ladder for ladder in ladders}

    def add(self, row):
        way = self._ways.add(row)
        # The segments are missing if the capture could not be read the second time.
        ladder = self._ladders.get(way.first["stream"]) or {
            "row": way.first, "first": [], "last": [], "left_out": 0}
        self._failures.add(self._capture, row, way.level, ladder)


class Failures:
    def __init__(self):
        self._ways = Ways()
        self._listed = Choice(MAX_LISTED, MAX_LISTED_ALIKE)
        self._drawn = {}

    def of_capture(self, capture, ladders):
        """The object that takes the rows of one capture; `ladders` are the results of read_capture.py."""
        return CaptureFailures(self, capture, ladders)

    def add(self, capture, row, level, ladder):
        """`ladder` is that of a connection which is equal to this one at this `level`."""
        way = self._ways.add(row, level)
        self._drawn.setdefault(way, (capture, ladder))
        self._listed.add(way, Connection(capture, *(row[name] for name in Connection._fields[1:])))

    def groups(self):
        """The groups of each outcome: the finest level first, and the largest groups first."""
        found = {}
        for way, listed in self._listed.take_by_kind().items():
            group = Group(way, listed, self._listed.counts[way], self._drawn[way])
            found.setdefault(group.outcome, []).append(group)
        return {outcome: sorted(groups, key=lambda group: (group.level, -group.count))
                for outcome, groups in found.items()}
