# SPDX-License-Identifier: GPL-2.0-or-later
"""Floods, scans and forgeries by real programs, and the honest traffic that looks like them."""

import sys
from pathlib import Path

from . import netns
from .oddities import LINE, LONG_CABLE, PORT, run_caller, start_caller, start_listener
from .scenario import OPENING, Scenario, locate_program
from .testbed import CABLE, Place, Testbed

INJECTOR = Path(__file__).resolve().parent / "injector.py"

# A flood: the first number of SYNs, then an honest client, then the second number of SYNs.
FLOOD_SYNS = (110, 180)
FLOOD_BACKLOG = 32

# A capture at the owners of the forged addresses, who have not sent the SYNs.
TELESCOPE = Place(apart=True, missed="src net 198.18.0.0/15")
TELESCOPE_FRAMES = 70
VICTIM = Place(apart=True, missed=f"src {netns.CLIENT_ADDRESS} and tcp[tcpflags] & tcp-syn != 0")
REFLECTORS = "10.0.1.0/26"
REFLECTOR_COUNT = 60

CROWD = 110

OPEN_PORTS = (22, 25, 53)
SCANNED_PORTS = range(1, 61)

QUESTION = f"{OPENING}{LINE}"


def run_flooder(bed: Testbed, seed: int, count: int) -> None:
    """Each flood has its own seed, so that their captures can be read together."""
    bed.run_client(*locate_program("syn_flooder.py"), "--host", netns.SERVER_ADDRESS,
                   "--port", str(PORT), "--seed", str(seed), str(count))


def answer_into_the_void(bed: Testbed) -> None:
    """Routes the server's answers to unknown addresses to the client, which does not forward them."""
    netns.run_ip("-n", bed.server, "route", "add", "default", "via", netns.CLIENT_ADDRESS)


def flood_server(bed: Testbed, cookies: int, seeds: tuple[int, int]) -> None:
    answer_into_the_void(bed)
    netns.set_sysctl(bed.server, tcp_syncookies=cookies, tcp_synack_retries=2)
    start_listener(bed, "--backlog", str(FLOOD_BACKLOG - 1), "hear")
    run_flooder(bed, seeds[0], FLOOD_SYNS[0])
    run_caller(bed, "--give-up", "0.5", "say=May I come in?", "end")
    run_flooder(bed, seeds[1], FLOOD_SYNS[1])


def flood_backlog(bed: Testbed) -> None:
    flood_server(bed, cookies=0, seeds=(1, 2))


def flood_cookies(bed: Testbed) -> None:
    flood_server(bed, cookies=1, seeds=(3, 4))


def flood_closed_port(bed: Testbed) -> None:
    answer_into_the_void(bed)
    run_flooder(bed, 5, TELESCOPE_FRAMES)


def reflect_flood(bed: Testbed) -> None:
    """Sixty servers in one namespace; the SYNs have the client's own address."""
    netns.run_ip("-n", bed.server, "route", "add", "local", REFLECTORS, "dev", "lo")
    netns.run_ip("-n", bed.client, "route", "add", REFLECTORS, "via", netns.SERVER_ADDRESS)
    start_listener(bed, "hear")
    bed.run_client(*locate_program("syn_flooder.py"), "--host", REFLECTORS, "--port", str(PORT),
                   "--seed", "6", "--source", netns.CLIENT_ADDRESS, str(REFLECTOR_COUNT))


def start_crowd(bed: Testbed) -> None:
    bed.start_client(*locate_program("crowd.py"), "--host", netns.SERVER_ADDRESS,
                     "--port", str(PORT), str(CROWD))


def serve_crowd(bed: Testbed) -> None:
    start_listener(bed, "--backlog", str(2 * CROWD), "hear", "say=One less than six.")
    start_crowd(bed)


def lose_crowd(bed: Testbed) -> None:
    """All SYNs are lost, and each client repeats its SYN a second later."""
    start_listener(bed, "--backlog", str(2 * CROWD), "hear", "say=One less than six.")
    netns.load_rules(bed.server, "input", "drop")
    start_crowd(bed)
    bed.wait_for_frames(CROWD)
    netns.drop_rules(bed.server)


