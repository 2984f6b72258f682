/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A TCP header (RFC 9293 section 3.1) as a plain value.
 */
#ifndef TCP_SEGMENT_H
#define TCP_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcp_options.h"

enum {
    TCP_FIN = 0x001,
    TCP_SYN = 0x002,
    TCP_RST = 0x004,
    TCP_PSH = 0x008,
    TCP_ACK = 0x010,
    TCP_URG = 0x020,
    TCP_ECE = 0x040,
    TCP_CWR = 0x080,
    TCP_AE = 0x100, /* RFC 9768, once the nonce sum of RFC 3540 */
};

enum {
    TCP_HEADER_MIN_BYTES = 20,
    TCP_HEADER_MAX_BYTES = 60,
    TCP_SAMPLE_MAX_BYTES = 31, /* a connection keeps the number in five bits */
};

struct tcp_segment {
    uint32_t seq;           /* sequence number */
    uint32_t ack;           /* acknowledgement number; means something only with TCP_ACK */
    uint32_t payload_bytes; /* on the wire, captured or not; 0 when payload_known is false */
    uint16_t src_port;
    uint16_t dst_port;
    uint16_t flags;         /* TCP_FIN ... TCP_AE */
    uint16_t window;        /* as sent, not scaled */
    uint16_t sample;        /* a checksum of the first payload bytes */
    uint8_t header_bytes;   /* options included */
    uint8_t sample_bytes;   /* how many those are, TCP_SAMPLE_MAX_BYTES at most */
    bool payload_known;     /* false for the first fragment of an IP datagram */
    struct tcp_options options;
};

enum tcp_parse {
    TCP_PARSE_OK,
    TCP_PARSE_CUT, /* fewer than the 20 fixed bytes were captured */
    TCP_PARSE_BAD, /* the data offset is below 5, or the header longer than the segment */
};

/* Reads a TCP header.
 *
 * bytes, captured_bytes: the captured part of the segment. Of the payload only what is sampled is
 *     read. Where the options are cut, segment->options says so.
 * wire_bytes: the length of the whole segment, or 0 where that is not known (an IP fragment).
 * segment: filled in on TCP_PARSE_OK only.
 */
enum tcp_parse tcp_segment_parse(const uint8_t *bytes, size_t captured_bytes, size_t wire_bytes,
                                 struct tcp_segment *segment);

/* How many sequence numbers the segment takes up: its payload, its SYN and its FIN (RFC 9293
 * section 3.4, SEG.LEN). */
uint32_t tcp_segment_length(const struct tcp_segment *segment);

#endif
