/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_reset.h"

#include <stddef.h>

const char *
hs_rst_verdict_name(enum hs_rst_verdict verdict)
{
    switch (verdict) {
    case HS_VERDICT_IN_ORDER:
        return "in-order";
    case HS_VERDICT_IN_WINDOW:
        return "in-window";
    case HS_VERDICT_OLD:
        return "old";
    case HS_VERDICT_OUT_OF_WINDOW:
        return "out-of-window";
    case HS_VERDICT_BAD_ACK:
        return "bad-ack";
    case HS_VERDICT_NONE:
        break;
    }
    return NULL;
}

const char *
hs_rst_effect_name(enum hs_rst_effect effect)
{
    switch (effect) {
    case HS_EFFECT_OBEYED:
        return "obeyed";
    case HS_EFFECT_IGNORED:
        return "ignored";
    case HS_EFFECT_CONTRADICTED:
        return "contradicted";
    }
    return NULL;
}

/* Whether the segment was sent before the RST and only captured after it: hosts number their
 * datagrams upwards. */
static bool
came_late(const struct hs_context *x)
{
    const int16_t moved = (int16_t)(x->frame->ip_id - x->sender->last_ip_id);

    return x->frame->ip_id != 0 && x->sender->last_ip_id != 0 && moved <= 0 && moved > -64;
}

/* Whether the segment, sent by the side that sent the RST which ended the connection, cannot come
 * from one that had ended it: new data or a new acknowledgement after the RST, or the SYN-ACK after
 * all. A SYN is a new try; after a FIN of its own a side may well repeat itself. */
static bool
contradicts_reset(const struct hs_context *x)
{
    const struct hs_endpoint *sender = x->sender, *peer = x->peer;
    const struct tcp_segment *segment = x->segment;
    const uint32_t end = segment->seq + tcp_segment_length(segment);

    if (x->conn->client == HS_SIDE_UNKNOWN || !(segment->flags & TCP_ACK) || sender->fin_sent ||
        (segment->flags & TCP_RST)) {
        return false;
    }
    if (segment->flags & TCP_SYN) {
        return x->side != (enum hs_side)x->conn->client && peer->state == HS_STATE_CLOSED &&
               seq_between(peer->base + 1, segment->ack, peer->next);
    }
    /* The RST itself may have acknowledged more than the segments before it. */
    return x->conn->complete && !seq_before(segment->seq, sender->last_seq) &&
           (seq_before(sender->next, end) ||
            (sender->has_acked &&
             seq_before(seq_max(sender->acked, sender->last_ack), segment->ack)));
}

void
hs_reset_reconsider(struct hs_conn *conn, const struct hs_context *x)
{
    if (conn->reset_by != (int)x->side || came_late(x) || !contradicts_reset(x)) {
        return;
    }
    if (conn->rst_effect != HS_EFFECT_CONTRADICTED) {
        hs_context_add(x, HS_ANOMALY_RST_CONTRADICTED, conn->rst_frame, 0);
        conn->rst_effect = HS_EFFECT_CONTRADICTED;
    }
    conn->reset_by = HS_SIDE_UNKNOWN;
    conn->side[HS_SIDE_A].state = conn->before_reset.a;
    conn->side[HS_SIDE_B].state = conn->before_reset.b;
}

/* What was on the way when the RST came ignores nothing: two round trips are waited for, or a
 * second where they are not known. */
bool
hs_reset_is_ignored(const struct hs_context *x)
{
    const struct hs_conn *conn = x->conn;
    const struct tcp_segment *segment = x->segment;
    int64_t server_ns, client_ns, grace_ns, since_ns;

    if (conn->reset_by != (int)hs_side_peer(x->side) ||
        conn->rst_effect == HS_EFFECT_CONTRADICTED || (segment->flags & (TCP_RST | TCP_SYN)) ||
        segment->payload_bytes == 0 ||
        (x->sender->base_known && seq_before(segment->seq, x->sender->next))) {
        return false;
    }
    server_ns = hs_duration_ns(conn->rtt_server);
    client_ns = hs_duration_ns(conn->rtt_client);
    grace_ns = server_ns == HS_TIME_UNKNOWN || client_ns == HS_TIME_UNKNOWN
                   ? 1000000000
                   : 2 * (server_ns + client_ns);
    since_ns = hs_duration_ns(
        hs_duration_between(hs_duration_after(conn->origin_ns, conn->reset_at), x->frame->time_ns));
    return since_ns != HS_TIME_UNKNOWN && since_ns > grace_ns;
}

void
hs_reset_learn(struct hs_conn *conn, const struct hs_context *x, const struct hs_endpoint before[2])
{
    const bool has_ack = (x->segment->flags & TCP_ACK) != 0;
    const bool deceived = conn->rst_effect == HS_EFFECT_CONTRADICTED && !has_ack &&
                          hs_conn_is_answer(x->peer, x->segment);

    conn->reset_by = x->side;
    conn->before_reset.a = before[HS_SIDE_A].state;
    conn->before_reset.b = before[HS_SIDE_B].state;
    conn->reset_at = hs_duration_between(conn->origin_ns, x->frame->time_ns);
    /* Who has obeyed a contradicted RST answers what comes after it by RSTs: that one ended it. */
    if (!deceived) {
        conn->rst_frame = x->frame->number;
        conn->rst_effect = HS_EFFECT_OBEYED;
        conn->rst_had_ack = has_ack;
    }
}
