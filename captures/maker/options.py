# SPDX-License-Identifier: GPL-2.0-or-later
"""Invalid and valid use of options and Fast Open."""

from .capture import Capture
from .connection import (ANSWER, COOKIE, COOKIE_REQUEST, FAST_OPEN, MP_CAPABLE_ANSWER,
                         MP_CAPABLE_SYN, Connection, Offer, PLAIN, REQUEST, connect)

RETRY_US = 1_000_000


def ask_in_syn(talk: Connection, *syn_anomalies: str, ignored: bool = False,
               answer_anomalies: tuple = ()) -> None:
    """The SYN carries the question; if the server ignores it, it is repeated after the handshake."""
    talk.send(talk.client, "S", "syn", *syn_anomalies, data=REQUEST)
    if ignored:
        talk.client.next = talk.client.isn + 1
    talk.send(talk.server, "SA", "syn-ack", *answer_anomalies)
    talk.send(talk.client, "A", "ack")
    if ignored:
        talk.send(talk.client, "PA", "established", data=REQUEST)
    talk.send(talk.server, "PA", "established", data=ANSWER)
    talk.send(talk.client, "A", "established")
    talk.close()


def carry_data_in_syn(capture: Capture) -> None:
    """data in a SYN without a Fast Open cookie, ignored and accepted; friends have a cookie"""
    ask_in_syn(connect(capture), "syn_data", ignored=True)
    ask_in_syn(connect(capture), "syn_data")
    connect(capture, COOKIE_REQUEST, FAST_OPEN).play()
    ask_in_syn(connect(capture, FAST_OPEN))


def ignore_fast_open(capture: Capture) -> None:
    """data with a cookie that the SYN-ACK does not acknowledge; friends are acknowledged"""
    ask_in_syn(connect(capture, FAST_OPEN), ignored=True, answer_anomalies=("tfo_data_ignored",))
    # The server answers an expired cookie with a new one.
    ask_in_syn(connect(capture, FAST_OPEN, Offer(cookie=COOKIE[::-1])), ignored=True,
               answer_anomalies=("tfo_data_ignored",))
    ask_in_syn(connect(capture, FAST_OPEN))
    connect(capture, FAST_OPEN).play()


def answer_unasked(capture: Capture, client_offer: Offer, server_offer: Offer,
                   *anomalies: str) -> None:
    talk = connect(capture, client_offer, server_offer)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack", *anomalies)
    talk.send(talk.client, "A", "ack")
    talk.converse()


def answer_unasked_options(capture: Capture) -> None:
    """SYN-ACKs with options that the SYN did not offer; a friend answers with fewer"""
    answer_unasked(capture, PLAIN, Offer(), "option_not_offered")
    answer_unasked(capture, Offer(scale=None), Offer(), "option_not_offered")
    answer_unasked(capture, Offer(sack=False), Offer(), "option_not_offered")
    answer_unasked(capture, Offer(), Offer(multipath=MP_CAPABLE_ANSWER), "option_not_offered")
    answer_unasked(capture, Offer(multipath=MP_CAPABLE_SYN), PLAIN)
    answer_unasked(capture, Offer(multipath=MP_CAPABLE_SYN), Offer(multipath=MP_CAPABLE_ANSWER))


def change_options(capture: Capture) -> None:
    """timestamps that appear or disappear, SYN options in another segment; a RST needs no timestamps"""
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "PA", "established", "option_changed", data=REQUEST, timestamps=False)
    talk.send(talk.server, "A", "established")
    talk.converse()
    talk = connect(capture, PLAIN, PLAIN)
    talk.open()
    talk.ask()
    talk.send(talk.server, "PA", "established", "option_changed", data=ANSWER, timestamps=True)
    talk.send(talk.client, "A", "established")
    talk.close()
    for extra in ((("MSS", 1400),), (("NOP", None), ("WScale", 9)),
                  (("NOP", None), ("NOP", None), ("SAckOK", b""))):
        talk = connect(capture)
        talk.open()
        talk.send(talk.client, "PA", "established", "option_changed", data=REQUEST, extra=extra)
        talk.send(talk.server, "A", "established")
        talk.close()
    friend = connect(capture)
    friend.open()
    friend.ask()
    friend.send(friend.server, "R", "rst", timestamps=False)


def answer_repeated_syn(capture: Capture, echoes_first: bool) -> None:
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    first = friend.client.tsval
    capture.wait(RETRY_US)
    friend.send(friend.client, "S", "syn", seq=0)
    friend.send(friend.server, "SA", "syn-ack", tsecr=first if echoes_first else None)
    friend.send(friend.client, "A", "ack")
    friend.converse()


def echo_wrong_timestamp(capture: Capture) -> None:
    """a SYN-ACK and a third ACK echo a value that was not sent; friends echo one of two SYNs"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack", "timestamp_bad_echo", tsecr=talk.client.tsval + 12345)
    talk.send(talk.client, "A", "ack")
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack", "timestamp_bad_echo", tsecr=talk.server.tsval + 54321)
    talk.converse()
    answer_repeated_syn(capture, echoes_first=True)
    answer_repeated_syn(capture, echoes_first=False)


def omit_mss(capture: Capture) -> None:
    """a SYN, then a SYN-ACK, then both without the option MSS"""
    for client_mss, server_mss in ((None, 1460), (1460, None), (None, None), (536, 1460)):
        talk = connect(capture, Offer(mss=client_mss), Offer(mss=server_mss))
        talk.send(talk.client, "S", "syn", *([] if client_mss else ["mss_missing"]))
        talk.send(talk.server, "SA", "syn-ack", *([] if server_mss else ["mss_missing"]))
        talk.send(talk.client, "A", "ack")
        talk.converse()


CAPTURES = {
    "syn_data": carry_data_in_syn,
    "tfo_data_ignored": ignore_fast_open,
    "option_not_offered": answer_unasked_options,
    "option_changed": change_options,
    "timestamp_bad_echo": echo_wrong_timestamp,
    "mss_missing": omit_mss,
}
