# SPDX-License-Identifier: GPL-2.0-or-later
"""Reduces a capture to its shape: the flags and the direction of each segment, by connection."""

import struct
from collections.abc import Iterator
from pathlib import Path

FILE_HEADER_BYTES = 24
FRAME_HEADER = struct.Struct("=IIII")
ETHERNET_BYTES = 14
ICMP_ERROR_BYTES = 8
PROTOCOL_ICMP = 1
PROTOCOL_TCP = 6

FLAG_LETTERS = ((0x02, "S"), (0x01, "F"), (0x04, "R"), (0x08, "P"), (0x20, "U"),
                (0x40, "E"), (0x80, "C"), (0x10, "A"))

Address = tuple[bytes, int]


def split_frames(path: Path) -> Iterator[bytes]:
    """The complete frames of a file to which tcpdump may still write."""
    data = path.read_bytes()
    offset = FILE_HEADER_BYTES
    while offset + FRAME_HEADER.size <= len(data):
        _, _, captured_bytes, _ = FRAME_HEADER.unpack_from(data, offset)
        offset += FRAME_HEADER.size
        if offset + captured_bytes > len(data):
            return
        yield data[offset:offset + captured_bytes]
        offset += captured_bytes


def split_packet(packet: bytes) -> tuple[int, bytes, bytes, bytes]:
    """Protocol, source, destination and payload of an IPv4 packet."""
    header_bytes = (packet[0] & 0x0F) * 4
    return packet[9], packet[12:16], packet[16:20], packet[header_bytes:]


def name_flags(segment: bytes) -> str:
    return "".join(letter for bit, letter in FLAG_LETTERS if segment[13] & bit)


def read_frame(frame: bytes) -> tuple[Address, Address, str]:
    """Sender, receiver, word. The sender of an ICMP error is the receiver of the packet that it quotes."""
    protocol, source, destination, payload = split_packet(frame[ETHERNET_BYTES:])
    if protocol == PROTOCOL_TCP:
        ports = struct.unpack_from(">HH", payload)
        return (source, ports[0]), (destination, ports[1]), name_flags(payload)
    if protocol == PROTOCOL_ICMP:
        _, source, destination, quoted = split_packet(payload[ICMP_ERROR_BYTES:])
        ports = struct.unpack_from(">HH", quoted)
        return (destination, ports[1]), (source, ports[0]), "ICMP"
    raise ValueError(f"IP protocol {protocol} in a capture of TCP and ICMP")


def read_shape(path: Path) -> list[str]:
    """One line per connection, in the order of first frames; ">" is from the side that sent first."""
    connections: dict[frozenset, tuple[Address, list[str]]] = {}
    for frame in split_frames(path):
        sender, receiver, word = read_frame(frame)
        starter, words = connections.setdefault(frozenset((sender, receiver)), (sender, []))
        words.append((">" if sender == starter else "<") + word)
    return [" ".join(words) for _, words in connections.values()]


def count_frames(path: Path) -> int:
    return sum(1 for _ in split_frames(path))
