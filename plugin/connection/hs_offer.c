/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_offer.h"

#include "seq.h"

/* The options that a handshake agrees on, in the order in which they are told. */
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

struct hs_offer
hs_offer_make(const struct tcp_segment *syn)
{
    return (struct hs_offer){
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
hs_offer_renew(struct hs_offer *offer, const struct tcp_segment *repeated)
{
    const struct hs_offer before = *offer;

    *offer = hs_offer_make(repeated);
    offer->ever |= before.ever;
    offer->mac = before.mac;
    if (before.ever & TCP_HAS_TIMESTAMPS) {
        offer->ts_first = before.ts_first;
    }
    if (!(offer->present & TCP_HAS_TIMESTAMPS)) {
        offer->ts_last = before.ts_last;
    }
    if (!(offer->present & TCP_HAS_WSCALE)) {
        offer->wscale = before.wscale;
    }
}

void
hs_offer_restore(struct hs_offer *offer, const struct tcp_segment *answer)
{
    offer->present |= offer->ever & answer->options.present;
}

uint8_t
hs_offer_difference(const struct hs_offer *before, const struct tcp_segment *repeated)
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
hs_offer_excess(const struct hs_offer *offer, const struct tcp_segment *answer)
{
    const uint16_t excess = answer->options.present & (uint16_t)~offer->ever;

    if (offer->ever & TCP_HAS_CUT) {
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
hs_offer_sent_timestamp(const struct hs_offer *offer, uint32_t ts_ecr)
{
    return seq_between(offer->ts_first, ts_ecr, offer->ts_last);
}

bool
hs_offer_agree(const struct hs_offer *a, const struct hs_offer *b, uint16_t mask)
{
    return (a->present & b->present & mask) == mask;
}

bool
hs_offer_agree_ecn(const struct hs_offer *syn, const struct hs_offer *synack)
{
    return syn->ece && syn->cwr && synack->ece && !synack->cwr;
}

bool
hs_offer_agree_multipath(const struct hs_offer *a, const struct hs_offer *b)
{
    return (a->mp_capable && b->mp_capable) || (a->mp_join && b->mp_join);
}

unsigned
hs_offer_window_shift(const struct hs_offer *offer)
{
    return offer->wscale <= 14 ? offer->wscale : 14;
}
