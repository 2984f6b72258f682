# SPDX-License-Identifier: GPL-2.0-or-later
"""RSTs and data that a third party sends in a side's name, and genuine ones that look similar.

The third party has a different distance (FOREIGN_TTL), and does not know the host's IP identifications
(FOREIGN_ID).
"""

from .capture import HOP_US, Capture, wrap_in_ethernet
from .connection import ANSWER, REQUEST, Connection, Endpoint, connect
from .encapsulations import wrap_in_gre, wrap_in_vlan

FOREIGN_TTL = 243
FOREIGN_ID = 0x9C40
FOREIGN_MAC = "02:00:00:00:0b:ad"
ROUTER_MAC = "02:00:00:00:00:fe"
RETRY_US = 1_000_000
BLOCK = bytes(range(32, 96)) * 16
FORGED_ANSWER = b"Six in each hand and none in the mouth.\n"


def talk_until_answered(capture: Capture) -> Connection:
    talk = connect(capture)
    talk.open()
    talk.ask()
    return talk


def shoot(talk: Connection, victim: Endpoint, *anomalies: str, flags: str = "R",
          seq: int | None = None, **changes) -> None:
    """A RST in the victim's name; by default everything except its origin is right."""
    number = (victim.next - victim.isn) % 2**32 if seq is None else seq
    talk.send(victim, flags, "rst", *anomalies, seq=number, timestamps=False,
              **({"identification": FOREIGN_ID} | changes))


def leave_window(capture: Capture) -> None:
    """a RST far beyond the window and one far below it; friends answer data in flight"""
    for away in (3_000_000, -3_000_000):
        talk = talk_until_answered(capture)
        shoot(talk, talk.server, "rst_out_of_window", seq=1 + len(ANSWER) + away)
        talk.close()
    answer_data_in_flight(capture)
    friend = connect(capture)
    friend.open()
    friend.send(friend.server, "PA", "established", data=BLOCK, captured=False)
    friend.send(friend.server, "R", "rst", timestamps=False)


def answer_data_in_flight(capture: Capture) -> None:
    """The server's socket is closed: each segment in flight is answered by a RST with its ACK number."""
    friend = connect(capture)
    friend.open()
    for _ in range(3):
        friend.send(friend.server, "PA", "established", data=BLOCK)
    for blocks in (1, 2, 3):
        friend.send(friend.client, "PA", "established", data=REQUEST, ack=1 + blocks * len(BLOCK))
    for blocks in (1, 2, 3):
        friend.send(friend.server, "R", "rst", seq=1 + blocks * len(BLOCK), timestamps=False)


