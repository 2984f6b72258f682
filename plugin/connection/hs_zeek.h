/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A connection as Zeek sees it: conn_state and history of its conn.log.
 *
 * Follows Zeek's TCP analyzer segment by segment, with Zeek's own states of an endpoint: what an
 * analyst knows of these words from Zeek holds here too. Written from the behaviour of Zeek 8
 * (src/packet_analysis/protocol/tcp/TCPSessionAdapter.cc, src/analyzer/protocol/tcp,
 * scripts/base/protocols/conn/main.zeek). docs/zeek.md says where the two differ.
 *
 * Zeek tests no sequence number before it believes a flag: see hs_state.h for a machine that does.
 */
#ifndef HS_ZEEK_H
#define HS_ZEEK_H

#include <stdint.h>

#include "hs_side.h"
#include "tcp_segment.h"

/* Letters that the history holds at most. Each of a, d, i and q comes once a side; only repeated
 * SYN, FIN and RST with ever new numbers reach the limit. */
enum {
    HS_ZEEK_HISTORY_MAX = 30
};

/* Zeek's states of an endpoint (TCP_Endpoint.h). */
enum hs_zeek_state {
    HS_ZEEK_INACTIVE, /* nothing from this side */
    HS_ZEEK_SYN_SENT,
    HS_ZEEK_SYN_ACK_SENT, /* the originator began with a SYN-ACK */
    HS_ZEEK_PARTIAL,      /* the first from this side was neither SYN, FIN nor RST */
    HS_ZEEK_ESTABLISHED,
    HS_ZEEK_CLOSED, /* has sent a FIN */
    HS_ZEEK_RESET   /* has sent a RST */
};

/* One endpoint. Relative numbers count from start, modulo 2^32. */
struct hs_zeek_endpoint {
    uint32_t start;        /* the ISN, or what it would have been */
    uint32_t last;         /* one past the highest number sent */
    uint32_t delivered;    /* relative: all before it was captured, or given up as a gap */
    uint32_t held;         /* relative: first number captured above a hole; with holding */
    uint32_t last_fin;     /* relative: number of its latest FIN; with fin_sent */
    uint32_t last_rst;     /* relative: number of its latest RST; with its letter seen */
    unsigned rexmits : 23; /* counters stop at their highest value */
    unsigned state : 3;    /* enum hs_zeek_state */
    unsigned previous : 3; /* the state before */
    unsigned fin_sent : 1;
    unsigned acked : 1; /* the peer has acknowledged more than the SYN */
    unsigned holding : 1;
    unsigned zero_windows : 14;
    unsigned gaps : 11;
    unsigned seen : 7; /* letters that come once only, or that are compared the next time */
};

/* 96 bytes: 32 an endpoint, 32 for the text and the roles. */
struct hs_zeek {
    struct hs_zeek_endpoint side[2];
    char history[HS_ZEEK_HISTORY_MAX + 1];
    uint8_t letters : 6;
    uint8_t originator : 1; /* enum hs_side; with begun */
    uint8_t begun : 1;
};

/* Makes a connection of which no segment has been seen. */
void hs_zeek_init(struct hs_zeek *zeek);

/* Adds a segment, sent by sender. The segments of a connection come in the order of the capture,
 * each once; any values will do. sender is not HS_SIDE_UNKNOWN. */
void hs_zeek_learn(struct hs_zeek *zeek, enum hs_side sender, const struct tcp_segment *segment);

/* Zeek's conn_state so far: "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0",
 * "RSTRH", "SH", "SHR" or "OTH". */
const char *hs_zeek_conn_state(const struct hs_zeek *zeek);

/* Zeek's history so far, "ShADadFf": upper case for the originator, lower case for the responder.
 * "" before the first segment. Lives as long as zeek and changes with it. */
const char *hs_zeek_history(const struct hs_zeek *zeek);

#endif
