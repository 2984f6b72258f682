/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

static const struct tcp_options cookie = {
    .present = TCP_HAS_MSS | TCP_HAS_FASTOPEN, .mss = 1460, .fastopen_cookie_bytes = 8};

static void
assert_word(const char *what, const char *found, const char *expected)
{
    if ((found == NULL) != (expected == NULL) ||
        (found != NULL && strcmp(found, expected) != 0)) {
        fail_msg("%s: %s, expected %s", what, found == NULL ? "none" : found,
                 expected == NULL ? "none" : expected);
    }
}

/* Plays the steps and asserts outcome, its author and who closed; NULL: nobody. */
static void
expect(const char *outcome, const char *by, const char *closed_by, const struct step *steps,
       size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
    assert_word("outcome", hs_outcome_name(hs_conn_outcome(&conn)), outcome);
    assert_word("by", hs_sender_name(hs_conn_outcome_by(&conn)), by);
    assert_word("closed by", hs_sender_name(hs_conn_closed_by(&conn)), closed_by);
}

/* ---- without a handshake ---- */

static void
unanswered(void **state)
{
    (void)state;
    expect("unanswered", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL)));
    expect("unanswered", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL)));
    /* What does not answer the SYN is no answer. */
    expect("unanswered", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 900, 0, "syn-ack", "synack_bad_ack"),
        SEGMENT('S', "RA", 0, 900, 0, "rst", "rst_bad_ack"),
        SEGMENT('S', "R", 0, 0, 0, "rst", "rst_bad_ack")));
}

static void
refused_by_the_server(void **state)
{
    (void)state;
    expect("refused", "server", NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL)));
    expect("refused", "server", NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL)));
}

/* A server that refuses with data under way (RFC 7413) acknowledges the data too, or not. */
static void
refused_with_data_in_the_syn(void **state)
{
    (void)state;
    for (uint32_t ack = 1; ack <= 101; ack += 100) {
        const struct step steps[] = {
            {.from = 'C', .flags = "S", .payload = 100, .stage = "syn", .options = &cookie},
            SEGMENT('S', "RA", 0, ack, 0, "rst", NULL),
        };

        expect("refused", "server", NULL, steps, 2);
    }
}

static void
aborted_by_the_client(void **state)
{
    (void)state;
    expect("aborted", "client", NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL)));
    expect("aborted", "client", NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_late"),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL)));
}

static void
half_open(void **state)
{
    (void)state;
    expect("half-open", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)));
    expect("half-open", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 501, 0, "stray", "ack_bad_ack"),
        SEGMENT('C', "FA", 1, 501, 0, "fin", "ack_bad_ack")));
    /* The server gives up: still nobody acknowledged its SYN-ACK. */
    expect("half-open", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "RA", 1, 1, 0, "rst", NULL)));
}

/* The server's early data does not mean that the client acknowledged anything. */
static void
half_open_after_fast_open_data(void **state)
{
    (void)state;
    expect("half-open", NULL, NULL, SCENARIO(
        {.from = 'C', .flags = "S", .payload = 100, .stage = "syn", .options = &cookie},
        SEGMENT('S', "SA", 0, 101, 0, "syn-ack", NULL),
        SEGMENT('S', "PA", 1, 101, 20, "established", NULL)));
}

/* ---- after a handshake ---- */

static void
established(void **state)
{
    (void)state;
    expect("established", NULL, NULL, SCENARIO(HANDSHAKE));
    expect("established", NULL, NULL, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "R", 90000, 0, 0, "rst", "rst_out_of_window")));
}

static void
half_closed_by_either(void **state)
{
    (void)state;
    expect("half-closed", NULL, "client", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL)));
    expect("half-closed", NULL, "server", SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "A", 1, 2, 0, "half-closed", NULL),
        SEGMENT('C', "PA", 1, 2, 90, "half-closed", NULL)));
}

static void
closed_by_either(void **state)
{
    (void)state;
    expect("closed", NULL, "client", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "FA", 1, 2, 0, "fin", NULL)));
    expect("closed", NULL, "server", SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "FA", 1, 2, 0, "fin", NULL),
        SEGMENT('S', "A", 2, 2, 0, "closed", NULL)));
}

static void
reset_by_either(void **state)
{
    (void)state;
    expect("reset", "client", NULL, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "RA", 1, 1, 0, "rst", NULL)));
    expect("reset", "server", NULL, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "R", 11, 0, 0, "rst", NULL)));
    /* After one FIN there was still something to break off. */
    expect("reset", "client", "client", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "PA", 1, 2, 10, "half-closed", NULL),
        SEGMENT('C', "R", 2, 0, 0, "rst", NULL)));
    expect("reset", "server", "client", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "RA", 1, 2, 0, "rst", NULL)));
}

/* After both FINs a RST ends nothing: it is how some stacks answer the last ACK. */
static void
reset_after_both_fins_stays_closed(void **state)
{
    (void)state;
    expect("closed", NULL, "client", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "FA", 1, 2, 0, "fin", NULL),
        SEGMENT('C', "R", 2, 0, 0, "rst", NULL)));
    expect("closed", NULL, "server", SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "FA", 1, 2, 0, "fin", NULL),
        SEGMENT('S', "A", 2, 2, 0, "closed", NULL),
        SEGMENT('S', "RA", 2, 2, 0, "rst", NULL)));
}

/* The SYN-ACK was sent again before the RST arrived. */
static void
reset_stays_when_a_repeated_syn_ack_follows(void **state)
{
    (void)state;
    expect("reset", "client", NULL, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)));
}

