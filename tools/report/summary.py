# SPDX-License-Identifier: GPL-2.0-or-later
"""Adds up the connections of all captures, one at a time: rows are not kept."""
from array import array
from collections import Counter
from datetime import datetime

from read_capture import FAILED
from words import OUTCOMES


class Server:
    """An address and port to which connections were opened."""

    def __init__(self, address, port):
        self.address = address
        self.port = port
        self.connections = 0
        self.failed = Counter()
        self.setup_times = array("d")

    def setup_quantile(self, share):
        """The smallest set-up time that at least this share of the connections does not exceed."""
        times = sorted(self.setup_times)
        if not times:
            return None
        return times[max(0, -int(-share * len(times) // 1) - 1)]


class Summary:
    def __init__(self):
        self.connections = 0
        self.outcomes = Counter()
        self.anomalies = Counter()
        self.starts = {word: array("d") for word in OUTCOMES}
        self._servers = {}

    def add(self, row):
        self.connections += 1
        self.outcomes[row["outcome"]] += 1
        self.anomalies.update(set(row["anomalies"]))
        self._add_start(row["outcome"], row["start"])
        key = row["server"], row["server_port"]
        server = self._servers.get(key)
        if server is None:
            server = self._servers[key] = Server(*key)
        server.connections += 1
        if row["outcome"] in FAILED:
            server.failed[row["outcome"]] += 1
        if row["setup_time"] is not None:
            server.setup_times.append(float(row["setup_time"]))

    def _add_start(self, outcome, start):
        """Adds a start to the picture, unless it is not a valid date."""
        try:
            seconds = datetime.fromisoformat(start).timestamp()
        except (TypeError, ValueError, OverflowError):
            return
        self.starts.setdefault(outcome, array("d")).append(seconds)

    @property
    def failed(self):
        return sum(self.outcomes[word] for word in FAILED)

    @property
    def server_count(self):
        return len(self._servers)

    def period(self):
        """First and last start, seconds since 1970; None without connections."""
        seen = [starts for starts in self.starts.values() if starts]
        return (min(map(min, seen)), max(map(max, seen))) if seen else None

    def worst_servers(self, count):
        """Servers with the most failed connections first, then those with the most connections."""
        return sorted(self._servers.values(), key=lambda server: (
            -server.failed.total(), -server.connections, server.address, server.port))[:count]

    def busiest_servers(self, count):
        """Servers with the most set-up times first; servers without any are left out."""
        timed = [server for server in self._servers.values() if server.setup_times]
        return sorted(timed, key=lambda server: (
            -len(server.setup_times), server.address, server.port))[:count]
