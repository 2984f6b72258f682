# SPDX-License-Identifier: GPL-2.0-or-later
"""Handshakes with wrong numbers or a wrong order, and ordinary ones that look similar."""

from .capture import HOP_US, Capture
from .connection import COOKIE_REQUEST, FAST_OPEN, Offer, REQUEST, connect

RETRY_US = 1_000_000


def answer_with_wrong_ack(capture: Capture) -> None:
    """a SYN-ACK acknowledges data that was not sent, another one only the ISN"""
    for ack in (1000, 0):
        talk = connect(capture)
        talk.send(talk.client, "S", "syn")
        talk.send(talk.server, "SA", "syn-ack", "synack_bad_ack", ack=ack)
        talk.send(talk.client, "R", "rst", seq=ack)
    friend = connect(capture, FAST_OPEN)
    friend.send(friend.client, "S", "syn", data=REQUEST)
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack")
    friend.close()


def complete_with_wrong_ack(capture: Capture) -> None:
    """the third ACK acknowledges data that was not sent, another one only the ISN"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "stray", "ack_bad_ack", ack=501)
    talk.send(talk.server, "R", "rst", seq=501)
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "stray", "ack_bad_ack", ack=0)
    talk.send(talk.client, "A", "ack")
    talk.converse()
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack", captured=False)
    friend.send(friend.client, "PA", "ack", data=REQUEST)
    friend.send(friend.server, "A", "established")
    friend.close()


def complete_with_wrong_number(capture: Capture) -> None:
    """the third ACK is beyond the window of the SYN-ACK, another one before it"""
    for seq in (70_001, 0):
        talk = connect(capture)
        talk.send(talk.client, "S", "syn")
        talk.send(talk.server, "SA", "syn-ack")
        talk.send(talk.client, "A", "stray", "ack_bad_seq", seq=seq)
        talk.send(talk.client, "A", "ack")
        talk.converse()
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack", captured=False)
    friend.send(friend.client, "PA", "established", data=REQUEST, captured=False)
    friend.send(friend.client, "PA", "ack", data=REQUEST)
    friend.send(friend.client, "PA", "established", data=REQUEST, seq=1)
    friend.send(friend.server, "A", "established")
    friend.close()


def acknowledge_early(capture: Capture) -> None:
    """the server acknowledges before its SYN-ACK, and between its SYN-ACK and the client's ACK"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "A", "stray", "early_ack", seq=0)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.server, "A", "stray", "early_ack")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    connect(capture).play()


def repeat_syn(capture: Capture, first: Offer, second: Offer, *anomalies: str, flags: str = "S",
               data: bytes = b"") -> None:
    talk = connect(capture, first)
    talk.send(talk.client, flags, "syn", data=data)
    talk.client.next = talk.client.isn + 1
    capture.wait(RETRY_US)
    talk.client.offer = second
    talk.send(talk.client, "S", "syn", *anomalies, seq=0)
    talk.server.offer = Offer(sack=second.sack, timestamps=second.timestamps, scale=second.scale)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack")
    talk.converse()


def change_syn(capture: Capture) -> None:
    """the SYN is repeated with other options; friends repeat it without ECN or Fast Open"""
    repeat_syn(capture, Offer(), Offer(sack=False, timestamps=False, scale=None), "syn_changed")
    repeat_syn(capture, Offer(), Offer(mss=1400), "syn_changed")
    repeat_syn(capture, Offer(), Offer(scale=2), "syn_changed")
    repeat_syn(capture, Offer(), Offer())
    repeat_syn(capture, Offer(), Offer(), flags="SEC")
    repeat_syn(capture, FAST_OPEN, Offer(), data=REQUEST)
    repeat_syn(capture, COOKIE_REQUEST, Offer())


def repeat_syn_ack(capture: Capture, second: Offer, *anomalies: str, other_isn: int = 0) -> None:
    """Captured near the server: the SYN-ACK is lost on its way, so the client repeats its SYN."""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    capture.wait(RETRY_US)
    talk.send(talk.client, "S", "syn", seq=0)
    talk.server.offer = second
    talk.server.isn = (talk.server.isn + other_isn) % 2**32
    talk.server.next = talk.server.isn
    talk.send(talk.server, "SA", "syn-ack", *anomalies)
    talk.send(talk.client, "A", "ack")
    talk.converse()


