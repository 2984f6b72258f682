/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a segment does to its connection. A step is a value: the judge works it out of the connection
 * before the segment, which it only reads, and hs_learn.c writes it. Numbers and states, all that the next
 * segments are judged by, lie in the two endpoints: copies of both from before a step, kept with the step,
 * take it back.
 */
#ifndef HS_STEP_H
#define HS_STEP_H

#include <stdbool.h>

#include "hs_reset.h"
#include "hs_state.h"

struct hs_step {
    unsigned events;   /* hs_event_bit each; HS_EVENTS_NONE: the segment is not acceptable */
    unsigned evidence; /* HS_EVIDENCE_... against its origin */
    enum hs_rst_verdict verdict;
    bool acknowledges_syn; /* the peer's, with the right number, be the segment acceptable or not */
    bool ignores_reset;    /* its sender goes on as if its peer had sent no RST */
    bool duplicate;        /* the same packet was captured before */
    bool again;            /* that is so, and it was acceptable: nothing of it is new */
    bool reordered;        /* it was sent before one that was captured earlier */
    bool retransmission;   /* what it carries was captured before */
};

static inline bool
hs_step_has(const struct hs_step *step, enum hs_event event)
{
    return step->events & hs_event_bit(event);
}

#endif
