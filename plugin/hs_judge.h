/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The arithmetic that decides what a segment is to its connection.
 */
#ifndef HS_JUDGE_H
#define HS_JUDGE_H

#include "hs_anomaly.h"
#include "hs_conn.h"

struct hs_judgement {
    unsigned events;       /* bit 1 << HS_EVENT_... each; 0: the segment is not acceptable */
    hs_anomalies anomalies;
    uint32_t ack_expected; /* with HS_ACK_BAD_ACK and HS_SYNACK_BAD_ACK */
};

/* Judges a segment sent by side against what is known of the connection before it. */
struct hs_judgement hs_judge_segment(const struct hs_conn *conn, enum hs_side side,
                                     const struct tcp_segment *segment);

#endif