def change_syn_ack(capture: Capture) -> None:
    """the SYN-ACK is repeated with another ISN, or with other options"""
    repeat_syn_ack(capture, Offer(), "synack_changed", other_isn=1_000_003)
    repeat_syn_ack(capture, Offer(mss=1400), "synack_changed")
    repeat_syn_ack(capture, Offer(sack=False, timestamps=False, scale=None), "synack_changed")
    repeat_syn_ack(capture, Offer())


def answer_nothing(capture: Capture) -> None:
    """a SYN-ACK comes first: one that a RST answers, one in a late capture, one captured before its SYN"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn", captured=False)
    talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited")
    talk.send(talk.client, "R", "rst")
    talk = connect(capture)
    talk.send(talk.client, "S", "syn", captured=False)
    talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn", captured=False)
    # It echoes the SYN that is captured after it, two hop times later.
    echo = talk.client.tsval + 2 * HOP_US // 1000
    talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited", tsecr=echo)
    talk.send(talk.client, "S", "syn", seq=0)
    talk.send(talk.client, "A", "ack")
    talk.converse()


def answer_too_late(capture: Capture) -> None:
    """a SYN-ACK after the client has given up; friends are slow or repeated SYN-ACKs"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.client, "R", "rst")
    talk.send(talk.server, "SA", "syn-ack", "synack_late")
    talk.send(talk.client, "R", "rst")
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    first = friend.client.tsval
    capture.wait(RETRY_US)
    friend.send(friend.client, "S", "syn", seq=0)
    friend.send(friend.server, "SA", "syn-ack", tsecr=first)
    friend.send(friend.client, "A", "ack")
    friend.send(friend.server, "SA", "syn-ack", seq=0, tsecr=first)
    friend.send(friend.client, "A", "established")
    friend.converse()


def open_from_both_sides(capture: Capture) -> None:
    """both sides send a SYN before they receive the other's (RFC 9293 figure 7)"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "S", "syn", "simultaneous_open")
    talk.send(talk.client, "SA", "syn-ack", seq=0)
    talk.send(talk.server, "SA", "syn-ack", seq=0)
    talk.converse()


def split_handshake(capture: Capture) -> None:
    """the server answers with a SYN of its own, at once or after a bare ACK

    That ACK has the number after that of the SYN. With another number, Wireshark would start a new
    stream at the SYN.
    """
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "S", "syn", "simultaneous_open")
    talk.send(talk.client, "SA", "syn-ack", seq=0)
    talk.send(talk.server, "A", "ack", "split_handshake")
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "A", "stray", "early_ack", seq=1)
    talk.send(talk.server, "S", "syn", "split_handshake")
    talk.send(talk.client, "A", "ack")
    talk.converse()


def reuse_ports(capture: Capture) -> None:
    """the same addresses and ports again, after a close and after a reset"""
    first = connect(capture)
    first.play()
    port = first.client.port
    capture.wait(RETRY_US)
    second = connect(capture, port=port, generation=1)
    second.send(second.client, "S", "syn", "port_reused")
    second.send(second.server, "SA", "syn-ack")
    second.send(second.client, "A", "ack")
    second.ask()
    second.send(second.client, "RA", "rst")
    capture.wait(RETRY_US)
    third = connect(capture, port=port, generation=2)
    third.send(third.client, "S", "syn", "port_reused")
    third.send(third.client, "S", "syn", seq=0)
    third.send(third.server, "SA", "syn-ack")
    third.send(third.client, "A", "ack")
    third.converse()
    connect(capture).play()


CAPTURES = {
    "synack_bad_ack": answer_with_wrong_ack,
    "ack_bad_ack": complete_with_wrong_ack,
    "ack_bad_seq": complete_with_wrong_number,
    "early_ack": acknowledge_early,
    "syn_changed": change_syn,
    "synack_changed": change_syn_ack,
    "synack_unsolicited": answer_nothing,
    "synack_late": answer_too_late,
    "simultaneous_open": open_from_both_sides,
    "split_handshake": split_handshake,
    "port_reused": reuse_ports,
}