def scan_ports(bed: Testbed, kind: str) -> None:
    for port in OPEN_PORTS:
        bed.start_server(port, *locate_program("peer.py"), "--local-port", str(port), "end")
    bed.run_client("nmap", kind, "-n", "-Pn", "-r", "--send-ip", "--max-retries", "0",
                   "-p", f"{SCANNED_PORTS[0]}-{SCANNED_PORTS[-1]}", netns.SERVER_ADDRESS)


def scan_windows(bed: Testbed) -> None:
    """The RSTs of Linux always have window 0; on some other systems those of open ports have a window."""
    ports = ", ".join(str(port) for port in OPEN_PORTS)
    netns.load_rules(bed.server, "output",
                     f"tcp sport {{ {ports} }} tcp flags rst tcp window set 4096")
    scan_ports(bed, "-sW")


def shape_scan(closed: str, opened: str) -> tuple[str, ...]:
    return tuple(opened if port in OPEN_PORTS else closed for port in SCANNED_PORTS)


def describe_scan(name: str, kind: str, words: str, closed: str, opened: str) -> Scenario:
    return Scenario(name, words, lambda bed: scan_ports(bed, kind), shape_scan(closed, opened),
                    ("nmap",), place=CABLE)


def reset_by_client(bed: Testbed) -> None:
    start_listener(bed, "end")
    start_caller(bed, "say=That is all.", "wait=0.3", "reset")


def leave_unread(bed: Testbed) -> None:
    start_listener(bed, "wait=0.5")
    start_caller(bed, "say=Are you listening?", "end")


def close_too_early(bed: Testbed) -> None:
    """The server closes at once, while data is in flight."""
    start_listener(bed)
    start_caller(bed, "wait=0.25", "fill=6000", "wait=2")


def crash_server(bed: Testbed) -> None:
    start_listener(bed, "end")
    start_caller(bed, "say=Are you there?", "wait=1", "say=And now?", "wait=1")
    bed.wait_for_frames(5)
    bed.programs[0].kill()


def reject_syn(bed: Testbed) -> None:
    start_listener(bed, "end")
    netns.load_rules(bed.server, "input", f"tcp dport {PORT} reject with tcp reset")
    run_caller(bed, "end")


def reject_data(bed: Testbed, *server_words: str) -> None:
    start_listener(bed, *server_words)
    start_caller(bed, "say=Good morning.", "wait=0.5", "say=A word that is not allowed.", "wait=2")
    bed.wait_for_frames(5)
    netns.load_rules(bed.server, "input", "tcp flags & psh != 0 reject with tcp reset")


def start_injector(bed: Testbed, *words: str) -> None:
    bed.start_program(bed.wire, sys.executable, str(INJECTOR), "left", *words, says="")
    bed.wait_for_ends(3)


def forge_reset(bed: Testbed) -> None:
    start_listener(bed, "hear", "say=One less than six.", "end")
    start_injector(bed, "beans")
    start_caller(bed, "say=How many beans make five?", "end")


def inject_answer(bed: Testbed) -> None:
    start_listener(bed, "hear", "say=One less than six.", "end")
    start_injector(bed, "beans", "--text", "Seven, as I count.\n")
    start_caller(bed, "say=How many beans make five?", "hear", "wait=1.5", "finish", "end")


