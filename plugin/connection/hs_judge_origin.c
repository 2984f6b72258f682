/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_judge_origin.h"

#include "bytes.h"
#include "hs_origin.h"

/* Whether the datagram is not of the sender's own numbering: its identification is far from that of
 * the one before. */
static bool
is_foreign_ip_id(const struct hs_context *x)
{
    const uint16_t ahead = (uint16_t)(x->frame->ip_id - x->sender->last_ip_id);
    const uint16_t far = 4096;

    return x->frame->ip_id != 0 && x->sender->last_ip_id != 0 && ahead > far &&
           ahead < UINT16_MAX - far;
}

static unsigned
collect_evidence(const struct hs_context *x)
{
    const bool uses_timestamps =
        x->conn->complete && hs_context_has_options(x) &&
        hs_options_agree(&x->sender->syn_options, &x->peer->syn_options, TCP_HAS_TIMESTAMPS);
    unsigned evidence = 0;

    if (x->frame->ttl != x->sender->ttl_low && hs_origin_is_foreign_ttl(x->sender, x->frame->ttl)) {
        evidence |= HS_EVIDENCE_TTL;
    }
    if (is_foreign_ip_id(x)) {
        evidence |= HS_EVIDENCE_IP_ID;
    }
    if (uses_timestamps &&
        !(x->segment->options.present & (TCP_HAS_TIMESTAMPS | TCP_HAS_CUT | TCP_HAS_MALFORMED))) {
        evidence |= HS_EVIDENCE_NO_TIMESTAMPS;
    }
    return evidence;
}

/* Whether the segment contains the first bytes of the sender's latest data and has others there; seq
 * gets their number. A single byte may be a keep-alive's, which is garbage (RFC 9293 section 3.8.4);
 * what a RST carries is no data (section 3.5.3). */
static bool
has_other_bytes(const struct hs_context *x, uint32_t *seq)
{
    const struct hs_endpoint *sender = x->sender;
    const unsigned bytes = sender->sample_bytes;
    const uint32_t first = tcp_segment_data_seq(x->segment);
    const uint16_t offset = (uint16_t)(sender->sample_seq - first);

    *seq = first + offset;
    return bytes > 1 && offset + bytes <= x->segment->payload_captured &&
           !(x->segment->flags & TCP_RST) && sender->next - *seq <= UINT16_MAX &&
           !seq_before(sender->next, *seq + bytes) &&
           tcp_segment_sum(x->segment, offset, bytes) != sender->sample;
}

/* Whether the RST is that of a host which did not send the SYN that is answered to it: somebody tried
 * ports by a program that sends SYNs of its own, or in that host's name. The SYN is the foreign one. */
static bool
disowns_syn(const struct hs_context *x)
{
    return (x->segment->flags & (TCP_RST | TCP_ACK)) == TCP_RST && !x->conn->complete &&
           x->sender->isn_seen && x->sender->next == x->sender->base + 1 &&
           hs_conn_is_answer(x->peer, x->segment);
}

/* What shows that somebody else sent the segment in the sender's name. The time to live tells;
 * identification and timestamps, which honest stacks choose freely, only support it. */
static void
find_foreign_origin(const struct hs_context *x, unsigned evidence)
{
    /* Either of two that differ may be the foreign one. */
    const unsigned either = evidence | (x->conn->sample_evidence >> 2 * x->side & 3);
    const struct hs_endpoint *sender = x->sender;
    const unsigned ttl_high = sender->ttl_low + sender->ttl_spread;
    struct hs_finding finding = {
        .actual = x->frame->ttl,
        .expected = x->frame->ttl > ttl_high ? ttl_high : sender->ttl_low,
        .evidence = (uint8_t)evidence,
    };
    uint32_t seq;

    if (disowns_syn(x)) {
        return;
    }
    if ((either & (HS_EVIDENCE_TTL | HS_EVIDENCE_IP_ID)) && has_other_bytes(x, &seq)) {
        finding.anomaly = HS_ANOMALY_DATA_INJECTED;
        finding.evidence = (uint8_t)either;
        finding.actual = seq - sender->base;
        hs_findings_append(x->findings, &finding);
    } else if ((evidence & HS_EVIDENCE_TTL) && (x->segment->flags & TCP_RST)) {
        finding.anomaly = HS_ANOMALY_RST_SUSPECTED_FORGED;
        finding.evidence &= ~HS_EVIDENCE_TTL;
        hs_findings_append(x->findings, &finding);
    } else if ((evidence & HS_EVIDENCE_TTL) && !x->conn->complete) {
        hs_context_add(x, HS_ANOMALY_TTL_CHANGED, finding.actual, finding.expected);
    }
}

/* A segment of the handshake from another place on the link than its sender's first. A time to live
 * that differs a little says that the capture was made on both sides of a router. */
static void
find_changed_mac(const struct hs_context *x, unsigned events, unsigned evidence)
{
    const unsigned first = x->sender->syn_options.mac;
    const uint8_t *actual, *expected;
    const bool routed = !(evidence & HS_EVIDENCE_TTL) &&
                        (x->frame->ttl != x->sender->ttl_low || x->sender->ttl_spread != 0);
    const bool in_handshake =
        (x->segment->flags & TCP_SYN) || (events & hs_event_bit(HS_EVENT_ACK_SYN));

    if (x->frame->mac == HS_MAC_UNKNOWN || first == HS_MAC_UNKNOWN || x->frame->mac == first ||
        !in_handshake || (x->segment->flags & TCP_RST) || routed) {
        return;
    }
    actual = hs_mac_at(x->frame->macs, x->frame->mac);
    expected = hs_mac_at(x->frame->macs, first);
    hs_findings_append(x->findings,
                       &(struct hs_finding){.anomaly = HS_ANOMALY_MAC_CHANGED,
                                            .actual = bytes_read_u32(actual + 2),
                                            .rest = bytes_read_u16(actual),
                                            .expected = bytes_read_u32(expected + 2),
                                            .parties = bytes_read_u16(expected),
                                            .evidence = (uint8_t)(evidence & HS_EVIDENCE_TTL)});
}

unsigned
hs_judge_origin(const struct hs_context *x, unsigned events)
{
    const unsigned evidence = collect_evidence(x);

    find_foreign_origin(x, evidence);
    find_changed_mac(x, events, evidence);
    return evidence;
}
