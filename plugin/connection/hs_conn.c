/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_conn.h"

#include "hs_conn_reset.h"
#include "hs_judge.h"
#include "seq.h"

void
hs_conn_init(struct hs_conn *conn, uint32_t frame, struct hs_conn *previous)
{
    *conn = (struct hs_conn){
        .origin_ns = HS_TIME_UNKNOWN,
        .first_frame = frame,
        .client = HS_SIDE_UNKNOWN,
        .reset_by = HS_SIDE_UNKNOWN,
        .closed_by = HS_SIDE_UNKNOWN,
    };
    hs_zeek_init(&conn->zeek);
    if (previous != NULL) {
        conn->previous_frame = previous->first_frame;
        previous->superseded_frame = frame;
    }
}

static void
note_since(struct hs_note *note, enum hs_since since, struct hs_duration duration)
{
    if (duration.unit != HS_DURATION_UNKNOWN) {
        note->since = since;
        note->since_duration = duration;
    }
}

/* ---- numbers ---- */

/* A SYN or SYN-ACK says where the numbers start: its own, and with an ACK also the peer's. */
static void
learn_isn(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct tcp_segment *segment)
{
    const uint32_t end = segment->seq + tcp_segment_length(segment);

    if (!sender->isn_known || sender->base != segment->seq) {
        /* Captured late, after what followed it: that still counts. */
        const bool late = sender->base_known && sender->base - segment->seq <= 1;

        sender->base = segment->seq;
        sender->next = late ? seq_max(sender->next, end) : end;
        sender->base_known = true;
        sender->isn_known = true;
        sender->isn_seen = false;
        sender->syn_acked =
            peer->has_acked && seq_between(sender->base + 1, peer->acked, sender->next);
    }
    if (sender->isn_seen) {
        hs_options_renew(&sender->syn_options, segment);
    } else {
        sender->syn_options = hs_options_make(segment);
        sender->isn_seen = true;
    }
    if (segment->flags & TCP_ACK) {
        if (!peer->isn_known) {
            peer->next = peer->base_known ? seq_max(peer->next, segment->ack) : segment->ack;
            peer->base = segment->ack - 1;
            peer->base_known = true;
            peer->isn_known = true;
        }
        hs_options_restore(&peer->syn_options, segment);
        peer->syn_acked = true;
    } else {
        sender->sent_syn = true;
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
        peer->base = sender->state == HS_STATE_SYN_SENT ? segment->ack - 1 : segment->ack;
        peer->next = segment->ack;
        peer->base_known = true;
    }
}

/* What the note says in numbers. The endpoints are those before the segment, but for their bases. */
static void
note_numbers(struct hs_note *note, const struct hs_endpoint *sender, const struct hs_endpoint *peer,
             const struct tcp_segment *segment)
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
            note->ack_delta =
                seq_diff(segment->ack, sender->has_ack ? sender->last_ack : peer->base);
        }
    }
}

/* A last byte that was acknowledged before asks whether the peer is there (RFC 9293 section 3.8.4). */
static bool
is_keep_alive(const struct hs_endpoint *sender, const struct hs_endpoint *peer,
              const struct tcp_segment *segment)
{
    return segment->payload_bytes == 1 && !(segment->flags & (TCP_SYN | TCP_FIN)) &&
           segment->seq + 1 == sender->next && peer->has_acked &&
           !seq_before(peer->acked, sender->next);
}

/* A SYN or SYN-ACK that was captured after what followed it. */
static bool
is_late_syn(const struct hs_endpoint *sender, const struct tcp_segment *segment)
{
    return (segment->flags & TCP_SYN) && !sender->isn_seen;
}

/* What the segment says against what the capture holds already. The connection is that before the
 * segment. */
static void
note_repetition(struct hs_note *note, const struct hs_conn *conn, enum hs_side side,
                const struct tcp_segment *segment, const struct hs_frame *frame)
{
    const struct hs_endpoint *sender = &conn->side[side], *peer = &conn->side[hs_side_peer(side)];
    const uint32_t end = segment->seq + tcp_segment_length(segment);
    const int16_t ip_id_moved = (int16_t)(frame->ip_id - sender->last_ip_id);
    const bool in_hole = sender->hole != sender->hole_end &&
                         seq_before(segment->seq, sender->hole_end) &&
                         seq_before(sender->hole, end);

    note->cut = (segment->options.present & TCP_HAS_CUT) != 0;
    /* A sender numbers its datagrams: the same number is the same datagram. */
    note->duplicate = frame->ip_id != 0 && sender->has_sent && ip_id_moved == 0 &&
                      segment->seq == sender->last_seq &&
                      (uint8_t)segment->flags == conn->last_flags[side] &&
                      (!(segment->flags & TCP_ACK) || segment->ack == sender->last_ack);
    if (in_hole) {
        note->reordered = frame->ip_id != 0 && sender->last_ip_id != 0 && ip_id_moved < 0;
        return;
    }
    note->retransmission = sender->base_known && sender->has_sent && !note->duplicate &&
                           !(segment->flags & TCP_RST) && tcp_segment_length(segment) > 0 &&
                           (!(segment->flags & TCP_SYN) || segment->seq == sender->base) &&
                           !seq_before(sender->next, end) && !is_late_syn(sender, segment) &&
                           !is_keep_alive(sender, peer, segment);
}

