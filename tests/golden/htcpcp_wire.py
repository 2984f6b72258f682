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

WEB = [(CLIENT, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
       (SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
BREW = [(CLIENT, b"BREW /pot-0 HTTP/1.1\r\nContent-Type: message/coffeepot\r\n"
                 b"Content-Length: 5\r\n\r\nstart"),
        (SERVER, b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")]
WHEN = [(CLIENT, b"WHEN /pot-0 HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        (SERVER, b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n")]
COFFEE = [(CLIENT, b"GET coffee://ducky HTTP/1.1\r\n\r\n"),
          (SERVER, b"HTCPCP/1.1 200 OK\r\n\r\n{}")]
TEA = [(CLIENT, b"BREW /pot-0/chai\r\n\r\nstart"), (SERVER, b"HTCPCP-TEA/1.0 403 Forbidden\r\n\r\n")]


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
