/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What shows that somebody else sent a segment in its sender's name.
 */
#ifndef HS_JUDGE_ORIGIN_H
#define HS_JUDGE_ORIGIN_H

#include "hs_context.h"

/* Looks for that. events: what the segment is. Returns the HS_EVIDENCE_... against its origin. */
unsigned hs_judge_origin(const struct hs_context *x, unsigned events);

#endif
