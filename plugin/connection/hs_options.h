/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The options that a SYN offers and its SYN-ACK answers, and those that both sides agree on.
 */
#ifndef HS_OPTIONS_H
#define HS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tcp_segment.h"

/* The options of one side: those of its latest SYN or SYN-ACK. */
struct hs_options {
    uint32_t ts_first; /* TSval of the first; with TCP_HAS_TIMESTAMPS */
    uint32_t ts_last;  /* TSval of the latest segment of the handshake */
    uint16_t present;  /* TCP_HAS_... of tcp_options.h */
    uint16_t ever;     /* what any of its SYNs had; the answer may be to each of them */
    uint16_t mss;
    uint16_t payload_bytes; /* data in the SYN; 65535 at most */
    uint8_t wscale;         /* as sent */
    uint8_t ttl;      /* time to live of the segment; 0: not known. hs_options_make leaves it out */
    unsigned ece : 1; /* flags of the segment, for ECN */
    unsigned cwr : 1;
    unsigned mp_capable : 1; /* subtypes of Multipath TCP */
    unsigned mp_join : 1;
    unsigned mac : 12; /* whence the first came, as in hs_mac.h. hs_options_make leaves it out */
};

/* Those of a first SYN or SYN-ACK. */
struct hs_options hs_options_make(const struct tcp_segment *syn);

/* Takes over what a repeated SYN or SYN-ACK offers. */
void hs_options_renew(struct hs_options *syn_options, const struct tcp_segment *repeated);

/* Takes back what a retry left out and the answer has: the answer is to an earlier SYN. */
void hs_options_restore(struct hs_options *syn_options, const struct tcp_segment *answer);

/* The kind of an option (enum tcp_kind) in which a repeated SYN or SYN-ACK differs from the one
 * before; 0: it offers the same. What a retry may leave out by its RFC does not count: Fast Open and its
 * data (RFC 7413 section 4.1.3.1), ECN (RFC 3168 section 6.1.1.1), Multipath TCP (RFC 8684 section
 * 3.1); nor do timestamps, which move on. */
uint8_t hs_options_difference(const struct hs_options *before, const struct tcp_segment *repeated);

/* The kind of an option that a SYN-ACK answers with though the SYN did not offer it; 0: none. */
uint8_t hs_options_excess(const struct hs_options *syn_options, const struct tcp_segment *answer);

/* Whether a timestamp that is echoed was sent with one of the side's SYNs. */
bool hs_options_sent_timestamp(const struct hs_options *syn_options, uint32_t ts_ecr);

/* Whether both sides offered all the options in mask (TCP_HAS_...). */
bool hs_options_agree(const struct hs_options *a, const struct hs_options *b, uint16_t mask);

/* Whether the SYN asked for ECN and the SYN-ACK agreed (RFC 3168 section 6.1.1). */
bool hs_options_agree_ecn(const struct hs_options *syn, const struct hs_options *synack);

/* Whether both sides took part in Multipath TCP (RFC 8684 sections 3.1 and 3.2). */
bool hs_options_agree_multipath(const struct hs_options *a, const struct hs_options *b);

/* By how many bits the windows of the side that offered the options are to be shifted, once both have
 * agreed on scaling (RFC 7323 section 2.3). */
unsigned hs_options_window_shift(const struct hs_options *syn_options);

#endif
