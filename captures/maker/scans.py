# SPDX-License-Identifier: GPL-2.0-or-later
"""Scans of many ports, by the segments they send, and busy hosts that look similar.

The threshold is the default of the preference: 50 ports within a minute.
"""

from collections.abc import Mapping, Sequence

from .capture import Capture
from .connection import PLAIN, REQUEST, Connection, Endpoint, Offer

THRESHOLD = 50
APART_US = 120_000_000
TARGET = "198.51.100.20"


def aim(capture: Capture, scanner: str, count: int, offer: Offer = PLAIN) -> list[Connection]:
    """Connections of one address with that many ports of another, before the first segment."""
    return [Connection(capture, Endpoint(scanner, 50000 + port, port * 0x00C0FFEE, 0, offer),
                       Endpoint(TARGET, 30000 + port, port * 0x0BADCAFE, 0, offer))
            for port in range(1, count + 1)]


def refuse(talk: Connection, *anomalies: str, ack: int | None = None, **changes) -> None:
    """Refuses as a closed port refuses a segment without ACK (RFC 9293 section 3.10.7.1)."""
    talk.send(talk.server, "RA", "rst", *anomalies, seq=-talk.server.isn, ack=ack,
              timestamps=False, window=0, **changes)


def browse(capture: Capture, browser: str) -> None:
    """A client that connects to as many ports as a scanner; a few are closed, and it uses the others."""
    talks = aim(capture, browser, THRESHOLD + 10, Offer())
    for talk in talks:
        talk.send(talk.client, "S", "syn")
    for talk in talks[:10]:
        refuse(talk)
    for talk in talks[10:]:
        talk.send(talk.server, "SA", "syn-ack")
        talk.send(talk.client, "PA", "ack", data=REQUEST)
    capture.wait(APART_US)


def knock_again(capture: Capture, client: str) -> None:
    """A client that tries one closed port many times."""
    for number in range(THRESHOLD + 5):
        talk = Connection(capture, Endpoint(client, 50000 + number, number * 0x00C0FFEE, 0),
                          Endpoint(TARGET, 30000, 0, 0))
        talk.send(talk.client, "S", "syn")
        refuse(talk)
    capture.wait(APART_US)


def scan_with_syn(capture: Capture) -> None:
    """bare SYNs, closed ports refuse them, open ones are reset; friends: a browser, one port tried often"""
    for scanner, offer in (("192.0.2.200", PLAIN), ("192.0.2.201", Offer())):
        talks = aim(capture, scanner, THRESHOLD + 10, offer)
        opened = 10 if offer is PLAIN else THRESHOLD + 2
        for talk in talks:
            talk.send(talk.client, "S", "syn")
        for number, talk in enumerate(talks[:THRESHOLD + 2], 1):
            noticed = ("scan_syn",) if number == THRESHOLD else ()
            if number <= opened:
                talk.send(talk.server, "SA", "syn-ack")
                talk.send(talk.client, "R", "rst", *noticed, timestamps=False)
            else:
                refuse(talk, *noticed)
        capture.wait(APART_US)
    browse(capture, "192.0.2.210")
    knock_again(capture, "192.0.2.211")


def scan_with_connect(capture: Capture) -> None:
    """SYNs of an ordinary stack; open connections are closed without data; a friend is a browser"""
    talks = aim(capture, "192.0.2.202", THRESHOLD + 5, Offer())
    for number, talk in enumerate(talks, 1):
        noticed = ("scan_connect",) if number == THRESHOLD else ()
        talk.send(talk.client, "S", "syn")
        if number % 10 == 0:
            talk.send(talk.server, "SA", "syn-ack")
            talk.send(talk.client, "A", "ack")
            talk.send(talk.client, "RA", "rst", *noticed)
        else:
            refuse(talk, *noticed)
    capture.wait(APART_US)
    browse(capture, "192.0.2.212")


def send_probes(capture: Capture, scanner: str, flags: str, stage: str, slug: str,
                *anomalies: str) -> None:
    """Open ports do not answer, closed ones do; here every second port is open."""
    for number, talk in enumerate(aim(capture, scanner, THRESHOLD + 5), 1):
        noticed = (slug,) if number == THRESHOLD else ()
        talk.send(talk.client, flags, stage, *anomalies, *noticed)
        if number % 2 == 0:
            refuse(talk)
    capture.wait(APART_US)


def close_again(capture: Capture) -> None:
    """The capture starts as all connections are closed."""
    for talk in aim(capture, "192.0.2.213", THRESHOLD + 5):
        talk.send(talk.client, "FA", "fin")
        talk.send(talk.server, "FA", "fin")


