/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What became of a RST: who contradicts it, who ignores it, and which time to live its sender has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "findings.h"
#include "hs_reset.h"

#define SENT(who, bits, number, acknowledged, bytes, ...)                                        \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     __VA_ARGS__}
#define OPENED SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0), SENT('C', "A", 1, 1, 0)

static bool
is_contradicted(const struct step *steps, size_t count)
{
    const struct hs_findings findings = findings_of_last(NULL, steps, count);

    for (unsigned i = 0; i < findings.count; i++) {
        if (findings.list[i].anomaly == HS_ANOMALY_RST_CONTRADICTED) {
            return true;
        }
    }
    return false;
}

static enum hs_rst_effect
effect_of(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    findings_of_last(&conn, steps, count);
    return (enum hs_rst_effect)conn.rst_effect;
}

/* An IPv4 header without a number does not say that the segment came late. */
static void
no_ip_id_is_no_excuse(void **state)
{
    (void)state;
    assert_true(is_contradicted(SCENARIO(OPENED, SENT('C', "PA", 1, 1, 10),
                                         SENT('S', "R", 1, 0, 0, .ip_id = 9),
                                         SENT('S', "A", 1, 11, 0, .ip_id = 0))));
    assert_true(is_contradicted(SCENARIO(OPENED, SENT('C', "PA", 1, 1, 10),
                                         SENT('S', "R", 1, 0, 0, .ip_id = 0),
                                         SENT('S', "A", 1, 11, 0, .ip_id = 65530))));
    assert_false(is_contradicted(SCENARIO(OPENED, SENT('C', "PA", 1, 1, 10),
                                          SENT('S', "R", 1, 0, 0, .ip_id = 9),
                                          SENT('S', "A", 1, 11, 0, .ip_id = 1))));
}

/* A SYN-ACK takes a refusal back if it answers that SYN. */
static void
only_the_answer_to_the_syn_contradicts_a_refusal(void **state)
{
    (void)state;
    assert_true(is_contradicted(SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "RA", 0, 1, 0),
                                         SENT('S', "SA", 0, 1, 0))));
    assert_false(is_contradicted(SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "RA", 0, 1, 0),
                                          SENT('S', "SA", 0, 501, 0))));
    assert_false(is_contradicted(SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "RA", 0, 1, 0),
                                          SENT('S', "SA", 0, 0, 0))));
    /* The client sends none. Where the opening was not captured, nobody knows who is the client. */
    assert_false(is_contradicted(SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                                          SENT('C', "R", 1, 0, 0), SENT('C', "SA", 0, 1, 0))));
    assert_false(is_contradicted(SCENARIO(SENT('C', "PA", 400, 900, 20), SENT('S', "R", 900, 0, 0),
                                          SENT('S', "SA", 0, 420, 0))));
}

static void
who_contradicts_a_reset(void **state)
{
    (void)state;
    findings_expect("rst_contradicted", 4, 0, 0,
                    SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 1, 9)));
    /* The FIN of the other side ends only that one's half. */
    assert_true(is_contradicted(SCENARIO(OPENED, SENT('C', "FA", 1, 1, 0), SENT('S', "R", 1, 0, 0),
                                         SENT('S', "PA", 1, 2, 9))));
    /* Another RST does not contradict the first; nor does what no stack sends. */
    assert_false(is_contradicted(SCENARIO(OPENED, SENT('C', "PA", 1, 1, 10),
                                          SENT('S', "R", 1, 0, 0), SENT('S', "RA", 1, 11, 0))));
    assert_false(is_contradicted(
        SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "P", 1, 0, 9))));
    /* It was acknowledged before, whatever the RST itself says. */
    assert_false(is_contradicted(SCENARIO(OPENED, SENT('C', "PA", 1, 1, 10),
                                          SENT('S', "A", 1, 11, 0), SENT('S', "RA", 1, 1, 0),
                                          SENT('S', "A", 1, 11, 0))));
}

