# SPDX-License-Identifier: GPL-2.0-or-later
"""Unusual behaviour of real stacks, and ordinary behaviour that looks unusual."""

import subprocess

from . import netns
from .scenario import OPENING, Scenario, locate_program
from .testbed import CABLE, Place, Testbed

PORT = 7000
CLIENT_PORT = 40000

LINE = " >PA <A"
CLIENT_CLOSES = " >FA <FA >A"
SERVER_CLOSES = " <FA >FA <A"

# After the SYN-ACK Linux sends pending data at once, without a separate ACK before it.
QUICK_OPENING = f">S <SA{LINE}"
SLOW_PAGE = f"{QUICK_OPENING}{SERVER_CLOSES}"
FAST_PAGE = f"{OPENING}{SERVER_CLOSES}"
REUSED_PAGE = f"{OPENING}{LINE}{SERVER_CLOSES}"

# net.ipv4.tcp_fastopen
FAST_OPEN_CLIENT = 1
FAST_OPEN_BOTH = 3
FAST_OPEN_CLIENT_WITHOUT_COOKIE = 1 | 4
FAST_OPEN_SERVER_WITHOUT_COOKIE = 2 | 0x200

SYN_ONLY = "tcp flags & (syn | ack) == syn"

# Linux repeats a SYN or SYN-ACK after one second, which happens on the longest cable only.
LONG_CABLE = Place(apart=True, delay=0.3)
LONGEST_CABLE = Place(apart=True, delay=0.7)
LONG_CABLE_OF_SERVER = Place(apart=True, delay=0.3, server_sees=True)


def start_listener(bed: Testbed, *words: str) -> None:
    bed.start_server(PORT, *locate_program("peer.py"), "--local-port", str(PORT), *words)


def start_caller(bed: Testbed, *words: str) -> subprocess.Popen:
    return bed.start_client(*locate_program("peer.py"), "--host", netns.SERVER_ADDRESS,
                            "--port", str(PORT), *words)


def run_caller(bed: Testbed, *words: str) -> None:
    bed.run_client(*locate_program("peer.py"), "--host", netns.SERVER_ADDRESS,
                   "--port", str(PORT), *words)


def lose_once(bed: Testbed, rule: str, frames: int) -> None:
    """Drops the server's input that matches the rule, until the capture has that many frames."""
    netns.load_rules(bed.server, "input", f"{rule} drop")
    bed.wait_for_frames(frames)
    netns.drop_rules(bed.server)


def lose_syn_and_data(bed: Testbed) -> None:
    start_listener(bed, "end")
    netns.load_rules(bed.server, "input", "drop")
    start_caller(bed, "wait=0.3", "say=Hello?", "wait=1", "finish", "end")
    bed.wait_for_frames(1)
    netns.drop_rules(bed.server)
    bed.wait_for_frames(4)
    lose_once(bed, "tcp flags & psh != 0", 5)
    bed.wait_for_frames(7)
    lose_once(bed, "tcp flags & fin != 0", 8)


def lose_ack(bed: Testbed) -> None:
    """The client's own firewall drops its ACK until the SYN-ACK has been repeated."""
    start_listener(bed, "end")
    netns.load_rules(bed.client, "output", "tcp flags & syn == 0 drop")
    start_caller(bed, "wait=1.5", "finish", "end")
    bed.wait_for_frames(2)
    netns.drop_rules(bed.client)


def lose_ecn_syn(bed: Testbed) -> None:
    netns.load_rules(bed.server, "input", "tcp flags & (ecn | cwr) == (ecn | cwr) drop")
    netns.set_sysctl(bed.client, tcp_ecn=1)
    start_listener(bed, "end")
    run_caller(bed, "finish", "end")


def fetch_fast_open_cookie(bed: Testbed, *answer: str) -> None:
    for namespace in (bed.client, bed.server):
        netns.set_sysctl(namespace, tcp_fastopen=FAST_OPEN_BOTH)
    start_listener(bed, "--fast-open", "", "hear", *answer, "finish", "end")
    run_caller(bed, "--fast-open", "May I?", "end")


def open_fast(bed: Testbed) -> None:
    """On the long cable the server answers the question before it receives the client's ACK."""
    fetch_fast_open_cookie(bed, "say=One less than six.", "wait=1")
    run_caller(bed, "--fast-open", "How many beans make five?", "end")


def ignore_fast_open(bed: Testbed) -> None:
    fetch_fast_open_cookie(bed)
    netns.set_sysctl(bed.server, tcp_fastopen=FAST_OPEN_CLIENT)
    run_caller(bed, "--fast-open", "How many beans make five?", "end")


def lose_fast_open(bed: Testbed) -> None:
    fetch_fast_open_cookie(bed)
    netns.load_rules(bed.server, "input", f"{SYN_ONLY} tcp option fastopen exists drop")
    run_caller(bed, "--fast-open", "How many beans make five?", "end")


def send_data_without_cookie(bed: Testbed) -> None:
    netns.set_sysctl(bed.client, tcp_fastopen=FAST_OPEN_CLIENT_WITHOUT_COOKIE)
    netns.set_sysctl(bed.server, tcp_fastopen=0)
    start_listener(bed, "--fast-open", "", "hear", "finish", "end")
    run_caller(bed, "--fast-open", "To one who does not listen yet.", "end")
    netns.set_sysctl(bed.server, tcp_fastopen=FAST_OPEN_SERVER_WITHOUT_COOKIE)
    run_caller(bed, "--fast-open", "To one who does.", "end")


