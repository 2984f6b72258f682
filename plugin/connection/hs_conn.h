/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is known of one TCP connection: values, and what can be asked of them. hs_learn.h adds segments.
 */
#ifndef HS_CONN_H
#define HS_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_duration.h"
#include "hs_icmp.h"
#include "hs_options.h"
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
    struct hs_options syn_options; /* the options of its SYN or SYN-ACK; with isn_seen */
    uint16_t window;               /* as last sent, not scaled */
    uint16_t last_ip_id;           /* of its previous segment; 0: none */
    uint16_t sample;     /* checksum of the first bytes of its latest data; with sample_bytes */
    uint16_t sample_seq; /* the lower half of the number of the first of them */
    unsigned state : 4;  /* enum hs_state */
    unsigned sample_bytes : 5; /* how many there are; 0: none is kept */
    unsigned ttl_low : 8;      /* time to live of its segments, the lowest; 0: none */
    unsigned ttl_spread : 3;   /* the highest, counted from there */
    unsigned ttl_strayed : 1;  /* that of its previous segment lay far outside */
    unsigned base_known : 1;
    unsigned isn_known : 1; /* base is its ISN: from its SYN, or from an ACK of it */
    unsigned isn_seen : 1;  /* its SYN or SYN-ACK was captured */
    unsigned sent_syn : 1;  /* it has sent a SYN without ACK */
    unsigned syn_acked : 1; /* the peer has acknowledged its SYN, with the right number */
    unsigned has_acked : 1;
    unsigned has_sent : 1;
    unsigned has_ack : 1;
    unsigned fin_sent : 1;
    unsigned unseen : 1;     /* it has sent data that was not captured */
    unsigned lengthless : 1; /* it has sent IP fragments, which do not tell how much they carry */
};

struct hs_conn {
    struct hs_endpoint side[2];
    int64_t origin_ns;             /* time of its first SYN or SYN-ACK */
    struct hs_duration syn_last;   /* origin to the client's latest SYN */
    struct hs_duration synack;     /* origin to the latest SYN-ACK */
    struct hs_duration rtt_server; /* latest SYN to first SYN-ACK */
    struct hs_duration rtt_client; /* latest SYN-ACK to the ACK that completes the handshake */
    struct hs_duration setup;      /* first SYN to the completion of the handshake */
    struct hs_duration reset_at;   /* origin to the RST of rst_frame */
    uint32_t syn_frame;            /* frame numbers; 0: not seen */
    uint32_t synack_frame;
    uint32_t ack_frame;
    uint32_t rst_frame; /* the RST that ended it, or that would have: see rst_effect */
    uint32_t first_frame;
    uint32_t previous_frame;   /* first frame of the connection that had its addresses, ports */
    uint32_t superseded_frame; /* first frame of the connection that has them now */
    uint16_t syn_count;        /* of the client's SYNs, repeated ones included; 65535 at most */
    uint16_t synack_count;     /* of the SYN-ACKs, repeated ones included; 65535 at most */
    struct hs_icmp_error icmp; /* the first one that gave up its SYN */
    struct hs_zeek zeek;
    int8_t client;         /* enum hs_side: who sent the first SYN, or got a SYN-ACK */
    uint8_t last_flags[2]; /* of the previous segment of each side, the lower eight */
    struct {
        uint8_t a : 4; /* enum hs_state of both sides before the RST; with rst_frame */
        uint8_t b : 4;
    } before_reset;
    signed reset_by : 2;         /* enum hs_side: who sent the RST that ended it */
    signed closed_by : 2;        /* enum hs_side: who sent the first FIN */
    unsigned rst_effect : 2;     /* enum hs_rst_effect; with rst_frame */
    unsigned rst_had_ack : 1;    /* the RST of rst_frame had ACK set */
    unsigned client_data : 2;    /* segments with new data that the client sent; 3: three or more */
    unsigned client_repeats : 1; /* it has sent data of its own again */
    unsigned server_data : 1;    /* the server sent data */
    unsigned sample_evidence : 4; /* two bits a side: what of HS_EVIDENCE_TTL and HS_EVIDENCE_IP_ID
                                   * spoke against the origin of the data sampled */
    unsigned flood_waits : 1;     /* see hs_flood.h: its SYN is counted and not answered for */
    unsigned scan_watch : 3;      /* enum hs_scan_watch */
    unsigned accepted : 2;        /* a bit a side: its previous segment was acceptable */
    unsigned complete : 1;        /* both SYNs have been acknowledged with the right numbers */
    unsigned went_ahead : 1;      /* a side behaved so before that was captured */
    unsigned tfo_accepted : 1;    /* the server acknowledged data of the SYN */
    unsigned tfo_ignored : 1;     /* it acknowledged the SYN alone */
};

/* Makes a connection of which nothing is known, and that begins with a frame. previous is the one
 * that had the same addresses and ports before, or NULL; it learns that it is superseded. */
void hs_conn_init(struct hs_conn *conn, uint32_t frame, struct hs_conn *previous);

/* Whether the RST carries just the number that its receiver's latest segment acknowledges. So does one
 * from a host that knows nothing of the connection of that segment (RFC 9293 section 3.10.7.1). */
static inline bool
hs_conn_is_answer(const struct hs_endpoint *receiver, const struct tcp_segment *rst)
{
    return receiver->has_ack && rst->seq == receiver->last_ack;
}

#endif
