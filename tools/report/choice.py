# SPDX-License-Identifier: GPL-2.0-or-later
"""Selects items to show: some of each kind, so that a flood of one kind does not hide the others."""


class Choice:
    """Keeps at most `limit` items, distributed over the kinds, and counts all items.

    It keeps at most `each` items per kind.
    """

    def __init__(self, limit, each=None):
        self._limit = limit
        self._each = each or limit
        self._kinds = {}
        self.counts = {}

    def add(self, kind, item):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        kept = self._kinds.setdefault(kind, [])
        if len(kept) < self._each:
            kept.append(item)

    def take_by_kind(self):
        """The chosen items of each kind, the first ones added."""
        room = dict.fromkeys(self._kinds, 0)
        left = self._limit
        while left > 0:
            hungry = [kind for kind in room if room[kind] < len(self._kinds[kind])]
            if not hungry:
                break
            for kind in hungry[:left]:
                room[kind] += 1
            left -= len(hungry)
        return {kind: self._kinds[kind][:count] for kind, count in room.items()}

    def take(self):
        return [item for items in self.take_by_kind().values() for item in items]
