/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_conn.h"

#include "hs_judge.h"
#include "seq.h"

void
hs_conn_init(struct hs_conn *conn)
{
    *conn = (struct hs_conn){
        .syn_ns = HS_TIME_UNKNOWN,
        .syn_last_ns = HS_TIME_UNKNOWN,
        .synack_ns = HS_TIME_UNKNOWN,
        .rtt_server_ns = HS_TIME_UNKNOWN,
        .rtt_client_ns = HS_TIME_UNKNOWN,
        .setup_ns = HS_TIME_UNKNOWN,
        .client = HS_SIDE_UNKNOWN,
    };
}

/* The time from one point to another. A capture whose clock steps back tells nothing. */
static int64_t
time_between(int64_t from_ns, int64_t to_ns)
{
    if (from_ns == HS_TIME_UNKNOWN || to_ns == HS_TIME_UNKNOWN || to_ns < from_ns) {
        return HS_TIME_UNKNOWN;
    }
    if (from_ns < 0 && to_ns > INT64_MAX + from_ns) {
        return HS_TIME_UNKNOWN;
    }
    return to_ns - from_ns;
}

static bool
has_event(const struct hs_judgement *judgement, enum hs_event event)
{
    return judgement->events & 1u << event;
}

/* A SYN or SYN-ACK says where the numbers start: its own, and with an ACK also the peer's. */
static void
learn_isn(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct tcp_segment *segment)
{
    if (!sender->isn_known || sender->base != segment->seq) {
        sender->base = segment->seq;
        sender->next = segment->seq + tcp_segment_length(segment);
        sender->base_known = true;
        sender->isn_known = true;
        sender->syn_acked = peer->has_acked && seq_between(sender->base + 1, peer->acked, sender->next);
    }
    if (segment->flags & TCP_ACK) {
        if (!peer->isn_known) {
            peer->next = peer->base_known ? seq_max(peer->next, segment->ack) : segment->ack;
            peer->base = segment->ack - 1;
            peer->base_known = true;
            peer->isn_known = true;
        }
        peer->syn_acked = true;
    }
}

/* Where the opening was not captured, numbers count from the first one seen of each side. */
static void
learn_base(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct tcp_segment *segment)
{
    if (!sender->base_known) {
        sender->base = segment->seq;
        sender->next = segment->seq;
        sender->base_known = true;
    }
    if ((segment->flags & TCP_ACK) && !peer->base_known) {
        /* After a SYN whose answer was not captured, the first ACK is of that answer. */
        peer->base = sender->state == HS_SYN_SENT ? segment->ack - 1 : segment->ack;
        peer->next = segment->ack;
        peer->base_known = true;
    }
}

/* What the note says in numbers. The endpoints are those before the segment, but for their bases. */
static void
note_numbers(struct hs_note *note, const struct hs_endpoint *sender,
             const struct hs_endpoint *peer, const struct tcp_segment *segment)
{
    note->payload_bytes = segment->payload_bytes;
    note->seq_rel = segment->seq - sender->base;
    if (sender->has_sent) {
        note->has_seq_delta = true;
        note->seq_delta = seq_diff(segment->seq, sender->last_seq);
    }
    if (segment->flags & TCP_ACK) {
        note->has_ack = true;
        note->ack_rel = segment->ack - peer->base;
        note->has_ack_delta = sender->has_ack || peer->isn_known;
        if (note->has_ack_delta) {
            note->ack_delta = seq_diff(segment->ack, sender->has_ack ? sender->last_ack : peer->base);
        }
    }
}

/* Moves the sender's numbers on. What is not acceptable moves only what "previous segment" means;
 * a RST takes up no number and may carry any. */
static void
learn_numbers(struct hs_endpoint *sender, const struct tcp_segment *segment, bool acceptable)
{
    sender->has_sent = true;
    sender->last_seq = segment->seq;
    if (segment->flags & TCP_ACK) {
        sender->has_ack = true;
        sender->last_ack = segment->ack;
    }
    if (!acceptable || (segment->flags & TCP_RST)) {
        return;
    }
    sender->next = seq_max(sender->next, segment->seq + tcp_segment_length(segment));
    sender->window = segment->window;
    if (segment->flags & TCP_ACK) {
        sender->acked = sender->has_acked ? seq_max(sender->acked, segment->ack) : segment->ack;
        sender->has_acked = true;
    }
    if (segment->flags & TCP_FIN) {
        sender->fin_sent = true;
        sender->fin_seq = segment->seq + segment->payload_bytes;
    }
}

static void
step_states(struct hs_endpoint *sender, struct hs_endpoint *peer,
            const struct hs_judgement *judgement)
{
    for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
        if (has_event(judgement, event)) {
            sender->state = (uint8_t)hs_state_cell(HS_SENT, event, sender->state)->next;
            peer->state = (uint8_t)hs_state_cell(HS_RECEIVED, event, peer->state)->next;
        }
    }
    /* In a simultaneous open the acknowledgement of its SYN may have come before its own answer. */
    if (sender->state == HS_SYN_RECEIVED && sender->syn_acked) {
        sender->state = (uint8_t)hs_state_cell(HS_RECEIVED, HS_EVENT_ACK_SYN, sender->state)->next;
    }
}

/* Times and frames of an acceptable SYN. Only the client's count: in a simultaneous open the
 * server sends one too. */
