/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is known of one TCP connection, and how a segment adds to it.
 */
#ifndef HS_CONN_H
#define HS_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_anomaly.h"
#include "hs_duration.h"
#include "hs_icmp.h"
#include "hs_note.h"
#include "hs_offer.h"
#include "hs_side.h"
#include "hs_state.h"
#include "hs_zeek.h"
#include "tcp_segment.h"

/* One endpoint. Its numbers mean something once base_known is set. */
struct hs_endpoint {
    uint32_t base;     /* relative numbers count from here: its ISN, or the first number seen */
    uint32_t next;     /* the number expected next: one past the highest it has sent */
    uint32_t acked;    /* the highest number it has acknowledged; with has_acked */
    uint32_t edge;     /* the right edge of the window it has offered; with has_acked */
    uint32_t widest;   /* the widest window that it has offered, in bytes */
    uint32_t last_seq; /* of its previous segment; with has_sent */
    uint32_t last_ack; /* of its previous segment that had ACK set; with has_ack */
    uint32_t fin_seq;  /* the number of its FIN; with fin_sent */
    uint32_t hole;     /* from here on data was not captured, or came later; up to hole_end */
    uint32_t hole_end; /* as hole: there is none */
    struct hs_offer offer; /* the options of its SYN or SYN-ACK; with isn_seen */
    uint16_t window;   /* as last sent, not scaled */
    uint16_t last_ip_id; /* of its previous segment; 0: none */
    uint8_t last_flags;  /* likewise, the lower eight */
    uint8_t state;     /* enum hs_state */
    bool base_known : 1;
    bool isn_known : 1; /* base is its ISN: from its SYN, or from an ACK of it */
    bool isn_seen : 1;  /* its SYN or SYN-ACK was captured */
    bool sent_syn : 1;  /* it has sent a SYN without ACK */
    bool syn_acked : 1; /* the peer has acknowledged its SYN, with the right number */
    bool has_acked : 1;
    bool has_sent : 1;
    bool has_ack : 1;
    bool fin_sent : 1;
    bool unseen : 1; /* it has sent data that was not captured */
    bool lengthless : 1; /* it has sent IP fragments, which do not tell how much they carry */
};

struct hs_conn {
    struct hs_endpoint side[2];
    int64_t origin_ns;     /* time of its first SYN or SYN-ACK */
    struct hs_duration syn_last;   /* origin to the client's latest SYN */
    struct hs_duration synack;     /* origin to the latest SYN-ACK */
    struct hs_duration rtt_server; /* latest SYN to first SYN-ACK */
    struct hs_duration rtt_client; /* latest SYN-ACK to the ACK that completes the handshake */
    struct hs_duration setup;      /* first SYN to the completion of the handshake */
    uint32_t syn_frame;    /* frame numbers; 0: not seen */
    uint32_t synack_frame;
    uint32_t ack_frame;
    uint32_t rst_frame;    /* the RST that ended it */
    uint32_t first_frame;
    uint32_t previous_frame; /* first frame of the connection that had the same addresses and ports */
    uint32_t superseded_frame; /* first frame of the connection that has them now */
    uint32_t syn_count;    /* of the client's SYNs, repeated ones included */
    uint32_t synack_count; /* of the SYN-ACKs, repeated ones included */
    struct hs_icmp_error icmp; /* the first one that gave up its SYN */
    struct hs_zeek zeek;
    int8_t client;         /* enum hs_side: who sent the first SYN, or got a SYN-ACK */
    int8_t reset_by;       /* enum hs_side: who sent the RST that ended it */
    int8_t closed_by;      /* enum hs_side: who sent the first FIN */
    bool complete : 1;     /* both SYNs have been acknowledged with the right numbers */
    bool went_ahead : 1;   /* a side behaved so before that was captured */
    bool tfo_accepted : 1; /* the server acknowledged data of the SYN */
    bool tfo_ignored : 1;  /* it acknowledged the SYN alone */
};

/* What the capture tells of a segment beside its TCP header. */
struct hs_frame {
    uint32_t number;
    int64_t time_ns; /* since the epoch, or HS_TIME_UNKNOWN */
    uint16_t ip_id;  /* identification of the IPv4 header; 0: none or not used */
};

/* Makes a connection of which nothing is known, and that begins with a frame. previous is the one
 * that had the same addresses and ports before, or NULL; it learns that it is superseded. */
void hs_conn_init(struct hs_conn *conn, uint32_t frame, struct hs_conn *previous);

/* Adds a segment, sent by side, to the connection. The segments of a connection come in the order
 * of the capture, each once. note gets what there is to say of the segment, but for the findings,
 * which findings gets. */
void hs_conn_learn(struct hs_conn *conn, enum hs_side side, const struct tcp_segment *segment,
                   const struct hs_frame *frame, struct hs_note *note,
                   struct hs_findings *findings);

/* Adds an ICMP error that quotes a segment sent by side with the sequence number seq. Only an error
 * that gives up a SYN (RFC 5461) counts. Returns whether it did. */
bool hs_conn_learn_error(struct hs_conn *conn, enum hs_side side, uint32_t seq,
                         const struct hs_icmp_error *error);

#endif
