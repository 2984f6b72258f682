/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "hs_reset.h"
#include "hs_signature.h"
#include "scenario.h"

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

static void
every_verdict(void **state)
{
    static const struct {
        const char *flags;
        uint32_t seq, ack;
        const char *anomaly, *verdict;
    } cases[] = {
        {"R", 101, 0, NULL, "in-order"},
        {"R", 51, 0, NULL, "in-order"}, /* not all that was sent has been acknowledged */
        {"RA", 101, 1, NULL, "in-order"},
        {"R", 102, 0, NULL, "in-window"},
        {"R", 51 + 8192, 0, NULL, "in-window"},
        {"R", 51 + 8193, 0, "rst_out_of_window", "out-of-window"},
        {"R", 50, 0, NULL, "old"},
        {"R", 51 - 8193u, 0, NULL, "old"},
        {"R", 51 - 8194u, 0, "rst_out_of_window", "out-of-window"},
        {"R", 1u << 31, 0, "rst_out_of_window", "out-of-window"},
        {"RA", 101, 2 + 2 * 8192, NULL, "in-order"}, /* nearly room for it: it was not captured */
        {"RA", 101, 3 + 2 * 8192, "rst_bad_ack", "bad-ack"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hs_note note;

        play(SCENARIO(
            HANDSHAKE,
            SEGMENT('S', "PA", 1, 1, 50, "established", NULL),
            SEGMENT('C', "A", 1, 51, 0, "established", NULL),
            SEGMENT('S', "PA", 51, 1, 50, "established", NULL),
            {.from = 'S', .flags = cases[i].flags, .seq = cases[i].seq, .ack = cases[i].ack,
             .stage = "rst", .anomaly = cases[i].anomaly, .note = &note}));
        assert_string_equal(hs_rst_verdict_name(note.verdict), cases[i].verdict);
    }
}

/* What cannot be measured has no verdict, and none is accused. */
static void
unknown_numbers_have_no_verdict(void **state)
{
    struct hs_note note;

    (void)state;
    play(SCENARIO(FROM('S', "R", 77, 0, 0, "rst", NULL, .note = &note)));
    assert_null(hs_rst_verdict_name(note.verdict));
    play(SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL),
        FROM('S', "R", 9000000, 0, 0, "rst", NULL, .note = &note)));
    assert_null(hs_rst_verdict_name(note.verdict));
}

/* Nor where the snap length cut off by how much the windows are shifted. */
static void
unknown_windows_have_no_edge(void **state)
{
    static const struct tcp_options cut = {.present = TCP_HAS_MSS | TCP_HAS_CUT, .mss = 1460};
    struct hs_note note;

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &cut},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &cut},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        FROM('S', "R", 100000, 0, 0, "rst", NULL, .note = &note)));
    assert_null(hs_rst_verdict_name(note.verdict));
}

/* A RST that answers a wrong acknowledgement carries that number (RFC 9293 figure 8). */
static void
answer_to_a_wrong_number_is_in_order(void **state)
{
    struct hs_conn conn;
    struct hs_note note;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 77, 60000, 0, "syn-ack", "synack_bad_ack"),
        FROM('C', "R", 60000, 0, 0, "rst", NULL, .note = &note),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_string_equal(hs_rst_verdict_name(note.verdict), "in-order");
    assert_true(conn.complete);
}

static void
contradicted_by_data(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "closed", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", "rst_contradicted"),
        SEGMENT('S', "PA", 1, 11, 20, "established", NULL)));
    assert_int_equal(hs_conn_outcome(&conn), HS_OUTCOME_ESTABLISHED);
    assert_int_equal(conn.rst_effect, HS_EFFECT_CONTRADICTED);
    assert_int_equal(conn.rst_frame, 4);
    assert_null(hs_conn_signature(&conn));
}

static void
contradicted_by_the_syn_ack(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "rst_contradicted"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_int_equal(hs_conn_outcome(&conn), HS_OUTCOME_ESTABLISHED);
    assert_int_equal(conn.rst_effect, HS_EFFECT_CONTRADICTED);
}

/* A second RST counts again. */
static void
reset_after_all(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", "rst_contradicted"),
        SEGMENT('S', "RA", 21, 1, 0, "rst", NULL)));
    assert_int_equal(hs_conn_outcome(&conn), HS_OUTCOME_RESET);
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
    assert_int_equal(conn.rst_frame, 6);
    assert_string_equal(hs_conn_signature(&conn), "later-rst-ack");
}

