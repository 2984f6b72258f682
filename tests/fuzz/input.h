/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From a fuzzer's bytes to the segments of two connections. seeds.py writes the same format.
 *
 * An input is two bytes of set-up (bits 0-2 of the first: which pair of ISNs, bits 3-4: when it
 * begins; bits 0-3 of the second: which ports, the others are the harness' own), and then records:
 *
 *   1 byte   control: enum input_control
 *   1 byte   way: enum input_way, modulo 8
 *   1 byte   time since the record before: bit 7 back, bits 4-6 unit, bits 0-3 how many
 *   2 bytes  payload length on the wire; of an ICMP error its type and code
 *   2 bytes  identification of the IPv4 header
 *   1 byte   how many bytes of the segment were captured; only with INPUT_CUT
 *   16 bytes the TCP header from the sequence number on, and its options, as many bytes as its data
 *            offset says (a smaller one than 5 counts as 5)
 *   payload  as many bytes as there should be, or as there are left; only where asked for
 *
 * Sequence and acknowledgement numbers are relative to the ISNs, so that a mutation of one of them
 * often gives a number that means something, and that all can be moved together. With
 * INPUT_REPEAT a record ends after the time; the rest is that of the record before.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hs_side.h"
#include "tcp_segment.h"

enum {
    INPUT_RECORDS_MAX = 64,
    INPUT_CONNECTIONS = 2
};

enum input_control {
    INPUT_FROM_B = 0x01,         /* sent by the second side */
    INPUT_OTHER = 0x02,          /* of the second connection */
    INPUT_CUT = 0x04,            /* not captured whole */
    INPUT_REPEAT = 0x08,         /* the packet before, captured again */
    INPUT_NEW_ID = 0x10,         /* with INPUT_REPEAT: sent again, with another identification */
    INPUT_TIMELESS = 0x20,       /* without a time */
    INPUT_NEW_CONNECTION = 0x40, /* begins another connection between the same endpoints */
    INPUT_SHORT = 0x80           /* with INPUT_CUT: was no longer on the wire either */
};

/* How the segment gets into a frame; what is IPv4 or IPv6 inside is to the model. */
enum input_way {
    INPUT_IPV4,
    INPUT_IPV6,
    INPUT_IPV4_IN_IPV4,
    INPUT_IPV6_IN_IPV4,
    INPUT_FRAGMENT,   /* the first one of an IPv4 datagram */
    INPUT_TWICE,      /* the same segment in IPv4, in another TCP connection's IPv4 packet */
    INPUT_ICMP_ERROR, /* an error about the segment */
    INPUT_ICMPV6_ERROR,
    INPUT_WAY_COUNT
};

struct input_record {
    enum hs_side side;
    enum input_way way;
    unsigned connection;
    bool new_connection;
    bool captured_again; /* the record before, as it was; with an identification */
    int64_t time_ns;     /* INT64_MIN: none */
    uint16_t ip_id;
    uint16_t payload_bytes; /* on the wire */
    uint8_t icmp_type;
    uint8_t icmp_code;
    size_t wire_bytes;     /* of the segment */
    size_t captured_bytes; /* of the segment: header, then payload; at most what there is */
    size_t header_bytes;   /* that there are; fewer than there should be at the input's end */
    uint8_t header[TCP_HEADER_MAX_BYTES]; /* the numbers relative; the ports 0 */
    const uint8_t *payload;
    size_t payload_there;
};

/* ISNs and ports, by connection and side. */
struct input_setup {
    uint32_t isn[INPUT_CONNECTIONS][2];
    uint16_t port[INPUT_CONNECTIONS][2];
};

struct input {
    struct input_setup setup;
    unsigned count;
    struct input_record records[INPUT_RECORDS_MAX];
};

/* Takes an input apart. It points into data. */
void input_decode(const uint8_t *data, size_t size, bool with_payload, struct input *input);

/* Puts ports and ISNs into the record's header, in place of the relative numbers: header gets
 * record->header_bytes bytes. An acknowledgement number without ACK stays as it is. */
void input_place_header(const struct input_record *record, const struct input_setup *setup,
                        uint8_t header[TCP_HEADER_MAX_BYTES]);

/* Whether the record is a segment, and no error about one. */
bool input_is_segment(const struct input_record *record);

#endif
