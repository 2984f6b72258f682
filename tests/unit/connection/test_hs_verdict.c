/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How a RST stands to the numbers, where little is known of its receiver.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "findings.h"
#include "hs_reset.h"

enum {
    FAR_OFF = 1000000
};

#define OPENED                                                                       \
    {.from = 'C', .flags = "S"}, {.from = 'S', .flags = "SA", .ack = 1},             \
    {                                                                                \
        .from = 'C', .flags = "A", .seq = 1, .ack = 1                                \
    }
#define SENT(who, bits, number, acknowledged, bytes, ...)                                        \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     __VA_ARGS__}

/* The verdict on the last step, or "none". */
static const char *
verdict_of(const struct step *steps, size_t count)
{
    struct step noted[8];
    struct hs_note note;
    const char *name;

    assert_in_range(count, 1, sizeof noted / sizeof noted[0]);
    for (size_t i = 0; i < count; i++) {
        noted[i] = steps[i];
    }
    noted[count - 1].note = &note;
    findings_of_last(NULL, noted, count);
    name = hs_rst_verdict_name(note.verdict);
    return name == NULL ? "none" : name;
}

#define ASSERT_VERDICT(verdict, ...) assert_string_equal(verdict_of(SCENARIO(__VA_ARGS__)), (verdict))

static void
refusal_has_to_acknowledge_the_syn(void **state)
{
    (void)state;
    findings_expect("rst_bad_ack", 501, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "RA", 0, 501, 0)));
    /* Without ACK it acknowledges nothing. */
    findings_expect("rst_bad_ack", 0, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "R", 0, 0, 0)));
    /* In a simultaneous open the other side has a connection, and a RST needs no ACK. */
    findings_expect_none(
        SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "S", 0, 0, 0), SENT('S', "R", 1, 0, 0)));
}

static void
numbers_of_accused_resets(void **state)
{
    (void)state;
    findings_expect("rst_out_of_window", FAR_OFF, 51, 0,
                    SCENARIO(OPENED, SENT('S', "PA", 1, 1, 50), SENT('S', "R", FAR_OFF, 0, 0)));
    findings_expect("rst_bad_ack", 900, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('S', "RA", 1, 900, 0)));
    findings_expect("syn_rst", 0, 0, 0, SCENARIO(OPENED, SENT('C', "SR", 1, 0, 0)));
}

/* Nobody is accused of missing a window that the capture does not show. */
static void
window_of_the_receiver_must_be_known(void **state)
{
    static const struct tcp_options cut = {.present = TCP_HAS_MSS | TCP_HAS_CUT, .mss = 1460};

    (void)state;
    ASSERT_VERDICT("out-of-window", OPENED, SENT('S', "R", FAR_OFF, 0, 0));
    /* Either SYN was not captured: windows may be scaled. */
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('C', "A", 1, 1, 0),
                   SENT('S', "R", FAR_OFF, 0, 0));
    ASSERT_VERDICT("none", SENT('S', "SA", 0, 1, 0), SENT('C', "A", 1, 1, 0),
                   SENT('S', "R", FAR_OFF, 0, 0));
    /* Or its options were not. */
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0, .options = &cut), SENT('S', "SA", 0, 1, 0),
                   SENT('C', "A", 1, 1, 0), SENT('S', "R", FAR_OFF, 0, 0));
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0, .options = &cut),
                   SENT('C', "A", 1, 1, 0), SENT('S', "R", FAR_OFF, 0, 0));
    /* What is missing of the receiver may have moved its window; what is missing of the sender not. */
    ASSERT_VERDICT("none", OPENED, SENT('C', "PA", 11, 1, 10), SENT('S', "R", FAR_OFF, 0, 0));
    ASSERT_VERDICT("out-of-window", OPENED, SENT('S', "PA", 11, 1, 10),
                   SENT('S', "R", FAR_OFF, 0, 0));
}

