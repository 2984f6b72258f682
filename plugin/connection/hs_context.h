/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A segment in its connection, as it was before the segment: what judging it reads.
 */
#ifndef HS_CONTEXT_H
#define HS_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_frame.h"
#include "hs_side.h"
#include "seq.h"
#include "tcp_segment.h"

struct hs_context {
    const struct hs_conn *conn;
    const struct hs_endpoint *sender;
    const struct hs_endpoint *peer;
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    struct hs_findings *findings; /* gets what is odd */
    enum hs_side side;            /* the sender's */
};

static inline struct hs_context
hs_context_make(const struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                const struct hs_frame *frame, struct hs_findings *findings)
{
    return (struct hs_context){
        .conn = conn,
        .sender = &conn->side[side],
        .peer = &conn->side[hs_side_peer(side)],
        .segment = segment,
        .frame = frame,
        .findings = findings,
        .side = side,
    };
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

#endif