/* Contradicted, the RST has not happened: both sides are as before, each its own. */
static void
states_are_those_of_before(void **state)
{
    struct hs_conn conn;

    (void)state;
    findings_of_last(&conn, SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 1, 9)));
    assert_int_equal(conn.side[0].state, HS_STATE_ESTABLISHED);
    assert_int_equal(conn.side[1].state, HS_STATE_ESTABLISHED);
    findings_of_last(&conn, SCENARIO(OPENED, SENT('C', "R", 1, 0, 0), SENT('C', "PA", 1, 1, 9)));
    assert_int_equal(conn.side[0].state, HS_STATE_ESTABLISHED);
    assert_int_equal(conn.side[1].state, HS_STATE_ESTABLISHED);
    findings_of_last(&conn, SCENARIO(OPENED, SENT('C', "FA", 1, 1, 0), SENT('S', "A", 1, 2, 0),
                                     SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 2, 9)));
    assert_int_equal(conn.side[(enum hs_side)conn.client].state, HS_STATE_FIN_WAIT_2);
    assert_int_equal(conn.side[hs_side_peer((enum hs_side)conn.client)].state, HS_STATE_CLOSE_WAIT);
}

static void
only_new_data_of_the_other_side_ignores_a_reset(void **state)
{
    (void)state;
    assert_int_equal(effect_of(SCENARIO(OPENED, SENT('S', "R", 1, 0, 0),
                                        SENT('C', "PA", 1, 1, 1, .wait_ms = 1000))),
                     HS_EFFECT_IGNORED);
    assert_int_equal(effect_of(SCENARIO(OPENED, SENT('S', "R", 1, 0, 0),
                                        SENT('C', "A", 1, 1, 0, .wait_ms = 1000))),
                     HS_EFFECT_OBEYED);
    /* What a RST carries is no data. */
    assert_int_equal(effect_of(SCENARIO(OPENED, SENT('S', "R", 1, 0, 0),
                                        SENT('C', "R", 1, 0, 10, .wait_ms = 1000))),
                     HS_EFFECT_OBEYED);
    /* Its own sender does not ignore it. */
    assert_int_equal(effect_of(SCENARIO(OPENED, SENT('S', "R", 101, 0, 0),
                                        SENT('S', "PA", 1, 1, 100, .wait_ms = 1000))),
                     HS_EFFECT_OBEYED);
}

static enum hs_rst_effect
effect_after(uint32_t server_ms, uint32_t client_ms, uint32_t wait_ms)
{
    return effect_of(SCENARIO(
        SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0, .wait_ms = server_ms - 1),
        SENT('C', "A", 1, 1, 0, .wait_ms = client_ms - 1), SENT('S', "R", 1, 0, 0),
        SENT('C', "PA", 1, 1, 10, .wait_ms = wait_ms - 1)));
}

/* The capture may be made anywhere between the two: both parts of the round trip count, twice. */
static void
both_parts_of_the_round_trip_are_waited_for(void **state)
{
    (void)state;
    assert_int_equal(effect_after(11, 1, 24), HS_EFFECT_OBEYED);
    assert_int_equal(effect_after(11, 1, 25), HS_EFFECT_IGNORED);
    assert_int_equal(effect_after(1, 11, 24), HS_EFFECT_OBEYED);
    assert_int_equal(effect_after(1, 11, 25), HS_EFFECT_IGNORED);
}

/* Either of them alone says nothing. */
static void
one_part_of_the_round_trip_is_not_enough(void **state)
{
    (void)state;
    for (uint32_t wait_ms = 999; wait_ms <= 1000; wait_ms++) {
        const enum hs_rst_effect expected = wait_ms == 999 ? HS_EFFECT_OBEYED : HS_EFFECT_IGNORED;

        assert_int_equal(effect_of(SCENARIO(SENT('S', "SA", 0, 1, 0), SENT('C', "A", 1, 1, 0),
                                            SENT('S', "R", 1, 0, 0),
                                            SENT('C', "PA", 1, 1, 10, .wait_ms = wait_ms))),
                         expected);
        assert_int_equal(effect_of(SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                                            SENT('S', "R", 1, 0, 0),
                                            SENT('C', "PA", 1, 1, 10, .wait_ms = wait_ms))),
                         expected);
    }
}

