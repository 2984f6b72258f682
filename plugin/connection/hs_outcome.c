/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_outcome.h"

#include <stddef.h>

static const char *const outcome_names[HS_OUTCOME_COUNT] = {
    [HS_OUTCOME_UNANSWERED] = "unanswered",
    [HS_OUTCOME_REFUSED] = "refused",
    [HS_OUTCOME_UNREACHABLE] = "unreachable",
    [HS_OUTCOME_ABORTED] = "aborted",
    [HS_OUTCOME_HALF_OPEN] = "half-open",
    [HS_OUTCOME_ESTABLISHED] = "established",
    [HS_OUTCOME_HALF_CLOSED] = "half-closed",
    [HS_OUTCOME_CLOSED] = "closed",
    [HS_OUTCOME_RESET] = "reset",
    [HS_OUTCOME_PARTIAL] = "partial",
};

static enum hs_sender
role_of(const struct hs_conn *conn, int side)
{
    if (side == HS_SIDE_UNKNOWN || conn->client == HS_SIDE_UNKNOWN) {
        return HS_SENDER_UNKNOWN;
    }
    return side == conn->client ? HS_SENDER_CLIENT : HS_SENDER_SERVER;
}

/* The handshake was captured to its end. A RST that follows both FINs ends nothing. */
static enum hs_outcome
outcome_of_complete(const struct hs_conn *conn)
{
    const bool fin_a = conn->side[HS_SIDE_A].fin_sent, fin_b = conn->side[HS_SIDE_B].fin_sent;

    if (fin_a && fin_b) {
        return HS_OUTCOME_CLOSED;
    }
    if (conn->reset_by != HS_SIDE_UNKNOWN) {
        return HS_OUTCOME_RESET;
    }
    return fin_a || fin_b ? HS_OUTCOME_HALF_CLOSED : HS_OUTCOME_ESTABLISHED;
}

static enum hs_outcome
outcome_of_incomplete(const struct hs_conn *conn)
{
    if (conn->client == HS_SIDE_UNKNOWN || conn->syn_frame == 0 || conn->went_ahead) {
        return HS_OUTCOME_PARTIAL;
    }
    if (conn->reset_by == conn->client) {
        return HS_OUTCOME_ABORTED;
    }
    if (conn->synack_frame != 0) {
        return HS_OUTCOME_HALF_OPEN;
    }
    if (conn->reset_by != HS_SIDE_UNKNOWN) {
        return HS_OUTCOME_REFUSED;
    }
    return conn->icmp.frame != 0 ? HS_OUTCOME_UNREACHABLE : HS_OUTCOME_UNANSWERED;
}

enum hs_outcome
hs_conn_outcome(const struct hs_conn *conn)
{
    return conn->complete ? outcome_of_complete(conn) : outcome_of_incomplete(conn);
}

const char *
hs_outcome_name(enum hs_outcome outcome)
{
    return outcome_names[outcome];
}

enum hs_sender
hs_conn_outcome_by(const struct hs_conn *conn)
{
    switch (hs_conn_outcome(conn)) {
    case HS_OUTCOME_REFUSED:
    case HS_OUTCOME_ABORTED:
    case HS_OUTCOME_RESET:
        return role_of(conn, conn->reset_by);
    default:
        return HS_SENDER_UNKNOWN;
    }
}

enum hs_sender
hs_conn_closed_by(const struct hs_conn *conn)
{
    return role_of(conn, conn->closed_by);
}

const struct hs_endpoint *
hs_conn_client(const struct hs_conn *conn)
{
    return &conn->side[conn->client];
}

const struct hs_endpoint *
hs_conn_server(const struct hs_conn *conn)
{
    return &conn->side[hs_side_peer((enum hs_side)conn->client)];
}

bool
hs_conn_knows_options(const struct hs_conn *conn)
{
    return conn->complete && conn->side[HS_SIDE_A].isn_seen && conn->side[HS_SIDE_B].isn_seen;
}

enum hs_fastopen
hs_conn_fastopen(const struct hs_conn *conn)
{
    const struct hs_options *client = &hs_conn_client(conn)->syn_options;
    const struct hs_options *server = &hs_conn_server(conn)->syn_options;

    if (conn->tfo_accepted) {
        return HS_FASTOPEN_ACCEPTED;
    }
    if (client->present & TCP_HAS_FASTOPEN_REQUEST) {
        return server->present & TCP_HAS_FASTOPEN ? HS_FASTOPEN_GRANTED : HS_FASTOPEN_REQUESTED;
    }
    return client->present & TCP_HAS_FASTOPEN && conn->tfo_ignored ? HS_FASTOPEN_IGNORED
                                                                   : HS_FASTOPEN_NONE;
}

const char *
hs_fastopen_name(enum hs_fastopen fastopen)
{
    switch (fastopen) {
    case HS_FASTOPEN_REQUESTED:
        return "requested";
    case HS_FASTOPEN_GRANTED:
        return "granted";
    case HS_FASTOPEN_ACCEPTED:
        return "accepted";
    case HS_FASTOPEN_IGNORED:
        return "ignored";
    case HS_FASTOPEN_NONE:
        break;
    }
    return NULL;
}

bool
hs_conn_is_one_sided(const struct hs_conn *conn)
{
    for (int i = 0; i < 2; i++) {
        /* A number that its peer acknowledged was sent; a SYN alone proves nothing. */
        if (!conn->side[i].has_sent && conn->side[1 - i].has_acked) {
            return true;
        }
    }
    return false;
}