/* Data up to a number was sent that was not captured: keeps where it is missing, one stretch from the
 * first gap to the last. */
static void
widen_hole(struct hs_endpoint *sender, uint32_t end)
{
    if (sender->hole == sender->hole_end) {
        sender->hole = sender->next;
    }
    sender->hole_end = end;
    sender->unseen = true;
}

static void
learn_hole(struct hs_endpoint *sender, uint32_t seq, uint32_t end)
{
    if (seq_before(sender->next, seq)) {
        widen_hole(sender, seq);
    } else if (sender->hole != sender->hole_end && !seq_before(sender->hole, seq) &&
               seq_before(sender->hole, end)) {
        sender->hole = seq_before(end, sender->hole_end) ? end : sender->hole_end;
    }
}

static void
learn_ack(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct tcp_segment *segment,
          unsigned window_shift)
{
    const uint32_t window = (uint32_t)segment->window << window_shift;
    const uint32_t edge = segment->ack + window;

    sender->acked = sender->has_acked ? seq_max(sender->acked, segment->ack) : segment->ack;
    sender->edge = sender->has_acked ? seq_max(sender->edge, edge) : edge;
    sender->widest = window > sender->widest ? window : sender->widest;
    sender->has_acked = true;
    if (peer->base_known && seq_before(peer->next, segment->ack)) {
        const uint16_t to_next = (uint16_t)(peer->next - peer->sample_seq);

        if (segment->ack - peer->next > (uint32_t)UINT16_MAX - to_next) {
            peer->sample_bytes = 0;
        }
        widen_hole(peer, segment->ack);
        peer->next = segment->ack;
    }
}

/* Moves the numbers on. What is not acceptable moves only what "previous segment" means; a RST takes
 * up no number and may carry any. */
static void
learn_numbers(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct hs_lesson *lesson,
              unsigned window_shift)
{
    const struct tcp_segment *segment = lesson->segment;
    const uint32_t end = segment->seq + tcp_segment_length(segment);

    sender->has_sent = true;
    sender->last_seq = segment->seq;
    sender->last_ip_id = lesson->frame->ip_id;
    sender->lengthless |= !segment->payload_known;
    if (segment->flags & TCP_ACK) {
        sender->has_ack = true;
        sender->last_ack = segment->ack;
    }
    if (lesson->events == 0 || (segment->flags & TCP_RST)) {
        return;
    }
    learn_hole(sender, segment->seq, end);
    sender->next = seq_max(sender->next, end);
    sender->window = segment->window;
    if (segment->flags & TCP_ACK) {
        learn_ack(sender, peer, segment, window_shift);
    }
    if ((segment->flags & TCP_FIN) && !(segment->flags & TCP_SYN)) {
        sender->fin_sent = true;
        sender->fin_seq = segment->seq + segment->payload_bytes;
    }
}

/* ---- states ---- */

/* Where the clock of the handshake starts. */
static void
learn_origin(struct hs_conn *conn, const struct hs_frame *frame)
{
    if (conn->origin_ns == HS_TIME_UNKNOWN) {
        conn->origin_ns = frame->time_ns;
    }
}

static void
step_states(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct hs_lesson *lesson)
{
    for (enum hs_event event = 0; lesson->events >> event != 0; event++) {
        if (hs_lesson_has(lesson, event)) {
            sender->state = hs_state_cell(HS_DIRECTION_SENT, event, sender->state)->next;
            peer->state = hs_state_cell(HS_DIRECTION_RECEIVED, event, peer->state)->next;
        }
    }
    /* In a simultaneous open the acknowledgement of its SYN may have come before its own answer. */
    if (sender->state == HS_STATE_SYN_RECEIVED && sender->syn_acked) {
        sender->state = hs_state_cell(HS_DIRECTION_RECEIVED, HS_EVENT_ACK_SYN, sender->state)->next;
    }
}