/* A side that was deceived by the forged RST answers by a bare RST with the number asked for. Any other
 * RST ends the connection in its own right. */
static void
only_an_answer_comes_from_the_deceived(void **state)
{
    struct hs_conn conn;

    (void)state;
    findings_of_last(&conn, SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 1, 20),
                                     SENT('C', "R", 1, 0, 0)));
    assert_int_equal(conn.rst_frame, 4);
    assert_int_equal(conn.rst_effect, HS_EFFECT_CONTRADICTED);
    findings_of_last(&conn, SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 1, 20),
                                     SENT('C', "RA", 1, 21, 0)));
    assert_int_equal(conn.rst_frame, 6);
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
    findings_of_last(&conn, SCENARIO(OPENED, SENT('S', "R", 1, 0, 0), SENT('S', "PA", 1, 1, 20),
                                     SENT('C', "R", 2, 0, 0)));
    assert_int_equal(conn.rst_frame, 6);
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
}

enum {
    OPENER_TTL = 251
};

/* Whether a RST of a server with a time to live is suspected. The server's SYN-ACK came by OPENER_TTL, its
 * segments after that as in the list, which ends with -1. */
static bool
is_suspected(uint8_t ttl, const int *ttls)
{
    struct step steps[16] = {
        OPENED,
    };
    struct hs_findings findings;
    size_t count = 3;

    steps[1].ttl = OPENER_TTL;
    for (; *ttls >= 0; ttls++) {
        assert_in_range(count, 3, 14);
        steps[count++] = (struct step)SENT('S', "A", 1, 1, 0, .ttl = (uint8_t)*ttls);
    }
    steps[count++] = (struct step)SENT('S', "R", 1, 0, 0, .ttl = ttl);
    findings = findings_of_last(NULL, steps, count);
    assert_true(findings.count <= 1);
    return findings.count > 0;
}

#define TTLS(...) ((const int[]){__VA_ARGS__, -1})

/* Asserts that the times to live from low to high are accepted, and those next to them are not. */
static void
assert_accepted(unsigned low, unsigned high, const int *ttls)
{
    for (unsigned ttl = low; ttl <= high; ttl++) {
        assert_false(is_suspected((uint8_t)ttl, ttls));
    }
    assert_true(is_suspected((uint8_t)(low - 1), ttls));
    assert_true(is_suspected((uint8_t)(high + 1), ttls));
}

/* Routes change by a hop or two. The range of a sender grows with them, up to eight values, and follows
 * them. */
static void
range_of_times_to_live_follows_the_route(void **state)
{
    (void)state;
    assert_accepted(38, 42, TTLS(40, 40));
    assert_accepted(38, 49, TTLS(40, 40, 42, 44, 46, 47));
    assert_accepted(40, 51, TTLS(40, 40, 42, 44, 46, 47, 49));
    assert_accepted(38, 46, TTLS(40, 40, 42, 44, 41, 40));
    assert_accepted(36, 42, TTLS(40, 40, 38));
    assert_accepted(31, 42, TTLS(40, 40, 38, 36, 34, 33));
    assert_accepted(29, 40, TTLS(40, 40, 38, 36, 34, 33, 31));
    /* The opener may be a load balancer, which ends the connection, too. */
    assert_accepted(OPENER_TTL - 2, OPENER_TTL + 2, TTLS(40, 40));
}

/* One far outside is somebody else; two in a row are the new route, of which nothing else is known. */
static void
two_in_a_row_are_a_new_route(void **state)
{
    (void)state;
    assert_accepted(38, 44, TTLS(40, 40, 42, 90));
    assert_accepted(88, 92, TTLS(40, 40, 42, 90, 90));
    assert_accepted(38, 42, TTLS(40, 40, 90, 40, 90));
    assert_accepted(88, 92, TTLS(40, 40, 90, 0, 90));
    assert_accepted(38, 42, TTLS(40, 40, 0, 0));
}

