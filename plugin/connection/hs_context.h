/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the parts of the judge share.
 */
#ifndef HS_CONTEXT_H
#define HS_CONTEXT_H

#include "hs_judge.h"
#include "seq.h"

enum {
    HS_EVENTS_NONE = 0 /* no event */
};

/* A segment and both endpoints as seen from it. */
struct hs_context {
    const struct hs_conn *conn;
    const struct hs_endpoint *sender;
    const struct hs_endpoint *peer;
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    enum hs_side side;
    struct hs_findings *findings;
};

static inline unsigned
hs_event_bit(enum hs_event event)
{
    return 1u << event;
}

static inline void
hs_context_add(const struct hs_context *x, enum hs_anomaly anomaly, uint32_t actual,
               uint32_t expected)
{
    hs_findings_add(x->findings, anomaly, actual, expected);
}

/* Whether the segment acknowledges the peer's SYN, and nothing that the peer has not sent. */
static inline bool
hs_context_acknowledges_syn(const struct hs_context *x)
{
    return seq_between(x->peer->base + 1, x->segment->ack, x->peer->next);
}

/* Whether both SYNs were captured. */
static inline bool
hs_context_has_options(const struct hs_context *x)
{
    return x->sender->isn_seen && x->peer->isn_seen;
}

/* Whether the segment acknowledges more than was captured of the peer. Where nothing of it was, the
 * capture is one-sided and every ACK would; where its lengths are not known, many. */
static inline bool
hs_context_acknowledges_unseen(const struct hs_context *x)
{
    return x->peer->has_sent && x->peer->base_known && !x->peer->lengthless &&
           seq_before(x->peer->next, x->segment->ack);
}

/* Whether that cannot be true because the sender never offered nearly so much room. */
static inline bool
hs_context_acknowledges_impossible(const struct hs_context *x)
{
    return x->conn->complete && hs_context_has_options(x) && x->sender->has_acked &&
           seq_before(x->sender->edge + x->sender->widest + 1, x->segment->ack);
}

/* Judges a segment with RST. Returns the events; verdict gets how it stands to the numbers. */
unsigned hs_judge_rst(const struct hs_context *x, enum hs_rst_verdict *verdict);

/* Looks for what shows that somebody else sent the segment in the sender's name. events: what it is.
 * Returns the HS_EVIDENCE_... against its origin. */
unsigned hs_judge_origin(const struct hs_context *x, unsigned events);

#endif