/* Times and frames of an acceptable SYN. Only the client's count: in a simultaneous open the
 * server sends one too. */
static void
learn_syn(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson)
{
    const struct hs_frame *frame = lesson->frame;

    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)side;
    }
    if (conn->client != side) {
        return;
    }
    conn->syn_count +=
        (!lesson->note->duplicate || conn->syn_frame == 0) && conn->syn_count < UINT16_MAX;
    learn_origin(conn, frame);
    conn->syn_last = hs_duration_between(conn->origin_ns, frame->time_ns);
    if (conn->syn_frame == 0) {
        conn->syn_frame = frame->number;
        lesson->note->reordered = conn->synack_frame != 0;
    } else {
        note_since(lesson->note, HS_SINCE_FIRST_SYN, conn->syn_last);
    }
}

static void
learn_syn_ack(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson)
{
    const struct hs_frame *frame = lesson->frame;
    const struct hs_endpoint *client = &conn->side[hs_side_peer(side)];
    const struct hs_duration since_syn =
        hs_duration_between(hs_duration_after(conn->origin_ns, conn->syn_last), frame->time_ns);

    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)hs_side_peer(side);
    }
    conn->synack_count +=
        (!lesson->note->duplicate || conn->synack_frame == 0) && conn->synack_count < UINT16_MAX;
    if (!conn->complete && conn->reset_by != HS_SIDE_UNKNOWN) {
        conn->reset_by = HS_SIDE_UNKNOWN;
        conn->rst_frame = 0;
    }
    note_since(lesson->note, HS_SINCE_SYN, since_syn);
    if (conn->synack_frame == 0) {
        conn->synack_frame = frame->number;
        conn->rtt_server = since_syn;
        conn->tfo_accepted = client->isn_seen && seq_before(client->base + 1, lesson->segment->ack);
        conn->tfo_ignored = client->syn_options.payload_bytes > 0 && !conn->tfo_accepted;
    }
    learn_origin(conn, frame);
    conn->synack = hs_duration_between(conn->origin_ns, frame->time_ns);
}

static void
learn_end(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson,
          const uint8_t before[2])
{
    if (hs_lesson_has(lesson, HS_EVENT_RST) && conn->reset_by == HS_SIDE_UNKNOWN) {
        learn_origin(conn, lesson->frame);
        hs_conn_learn_reset(conn, side, lesson, before);
    }
    if (hs_lesson_has(lesson, HS_EVENT_FIN) && conn->closed_by == HS_SIDE_UNKNOWN) {
        conn->closed_by = side;
    }
}

/* The handshake is complete when both SYNs have been acknowledged. In a simultaneous open it is a
 * SYN-ACK that does it; then there is no third ACK. */
static bool
learn_completion(struct hs_conn *conn, const struct hs_lesson *lesson)
{
    const struct hs_frame *frame = lesson->frame;

    for (int i = 0; i < 2; i++) {
        if (!conn->side[i].isn_known || !conn->side[i].syn_acked) {
            return false;
        }
    }
    if (conn->complete) {
        return false;
    }
    conn->complete = true;
    if (conn->syn_frame != 0) {
        conn->setup = hs_duration_between(conn->origin_ns, frame->time_ns);
    }
    if (!(lesson->segment->flags & TCP_SYN)) {
        conn->rtt_client =
            hs_duration_between(hs_duration_after(conn->origin_ns, conn->synack), frame->time_ns);
        conn->ack_frame = frame->number;
        note_since(lesson->note, HS_SINCE_SYN_ACK, conn->rtt_client);
    }
    return true;
}

/* Whether an endpoint behaves as if the handshake were complete. After Fast Open a server may send
 * before it is (RFC 7413 section 4.2.2). */
static bool
goes_ahead(const struct hs_conn *conn, enum hs_side side)
{
    const uint8_t state = conn->side[side].state;

    return state >= HS_STATE_ESTABLISHED && state != HS_STATE_CLOSED &&
           !(conn->tfo_accepted && conn->client == (int)hs_side_peer(side));
}

static bool
is_closing(const struct hs_endpoint *endpoint)
{
    return endpoint->state >= HS_STATE_FIN_WAIT_1;
}

static bool
is_closed(const struct hs_endpoint *endpoint)
{
    return endpoint->state == HS_STATE_TIME_WAIT || endpoint->state == HS_STATE_CLOSED;
}

