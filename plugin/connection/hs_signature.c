/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_signature.h"

#include <stddef.h>

#include "hs_outcome.h"
#include "hs_reset.h"
#include "seq.h"

enum where {
    POST_SYN,
    POST_ACK,
    POST_PSH,
    LATER,
    WHERE_COUNT
};

enum what {
    BY_RST,
    BY_RST_ACK,
    BY_ICMP,
    BY_TIMEOUT,
    WHAT_COUNT
};

static const char *const words[WHERE_COUNT][WHAT_COUNT] = {
    [POST_SYN] = {"post-syn-rst", "post-syn-rst-ack", "post-syn-icmp", "post-syn-timeout"},
    [POST_ACK] = {"post-ack-rst", "post-ack-rst-ack", NULL, NULL},
    [POST_PSH] = {"post-psh-rst", "post-psh-rst-ack", NULL, "post-psh-timeout"},
    [LATER] = {"later-rst", "later-rst-ack", NULL, NULL},
};

static enum where
find_place(const struct hs_conn *conn)
{
    if (!conn->complete) {
        return POST_SYN;
    }
    if (conn->client_data == 0 && !conn->server_data) {
        return POST_ACK;
    }
    return conn->client_data == 1 && !conn->server_data ? POST_PSH : LATER;
}

/* Whether the client's only data was repeated, and its end never acknowledged. */
static bool
waits_in_vain(const struct hs_conn *conn)
{
    const struct hs_endpoint *client = hs_conn_client(conn), *server = hs_conn_server(conn);

    return find_place(conn) == POST_PSH && conn->client_repeats && server->has_acked &&
           seq_before(server->acked, client->next);
}

const char *
hs_conn_signature(const struct hs_conn *conn)
{
    if (conn->closed_by != HS_SIDE_UNKNOWN) {
        return NULL;
    }
    switch (hs_conn_outcome(conn)) {
    case HS_OUTCOME_REFUSED:
    case HS_OUTCOME_ABORTED:
    case HS_OUTCOME_RESET:
        /* Data came after the RST that did it: the place is not known any more. */
        if (conn->rst_effect == HS_EFFECT_CONTRADICTED) {
            return NULL;
        }
        return words[find_place(conn)][conn->rst_had_ack ? BY_RST_ACK : BY_RST];
    case HS_OUTCOME_UNREACHABLE:
        return words[POST_SYN][BY_ICMP];
    case HS_OUTCOME_UNANSWERED:
    case HS_OUTCOME_HALF_OPEN:
        return words[POST_SYN][BY_TIMEOUT];
    case HS_OUTCOME_ESTABLISHED:
        return waits_in_vain(conn) ? words[POST_PSH][BY_TIMEOUT] : NULL;
    default:
        return NULL;
    }
}
