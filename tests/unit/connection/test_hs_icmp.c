/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

enum {
    CLIENT_ISN = 7000,
    SERVER_ISN = 90000
};

static const struct hs_icmp_error port_unreachable = {
    .frame = 2, .version = 4, .type = 3, .code = 3};

static bool
is_unreachable(uint8_t version, uint8_t type, uint8_t code)
{
    return hs_icmp_is_unreachable(
        &(struct hs_icmp_error){.frame = 1, .version = version, .type = type, .code = code});
}

static const char *
describe(uint8_t version, uint8_t type, uint8_t code)
{
    return hs_icmp_describe(
        &(struct hs_icmp_error){.frame = 1, .version = version, .type = type, .code = code});
}

/* ---- which errors, and what they say ---- */

/* RFC 1122 section 4.2.3.9, RFC 5461. */
static void
errors_of_ipv4_that_end_an_attempt(void **state)
{
    (void)state;
    for (uint8_t code = 0; code <= 16; code++) {
        assert_int_equal(is_unreachable(4, 3, code), code != 4);
    }
    assert_true(is_unreachable(4, 11, 0));
    assert_true(is_unreachable(4, 11, 1));
    assert_true(is_unreachable(4, 12, 0));
}

/* An echo, a redirect, a source quench: none of them says that the SYN went nowhere. */
static void
messages_of_ipv4_that_end_nothing(void **state)
{
    static const uint8_t types[] = {0, 1, 2, 4, 5, 8, 9, 10, 13, 14, 255};

    (void)state;
    for (size_t i = 0; i < sizeof types; i++) {
        assert_false(is_unreachable(4, types[i], 0));
    }
}

static void
errors_of_ipv6_that_end_an_attempt(void **state)
{
    (void)state;
    for (uint8_t code = 0; code <= 8; code++) {
        assert_true(is_unreachable(6, 1, code));
    }
    assert_true(is_unreachable(6, 3, 0));
    assert_true(is_unreachable(6, 4, 1));
}

/* "Packet too big" asks for smaller packets; the types of IPv4 mean something else here. */
static void
messages_of_ipv6_that_end_nothing(void **state)
{
    static const uint8_t types[] = {0, 2, 5, 11, 12, 128, 129, 133, 137};

    (void)state;
    for (size_t i = 0; i < sizeof types; i++) {
        assert_false(is_unreachable(6, types[i], 0));
    }
}

static void
descriptions_are_those_of_the_rfcs(void **state)
{
    (void)state;
    assert_string_equal(describe(4, 3, 0), "network unreachable");
    assert_string_equal(describe(4, 3, 1), "host unreachable");
    assert_string_equal(describe(4, 3, 3), "port unreachable");
    assert_string_equal(describe(4, 3, 10), "host administratively prohibited");
    assert_string_equal(describe(4, 3, 13), "communication administratively prohibited");
    assert_string_equal(describe(4, 3, 15), "precedence cutoff in effect");
    assert_string_equal(describe(4, 3, 16), "destination unreachable");
    assert_string_equal(describe(4, 11, 0), "time exceeded");
    assert_string_equal(describe(4, 12, 0), "parameter problem");

    assert_string_equal(describe(6, 1, 0), "no route to destination");
    assert_string_equal(describe(6, 1, 1), "communication administratively prohibited");
    assert_string_equal(describe(6, 1, 3), "address unreachable");
    assert_string_equal(describe(6, 1, 4), "port unreachable");
    assert_string_equal(describe(6, 1, 6), "reject route to destination");
    assert_string_equal(describe(6, 1, 7), "destination unreachable");
    assert_string_equal(describe(6, 1, 255), "destination unreachable");
    assert_string_equal(describe(6, 3, 0), "time exceeded");
    assert_string_equal(describe(6, 4, 0), "parameter problem");
}

/* ---- what becomes of the connection ---- */

static void
learn(struct hs_conn *conn, const struct step *step)
{
    const bool from_client = step->from == 'C';
    const struct tcp_segment segment =
        scenario_segment(step, from_client ? CLIENT_ISN : SERVER_ISN,
                         from_client ? SERVER_ISN : CLIENT_ISN);
    const struct hs_frame frame = {.number = 1, .time_ns = 0};
    struct hs_findings findings = {.count = 0};
    struct hs_note note;

    hs_learn_segment(conn, from_client ? HS_SIDE_B : HS_SIDE_A, &segment, &frame, &note, &findings);
    assert_string_equal(hs_stage_name(note.stage), step->stage);
    assert_int_equal(findings.count, 0);
}

/* A connection of so many of the segments of an orderly handshake. */
static void
begin(struct hs_conn *conn, size_t count)
{
    static const struct step steps[] = {
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
    };

    hs_conn_init(conn, 1, NULL);
    for (size_t i = 0; i < count; i++) {
        learn(conn, &steps[i]);
    }
}

static const char *
outcome(const struct hs_conn *conn)
{
    return hs_outcome_name(hs_conn_outcome(conn));
}

