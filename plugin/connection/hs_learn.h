/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a segment, or an error, adds to its connection: judged first, then learnt, and noted last.
 */
#ifndef HS_LEARN_H
#define HS_LEARN_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_frame.h"
#include "hs_icmp.h"
#include "hs_note.h"
#include "hs_side.h"
#include "tcp_segment.h"

/* Adds a segment, sent by side, to the connection. The segments of a connection come in the order
 * of the capture, each once. note gets what there is to say of the segment, but for the findings,
 * which findings gets. */
void hs_learn_segment(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                      const struct hs_frame *frame, struct hs_note *note,
                      struct hs_findings *findings);

/* Adds an ICMP error that quotes a segment sent by side with the sequence number seq. Only an error
 * that gives up a SYN (RFC 5461) counts. Returns whether it did. */
bool hs_learn_error(struct hs_conn *conn, enum hs_side side, uint32_t seq,
                    const struct hs_icmp_error *error);

#endif
