/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_segment.h"

#include "bytes.h"

/* Fletcher's checksum (RFC 1146) of the first payload bytes: other bytes rarely have the same. */
static void
sample_payload(const uint8_t *payload, size_t captured_bytes, struct tcp_segment *segment)
{
    const size_t bytes =
        captured_bytes < TCP_SAMPLE_MAX_BYTES ? captured_bytes : TCP_SAMPLE_MAX_BYTES;
    unsigned a = 0, b = 0;

    for (size_t i = 0; i < bytes; i++) {
        a += payload[i];
        b += a;
    }
    segment->sample = (uint16_t)((b % 255) << 8 | a % 255);
    segment->sample_bytes = (uint8_t)bytes;
}

enum tcp_parse
tcp_segment_parse(const uint8_t *bytes, size_t captured_bytes, size_t wire_bytes,
                  struct tcp_segment *segment)
{
    size_t header_bytes;

    if (captured_bytes < TCP_HEADER_MIN_BYTES) {
        return TCP_PARSE_CUT;
    }
    header_bytes = (size_t)(bytes[12] >> 4) * 4;
    if (header_bytes < TCP_HEADER_MIN_BYTES || (wire_bytes != 0 && wire_bytes < header_bytes)) {
        return TCP_PARSE_BAD;
    }
    *segment = (struct tcp_segment){
        .seq = bytes_read_u32(bytes + 4),
        .ack = bytes_read_u32(bytes + 8),
        .payload_bytes = wire_bytes == 0 ? 0 : (uint32_t)(wire_bytes - header_bytes),
        .src_port = bytes_read_u16(bytes),
        .dst_port = bytes_read_u16(bytes + 2),
        .flags = bytes_read_u16(bytes + 12) & 0x1ff,
        .window = bytes_read_u16(bytes + 14),
        .header_bytes = (uint8_t)header_bytes,
        .payload_known = wire_bytes != 0,
    };
    if (captured_bytes > header_bytes) {
        sample_payload(bytes + header_bytes, captured_bytes - header_bytes, segment);
        captured_bytes = header_bytes;
    }
    tcp_options_parse(bytes + TCP_HEADER_MIN_BYTES, captured_bytes - TCP_HEADER_MIN_BYTES,
                      header_bytes - TCP_HEADER_MIN_BYTES, &segment->options);
    return TCP_PARSE_OK;
}

uint32_t
tcp_segment_length(const struct tcp_segment *segment)
{
    return segment->payload_bytes + ((segment->flags & TCP_SYN) != 0) +
           ((segment->flags & TCP_FIN) != 0);
}
