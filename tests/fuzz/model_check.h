/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What must hold of the model's answers, whatever the segments were.
 */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_frame.h"
#include "hs_note.h"

/* What is said of one segment. */
struct model_answer {
    bool parsed; /* else the rest means nothing */
    bool error;  /* an ICMP error; counted tells whether it counts, the rest means nothing */
    bool counted;
    struct hs_note note;
    struct hs_findings findings;
};

/* A segment and the connection that learnt from it. */
struct model_step {
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    enum hs_side side;
    const struct hs_conn *before;
    const struct hs_conn *after;
    const struct hs_note *note;
    const struct hs_findings *findings;
};

/* Checks the values that a TCP header was read as. */
void model_check_segment(const struct tcp_segment *segment, size_t captured_bytes,
                         size_t wire_bytes);

/* Checks a note, its findings and what changed in the connection, and formats them. */
void model_check_step(const struct model_step *step);

/* Checks that a packet that was captured twice in a row is known as such and is not accused for it.
 * first: what was said of it the first time. */
void model_check_duplicate(const struct model_step *step, const struct model_answer *first);

/* Asks a connection everything that may be asked of it, and checks the answers. */
void model_check_connection(const struct hs_conn *conn);

#endif