def acknowledge_nothing_sent(capture: Capture) -> None:
    """RSTs that acknowledge data that was never sent; friends acknowledge data that was not captured, or 0"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    shoot(talk, talk.server, "rst_bad_ack", flags="RA", seq=0, ack=700)
    shoot(talk, talk.server, "rst_bad_ack", seq=0)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    talk = talk_until_answered(capture)
    shoot(talk, talk.server, "rst_bad_ack", flags="RA", ack=5_000_000)
    friend = connect(capture)
    friend.open()
    friend.send(friend.client, "PA", "established", data=REQUEST, captured=False)
    friend.send(friend.server, "RA", "rst")
    friend = talk_until_answered(capture)
    friend.send(friend.server, "RA", "rst", ack=-friend.client.isn)


def contradict(capture: Capture) -> None:
    """the sender of a RST continues: within a connection, and after a forged refusal; friends do not"""
    talk = talk_until_answered(capture)
    shoot(talk, talk.server)
    talk.send(talk.client, "PA", "closed", data=REQUEST)
    talk.send(talk.server, "PA", "established", "rst_contradicted", data=ANSWER)
    talk.send(talk.client, "A", "established")
    talk.close()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    shoot(talk, talk.server, flags="RA", seq=0)
    talk.send(talk.server, "SA", "syn-ack", "rst_contradicted", seq=0)
    talk.server.next = talk.server.isn + 1
    talk.send(talk.client, "A", "ack")
    talk.converse()
    ask_in_vain(capture)
    reset_after_fin(capture)
    reset_with_data_in_flight(capture)
    capture_out_of_order(capture)
    answer_the_second_try(capture)
    send_reset_twice(capture)


def ask_in_vain(capture: Capture) -> None:
    """The RST is lost after the capture point: the client continues, the server sends nothing."""
    friend = talk_until_answered(capture)
    friend.send(friend.server, "R", "rst", timestamps=False)
    for _ in range(2):
        capture.wait(RETRY_US)
        friend.send(friend.client, "PA", "closed", data=REQUEST)


def reset_after_fin(capture: Capture) -> None:
    """The server has closed and resets the data that follows; its FIN is repeated."""
    friend = talk_until_answered(capture)
    friend.send(friend.server, "FA", "fin")
    friend.send(friend.client, "PA", "half-closed", data=REQUEST)
    friend.send(friend.server, "R", "rst", timestamps=False)
    friend.send(friend.server, "FA", "fin", seq=1 + len(ANSWER))


def reset_with_data_in_flight(capture: Capture) -> None:
    """The server gives up while data of the client is in flight."""
    friend = talk_until_answered(capture)
    friend.send(friend.client, "PA", "established", data=BLOCK)
    friend.send(friend.server, "RA", "rst")
    for _ in range(2):
        friend.send(friend.client, "PA", "closed", data=BLOCK)
    for _ in range(2):
        friend.send(friend.server, "R", "rst", timestamps=False)


def capture_out_of_order(capture: Capture) -> None:
    """Data and an acknowledgement that the server sent before its RST are captured after it."""
    friend = talk_until_answered(capture)
    friend.server.next += len(BLOCK)
    friend.send(friend.server, "R", "rst", timestamps=False)
    friend.send(friend.server, "PA", "closed", data=BLOCK, seq=1 + len(ANSWER))
    friend = talk_until_answered(capture)
    friend.send(friend.client, "PA", "established", data=REQUEST)
    number = next(friend.server.identification)
    friend.send(friend.server, "R", "rst", timestamps=False)
    friend.send(friend.server, "A", "closed", identification=number)


def answer_the_second_try(capture: Capture) -> None:
    """Refused, and answered at the second attempt: the service was started in between."""
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    friend.send(friend.server, "RA", "rst", seq=-friend.server.isn)
    capture.wait(RETRY_US)
    friend.send(friend.client, "S", "syn", seq=0)
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack")
    friend.converse()


def send_reset_twice(capture: Capture) -> None:
    """The same RST again, and the same datagram captured twice."""
    friend = talk_until_answered(capture)
    for identification in (100, 101, 101):
        friend.send(friend.server, "RA", "rst", identification=identification)


def shoot_from_elsewhere(capture: Capture) -> None:
    """a RST with another time to live; friends: a route that changes, a load balancer"""
    for flags, changes in (("R", {}), ("RA", {"identification": 0})):
        talk = talk_until_answered(capture)
        shoot(talk, talk.server, "rst_suspected_forged", flags=flags, ttl=FOREIGN_TTL, **changes)
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "PA", "established", data=REQUEST)
    for victim in (talk.server, talk.client):
        shoot(talk, victim, "rst_suspected_forged", ttl=FOREIGN_TTL)
    friend = talk_until_answered(capture)
    friend.send(friend.server, "R", "rst", timestamps=False, ttl=friend.server.ttl - 2)
    change_route(capture)
    balance_load(capture)


def change_route(capture: Capture) -> None:
    """After a change of route every segment has a lower time to live, the RST too."""
    friend = talk_until_answered(capture)
    friend.server.ttl = 49
    friend.ask()
    friend.send(friend.server, "RA", "rst")


def balance_load(capture: Capture) -> None:
    """A load balancer opens the connection, a server behind it sends data, the balancer ends it."""
    friend = connect(capture)
    friend.server.ttl = 251
    friend.open()
    friend.server.ttl = 60
    friend.ask()
    friend.ask()
    friend.server.ttl = 251
    friend.send(friend.server, "RA", "rst", timestamps=False, identification=FOREIGN_ID)


def move_within_handshake(capture: Capture) -> None:
    """a handshake with segments from two distances; friends: a difference of two, a change afterwards"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack", "ttl_changed", ttl=FOREIGN_TTL)
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack", ttl=FOREIGN_TTL)
    talk.send(talk.server, "SA", "syn-ack", "ttl_changed", seq=0)
    talk.send(talk.client, "A", "ack")
    talk.converse()
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack", ttl=friend.client.ttl - 2)
    friend.client.ttl = 40
    friend.converse()


