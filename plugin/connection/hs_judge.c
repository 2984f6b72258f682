/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_judge.h"

#include "hs_judge_origin.h"
#include "hs_judge_rst.h"

static bool
has_option(const struct hs_context *x, uint16_t option)
{
    return x->segment->options.present & option;
}

/* Whether the number may be that of the endpoint's SYN: its ISN where that is known; else the first
 * number seen of it, which the SYN comes right before or, where its peer's ACK gave it, is; any
 * number where none was seen. */
static bool
fits_isn(const struct hs_endpoint *endpoint, uint32_t seq)
{
    if (!endpoint->base_known) {
        return true;
    }
    return endpoint->isn_known ? seq == endpoint->base : endpoint->base - seq <= 1;
}

bool
hs_judge_begins_anew(const struct hs_endpoint *sender, const struct tcp_segment *segment)
{
    return (segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !fits_isn(sender, segment->seq);
}

/* ---- SYN ---- */

static void
find_oddities_of_options(const struct hs_context *x)
{
    if (x->segment->flags & TCP_FIN) {
        hs_context_add(x, HS_ANOMALY_SYN_FIN, 0, 0);
    }
    if (!has_option(x, TCP_HAS_MSS | TCP_HAS_CUT | TCP_HAS_MALFORMED)) {
        hs_context_add(x, HS_ANOMALY_MSS_MISSING, 0, 0);
    }
}

static unsigned
judge_syn(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;

    find_oddities_of_options(x);
    if (x->segment->payload_bytes > 0 && !has_option(x, TCP_HAS_FASTOPEN)) {
        hs_context_add(x, HS_ANOMALY_SYN_DATA, x->segment->payload_bytes, 0);
    }
    if (x->conn->previous_frame != 0 && !sender->has_sent && !peer->has_sent) {
        hs_context_add(x, HS_ANOMALY_PORT_REUSED, 0, x->conn->previous_frame);
    }
    if (sender->state != HS_STATE_UNSEEN && !fits_isn(sender, x->segment->seq)) {
        return HS_EVENTS_NONE;
    }
    if (sender->isn_seen && sender->sent_syn) {
        const uint8_t kind = hs_options_difference(&sender->syn_options, x->segment);

        if (kind != 0) {
            hs_context_add(x, HS_ANOMALY_SYN_CHANGED, kind, kind);
        }
    } else if (sender->state == HS_STATE_UNSEEN && peer->state == HS_STATE_SYN_SENT &&
               peer->sent_syn) {
        hs_context_add(x,
                       peer->syn_acked ? HS_ANOMALY_SPLIT_HANDSHAKE : HS_ANOMALY_SIMULTANEOUS_OPEN,
                       x->conn->syn_frame, 0);
    }
    return hs_event_bit(HS_EVENT_SYN);
}

/* ---- SYN-ACK ---- */

/* What the SYN-ACK says against what the SYN that it answers said. */
static void
find_oddities_of_answer(const struct hs_context *x)
{
    const struct hs_options *syn_options = &x->peer->syn_options;
    uint8_t kind;

    if (!x->peer->isn_seen) {
        return;
    }
    kind = hs_options_excess(syn_options, x->segment);
    if (kind != 0) {
        hs_context_add(x, HS_ANOMALY_OPTION_NOT_OFFERED, kind, 0);
    }
    if (has_option(x, TCP_HAS_TIMESTAMPS) && (syn_options->present & TCP_HAS_TIMESTAMPS) &&
        !hs_options_sent_timestamp(syn_options, x->segment->options.ts_ecr)) {
        hs_context_add(x, HS_ANOMALY_TIMESTAMP_BAD_ECHO, x->segment->options.ts_ecr,
                       syn_options->ts_last);
    }
    if (syn_options->payload_bytes > 0 && (syn_options->present & TCP_HAS_FASTOPEN) &&
        x->segment->ack == x->peer->base + 1) {
        hs_context_add(x, HS_ANOMALY_TFO_DATA_IGNORED, 1, 1 + syn_options->payload_bytes);
    }
}

static unsigned
judge_syn_ack(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const uint32_t seq = x->segment->seq;

    find_oddities_of_options(x);
    if (peer->isn_known && !hs_context_acknowledges_syn(x)) {
        hs_context_add(x, HS_ANOMALY_SYNACK_BAD_ACK, x->segment->ack - peer->base, 1);
        return HS_EVENTS_NONE;
    }
    if (peer->state == HS_STATE_CLOSED && x->conn->reset_by == (int)hs_side_peer(x->side) &&
        !x->conn->complete) {
        hs_context_add(x, HS_ANOMALY_SYNACK_LATE, 0, x->conn->rst_frame);
        return HS_EVENTS_NONE;
    }
    if (!sender->has_sent && !peer->has_sent) {
        hs_context_add(x, HS_ANOMALY_SYNACK_UNSOLICITED, 0, 0);
    }
    find_oddities_of_answer(x);
    if (sender->isn_seen && !sender->sent_syn &&
        (seq != sender->base || hs_options_difference(&sender->syn_options, x->segment) != 0)) {
        hs_context_add(x, HS_ANOMALY_SYNACK_CHANGED, seq - sender->base, x->conn->synack_frame);
    }
    if (x->conn->complete) {
        return fits_isn(sender, seq) && sender->state != HS_STATE_CLOSED
                   ? hs_event_bit(HS_EVENT_SYN_ACK)
                   : HS_EVENTS_NONE;
    }
    /* Until the handshake is complete the newest answer counts: a server that was started anew
     * answers the repeated SYN with another ISN, and one that seemed to refuse answers after all. */
    return sender->state <= HS_STATE_SYN_RECEIVED || sender->state == HS_STATE_CLOSED ||
                   fits_isn(sender, seq)
               ? hs_event_bit(HS_EVENT_SYN_ACK)
               : HS_EVENTS_NONE;
}

/* ---- ACK: the third segment, and what comes before it is due ---- */

/* Whether a segment that should complete the handshake lies in the window that the peer's SYN-ACK
 * offered, which is never scaled (RFC 7323 section 2.2). */
static bool
fits_first_window(const struct hs_context *x)
{
    const uint32_t first = x->sender->base + 1;
    const uint32_t last = x->peer->has_acked ? x->peer->edge : first + x->peer->window;

    return !x->sender->isn_known || seq_between(first, x->segment->seq, last);
}

/* Whether the segment carries data beyond its sender's FIN. */
static bool
is_after_fin(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender;
    const uint32_t data_end = x->segment->seq + x->segment->payload_bytes;

    if (!sender->fin_sent || x->segment->payload_bytes == 0 ||
        !seq_before(sender->fin_seq, data_end)) {
        return false;
    }
    hs_context_add(x, HS_ANOMALY_DATA_AFTER_FIN, data_end - sender->base,
                   sender->fin_seq - sender->base);
    return true;
}

/* A segment with ACK and without SYN, from a sender that has not acknowledged its peer's SYN yet. */
static unsigned
judge_handshake_ack(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const struct tcp_segment *segment = x->segment;
    unsigned events = hs_event_bit(HS_EVENT_ACK_SYN);

    if (!hs_context_acknowledges_syn(x)) {
        hs_context_add(x, HS_ANOMALY_ACK_BAD_ACK, segment->ack - peer->base,
                       peer->next - peer->base);
        events = HS_EVENTS_NONE;
    }
    if (!fits_first_window(x)) {
        hs_context_add(x, HS_ANOMALY_ACK_BAD_SEQ, segment->seq - sender->base,
                       sender->next - sender->base);
        events = HS_EVENTS_NONE;
    }
    if (events == HS_EVENTS_NONE || is_after_fin(x)) {
        return HS_EVENTS_NONE;
    }
    if (sender->sent_syn && peer->state == HS_STATE_SYN_RECEIVED && peer->sent_syn) {
        hs_context_add(x, HS_ANOMALY_SPLIT_HANDSHAKE, 0, 0);
    }
    if (peer->isn_seen && has_option(x, TCP_HAS_TIMESTAMPS) &&
        (peer->syn_options.present & TCP_HAS_TIMESTAMPS) &&
        !hs_options_sent_timestamp(&peer->syn_options, segment->options.ts_ecr)) {
        hs_context_add(x, HS_ANOMALY_TIMESTAMP_BAD_ECHO, segment->options.ts_ecr,
                       peer->syn_options.ts_last);
    }
    return events;
}

/* Whether a bare ACK comes from the side that should send its SYN-ACK first, or has sent it and
 * should wait: some stacks, every challenge (RFC 5961) and a server that still holds an older
 * connection (RFC 9293 figure 9) acknowledge so. Data, or an ACK of data after the SYN-ACK, are
 * another matter: they prove that the sender got its ACK. */
static bool
is_early_ack(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;

    return !x->conn->complete && peer->isn_known && x->segment->payload_bytes == 0 &&
           x->segment->payload_known && !(x->segment->flags & TCP_FIN) &&
           ((sender->state == HS_STATE_SYN_RECEIVED && sender->isn_known && peer->syn_acked &&
             x->segment->ack == peer->base + 1) ||
            (sender->state == HS_STATE_UNSEEN && peer->state == HS_STATE_SYN_SENT));
}

/* ---- ACK: everything after ---- */

/* What a segment without SYN may carry was agreed upon (RFC 7323 section 3.2 for timestamps). */
static void
find_changed_options(const struct hs_context *x)
{
    const uint16_t only_on_syn = TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED;
    const uint16_t unreadable = TCP_HAS_CUT | TCP_HAS_MALFORMED;

    if (has_option(x, unreadable)) {
        return;
    }
    if (has_option(x, only_on_syn)) {
        hs_context_add(x, HS_ANOMALY_OPTION_CHANGED,
                       has_option(x, TCP_HAS_MSS)      ? TCP_KIND_MSS
                       : has_option(x, TCP_HAS_WSCALE) ? TCP_KIND_WSCALE
                                                       : TCP_KIND_SACK_PERMITTED,
                       0);
    }
    if (hs_context_has_options(x) &&
        !((x->sender->syn_options.present | x->peer->syn_options.present) & unreadable) &&
        has_option(x, TCP_HAS_TIMESTAMPS) !=
            hs_options_agree(&x->sender->syn_options, &x->peer->syn_options, TCP_HAS_TIMESTAMPS)) {
        hs_context_add(x, HS_ANOMALY_OPTION_CHANGED, TCP_KIND_TIMESTAMPS, 0);
    }
}

/* Whether the segment lies outside what the peer can accept: it starts beyond the right edge that
 * the peer ever offered and does not continue what its sender sent (who continues there got a window
 * that was not captured); or it ends more than a whole window below what the peer has acknowledged
 * (by one, keep-alives and probes of a closed window do). That is known only where the peer's
 * windows are: after a handshake that was captured, and while nothing of the peer is missing. bound
 * gets the number that it lies beyond. */
static bool
is_out_of_window(const struct hs_context *x, uint32_t *bound)
{
    const struct hs_endpoint *peer = x->peer;
    const struct tcp_segment *segment = x->segment;

    if (!x->conn->complete || !hs_context_has_options(x) || !peer->has_acked || peer->unseen) {
        return false;
    }
    if (seq_before(peer->edge, segment->seq)) {
        if (segment->seq == x->sender->next) {
            return false;
        }
        *bound = peer->edge - x->sender->base;
        return true;
    }
    *bound = peer->acked - peer->widest - x->sender->base;
    return seq_before(segment->seq + tcp_segment_length(segment) + 1, peer->acked - peer->widest);
}

static unsigned
judge_numbers(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const struct tcp_segment *segment = x->segment;
    uint32_t bound;

    if (is_out_of_window(x, &bound)) {
        hs_context_add(
            x, segment->flags & TCP_FIN ? HS_ANOMALY_FIN_OUT_OF_WINDOW : HS_ANOMALY_OUT_OF_WINDOW,
            segment->seq - sender->base, bound);
        return HS_EVENTS_NONE;
    }
    if (is_after_fin(x)) {
        return HS_EVENTS_NONE;
    }
    if (hs_context_acknowledges_unseen(x)) {
        hs_context_add(x, HS_ANOMALY_ACK_UNSEEN_DATA, segment->ack - peer->base,
                       peer->next - peer->base);
        if (hs_context_acknowledges_impossible(x)) {
            return HS_EVENTS_NONE;
        }
    }
    return hs_event_bit(HS_EVENT_SEGMENT);
}

static unsigned
judge_ack(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const struct tcp_segment *segment = x->segment;
    unsigned events;

    find_changed_options(x);
    if (is_early_ack(x)) {
        hs_context_add(x, HS_ANOMALY_EARLY_ACK, segment->ack - peer->base, 0);
        return HS_EVENTS_NONE;
    }
    if (!x->conn->complete && peer->isn_known && !peer->syn_acked) {
        events = judge_handshake_ack(x);
    } else {
        events = judge_numbers(x);
    }
    if (events == HS_EVENTS_NONE) {
        return events;
    }
    /* Where nothing of the client was captured, its ACK was not either. */
    if (segment->payload_bytes > 0 && sender->state == HS_STATE_SYN_RECEIVED && sender->isn_known &&
        !sender->syn_acked && peer->has_sent && !x->conn->tfo_accepted) {
        hs_context_add(x, HS_ANOMALY_DATA_BEFORE_ESTABLISHED, segment->payload_bytes, 1);
    }
    if (peer->fin_sent && segment->ack == peer->fin_seq + 1) {
        events |= hs_event_bit(HS_EVENT_ACK_FIN);
    }
    if (segment->flags & TCP_FIN) {
        events |= hs_event_bit(HS_EVENT_FIN);
    }
    return events;
}

/* Without SYN, ACK and RST no state accepts a segment (RFC 9293 section 3.10.7). */
static unsigned
judge_without_ack(const struct hs_context *x)
{
    const uint16_t xmas = TCP_FIN | TCP_PSH | TCP_URG;

    if (!(x->segment->flags & TCP_FIN)) {
        hs_context_add(x, HS_ANOMALY_NULL_FLAGS, 0, 0);
    } else if ((x->segment->flags & xmas) == xmas) {
        hs_context_add(x, HS_ANOMALY_XMAS_FLAGS, 0, 0);
    }
    return HS_EVENTS_NONE;
}

static unsigned
judge(const struct hs_context *x, enum hs_rst_verdict *verdict)
{
    const uint16_t flags = x->segment->flags;

    if (flags & TCP_RST) {
        return hs_judge_rst(x, verdict);
    }
    if (flags & TCP_SYN) {
        return flags & TCP_ACK ? judge_syn_ack(x) : judge_syn(x);
    }
    return flags & TCP_ACK ? judge_ack(x) : judge_without_ack(x);
}

struct hs_step
hs_judge_segment(const struct hs_context *x)
{
    const struct tcp_segment *segment = x->segment;
    struct hs_step step = {.verdict = HS_VERDICT_NONE};

    if (!(segment->flags & TCP_ACK) && segment->ack != 0) {
        hs_context_add(x, HS_ANOMALY_ACK_FIELD_WITHOUT_FLAG, segment->ack, 0);
    }
    step.events = judge(x, &step.verdict);
    step.evidence = hs_judge_origin(x, step.events);
    step.acknowledges_syn =
        hs_step_has(&step, HS_EVENT_ACK_SYN) ||
        ((segment->flags & TCP_ACK) && is_early_ack(x) && hs_context_acknowledges_syn(x));
    step.ignores_reset = hs_reset_is_ignored(x);
    return step;
}
