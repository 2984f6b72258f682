/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet.h"

#include <string.h>

enum {
    ETHERNET_BYTES = 14,
    ETHERNET_STATIONS = 4,
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    IPV4_BYTES = 20,
    IPV6_BYTES = 40,
    ICMP_BYTES = 8,
    SEGMENT_WIRE_MAX = 60000, /* with the headers around it an IPv4 packet's length still fits */
    PROTOCOL_ICMP = 1,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = 6,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_ICMPV6 = 58,
    MORE_FRAGMENTS = 0x20 /* in the byte of the flags */
};

/* Who sends to whom. */
struct route {
    struct packet_line line;
    enum hs_side sender;
};

static void
append(struct packet *packet, const void *bytes, size_t count)
{
    const size_t room = sizeof packet->bytes - packet->captured_bytes;

    count = count < room ? count : room;
    memcpy(packet->bytes + packet->captured_bytes, bytes, count);
    packet->captured_bytes += count;
}

static void
put_u16(uint8_t *bytes, size_t number)
{
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

static void
put_address(uint8_t *bytes, uint8_t net, enum hs_side side, struct packet_line line)
{
    const unsigned half = side == HS_SIDE_B && !line.one_address ? 0x80 : 0;

    bytes[0] = net;
    bytes[1] = (uint8_t)(half | (line.number >> 16 & 0x7f));
    bytes[2] = (uint8_t)(line.number >> 8);
    bytes[3] = (uint8_t)line.number;
}

/* The station is told by the identification, as the model has it. */
static void
append_ethernet(struct packet *packet, const struct input_record *record)
{
    const bool is_ipv6 = record->way == INPUT_IPV6 || record->way == INPUT_ICMPV6_ERROR;
    uint8_t header[ETHERNET_BYTES] = {0x02, 0, 0, 0, 0, 0xff, 0x02};

    header[11] = (uint8_t)(record->ip_id % ETHERNET_STATIONS);
    put_u16(header + 12, is_ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
    append(packet, header, sizeof header);
}

static void
append_ipv4(struct packet *packet, const struct route *route, uint8_t protocol, uint16_t ip_id,
            uint8_t flags, size_t content_bytes)
{
    uint8_t header[IPV4_BYTES] = {0x45};

    put_u16(header + 2, sizeof header + content_bytes);
    put_u16(header + 4, ip_id);
    header[6] = flags;
    header[8] = (uint8_t)(ip_id >> 8); /* as the model has it */
    header[9] = protocol;
    put_address(header + 12, 10, route->sender, route->line);
    put_address(header + 16, 10, hs_side_peer(route->sender), route->line);
    append(packet, header, sizeof header);
}

static void
append_ipv6(struct packet *packet, const struct route *route, uint8_t protocol,
            size_t content_bytes)
{
    uint8_t header[IPV6_BYTES] = {0x60};

    put_u16(header + 4, content_bytes);
    header[6] = protocol;
    header[7] = 64;
    header[8] = 0xfd;
    header[24] = 0xfd;
    put_address(header + 20, 0, route->sender, route->line);
    put_address(header + 36, 0, hs_side_peer(route->sender), route->line);
    append(packet, header, sizeof header);
}

/* The segment, of which packet_build says how long it is. */
static void
append_segment(struct packet *packet, const struct input_record *record,
               const struct input_setup *setup)
{
    uint8_t header[TCP_HEADER_MAX_BYTES];
    size_t left = record->captured_bytes;
    size_t bytes = left < record->header_bytes ? left : record->header_bytes;

    input_place_header(record, setup, header);
    append(packet, header, bytes);
    left -= bytes;
    bytes = left < record->payload_there ? left : record->payload_there;
    if (bytes > 0) {
        append(packet, record->payload, bytes);
    }
}

/* A segment of another connection, in the middle of it, that carries IP packets. */
static void
append_tunnel(struct packet *packet, const struct route *route, uint16_t ip_id,
              size_t content_bytes)
{
    uint8_t header[TCP_HEADER_MIN_BYTES] = {0};

    append_ipv4(packet, route, PROTOCOL_TCP, 0, 0, sizeof header + content_bytes);
    put_u16(header, route->sender == HS_SIDE_A ? PACKET_TUNNEL_PORT + 1 : PACKET_TUNNEL_PORT);
    put_u16(header + 2, route->sender == HS_SIDE_A ? PACKET_TUNNEL_PORT : PACKET_TUNNEL_PORT + 1);
    put_u16(header + 5, ip_id); /* a number that mostly grows: TCP shows what is new only */
    header[12] = TCP_HEADER_MIN_BYTES / 4 << 4;
    header[13] = TCP_ACK;
    header[14] = 0xff;
    append(packet, header, sizeof header);
}

static void
append_error(struct packet *packet, const struct input_record *record, const struct route *route,
             size_t segment_bytes)
{
    const struct route back = {.line = route->line, .sender = hs_side_peer(route->sender)};
    const uint8_t icmp[ICMP_BYTES] = {record->icmp_type, record->icmp_code};
    const size_t quoted_bytes = record->captured_bytes;

    if (record->way == INPUT_ICMP_ERROR) {
        append_ipv4(packet, &back, PROTOCOL_ICMP, record->ip_id, 0,
                    ICMP_BYTES + IPV4_BYTES + quoted_bytes);
        append(packet, icmp, sizeof icmp);
        append_ipv4(packet, route, PROTOCOL_TCP, record->ip_id, 0, segment_bytes);
    } else {
        append_ipv6(packet, &back, PROTOCOL_ICMPV6, ICMP_BYTES + IPV6_BYTES + quoted_bytes);
        append(packet, icmp, sizeof icmp);
        append_ipv6(packet, route, PROTOCOL_TCP, segment_bytes);
    }
}

void
packet_build(const struct input_record *record, const struct input_setup *setup,
             struct packet_line line, struct packet *packet)
{
    const struct route route = {.line = line, .sender = record->side};
    size_t segment_bytes = record->wire_bytes;

    segment_bytes = segment_bytes < SEGMENT_WIRE_MAX ? segment_bytes : SEGMENT_WIRE_MAX;
    packet->captured_bytes = 0;
    if (line.ethernet) {
        append_ethernet(packet, record);
    }
    switch (record->way) {
    case INPUT_IPV6_IN_IPV4:
        append_ipv4(packet, &route, PROTOCOL_IPV6, 1, 0, IPV6_BYTES + segment_bytes);
        /* fall through */
    case INPUT_IPV6:
        append_ipv6(packet, &route, PROTOCOL_TCP, segment_bytes);
        break;
    case INPUT_TWICE:
        append_tunnel(packet, &route, record->ip_id, IPV4_BYTES + segment_bytes);
        append_ipv4(packet, &route, PROTOCOL_TCP, record->ip_id, 0, segment_bytes);
        break;
    case INPUT_IPV4_IN_IPV4:
        append_ipv4(packet, &route, PROTOCOL_IPV4, 1, 0, IPV4_BYTES + segment_bytes);
        /* fall through */
    case INPUT_IPV4:
        append_ipv4(packet, &route, PROTOCOL_TCP, record->ip_id, 0, segment_bytes);
        break;
    case INPUT_FRAGMENT:
        append_ipv4(packet, &route, PROTOCOL_TCP, record->ip_id, MORE_FRAGMENTS, segment_bytes);
        break;
    case INPUT_ICMP_ERROR:
    case INPUT_ICMPV6_ERROR:
        append_error(packet, record, &route, segment_bytes);
        segment_bytes = record->captured_bytes; /* an error quotes no more than that */
        break;
    case INPUT_WAY_COUNT:
        break;
    }
    packet->wire_bytes = packet->captured_bytes + segment_bytes;
    append_segment(packet, record, setup);
    if (packet->captured_bytes > packet->wire_bytes) {
        packet->captured_bytes = packet->wire_bytes;
    }
}
