# SPDX-License-Identifier: GPL-2.0-or-later
"""A screen, and Wireshark on it."""
import re

import pytest

import scenes
from desktop import Desktop, Wireshark

WIDTH, HEIGHT = 1400, 900
TROUBLE = re.compile(r"tcphs|htcpcp|Dissector bug|CRITICAL|ERROR")


@pytest.fixture(scope="session")
def desktop():
    with Desktop(scenes.make_folder(), WIDTH, HEIGHT) as screen:
        yield screen


@pytest.fixture
def run(desktop):
    """run(option...) → a Wireshark, which must not have complained in the end."""
    opened = []

    def begin(*args):
        window = Wireshark(desktop, scenes.make_home(WIDTH, HEIGHT), *args)
        opened.append(window)
        return window

    yield begin
    for window in opened:
        try:
            assert not window.complaints()
            assert not TROUBLE.search(window.said()), window.said()
        finally:
            window.close()


@pytest.fixture
def start(run):
    """start("http_server.pcap", option...) → a Wireshark with one of our captures."""
    return lambda capture, *args: run("-r", scenes.CAPTURES / capture, *args)
