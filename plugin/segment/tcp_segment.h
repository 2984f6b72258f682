/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A TCP header (RFC 9293 section 3.1) as a plain value, and where its payload is.
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
};

struct tcp_segment {
    const uint8_t *payload;    /* among the bytes that were read; with payload_captured */
    uint32_t payload_captured; /* how many bytes of the payload were captured */
    uint32_t seq;              /* sequence number */
    uint32_t ack;              /* acknowledgement number; means something only with TCP_ACK */
    uint32_t payload_bytes;    /* on the wire, captured or not; 0 when payload_known is false */
    uint16_t src_port;
    uint16_t dst_port;
    uint16_t flags;       /* TCP_FIN ... TCP_AE */
    uint16_t window;      /* as sent, not scaled */
    uint8_t header_bytes; /* options included */
    bool payload_known;   /* false for the first fragment of an IP datagram */
    struct tcp_options options;
};

enum tcp_parse {
    TCP_PARSE_OK,
    TCP_PARSE_CUT, /* fewer than the 20 fixed bytes were captured */
    TCP_PARSE_BAD, /* the data offset is below 5, or the header longer than the segment */
};

/* Reads a TCP header.
 *
 * bytes, captured_bytes: the captured part of the segment. The payload is not read, and
 *     segment->payload points to it. Where the options are cut, segment->options says so.
 * wire_bytes: the length of the whole segment, or 0 where that is not known (an IP fragment).
 * segment: filled in on TCP_PARSE_OK only.
 */
enum tcp_parse tcp_segment_parse(const uint8_t *bytes, size_t captured_bytes, size_t wire_bytes,
                                 struct tcp_segment *segment);

/* The sequence number of the first byte of the payload: a SYN takes up one before it. */
uint32_t tcp_segment_data_seq(const struct tcp_segment *segment);

/* A checksum of bytes of the payload from offset on, which were captured: other bytes rarely have the
 * same. */
uint16_t tcp_segment_sum(const struct tcp_segment *segment, uint32_t offset, uint32_t bytes);

/* How many sequence numbers the segment takes up: its payload, its SYN and its FIN (RFC 9293
 * section 3.4, SEG.LEN). */
uint32_t tcp_segment_length(const struct tcp_segment *segment);

#endif
