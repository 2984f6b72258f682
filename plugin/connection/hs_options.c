/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_options.h"

#include "seq.h"

/* The options that a handshake agrees on, in the order in which they are reported. */
static const struct {
    uint16_t bit;
    uint8_t kind;
} negotiated[] = {
    {TCP_HAS_WSCALE, TCP_KIND_WSCALE},
    {TCP_HAS_SACK_PERMITTED, TCP_KIND_SACK_PERMITTED},
    {TCP_HAS_TIMESTAMPS, TCP_KIND_TIMESTAMPS},
    {TCP_HAS_MPTCP, TCP_KIND_MPTCP},
};

enum {
    NEGOTIATED_COUNT = sizeof negotiated / sizeof negotiated[0]
};

struct hs_options
hs_options_make(const struct tcp_segment *syn)
{
    return (struct hs_options){
        .ts_first = syn->options.ts_val,
        .ts_last = syn->options.ts_val,
        .payload_bytes =
            (uint16_t)(syn->payload_bytes < UINT16_MAX ? syn->payload_bytes : UINT16_MAX),
        .present = syn->options.present,
        .ever = syn->options.present,
        .mss = syn->options.mss,
        .wscale = syn->options.wscale,
        .ece = (syn->flags & TCP_ECE) != 0,
        .cwr = (syn->flags & TCP_CWR) != 0,
        .mp_capable = (syn->options.mptcp_subtypes & 1 << TCP_MPTCP_CAPABLE) != 0,
        .mp_join = (syn->options.mptcp_subtypes & 1 << TCP_MPTCP_JOIN) != 0,
    };
}

void
hs_options_renew(struct hs_options *syn_options, const struct tcp_segment *repeated)
{
    const struct hs_options before = *syn_options;

    *syn_options = hs_options_make(repeated);
    syn_options->ever |= before.ever;
    syn_options->mac = before.mac;
    if (before.ever & TCP_HAS_TIMESTAMPS) {
        syn_options->ts_first = before.ts_first;
    }
    if (!(syn_options->present & TCP_HAS_TIMESTAMPS)) {
        syn_options->ts_last = before.ts_last;
    }
    if (!(syn_options->present & TCP_HAS_WSCALE)) {
        syn_options->wscale = before.wscale;
    }
}

void
hs_options_restore(struct hs_options *syn_options, const struct tcp_segment *answer)
{
    syn_options->present |= syn_options->ever & answer->options.present;
}

uint8_t
hs_options_difference(const struct hs_options *before, const struct tcp_segment *repeated)
{
    const struct tcp_options *options = &repeated->options;
    const uint16_t changed = before->present ^ options->present;

    if ((before->present | options->present) & TCP_HAS_CUT) {
        return 0;
    }
    if ((changed & TCP_HAS_MSS) || before->mss != options->mss) {
        return TCP_KIND_MSS;
    }
    for (int i = 0; i < NEGOTIATED_COUNT; i++) {
        if ((changed & negotiated[i].bit) && negotiated[i].kind != TCP_KIND_MPTCP) {
            return negotiated[i].kind;
        }
    }
    return (before->present & TCP_HAS_WSCALE) && before->wscale != options->wscale ? TCP_KIND_WSCALE
                                                                                   : 0;
}

uint8_t
hs_options_excess(const struct hs_options *syn_options, const struct tcp_segment *answer)
{
    const uint16_t excess = answer->options.present & (uint16_t)~syn_options->ever;

    if (syn_options->ever & TCP_HAS_CUT) {
        return 0;
    }
    for (int i = 0; i < NEGOTIATED_COUNT; i++) {
        if (excess & negotiated[i].bit) {
            return negotiated[i].kind;
        }
    }
    return 0;
}

bool
hs_options_sent_timestamp(const struct hs_options *syn_options, uint32_t ts_ecr)
{
    return seq_between(syn_options->ts_first, ts_ecr, syn_options->ts_last);
}

bool
hs_options_agree(const struct hs_options *a, const struct hs_options *b, uint16_t mask)
{
    return (a->present & b->present & mask) == mask;
}

bool
hs_options_agree_ecn(const struct hs_options *syn, const struct hs_options *synack)
{
    return syn->ece && syn->cwr && synack->ece && !synack->cwr;
}

bool
hs_options_agree_multipath(const struct hs_options *a, const struct hs_options *b)
{
    return (a->mp_capable && b->mp_capable) || (a->mp_join && b->mp_join);
}

unsigned
hs_options_window_shift(const struct hs_options *syn_options)
{
    return syn_options->wscale <= 14 ? syn_options->wscale : 14;
}