/* After a SYN alone its receiver takes just the number that follows. */
static void
reset_behind_a_syn(void **state)
{
    (void)state;
    ASSERT_VERDICT("in-order", SENT('C', "S", 0, 0, 0), SENT('C', "R", 1, 0, 0));
    ASSERT_VERDICT("out-of-window", SENT('C', "S", 0, 0, 0), SENT('C', "R", 2, 0, 0));
    ASSERT_VERDICT("out-of-window", SENT('C', "S", 0, 0, 0), SENT('C', "R", FAR_OFF, 0, 0));
    /* There was no SYN, it was answered, or the connection went on: its other side was not captured. */
    ASSERT_VERDICT("none", SENT('C', "A", 400, 900, 0), SENT('C', "R", FAR_OFF, 0, 0));
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('S', "A", 50, 1, 0),
                   SENT('C', "R", FAR_OFF, 0, 0));
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('C', "A", 1, 1, 0),
                   SENT('C', "R", FAR_OFF, 0, 0));
}

/* Until the receiver has acknowledged anything its window counts from what was sent to it. */
static void
window_without_acknowledgement(void **state)
{
    (void)state;
    ASSERT_VERDICT("in-window", SENT('C', "S", 0, 0, 0), SENT('S', "S", 0, 0, 0),
                   SENT('C', "R", 1 + 8192, 0, 0));
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('S', "S", 0, 0, 0),
                   SENT('C', "R", 2 + 8192, 0, 0));
    ASSERT_VERDICT("in-order", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                   SENT('S', "R", 0, 0, 0));
    ASSERT_VERDICT("in-window", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                   SENT('S', "R", 5000, 0, 0));
    /* What was acknowledged before the SYN-ACK counts for another connection's numbers. */
    ASSERT_VERDICT("old", SENT('C', "PA", 400, 9000, 20), SENT('S', "SA", 0, 401, 0),
                   SENT('S', "R", 0, 0, 0));
    /* Nothing is old before that. */
    ASSERT_VERDICT("none", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                   SENT('S', "R", UINT32_MAX, 0, 0));
}

static void
window_of_the_receiver_is_its_own(void **state)
{
    static const struct tcp_options wide = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 2},
                                    narrow = {.present = TCP_HAS_MSS | TCP_HAS_WSCALE,
                                              .mss = 1460};

    (void)state;
    /* Its widest window bounds what is old. */
    ASSERT_VERDICT("old", SENT('C', "S", 0, 0, 0, .options = &wide),
                   SENT('S', "SA", 0, 1, 0, .options = &narrow), SENT('C', "A", 1, 1, 0),
                   SENT('S', "R", 1 - 20000u, 0, 0));
    ASSERT_VERDICT("out-of-window", SENT('C', "S", 0, 0, 0, .options = &wide),
                   SENT('S', "SA", 0, 1, 0, .options = &narrow), SENT('C', "A", 1, 1, 0),
                   SENT('C', "R", 1 - 20000u, 0, 0));
    /* What was sent may reach beyond its edge. */
    ASSERT_VERDICT("out-of-window", OPENED, SENT('S', "A", 1, 1, 60000),
                   SENT('S', "R", 60002, 0, 0));
    ASSERT_VERDICT("in-order", OPENED, SENT('S', "A", 1, 1, 60000), SENT('S', "R", 60001, 0, 0));
}

/* RFC 9293 section 3.10.7.1: the number is that of the segment answered, wherever it lies. */
static void
answers_are_in_order(void **state)
{
    (void)state;
    ASSERT_VERDICT("in-order", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                   SENT('C', "A", 1, 501, 0), SENT('S', "R", 501, 0, 0));
    ASSERT_VERDICT("in-window", SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                   SENT('C', "A", 1, 501, 0), SENT('S', "R", 502, 0, 0));
    findings_expect_none(
        SCENARIO(OPENED, SENT('C', "A", 1, FAR_OFF, 0), SENT('S', "R", FAR_OFF, 0, 0)));
    ASSERT_VERDICT("in-order", OPENED, SENT('C', "A", 1, FAR_OFF, 0),
                   SENT('S', "R", FAR_OFF, 0, 0));
}

/* An old RST ends nothing (RFC 9293 section 3.10.7.4). */
static void
old_reset_is_not_taken(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "PA", 1, 1, 50, "established", NULL),
        SEGMENT('C', "A", 1, 51, 0, "established", NULL),
        SEGMENT('S', "R", 50, 0, 0, "rst", NULL),
        SEGMENT('C', "PA", 1, 51, 10, "established", NULL)));
    assert_int_equal(conn.reset_by, HS_SIDE_UNKNOWN);
}

