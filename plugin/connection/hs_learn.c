/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_learn.h"

#include <string.h>

#include "hs_context.h"
#include "hs_handshake.h"
#include "hs_judge.h"
#include "hs_numbers.h"
#include "hs_origin.h"
#include "hs_repetition.h"
#include "hs_reset.h"
#include "seq.h"

/* ---- the connection ---- */

static void
learn_states(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct hs_step *step)
{
    for (enum hs_event event = 0; step->events >> event != 0; event++) {
        if (hs_step_has(step, event)) {
            sender->state = hs_state_cell(HS_DIRECTION_SENT, event, sender->state)->next;
            peer->state = hs_state_cell(HS_DIRECTION_RECEIVED, event, peer->state)->next;
        }
    }
    /* In a simultaneous open the acknowledgement of its SYN may have come before its own answer. */
    if (sender->state == HS_STATE_SYN_RECEIVED && sender->syn_acked) {
        sender->state = hs_state_cell(HS_DIRECTION_RECEIVED, HS_EVENT_ACK_SYN, sender->state)->next;
    }
}

static void
learn_data(struct hs_conn *conn, enum hs_side side, const struct hs_step *step)
{
    if (conn->client != (int)side) {
        conn->server_data = true;
    } else if (step->retransmission) {
        conn->client_repeats = true;
    } else {
        conn->client_data += conn->client_data < 3;
    }
}

static void
learn_end(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step,
          const struct hs_endpoint before[2])
{
    if (hs_step_has(step, HS_EVENT_RST) && conn->reset_by == HS_SIDE_UNKNOWN) {
        hs_handshake_start(conn, x->frame);
        hs_reset_learn(conn, x, before);
    }
    if (hs_step_has(step, HS_EVENT_FIN) && conn->closed_by == HS_SIDE_UNKNOWN) {
        conn->closed_by = x->side;
    }
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

/* Both endpoints make the step. */
static void
move_endpoints(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    struct hs_endpoint *sender = &conn->side[x->side], *peer = &conn->side[hs_side_peer(x->side)];
    const struct tcp_segment *segment = x->segment;

    hs_numbers_begin(sender, peer, segment, step);
    /* The other side's ACK may echo whatever came before it. */
    if (!conn->complete && !(segment->flags & TCP_SYN) &&
        (segment->options.present & TCP_HAS_TIMESTAMPS)) {
        sender->syn_options.ts_last = segment->options.ts_val;
    }
    hs_numbers_move(sender, peer, x, step);
    learn_states(sender, peer, step);
}

static void
learn_accepted(struct hs_conn *conn, enum hs_side side, const struct hs_step *step)
{
    const unsigned bit = 1u << side;

    if (step->events != HS_EVENTS_NONE) {
        conn->accepted |= bit & 3u;
    } else if (!step->again) {
        conn->accepted &= ~bit & 3u;
    }
}

static void
learn_origin_and_data(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    if (step->events == HS_EVENTS_NONE || (x->segment->flags & TCP_RST)) {
        return;
    }
    hs_origin_learn(conn, x, step);
    if (x->segment->payload_bytes > 0) {
        learn_data(conn, x->side, step);
    }
}

/* ---- the note ---- */

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
choose_stage(const struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step,
             bool completes)
{
    const struct hs_endpoint *a = &conn->side[HS_SIDE_A], *b = &conn->side[HS_SIDE_B];
    const uint16_t flags = x->segment->flags;

    if (flags & TCP_RST) {
        return HS_STAGE_RST;
    }
    if (flags & TCP_SYN) {
        return flags & TCP_ACK ? HS_STAGE_SYN_ACK : HS_STAGE_SYN;
    }
    if (flags & TCP_FIN) {
        return HS_STAGE_FIN;
    }
    if (step->events == HS_EVENTS_NONE && !step->again) {
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

static enum hs_sender
name_sender(const struct hs_context *x)
{
    if (x->conn->client == HS_SIDE_UNKNOWN) {
        return HS_SENDER_UNKNOWN;
    }
    return x->conn->client == (int)x->side ? HS_SENDER_CLIENT : HS_SENDER_SERVER;
}

/* before: the sender. Bases are those with the segment: one that tells where numbers begin counts from
 * there. */
static void
note_numbers(struct hs_note *note, const struct hs_context *x, const struct hs_endpoint *before)
{
    const struct tcp_segment *segment = x->segment;

    if (before->base_known) {
        note->has_seq_gap = true;
        note->seq_gap = seq_diff(segment->seq, before->next);
    }
    if (before->has_sent) {
        note->has_seq_delta = true;
        note->seq_delta = seq_diff(segment->seq, before->last_seq);
    }
    if (segment->flags & TCP_ACK) {
        note->has_ack = true;
        note->ack_rel = segment->ack - x->peer->base;
        note->has_ack_delta = before->has_ack || x->peer->isn_known;
        if (note->has_ack_delta) {
            note->ack_delta =
                seq_diff(segment->ack, before->has_ack ? before->last_ack : x->peer->base);
        }
    }
}

/* The note of a segment whose step the connection has made, but for times and numbers of others. */
static struct hs_note
note_segment(const struct hs_context *x, const struct hs_step *step, bool completes)
{
    return (struct hs_note){
        .conn = x->conn,
        .seq_rel = x->segment->seq - x->sender->base,
        .payload_bytes = x->segment->payload_bytes,
        .verdict = step->verdict,
        .stage = choose_stage(x->conn, x, step, completes),
        .sender = name_sender(x),
        .sender_state = x->sender->state,
        .peer_state = x->peer->state,
        .retransmission = step->retransmission,
        .duplicate = step->duplicate,
        .reordered = step->reordered,
        .cut = (x->segment->options.present & TCP_HAS_CUT) != 0,
        .complete = x->conn->complete,
        .side = (unsigned)x->side & 1u,
    };
}

void
hs_learn_segment(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                 const struct hs_frame *frame, struct hs_note *note, struct hs_findings *findings)
{
    const struct hs_context context = hs_context_make(conn, side, segment, frame, findings);
    struct hs_endpoint before[2];
    struct hs_step step;
    struct hs_elapsed elapsed;
    bool completes;

    hs_reset_reconsider(conn, &context);
    memcpy(before, conn->side, sizeof before);
    step = hs_judge_segment(&context);
    hs_repetition_find(&context, &step);
    hs_zeek_learn(&conn->zeek, side, segment);
    learn_accepted(conn, side, &step);
    if (step.ignores_reset) {
        conn->rst_effect = HS_EFFECT_IGNORED;
    }
    move_endpoints(conn, &context, &step);
    conn->last_flags[side] = (uint8_t)segment->flags;
    elapsed = hs_handshake_learn(conn, &context, &step);
    learn_origin_and_data(conn, &context, &step);
    learn_end(conn, &context, &step, before);
    completes = hs_handshake_complete(conn, &context, &elapsed);
    conn->went_ahead |=
        !conn->complete && (goes_ahead(conn, HS_SIDE_A) || goes_ahead(conn, HS_SIDE_B));
    *note = note_segment(&context, &step, completes);
    note_numbers(note, &context, &before[side]);
    if (elapsed.since != HS_SINCE_NOTHING) {
        note->since = elapsed.since;
        note->since_duration = elapsed.duration;
    }
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
