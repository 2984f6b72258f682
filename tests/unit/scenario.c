/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint16_t
parse_flags(const char *text)
{
    static const struct {
        char letter;
        uint16_t flag;
    } letters[] = {{'F', TCP_FIN}, {'S', TCP_SYN}, {'R', TCP_RST},
                   {'P', TCP_PSH}, {'A', TCP_ACK}, {'U', TCP_URG}};
    uint16_t flags = 0;

    for (; *text != '\0'; text++) {
        uint16_t flag = 0;

        for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
            if (letters[i].letter == *text) {
                flag = letters[i].flag;
            }
        }
        assert_int_not_equal(flag, 0);
        flags |= flag;
    }
    return flags;
}

struct tcp_segment
scenario_segment(const struct step *step, uint32_t isn, uint32_t peer_isn)
{
    const uint16_t flags = parse_flags(step->flags);

    return (struct tcp_segment){
        .seq = isn + step->seq,
        .ack = flags & TCP_ACK ? peer_isn + step->ack : 0,
        .payload_bytes = step->payload,
        .payload_known = true,
        .flags = flags,
        .window = 8192,
        .payload = (const uint8_t *)step->data,
        .payload_captured = step->data == NULL ? 0 : (uint32_t)strlen(step->data),
        .header_bytes = TCP_HEADER_MIN_BYTES + TCP_OPTIONS_MAX_BYTES,
        .options = step->options != NULL ? *step->options
                   : flags & TCP_SYN     ? (struct tcp_options){.present = TCP_HAS_MSS, .mss = 1460}
                                         : (struct tcp_options){.present = 0},
    };
}

static void
assert_words(const struct hs_note *note, const struct hs_findings *findings,
             const struct step *step, size_t number)
{
    const char *stage = hs_stage_name(note->stage);
    const char *slug = findings->count == 0 ? "none" : hs_anomaly_slug(findings->list[0].anomaly);
    const char *expected = step->anomaly == NULL ? "none" : step->anomaly;

    if (strcmp(stage, step->stage) != 0 || strcmp(slug, expected) != 0 || findings->count > 1) {
        fail_msg("segment %zu: %s, %u anomalies, first %s; expected %s, %s", number, stage,
                 findings->count, slug, step->stage, expected);
    }
    assert_true(note->stage != HS_STAGE_STRAY || findings->count > 0);
}

void
scenario_play(struct hs_conn *conn, const struct step *steps, size_t count)
{
    static const uint32_t isns[][2] = {
        {0, 0},
        {1000, 500000},
        {UINT32_MAX, UINT32_MAX - 1},
        {UINT32_MAX - 100, INT32_MAX},
        {INT32_MAX - 50u, UINT32_MAX - 20},
    };

    for (size_t run = 0; run < 2 * sizeof isns / sizeof isns[0]; run++) {
        const uint32_t client_isn = isns[run / 2][0], server_isn = isns[run / 2][1];
        const enum hs_side client = run % 2 == 0 ? HS_SIDE_A : HS_SIDE_B;
        static const struct hs_mac_table macs;
        int64_t time_ns = 0;

        hs_conn_init(conn, 1, NULL);
        for (size_t i = 0; i < count; i++) {
            const bool from_client = steps[i].from == 'C';
            const struct tcp_segment segment =
                scenario_segment(&steps[i], from_client ? client_isn : server_isn,
                                 from_client ? server_isn : client_isn);
            const int64_t wait_ns = steps[i].wait_ms * INT64_C(1000000);
            const struct hs_frame frame = {.number = (uint32_t)i + 1,
                                           .time_ns = time_ns + wait_ns,
                                           .ip_id = steps[i].ip_id,
                                           .ttl = steps[i].ttl,
                                           .mac = steps[i].mac,
                                           .macs = &macs};
            struct hs_findings findings = {.count = 0};
            struct hs_note note;

            time_ns = frame.time_ns + 1000000;
            hs_learn_segment(conn, from_client ? client : hs_side_peer(client), &segment, &frame, &note,
                             &findings);
            assert_words(&note, &findings, &steps[i], i + 1);
            if (steps[i].note != NULL) {
                *steps[i].note = note;
            }
        }
    }
}
