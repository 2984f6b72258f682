/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The state machine of one endpoint: direction x event x state, every cell written out.
 *
 * The states are those of RFC 9293 section 3.3.2. An observer sees segments, not states; so a
 * state counts as entered when a captured segment proves it. Where the RFC has an endpoint
 * answer ("rcv SYN, snd SYN,ACK"), the answer is the proof: after a SYN-ACK the client is still in
 * SYN-SENT, and it enters ESTABLISHED with the ACK that it sends.
 *
 * Which event a segment is, is decided by the arithmetic in hs_judge.h.
 */
#ifndef HS_STATE_H
#define HS_STATE_H

enum hs_state {
    HS_STATE_UNSEEN, /* nothing captured that tells: closed, listening or anything else */
    HS_STATE_SYN_SENT,
    HS_STATE_SYN_RECEIVED,
    HS_STATE_ESTABLISHED,
    HS_STATE_FIN_WAIT_1,
    HS_STATE_FIN_WAIT_2,
    HS_STATE_CLOSE_WAIT,
    HS_STATE_CLOSING,
    HS_STATE_LAST_ACK,
    HS_STATE_TIME_WAIT,
    HS_STATE_CLOSED,
    HS_STATE_COUNT
};

/* What an acceptable segment does. One segment can be several, which then happen in this order:
 * a FIN that completes the handshake is HS_EVENT_ACK_SYN and HS_EVENT_FIN. */
enum hs_event {
    HS_EVENT_SYN,     /* SYN without ACK */
    HS_EVENT_SYN_ACK, /* SYN that acknowledges the peer's SYN */
    HS_EVENT_ACK_SYN, /* no SYN; the first to acknowledge the peer's SYN */
    HS_EVENT_SEGMENT, /* none of the others: data, or an ACK of data */
    HS_EVENT_ACK_FIN, /* acknowledges the peer's FIN */
    HS_EVENT_FIN,
    HS_EVENT_RST,
    HS_EVENT_COUNT
};

enum {
    HS_EVENTS_NONE = 0 /* the segment is not acceptable */
};

/* Of several events, each is a bit. */
static inline unsigned
hs_event_bit(enum hs_event event)
{
    return 1u << event;
}

enum hs_direction {
    HS_DIRECTION_SENT,     /* by this endpoint */
    HS_DIRECTION_RECEIVED, /* sent by its peer, and taken to arrive */
    HS_DIRECTION_COUNT
};

/* A cell of the table. */
struct hs_cell {
    enum hs_state next;
    const char *reason; /* why, as a clause whose subject is the endpoint */
};

/* The cell for an endpoint in a state, when an event happens in a direction. Never NULL for
 * values below the three counts. */
const struct hs_cell *hs_state_cell(enum hs_direction direction, enum hs_event event,
                                    enum hs_state state);

/* The state's name as RFC 9293 has it, in lower case ("syn-sent"). For HS_STATE_UNSEEN NULL: there is
 * nothing to say. */
const char *hs_state_name(enum hs_state state);

#endif