def scan_with_fin(capture: Capture) -> None:
    """FIN alone; a friend closes connections that were open before the capture began"""
    send_probes(capture, "192.0.2.203", "F", "fin", "scan_fin")
    close_again(capture)


def poke_again(capture: Capture, client: str, flags: str, stage: str, *anomalies: str) -> None:
    """A broken device that probes one port repeatedly."""
    for number in range(THRESHOLD + 5):
        talk = Connection(capture, Endpoint(client, 50000 + number, number * 0x00C0FFEE, 0),
                          Endpoint(TARGET, 30000, 0, 0))
        talk.send(talk.client, flags, stage, *anomalies)
        refuse(talk)
    capture.wait(APART_US)


def lose_flags(capture: Capture) -> None:
    """A driver that loses the flags of one segment in each connection."""
    for talk in aim(capture, "192.0.2.215", THRESHOLD + 5, Offer()):
        talk.open()
        talk.send(talk.client, "", "stray", "null_flags")
        talk.send(talk.client, "PA", "established", data=REQUEST)
    capture.wait(APART_US)


def close_urgently(capture: Capture) -> None:
    """The capture starts as all connections end with urgent data; ACK distinguishes them from probes."""
    for talk in aim(capture, "192.0.2.217", THRESHOLD + 5):
        talk.send(talk.client, "FPUA", "fin", data=REQUEST)
        talk.send(talk.server, "FA", "fin")
    capture.wait(APART_US)


def scan_with_nothing(capture: Capture) -> None:
    """no flags at all; friends: flags lost within connections, probes of one port"""
    send_probes(capture, "192.0.2.204", "", "stray", "scan_null", "null_flags")
    lose_flags(capture)
    poke_again(capture, "192.0.2.216", "", "stray", "null_flags")


def scan_with_xmas(capture: Capture) -> None:
    """FIN, PSH and URG; friends: a last segment with urgent data and ACK, probes of one port"""
    send_probes(capture, "192.0.2.205", "FPU", "fin", "scan_xmas", "xmas_flags")
    close_urgently(capture)
    poke_again(capture, "192.0.2.218", "FPU", "fin", "xmas_flags")


def probe_with_ack(capture: Capture, scanner: str, windows: Sequence[int],
                   noticed: Mapping[int, str], targets: Sequence[str] = (TARGET,)) -> None:
    """An ACK to each port, and the RST with its window; {number of the RST: the anomaly reported there}."""
    for number, window in enumerate(windows, 1):
        target = targets[number % len(targets)]
        talk = Connection(capture, Endpoint(scanner, 50000 + number, number * 0x00C0FFEE, 0),
                          Endpoint(target, 30000 + number, number * 0x0BADCAFE, 0))
        talk.send(talk.client, "A", "midstream")
        talk.send(talk.server, "R", "rst", *filter(None, [noticed.get(number)]), timestamps=False,
                  window=window)
    capture.wait(APART_US)


def scan_with_ack(capture: Capture) -> None:
    """ACK alone, RSTs of a host with all or no windows; friends were open before the capture"""
    for scanner, windows, targets in (("192.0.2.206", (0,), (TARGET,)),
                                      ("192.0.2.207", (4096, 8192), (TARGET,)),
                                      ("192.0.2.208", (0, 4096), (TARGET, "198.51.100.21"))):
        probe_with_ack(capture, scanner, [windows[number % len(windows)]
                                          for number in range(THRESHOLD + 5)],
                       {THRESHOLD: "scan_ack"}, targets)
    for talk in aim(capture, "192.0.2.214", THRESHOLD + 5):
        talk.send(talk.client, "A", "midstream")
        talk.send(talk.server, "PA", "midstream", data=REQUEST)
        talk.send(talk.client, "R", "rst", timestamps=False)


def scan_for_windows(capture: Capture) -> None:
    """ACK alone, RSTs of a host with and without a window: early, late, and the reverse"""
    ports = range(1, THRESHOLD + 11)
    probe_with_ack(capture, "192.0.2.220", [4096 if port % 10 == 0 else 0 for port in ports],
                   {THRESHOLD: "scan_window"})
    probe_with_ack(capture, "192.0.2.221", [4096 if port > THRESHOLD + 4 else 0 for port in ports],
                   {THRESHOLD: "scan_ack", THRESHOLD + 5: "scan_window"})
    probe_with_ack(capture, "192.0.2.222", [0 if port == 22 else 4096 for port in ports],
                   {THRESHOLD: "scan_window"})


CAPTURES = {
    "scan_syn": scan_with_syn,
    "scan_connect": scan_with_connect,
    "scan_fin": scan_with_fin,
    "scan_null": scan_with_nothing,
    "scan_xmas": scan_with_xmas,
    "scan_ack": scan_with_ack,
    "scan_window": scan_for_windows,
}
