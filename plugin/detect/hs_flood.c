/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_flood.h"

static bool
is_first_syn(const struct hs_conn *conn, const struct hs_note *note)
{
    return note->stage == HS_STAGE_SYN && note->sender == HS_SENDER_CLIENT && conn->syn_count == 1;
}

static bool
is_answered_for(const struct hs_conn *conn)
{
    return conn->complete || conn->reset_by != HS_SIDE_UNKNOWN || conn->syn_count > 1 ||
           (conn->side[conn->client].state >= HS_STATE_ESTABLISHED &&
            conn->side[conn->client].state != HS_STATE_CLOSED);
}

static void
judge(const struct hs_detection *d, struct hs_burst *burst)
{
    struct hs_burst_report report;

    if (hs_burst_judge(burst, d->limits, d->frame->time_ns, 0, &report)) {
        hs_findings_append(d->findings,
                           &(struct hs_finding){.anomaly = HS_ANOMALY_SYN_FLOOD,
                                                .actual = report.in_vain,
                                                .expected = d->limits->threshold,
                                                .parties = report.parties,
                                                .rest = report.good,
                                                .seconds = (uint16_t)d->limits->seconds});
    }
}

/* The port that the client of the segment's connection talks to. */
static struct hs_key
key_of_server(const struct hs_detection *d)
{
    const bool to_server = d->note->sender == HS_SENDER_CLIENT;

    return hs_key_make(to_server ? d->route->dst : d->route->src, d->route->address_bytes,
                       to_server ? d->segment->dst_port : d->segment->src_port, 0);
}

static void
open_handshake(const struct hs_detection *d)
{
    const struct hs_key server = key_of_server(d);
    const struct hs_key client = hs_key_make(d->route->src, d->route->address_bytes, 0, 0);
    struct hs_burst *burst = hs_burst_table_get(d->table, &server);

    hs_burst_open(burst, d->limits, d->frame->time_ns, hs_key_hash(&client));
    d->conn->flood_waits = !is_answered_for(d->conn);
    judge(d, burst);
}

static void
follow_handshake(const struct hs_detection *d)
{
    const struct hs_key server = key_of_server(d);
    struct hs_burst *burst = hs_burst_table_find(d->table, &server);

    d->conn->flood_waits = !is_answered_for(d->conn);
    if (burst == NULL) {
        return;
    }
    if (d->conn->flood_waits) {
        judge(d, burst);
    } else {
        hs_burst_settle(burst, d->limits, d->conn->origin_ns, true, false);
    }
}

void
hs_flood_learn(const struct hs_detection *d)
{
    if (d->note->duplicate || d->frame->time_ns == HS_TIME_UNKNOWN) {
        return;
    }
    if (d->conn->flood_waits) {
        follow_handshake(d);
    } else if (is_first_syn(d->conn, d->note)) {
        open_handshake(d);
    }
}
