/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a connection went, and why: worked out from what is known of it when it is asked.
 */
#ifndef HS_OUTCOME_H
#define HS_OUTCOME_H

#include "hs_conn.h"
#include "hs_note.h"

enum hs_outcome {
    HS_OUTCOME_UNANSWERED,  /* SYN(s), no answer */
    HS_OUTCOME_REFUSED,     /* the SYN was answered by an acceptable RST */
    HS_OUTCOME_UNREACHABLE, /* the SYN was answered by an ICMP or ICMPv6 error that quotes it */
    HS_OUTCOME_ABORTED,     /* the client reset it before completing the handshake */
    HS_OUTCOME_HALF_OPEN,   /* SYN-ACK sent, never properly acknowledged */
    HS_OUTCOME_ESTABLISHED, /* "established": completed, still open at the end */
    HS_OUTCOME_HALF_CLOSED, /* one side closed */
    HS_OUTCOME_CLOSED,      /* "closed": both sides closed, orderly */
    HS_OUTCOME_RESET,       /* ended by a RST after completion */
    HS_OUTCOME_PARTIAL,     /* the opening was not captured, or not whole */
    HS_OUTCOME_COUNT
};

/* What became of the data of a Fast Open SYN. */
enum hs_fastopen {
    HS_FASTOPEN_NONE,
    HS_FASTOPEN_REQUESTED, /* the client asked for a cookie and got none */
    HS_FASTOPEN_GRANTED,   /* and got one */
    HS_FASTOPEN_ACCEPTED,  /* the SYN's data was acknowledged */
    HS_FASTOPEN_IGNORED    /* it was not */
};

/* How the connection went, so far. */
enum hs_outcome hs_conn_outcome(const struct hs_conn *conn);

/* The word: "half-open". */
const char *hs_outcome_name(enum hs_outcome outcome);

/* Who brought the outcome about: who reset, refused or aborted it. HS_SENDER_UNKNOWN for the other
 * outcomes. */
enum hs_sender hs_conn_outcome_by(const struct hs_conn *conn);

/* Who sent the first FIN; HS_SENDER_UNKNOWN where nobody did, or the roles are not known. */
enum hs_sender hs_conn_closed_by(const struct hs_conn *conn);

/* The endpoints by their roles. To be asked only where the client is known. */
const struct hs_endpoint *hs_conn_client(const struct hs_conn *conn);
const struct hs_endpoint *hs_conn_server(const struct hs_conn *conn);

/* Whether SYN and SYN-ACK were both captured, so that what they agreed on is known. */
bool hs_conn_knows_options(const struct hs_conn *conn);

/* What became of Fast Open (RFC 7413). To be asked only where the options are known. */
enum hs_fastopen hs_conn_fastopen(const struct hs_conn *conn);

/* The word: "accepted"; NULL for HS_FASTOPEN_NONE. */
const char *hs_fastopen_name(enum hs_fastopen fastopen);

/* Whether one side sent nothing that was captured, though the other one shows that it did. */
bool hs_conn_is_one_sided(const struct hs_conn *conn);

#endif
