/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_conn_reset.h"

#include "seq.h"

/* Whether the segment was sent before the RST and only captured after it: hosts number their
 * datagrams upwards. */
static bool
came_late(const struct hs_endpoint *sender, const struct hs_frame *frame)
{
    const int16_t moved = (int16_t)(frame->ip_id - sender->last_ip_id);

    return frame->ip_id != 0 && sender->last_ip_id != 0 && moved <= 0 && moved > -64;
}

/* Whether the segment, sent by the side that sent the RST which ended the connection, cannot come
 * from one that had ended it: new data or a new acknowledgement after the RST, or the SYN-ACK after
 * all. A SYN is a new try; after a FIN of its own a side may well repeat itself. */
static bool
contradicts_reset(const struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment)
{
    const struct hs_endpoint *sender = &conn->side[side], *peer = &conn->side[hs_side_peer(side)];
    const uint32_t end = segment->seq + tcp_segment_length(segment);

    if (conn->client == HS_SIDE_UNKNOWN || !(segment->flags & TCP_ACK) || sender->fin_sent ||
        (segment->flags & TCP_RST)) {
        return false;
    }
    if (segment->flags & TCP_SYN) {
        return side != (enum hs_side)conn->client && peer->state == HS_STATE_CLOSED &&
               seq_between(peer->base + 1, segment->ack, peer->next);
    }
    /* The RST itself may have acknowledged more than the segments before it. */
    return conn->complete && !seq_before(segment->seq, sender->last_seq) &&
           (seq_before(sender->next, end) ||
            (sender->has_acked &&
             seq_before(seq_max(sender->acked, sender->last_ack), segment->ack)));
}

void
hs_conn_reconsider_reset(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                         const struct hs_frame *frame, struct hs_findings *findings)
{
    if (conn->reset_by != (int)side || came_late(&conn->side[side], frame) ||
        !contradicts_reset(conn, side, segment)) {
        return;
    }
    if (conn->rst_effect != HS_EFFECT_CONTRADICTED) {
        hs_findings_add(findings, HS_ANOMALY_RST_CONTRADICTED, conn->rst_frame, 0);
        conn->rst_effect = HS_EFFECT_CONTRADICTED;
    }
    conn->reset_by = HS_SIDE_UNKNOWN;
    conn->side[HS_SIDE_A].state = conn->before_reset.a;
    conn->side[HS_SIDE_B].state = conn->before_reset.b;
}

/* What was on the way when the RST came is no disobedience: two round trips are waited for, or a
 * second where they are not known. */
void
hs_conn_learn_ignored_reset(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson)
{
    const struct tcp_segment *segment = lesson->segment;
    int64_t server_ns, client_ns, grace_ns, since_ns;

    if (conn->reset_by != (int)hs_side_peer(side) || conn->rst_effect == HS_EFFECT_CONTRADICTED ||
        (segment->flags & (TCP_RST | TCP_SYN)) || segment->payload_bytes == 0 ||
        seq_before(segment->seq, conn->side[side].next)) {
        return;
    }
    server_ns = hs_duration_ns(conn->rtt_server);
    client_ns = hs_duration_ns(conn->rtt_client);
    grace_ns = server_ns == HS_TIME_UNKNOWN || client_ns == HS_TIME_UNKNOWN
                   ? 1000000000
                   : 2 * (server_ns + client_ns);
    since_ns = hs_duration_ns(hs_duration_between(
        hs_duration_after(conn->origin_ns, conn->reset_at), lesson->frame->time_ns));
    if (since_ns != HS_TIME_UNKNOWN && since_ns > grace_ns) {
        conn->rst_effect = HS_EFFECT_IGNORED;
    }
}

void
hs_conn_learn_reset(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson,
                    const uint8_t before[2])
{
    const bool deceived = conn->rst_effect == HS_EFFECT_CONTRADICTED &&
                          !(lesson->segment->flags & TCP_ACK) &&
                          hs_conn_is_answer(&conn->side[hs_side_peer(side)], lesson->segment);

    conn->reset_by = side;
    conn->before_reset.a = before[HS_SIDE_A] & 0xf;
    conn->before_reset.b = before[HS_SIDE_B] & 0xf;
    conn->reset_at = hs_duration_between(conn->origin_ns, lesson->frame->time_ns);
    /* Who has obeyed a contradicted RST answers what comes after it by RSTs: that one ended it. */
    if (!deceived) {
        conn->rst_frame = lesson->frame->number;
        conn->rst_effect = HS_EFFECT_OBEYED;
        conn->rst_had_ack = (lesson->segment->flags & TCP_ACK) != 0;
    }
}

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
hs_conn_learn_fingerprint(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson)
{
    struct hs_endpoint *sender = &conn->side[side];
    const struct tcp_segment *segment = lesson->segment;

    if (lesson->events == 0 || (segment->flags & TCP_RST)) {
        return;
    }
    learn_ttl(sender, lesson->frame->ttl);
    if (segment->flags & TCP_SYN) {
        if (sender->syn_options.mac == HS_MAC_UNKNOWN) {
            sender->syn_options.mac = lesson->frame->mac & HS_MAC_MAX;
        }
        sender->syn_options.ttl = lesson->frame->ttl;
    }
    if (segment->payload_bytes == 0) {
        return;
    }
    learn_sample(sender, segment);
    conn->sample_evidence &= ~(3u << 2 * side) & 0xf;
    conn->sample_evidence |= (lesson->evidence & 3) << 2 * side;
    if (conn->client != (int)side) {
        conn->server_data = true;
    } else if (lesson->note->retransmission) {
        conn->client_repeats = true;
    } else {
        conn->client_data += conn->client_data < 3;
    }
}
