#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes large captures fast: make_capture.py KIND[-PAYLOAD] PACKETS FILE

short    connections of ten segments: handshake, request, answer, close; eight of them interleaved
http     the same on port 80, with HTTP for payload
brief    connections of five segments: handshake, request, reset; eight of them interleaved
bulk     four long downloads side by side: two full segments, then an acknowledgement
flood    SYNs to one server from spoofed sources, never answered
repeats  SYNs to one port of one server from one address, never answered

PAYLOAD is zeros, which it is where none is named, digits, letters, base64 or binary. PACKETS is rounded
down to whole connections. Addresses, ports, numbers and options look like those of Linux. Checksums
are 0: Wireshark does not verify them unless it is asked to.
"""
import base64
import random
import string
import struct
import sys

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TO_SERVER, TO_CLIENT = 0, 1

LINKTYPE_ETHERNET = 1
SNAPLEN = 262144
PORT = 9999  # nobody's: the payload has no dissector
INTERLEAVED = 8
DOWNLOADS = 4
REQUEST_BYTES, ANSWER_BYTES, FULL_BYTES = 120, 800, 1448
VARIANTS = 61  # of a payload, which differ in all their bytes

HTTP_PORT = 80
HTTP_REQUEST = b"GET /images/%04d.png HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n"
HTTP_ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
               b"Content-Length: %d\r\n\r\n%s")

FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAPLEN, LINKTYPE_ETHERNET)
CLIENT_MAC, SERVER_MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
ETHERNET = (SERVER_MAC + CLIENT_MAC + b"\x08\x00", CLIENT_MAC + SERVER_MAC + b"\x08\x00")

# Record header and Ethernet; IPv4; the fixed part of TCP.
FRAME = struct.Struct("<IIII14s")
HEADERS = struct.Struct("!BBHHHBBHII HHIIBBHHH")
SYN_OPTIONS = struct.Struct("!BBH BB BBII B BBB")
OPTIONS = struct.Struct("!BB BBII")


class Writer:
    """Packets in the order of time, ten microseconds apart."""

    def __init__(self, file):
        self._file = file
        self._count = 0

    def segment(self, conn, way, flags, payload=b""):
        """Writes the connection's next segment in that direction and moves its numbers on."""
        self._count += 1
        usecs = self._count * 10
        clock = usecs // 1000 & 0xFFFFFFFF
        if flags & SYN:
            options = SYN_OPTIONS.pack(2, 4, 1460, 4, 2, 8, 10, clock, conn.clock[1 - way], 1,
                                       3, 3, 7)
        else:
            options = OPTIONS.pack(1, 1, 8, 10, clock, conn.clock[1 - way])
        ip_bytes = 40 + len(options) + len(payload)
        headers = HEADERS.pack(
            0x45, 0, ip_bytes, conn.ip_id[way] & 0xFFFF, 0x4000, 64, 6, 0,
            conn.address[way], conn.address[1 - way], conn.port[way], conn.port[1 - way],
            conn.next[way], conn.next[1 - way] if flags & ACK else 0,
            (20 + len(options)) << 2, flags, 64240 if flags & SYN else 502, 0, 0)
        self._file.write(b"".join((
            FRAME.pack(usecs // 1000000, usecs % 1000000, ip_bytes + 14, ip_bytes + 14,
                       ETHERNET[way]),
            headers, options, payload)))
        conn.clock[way] = clock
        conn.ip_id[way] += 1
        length = len(payload) + (1 if flags & (SYN | FIN) else 0)
        conn.next[way] = (conn.next[way] + length) & 0xFFFFFFFF


class Connection:
    """A client's connection to the server; the lists hold the client's value, then the server's."""

    def __init__(self, client, port, rng, server_port=PORT):
        self.address = (client, 0xC0A80001)
        self.port = (port, server_port)
        self.next = [rng.getrandbits(32), rng.getrandbits(32)]
        self.ip_id = [rng.getrandbits(16), rng.getrandbits(16)]
        self.clock = [0, 0]


# A payload is named by its size, and becomes bytes when a connection sends it.
HANDSHAKE = [(TO_SERVER, SYN), (TO_CLIENT, SYN | ACK), (TO_SERVER, ACK)]
SHORT = [*HANDSHAKE,
         (TO_SERVER, PSH | ACK, REQUEST_BYTES), (TO_CLIENT, ACK),
         (TO_CLIENT, PSH | ACK, ANSWER_BYTES), (TO_SERVER, ACK),
         (TO_SERVER, FIN | ACK), (TO_CLIENT, FIN | ACK), (TO_SERVER, ACK)]
