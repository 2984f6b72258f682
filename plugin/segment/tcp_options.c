/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_options.h"

#include <stdbool.h>
#include <string.h>

#include "bytes.h"

enum {
    EXPERIMENT_ID_BYTES = 2,
    SACK_BLOCK_BYTES = 8,
    ALIGNED_TIMESTAMPS_BYTES = 12, /* the layout of RFC 7323 appendix A */
    LINUX_SYN_BYTES = 20
};

static bool
is_fastopen_experiment(const struct tcp_option *option)
{
    return option->data_bytes >= EXPERIMENT_ID_BYTES &&
           bytes_read_u16(option->data) == TCP_FASTOPEN_EXPERIMENT;
}

static bool
is_cookie_length(unsigned bytes)
{
    return bytes == 0 || (bytes >= 4 && bytes <= 16 && bytes % 2 == 0);
}

/* The lengths of Multipath TCP's subtypes are not judged: they depend on the version and on flags,
 * and a receiver ignores the subtypes that it does not know (RFC 8684 section 3). */
static bool
has_right_length(const struct tcp_option *option)
{
    unsigned bytes = option->data_bytes;

    switch (option->kind) {
    case TCP_KIND_MSS:
        return bytes == 2;
    case TCP_KIND_WSCALE:
        return bytes == 1;
    case TCP_KIND_SACK_PERMITTED:
        return bytes == 0;
    case TCP_KIND_SACK:
        return bytes != 0 && bytes % SACK_BLOCK_BYTES == 0;
    case TCP_KIND_TIMESTAMPS:
        return bytes == 8;
    case TCP_KIND_MD5:
        return bytes == 16;
    case TCP_KIND_AO:
        return bytes >= 2;
    case TCP_KIND_MPTCP:
        return bytes >= 1;
    case TCP_KIND_FASTOPEN:
        return is_cookie_length(bytes);
    case TCP_KIND_EXPERIMENT:
        return !is_fastopen_experiment(option) || is_cookie_length(bytes - EXPERIMENT_ID_BYTES);
    default:
        return true;
    }
}

struct tcp_options_iterator
tcp_options_iterate(const uint8_t *options, size_t captured_bytes, size_t wire_bytes)
{
    return (struct tcp_options_iterator){
        .options = options,
        .captured_bytes = captured_bytes <= wire_bytes ? captured_bytes : wire_bytes,
        .wire_bytes = wire_bytes,
    };
}

enum tcp_options_next
tcp_options_next(struct tcp_options_iterator *iterator, struct tcp_option *option)
{
    const uint8_t *bytes;
    size_t at = iterator->at;
    size_t captured_bytes;
    size_t wire_bytes;

    while (at < iterator->captured_bytes && iterator->options[at] == TCP_KIND_NOP) {
        at++;
    }
    iterator->at = at;
    captured_bytes = iterator->captured_bytes - at;
    wire_bytes = iterator->wire_bytes - at;
    if (captured_bytes == 0) {
        return wire_bytes == 0 ? TCP_OPTIONS_END : TCP_OPTIONS_CUT;
    }
    bytes = iterator->options + at;
    if (bytes[0] == TCP_KIND_EOL) {
        return TCP_OPTIONS_END;
    }
    option->kind = bytes[0];
    if (wire_bytes < 2) {
        return TCP_OPTIONS_MALFORMED;
    }
    if (captured_bytes < 2) {
        return TCP_OPTIONS_CUT;
    }
    if (bytes[1] < 2 || bytes[1] > wire_bytes) {
        return TCP_OPTIONS_MALFORMED;
    }
    if (bytes[1] > captured_bytes) {
        return TCP_OPTIONS_CUT;
    }
    option->data = bytes + 2;
    option->data_bytes = (uint8_t)(bytes[1] - 2);
    iterator->at = at + bytes[1];
    return has_right_length(option) ? TCP_OPTIONS_FOUND : TCP_OPTIONS_WRONG;
}

static void
take_timestamps(struct tcp_options *out, const uint8_t *data)
{
    out->present |= TCP_HAS_TIMESTAMPS;
    out->ts_val = bytes_read_u32(data);
    out->ts_ecr = bytes_read_u32(data + 4);
}

static void
take_cookie(struct tcp_options *out, unsigned bytes)
{
    out->present &= (uint16_t) ~(TCP_HAS_FASTOPEN | TCP_HAS_FASTOPEN_REQUEST);
    out->present |= bytes == 0 ? TCP_HAS_FASTOPEN_REQUEST : TCP_HAS_FASTOPEN;
    out->fastopen_cookie_bytes = (uint8_t)bytes;
}

