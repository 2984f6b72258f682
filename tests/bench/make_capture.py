#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes large captures fast: make_capture.py KIND PACKETS FILE

short  connections of ten segments: handshake, request, answer, close; eight of them interleaved
brief  connections of five segments: handshake, request, reset; eight of them interleaved
bulk   four long downloads side by side: two full segments, then an acknowledgement
flood  SYNs to one server from spoofed sources, never answered

PACKETS is rounded down to whole connections. Addresses, ports, numbers and options look like those
of Linux. Checksums are 0: Wireshark does not verify them unless told to.
"""
import random
import struct
import sys

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TO_SERVER, TO_CLIENT = 0, 1

LINKTYPE_ETHERNET = 1
SNAPLEN = 262144
PORT = 9999  # nobody's: the payload has no dissector
INTERLEAVED = 8
DOWNLOADS = 4
REQUEST, ANSWER, FULL = bytes(120), bytes(800), bytes(1448)

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

    def __init__(self, client, port, rng):
        self.address = (client, 0xC0A80001)
        self.port = (port, PORT)
        self.next = [rng.getrandbits(32), rng.getrandbits(32)]
        self.ip_id = [rng.getrandbits(16), rng.getrandbits(16)]
        self.clock = [0, 0]


HANDSHAKE = [(TO_SERVER, SYN), (TO_CLIENT, SYN | ACK), (TO_SERVER, ACK)]
SHORT = [*HANDSHAKE,
         (TO_SERVER, PSH | ACK, REQUEST), (TO_CLIENT, ACK),
         (TO_CLIENT, PSH | ACK, ANSWER), (TO_SERVER, ACK),
         (TO_SERVER, FIN | ACK), (TO_CLIENT, FIN | ACK), (TO_SERVER, ACK)]
BRIEF = [*HANDSHAKE, (TO_SERVER, PSH | ACK, REQUEST), (TO_SERVER, RST | ACK)]
BULK = [(TO_CLIENT, ACK, FULL), (TO_CLIENT, ACK, FULL), (TO_SERVER, ACK)]


def endpoint(index):
    """The address and port of one of many clients, each pair once."""
    return 0x0A000000 + index // 50000, 10000 + index % 50000


def write_all(writer, conns, segments):
    """One segment of each connection in turn."""
    for segment in segments:
        for conn in conns:
            writer.segment(conn, *segment)


def write_connections(writer, segments, count, rng):
    for first in range(0, count, INTERLEAVED):
        write_all(writer, [Connection(*endpoint(index), rng)
                           for index in range(first, min(first + INTERLEAVED, count))], segments)


def write_downloads(writer, packets, rng):
    conns = [Connection(*endpoint(index), rng) for index in range(DOWNLOADS)]
    write_all(writer, conns, HANDSHAKE)
    for _ in range(packets // DOWNLOADS // len(BULK)):
        write_all(writer, conns, BULK)


def write_flood(writer, packets, rng):
    for _ in range(packets):
        writer.segment(Connection(rng.randrange(0x01000000, 0xDF000000), rng.randrange(1024, 65536),
                                  rng), TO_SERVER, SYN)


def make_capture(kind, packets, path):
    """Writes the capture; the same arguments give the same bytes."""
    rng = random.Random(1)
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(FILE_HEADER)
        writer = Writer(file)
        if kind == "short":
            write_connections(writer, SHORT, packets // len(SHORT), rng)
        elif kind == "brief":
            write_connections(writer, BRIEF, packets // len(BRIEF), rng)
        elif kind == "bulk":
            write_downloads(writer, packets, rng)
        elif kind == "flood":
            write_flood(writer, packets, rng)
        else:
            raise ValueError(f"no such kind of capture: {kind}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    make_capture(sys.argv[1], int(sys.argv[2]), sys.argv[3])
