/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What can be odd about a segment. Each oddity has one word, its slug: the value of
 * tcphs.anomaly, the end of the expert info's name and the end of the constant's name here.
 */
#ifndef HS_ANOMALY_H
#define HS_ANOMALY_H

#include <stdint.h>

enum hs_anomaly {
    HS_ACK_BAD_ACK,    /* should complete the handshake, but acknowledges the wrong number */
    HS_ACK_BAD_SEQ,    /* should complete the handshake, but lies outside the window offered */
    HS_EARLY_ACK,      /* acknowledges before the handshake is complete, where a SYN-ACK or nothing is due */
    HS_NULL_FLAGS,     /* none of SYN, ACK, FIN and RST: no state accepts it (RFC 9293 section 3.10.7) */
    HS_SYNACK_BAD_ACK, /* a SYN-ACK that does not acknowledge the SYN */
    HS_ANOMALY_COUNT
};

/* A set of anomalies: bit 1 << HS_... each. */
typedef uint32_t hs_anomalies;

/* The slug, in lower case. */
const char *hs_anomaly_slug(enum hs_anomaly anomaly);

#endif