BRIEF = [*HANDSHAKE, (TO_SERVER, PSH | ACK, REQUEST_BYTES), (TO_SERVER, RST | ACK)]
BULK = [(TO_CLIENT, ACK, FULL_BYTES), (TO_CLIENT, ACK, FULL_BYTES), (TO_SERVER, ACK)]


def write_words(rng, size):
    """Words of letters with blanks between them, now and then a new line."""
    text = ""
    while len(text) < size:
        letters = string.ascii_letters if rng.random() < 0.5 else string.ascii_uppercase
        text += "".join(rng.choices(letters, k=rng.randrange(1, 12))) + rng.choice("    \n")
    return text[:size].encode()


# iperf2 sends digits in this order.
PAYLOADS = {
    "zeros": lambda rng, size: bytes(size),
    "digits": lambda rng, size: (b"0123456789" * (size // 10 + 2))[rng.randrange(10):][:size],
    "letters": write_words,
    "base64": lambda rng, size: base64.b64encode(rng.randbytes(size))[:size],
    "binary": lambda rng, size: rng.randbytes(size),
}


class Payloads:
    """The payloads that connections send, in turn."""

    def __init__(self, kind, rng):
        sizes = REQUEST_BYTES, ANSWER_BYTES, FULL_BYTES
        self._count = 0
        if kind == "http":
            self._variants = {
                REQUEST_BYTES: [HTTP_REQUEST % number for number in range(VARIANTS)],
                ANSWER_BYTES: [HTTP_ANSWER % (ANSWER_BYTES, rng.randbytes(ANSWER_BYTES))
                               for _ in range(VARIANTS)]}
        else:
            self._variants = {size: [PAYLOADS[kind](rng, size) for _ in range(VARIANTS)]
                              for size in sizes}

    def next(self, size):
        self._count += 1
        return self._variants[size][self._count % VARIANTS]


def endpoint(index):
    """The address and port of one of many clients, each pair once."""
    return 0x0A000000 + index // 50000, 10000 + index % 50000


def write_all(writer, conns, segments, payloads):
    """One segment of each connection in turn."""
    for way, flags, *size in segments:
        for conn in conns:
            writer.segment(conn, way, flags, *map(payloads.next, size))


def write_connections(writer, segments, count, rng, payloads, port=PORT):
    for first in range(0, count, INTERLEAVED):
        write_all(writer, [Connection(*endpoint(index), rng, port)
                           for index in range(first, min(first + INTERLEAVED, count))],
                  segments, payloads)


def write_downloads(writer, packets, rng, payloads):
    conns = [Connection(*endpoint(index), rng) for index in range(DOWNLOADS)]
    write_all(writer, conns, HANDSHAKE, payloads)
    for _ in range(packets // DOWNLOADS // len(BULK)):
        write_all(writer, conns, BULK, payloads)


def write_flood(writer, packets, rng):
    for _ in range(packets):
        writer.segment(Connection(rng.randrange(0x01000000, 0xDF000000), rng.randrange(1024, 65536),
                                  rng), TO_SERVER, SYN)


def write_repeats(writer, packets, rng):
    for index in range(packets):
        writer.segment(Connection(0x0A000001, 1024 + index % 64000, rng), TO_SERVER, SYN)


def make_capture(kind, packets, path):
    """Writes the capture; the same arguments give the same bytes."""
    kind, _, payload = kind.partition("-")
    rng = random.Random(1)
    payloads = Payloads("http" if kind == "http" else payload or "zeros", rng)
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(FILE_HEADER)
        writer = Writer(file)
        if kind == "short":
            write_connections(writer, SHORT, packets // len(SHORT), rng, payloads)
        elif kind == "http":
            write_connections(writer, SHORT, packets // len(SHORT), rng, payloads, HTTP_PORT)
        elif kind == "brief":
            write_connections(writer, BRIEF, packets // len(BRIEF), rng, payloads)
        elif kind == "bulk":
            write_downloads(writer, packets, rng, payloads)
        elif kind == "flood":
            write_flood(writer, packets, rng)
        elif kind == "repeats":
            write_repeats(writer, packets, rng)
        else:
            raise ValueError(f"no such kind of capture: {kind}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    make_capture(sys.argv[1], int(sys.argv[2]), sys.argv[3])
