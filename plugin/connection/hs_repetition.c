/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_repetition.h"

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

/* Whether the segment may fill a gap in what was captured of its sender. */
static bool
is_in_hole(const struct hs_endpoint *sender, const struct tcp_segment *segment, uint32_t end)
{
    return sender->hole != sender->hole_end && seq_before(segment->seq, sender->hole_end) &&
           seq_before(sender->hole, end);
}

/* Whether the segment, an acceptable SYN, is the first of the client's that was captured. */
static bool
is_first_syn(const struct hs_context *x, const struct hs_step *step)
{
    const struct hs_conn *conn = x->conn;

    return hs_step_has(step, HS_EVENT_SYN) && conn->syn_frame == 0 &&
           (conn->client == HS_SIDE_UNKNOWN || conn->client == (int)x->side);
}

static void
compare(const struct hs_context *x, struct hs_step *step)
{
    const struct hs_endpoint *sender = x->sender;
    const struct tcp_segment *segment = x->segment;
    const struct hs_frame *frame = x->frame;
    const uint32_t end = segment->seq + tcp_segment_length(segment);
    const int16_t ip_id_moved = (int16_t)(frame->ip_id - sender->last_ip_id);

    /* A sender numbers its datagrams: the same number is the same datagram. */
    step->duplicate = frame->ip_id != 0 && sender->has_sent && ip_id_moved == 0 &&
                      segment->seq == sender->last_seq &&
                      (uint8_t)segment->flags == x->conn->last_flags[x->side] &&
                      (!(segment->flags & TCP_ACK) || segment->ack == sender->last_ack);
    if (is_in_hole(sender, segment, end)) {
        step->reordered = frame->ip_id != 0 && sender->last_ip_id != 0 && ip_id_moved < 0;
        return;
    }
    step->retransmission = sender->base_known && sender->has_sent && !step->duplicate &&
                           !(segment->flags & TCP_RST) && tcp_segment_length(segment) > 0 &&
                           (!(segment->flags & TCP_SYN) || segment->seq == sender->base) &&
                           !seq_before(sender->next, end) && !is_late_syn(sender, segment) &&
                           !is_keep_alive(sender, x->peer, segment);
}

void
hs_repetition_find(const struct hs_context *x, struct hs_step *step)
{
    compare(x, step);
    /* What is captured twice says nothing new, and is no odder than it was the first time. */
    step->again = step->duplicate && (x->conn->accepted & 1u << x->side);
    if (step->again) {
        x->findings->count = 0;
        step->events = HS_EVENTS_NONE;
    }
    if (is_first_syn(x, step)) {
        step->reordered = x->conn->synack_frame != 0;
    }
}
