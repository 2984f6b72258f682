# SPDX-License-Identifier: GPL-2.0-or-later
"""Two endpoints that follow TCP, except where the caller specifies otherwise."""

import itertools
from dataclasses import dataclass, field

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.packet import Packet, Raw

from .capture import Capture, Words

CLIENT_ADDRESS = "192.0.2.1"
SERVER_ADDRESS = "198.51.100.1"
FIRST_PORT = 40001

# No dissector of Wireshark uses this port.
SERVER_PORT = 33000

WINDOW = 64240

REQUEST = b"How many beans make five?\n"
ANSWER = b"Two in each hand and one in the mouth.\n"

OPTION_FAST_OPEN = 34
OPTION_MULTIPATH = 30
COOKIE = bytes.fromhex("c0ffee000418beef")

# MP_CAPABLE of Multipath TCP version 1 (RFC 8684 section 3.1): in a SYN, and in its answer with a key.
MP_CAPABLE_SYN = bytes.fromhex("0101")
MP_CAPABLE_ANSWER = bytes.fromhex("01010123456789abcdef")


@dataclass(frozen=True)
class Offer:
    """The options of a SYN or SYN-ACK, in the order of Linux."""
    mss: int | None = 1460
    sack: bool = True
    timestamps: bool = True
    scale: int | None = 7
    cookie: bytes | None = None
    multipath: bytes | None = None

    def list_options(self, tsval: int, tsecr: int) -> list[tuple]:
        options: list[tuple] = []
        if self.mss is not None:
            options += [("MSS", self.mss)]
        if self.sack:
            options += ([] if self.timestamps else [("NOP", None)] * 2) + [("SAckOK", b"")]
        if self.timestamps:
            options += ([] if self.sack else [("NOP", None)] * 2) + [("Timestamp", (tsval, tsecr))]
        if self.scale is not None:
            options += [("NOP", None), ("WScale", self.scale)]
        if self.cookie is not None:
            options += [("NOP", None)] * 2 + [(OPTION_FAST_OPEN, self.cookie)]
        if self.multipath is not None:
            options += [(OPTION_MULTIPATH, self.multipath)]
        return options


PLAIN = Offer(sack=False, timestamps=False, scale=None)
COOKIE_REQUEST = Offer(cookie=b"")
FAST_OPEN = Offer(cookie=COOKIE)


@dataclass
class Endpoint:
    address: str
    port: int
    isn: int
    clock_ms: int
    offer: Offer = Offer()
    window: int = WINDOW
    ttl: int = 64
    mac: str | None = None
    next: int = 0
    tsval: int = 0
    offered: Offer | None = None
    identification: itertools.count = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.next = self.isn


@dataclass
class Connection:
    """One connection of a capture. Every segment arrives before the next is sent."""
    capture: Capture
    client: Endpoint
    server: Endpoint
    stream: int | None = None

    @property
    def ts_agreed(self) -> bool:
        return all(end.offered is not None and end.offered.timestamps
                   for end in (self.client, self.server))

    @property
    def scaling_agreed(self) -> bool:
        return all(end.offered is not None and end.offered.scale is not None
                   for end in (self.client, self.server))

    def send(self, sender: Endpoint, flags: str, stage: str, *anomalies: str, data: bytes = b"",
             seq: int | None = None, ack: int | None = None, window: int | None = None,
             offer: Offer | None = None, timestamps: bool | None = None,
             tsecr: int | None = None, extra: tuple = (), ttl: int | None = None,
             identification: int | None = None, captured: bool = True,
             mac: str | None = None) -> None:
        """Sends a segment; parameters that are not given have their correct values.

        A given sequence number is relative to the ISN and does not advance the sender; a given
        acknowledgement number is relative to the peer's ISN.
        """
        peer = self.server if sender is self.client else self.client
        offer = offer or sender.offer
        sender.tsval = (sender.clock_ms + self.capture.now_us // 1000) % 2**32
        echo = (peer.tsval if "A" in flags else 0) if tsecr is None else tsecr
        window = sender.window if window is None else window
        if "S" in flags:
            options = offer.list_options(sender.tsval, echo)
            sender.offered = offer
        else:
            options = self.list_options(sender, echo, timestamps) + list(extra)
            if self.scaling_agreed:
                window >>= sender.offered.scale
        number = sender.next if seq is None else sender.isn + seq
        acknowledged = (peer.next if "A" in flags else 0) if ack is None else peer.isn + ack
        if seq is None:
            sender.next += len(data) + ("S" in flags) + ("F" in flags)
        if captured:
            segment = TCP(sport=sender.port, dport=peer.port, flags=flags, seq=number % 2**32,
                          ack=acknowledged % 2**32, window=window, options=options)
            words = Words(self.name_stream(), stage, anomalies)
            packet = self.wrap_in_ip(sender, peer, segment / Raw(data) if data else segment,
                                     ttl or sender.ttl, identification)
            self.capture.add_packet(packet, sender is self.client, words, mac or sender.mac)
        self.capture.wait(self.capture.hop_us)

    def name_stream(self) -> int:
        if self.stream is None:
            self.stream = self.capture.open_stream()
        return self.stream

    def list_options(self, sender: Endpoint, echo: int, timestamps: bool | None) -> list[tuple]:
        if not (self.ts_agreed if timestamps is None else timestamps):
            return []
        return [("NOP", None), ("NOP", None), ("Timestamp", (sender.tsval, echo))]

    def wrap_in_ip(self, sender: Endpoint, peer: Endpoint, segment: Packet, ttl: int,
                   identification: int | None) -> Packet:
        if ":" in sender.address:
            return IPv6(src=sender.address, dst=peer.address, hlim=ttl) / segment
        if identification is None:
            identification = next(sender.identification)
        return IP(src=sender.address, dst=peer.address, id=identification, ttl=ttl,
                  flags="DF") / segment

    def open(self) -> None:
        self.send(self.client, "S", "syn")
        self.send(self.server, "SA", "syn-ack")
        self.send(self.client, "A", "ack")

    def ask(self, stage: str = "established") -> None:
        """A question from the client and its answer, each acknowledged by a separate segment."""
        for sender, peer, text in ((self.client, self.server, REQUEST),
                                   (self.server, self.client, ANSWER)):
            self.send(sender, "PA", stage, data=text)
            self.send(peer, "A", stage)

    def close(self) -> None:
        self.send(self.client, "FA", "fin")
        self.send(self.server, "FA", "fin")
        self.send(self.client, "A", "closed")

    def converse(self) -> None:
        """The segments after a completed handshake."""
        self.ask()
        self.close()

    def play(self) -> None:
        self.open()
        self.converse()


def connect(capture: Capture, client_offer: Offer = Offer(), server_offer: Offer = Offer(),
            port: int | None = None, generation: int = 0) -> Connection:
    """A connection from the capture's next client port, or from a given port, which may be in use again.

    The numbers depend on port and generation; in every third connection they are close to wrapping.
    """
    port = FIRST_PORT + capture.streams if port is None else port
    spread = port * 0x01234567 + generation * 0x00ABCDEF
    client_isn = 2**32 - 20 if port % 3 == 0 else spread % 2**32
    client = Endpoint(CLIENT_ADDRESS, port, client_isn, 1_000_000, client_offer)
    server = Endpoint(SERVER_ADDRESS, SERVER_PORT, spread * 7 % 2**32, 2_000_000, server_offer)
    capture.wait(0 if not capture.frames else 100_000)
    return Connection(capture, client, server)