/* Who obeyed the forged RST answers the data that comes after it. */
static void
reset_by_the_deceived(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", "rst_contradicted"),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
        FROM('S', "PA", 21, 1, 20, "closed", NULL, .wait_ms = 1000)));
    assert_int_equal(hs_conn_outcome(&conn), HS_OUTCOME_RESET);
    assert_int_equal(hs_conn_outcome_by(&conn), HS_SENDER_CLIENT);
    assert_int_equal(conn.rst_effect, HS_EFFECT_CONTRADICTED);
    assert_int_equal(conn.rst_frame, 4);
    assert_null(hs_conn_signature(&conn));
    /* That RST was forged, too. The frame of the first is reported already. */
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('S', "PA", 1, 1, 20, "established", "rst_contradicted"),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "A", 1, 21, 0, "established", NULL)));
    assert_int_equal(hs_conn_outcome(&conn), HS_OUTCOME_ESTABLISHED);
    assert_int_equal(conn.rst_effect, HS_EFFECT_CONTRADICTED);
}

static void
honest_resets_are_not_contradicted(void **state)
{
    (void)state;
    /* A FIN, then RSTs, then the FIN again. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "PA", 1, 2, 10, "half-closed", NULL),
        SEGMENT('S', "R", 2, 0, 0, "rst", NULL),
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL)));
    /* Data of before the RST, captured after it. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 101, 0, 0, "rst", NULL),
        SEGMENT('S', "PA", 1, 1, 100, "closed", NULL)));
    /* An acknowledgement of before the RST: the numbers of the datagrams tell, or the RST's own. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 0),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 9),
        FROM('S', "A", 1, 11, 0, "closed", NULL, .ip_id = 8)));
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "RA", 1, 11, 0, "rst", NULL),
        SEGMENT('S', "A", 1, 11, 0, "closed", NULL)));
    /* Where the opening was not captured. */
    play(SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "R", 900, 0, 0, "rst", NULL),
        SEGMENT('S', "PA", 900, 420, 20, "closed", NULL)));
}

static void
in_flight_is_not_ignorance(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "closed", NULL),
        SEGMENT('C', "PA", 11, 1, 10, "closed", NULL)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        FROM('C', "PA", 1, 1, 10, "closed", NULL, .wait_ms = 4)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_IGNORED);
    /* What was sent before is sent again: the RST may have been lost. */
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        FROM('C', "PA", 1, 1, 10, "closed", NULL, .wait_ms = 1000)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
}

static void
every_signature(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(SEGMENT('C', "S", 0, 0, 0, "syn", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-syn-timeout");
    assert_true(hs_learn_error(&conn, (enum hs_side)conn.client,
                               conn.side[(enum hs_side)conn.client].base,
                                    &(struct hs_icmp_error){2, 4, 3, 3}));
    assert_string_equal(hs_conn_signature(&conn), "post-syn-icmp");
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "RA", 0, 1, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-syn-rst-ack");
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-syn-rst");
    scenario_play(&conn, SCENARIO(HANDSHAKE));
    assert_null(hs_conn_signature(&conn));
    scenario_play(&conn, SCENARIO(HANDSHAKE, SEGMENT('C', "RA", 1, 1, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-ack-rst-ack");
    scenario_play(&conn, SCENARIO(HANDSHAKE, SEGMENT('S', "R", 1, 0, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-ack-rst");
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-psh-timeout");
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "post-psh-rst");
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 11, 1, 10, "established", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL)));
    assert_string_equal(hs_conn_signature(&conn), "later-rst");
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL)));
    assert_null(hs_conn_signature(&conn));
}

static void
effects_have_names(void **state)
{
    (void)state;
    assert_string_equal(hs_rst_effect_name(HS_EFFECT_OBEYED), "obeyed");
    assert_string_equal(hs_rst_effect_name(HS_EFFECT_IGNORED), "ignored");
    assert_string_equal(hs_rst_effect_name(HS_EFFECT_CONTRADICTED), "contradicted");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verdict),
        cmocka_unit_test(unknown_numbers_have_no_verdict),
        cmocka_unit_test(unknown_windows_have_no_edge),
        cmocka_unit_test(answer_to_a_wrong_number_is_in_order),
        cmocka_unit_test(contradicted_by_data),
        cmocka_unit_test(contradicted_by_the_syn_ack),
        cmocka_unit_test(reset_after_all),
        cmocka_unit_test(reset_by_the_deceived),
        cmocka_unit_test(honest_resets_are_not_contradicted),
        cmocka_unit_test(in_flight_is_not_ignorance),
        cmocka_unit_test(every_signature),
        cmocka_unit_test(effects_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
