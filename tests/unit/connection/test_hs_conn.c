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

/* The twelve frames of the deep-dive lab. */
static void
orderly_connection(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 78, "established", NULL),
        SEGMENT('S', "A", 1, 79, 0, "established", NULL),
        SEGMENT('S', "PA", 1, 79, 185, "established", NULL),
        SEGMENT('C', "A", 79, 186, 0, "established", NULL),
        SEGMENT('S', "PA", 186, 79, 33, "established", NULL),
        SEGMENT('C', "A", 79, 219, 0, "established", NULL),
        SEGMENT('S', "FA", 219, 79, 0, "fin", NULL),
        SEGMENT('C', "FA", 79, 220, 0, "fin", NULL),
        SEGMENT('S', "A", 220, 80, 0, "closed", NULL)));
    assert_int_equal(conn.syn_frame, 1);
    assert_int_equal(conn.synack_frame, 2);
    assert_int_equal(conn.ack_frame, 3);
    assert_int_equal(hs_duration_ns(conn.rtt_server), 1000000);
    assert_int_equal(hs_duration_ns(conn.rtt_client), 1000000);
    assert_int_equal(hs_duration_ns(conn.setup), 2000000);
    assert_int_equal(conn.side[hs_side_peer((enum hs_side)conn.client)].state, HS_STATE_TIME_WAIT);
    assert_int_equal(conn.side[(enum hs_side)conn.client].state, HS_STATE_CLOSED);
}

static void
half_closed_between_the_fins_and_after(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "A", 1, 2, 0, "half-closed", NULL),
        SEGMENT('S', "PA", 1, 2, 500, "half-closed", NULL),
        SEGMENT('C', "A", 2, 501, 0, "half-closed", NULL),
        SEGMENT('S', "FA", 501, 2, 0, "fin", NULL),
        SEGMENT('S', "FA", 501, 2, 0, "fin", NULL),
        SEGMENT('C', "A", 2, 502, 0, "closed", NULL),
        SEGMENT('C', "A", 2, 502, 0, "closed", NULL)));
}

/* RFC 9293 figure 13. */
static void
simultaneous_close(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "A", 2, 2, 0, "half-closed", NULL),
        SEGMENT('S', "A", 2, 2, 0, "closed", NULL)));
    assert_int_equal(conn.side[0].state, HS_STATE_TIME_WAIT);
    assert_int_equal(conn.side[1].state, HS_STATE_TIME_WAIT);
}

static void
refused_and_reset(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL)));
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "A", 11, 1, 0, "closed", NULL)));
}

/* The SYN's answer acknowledges something else: not the answer. */
static void
reset_that_refuses_nothing(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 700, 0, "rst", "rst_bad_ack"),
        SEGMENT('S', "R", 0, 0, 0, "rst", "rst_bad_ack"),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_true(conn.complete);
}

static void
reset_out_of_window_changes_nothing(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('S', "R", 3000000, 0, 0, "rst", "rst_out_of_window"),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
}

static void
unanswered_and_half_open(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL)));
    assert_int_equal(conn.syn_frame, 1);
    assert_int_equal(hs_duration_ns(conn.syn_last), 2000000);
    assert_int_equal(hs_duration_ns(conn.setup), HS_TIME_UNKNOWN);

    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)));
    assert_false(conn.complete);
    assert_int_equal(conn.synack_frame, 2);
}

/* What the user waited for counts from the first SYN, a round trip from the latest. */
static void
retries_count_in_the_set_up_time(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_int_equal(hs_duration_ns(conn.rtt_server), 1000000);
    assert_int_equal(hs_duration_ns(conn.rtt_client), 1000000);
    assert_int_equal(hs_duration_ns(conn.setup), 4000000);
}

static void
segment_without_any_flag(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "", 1, 0, 0, "stray", "null_flags"),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "P", 1, 0, 20, "stray", "null_flags"),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
repeated_segments_keep_their_stage(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", NULL)));
}