SIGNALS = (
    Scenario("flood_backlog", "SYNs with forged addresses fill a listener's backlog",
             flood_backlog,
             (*[">S <SA <SA <SA"] * FLOOD_BACKLOG, *[">S"] * (FLOOD_SYNS[0] - FLOOD_BACKLOG),
              ">S", *[">S"] * FLOOD_SYNS[1]), modules=("scapy",), place=CABLE),
    Scenario("flood_cookies", "the same to a server with SYN cookies, to which an honest client connects",
             flood_cookies,
             (*[">S <SA <SA <SA"] * FLOOD_BACKLOG, *[">S <SA"] * (FLOOD_SYNS[0] - FLOOD_BACKLOG),
              f"{QUESTION} <FA >FA <A", *[">S <SA"] * FLOOD_SYNS[1]), modules=("scapy",), place=CABLE),
    Scenario("flood_answers", "the answers of a flooded port, at the owners of the forged addresses",
             flood_closed_port, (">RA",) * TELESCOPE_FRAMES, modules=("scapy",), place=TELESCOPE),
    Scenario("flood_reflected", "many servers answer a host that sent no SYN",
             reflect_flood, (">SA <R",) * REFLECTOR_COUNT, modules=("scapy",), place=VICTIM),
    Scenario("crowd", "many clients at once over a long cable",
             serve_crowd, (f"{QUESTION} <PA >A <FA >FA <A",) * CROWD, place=LONG_CABLE),
    Scenario("crowd_repeats", "many clients at once whose SYNs are all lost once",
             lose_crowd, (f">S {QUESTION} <PA >A <FA >FA <A",) * CROWD, ("nft",), place=CABLE),
    describe_scan("nmap_connect", "-sT", "a connect scan by nmap", ">S <RA", f"{OPENING} >RA"),
    describe_scan("nmap_syn", "-sS", "a SYN scan by nmap", ">S <RA", ">S <SA >R"),
    describe_scan("nmap_fin", "-sF", "a FIN scan by nmap", ">F <RA", ">F"),
    describe_scan("nmap_null", "-sN", "a NULL scan by nmap", "> <RA", ">"),
    describe_scan("nmap_xmas", "-sX", "a Xmas scan by nmap", ">FPU <RA", ">FPU"),
    describe_scan("nmap_ack", "-sA", "an ACK scan by nmap", ">A <R", ">A <R"),
    describe_scan("nmap_window", "-sW", "a window scan by nmap", ">A <R", ">A <R"),
    Scenario("nmap_window_open", "the same, of a system whose open ports answer with a window",
             scan_windows, shape_scan(">A <R", ">A <R"), ("nft", "nmap"), place=CABLE),
    Scenario("reset_by_client", "a client that has said all closes with a RST (SO_LINGER)",
             reset_by_client, (f"{QUESTION} >RA",), place=CABLE),
    Scenario("reset_unread", "a server closes that has not read what it got",
             leave_unread, (f"{QUESTION} <RA",), place=CABLE),
    Scenario("reset_in_flight", "a server closes while data is on its way to it",
             close_too_early, (f"{OPENING} >A >A >A >A >PA <FA >A <R <R <R <R <R <R",),
             place=LONG_CABLE),
    Scenario("reset_crash", "a server's process is killed, the client continues",
             crash_server, (f"{QUESTION} <FA >A >PA <R",), place=CABLE),
    Scenario("reject_syn", "a firewall refuses a SYN with a RST",
             reject_syn, (">S <RA",), ("nft",), place=CABLE),
    Scenario("reject_data", "a firewall ends a connection with a RST, the server sends no more",
             lambda bed: reject_data(bed, "end"), (f"{QUESTION} >PA <R",), ("nft",), place=CABLE),
    Scenario("reject_then_data", "a firewall ends a connection with a RST, the server continues",
             lambda bed: reject_data(bed, "hear", "wait=1.5", "say=Good morning.", "end"),
             (f"{QUESTION} >PA <R <PA >R",), ("nft",), place=CABLE),
    Scenario("forged_reset", "a third party on the path resets the client in the server's name",
             forge_reset, (f"{OPENING} >PA <RA <A >R <PA >R",), modules=("scapy",), place=LONG_CABLE),
    Scenario("injected_data", "a third party on the path answers before the server does",
             inject_answer, (f"{OPENING} >PA <PA >A <A >A <PA >A >FA <FA >A",), modules=("scapy",),
             place=LONG_CABLE),
)
