/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hs_flood.h"
#include "hs_scan.h"

static const struct hs_burst_limits limits = {.seconds = NETWORK_SECONDS,
                                              .threshold = NETWORK_THRESHOLD};

void
network_init(struct network *network)
{
    *network = (struct network){.floods = calloc(1, sizeof(struct hs_burst_table)),
                                .scans = calloc(1, sizeof(struct hs_burst_table)),
                                .now_ns = INT64_C(1000000000000),
                                .port = 80};
    assert_non_null(network->floods);
    assert_non_null(network->scans);
}

void
network_free(struct network *network)
{
    free(network->floods);
    free(network->scans);
}

bool
network_is_quiet(const struct network *network)
{
    for (enum hs_anomaly anomaly = HS_ANOMALY_SYN_FLOOD; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        if (network->reported[anomaly] > 0) {
            return false;
        }
    }
    return true;
}

static void
count_findings(struct network *network, const struct hs_findings *findings, uint32_t frame)
{
    for (unsigned i = 0; i < findings->count; i++) {
        network->reported[findings->list[i].anomaly]++;
        network->last = findings->list[i];
        network->last_frame = frame;
    }
}

void
network_send(struct network *network, struct hs_conn *conn, uint32_t client, uint32_t server,
             const struct step *step)
{
    const uint32_t from = step->from == 'C' ? client : server;
    const uint32_t to = step->from == 'C' ? server : client;
    const uint8_t src[4] = {10, 0, (uint8_t)(from >> 8), (uint8_t)from};
    const uint8_t dst[4] = {10, 0, (uint8_t)(to >> 8), (uint8_t)to};
    const struct hs_route route = {src, dst, sizeof src};
    struct tcp_segment segment = step->from == 'C' ? scenario_segment(step, 5000, 70000)
                                                   : scenario_segment(step, 70000, 5000);
    const struct hs_frame frame = {.number = ++network->frames, .time_ns = network->now_ns};
    struct hs_findings findings = {.count = 0};
    struct hs_note note;
    struct hs_detection detection = {.limits = &limits,
                                     .route = &route,
                                     .conn = conn,
                                     .segment = &segment,
                                     .frame = &frame,
                                     .note = &note};

    segment.window = network->no_window ? 0 : segment.window;
    segment.src_port = step->from == 'C' ? 40000 : network->port;
    segment.dst_port = step->from == 'C' ? network->port : 40000;
    if (conn->first_frame == 0) {
        hs_conn_init(conn, frame.number, NULL);
    }
    hs_learn_segment(conn, step->from == 'C' ? HS_SIDE_A : HS_SIDE_B, &segment, &frame, &note,
                     &findings);
    findings.count = 0;
    detection.findings = &findings;
    detection.table = network->floods;
    hs_flood_learn(&detection);
    detection.table = network->scans;
    hs_scan_learn(&detection);
    count_findings(network, &findings, frame.number);
    network->now_ns += 1000000;
}

void
network_play(struct network *network, uint32_t client, uint32_t server, const struct step *steps,
             size_t count)
{
    struct hs_conn conn = {.first_frame = 0};

    for (size_t i = 0; i < count; i++) {
        network_send(network, &conn, client, server, &steps[i]);
    }
}