static void
refused_client_tries_again(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 4000, 1, 0, "rst", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
numbers_are_relative_and_signed(void **state)
{
    static const struct step steps[] = {
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 101, 1, 50, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 100, "established", NULL),
        SEGMENT('S', "A", 1, 151, 0, "established", NULL),
    };
    static const struct {
        uint32_t seq_rel, ack_rel;
        int32_t seq_delta, ack_delta, seq_gap;
        bool has_ack, has_seq_delta, has_ack_delta, has_seq_gap;
    } expected[] = {
        {0, 0, 0, 0, 0, false, false, false, false},
        {0, 1, 0, 1, 0, true, false, true, false},
        {1, 1, 1, 1, 0, true, true, true, true},
        {101, 1, 100, 0, 100, true, true, true, true},
        {1, 1, -100, 0, -150, true, true, true, true},
        {1, 151, 1, 150, 0, true, true, true, true},
    };
    struct hs_conn conn;

    (void)state;
    hs_conn_init(&conn, 1, NULL);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const bool from_client = steps[i].from == 'C';
        const struct tcp_segment segment = scenario_segment(
            &steps[i], from_client ? UINT32_MAX - 60 : 7, from_client ? 7 : UINT32_MAX - 60);
        const struct hs_frame frame = {.number = (uint32_t)i + 1, .time_ns = 0};
        struct hs_findings findings = {.count = 0};
        struct hs_note note;

        hs_learn_segment(&conn, from_client ? HS_SIDE_B : HS_SIDE_A, &segment, &frame, &note, &findings);
        assert_int_equal(note.seq_rel, expected[i].seq_rel);
        assert_int_equal(note.ack_rel, expected[i].ack_rel);
        assert_int_equal(note.seq_delta, expected[i].seq_delta);
        assert_int_equal(note.ack_delta, expected[i].ack_delta);
        assert_int_equal(note.seq_gap, expected[i].seq_gap);
        assert_int_equal(note.has_ack, expected[i].has_ack);
        assert_int_equal(note.has_seq_delta, expected[i].has_seq_delta);
        assert_int_equal(note.has_ack_delta, expected[i].has_ack_delta);
        assert_int_equal(note.has_seq_gap, expected[i].has_seq_gap);
        assert_int_equal(note.sender, from_client ? HS_SENDER_CLIENT : HS_SENDER_SERVER);
    }
}

/* Times that step back, or are not known, give no time at all. */
static void
impossible_times_are_not_reported(void **state)
{
    static const int64_t times[][2] = {
        {5000, 4000},
        {HS_TIME_UNKNOWN, 4000},
        {5000, HS_TIME_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const struct step syn = SEGMENT('C', "S", 0, 0, 0, "syn", NULL);
        const struct step syn_ack = SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL);
        const struct tcp_segment first = scenario_segment(&syn, 1, 2);
        const struct tcp_segment second = scenario_segment(&syn_ack, 2, 1);
        struct hs_findings findings = {.count = 0};
        struct hs_conn conn;
        struct hs_note note;

        hs_conn_init(&conn, 1, NULL);
        hs_learn_segment(&conn, HS_SIDE_A, &first,
                         &(struct hs_frame){.number = 1, .time_ns = times[i][0]}, &note, &findings);
        hs_learn_segment(&conn, HS_SIDE_B, &second,
                         &(struct hs_frame){.number = 2, .time_ns = times[i][1]}, &note, &findings);
        assert_int_equal(hs_duration_ns(conn.rtt_server), HS_TIME_UNKNOWN);
        assert_int_equal(note.since, HS_SINCE_NOTHING);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orderly_connection),
        cmocka_unit_test(half_closed_between_the_fins_and_after),
        cmocka_unit_test(simultaneous_close),
        cmocka_unit_test(refused_and_reset),
        cmocka_unit_test(reset_that_refuses_nothing),
        cmocka_unit_test(reset_out_of_window_changes_nothing),
        cmocka_unit_test(unanswered_and_half_open),
        cmocka_unit_test(retries_count_in_the_set_up_time),
        cmocka_unit_test(segment_without_any_flag),
        cmocka_unit_test(repeated_segments_keep_their_stage),
        cmocka_unit_test(refused_client_tries_again),
        cmocka_unit_test(numbers_are_relative_and_signed),
        cmocka_unit_test(impossible_times_are_not_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
