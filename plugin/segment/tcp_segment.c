/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_segment.h"

#include <string.h>

#include "bytes.h"

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
        segment->payload = bytes + header_bytes;
        segment->payload_captured = (uint32_t)(captured_bytes - header_bytes);
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

uint32_t
tcp_segment_data_seq(const struct tcp_segment *segment)
{
    return segment->seq + ((segment->flags & TCP_SYN) != 0);
}

/* FNV-1a's scheme, by words. The multiplier is odd: it loses no change of a word, and moves it up to
 * the bits that are kept. */
static uint64_t
mix(uint64_t sum, uint64_t word)
{
    return (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

uint16_t
tcp_segment_sum(const struct tcp_segment *segment, uint32_t offset, uint32_t bytes)
{
    const uint8_t *from = segment->payload;
    uint64_t sum = 0, word;

    if (bytes == 0) {
        return 0;
    }
    from += offset;
    for (; bytes >= sizeof word; bytes -= sizeof word, from += sizeof word) {
        memcpy(&word, from, sizeof word);
        sum = mix(sum, word);
    }
    if (bytes > 0) {
        word = 0;
        memcpy(&word, from, bytes);
        sum = mix(sum, word);
    }
    return (uint16_t)(sum >> 48);
}
