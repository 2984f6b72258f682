# SPDX-License-Identifier: GPL-2.0-or-later
"""Contradictory flags, as scanners send them, to a port or into a connection."""

from .capture import Capture
from .connection import PLAIN, REQUEST, connect


def fill_idle_ack_field(capture: Capture) -> None:
    """an acknowledgement number in a SYN and in a RST, without the flag ACK"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn", "ack_field_without_flag", ack=77)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack")
    talk.ask()
    talk.send(talk.client, "R", "rst", "ack_field_without_flag", ack=1 + 39, timestamps=False)
    friend = connect(capture)
    friend.open()
    friend.ask()
    friend.send(friend.client, "R", "rst", timestamps=False)


def send_probe(capture: Capture, flags: str, stage: str, anomaly: str,
               refused_at: int | None) -> None:
    """A probe without a connection; refused_at: the number that the RST of a closed port acknowledges."""
    talk = connect(capture, PLAIN)
    talk.send(talk.client, flags, stage, anomaly)
    if refused_at is not None:
        talk.send(talk.server, "RA", "rst", seq=-talk.server.isn, ack=refused_at)


def scan_with_syn_fin(capture: Capture) -> None:
    """SYN and FIN in one segment, to a closed port and to one that does not answer"""
    send_probe(capture, "SF", "syn", "syn_fin", refused_at=2)
    send_probe(capture, "SF", "syn", "syn_fin", refused_at=None)
    connect(capture).play()


def scan_with_syn_rst(capture: Capture) -> None:
    """SYN and RST in one segment, without an answer (RFC 9293 section 3.10.7)"""
    send_probe(capture, "SR", "rst", "syn_rst", refused_at=None)
    connect(capture).play()


def scan_with_nothing(capture: Capture) -> None:
    """none of SYN, ACK, FIN and RST, to a closed port and within a connection"""
    send_probe(capture, "", "stray", "null_flags", refused_at=0)
    send_probe(capture, "PU", "stray", "null_flags", refused_at=None)
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "P", "stray", "null_flags", data=REQUEST, seq=1)
    talk.converse()


def scan_with_xmas(capture: Capture) -> None:
    """FIN, PSH and URG without ACK; a friend has the three, and ACK, in its last segment"""
    send_probe(capture, "FPU", "fin", "xmas_flags", refused_at=1)
    send_probe(capture, "FPU", "fin", "xmas_flags", refused_at=None)
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "FPU", "fin", "xmas_flags", seq=1)
    talk.converse()
    friend = connect(capture)
    friend.open()
    friend.ask()
    friend.send(friend.client, "FPUA", "fin", data=REQUEST)
    friend.send(friend.server, "FA", "fin")
    friend.send(friend.client, "A", "closed")


CAPTURES = {
    "ack_field_without_flag": fill_idle_ack_field,
    "syn_fin": scan_with_syn_fin,
    "syn_rst": scan_with_syn_rst,
    "null_flags": scan_with_nothing,
    "xmas_flags": scan_with_xmas,
}
