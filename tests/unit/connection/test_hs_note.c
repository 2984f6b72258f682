/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_note.h"

static void
assert_sentence(const struct hs_note *note, const char *expected)
{
    char text[192];

    hs_note_format_sentence(note, text, sizeof text);
    assert_string_equal(text, expected);
}

static void
handshake_sentences_tell_times(void **state)
{
    static const struct {
        int64_t ns;
        const char *duration;
    } durations[] = {
        {0, "0 ns"},
        {999, "999 ns"},
        {16000, "16 us"},
        {16500, "16.5 us"},
        {999999, "999.999 us"},
        {1000000, "1 ms"},
        {1023000, "1.023 ms"},
        {40100000, "40.1 ms"},
        {3041000000, "3.041 s"},
        {1000000001, "1 s"},
        {5000000999, "5 s"},
        {5000001999, "5 s"},
        {5123456000, "5.123 s"},
        {INT64_MAX, "1073741.823 s"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        struct hs_note note = {.stage = HS_STAGE_SYN_ACK, .sender = HS_SENDER_SERVER};
        char expected[96] = "syn-ack from the server, ";

        strcat(expected, durations[i].duration);
        strcat(expected, " after the SYN");
        note.since = HS_SINCE_SYN;
        note.since_duration = hs_duration_between(0, durations[i].ns);
        assert_sentence(&note, expected);
    }
}

static const struct hs_oddity bad_ack = {
    .list = {{.anomaly = HS_ANOMALY_ACK_BAD_ACK, .actual = 501, .expected = 1}}};

static void
every_stage_has_a_sentence(void **state)
{
    static const struct {
        struct hs_note note;
        const char *sentence;
    } cases[] = {
        {{.stage = HS_STAGE_SYN, .sender = HS_SENDER_CLIENT}, "syn from the client"},
        {{.stage = HS_STAGE_SYN, .sender = HS_SENDER_CLIENT, .since = HS_SINCE_FIRST_SYN,
          .since_duration = {.value = 1000000000, .unit = HS_DURATION_NS}},
         "syn from the client, 1 s after the first SYN"},
        {{.stage = HS_STAGE_ACK, .sender = HS_SENDER_CLIENT, .since = HS_SINCE_SYN_ACK,
          .since_duration = {.value = 8000, .unit = HS_DURATION_NS}},
         "ack from the client, 8 us after the SYN-ACK"},
        {{.stage = HS_STAGE_ESTABLISHED, .sender = HS_SENDER_CLIENT, .payload_bytes = 78},
         "established, 78 bytes from the client"},
        {{.stage = HS_STAGE_ESTABLISHED, .sender = HS_SENDER_CLIENT, .payload_bytes = 1},
         "established, 1 byte from the client"},
        {{.stage = HS_STAGE_ESTABLISHED, .sender = HS_SENDER_SERVER, .has_ack_delta = true,
          .ack_delta = 78},
         "established, the server acknowledges 78 more"},
        {{.stage = HS_STAGE_ESTABLISHED, .sender = HS_SENDER_SERVER, .has_ack_delta = true},
         "established, nothing new from the server"},
        {{.stage = HS_STAGE_FIN, .sender = HS_SENDER_SERVER}, "fin from the server"},
        {{.stage = HS_STAGE_HALF_CLOSED, .sender = HS_SENDER_CLIENT, .has_ack_delta = true,
          .ack_delta = 1},
         "half-closed, the client acknowledges 1 more"},
        {{.stage = HS_STAGE_CLOSED, .sender = HS_SENDER_SERVER, .has_ack_delta = true,
          .ack_delta = 1},
         "closed, the server acknowledges 1 more"},
        {{.stage = HS_STAGE_RST, .sender = HS_SENDER_SERVER}, "rst from the server"},
        {{.stage = HS_STAGE_MIDSTREAM, .payload_bytes = 212},
         "midstream, 212 bytes from one side; the opening was not captured"},
        {{.stage = HS_STAGE_STRAY, .sender = HS_SENDER_CLIENT, .oddity = &bad_ack,
          .finding_count = 1},
         "stray from the client, acknowledges 501, expected 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_sentence(&cases[i].note, cases[i].sentence);
    }
}

static void
long_sentences_are_cut(void **state)
{
    const struct hs_note note = {.stage = HS_STAGE_MIDSTREAM, .payload_bytes = 212};
    char text[10];

    (void)state;
    hs_note_format_sentence(&note, text, sizeof text);
    assert_string_equal(text, "midstream");
    hs_note_format_sentence(&note, text, 1);
    assert_string_equal(text, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_sentences_tell_times),
        cmocka_unit_test(every_stage_has_a_sentence),
        cmocka_unit_test(long_sentences_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
