/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    MACS = 4
};

static void
play(struct hs_conn *conn, enum hs_side client, const uint32_t isns[2], const struct step *steps,
     size_t count, struct hs_findings *findings)
{
    static struct hs_mac_table macs;
    int64_t time_ns = 0;

    for (unsigned number = 1; number <= MACS; number++) {
        const uint8_t mac[HS_MAC_BYTES] = FINDINGS_MAC((uint8_t)number);

        assert_int_equal(hs_mac_number(&macs, mac), number);
    }
    hs_conn_init(conn, 1, NULL);
    for (size_t i = 0; i < count; i++) {
        const bool from_client = steps[i].from == 'C';
        const struct tcp_segment segment =
            scenario_segment(&steps[i], isns[!from_client], isns[from_client]);
        const struct hs_frame frame = {.number = (uint32_t)i + 1,
                                       .time_ns = time_ns + steps[i].wait_ms * INT64_C(1000000),
                                       .ip_id = steps[i].ip_id,
                                       .ttl = steps[i].ttl,
                                       .mac = steps[i].mac,
                                       .macs = &macs};
        struct hs_note note;

        time_ns = frame.time_ns + 1000000;
        *findings = (struct hs_findings){.count = 0};
        hs_learn_segment(conn, from_client ? client : hs_side_peer(client), &segment, &frame, &note,
                      findings);
        if (steps[i].note != NULL) {
            *steps[i].note = note;
        }
    }
}

struct hs_findings
findings_of_last(struct hs_conn *conn, const struct step *steps, size_t count)
{
    static const uint32_t isns[][2] = {{1000, 500000}, {UINT32_MAX, UINT32_MAX - 1}, {7, 7}};
    struct hs_findings first = {.count = 0};

    for (size_t run = 0; run < 2 * sizeof isns / sizeof isns[0]; run++) {
        struct hs_findings findings = {.count = 0};
        struct hs_conn own;

        play(conn != NULL ? conn : &own, run % 2 == 0 ? HS_SIDE_A : HS_SIDE_B, isns[run / 2], steps,
             count, &findings);
        if (run == 0) {
            first = findings;
        }
        assert_memory_equal(&findings, &first, sizeof first);
    }
    return first;
}

void
findings_expect(const char *slug, uint32_t actual, uint32_t expected, unsigned evidence,
                const struct step *steps, size_t count)
{
    const struct hs_findings findings = findings_of_last(NULL, steps, count);

    assert_int_equal(findings.count, 1);
    assert_string_equal(hs_anomaly_slug(findings.list[0].anomaly), slug);
    assert_int_equal(findings.list[0].actual, actual);
    assert_int_equal(findings.list[0].expected, expected);
    assert_int_equal(findings.list[0].evidence, evidence);
}

void
findings_expect_none(const struct step *steps, size_t count)
{
    assert_int_equal(findings_of_last(NULL, steps, count).count, 0);
}