static void
error_that_quotes_the_syn_ends_the_attempt(void **state)
{
    static const struct hs_icmp_error errors[] = {
        {.frame = 2, .version = 4, .type = 3, .code = 1},
        {.frame = 2, .version = 4, .type = 11, .code = 0},
        {.frame = 2, .version = 6, .type = 1, .code = 4},
        {.frame = 2, .version = 6, .type = 3, .code = 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct hs_conn conn;

        begin(&conn, 1);
        assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &errors[i]));
        assert_string_equal(outcome(&conn), "unreachable");
        assert_int_equal(hs_conn_outcome_by(&conn), HS_SENDER_UNKNOWN);
        assert_int_equal(conn.icmp.frame, 2);
        assert_int_equal(conn.icmp.type, errors[i].type);
        assert_int_equal(conn.icmp.code, errors[i].code);
    }
}

static void
error_that_asks_for_smaller_packets_changes_nothing(void **state)
{
    static const struct hs_icmp_error errors[] = {
        {.frame = 2, .version = 4, .type = 3, .code = 4},
        {.frame = 2, .version = 6, .type = 2, .code = 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct hs_conn conn;

        begin(&conn, 1);
        assert_false(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &errors[i]));
        assert_string_equal(outcome(&conn), "unanswered");
        assert_int_equal(conn.icmp.frame, 0);
    }
}

/* Of another sender or with another number it is not about this SYN. */
static void
error_that_quotes_something_else_changes_nothing(void **state)
{
    struct hs_conn conn;

    (void)state;
    hs_conn_init(&conn, 1, NULL);
    assert_false(hs_learn_error(&conn, HS_SIDE_B, 0, &port_unreachable));

    begin(&conn, 1);
    assert_false(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN + 1, &port_unreachable));
    assert_false(hs_learn_error(&conn, HS_SIDE_A, CLIENT_ISN, &port_unreachable));
    assert_false(hs_learn_error(&conn, HS_SIDE_A, 0, &port_unreachable));
    assert_string_equal(outcome(&conn), "unanswered");

    /* A SYN-ACK that is undeliverable is no attempt that failed. */
    begin(&conn, 2);
    assert_false(hs_learn_error(&conn, HS_SIDE_A, SERVER_ISN, &port_unreachable));
    assert_string_equal(outcome(&conn), "half-open");
}

static void
first_error_is_the_one_that_is_reported(void **state)
{
    const struct hs_icmp_error second = {.frame = 5, .version = 4, .type = 3, .code = 1};
    struct hs_conn conn;

    (void)state;
    begin(&conn, 1);
    assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &port_unreachable));
    assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &second));
    assert_int_equal(conn.icmp.frame, 2);
    assert_int_equal(conn.icmp.code, 3);
}

/* One router gave up, another path led through (RFC 5461 section 2). */
static void
answer_after_an_error_counts_more(void **state)
{
    static const struct step refusal = SEGMENT('S', "RA", 0, 1, 0, "rst", NULL);
    static const struct step giving_up = SEGMENT('C', "R", 1, 0, 0, "rst", NULL);
    static const struct step synack = SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL);
    static const struct step ack = SEGMENT('C', "A", 1, 1, 0, "ack", NULL);
    struct hs_conn conn;

    (void)state;
    begin(&conn, 1);
    assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &port_unreachable));
    learn(&conn, &synack);
    assert_string_equal(outcome(&conn), "half-open");
    learn(&conn, &ack);
    assert_string_equal(outcome(&conn), "established");

    begin(&conn, 1);
    assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &port_unreachable));
    learn(&conn, &refusal);
    assert_string_equal(outcome(&conn), "refused");

    begin(&conn, 1);
    assert_true(hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &port_unreachable));
    learn(&conn, &giving_up);
    assert_string_equal(outcome(&conn), "aborted");
}

/* A late error does not undo a handshake. */
static void
error_after_the_handshake_ends_nothing(void **state)
{
    struct hs_conn conn;

    (void)state;
    begin(&conn, 3);
    hs_learn_error(&conn, HS_SIDE_B, CLIENT_ISN, &port_unreachable);
    assert_string_equal(outcome(&conn), "established");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_ipv4_that_end_an_attempt),
        cmocka_unit_test(messages_of_ipv4_that_end_nothing),
        cmocka_unit_test(errors_of_ipv6_that_end_an_attempt),
        cmocka_unit_test(messages_of_ipv6_that_end_nothing),
        cmocka_unit_test(descriptions_are_those_of_the_rfcs),
        cmocka_unit_test(error_that_quotes_the_syn_ends_the_attempt),
        cmocka_unit_test(error_that_asks_for_smaller_packets_changes_nothing),
        cmocka_unit_test(error_that_quotes_something_else_changes_nothing),
        cmocka_unit_test(first_error_is_the_one_that_is_reported),
        cmocka_unit_test(answer_after_an_error_counts_more),
        cmocka_unit_test(error_after_the_handshake_ends_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
