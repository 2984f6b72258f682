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
judge(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t time_ns,
      struct hs_findings *findings)
{
    struct hs_burst_report report;

    if (hs_burst_judge(burst, limits, time_ns, 0, &report)) {
        hs_findings_append(findings, &(struct hs_finding){.anomaly = HS_ANOMALY_SYN_FLOOD,
                                                          .actual = report.in_vain,
                                                          .expected = limits->threshold,
                                                          .parties = report.parties,
                                                          .rest = report.good,
                                                          .seconds = (uint16_t)limits->seconds});
    }
}

void
hs_flood_learn(struct hs_burst_table *table, const struct hs_burst_limits *limits,
               const struct hs_route *route, struct hs_conn *conn,
               const struct tcp_segment *segment, const struct hs_frame *frame,
               const struct hs_note *note, struct hs_findings *findings)
{
    const bool first = !conn->flood_waits && is_first_syn(conn, note);
    const bool to_server = note->sender == HS_SENDER_CLIENT;
    struct hs_burst *burst;
    struct hs_key server;

    if ((!first && !conn->flood_waits) || note->duplicate || frame->time_ns == HS_TIME_UNKNOWN) {
        return;
    }
    server = hs_key_make(to_server ? route->dst : route->src, route->address_bytes,
                         to_server ? segment->dst_port : segment->src_port, 0);
    if (first) {
        const struct hs_key client = hs_key_make(route->src, route->address_bytes, 0, 0);

        burst = hs_burst_table_get(table, &server);
        hs_burst_open(burst, limits, frame->time_ns, hs_key_hash(&client));
        conn->flood_waits = !is_answered_for(conn);
        judge(burst, limits, frame->time_ns, findings);
        return;
    }
    burst = hs_burst_table_find(table, &server);
    conn->flood_waits = !is_answered_for(conn);
    if (burst == NULL) {
        return;
    }
    if (!conn->flood_waits) {
        hs_burst_settle(burst, limits, conn->origin_ns, true, false);
    } else {
        judge(burst, limits, frame->time_ns, findings);
    }
}
