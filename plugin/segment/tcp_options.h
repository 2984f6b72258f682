/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options of a TCP header (RFC 9293 sections 3.1 and 3.2): one after the other as spans into
 * the input, or all of them as a plain value.
 *
 * Both take the options as they lie behind the 20 fixed bytes of the header:
 *
 * options: may be NULL where captured_bytes is 0.
 * captured_bytes: how many may be read; those past wire_bytes are not.
 * wire_bytes: how many the data offset announces, 0 to 40. Any other number does no harm.
 */
#ifndef TCP_OPTIONS_H
#define TCP_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum {
    TCP_OPTIONS_MAX_BYTES = 40, /* what a data offset of 15 leaves */
};

enum tcp_kind {
    TCP_KIND_EOL = 0,
    TCP_KIND_NOP = 1,
    TCP_KIND_MSS = 2,            /* RFC 9293 section 3.7.1 */
    TCP_KIND_WSCALE = 3,         /* RFC 7323 section 2.2 */
    TCP_KIND_SACK_PERMITTED = 4, /* RFC 2018 section 2 */
    TCP_KIND_SACK = 5,           /* RFC 2018 section 3 */
    TCP_KIND_TIMESTAMPS = 8,     /* RFC 7323 section 3.2 */
    TCP_KIND_MD5 = 19,           /* RFC 2385 section 3.0 */
    TCP_KIND_AO = 29,            /* RFC 5925 section 2.2 */
    TCP_KIND_MPTCP = 30,         /* RFC 8684 section 3 */
    TCP_KIND_FASTOPEN = 34,      /* RFC 7413 section 4.1.1 */
    TCP_KIND_EXPERIMENT = 254,   /* RFC 6994; Fast Open where its identifier leads the data */
};

enum {
    TCP_FASTOPEN_EXPERIMENT = 0xf989, /* RFC 7413 section 7 */
};

/* An option other than EOL and NOP. */
struct tcp_option {
    const uint8_t *data; /* what follows kind and length, in network byte order */
    uint8_t data_bytes;
    uint8_t kind; /* enum tcp_kind or any other */
};

/* Where the walk stands. To be set by tcp_options_iterate() only. */
struct tcp_options_iterator {
    const uint8_t *options;
    size_t captured_bytes; /* at most wire_bytes */
    size_t wire_bytes;
    size_t at; /* of the next option; at most captured_bytes */
};

enum tcp_options_next {
    TCP_OPTIONS_FOUND,     /* its length is one that its kind may have; every length is for a kind
                            * that enum tcp_kind lacks and for an experiment other than Fast Open */
    TCP_OPTIONS_WRONG,     /* its kind cannot have this length; the walk goes on behind it */
    TCP_OPTIONS_END,       /* there are no more: EOL, or the end of the header */
    TCP_OPTIONS_MALFORMED, /* no length, one below 2, or one that leads out of the header */
    TCP_OPTIONS_CUT,       /* the next option, or a part of it, was not captured */
};

/* Begins a walk. The options must stay in place until it is over. */
struct tcp_options_iterator tcp_options_iterate(const uint8_t *options, size_t captured_bytes,
                                                size_t wire_bytes);

/* Finds the next option; NOPs are stepped over. END, MALFORMED and CUT end the walk: every further
 * call returns the same.
 *
 * option: filled in on FOUND and WRONG, its data all captured; on MALFORMED only its kind is.
 */
enum tcp_options_next tcp_options_next(struct tcp_options_iterator *iterator,
                                       struct tcp_option *option);

/* Bits of tcp_options.present. */
enum {
    TCP_HAS_MSS = 0x001,
    TCP_HAS_WSCALE = 0x002,
    TCP_HAS_SACK_PERMITTED = 0x004,
    TCP_HAS_SACK = 0x008,
    TCP_HAS_TIMESTAMPS = 0x010,
    TCP_HAS_FASTOPEN = 0x020,         /* with a cookie, of either kind */
    TCP_HAS_FASTOPEN_REQUEST = 0x040, /* without, of either kind; excludes TCP_HAS_FASTOPEN */
    TCP_HAS_MPTCP = 0x080,
    TCP_HAS_MD5 = 0x100,
    TCP_HAS_AO = 0x200,
    TCP_HAS_UNKNOWN = 0x400,   /* a kind that enum tcp_kind lacks, or another experiment */
    TCP_HAS_MALFORMED = 0x800, /* at least one TCP_OPTIONS_WRONG or _MALFORMED */
    TCP_HAS_CUT = 0x1000,      /* the capture ends before the list: what is absent here may have
                                * been sent */
};

/* Subtypes of TCP_KIND_MPTCP (RFC 8684 section 3). */
enum tcp_mptcp {
    TCP_MPTCP_CAPABLE = 0x0,
    TCP_MPTCP_JOIN = 0x1,
    TCP_MPTCP_DSS = 0x2,
    TCP_MPTCP_ADD_ADDR = 0x3,
    TCP_MPTCP_REMOVE_ADDR = 0x4,
    TCP_MPTCP_PRIO = 0x5,
    TCP_MPTCP_FAIL = 0x6,
    TCP_MPTCP_FASTCLOSE = 0x7,
    TCP_MPTCP_RST = 0x8,
    TCP_MPTCP_EXPERIMENT = 0xf,
};

/* A member whose bit is not in present is 0. */
struct tcp_options {
    uint16_t present; /* TCP_HAS_MSS ... TCP_HAS_CUT */
    uint16_t mss;     /* as sent, 0 included */
    uint32_t ts_val;
    uint32_t ts_ecr;               /* means something only with TCP_ACK */
    uint16_t mptcp_subtypes;       /* bit 1 << TCP_MPTCP_... each, 16 of them */
    uint8_t wscale;                /* as sent, 0 to 255 */
    uint8_t sack_blocks;           /* 1 to 4; the blocks are the option's data */
    uint8_t fastopen_cookie_bytes; /* 4 to 16, even */
    uint8_t malformed_kind;        /* of the first one */
};

/* Reads all options.
 *
 * Of options of the same kind the last one counts, as in Linux (tcp_parse_options()), both kinds
 * of Fast Open being one; only the subtypes of Multipath TCP add up. An option whose kind cannot
 * have its length counts as malformed, not as present, and leaves an earlier one of its kind
 * standing. Whether an option may be there at all is not judged: several belong on a SYN only.
 */
void tcp_options_parse(const uint8_t *options, size_t captured_bytes, size_t wire_bytes,
                       struct tcp_options *out);

/* By how many bits the sender's windows are to be shifted once scaling is agreed upon: a larger
 * number than 14 means 14 (RFC 7323 section 2.3). */
static inline unsigned
tcp_options_window_shift(const struct tcp_options *options)
{
    return options->wscale <= 14 ? options->wscale : 14;
}

#endif
