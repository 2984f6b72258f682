#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the first inputs of the fuzzers out of captures.

seeds.py FOLDER CAPTURE... writes, in the format of input.h,
    FOLDER/model/*      the segments of up to two connections, without payload
    FOLDER/dissect/*    the same with payload
    FOLDER/payload/*    what each TCP segment of HTCPCP's port carries
"""
import hashlib
import itertools
import pathlib
import struct
import sys

HTCPCP_PORT = 5030
RECORDS_MAX = 64
INPUT_BYTES_MAX = 4096
FROM_B, OTHER, NEW_CONNECTION = 0x01, 0x02, 0x40
IPV4, IPV6, FRAGMENT, ICMP_ERROR, ICMPV6_ERROR = 0, 1, 4, 6, 7
ACK, SYN = 0x10, 0x02
TIME_UNITS_NS = (1, 10**3, 10**6, 10**7, 10**8, 10**9, 10**11, 10**13)
# What lies before the IP header, by DLT; "" where it is to be looked for behind an Ethernet header.
LINK_BYTES = {0: 4, 12: 0, 101: 0, 113: 16, 228: 0, 229: 0, 276: 20}


def read_pcap(path):
    """Yields time in ns, DLT and bytes of each packet of a pcap file; of another file nothing."""
    content = path.read_bytes()
    magics = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
              b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}
    if content[:4] not in magics:
        return
    order, unit_ns = magics[content[:4]]
    link, at = struct.unpack_from(order + "I", content, 20)[0], 24
    while at + 16 <= len(content):
        seconds, fraction, captured, _ = struct.unpack_from(order + "IIII", content, at)
        yield seconds * 10**9 + fraction * unit_ns, link, content[at + 16:at + 16 + captured]
        at += 16 + captured


def strip_link(link, packet):
    if link != 1:
        return packet[LINK_BYTES[link]:] if link in LINK_BYTES else b""
    at = 12
    while packet[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return packet[at + 2:] if packet[at:at + 2] in (b"\x08\x00", b"\x86\xdd") else b""


class Packet:
    """An IP packet that holds a TCP segment, or an ICMP error about one."""

    def __init__(self, time_ns, ip):
        self.time_ns, self.way, self.ip_id = time_ns, None, 0
        self.error = (0, 0)
        self.read_ip(ip)
        if self.way is not None:
            self.read_tcp()

    def read_ip(self, ip):
        if len(ip) >= 20 and ip[0] >> 4 == 4:
            start, protocol = (ip[0] & 15) * 4, ip[9]
            total, self.ip_id, fragment = struct.unpack_from(">HHH", ip, 2)
            self.addresses, self.tcp = (ip[12:16], ip[16:20]), ip[start:]
            self.length = (total or len(ip)) - start
            way, icmp, error = (FRAGMENT if fragment & 0x2000 else IPV4), 1, ICMP_ERROR
            if fragment & 0x1fff:
                return
        elif len(ip) >= 40 and ip[0] >> 4 == 6:
            protocol, self.length = ip[6], struct.unpack_from(">H", ip, 4)[0]
            self.addresses, self.tcp = (ip[8:24], ip[24:40]), ip[40:]
            way, icmp, error = IPV6, 58, ICMPV6_ERROR
        else:
            return
        if protocol == 6 and len(self.tcp) >= 20:
            self.way = way
        elif protocol == icmp and len(self.tcp) > 28:
            quoting = self.tcp[:2]
            self.read_ip(self.tcp[8:])
            if self.way is not None:
                self.way, self.error = error, tuple(quoting)

    def read_tcp(self):
        self.ports = struct.unpack_from(">HH", self.tcp)
        self.seq, self.ack = struct.unpack_from(">II", self.tcp, 4)
        self.header_bytes, self.flags = (self.tcp[12] >> 4) * 4, self.tcp[13]
        self.payload_bytes = max(self.length - self.header_bytes, 0)
        ends = list(zip(self.addresses, self.ports))
        self.line = tuple(sorted(ends))
        self.side = 0 if ends[0] == self.line[0] else 1


def encode_time(moved_ns):
    back, moved_ns = (0x80, -moved_ns) if moved_ns < 0 else (0, moved_ns)
    for number, unit in enumerate(TIME_UNITS_NS):
        if moved_ns < 16 * unit:
            return back | number << 4 | moved_ns // unit
    return back | 0x7f


class Input:
    """The segments of up to two lines, as a fuzzer's input."""

    def __init__(self, with_payload):
        self.with_payload = with_payload
        self.content, self.count = bytearray((0, 0)), 0
        self.time_ns, self.lines, self.isns = None, {}, {}

    def relative(self, line, side, number, isn=None):
        """The number, counted from the first one of that side, or from isn."""
        start = self.isns.setdefault((line, side), number if isn is None else isn)
        return (number - start) % 2**32

    def add(self, packet):
        known = packet.line in self.lines
        other = self.lines.setdefault(packet.line, len(self.lines))
        control = FROM_B * packet.side | OTHER * other
        if known and packet.flags & (SYN | ACK) == SYN and packet.way not in (
                ICMP_ERROR, ICMPV6_ERROR):
            isn = self.isns.get((packet.line, packet.side), packet.seq)
            if isn != packet.seq:
                control |= NEW_CONNECTION
                for side in (0, 1):
                    self.isns.pop((packet.line, side), None)
        seq = self.relative(packet.line, packet.side, packet.seq)
        ack = packet.ack
        if packet.flags & ACK:
            ack = self.relative(packet.line, 1 - packet.side, packet.ack, packet.ack - 1)
        moved_ns = 0 if self.time_ns is None else packet.time_ns - self.time_ns
        self.time_ns = packet.time_ns
        is_error = packet.way in (ICMP_ERROR, ICMPV6_ERROR)
        length = packet.error[0] << 8 | packet.error[1] if is_error else packet.payload_bytes
        record = struct.pack(">BBBHHII", control, packet.way, encode_time(moved_ns), length,
                             packet.ip_id, seq, ack)
        record += packet.tcp[12:max(packet.header_bytes, 20)]
        if self.with_payload and not is_error:
            record += packet.tcp[packet.header_bytes:packet.header_bytes + length]
        if self.count == RECORDS_MAX or len(self.content) + len(record) > INPUT_BYTES_MAX:
            return False
        self.content += record
        self.count += 1
        return True


def write(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def write_seeds(folder, packets):
    lines = list(dict.fromkeys(packet.line for packet in packets))
    for first, second in itertools.zip_longest(lines[::2], lines[1::2]):
        for name, with_payload in ("model", False), ("dissect", True):
            seed = Input(with_payload)
            for packet in packets:
                if packet.line in (first, second) and not seed.add(packet):
                    break
            write(folder / name, bytes(seed.content))
    for packet in packets:
        payload = packet.tcp[packet.header_bytes:packet.header_bytes + packet.payload_bytes]
        if HTCPCP_PORT in packet.ports and payload:
            write(folder / "payload", payload[:INPUT_BYTES_MAX])


def main():
    folder, *captures = map(pathlib.Path, sys.argv[1:])
    for path in captures:
        packets = [Packet(time_ns, strip_link(link, packet))
                   for time_ns, link, packet in read_pcap(path)]
        write_seeds(folder, [packet for packet in packets if packet.way is not None])


if __name__ == "__main__":
    main()
