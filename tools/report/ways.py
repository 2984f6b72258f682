# SPDX-License-Identifier: GPL-2.0-or-later
"""Sorts failed connections by the way they failed. Connections of the same way share a ladder.

The rows alone determine the way, so that the segments of only one connection per way and capture have
to be read. Ways are compared by all properties (FINE). When an outcome has MAX_FINE of them, further
connections are compared by history only (COARSE). When it has MAX_COARSE of those, all further
connections are one way (REST). Every connection therefore has one way, whatever a capture contains, and
an outcome has at most MAX_FINE + MAX_COARSE + 1 ways.
"""
FINE, COARSE, REST = range(3)
MAX_FINE, MAX_COARSE = 40, 15
FIRST_SEGMENTS = 8  # of a ladder; the segments between the first and the last are left out
LAST_SEGMENTS = 8
MAX_SEGMENTS = FIRST_SEGMENTS + LAST_SEGMENTS


def segments_of(row):
    """The number of segments of each side; None if a ladder does not show them all."""
    counts = row["segments_client"], row["segments_server"]
    return counts if sum(counts) <= MAX_SEGMENTS else None


def fine_key(row):
    return (row["outcome_by"], row["icmp_error"], row["syn_count"], row["synack_count"], row["history"],
            row["conn_state"], row["closed_by"], tuple(row["anomalies"]), segments_of(row))


class Way:
    """A way of failure: the level of comparison, and the first row."""

    def __init__(self, level, first):
        self.level = level
        self.first = first


class Ways:
    """All ways so far. The same rows in the same order give the same ways."""

    def __init__(self):
        self._ways = {}

    def add(self, row, finest=FINE):
        """The way of a failed connection, at level `finest` or coarser."""
        for level, key, limit in ((FINE, fine_key(row), MAX_FINE),
                                  (COARSE, row["history"], MAX_COARSE)):
            ways = self._ways.setdefault((row["outcome"], level), {})
            if level >= finest and (key in ways or len(ways) < limit):
                return ways.setdefault(key, Way(level, row))
        rest = self._ways.setdefault((row["outcome"], REST), {})
        return rest.setdefault(None, Way(REST, row))

    def firsts(self):
        """The first row of each way, by stream number."""
        return {way.first["stream"]: way.first for ways in self._ways.values()
                for way in ways.values()}