def start_counterpart(bed: Testbed, *words: str) -> None:
    """Connects to the client; neither side listens."""
    bed.start_program(bed.server, *locate_program("peer.py"), "--local-port", str(PORT),
                      "--host", netns.CLIENT_ADDRESS, "--port", str(CLIENT_PORT), *words, says="")


def open_from_both_sides(bed: Testbed) -> None:
    start_caller(bed, "--local-port", str(CLIENT_PORT), "say=I called you.", "end")
    start_counterpart(bed, "hear", "wait=1", "finish", "end")


def split_handshake(bed: Testbed) -> None:
    """The client's SYN is lost after the capture point; then the server connects to the client."""
    netns.load_rules(bed.server, "input", f"{SYN_ONLY} drop")
    start_caller(bed, "--local-port", str(CLIENT_PORT), "say=I called you.", "end")
    bed.wait_for_frames(1)
    start_counterpart(bed, "hear", "finish", "end")


def close_from_both_sides(bed: Testbed) -> None:
    start_listener(bed, "say=Goodbye.", "finish", "end")
    start_caller(bed, "hear", "say=Goodbye.", "finish", "end")


def answer_too_late(bed: Testbed) -> None:
    start_listener(bed)
    run_caller(bed, "--give-up", "0.3")


def reuse_port(bed: Testbed) -> None:
    start_listener(bed, "hear", "finish", "end")
    for _ in range(2):
        run_caller(bed, "--local-port", str(CLIENT_PORT), "say=It is me.", "end")


def restart_client(bed: Testbed) -> None:
    """The client's RST is dropped, so its connection ends as in a power failure."""
    start_listener(bed, "end")
    caller = start_caller(bed, "--local-port", str(CLIENT_PORT), "say=It is me.", "wait=0.5",
                          "reset")
    bed.wait_for_frames(5)
    netns.load_rules(bed.client, "output", "drop")
    caller.wait()
    netns.drop_rules(bed.client)
    start_caller(bed, "--local-port", str(CLIENT_PORT), "end")


def stay_alive(bed: Testbed) -> None:
    start_listener(bed, "end")
    start_caller(bed, "--keep-alive", "say=I am here.", "wait=2.5", "finish", "end")


def close_window(bed: Testbed) -> None:
    start_listener(bed, "--receive-buffer", "2304", "wait=1.5", "end")
    start_caller(bed, "fill=4000", "finish", "end")


ODDITIES = (
    Scenario("loss", "SYN, data and FIN are lost once each",
             lose_syn_and_data, (">S >S <SA >A >PA >PA <A >FA >FA <FA >A",), ("nft",), place=CABLE),
    Scenario("synack_repeated", "the client's ACK is lost, the SYN-ACK is repeated",
             lose_ack, (">S <SA <SA >A >FA <FA >A",), ("nft",), place=CABLE),
    Scenario("ecn_fallback", "a SYN with ECN is lost, the next one is without ECN",
             lose_ecn_syn, (f">SEC {OPENING}{CLIENT_CLOSES}",), ("nft",), place=CABLE),
    Scenario("fast_open", "a Fast Open cookie is requested, then the SYN carries data",
             open_fast, (f"{QUICK_OPENING} <PA >A{SERVER_CLOSES}",
                         f">S <SA <PA >A >A{SERVER_CLOSES}"), place=LONG_CABLE_OF_SERVER),
    Scenario("tfo_data_ignored", "the data in a SYN with a cookie is no longer accepted",
             ignore_fast_open, (SLOW_PAGE, SLOW_PAGE), place=CABLE),
    Scenario("fast_open_lost", "a SYN with cookie and data is lost, the next has neither",
             lose_fast_open, (SLOW_PAGE, f">S {SLOW_PAGE}"), ("nft",), place=CABLE),
    Scenario("syn_data", "data in SYNs without a cookie, ignored and then accepted",
             send_data_without_cookie, (SLOW_PAGE, FAST_PAGE), place=CABLE),
    Scenario("simultaneous_open", "both sides connect to each other at the same time",
             open_from_both_sides, (f">S <S >SA <SA >A >PA <A <A{SERVER_CLOSES}",),
             place=LONG_CABLE),
    Scenario("split_handshake", "the client's SYN is lost, and the server sends its own SYN",
             split_handshake, (f">S <S >SA <A{LINE}{SERVER_CLOSES}",), ("nft",), place=CABLE),
    Scenario("simultaneous_close", "both sides close before they receive the other's FIN",
             close_from_both_sides, (f"{OPENING} <PA >A >PA >FA <FA >A <A <A",), place=LONG_CABLE),
    Scenario("synack_late", "a SYN-ACK after the client has given up and sent a RST",
             answer_too_late, (">S <SA >R <SA >R",), place=LONGEST_CABLE),
    Scenario("port_reused", "two connections one after the other from one port",
             reuse_port, (f"{REUSED_PAGE} {REUSED_PAGE}",), place=CABLE),
    Scenario("client_restarted", "a client that has lost its connection connects again",
             restart_client, (f"{OPENING}{LINE} >S <A >R {OPENING}",), ("nft",), place=CABLE),
    Scenario("keep_alive", "an idle connection is kept alive",
             stay_alive, (f"{OPENING}{LINE} >A <A >A <A{CLIENT_CLOSES}",), place=CABLE),
    Scenario("zero_window", "the server closes its window for a while, the client probes",
             close_window, (f"{OPENING} >A <A >PA <A >A <A >A <A >PA <A >FPA <A <FA >A",),
             place=CABLE),
)
