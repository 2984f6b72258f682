# SPDX-License-Identifier: GPL-2.0-or-later
"""Sorts failed connections by the way they went: those that went alike share a ladder.

What is alike is told by the rows alone, so that of each way in a capture one connection has to be
read for its segments. Ways are told apart finely; once an outcome has had MAX_FINE of them, by
history; and once it has had MAX_COARSE of those, no longer. So every connection is of one way,
whatever a capture holds, and an outcome has at most MAX_FINE + MAX_COARSE + 1 of them.
"""
FINE, COARSE, REST = range(3)
MAX_FINE, MAX_COARSE = 40, 15
FIRST_SEGMENTS = 8  # of a ladder, what comes between the first and the last is left out
LAST_SEGMENTS = 8
MAX_SEGMENTS = FIRST_SEGMENTS + LAST_SEGMENTS


def segments_of(row):
    """How many each side sent; None where a ladder does not show them all."""
    counts = row["segments_client"], row["segments_server"]
    return counts if sum(counts) <= MAX_SEGMENTS else None


def fine_key(row):
    return (row["outcome_by"], row["icmp_error"], row["syn_count"], row["synack_count"], row["history"],
            row["conn_state"], row["closed_by"], tuple(row["anomalies"]), segments_of(row))


class Way:
    """What connections have in common: how finely it is told, and the first row of them."""

    def __init__(self, level, first):
        self.level = level
        self.first = first


class Ways:
    """The same rows in the same order give the same ways."""

    def __init__(self):
        self._ways = {}

    def add(self, row, finest=FINE):
        """The way that a failed connection went, told no finer than `finest`."""
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
