/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The part of hs_conn.c that learns what became of a RST, and where segments come from.
 */
#ifndef HS_CONN_RESET_H
#define HS_CONN_RESET_H

#include "hs_conn.h"

/* What a segment is while the connection learns from it. */
struct hs_lesson {
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    struct hs_note *note;
    unsigned events;   /* bit 1 << HS_EVENT_... each; 0: it is not acceptable */
    unsigned evidence; /* HS_EVIDENCE_... against its origin */
    bool again;        /* the packet before, captured twice, and acceptable the first time */
};

static inline bool
hs_lesson_has(const struct hs_lesson *lesson, enum hs_event event)
{
    return lesson->events & 1u << event;
}

/* Takes back a RST that the segment, from the same side, contradicts: the connection did not end.
 * To be called before the segment is judged. */
void hs_conn_reconsider_reset(struct hs_conn *conn, enum hs_side side,
                              const struct tcp_segment *segment, const struct hs_frame *frame,
                              struct hs_findings *findings);

/* Notices that the receiver of the RST goes on as if there had been none. To be called before the
 * numbers move on. */
void hs_conn_learn_ignored_reset(struct hs_conn *conn, enum hs_side side,
                                 const struct hs_lesson *lesson);

/* Keeps the RST that ends the connection. before: the states of both sides without it. */
void hs_conn_learn_reset(struct hs_conn *conn, enum hs_side side, const struct hs_lesson *lesson,
                         const uint8_t before[2]);

/* Keeps what the origin of a segment looks like, and of its data, to compare the next ones with. */
void hs_conn_learn_fingerprint(struct hs_conn *conn, enum hs_side side,
                               const struct hs_lesson *lesson);

#endif
