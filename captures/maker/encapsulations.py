# SPDX-License-Identifier: GPL-2.0-or-later
"""The same connection in every encapsulation: the results must be the same."""

from collections.abc import Callable

from scapy.contrib.gtp import GTP_U_Header
from scapy.layers.inet import IP, TCP, UDP, fragment
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import CookedLinux, CookedLinuxV2, Dot1AD, Dot1Q, Ether, GRE
from scapy.layers.ppp import PPP, PPPoE
from scapy.layers.vxlan import VXLAN
from scapy.packet import Packet

from .capture import Capture, name_macs, wrap_in_ethernet
from .connection import Connection, connect

CLIENT_ADDRESS_6 = "2001:db8::1"
SERVER_ADDRESS_6 = "2001:db8::2"
TUNNEL_ADDRESSES = ("203.0.113.1", "203.0.113.2")

LINK_NULL = 0
LINK_LINUX_SLL = 113
LINK_LINUX_SLL2 = 276

# AF_INET as a little-endian system writes it before each loopback packet.
NULL_HEADER = (2).to_bytes(4, "little")

SLL_RECEIVED, SLL_SENT = 0, 4
ETHERTYPE_IP = 0x0800

# Divides a segment with data after its header options.
FRAGMENT_BYTES = 40

Wrapping = Callable[[Packet, bool], list[bytes]]


def wrap_link(packet: Packet, from_client: bool, *between: Packet) -> list[bytes]:
    frame = Ether(**name_macs(from_client))
    for header in between:
        frame /= header.copy()
    return [bytes(frame / packet)]


def wrap_tunnel(packet: Packet, from_client: bool, *between: Packet, **outer: int) -> list[bytes]:
    source, destination = TUNNEL_ADDRESSES if from_client else TUNNEL_ADDRESSES[::-1]
    header = IP(src=source, dst=destination, id=0, flags="DF", **outer)
    return wrap_link(packet, from_client, header, *between)


def wrap_in_vlan(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_link(packet, from_client, Dot1Q(vlan=20))


def wrap_in_qinq(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_link(packet, from_client, Dot1AD(vlan=10), Dot1Q(vlan=20))


def wrap_in_pppoe(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_link(packet, from_client, PPPoE(sessionid=1), PPP())


def wrap_in_gre(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_tunnel(packet, from_client, GRE())


def wrap_in_ip(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_tunnel(packet, from_client, proto=41 if isinstance(packet, IPv6) else 4)


def wrap_in_vxlan(packet: Packet, from_client: bool) -> list[bytes]:
    return wrap_tunnel(packet, from_client, UDP(sport=50000, dport=4789), VXLAN(vni=42),
                       Ether(**name_macs(from_client)))


def wrap_in_gtp(packet: Packet, from_client: bool) -> list[bytes]:
    teid = 0xC0FFEE if from_client else 0x7EA
    return wrap_tunnel(packet, from_client, UDP(sport=2152, dport=2152), GTP_U_Header(teid=teid))


def wrap_in_fragments(packet: Packet, from_client: bool) -> list[bytes]:
    if not packet[TCP].payload:
        return wrap_in_ethernet(packet, from_client)
    packet.flags = ""
    return [frame for part in fragment(packet, FRAGMENT_BYTES)
            for frame in wrap_in_ethernet(part, from_client)]


def wrap_in_null(packet: Packet, _from_client: bool) -> list[bytes]:
    return [NULL_HEADER + bytes(packet)]


def cook_header(from_client: bool) -> dict:
    """The fields of both versions of Linux cooked capture, at the client."""
    source = bytes.fromhex(name_macs(from_client)["src"].replace(":", ""))
    return {"pkttype": SLL_SENT if from_client else SLL_RECEIVED, "lladdrtype": 1,
            "lladdrlen": 6, "src": source + b"\0\0", "proto": ETHERTYPE_IP}


def wrap_in_sll(packet: Packet, from_client: bool) -> list[bytes]:
    return [bytes(CookedLinux(**cook_header(from_client)) / packet)]


def wrap_in_sll2(packet: Packet, from_client: bool) -> list[bytes]:
    return [bytes(CookedLinuxV2(ifindex=2, **cook_header(from_client)) / packet)]


def play_connection(talk: Connection) -> None:
    """The SYN is sent twice, and the third ACK first has a wrong number."""
    talk.send(talk.client, "S", "syn")
    talk.send(talk.client, "S", "syn", seq=0)
    talk.send(talk.server, "SA", "syn-ack")
    talk.send(talk.client, "A", "stray", "ack_bad_ack", ack=0)
    talk.send(talk.client, "A", "ack")
    talk.converse()


def prepare_maker(description: str, wrap: Wrapping, link_type: int | None = None,
                  ipv6: bool = False) -> Callable[[Capture], None]:
    def make(capture: Capture) -> None:
        capture.wrap = wrap
        if link_type is not None:
            capture.link_type = link_type
        talk = connect(capture)
        if ipv6:
            talk.client.address, talk.server.address = CLIENT_ADDRESS_6, SERVER_ADDRESS_6
        play_connection(talk)
    make.__doc__ = f"the connection in {description}"
    return make


CAPTURES = {
    f"encap/{name}": prepare_maker(*wrapping)
    for name, *wrapping in (
        ("ethernet", "IPv4 over Ethernet", wrap_in_ethernet),
        ("ipv6", "IPv6 over Ethernet", wrap_in_ethernet, None, True),
        ("vlan", "a VLAN (IEEE 802.1Q)", wrap_in_vlan),
        ("qinq", "a VLAN within a VLAN (IEEE 802.1ad)", wrap_in_qinq),
        ("pppoe", "PPP over Ethernet (RFC 2516)", wrap_in_pppoe),
        ("gre", "GRE (RFC 2784)", wrap_in_gre),
        ("4in4", "IPv4 in IPv4 (RFC 2003)", wrap_in_ip),
        ("6in4", "IPv6 in IPv4 (RFC 4213)", wrap_in_ip, None, True),
        ("vxlan", "VXLAN (RFC 7348)", wrap_in_vxlan),
        ("gtp", "GTP-U version 1 (3GPP TS 29.281)", wrap_in_gtp),
        ("fragments", "IPv4, its data in fragments", wrap_in_fragments),
        ("null", "BSD loopback (DLT_NULL)", wrap_in_null, LINK_NULL),
        ("sll", "Linux cooked capture", wrap_in_sll, LINK_LINUX_SLL),
        ("sll2", "Linux cooked capture, version 2", wrap_in_sll2, LINK_LINUX_SLL2),
    )
}
