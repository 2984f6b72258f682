/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Flags that do not go together, and what stands in the header without them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

static void
play(const char *outcome, const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
    assert_string_equal(hs_outcome_name(hs_conn_outcome(&conn)), outcome);
}

static void
syn_with_a_fin_is_odd(void **state)
{
    (void)state;
    play("half-open", SCENARIO(
        SEGMENT('C', "SF", 0, 0, 0, "syn", "syn_fin"),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)));
    play("established", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SFA", 0, 1, 0, "syn-ack", "syn_fin"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

/* The RST counts: as an answer it would have to acknowledge the SYN. */
static void
syn_with_a_rst_is_odd(void **state)
{
    (void)state;
    play("partial", SCENARIO(
        SEGMENT('C', "SR", 0, 0, 0, "rst", "syn_rst")));
    play("unanswered", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SR", 0, 0, 0, "rst", "syn_rst")));
    play("refused", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SRA", 0, 1, 0, "rst", "syn_rst")));
}

static void
segments_without_ack_are_no_part_of_a_connection(void **state)
{
    (void)state;
    play("partial", SCENARIO(
        SEGMENT('C', "FPU", 0, 0, 0, "fin", "xmas_flags")));
    play("partial", SCENARIO(
        SEGMENT('C', "", 0, 0, 0, "stray", "null_flags")));
    /* A bare FIN is a scan, too; it has no word of its own. */
    play("partial", SCENARIO(
        SEGMENT('C', "F", 0, 0, 0, "fin", NULL)));
    play("established", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "FPU", 1, 0, 0, "fin", "xmas_flags"),
        SEGMENT('C', "F", 1, 0, 0, "fin", NULL),
        SEGMENT('C', "P", 1, 0, 9, "stray", "null_flags")));
}

static void
syn_without_a_segment_size_is_noted(void **state)
{
    static const struct tcp_options none = {.present = 0};
    static const struct tcp_options cut = {.present = TCP_HAS_CUT};
    static const struct tcp_options malformed = {.present = TCP_HAS_MALFORMED};

    (void)state;
    play("half-open", SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &none, .anomaly = "mss_missing"},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &none,
         .anomaly = "mss_missing"}));
    /* What was not captured, or cannot be read, may be there. */
    play("unanswered", SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &cut}));
    play("unanswered", SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &malformed}));
}

static void
acknowledgement_number_without_its_flag_is_noted(void **state)
{
    const struct step syn = SEGMENT('C', "S", 0, 0, 0, "syn", NULL);
    struct tcp_segment segment = scenario_segment(&syn, 5, 9);
    struct hs_findings findings = {.count = 0};
    struct hs_conn conn;
    struct hs_note note;

    (void)state;
    segment.ack = 77;
    hs_conn_init(&conn, 1, NULL);
    hs_learn_segment(&conn, HS_SIDE_A, &segment, &(struct hs_frame){.number = 1}, &note, &findings);
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.list[0].anomaly, HS_ANOMALY_ACK_FIELD_WITHOUT_FLAG);
    assert_int_equal(findings.list[0].actual, 77);
    assert_false(note.has_ack);
    assert_int_equal(note.stage, HS_STAGE_SYN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syn_with_a_fin_is_odd),
        cmocka_unit_test(syn_with_a_rst_is_odd),
        cmocka_unit_test(segments_without_ack_are_no_part_of_a_connection),
        cmocka_unit_test(syn_without_a_segment_size_is_noted),
        cmocka_unit_test(acknowledgement_number_without_its_flag_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
