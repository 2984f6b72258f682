/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The arithmetic that decides what a segment is to its connection, and what is odd about it.
 */
#ifndef HS_JUDGE_H
#define HS_JUDGE_H

#include "hs_context.h"
#include "hs_step.h"

/* Judges a segment against what is known of the connection before it. What is odd is added to the
 * findings. */
struct hs_step hs_judge_segment(const struct hs_context *x);

/* Whether a segment of the sender begins another connection between the same addresses and ports:
 * a SYN without ACK whose number cannot be that of the sender's SYN (RFC 9293 section 3.6.1). */
bool hs_judge_begins_anew(const struct hs_endpoint *sender, const struct tcp_segment *segment);

#endif
