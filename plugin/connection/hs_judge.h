/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The arithmetic that decides what a segment is to its connection, and what is odd about it.
 */
#ifndef HS_JUDGE_H
#define HS_JUDGE_H

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_reset.h"

struct hs_judgement {
    unsigned events;   /* bit 1 << HS_EVENT_... each; 0: the segment is not acceptable */
    unsigned evidence; /* HS_EVIDENCE_... against its origin */
    enum hs_rst_verdict verdict;
    bool acknowledges_syn; /* the peer's, with the right number, be it acceptable or not */
};

/* Judges a segment sent by side against what is known of the connection before it. What is odd is
 * added to findings. */
struct hs_judgement hs_judge_segment(const struct hs_conn *conn, enum hs_side side,
                                     const struct tcp_segment *segment,
                                     const struct hs_frame *frame, struct hs_findings *findings);

/* Whether a segment of the sender begins another connection between the same addresses and ports:
 * a SYN without ACK whose number cannot be that of the sender's SYN (RFC 9293 section 3.6.1). */
bool hs_judge_begins_anew(const struct hs_endpoint *sender, const struct tcp_segment *segment);

/* By how many bits the window in the segment is to be shifted (RFC 7323 section 2.3); 0 where that
 * is not known. */
unsigned hs_judge_window_shift(const struct hs_conn *conn, enum hs_side side,
                               const struct tcp_segment *segment);

#endif
