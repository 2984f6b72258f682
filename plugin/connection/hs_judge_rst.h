/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The judgement of a RST by the numbers of its connection.
 */
#ifndef HS_JUDGE_RST_H
#define HS_JUDGE_RST_H

#include "hs_context.h"
#include "hs_reset.h"

/* Judges a segment with RST. Returns the events; verdict gets how it stands to the numbers. */
unsigned hs_judge_rst(const struct hs_context *x, enum hs_rst_verdict *verdict);

#endif
