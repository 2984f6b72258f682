/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The frames and times of a handshake.
 */
#ifndef HS_HANDSHAKE_H
#define HS_HANDSHAKE_H

#include <stdbool.h>

#include "hs_conn.h"
#include "hs_context.h"
#include "hs_duration.h"
#include "hs_note.h"
#include "hs_step.h"

/* How long a segment of the handshake comes after another one. */
struct hs_elapsed {
    enum hs_since since; /* HS_SINCE_NOTHING: it is none of these, or the time is not known */
    struct hs_duration duration;
};

/* Starts the clock of the handshake, unless it has started. */
void hs_handshake_start(struct hs_conn *conn, const struct hs_frame *frame);

/* Learns from an acceptable SYN or SYN-ACK; nothing from other steps. */
struct hs_elapsed hs_handshake_learn(struct hs_conn *conn, const struct hs_context *x,
                                     const struct hs_step *step);

/* Whether the segment, whose step the endpoints have made, completes the handshake. elapsed gets the
 * time where it does so as the third segment. */
bool hs_handshake_complete(struct hs_conn *conn, const struct hs_context *x,
                           struct hs_elapsed *elapsed);

#endif
