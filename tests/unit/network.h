/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Many connections at once, and what floods and scans are found in them.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include "hs_burst.h"
#include "scenario.h"

/* What is too much there, of both floods and scans. */
enum {
    NETWORK_SECONDS = 10,
    NETWORK_THRESHOLD = 20
};

/* What several connections share. */
struct network {
    struct hs_burst_table *floods;
    struct hs_burst_table *scans;
    int64_t now_ns;
    uint32_t frames;
    uint16_t port;  /* of all servers */
    bool no_window; /* in what is sent */
    unsigned reported[HS_ANOMALY_COUNT];
    uint32_t last_frame; /* where the latest was found */
    struct hs_finding last;
};

void network_init(struct network *network);

void network_free(struct network *network);

/* Whether nothing was found. */
bool network_is_quiet(const struct network *network);

/* Sends the segment of a step, a millisecond after the one before. A connection that is all zero
 * begins with it. Client and server are the last two bytes of their addresses. */
void network_send(struct network *network, struct hs_conn *conn, uint32_t client, uint32_t server,
                  const struct step *step);

/* Sends a connection. */
void network_play(struct network *network, uint32_t client, uint32_t server,
                  const struct step *steps, size_t count);

#define PLAY(network, client, server, ...) \
    network_play(network, client, server, SCENARIO(__VA_ARGS__))
#define SEND(who, bits, number, acknowledged, bytes) \
    SEGMENT(who, bits, number, acknowledged, bytes, NULL, NULL)

#endif
