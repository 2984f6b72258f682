/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a segment says against what the capture holds already.
 */
#ifndef HS_REPETITION_H
#define HS_REPETITION_H

#include "hs_context.h"
#include "hs_step.h"

/* Completes a step that was judged: its duplicate, again, reordered and retransmission, which are false.
 * A packet that was captured twice and acceptable does nothing the second time, and has no findings. */
void hs_repetition_find(const struct hs_context *x, struct hs_step *step);

#endif
