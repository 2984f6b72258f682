/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers of both endpoints: where they begin, and how a step moves them on.
 */
#ifndef HS_NUMBERS_H
#define HS_NUMBERS_H

#include "hs_conn.h"
#include "hs_context.h"
#include "hs_step.h"

/* Learns where the numbers of both endpoints begin, as far as the segment is the first to tell. */
void hs_numbers_begin(struct hs_endpoint *sender, struct hs_endpoint *peer,
                      const struct tcp_segment *segment, const struct hs_step *step);

/* Moves the numbers of the endpoints, which have begun, on. */
void hs_numbers_move(struct hs_endpoint *sender, struct hs_endpoint *peer,
                     const struct hs_context *x, const struct hs_step *step);

#endif
