/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

/* A segment with a number of its own in the IPv4 header. */
#define PACKET(id, who, bits, number, acknowledged, bytes, word, slug)                           \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     .stage = (word), .anomaly = (slug), .ip_id = (id)}

enum {
    STEPS_MAX = 16
};

static char
mark_of(const struct hs_note *note)
{
    assert_true(note->retransmission + note->duplicate + note->reordered <= 1);
    if (note->retransmission) {
        return 'r';
    }
    if (note->duplicate) {
        return 'd';
    }
    return note->reordered ? 'o' : '-';
}

/* Plays the steps and asserts what is said of repetition, a letter a segment: r retransmission,
 * d duplicate, o reordered, - none of them. */
static void
expect_marks(const char *marks, const struct step *steps, size_t count)
{
    struct step noted[STEPS_MAX];
    struct hs_note notes[STEPS_MAX];
    struct hs_conn conn;
    char found[STEPS_MAX + 1] = "";

    assert_in_range(count, 1, STEPS_MAX);
    for (size_t i = 0; i < count; i++) {
        noted[i] = steps[i];
        noted[i].note = &notes[i];
    }
    scenario_play(&conn, noted, count);
    for (size_t i = 0; i < count; i++) {
        found[i] = mark_of(&notes[i]);
    }
    assert_string_equal(found, marks);
}

static void
keep_alive_is_silent(void **state)
{
    (void)state;
    expect_marks("---------", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", NULL),
        SEGMENT('C', "A", 10, 1, 0, "established", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", NULL),
        SEGMENT('C', "A", 10, 1, 1, "established", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", NULL)));
}

static void
repeated_segments_are_retransmissions(void **state)
{
    (void)state;
    expect_marks("-r-r--r--r", SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "A", 1, 11, 0, "established", NULL),
        SEGMENT('C', "FA", 11, 1, 0, "fin", NULL),
        SEGMENT('C', "FA", 11, 1, 0, "fin", NULL)));
    /* A part of what was sent; what was sent and more. */
    expect_marks("----r-", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 100, "established", NULL),
        SEGMENT('C', "PA", 51, 1, 50, "established", NULL),
        SEGMENT('C', "PA", 51, 1, 100, "established", NULL)));
}

/* A keystroke is one byte, too. */
static void
one_byte_that_was_not_acknowledged_is_a_retransmission(void **state)
{
    (void)state;
    expect_marks("----r-", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 1, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 1, "established", NULL),
        SEGMENT('S', "A", 1, 2, 0, "established", NULL)));
}

static void
reset_is_no_retransmission(void **state)
{
    (void)state;
    expect_marks("-----", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL),
        SEGMENT('C', "R", 1, 0, 0, "rst", NULL)));
}

static void
hole_that_is_filled_late_is_no_retransmission(void **state)
{
    (void)state;
    expect_marks("------r", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 31, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 11, 1, 20, "established", NULL),
        SEGMENT('C', "PA", 11, 1, 20, "established", NULL)));
    expect_marks("-----", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "FA", 11, 1, 0, "fin", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "half-closed", NULL)));
    /* In two pieces, the second one first. */
    expect_marks("------", SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 21, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 11, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
}

/* Two interfaces, or a slow mirror port: the answer was captured before what it answers. */
static void
data_captured_after_its_acknowledgement_is_no_retransmission(void **state)
{
    (void)state;
    expect_marks("-----r", SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "A", 1, 11, 0, "established", "ack_unseen_data"),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
}

static void
late_datagram_with_an_older_number_is_reordered(void **state)
{
    (void)state;
    expect_marks("-----o", SCENARIO(
        HANDSHAKE,
        PACKET(0xffff, 'C', "PA", 1, 1, 10, "established", NULL),
        PACKET(2, 'C', "PA", 21, 1, 10, "established", NULL),
        PACKET(1, 'C', "PA", 11, 1, 10, "established", NULL)));
    /* A new number: the network lost it, and it was sent again. */
    expect_marks("-----", SCENARIO(
        HANDSHAKE,
        PACKET(2, 'C', "PA", 21, 1, 10, "established", NULL),
        PACKET(3, 'C', "PA", 1, 1, 20, "established", NULL)));
}