/* A forged refusal: the server's own SYN-ACK says that it did not refuse. */
static void
syn_ack_contradicts_a_refusal(void **state)
{
    (void)state;
    expect("half-open", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "rst_contradicted")));
    expect("closed", NULL, "server", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "rst_contradicted"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 5, "established", NULL),
        SEGMENT('S', "A", 1, 6, 0, "established", NULL),
        SEGMENT('S', "FA", 1, 6, 0, "fin", NULL),
        SEGMENT('C', "FA", 6, 2, 0, "fin", NULL),
        SEGMENT('S', "A", 2, 7, 0, "closed", NULL)));
}

/* ---- the opening was not captured, or not whole ---- */

static void
partial_without_any_opening(void **state)
{
    (void)state;
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL)));
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('S', "FA", 900, 420, 0, "fin", NULL),
        SEGMENT('C', "FA", 420, 901, 0, "fin", NULL),
        SEGMENT('S', "A", 901, 421, 0, "closed", NULL)));
    /* Backscatter of a flood, or the end of something. */
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('S', "RA", 0, 700, 0, "rst", NULL)));
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited")));
}

static void
partial_with_the_client_alone(void **state)
{
    (void)state;
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL)));
    expect("partial", NULL, "client", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "FA", 1, 300, 0, "fin", NULL)));
    /* It had an answer, and so did not give up before one. */
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "R", 11, 0, 0, "rst", NULL)));
}

static void
partial_with_a_syn_ack_that_was_missed(void **state)
{
    (void)state;
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", NULL)));
    /* A server that has sent data did not refuse. */
    expect("partial", NULL, NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", NULL),
        SEGMENT('S', "RA", 21, 1, 0, "rst", NULL)));
}

static void
missed_syn_does_not_hide_a_verified_handshake(void **state)
{
    (void)state;
    expect("established", NULL, NULL, SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
one_sided_when_only_one_side_was_captured(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL)));
    assert_true(hs_conn_is_one_sided(&conn));
    scenario_play(&conn, SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited")));
    assert_true(hs_conn_is_one_sided(&conn));
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL)));
    assert_false(hs_conn_is_one_sided(&conn));
    scenario_play(&conn, SCENARIO(HANDSHAKE));
    assert_false(hs_conn_is_one_sided(&conn));
}

/* ---- counts ---- */

static void
counts_include_repetitions_of_the_sender(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_int_equal(conn.syn_count, 2);
    assert_int_equal(conn.synack_count, 3);
}

static void
counts_leave_out_what_was_captured_twice(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .ip_id = 7},
        {.from = 'C', .flags = "S", .stage = "syn", .ip_id = 7},
        {.from = 'C', .flags = "S", .stage = "syn", .ip_id = 8},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .ip_id = 900},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .ip_id = 900}));
    assert_int_equal(conn.syn_count, 2);
    assert_int_equal(conn.synack_count, 1);
}

/* ---- the connection before ---- */

static void
connections_on_the_same_ports_are_linked(void **state)
{
    const struct step syn = SEGMENT('C', "S", 0, 0, 0, "syn", NULL);
    const struct tcp_segment segment = scenario_segment(&syn, 5000, 0);
    struct hs_findings findings = {.count = 0};
    struct hs_conn first, second;
    struct hs_note note;

    (void)state;
    hs_conn_init(&first, 3, NULL);
    assert_int_equal(first.previous_frame, 0);
    hs_conn_init(&second, 70, &first);
    assert_int_equal(first.superseded_frame, 70);
    assert_int_equal(second.previous_frame, 3);
    assert_int_equal(second.superseded_frame, 0);

    hs_learn_segment(&second, HS_SIDE_A, &segment, &(struct hs_frame){.number = 70}, &note,
                     &findings);
    assert_int_equal(findings.count, 1);
    assert_string_equal(hs_anomaly_slug(findings.list[0].anomaly), "port_reused");
    assert_int_equal(findings.list[0].expected, 3);
    findings.count = 0;
    hs_learn_segment(&second, HS_SIDE_A, &segment, &(struct hs_frame){.number = 71}, &note,
                     &findings);
    assert_int_equal(findings.count, 0);
}

static void
every_outcome_has_a_word(void **state)
{
    (void)state;
    for (enum hs_outcome one = 0; one < HS_OUTCOME_COUNT; one++) {
        assert_non_null(hs_outcome_name(one));
        for (enum hs_outcome other = 0; other < one; other++) {
            assert_string_not_equal(hs_outcome_name(one), hs_outcome_name(other));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unanswered),
        cmocka_unit_test(refused_by_the_server),
        cmocka_unit_test(refused_with_data_in_the_syn),
        cmocka_unit_test(aborted_by_the_client),
        cmocka_unit_test(half_open),
        cmocka_unit_test(half_open_after_fast_open_data),
        cmocka_unit_test(established),
        cmocka_unit_test(half_closed_by_either),
        cmocka_unit_test(closed_by_either),
        cmocka_unit_test(reset_by_either),
        cmocka_unit_test(reset_after_both_fins_stays_closed),
        cmocka_unit_test(reset_stays_when_a_repeated_syn_ack_follows),
        cmocka_unit_test(syn_ack_contradicts_a_refusal),
        cmocka_unit_test(partial_without_any_opening),
        cmocka_unit_test(partial_with_the_client_alone),
        cmocka_unit_test(partial_with_a_syn_ack_that_was_missed),
        cmocka_unit_test(missed_syn_does_not_hide_a_verified_handshake),
        cmocka_unit_test(one_sided_when_only_one_side_was_captured),
        cmocka_unit_test(counts_include_repetitions_of_the_sender),
        cmocka_unit_test(counts_leave_out_what_was_captured_twice),
        cmocka_unit_test(connections_on_the_same_ports_are_linked),
        cmocka_unit_test(every_outcome_has_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
