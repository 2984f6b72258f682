/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_origin.h"

#include "seq.h"

bool
hs_origin_is_foreign_ttl(const struct hs_endpoint *endpoint, uint8_t ttl)
{
    const unsigned low = endpoint->ttl_low, high = low + endpoint->ttl_spread;
    const unsigned opener = endpoint->isn_seen ? endpoint->syn_options.ttl : 0, slack = 2;

    /* A load balancer may open the connection, leave it to a server and reset it in the end. */
    if (ttl == 0 || low == 0 || (ttl + slack >= opener && ttl <= opener + slack)) {
        return false;
    }
    return ttl + slack < low || ttl > high + slack;
}

/* A time to live far outside those before counts once the next segment has it, too: a route has
 * changed then; one alone may be somebody else's. */
static void
learn_ttl(struct hs_endpoint *sender, uint8_t ttl)
{
    const unsigned high = (unsigned)sender->ttl_low + sender->ttl_spread, most = 7;

    if (ttl == 0 || (ttl == sender->ttl_low && !sender->ttl_strayed)) {
        return;
    }
    if (sender->ttl_low == 0) {
        sender->ttl_low = ttl;
    } else if (hs_origin_is_foreign_ttl(sender, ttl)) {
        sender->ttl_low = sender->ttl_strayed ? ttl : sender->ttl_low;
        sender->ttl_spread = sender->ttl_strayed ? 0 : sender->ttl_spread;
        sender->ttl_strayed = !sender->ttl_strayed;
        return;
    } else if (ttl < sender->ttl_low) {
        sender->ttl_low = ttl;
        sender->ttl_spread = high - ttl < most ? high - ttl : most;
    } else if (ttl > high) {
        sender->ttl_low = (unsigned)ttl - sender->ttl_low > most ? ttl - most : sender->ttl_low;
        sender->ttl_spread = ttl - sender->ttl_low;
    }
    sender->ttl_strayed = false;
}

bool
hs_origin_wants_mac(const struct hs_conn *conn, enum hs_side side,
                    const struct tcp_segment *segment)
{
    /* A segment without SYN is compared with its sender's SYN, while it may be the third. */
    return (segment->flags & TCP_SYN) || (!conn->complete && conn->side[side].isn_seen);
}

/* Half a number tells where the sample is only among the latest 65535 bytes. */
static void
learn_sample(struct hs_endpoint *sender, const struct tcp_segment *segment)
{
    const uint32_t seq = tcp_segment_data_seq(segment), most = 31;
    const uint32_t bytes = segment->payload_captured < most ? segment->payload_captured : most;

    sender->sample_seq = (uint16_t)seq;
    sender->sample_bytes = sender->next - seq <= UINT16_MAX ? bytes & most : 0;
    sender->sample = tcp_segment_sum(segment, 0, sender->sample_bytes);
}

void
hs_origin_lose_sample(struct hs_endpoint *sender, uint32_t next)
{
    const uint16_t to_next = (uint16_t)(sender->next - sender->sample_seq);

    if (next - sender->next > (uint32_t)UINT16_MAX - to_next) {
        sender->sample_bytes = 0;
    }
}

void
hs_origin_learn(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    struct hs_endpoint *sender = &conn->side[x->side];
    const struct tcp_segment *segment = x->segment;

    learn_ttl(sender, x->frame->ttl);
    if (segment->flags & TCP_SYN) {
        if (sender->syn_options.mac == HS_MAC_UNKNOWN) {
            sender->syn_options.mac = x->frame->mac & HS_MAC_MAX;
        }
        sender->syn_options.ttl = x->frame->ttl;
    }
    if (segment->payload_bytes > 0) {
        learn_sample(sender, segment);
        conn->sample_evidence &= ~(3u << 2 * x->side) & 0xf;
        conn->sample_evidence |= (step->evidence & 3) << 2 * x->side;
    }
}