def move_on_the_link(capture: Capture) -> None:
    """a handshake with segments from two MAC addresses; friends: a change afterwards, a router, a tunnel"""
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack", "mac_changed", mac=FOREIGN_MAC)
    talk.converse()
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    talk.send(talk.server, "SA", "syn-ack", mac=FOREIGN_MAC, ttl=FOREIGN_TTL)
    talk.server.isn = talk.server.next = talk.server.isn + 1_000_003
    talk.send(talk.server, "SA", "syn-ack", "mac_changed", "synack_changed", "ttl_changed")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    capture.wrap = wrap_in_vlan
    talk = connect(capture)
    talk.send(talk.client, "S", "syn")
    capture.wait(RETRY_US)
    talk.send(talk.client, "S", "syn", "mac_changed", seq=0, mac=FOREIGN_MAC)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "ack")
    talk.converse()
    capture.wrap = wrap_in_ethernet
    change_router(capture)
    see_both_sides_of_router(capture)
    capture.wrap = wrap_in_gre
    change_end_of_tunnel(capture)


def change_router(capture: Capture) -> None:
    """Another router takes over after the handshake."""
    friend = connect(capture)
    friend.open()
    friend.client.mac = ROUTER_MAC
    friend.converse()


def see_both_sides_of_router(capture: Capture) -> None:
    """Each segment is captured before and after the router. Linux gives SYN-ACKs the IP identification 0."""
    friend = connect(capture)
    capture.hop_us = 100
    for sender, flags, identification, *stages in (
            (friend.client, "S", 1, "syn", "syn"), (friend.server, "SA", 0, "syn-ack", "syn-ack"),
            (friend.client, "A", 2, "ack", "established")):
        number = (sender.next - sender.isn) % 2**32
        friend.send(sender, flags, stages[0], identification=identification)
        friend.send(sender, flags, stages[1], identification=identification, seq=number,
                    ttl=sender.ttl - 1, mac=ROUTER_MAC)
    capture.hop_us = HOP_US


def change_end_of_tunnel(capture: Capture) -> None:
    """The MAC addresses are those of the tunnel."""
    friend = connect(capture)
    friend.send(friend.client, "S", "syn")
    friend.send(friend.server, "SA", "syn-ack")
    friend.send(friend.client, "A", "ack", mac=ROUTER_MAC)
    friend.converse()


def inject_answer(capture: Capture, first: dict, second: dict) -> None:
    """Two answers to one question, with the same number."""
    talk = connect(capture)
    talk.open()
    talk.send(talk.client, "PA", "established", data=REQUEST)
    talk.send(talk.server, "PA", "established", data=FORGED_ANSWER, seq=1, **first)
    talk.send(talk.server, "A", "established", seq=1)
    talk.send(talk.server, "PA", "established", "data_injected", data=ANSWER, seq=1, **second)
    talk.server.next += len(FORGED_ANSWER)
    talk.send(talk.client, "A", "established")
    talk.close()