static void
take_option(struct tcp_options *out, const struct tcp_option *option)
{
    switch (option->kind) {
    case TCP_KIND_MSS:
        out->present |= TCP_HAS_MSS;
        out->mss = bytes_read_u16(option->data);
        break;
    case TCP_KIND_WSCALE:
        out->present |= TCP_HAS_WSCALE;
        out->wscale = option->data[0];
        break;
    case TCP_KIND_SACK_PERMITTED:
        out->present |= TCP_HAS_SACK_PERMITTED;
        break;
    case TCP_KIND_SACK:
        out->present |= TCP_HAS_SACK;
        out->sack_blocks = option->data_bytes / SACK_BLOCK_BYTES;
        break;
    case TCP_KIND_TIMESTAMPS:
        take_timestamps(out, option->data);
        break;
    case TCP_KIND_MD5:
        out->present |= TCP_HAS_MD5;
        break;
    case TCP_KIND_AO:
        out->present |= TCP_HAS_AO;
        break;
    case TCP_KIND_MPTCP:
        out->present |= TCP_HAS_MPTCP;
        out->mptcp_subtypes |= (uint16_t)(1u << (option->data[0] >> 4));
        break;
    case TCP_KIND_FASTOPEN:
        take_cookie(out, option->data_bytes);
        break;
    case TCP_KIND_EXPERIMENT:
        if (is_fastopen_experiment(option)) {
            take_cookie(out, option->data_bytes - EXPERIMENT_ID_BYTES);
            break;
        }
        out->present |= TCP_HAS_UNKNOWN;
        break;
    default:
        out->present |= TCP_HAS_UNKNOWN;
        break;
    }
}

static void
take_malformed(struct tcp_options *out, uint8_t kind)
{
    if ((out->present & TCP_HAS_MALFORMED) == 0) {
        out->present |= TCP_HAS_MALFORMED;
        out->malformed_kind = kind;
    }
}

/* The options of a SYN of Linux that negotiates all it can, in its order: what begins most connections. */
static bool
take_linux_syn(struct tcp_options *out, const uint8_t *options, size_t bytes)
{
    if (bytes != LINUX_SYN_BYTES || bytes_read_u16(options) != (TCP_KIND_MSS << 8 | 4) ||
        bytes_read_u32(options + 4) !=
            (TCP_KIND_SACK_PERMITTED << 24 | 2 << 16 | TCP_KIND_TIMESTAMPS << 8 | 10) ||
        bytes_read_u32(options + 16) >> 8 != (TCP_KIND_NOP << 16 | TCP_KIND_WSCALE << 8 | 3)) {
        return false;
    }
    out->present = TCP_HAS_MSS | TCP_HAS_SACK_PERMITTED | TCP_HAS_WSCALE;
    out->mss = bytes_read_u16(options + 2);
    out->wscale = options[LINUX_SYN_BYTES - 1];
    take_timestamps(out, options + 8);
    return true;
}

void
tcp_options_parse(const uint8_t *options, size_t captured_bytes, size_t wire_bytes,
                  struct tcp_options *out)
{
    /* What nearly every segment past the handshake begins with, and mostly ends with, too. */
    static const uint8_t aligned[] = {TCP_KIND_NOP, TCP_KIND_NOP, TCP_KIND_TIMESTAMPS, 10};
    struct tcp_options_iterator iterator;
    struct tcp_option option;
    size_t at = 0;

    *out = (struct tcp_options){0};
    if (wire_bytes == 0 ||
        (captured_bytes >= wire_bytes && take_linux_syn(out, options, wire_bytes))) {
        return;
    }
    if (wire_bytes >= ALIGNED_TIMESTAMPS_BYTES && captured_bytes >= ALIGNED_TIMESTAMPS_BYTES &&
        memcmp(options, aligned, sizeof aligned) == 0) {
        take_timestamps(out, options + sizeof aligned);
        if (wire_bytes == ALIGNED_TIMESTAMPS_BYTES) {
            return;
        }
        at = ALIGNED_TIMESTAMPS_BYTES;
    }
    iterator = tcp_options_iterate(options, captured_bytes, wire_bytes);
    iterator.at = at;
    for (;;) {
        switch (tcp_options_next(&iterator, &option)) {
        case TCP_OPTIONS_FOUND:
            take_option(out, &option);
            break;
        case TCP_OPTIONS_WRONG:
            take_malformed(out, option.kind);
            break;
        case TCP_OPTIONS_MALFORMED:
            take_malformed(out, option.kind);
            return;
        case TCP_OPTIONS_CUT:
            out->present |= TCP_HAS_CUT;
            return;
        case TCP_OPTIONS_END:
            return;
        }
    }
}
