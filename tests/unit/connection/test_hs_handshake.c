/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario.h"

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

static void
third_ack_is_verified(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 501, 0, "stray", "ack_bad_ack"),
        SEGMENT('C', "A", 1, 0, 0, "stray", "ack_bad_ack"),
        SEGMENT('C', "A", 9000, 1, 0, "stray", "ack_bad_seq"),
        SEGMENT('C', "A", 0, 1, 0, "stray", "ack_bad_seq"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_int_equal(conn.ack_frame, 7);

    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "FA", 1, 501, 0, "fin", "ack_bad_ack")));
    assert_false(conn.complete);
}

static void
third_ack_may_carry_data_or_a_fin(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "PA", 1, 1, 40, "ack", NULL),
        SEGMENT('S', "A", 1, 41, 0, "established", NULL)));
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "FA", 1, 2, 0, "fin", NULL),
        SEGMENT('C', "A", 2, 2, 0, "closed", NULL)));
    assert_int_equal(conn.ack_frame, 3);
}

/* A capture that lost the third ACK: what the client sends next completes the handshake. */
static void
third_ack_was_lost(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "PA", 11, 1, 10, "ack", NULL),
        SEGMENT('S', "A", 1, 21, 0, "established", NULL)));
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", "data_before_established"),
        SEGMENT('C', "A", 1, 21, 0, "ack", NULL)));
}

static void
server_acknowledges_too_early(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "A", 50, 1, 0, "stray", "early_ack"),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "A", 1, 1, 0, "stray", "early_ack"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
syn_ack_for_another_syn(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 77, 600, 0, "syn-ack", "synack_bad_ack"),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
syn_ack_with_another_isn_replaces_the_first(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 900, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_changed"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
syn_was_not_captured(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
    assert_int_equal(conn.syn_frame, 0);
    assert_int_equal(hs_duration_ns(conn.setup), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_ns(conn.rtt_client), 1000000);
}

static void
syn_ack_was_captured_before_the_syn(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

/* Nothing of the server was captured: nothing can be verified, nothing is accused. */
static void
only_the_client_was_captured(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "FA", 11, 300, 0, "fin", NULL),
        SEGMENT('C', "A", 12, 301, 0, "half-closed", NULL)));
}

static void
only_the_server_was_captured(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('S', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "A", 11, 200, 0, "established", NULL),
        SEGMENT('S', "FA", 11, 200, 0, "fin", NULL)));
}

static void
opening_was_not_captured(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL),
        SEGMENT('S', "FA", 900, 420, 0, "fin", NULL),
        SEGMENT('C', "A", 420, 901, 0, "half-closed", NULL),
        SEGMENT('C', "FA", 420, 901, 0, "fin", NULL),
        SEGMENT('S', "A", 901, 421, 0, "closed", NULL)));
    assert_int_equal(conn.client, HS_SIDE_UNKNOWN);
}

/* RFC 9293 figure 7. */
static void
simultaneous_open(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "S", 0, 0, 0, "syn", "simultaneous_open"),
        SEGMENT('C', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "PA", 1, 1, 5, "established", NULL)));
    assert_true(conn.complete);
    assert_int_equal(conn.ack_frame, 0);
    assert_int_equal(hs_duration_ns(conn.setup), 3000000);
    assert_int_equal(conn.side[0].state, HS_STATE_ESTABLISHED);
    assert_int_equal(conn.side[1].state, HS_STATE_ESTABLISHED);
}

static void
split_handshake(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "S", 0, 0, 0, "syn", "simultaneous_open"),
        SEGMENT('C', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "A", 1, 1, 0, "ack", "split_handshake"),
        SEGMENT('C', "PA", 1, 1, 5, "established", NULL)));
}

/* The four-way form: the server acknowledges first and sends its own SYN then. */
static void
split_handshake_with_an_ack_first(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "A", 0, 1, 0, "stray", "early_ack"),
        SEGMENT('S', "S", 0, 0, 0, "syn", "split_handshake"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_int_equal(conn.side[(enum hs_side)conn.client].state, HS_STATE_ESTABLISHED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(third_ack_is_verified),
        cmocka_unit_test(third_ack_may_carry_data_or_a_fin),
        cmocka_unit_test(third_ack_was_lost),
        cmocka_unit_test(server_acknowledges_too_early),
        cmocka_unit_test(syn_ack_for_another_syn),
        cmocka_unit_test(syn_ack_with_another_isn_replaces_the_first),
        cmocka_unit_test(syn_was_not_captured),
        cmocka_unit_test(syn_ack_was_captured_before_the_syn),
        cmocka_unit_test(only_the_client_was_captured),
        cmocka_unit_test(only_the_server_was_captured),
        cmocka_unit_test(opening_was_not_captured),
        cmocka_unit_test(simultaneous_open),
        cmocka_unit_test(split_handshake),
        cmocka_unit_test(split_handshake_with_an_ack_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