static void
nothing_is_learnt_of_what_is_not_acceptable(void **state)
{
    (void)state;
    findings_expect("ttl_changed", 90, 64, 0, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 64), SENT('S', "SA", 0, 1, 0, .ttl = 64),
        SENT('C', "A", 1, 501, 0, .ttl = 90), SENT('C', "A", 1, 501, 0, .ttl = 90),
        SENT('C', "A", 1, 1, 0, .ttl = 90)));
    /* Nor of RSTs: a forger sends several. */
    findings_expect("rst_suspected_forged", 99, 50, 0, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 64), SENT('S', "SA", 0, 1, 0, .ttl = 50),
        SENT('C', "A", 1, 1, 0, .ttl = 64), SENT('S', "R", 1, 0, 0, .ttl = 99),
        SENT('S', "R", 1, 0, 0, .ttl = 99), SENT('S', "R", 1, 0, 0, .ttl = 99)));
    /* Without a SYN there is no opener. */
    findings_expect("rst_suspected_forged", 3, 64, 0, SCENARIO(
        SENT('C', "PA", 400, 900, 1, .ttl = 64), SENT('S', "A", 900, 401, 0, .ttl = 50),
        SENT('C', "R", 401, 0, 0, .ttl = 3)));
}

/* Thirty-one bytes are compared. */
static void
sample_has_31_bytes(void **state)
{
    (void)state;
    findings_expect("data_injected", 1, 0, HS_EVIDENCE_IP_ID, SCENARIO(
        OPENED, SENT('S', "PA", 1, 1, 32, .ip_id = 1, .data = "0123456789012345678901234567890-"),
        SENT('S', "PA", 1, 1, 32, .ip_id = 30000, .data = "012345678901234567890123456789x-")));
    findings_expect_none(SCENARIO(
        OPENED, SENT('S', "PA", 1, 1, 32, .ip_id = 1, .data = "0123456789012345678901234567890-"),
        SENT('S', "PA", 1, 1, 32, .ip_id = 30000, .data = "0123456789012345678901234567890x")));
}

/* Evidence is of the bytes that are kept: later ones begin without. */
static void
evidence_is_replaced_with_the_sample(void **state)
{
    (void)state;
    for (const char *who = "CS"; *who != '\0'; who++) {
        findings_expect_none(SCENARIO(
            OPENED, SENT(*who, "A", 1, 1, 0, .ip_id = 1),
            SENT(*who, "PA", 1, 1, 6, .ip_id = 30000, .data = "coffee"),
            SENT(*who, "PA", 7, 1, 6, .ip_id = 30001, .data = "coffee"),
            SENT(*who, "PA", 7, 1, 6, .ip_id = 30002, .data = "cocoa!")));
    }
}

static void
data_of_the_client_are_counted_up_to_three(void **state)
{
    struct step steps[7] = {OPENED};

    (void)state;
    for (uint32_t sent = 0; sent <= 4; sent++) {
        struct hs_conn conn;

        for (uint32_t i = 0; i < sent; i++) {
            steps[3 + i] = (struct step)SENT('C', "PA", 1 + 10 * i, 1, 10);
        }
        findings_of_last(&conn, steps, 3 + sent);
        assert_int_equal(conn.client_data, sent < 3 ? sent : 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_ip_id_is_no_excuse),
        cmocka_unit_test(only_the_answer_to_the_syn_contradicts_a_refusal),
        cmocka_unit_test(who_contradicts_a_reset),
        cmocka_unit_test(states_are_those_of_before),
        cmocka_unit_test(only_new_data_of_the_other_side_ignores_a_reset),
        cmocka_unit_test(both_parts_of_the_round_trip_are_waited_for),
        cmocka_unit_test(one_part_of_the_round_trip_is_not_enough),
        cmocka_unit_test(only_an_answer_comes_from_the_deceived),
        cmocka_unit_test(range_of_times_to_live_follows_the_route),
        cmocka_unit_test(two_in_a_row_are_a_new_route),
        cmocka_unit_test(nothing_is_learnt_of_what_is_not_acceptable),
        cmocka_unit_test(sample_has_31_bytes),
        cmocka_unit_test(evidence_is_replaced_with_the_sample),
        cmocka_unit_test(data_of_the_client_are_counted_up_to_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
