/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Connections written down as they look on the wire, a line a segment, and what is to be said of
 * each segment.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "hs_learn.h"

/* A segment and its expected words. */
struct step {
    char from;           /* 'C': the client in the scenario's own view, 'S': the server */
    const char *flags;   /* "S", "SA", "A", "PA", "FA", "R", "RA", "" for none */
    uint32_t seq;        /* counted from the sender's ISN */
    uint32_t ack;        /* counted from the other side's ISN */
    uint32_t payload;
    const char *stage;
    const char *anomaly; /* the only one; NULL: none */
    const struct tcp_options *options; /* NULL: an MSS on a SYN, none elsewhere */
    uint16_t ip_id;      /* of the IPv4 header; 0: none */
    uint8_t ttl;         /* time to live; 0: not known */
    uint8_t mac;         /* the number of the MAC address; 0: none is known */
    const char *data;    /* what of the payload was captured; NULL: nothing */
    uint32_t wait_ms;    /* since the step before, in addition to the usual millisecond */
    struct hs_note *note; /* gets the note, unless NULL */
};

/* A step with the words that it must get; anomaly is NULL where there is none. */
#define SEGMENT(who, bits, number, acknowledged, bytes, word, slug)                              \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     .stage = (word), .anomaly = (slug)}

/* A segment with the rest of its step, as .ttl = 64. */
#define FROM(who, bits, number, acknowledged, bytes, word, slug, ...)                            \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     .stage = (word), .anomaly = (slug), __VA_ARGS__}

/* The three segments. */
#define HANDSHAKE                                 \
    SEGMENT('C', "S", 0, 0, 0, "syn", NULL),      \
    SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL), \
    SEGMENT('C', "A", 1, 1, 0, "ack", NULL)

#define SCENARIO(...) (const struct step[]){__VA_ARGS__}, sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step)

/* Plays the steps, a millisecond apart, and asserts the words. Does so for several pairs of ISNs,
 * among them some that wrap around within the connection, and with the sides swapped. conn gets the
 * connection as it was at the end of the last run. */
void scenario_play(struct hs_conn *conn, const struct step *steps, size_t count);

/* The segment of a step, with the given ISNs of its sender and of the other side. */
struct tcp_segment scenario_segment(const struct step *step, uint32_t isn, uint32_t peer_isn);

#endif
