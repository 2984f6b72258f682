/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_judge_rst.h"

/* With SYN set, too, the segment is accused already. */
static void
accuse(const struct hs_context *x, enum hs_anomaly anomaly, uint32_t actual, uint32_t expected)
{
    if (!(x->segment->flags & TCP_SYN)) {
        hs_context_add(x, anomaly, actual, expected);
    }
}

/* A RST that answers a SYN counts when it acknowledges it (RFC 9293 section 3.10.7.3). */
static unsigned
judge_refusal(const struct hs_context *x, enum hs_rst_verdict *verdict)
{
    if ((x->segment->flags & TCP_ACK) && hs_context_acknowledges_syn(x)) {
        *verdict = HS_VERDICT_IN_ORDER;
        return hs_event_bit(HS_EVENT_RST);
    }
    *verdict = HS_VERDICT_BAD_ACK;
    accuse(x, HS_ANOMALY_RST_BAD_ACK,
           x->segment->flags & TCP_ACK ? x->segment->ack - x->peer->base : 0, 1);
    return HS_EVENTS_NONE;
}

/* Whether what the peer accepts is known: it has said so, the scaling of its windows was captured,
 * and nothing of it is missing. After a SYN alone it waits for what follows that. */
static bool
knows_window(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;

    if (peer->has_acked) {
        const uint16_t unreadable = TCP_HAS_CUT | TCP_HAS_MALFORMED;

        return sender->isn_seen && peer->isn_seen && !peer->unseen &&
               !((sender->syn_options.ever | peer->syn_options.ever) & unreadable);
    }
    return sender->isn_seen && sender->state == HS_STATE_SYN_SENT && !peer->has_sent;
}

/* RFC 9293 section 3.10.7.4. What the peer expects next lies between its latest ACK and the highest
 * number sent to it. A closed endpoint answers each of its peer's segments with the number that this
 * one acknowledges, so that a RST may also lie somewhat below. */
static enum hs_rst_verdict
measure_number(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const uint32_t seq = x->segment->seq;
    uint32_t first = sender->base, last = sender->next + peer->window;

    if (peer->has_acked) {
        first = seq_before(sender->next, peer->acked) ? sender->next : peer->acked;
        last = seq_max(sender->next, peer->edge);
    }
    if (seq_between(first, seq, sender->next)) {
        return HS_VERDICT_IN_ORDER;
    }
    if (seq_between(sender->next, seq, last)) {
        return hs_conn_is_answer(x->peer, x->segment) ? HS_VERDICT_IN_ORDER : HS_VERDICT_IN_WINDOW;
    }
    if (peer->has_acked && seq_between(first - peer->widest - 1, seq, first)) {
        return HS_VERDICT_OLD;
    }
    return knows_window(x) ? HS_VERDICT_OUT_OF_WINDOW : HS_VERDICT_NONE;
}

/* Some stacks set ACK and leave the field empty: that acknowledges nothing. */
static bool
acknowledges_nothing_sent(const struct hs_context *x)
{
    const bool handshake = !x->conn->complete && x->peer->isn_seen;

    return (x->segment->flags & TCP_ACK) && x->segment->ack != 0 &&
           hs_context_acknowledges_unseen(x) &&
           (handshake || hs_context_acknowledges_impossible(x));
}

unsigned
hs_judge_rst(const struct hs_context *x, enum hs_rst_verdict *verdict)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;

    if (x->segment->flags & TCP_SYN) {
        hs_context_add(x, HS_ANOMALY_SYN_RST, 0, 0);
    }
    if (sender->state == HS_STATE_UNSEEN && peer->state == HS_STATE_SYN_SENT) {
        return judge_refusal(x, verdict);
    }
    if (!sender->base_known) {
        return hs_event_bit(HS_EVENT_RST);
    }
    *verdict = measure_number(x);
    if ((*verdict == HS_VERDICT_OUT_OF_WINDOW || *verdict == HS_VERDICT_NONE) &&
        hs_conn_is_answer(x->peer, x->segment)) {
        /* The peer takes it; what it answers was none of this connection's numbers. */
        *verdict = HS_VERDICT_IN_ORDER;
        return HS_EVENTS_NONE;
    }
    if (*verdict == HS_VERDICT_OUT_OF_WINDOW) {
        accuse(x, HS_ANOMALY_RST_OUT_OF_WINDOW, x->segment->seq - sender->base,
               sender->next - sender->base);
        return HS_EVENTS_NONE;
    }
    if (*verdict == HS_VERDICT_OLD) {
        return HS_EVENTS_NONE;
    }
    if (acknowledges_nothing_sent(x)) {
        *verdict = HS_VERDICT_BAD_ACK;
        accuse(x, HS_ANOMALY_RST_BAD_ACK, x->segment->ack - peer->base, peer->next - peer->base);
    }
    return hs_event_bit(HS_EVENT_RST);
}
