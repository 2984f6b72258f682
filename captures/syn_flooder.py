# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends SYNs with forged source addresses at a steady pace, and ignores the answers."""

import argparse
import ipaddress
import itertools
import random
import socket
import time

from scapy.layers.inet import IP, TCP

# 198.18.0.0/15 is reserved for tests of devices (RFC 2544 appendix C.2.2).
FIRST_ADDRESS = 198 << 24 | 18 << 16
ADDRESS_BITS = 17


def forge_address(chance: random.Random) -> str:
    return str(ipaddress.IPv4Address(FIRST_ADDRESS | chance.getrandbits(ADDRESS_BITS)))


def make_syn(chance: random.Random, source: str, host: str, port: int) -> bytes:
    return bytes(IP(src=source, dst=host, id=chance.getrandbits(16)) /
                 TCP(sport=chance.randrange(1024, 65536), dport=port, flags="S",
                     seq=chance.getrandbits(32), options=[("MSS", 1460)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", type=ipaddress.ip_network, required=True,
                        help="target address, or a network whose addresses are used in turn")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0,
                        help="the same seed gives the same source addresses")
    parser.add_argument("--source", help="one source address instead of many")
    parser.add_argument("--pace", type=float, default=0.01, metavar="SECONDS",
                        help="interval between SYNs")
    parser.add_argument("count", type=int, metavar="SYNS")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    hosts = map(str, itertools.islice(itertools.cycle(options.host.hosts()), options.count))
    syns = [(make_syn(chance, options.source or forge_address(chance), host, options.port), host)
            for host in hosts]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
        for syn, host in syns:
            sender.sendto(syn, (host, 0))
            time.sleep(options.pace)


if __name__ == "__main__":
    main()
