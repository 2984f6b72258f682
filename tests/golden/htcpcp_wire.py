# SPDX-License-Identifier: GPL-2.0-or-later
"""The makers of captures/ for tests that make up their own connections."""
import importlib.util
import sys
from importlib.machinery import SourceFileLoader

import harness

FOLDER = harness.SOURCE / "captures"


def _load(name, file):
    loader = SourceFileLoader(name, str(FOLDER / file))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.modules[name] = module
    loader.exec_module(module)
    return module


cases = _load("coffee_cases", "coffee_cases.py")
maker = _load("make_coffee", "make_coffee")

CLIENT, SERVER = cases.CLIENT, cases.SERVER


def capture(path, *connections, port=5030):
    """A capture of one connection after the other, each a list of (sender, octets), each from a
    client's port of its own: that is its tcp.stream."""
    return streams(path, [(segments, port) for segments in connections])


def streams(path, connections):
    """The same of (segments, server's port)."""
    maker.capture_write(path, [
        packet for place, (segments, port) in enumerate(connections)
        for packet in maker.connection_make(
            segments, client=(bytes([10, 0, 0, 1]), 20000 + place),
            server=(bytes([10, 0, 0, 2]), port))])
    return path
