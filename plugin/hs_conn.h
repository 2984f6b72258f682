/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is known of one TCP connection, and how a segment adds to it.
 */
#ifndef HS_CONN_H
#define HS_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_note.h"
#include "hs_state.h"
#include "tcp_segment.h"

/* A point in time that is not known. */
#define HS_TIME_UNKNOWN INT64_MIN

/* One of the two endpoints: an index into hs_conn.side. Which address it is, is the caller's
 * choice; it only has to be the same for every segment of the connection. */
enum hs_side {
    HS_SIDE_UNKNOWN = -1,
    HS_SIDE_A,
    HS_SIDE_B
};

static inline enum hs_side
hs_side_peer(enum hs_side side)
{
    return side == HS_SIDE_A ? HS_SIDE_B : HS_SIDE_A;
}

/* One endpoint. Its numbers mean something once base_known is set. */
struct hs_endpoint {
    uint32_t base;     /* relative numbers count from here: its ISN, or the first number seen */
    uint32_t next;     /* the number expected next: one past the highest it has sent */
    uint32_t acked;    /* the highest number it has acknowledged; with has_acked */
    uint32_t last_seq; /* of its previous segment; with has_sent */
    uint32_t last_ack; /* of its previous segment that had ACK set; with has_ack */
    uint32_t fin_seq;  /* the number of its FIN; with fin_sent */
    uint16_t window;   /* as last sent, not scaled */
    uint8_t state;     /* enum hs_state */
    bool base_known : 1;
    bool isn_known : 1; /* base is its ISN: from its SYN, or from an ACK of it */
    bool syn_acked : 1; /* the peer has acknowledged its SYN, with the right number */
    bool has_acked : 1;
    bool has_sent : 1;
    bool has_ack : 1;
    bool fin_sent : 1;
};

struct hs_conn {
    struct hs_endpoint side[2];
    int64_t syn_ns;        /* time of the client's first SYN */
    int64_t syn_last_ns;   /* time of the client's latest SYN */
    int64_t synack_ns;     /* time of the latest SYN-ACK */
    int64_t rtt_server_ns; /* latest SYN to first SYN-ACK */
    int64_t rtt_client_ns; /* latest SYN-ACK to the ACK that completes the handshake */
    int64_t setup_ns;      /* first SYN to the completion of the handshake */
    uint32_t syn_frame;    /* frame numbers; 0: not seen */
    uint32_t synack_frame;
    uint32_t ack_frame;
    int8_t client;         /* enum hs_side: who sent the first SYN, or got a SYN-ACK */
    bool complete;         /* both SYNs have been acknowledged with the right numbers */
};

/* When and where a segment was captured. */
struct hs_when {
    uint32_t frame;
    int64_t time_ns; /* since the epoch, or HS_TIME_UNKNOWN */
};

/* Makes a connection of which nothing is known. */
void hs_conn_init(struct hs_conn *conn);

/* Adds a segment, sent by side, to the connection. The segments of a connection come in the order
 * of the capture, each once. note gets what there is to say of the segment. */
void hs_conn_learn(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                   const struct hs_when *when, struct hs_note *note);

#endif