static void
same_datagram_twice_is_a_duplicate_without_anomalies(void **state)
{
    (void)state;
    expect_marks("-d-d-d-d", SCENARIO(
        PACKET(7, 'C', "S", 0, 0, 5, "syn", "syn_data"),
        PACKET(7, 'C', "S", 0, 0, 5, "syn", NULL),
        PACKET(70, 'S', "SA", 0, 1, 0, "syn-ack", NULL),
        PACKET(70, 'S', "SA", 0, 1, 0, "syn-ack", NULL),
        PACKET(8, 'C', "A", 1, 1, 0, "ack", NULL),
        PACKET(8, 'C', "A", 1, 1, 0, "established", NULL),
        PACKET(9, 'C', "PA", 1, 1, 10, "established", NULL),
        PACKET(9, 'C', "PA", 1, 1, 10, "established", NULL)));
    /* Many a stack numbers nothing. */
    expect_marks("-r", SCENARIO(
        PACKET(0, 'C', "S", 0, 0, 0, "syn", NULL),
        PACKET(0, 'C', "S", 0, 0, 0, "syn", NULL)));
}

/* Even where the connection has learnt in between what would make it odd now. */
static void
second_copy_of_an_acceptable_segment_is_acceptable(void **state)
{
    (void)state;
    expect_marks("----d", SCENARIO(
        PACKET(1, 'C', "S", 0, 0, 0, "syn", NULL),
        PACKET(4, 'S', "SA", 0, 1, 0, "syn-ack", NULL),
        PACKET(5, 'S', "PA", 1000000, 1, 10, "established", "data_before_established"),
        PACKET(2, 'C', "A", 1, 1, 0, "ack", NULL),
        PACKET(5, 'S', "PA", 1000000, 1, 10, "established", NULL)));
    /* What was odd the first time is as odd the second. */
    expect_marks("--d", SCENARIO(
        PACKET(1, 'C', "S", 0, 0, 0, "syn", NULL),
        PACKET(5, 'S', "A", 1, 1, 0, "stray", "early_ack"),
        PACKET(5, 'S', "A", 1, 1, 0, "stray", "early_ack")));
}

/* Some senders number all datagrams alike; two that differ are not the same one. */
static void
datagrams_that_differ_are_no_duplicates(void **state)
{
    (void)state;
    expect_marks("--", SCENARIO(
        PACKET(1, 'C', "S", 0, 0, 0, "syn", NULL),
        PACKET(1, 'C', "R", 0, 0, 0, "rst", NULL)));
}

static void
syn_that_comes_late_is_reordered(void **state)
{
    (void)state;
    expect_marks("-o-", SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    expect_marks("--o-", SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "PA", 1, 1, 5, "established", NULL)));
}

/* Data that was captured before the SYN-ACK is data that was captured. */
static void
syn_ack_that_comes_late_is_no_retransmission(void **state)
{
    struct step steps[] = {
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('C', "A", 1, 1, 0, "established", NULL),
        SEGMENT('S', "PA", 1, 1, 7, "established", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 8, 0, "established", NULL),
    };
    struct hs_conn conn;
    struct hs_note late;

    (void)state;
    steps[3].note = &late;
    scenario_play(&conn, steps, 5);
    assert_false(late.retransmission);
    assert_string_equal(hs_outcome_name(hs_conn_outcome(&conn)), "established");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keep_alive_is_silent),
        cmocka_unit_test(repeated_segments_are_retransmissions),
        cmocka_unit_test(one_byte_that_was_not_acknowledged_is_a_retransmission),
        cmocka_unit_test(reset_is_no_retransmission),
        cmocka_unit_test(hole_that_is_filled_late_is_no_retransmission),
        cmocka_unit_test(data_captured_after_its_acknowledgement_is_no_retransmission),
        cmocka_unit_test(late_datagram_with_an_older_number_is_reordered),
        cmocka_unit_test(same_datagram_twice_is_a_duplicate_without_anomalies),
        cmocka_unit_test(second_copy_of_an_acceptable_segment_is_acceptable),
        cmocka_unit_test(datagrams_that_differ_are_no_duplicates),
        cmocka_unit_test(syn_that_comes_late_is_reordered),
        cmocka_unit_test(syn_ack_that_comes_late_is_no_retransmission),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