/* What the RST acknowledges can be judged in a handshake whose SYN was captured. */
static void
acknowledgement_of_a_reset(void **state)
{
    (void)state;
    findings_expect("rst_bad_ack", 900, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('C', "A", 1, 1, 0),
                             SENT('S', "RA", 1, 900, 0)));
    findings_expect_none(
        SCENARIO(SENT('C', "PA", 400, 900, 20), SENT('S', "RA", 900, 5000, 0)));
}

/* Numbers counted from a FIN without ACK, where the other side has none yet. */
static void
numbers_of_the_sender_are_enough(void **state)
{
    (void)state;
    ASSERT_VERDICT("in-order", SENT('S', "F", 100, 0, 0), SENT('S', "R", 100, 0, 0));
}

/* So high that 0, counted on from there, has not been sent yet. */
#define CLIENT_ISN 3000000000u

/* The findings and the verdict of a RST with these numbers as they are on the wire. */
static struct hs_findings
judge_raw(uint16_t flags, uint32_t seq, uint32_t ack, bool after_handshake,
          enum hs_rst_verdict *verdict)
{
    static const struct step steps[] = {OPENED};
    const struct tcp_segment rst = {.seq = seq,
                                    .ack = ack,
                                    .flags = flags,
                                    .payload_known = true,
                                    .header_bytes = TCP_HEADER_MIN_BYTES};
    const struct hs_frame frame = {.number = 9, .time_ns = 9};
    struct hs_findings findings = {.count = 0};
    struct hs_note note;
    struct hs_conn conn;

    hs_conn_init(&conn, 1, NULL);
    for (int i = 0; after_handshake && i < 2; i++) {
        const struct tcp_segment segment =
            scenario_segment(&steps[i], i == 1 ? 70000 : CLIENT_ISN, i == 1 ? CLIENT_ISN : 70000);

        hs_learn_segment(&conn, i == 0 ? HS_SIDE_A : HS_SIDE_B, &segment,
                      &(struct hs_frame){.number = 1, .time_ns = 1}, &note, &findings);
    }
    hs_learn_segment(&conn, HS_SIDE_B, &rst, &frame, &note, &findings);
    *verdict = note.verdict;
    return findings;
}

/* Some stacks set ACK and leave the field empty, others leave garbage there without ACK: neither
 * acknowledges what was not sent. */
static void
empty_acknowledgements_are_not_judged(void **state)
{
    enum hs_rst_verdict verdict;
    struct hs_findings findings;

    (void)state;
    assert_int_equal(judge_raw(TCP_RST | TCP_ACK, 70001, CLIENT_ISN + 1, true, &verdict).count, 0);
    assert_int_equal(judge_raw(TCP_RST | TCP_ACK, 70001, UINT32_MAX, true, &verdict).count, 1);
    assert_int_equal(verdict, HS_VERDICT_BAD_ACK);
    assert_int_equal(judge_raw(TCP_RST | TCP_ACK, 70001, 0, true, &verdict).count, 0);
    assert_int_equal(verdict, HS_VERDICT_IN_ORDER);
    findings = judge_raw(TCP_RST, 70001, UINT32_MAX, true, &verdict);
    assert_int_equal(findings.count, 1);
    assert_string_equal(hs_anomaly_slug(findings.list[0].anomaly), "ack_field_without_flag");
    assert_int_equal(verdict, HS_VERDICT_IN_ORDER);
}

/* The answer to a SYN that was not captured has number 0: that is no number of this connection. */
static void
first_reset_has_no_verdict(void **state)
{
    enum hs_rst_verdict verdict;

    (void)state;
    assert_int_equal(judge_raw(TCP_RST | TCP_ACK, 0, 6000, false, &verdict).count, 0);
    assert_int_equal(verdict, HS_VERDICT_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusal_has_to_acknowledge_the_syn),
        cmocka_unit_test(numbers_of_accused_resets),
        cmocka_unit_test(window_of_the_receiver_must_be_known),
        cmocka_unit_test(reset_behind_a_syn),
        cmocka_unit_test(window_without_acknowledgement),
        cmocka_unit_test(window_of_the_receiver_is_its_own),
        cmocka_unit_test(answers_are_in_order),
        cmocka_unit_test(old_reset_is_not_taken),
        cmocka_unit_test(acknowledgement_of_a_reset),
        cmocka_unit_test(numbers_of_the_sender_are_enough),
        cmocka_unit_test(empty_acknowledgements_are_not_judged),
        cmocka_unit_test(first_reset_has_no_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