static void
learn_syn(struct hs_conn *conn, enum hs_side side, const struct hs_when *when, struct hs_note *note)
{
    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)side;
    }
    if (conn->client != side) {
        return;
    }
    if (conn->syn_frame == 0) {
        conn->syn_frame = when->frame;
        conn->syn_ns = when->time_ns;
    } else {
        note->since = HS_SINCE_FIRST_SYN;
        note->since_ns = time_between(conn->syn_ns, when->time_ns);
    }
    conn->syn_last_ns = when->time_ns;
}

static void
learn_syn_ack(struct hs_conn *conn, enum hs_side side, const struct hs_when *when,
              struct hs_note *note)
{
    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)hs_side_peer(side);
    }
    note->since = HS_SINCE_SYN;
    note->since_ns = time_between(conn->syn_last_ns, when->time_ns);
    if (conn->synack_frame == 0) {
        conn->synack_frame = when->frame;
        conn->rtt_server_ns = note->since_ns;
    }
    conn->synack_ns = when->time_ns;
}

/* The handshake is complete when both SYNs have been acknowledged. In a simultaneous open it is a
 * SYN-ACK that does it; then there is no third ACK. */
static bool
learn_completion(struct hs_conn *conn, const struct tcp_segment *segment,
                 const struct hs_when *when, struct hs_note *note)
{
    for (int i = 0; i < 2; i++) {
        if (!conn->side[i].isn_known || !conn->side[i].syn_acked) {
            return false;
        }
    }
    if (conn->complete) {
        return false;
    }
    conn->complete = true;
    conn->setup_ns = time_between(conn->syn_ns, when->time_ns);
    if (!(segment->flags & TCP_SYN)) {
        note->since = HS_SINCE_SYN_ACK;
        note->since_ns = time_between(conn->synack_ns, when->time_ns);
        conn->rtt_client_ns = note->since_ns;
        conn->ack_frame = when->frame;
    }
    return true;
}

static bool
is_closing(const struct hs_endpoint *endpoint)
{
    return endpoint->state >= HS_FIN_WAIT_1;
}

static bool
is_closed(const struct hs_endpoint *endpoint)
{
    return endpoint->state == HS_TIME_WAIT || endpoint->state == HS_CLOSED;
}

/* The stage of a segment, once the connection has learnt from it. */
static enum hs_stage
choose_stage(const struct hs_conn *conn, const struct tcp_segment *segment, bool acceptable,
             bool completes)
{
    const struct hs_endpoint *a = &conn->side[HS_SIDE_A], *b = &conn->side[HS_SIDE_B];

    if (segment->flags & TCP_RST) {
        return HS_STAGE_RST;
    }
    if (segment->flags & TCP_SYN) {
        return segment->flags & TCP_ACK ? HS_STAGE_SYN_ACK : HS_STAGE_SYN;
    }
    if (segment->flags & TCP_FIN) {
        return HS_STAGE_FIN;
    }
    if (!acceptable) {
        return HS_STAGE_STRAY;
    }
    if (completes) {
        return HS_STAGE_ACK;
    }
    if (is_closed(a) && is_closed(b)) {
        return HS_STAGE_CLOSED;
    }
    if (is_closing(a) || is_closing(b)) {
        return HS_STAGE_HALF_CLOSED;
    }
    return conn->client == HS_SIDE_UNKNOWN ? HS_STAGE_MIDSTREAM : HS_STAGE_ESTABLISHED;
}

void
hs_conn_learn(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
              const struct hs_when *when, struct hs_note *note)
{
    struct hs_endpoint *sender = &conn->side[side], *peer = &conn->side[hs_side_peer(side)];
    const struct hs_judgement judgement = hs_judge_segment(conn, side, segment);
    const bool acceptable = judgement.events != 0;
    bool completes;

    *note = (struct hs_note){.conn = conn, .anomalies = judgement.anomalies};
    if (sender->base_known) {
        note->has_seq_gap = true;
        note->seq_gap = seq_diff(segment->seq, sender->next);
    }
    if (has_event(&judgement, HS_EVENT_SYN) || has_event(&judgement, HS_EVENT_SYN_ACK)) {
        learn_isn(sender, peer, segment);
    }
    learn_base(sender, peer, segment);
    note_numbers(note, sender, peer, segment);
    note->ack_expected = judgement.ack_expected - peer->base;

    if (has_event(&judgement, HS_EVENT_ACK_SYN) || (judgement.anomalies & 1u << HS_EARLY_ACK)) {
        peer->syn_acked = true;
    }
    learn_numbers(sender, segment, acceptable);
    step_states(sender, peer, &judgement);
    if (has_event(&judgement, HS_EVENT_SYN)) {
        learn_syn(conn, side, when, note);
    } else if (has_event(&judgement, HS_EVENT_SYN_ACK)) {
        learn_syn_ack(conn, side, when, note);
    }
    completes = learn_completion(conn, segment, when, note);
    if (note->since_ns == HS_TIME_UNKNOWN) {
        note->since = HS_SINCE_NOTHING;
    }
    note->stage = (uint8_t)choose_stage(conn, segment, acceptable, completes);
    if (conn->client != HS_SIDE_UNKNOWN) {
        note->sender = conn->client == side ? HS_SENDER_CLIENT : HS_SENDER_SERVER;
    }
}