/* The stage of a segment, once the connection has learnt from it. */
static enum hs_stage
choose_stage(const struct hs_conn *conn, const struct hs_lesson *lesson, bool completes)
{
    const struct hs_endpoint *a = &conn->side[HS_SIDE_A], *b = &conn->side[HS_SIDE_B];
    const uint16_t flags = lesson->segment->flags;

    if (flags & TCP_RST) {
        return HS_STAGE_RST;
    }
    if (flags & TCP_SYN) {
        return flags & TCP_ACK ? HS_STAGE_SYN_ACK : HS_STAGE_SYN;
    }
    if (flags & TCP_FIN) {
        return HS_STAGE_FIN;
    }
    if (lesson->events == 0 && !lesson->again) {
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

static void
note_states(struct hs_note *note, const struct hs_conn *conn, enum hs_side side)
{
    note->sender_state = conn->side[side].state;
    note->peer_state = conn->side[hs_side_peer(side)].state;
    note->complete = conn->complete;
    if (conn->client != HS_SIDE_UNKNOWN) {
        note->sender = conn->client == (int)side ? HS_SENDER_CLIENT : HS_SENDER_SERVER;
    }
}

void
hs_learn_segment(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                 const struct hs_frame *frame, struct hs_note *note, struct hs_findings *findings)
{
    struct hs_endpoint *sender = &conn->side[side], *peer = &conn->side[hs_side_peer(side)];
    struct hs_judgement judgement;
    struct hs_lesson lesson = {.segment = segment, .frame = frame, .note = note};
    uint8_t before[2];

    hs_conn_reconsider_reset(conn, side, segment, frame, findings);
    before[HS_SIDE_A] = conn->side[HS_SIDE_A].state;
    before[HS_SIDE_B] = conn->side[HS_SIDE_B].state;
    judgement = hs_judge_segment(conn, side, segment, frame, findings);
    lesson.events = judgement.events;
    lesson.evidence = judgement.evidence;
    *note =
        (struct hs_note){.conn = conn, .side = (unsigned)side & 1u, .verdict = judgement.verdict};
    hs_zeek_learn(&conn->zeek, side, segment);
    note_repetition(note, conn, side, segment, frame);
    /* What is captured twice says nothing new, and is no odder than it was the first time. */
    lesson.again = note->duplicate && (conn->accepted & 1u << side);
    if (lesson.again) {
        findings->count = 0;
        lesson.events = 0;
    } else if (lesson.events != 0) {
        conn->accepted |= (1u << side) & 3u;
    } else {
        conn->accepted &= ~(1u << side) & 3u;
    }
    if (sender->base_known) {
        note->has_seq_gap = true;
        note->seq_gap = seq_diff(segment->seq, sender->next);
    }
    if (hs_lesson_has(&lesson, HS_EVENT_SYN) || hs_lesson_has(&lesson, HS_EVENT_SYN_ACK)) {
        learn_isn(sender, peer, segment);
    }
    learn_base(sender, peer, segment);
    note_numbers(note, sender, peer, segment);
    if (judgement.acknowledges_syn) {
        peer->syn_acked = true;
    }
    /* The other side's ACK may echo whatever came before it. */
    if (!conn->complete && !(segment->flags & TCP_SYN) &&
        (segment->options.present & TCP_HAS_TIMESTAMPS)) {
        sender->syn_options.ts_last = segment->options.ts_val;
    }
    hs_conn_learn_ignored_reset(conn, side, &lesson);
    learn_numbers(sender, peer, &lesson, hs_judge_window_shift(conn, side, segment));
    conn->last_flags[side] = (uint8_t)segment->flags;
    step_states(sender, peer, &lesson);
    if (hs_lesson_has(&lesson, HS_EVENT_SYN)) {
        learn_syn(conn, side, &lesson);
    } else if (hs_lesson_has(&lesson, HS_EVENT_SYN_ACK)) {
        learn_syn_ack(conn, side, &lesson);
    }
    hs_conn_learn_fingerprint(conn, side, &lesson);
    learn_end(conn, side, &lesson, before);
    note->stage = choose_stage(conn, &lesson, learn_completion(conn, &lesson));
    conn->went_ahead |=
        !conn->complete && (goes_ahead(conn, HS_SIDE_A) || goes_ahead(conn, HS_SIDE_B));
    note_states(note, conn, side);
}

bool
hs_learn_error(struct hs_conn *conn, enum hs_side side, uint32_t seq,
               const struct hs_icmp_error *error)
{
    const struct hs_endpoint *sender = &conn->side[side];

    if (!hs_icmp_is_unreachable(error) || !sender->isn_seen || !sender->sent_syn ||
        seq != sender->base) {
        return false;
    }
    if (conn->icmp.frame == 0) {
        conn->icmp = *error;
    }
    return true;
}
