/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_judge.h"

#include "seq.h"

/* Both endpoints of the connection as seen from the segment. */
struct exchange {
    const struct hs_endpoint *sender;
    const struct hs_endpoint *peer;
    const struct tcp_segment *segment;
    bool complete;
};

static struct hs_judgement
accept_as(enum hs_event event)
{
    return (struct hs_judgement){.events = 1u << event};
}

static struct hs_judgement
reject(void)
{
    return (struct hs_judgement){.events = 0};
}

/* Whether the segment acknowledges the peer's SYN, and nothing that the peer has not sent. */
static bool
acknowledges_syn(const struct exchange *x)
{
    return seq_between(x->peer->base + 1, x->segment->ack, x->peer->next);
}

/* Whether the endpoint's number is that of the SYN: its ISN where that is known; else the first
 * number seen of it, which the SYN comes right before or, where its peer's ACK told it, is. */
static bool
fits_isn(const struct hs_endpoint *endpoint, uint32_t seq)
{
    return endpoint->isn_known ? seq == endpoint->base : endpoint->base - seq <= 1;
}

static struct hs_judgement
judge_syn(const struct exchange *x)
{
    if (x->sender->state == HS_UNSEEN || fits_isn(x->sender, x->segment->seq)) {
        return accept_as(HS_EVENT_SYN);
    }
    return reject();
}

static struct hs_judgement
judge_syn_ack(const struct exchange *x)
{
    if (x->peer->isn_known && !acknowledges_syn(x)) {
        return (struct hs_judgement){.anomalies = 1u << HS_SYNACK_BAD_ACK,
                                     .ack_expected = x->peer->base + 1};
    }
    /* Until the handshake is complete the newest answer counts: a server that was started anew
     * answers the repeated SYN with another ISN. */
    if (!x->complete && x->sender->state <= HS_SYN_RECEIVED) {
        return accept_as(HS_EVENT_SYN_ACK);
    }
    return fits_isn(x->sender, x->segment->seq) ? accept_as(HS_EVENT_SYN_ACK) : reject();
}

/* RFC 9293 section 3.10.7.3 for the answer to a SYN, 3.10.7.4 otherwise. */
static struct hs_judgement
judge_rst(const struct exchange *x)
{
    const struct tcp_segment *segment = x->segment;

    if (x->sender->state == HS_UNSEEN && x->peer->state == HS_SYN_SENT) {
        return (segment->flags & TCP_ACK) && acknowledges_syn(x) ? accept_as(HS_EVENT_RST) : reject();
    }
    if (!x->sender->base_known) {
        return accept_as(HS_EVENT_RST);
    }
    /* What the peer waits for lies between its latest ACK and the highest number sent to it; a RST
     * may come with any number from the first on that is within the peer's window. */
    uint32_t first = x->peer->has_acked ? x->peer->acked : x->sender->base;

    if (seq_before(x->sender->next, first)) {
        first = x->sender->next;
    }
    return seq_between(first, segment->seq, x->sender->next + x->peer->window)
               ? accept_as(HS_EVENT_RST)
               : reject();
}

/* Whether a segment that should complete the handshake lies in the window that the peer's SYN-ACK
 * offered, which is never scaled (RFC 7323 section 2.2). */
static bool
fits_first_window(const struct exchange *x)
{
    uint32_t first = x->sender->base + 1;

    return !x->sender->isn_known || seq_between(first, x->segment->seq, first + x->peer->window);
}

/* A segment with ACK and without SYN, from a sender that has not acknowledged its peer's SYN yet. */
static struct hs_judgement
judge_handshake_ack(const struct exchange *x)
{
    struct hs_judgement judgement = reject();

    if (!acknowledges_syn(x)) {
        judgement.anomalies |= 1u << HS_ACK_BAD_ACK;
        judgement.ack_expected = x->peer->next;
    }
    if (!fits_first_window(x)) {
        judgement.anomalies |= 1u << HS_ACK_BAD_SEQ;
    }
    return judgement.anomalies != 0 ? judgement : accept_as(HS_EVENT_ACK_SYN);
}

/* Whether a bare ACK comes from the side that should send its SYN-ACK first, or has sent it and
 * should wait: some stacks and every challenge (RFC 5961) acknowledge so. Data or an ACK of data are
 * another matter: they prove that the sender got its ACK. */
static bool
is_early_ack(const struct exchange *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;

    return !x->complete && peer->isn_known && x->segment->payload_bytes == 0 &&
           x->segment->payload_known && !(x->segment->flags & TCP_FIN) &&
           x->segment->ack == peer->base + 1 &&
           ((sender->state == HS_SYN_RECEIVED && sender->isn_known && peer->syn_acked) ||
            (sender->state == HS_UNSEEN && peer->state == HS_SYN_SENT));
}

static struct hs_judgement
judge_ack(const struct exchange *x)
{
    struct hs_judgement judgement = accept_as(HS_EVENT_SEGMENT);

    if (is_early_ack(x)) {
        return (struct hs_judgement){.anomalies = 1u << HS_EARLY_ACK};
    }
    if (!x->complete && x->peer->isn_known && !x->peer->syn_acked) {
        judgement = judge_handshake_ack(x);
        if (judgement.events == 0) {
            return judgement;
        }
    }
    if (x->peer->fin_sent && x->segment->ack == x->peer->fin_seq + 1) {
        judgement.events |= 1u << HS_EVENT_ACK_FIN;
    }
    if (x->segment->flags & TCP_FIN) {
        judgement.events |= 1u << HS_EVENT_FIN;
    }
    return judgement;
}

struct hs_judgement
hs_judge_segment(const struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment)
{
    const struct exchange x = {
        .sender = &conn->side[side],
        .peer = &conn->side[hs_side_peer(side)],
        .segment = segment,
        .complete = conn->complete,
    };

    if (segment->flags & TCP_RST) {
        return judge_rst(&x);
    }
    if (segment->flags & TCP_SYN) {
        return segment->flags & TCP_ACK ? judge_syn_ack(&x) : judge_syn(&x);
    }
    if (segment->flags & TCP_ACK) {
        return judge_ack(&x);
    }
    return segment->flags & TCP_FIN ? reject()
                                    : (struct hs_judgement){.anomalies = 1u << HS_NULL_FLAGS};
}