def inject_data(capture: Capture) -> None:
    """different data with the same number from another origin, before and after; friends retransmit"""
    inject_answer(capture, {"ttl": FOREIGN_TTL, "identification": 0}, {})
    inject_answer(capture, {}, {"ttl": FOREIGN_TTL})
    inject_answer(capture, {}, {"identification": FOREIGN_ID})
    inject_answer(capture, {"identification": FOREIGN_ID}, {"identification": 9})
    overlap(capture)
    for data, changes in ((ANSWER, {"ttl": FOREIGN_TTL, "identification": FOREIGN_ID}),
                          (FORGED_ANSWER, {})):
        friend = talk_until_answered(capture)
        friend.send(friend.server, "PA", "established", data=data, seq=1, **changes)
        friend.close()
    friend = talk_until_answered(capture)
    friend.send(friend.server, "PA", "established", data=ANSWER + BLOCK, seq=1,
                identification=FOREIGN_ID)
    friend.server.next += len(BLOCK)
    friend.send(friend.client, "A", "established")
    friend.close()
    friend = connect(capture)
    friend.open()
    friend.send(friend.client, "PA", "established", data=b"?")
    friend.send(friend.server, "A", "established")
    friend.send(friend.client, "A", "established", data=b"\0", seq=1, identification=FOREIGN_ID)
    friend.send(friend.server, "A", "established")
    friend.close()


def overlap(capture: Capture) -> None:
    """The forged data is shorter or longer than the genuine data; a friend splits its data differently."""
    for (first, start), (second, end) in (((FORGED_ANSWER, 21), (BLOCK, 1)),
                                          ((BLOCK, 1), (FORGED_ANSWER, 1))):
        talk = connect(capture)
        talk.open()
        talk.send(talk.client, "PA", "established", data=REQUEST)
        talk.send(talk.server, "PA", "established", data=first, seq=start, ttl=FOREIGN_TTL)
        talk.send(talk.server, "PA", "established", "data_injected", data=second, seq=end)
        talk.server.next += len(BLOCK)
        talk.send(talk.client, "A", "established")
        talk.close()
    friend = connect(capture)
    friend.open()
    friend.send(friend.client, "PA", "established", data=REQUEST)
    for start, end, ttl in ((100, 400, FOREIGN_TTL), (0, 600, 64), (300, len(BLOCK), FOREIGN_TTL),
                            (0, len(BLOCK), 64)):
        friend.send(friend.server, "PA", "established", data=BLOCK[start:end], seq=1 + start, ttl=ttl)
    friend.server.next += len(BLOCK)
    friend.send(friend.client, "A", "established")
    friend.close()


def kill_everywhere(capture: Capture) -> None:
    """connections killed at each point of their life, in each way; orderly ones have no signature"""
    talk = connect(capture)
    for _ in range(2):
        talk.send(talk.client, "S", "syn", seq=0)
    for flags in ("R", "RA"):
        talk = connect(capture)
        talk.send(talk.client, "S", "syn")
        talk.send(talk.server, "SA", "syn-ack")
        talk.send(talk.client, flags, "rst", timestamps=False)
    for flags in ("R", "RA"):
        talk = connect(capture)
        talk.open()
        talk.send(talk.server, flags, "rst", timestamps=False)
    for flags in ("R", "RA", ""):
        talk = connect(capture)
        talk.open()
        talk.send(talk.client, "PA", "established", data=REQUEST)
        if flags:
            talk.send(talk.server, flags, "rst", timestamps=False)
        else:
            talk.send(talk.client, "PA", "established", data=REQUEST, seq=1)
    for flags in ("R", "RA"):
        talk = talk_until_answered(capture)
        talk.send(talk.client, flags, "rst", timestamps=False)
    connect(capture).open()
    friend = talk_until_answered(capture)
    friend.send(friend.client, "FA", "fin")
    friend.send(friend.server, "R", "rst", timestamps=False)


CAPTURES = {
    "rst_out_of_window": leave_window,
    "rst_bad_ack": acknowledge_nothing_sent,
    "rst_contradicted": contradict,
    "rst_suspected_forged": shoot_from_elsewhere,
    "ttl_changed": move_within_handshake,
    "mac_changed": move_on_the_link,
    "data_injected": inject_data,
    "signatures": kill_everywhere,
}
