# SPDX-License-Identifier: GPL-2.0-or-later
"""Data and FINs that are too early, too late or outside the window."""

from .capture import Capture
from .connection import ANSWER, FAST_OPEN, PLAIN, REQUEST, Connection, connect

SMALL_WINDOW = 2000
BLOCK = bytes(range(32, 96)) * 16


def speak_before_ack(capture: Capture) -> None:
    """the server sends data before the client's ACK; with Fast Open it may"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.server, "PA", "established", "data_before_established", data=ANSWER)
    talk.send(talk.client, "A", "ack", ack=1)
    talk.send(talk.client, "A", "established")
    talk.converse()
    friend = connect(capture, FAST_OPEN)
    friend.send(friend.client, "S", "syn", data=REQUEST)
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.server, "PA", "established", data=ANSWER)
    friend.send(friend.client, "A", "ack")
    friend.close()


def overrun_window(capture: Capture) -> None:
    """Data that starts a thousand bytes beyond the server's window, and its answer."""
    talk = connect(capture)
    talk.open()
    beyond = 1 + talk.server.window // 128 * 128 + 1000
    talk.send(talk.client, "PA", "stray", "out_of_window", data=REQUEST, seq=beyond)
    talk.send(talk.server, "A", "established")
    talk.converse()


def send_blocks(talk: Connection, count: int) -> None:
    for _ in range(count):
        talk.send(talk.client, "PA", "established", data=BLOCK)
        talk.send(talk.server, "A", "established")


def repeat_ancient_data(capture: Capture) -> None:
    """A repetition of data that ends more than a window before the acknowledgement number."""
    talk = connect(capture, PLAIN, PLAIN)
    talk.server.window = SMALL_WINDOW
    talk.open()
    send_blocks(talk, 4)
    talk.send(talk.client, "PA", "stray", "out_of_window", data=BLOCK, seq=1)
    talk.send(talk.server, "A", "established")
    talk.converse()


def probe_closed_window(capture: Capture) -> None:
    """A probe of a closed window with one byte."""
    friend = connect(capture, PLAIN, PLAIN)
    friend.server.window = len(BLOCK)
    friend.open()
    friend.server.window = 0
    send_blocks(friend, 1)
    friend.send(friend.client, "A", "established", data=BLOCK[:1], seq=1 + len(BLOCK))
    friend.send(friend.server, "A", "established")
    friend.server.window = SMALL_WINDOW
    friend.send(friend.server, "A", "established")
    friend.converse()


def keep_alive(capture: Capture) -> None:
    """Keep-alives, with and without a byte, and an ordinary retransmission."""
    friend = connect(capture)
    friend.open()
    friend.ask()
    last = len(REQUEST)
    friend.send(friend.client, "A", "established", seq=last)
    friend.send(friend.server, "A", "established")
    friend.send(friend.client, "A", "established", data=b"\0", seq=last)
    friend.send(friend.server, "A", "established")
    friend.send(friend.client, "PA", "established", data=REQUEST, seq=1)
    friend.send(friend.server, "A", "established")
    friend.close()


def fill_scaled_window(capture: Capture) -> None:
    """Far more data than the 16 bits of the window field, all of it within the scaled window."""
    friend = connect(capture)
    friend.server.window = len(REQUEST)
    friend.open()
    friend.server.window = 8 * len(BLOCK)
    friend.send(friend.client, "PA", "established", data=REQUEST)
    friend.send(friend.server, "A", "established")
    for _ in range(3):
        friend.send(friend.client, "PA", "established", data=BLOCK)
    friend.send(friend.server, "A", "established")
    friend.close()


def shrink_window(capture: Capture) -> None:
    """The window shrinks while data for it is in flight."""
    friend = connect(capture, PLAIN, PLAIN)
    friend.server.window = 2 * len(BLOCK)
    friend.open()
    friend.send(friend.client, "PA", "established", data=BLOCK)
    friend.server.window = 10
    friend.send(friend.server, "A", "established")
    friend.server.window = SMALL_WINDOW
    friend.send(friend.client, "PA", "established", data=BLOCK)
    friend.send(friend.server, "A", "established")
    friend.close()


def leave_window(capture: Capture) -> None:
    """data beyond the window and from long before it; four friends are within it"""
    overrun_window(capture)
    repeat_ancient_data(capture)
    probe_closed_window(capture)
    keep_alive(capture)
    fill_scaled_window(capture)
    shrink_window(capture)


def acknowledge_unseen(capture: Capture) -> None:
    """the capture lacks a segment but has its acknowledgement; a friend's segment is lost on the way"""
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "PA", "established", data=REQUEST, captured=False)
    talk.send(talk.server, "A", "established", "ack_unseen_data")
    talk.converse()
    friend = connect(capture)
    friend.open()
    friend.send(friend.client, "PA", "established", data=REQUEST, captured=False)
    friend.send(friend.client, "PA", "established", data=REQUEST)
    friend.send(friend.server, "A", "established", ack=1)
    friend.send(friend.client, "PA", "established", data=REQUEST, seq=1)
    friend.send(friend.server, "A", "established")
    friend.close()


def half_close(talk: Connection) -> None:
    talk.open()
    talk.send(talk.client, "PA", "established", data=REQUEST)
    talk.send(talk.server, "A", "established")
    talk.send(talk.client, "FA", "fin")
    talk.send(talk.server, "A", "half-closed")


def speak_after_fin(capture: Capture) -> None:
    """data beyond the sender's own FIN; a friend repeats earlier data"""
    talk = connect(capture)
    half_close(talk)
    talk.send(talk.client, "PA", "stray", "data_after_fin", data=REQUEST,
              seq=2 + len(REQUEST))
    talk.send(talk.server, "FA", "fin")
    talk.send(talk.client, "A", "closed")
    friend = connect(capture)
    half_close(friend)
    friend.send(friend.client, "PA", "half-closed", data=REQUEST, seq=1)
    friend.send(friend.server, "PA", "half-closed", data=ANSWER)
    friend.send(friend.client, "A", "half-closed")
    friend.send(friend.server, "FA", "fin")
    friend.send(friend.client, "A", "closed")


def close_beyond_window(capture: Capture) -> None:
    """a FIN outside the window, which the server ignores; a friend's FIN is captured before its data"""
    talk = connect(capture)
    talk.open()
    talk.ask()
    beyond = 1 + len(REQUEST) + talk.server.window + 5000
    talk.send(talk.client, "FA", "fin", "fin_out_of_window", seq=beyond)
    talk.send(talk.server, "A", "established")
    talk.converse()
    friend = connect(capture)
    friend.open()
    friend.ask()
    friend.send(friend.client, "FA", "fin", seq=1 + 2 * len(REQUEST))
    friend.send(friend.client, "PA", "half-closed", data=REQUEST)
    friend.client.next += 1
    friend.send(friend.server, "FA", "fin")
    friend.send(friend.client, "A", "closed")


CAPTURES = {
    "data_before_established": speak_before_ack,
    "out_of_window": leave_window,
    "ack_unseen_data": acknowledge_unseen,
    "data_after_fin": speak_after_fin,
    "fin_out_of_window": close_beyond_window,
}
