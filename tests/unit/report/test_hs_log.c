/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_log.h"
#include "scenario.h"

/* Asserts which steps are events: "1101", a digit a step. */
static void
assert_events(struct step *steps, size_t count, const char *expected)
{
    struct hs_note notes[16];
    struct hs_oddity oddity;
    struct hs_conn conn;
    char found[16] = "";

    assert_true(count < sizeof found);
    for (size_t i = 0; i < count; i++) {
        steps[i].note = &notes[i];
    }
    scenario_play(&conn, steps, count);
    for (size_t i = 0; i < count; i++) {
        notes[i].conn = &conn; /* the scenario's own is gone */
        /* Who learns keeps the findings with the note. */
        if (steps[i].anomaly != NULL) {
            oddity.conn = &conn;
            notes[i].oddity = &oddity;
            notes[i].finding_count = 1;
        }
        found[i] = hs_log_is_event(&notes[i]) ? '1' : '0';
    }
    assert_string_equal(found, expected);
}

static void
data_and_its_acknowledgements_are_no_events(void **state)
{
    struct step steps[] = {
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 100, "established", NULL),
        SEGMENT('S', "A", 1, 101, 0, "established", NULL),
        SEGMENT('C', "FA", 101, 1, 0, "fin", NULL),
        SEGMENT('S', "A", 1, 102, 0, "half-closed", NULL),
        SEGMENT('S', "PA", 1, 102, 50, "half-closed", NULL),
        SEGMENT('C', "A", 102, 51, 0, "half-closed", NULL),
        SEGMENT('S', "FA", 51, 102, 0, "fin", NULL),
        SEGMENT('C', "A", 102, 52, 0, "closed", NULL),
    };

    (void)state;
    assert_events(steps, sizeof steps / sizeof steps[0], "11100110011");
}

static void
resets_and_oddities_are_events(void **state)
{
    struct step steps[] = {
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "A", 1, 9, 0, "established", "ack_unseen_data"),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
    };

    (void)state;
    assert_events(steps, sizeof steps / sizeof steps[0], "11111");
}

static void
findings_have_their_sentences(void **state)
{
    static const struct hs_oddity oddity = {
        .list = {{.anomaly = HS_ANOMALY_ACK_BAD_ACK, .actual = 501, .expected = 1},
                 {.anomaly = HS_ANOMALY_MSS_MISSING}},
    };
    struct hs_note note = {.stage = HS_STAGE_STRAY, .sender = HS_SENDER_CLIENT,
                           .oddity = &oddity, .finding_count = 2};
    char text[HS_LOG_SENTENCE_BYTES];

    (void)state;
    hs_log_format_sentence(&note, text, sizeof text);
    assert_string_equal(text, "stray from the client, acknowledges 501, expected 1; no maximum "
                              "segment size option, expected one (RFC 9293 section 3.7.1)");
    note.stage = HS_STAGE_RST;
    note.finding_count = 1;
    hs_log_format_sentence(&note, text, sizeof text);
    assert_string_equal(text, "rst from the client; acknowledges 501, expected 1");
    hs_log_format_sentence(&note, text, 24);
    assert_string_equal(text, "rst from the client; ac");
}

static void
flags_have_their_names(void **state)
{
    const char *names[HS_LOG_FLAGS_MAX];

    (void)state;
    assert_int_equal(hs_log_name_flags(0, names), 0);
    assert_int_equal(hs_log_name_flags(TCP_SYN | TCP_ACK, names), 2);
    assert_string_equal(names[0], "SYN");
    assert_string_equal(names[1], "ACK");
    assert_int_equal(hs_log_name_flags(0xffff, names), HS_LOG_FLAGS_MAX);
    assert_string_equal(names[8], "AE");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_and_its_acknowledgements_are_no_events),
        cmocka_unit_test(resets_and_oddities_are_events),
        cmocka_unit_test(findings_have_their_sentences),
        cmocka_unit_test(flags_have_their_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
