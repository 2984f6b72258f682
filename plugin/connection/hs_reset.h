/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a RST is worth, and what became of it.
 */
#ifndef HS_RESET_H
#define HS_RESET_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_context.h"

/* How a RST stands to the numbers of its connection (RFC 9293 section 3.10.7, RFC 5961 section 3). */
enum hs_rst_verdict {
    HS_VERDICT_NONE,          /* it is no RST, or nothing is known to measure it by */
    HS_VERDICT_IN_ORDER,      /* the number that is expected next, or the right answer to a SYN */
    HS_VERDICT_IN_WINDOW,     /* further on in the window: a careful receiver challenges it */
    HS_VERDICT_OLD,           /* below what was acknowledged: it answers an earlier ACK */
    HS_VERDICT_OUT_OF_WINDOW, /* neither */
    HS_VERDICT_BAD_ACK /* it acknowledges what was never sent, or not the SYN that it answers */
};

/* What became of the RST that ended a connection. */
enum hs_rst_effect {
    HS_EFFECT_OBEYED,      /* nothing says otherwise */
    HS_EFFECT_IGNORED,     /* the receiver went on sending new data */
    HS_EFFECT_CONTRADICTED /* its own sender went on: the connection did not end */
};

/* The word of a verdict: "in-order"; NULL for HS_VERDICT_NONE. */
const char *hs_rst_verdict_name(enum hs_rst_verdict verdict);

/* The word of an effect: "obeyed". */
const char *hs_rst_effect_name(enum hs_rst_effect effect);

/* Takes back a RST that the segment, from the same side, contradicts: the connection did not end. That
 * comes before the segment is judged, by the states without the RST. */
void hs_reset_reconsider(struct hs_conn *conn, const struct hs_context *x);

/* Whether the receiver of the RST goes on as if there had been none. */
bool hs_reset_is_ignored(const struct hs_context *x);

/* Keeps the RST that ends the connection. before: both sides without it. */
void hs_reset_learn(struct hs_conn *conn, const struct hs_context *x,
                    const struct hs_endpoint before[2]);

#endif
