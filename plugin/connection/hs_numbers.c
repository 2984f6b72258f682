/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_numbers.h"

#include "hs_origin.h"
#include "seq.h"

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

void
hs_numbers_begin(struct hs_endpoint *sender, struct hs_endpoint *peer,
                 const struct tcp_segment *segment, const struct hs_step *step)
{
    if (step->events & (hs_event_bit(HS_EVENT_SYN) | hs_event_bit(HS_EVENT_SYN_ACK))) {
        learn_isn(sender, peer, segment);
    }
    learn_base(sender, peer, segment);
    if (step->acknowledges_syn) {
        peer->syn_acked = true;
    }
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

/* By how many bits the window in the segment is to be shifted (RFC 7323 section 2.3); 0 where that is
 * not known. */
static unsigned
window_shift(const struct hs_endpoint *sender, const struct hs_endpoint *peer,
             const struct tcp_segment *segment)
{
    if ((segment->flags & TCP_SYN) || !sender->isn_seen || !peer->isn_seen ||
        !hs_options_agree(&sender->syn_options, &peer->syn_options, TCP_HAS_WSCALE)) {
        return 0;
    }
    return hs_options_window_shift(&sender->syn_options);
}

static void
learn_ack(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct tcp_segment *segment)
{
    const uint32_t window = (uint32_t)segment->window << window_shift(sender, peer, segment);
    const uint32_t edge = segment->ack + window;

    sender->acked = sender->has_acked ? seq_max(sender->acked, segment->ack) : segment->ack;
    sender->edge = sender->has_acked ? seq_max(sender->edge, edge) : edge;
    sender->widest = window > sender->widest ? window : sender->widest;
    sender->has_acked = true;
    if (peer->base_known && seq_before(peer->next, segment->ack)) {
        hs_origin_lose_sample(peer, segment->ack);
        widen_hole(peer, segment->ack);
        peer->next = segment->ack;
    }
}

/* What is not acceptable moves only what "previous segment" means; a RST takes up no number and may
 * carry any. */
void
hs_numbers_move(struct hs_endpoint *sender, struct hs_endpoint *peer, const struct hs_context *x,
                const struct hs_step *step)
{
    const struct tcp_segment *segment = x->segment;
    const uint32_t end = segment->seq + tcp_segment_length(segment);

    sender->has_sent = true;
    sender->last_seq = segment->seq;
    sender->last_ip_id = x->frame->ip_id;
    sender->lengthless |= !segment->payload_known;
    if (segment->flags & TCP_ACK) {
        sender->has_ack = true;
        sender->last_ack = segment->ack;
    }
    if (step->events == HS_EVENTS_NONE || (segment->flags & TCP_RST)) {
        return;
    }
    learn_hole(sender, segment->seq, end);
    sender->next = seq_max(sender->next, end);
    sender->window = segment->window;
    if (segment->flags & TCP_ACK) {
        learn_ack(sender, peer, segment);
    }
    if ((segment->flags & TCP_FIN) && !(segment->flags & TCP_SYN)) {
        sender->fin_sent = true;
        sender->fin_seq = segment->seq + segment->payload_bytes;
    }
}
