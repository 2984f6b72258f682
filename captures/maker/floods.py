# SPDX-License-Identifier: GPL-2.0-or-later
"""Many open handshakes, and many answers to hosts that sent no SYN.

The thresholds are the defaults of the preferences: 100 open handshakes within 10 seconds, 50 answers
within a minute. Attempts of the latest two seconds are pending.
"""

from collections.abc import Iterator

from .capture import Capture
from .connection import ANSWER, REQUEST, Connection, Endpoint, Offer, connect

OPEN_THRESHOLD = 100
ANSWER_THRESHOLD = 50
JUDGED_US = 3_000_000
APART_US = 60_000_000
HTTP_PORT = 33001


def connect_many(capture: Capture, count: int, network: str, port: int = HTTP_PORT,
                 offer: Offer = Offer()) -> list[Connection]:
    """Connections of that many clients with one server, before the first segment."""
    talks = []
    for number in range(1, count + 1):
        client = Endpoint(f"{network}.{number}", 20000 + 7 * number, number * 0x00F1E2D3,
                          5000 * number, offer)
        server = Endpoint("198.51.100.80", port, number * 0x0A1B2C3D, 9_000_000)
        talks.append(Connection(capture, client, server))
    return talks


def flood(capture: Capture, talks: list[Connection], answered: int, *anomalies: str) -> None:
    """More SYNs than the threshold at once, a pause, and the SYN on which the flood is reported."""
    *first, last, after = talks
    for number, talk in enumerate(first):
        talk.send(talk.client, "S", "syn", *anomalies[:number])
        if number < answered:
            talk.send(talk.server, "SA", "syn-ack")
    capture.wait(JUDGED_US)
    last.send(last.client, "S", "syn", *anomalies, "syn_flood")
    after.send(after.client, "S", "syn", *anomalies)
    capture.wait(APART_US)


def flood_with_syns(capture: Capture) -> None:
    """three floods, one of them by one client; friends: a busy server on a long path, one that is down"""
    capture.hop_us = 500
    serve_many(capture)
    serve_nobody(capture)
    flood(capture, connect_many(capture, OPEN_THRESHOLD + 5, "203.0.113"), 20)
    flood(capture, connect_many(capture, OPEN_THRESHOLD + 5, "192.0.2", port=HTTP_PORT + 1), 0)
    talks = [connect(capture, port=20000, generation=number)
             for number in range(OPEN_THRESHOLD + 5)]
    flood(capture, talks, 0, "port_reused")
    capture.hop_us = 10_000


def serve_many(capture: Capture) -> None:
    """All clients connect at once, on a path of 0.3 seconds in each direction."""
    talks = connect_many(capture, OPEN_THRESHOLD + 20, "198.18.1", port=HTTP_PORT + 2)
    for step, sender, word in (("S", "client", "syn"), ("SA", "server", "syn-ack"),
                               ("A", "client", "ack")):
        for talk in talks:
            talk.send(getattr(talk, sender), step, word)
        capture.wait(300_000)
    capture.wait(JUDGED_US)
    connect_many(capture, OPEN_THRESHOLD + 21, "198.18.1", port=HTTP_PORT + 2)[-1].open()
    capture.wait(APART_US)


def serve_nobody(capture: Capture) -> None:
    """The server is down; each client repeats its SYN after one second, and after two more."""
    talks = connect_many(capture, OPEN_THRESHOLD + 10, "198.18.2", port=HTTP_PORT + 3)
    for wait_us in (0, 900_000, 1_900_000):
        capture.wait(wait_us)
        for talk in talks:
            talk.send(talk.client, "S", "syn", seq=0)
    capture.wait(APART_US)


def name_addresses(network: str, count: int) -> Iterator[str]:
    return (f"{network}.{number}" for number in range(1, count + 1))


def scatter_back(capture: Capture) -> None:
    """a victim of forged SYNs answers the forged addresses; friends: a capture of one direction"""
    for number, address in enumerate(name_addresses("203.0.113", ANSWER_THRESHOLD + 5), 1):
        talk = Connection(capture, Endpoint(address, 1024 + number, number * 7919, 0),
                          Endpoint("198.51.100.7", 80, 0, 0, Offer(timestamps=False)))
        if number <= 5:
            talk.server.isn = talk.server.next = number * 104_729
            talk.send(talk.client, "S", "syn", captured=False)
            talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited", timestamps=False)
        else:
            noticed = ("backscatter",) if number == ANSWER_THRESHOLD + 5 else ()
            talk.send(talk.server, "RA", "rst", *noticed, ack=1)
    capture.wait(APART_US)
    for number, address in enumerate(name_addresses("198.18.3", ANSWER_THRESHOLD + 5), 1):
        talk = Connection(capture, Endpoint(address, 1024 + number, number * 7919, 0),
                          Endpoint("198.51.100.8", HTTP_PORT, number * 104_729, 0))
        talk.send(talk.client, "S", "syn", captured=False)
        talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited")
        talk.send(talk.client, "A", "ack", captured=False)
        talk.send(talk.server, "PA", "established", data=ANSWER)


def reflect(capture: Capture) -> None:
    """many servers answer an address that sent no SYN and resets them; friends send SYNs first"""
    for number, address in enumerate(name_addresses("203.0.113", ANSWER_THRESHOLD + 5), 1):
        talk = Connection(capture, Endpoint("192.0.2.66", 80, number * 7919, 0),
                          Endpoint(address, 443, number * 104_729, 0))
        talk.send(talk.client, "S", "syn", captured=False)
        talk.send(talk.server, "SA", "syn-ack", "synack_unsolicited")
        noticed = ("synack_reflection",) if number == ANSWER_THRESHOLD else ()
        talk.send(talk.client, "R", "rst", *noticed, timestamps=False)
    capture.wait(APART_US)
    for number, address in enumerate(name_addresses("198.18.4", ANSWER_THRESHOLD + 5), 1):
        talk = Connection(capture, Endpoint("192.0.2.67", 1024 + number, number * 7919, 0),
                          Endpoint(address, HTTP_PORT, number * 104_729, 0))
        talk.send(talk.client, "S", "syn")
        talk.send(talk.server, "SA", "syn-ack")
        talk.send(talk.client, "PA", "ack", data=REQUEST)


CAPTURES = {
    "syn_flood": flood_with_syns,
    "backscatter": scatter_back,
    "synack_reflection": reflect,
}
