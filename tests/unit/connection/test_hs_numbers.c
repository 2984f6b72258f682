/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What each finding says is there and was expected: relative numbers, frames, kinds of options, bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "findings.h"

#define SENT(who, bits, number, acknowledged, bytes, ...)                                        \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     __VA_ARGS__}
#define OPENED SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0), SENT('C', "A", 1, 1, 0)

static void
numbers_of_syns(void **state)
{
    static const struct tcp_options none = {.present = 0},
                                    other_mss = {.present = TCP_HAS_MSS, .mss = 1400};

    (void)state;
    findings_expect("syn_data", 7, 0, 0, SCENARIO(SENT('C', "S", 0, 0, 7)));
    findings_expect("mss_missing", 0, 0, 0, SCENARIO(SENT('C', "S", 0, 0, 0, .options = &none)));
    findings_expect("syn_fin", 0, 0, 0, SCENARIO(SENT('C', "SF", 0, 0, 0)));
    findings_expect("syn_changed", TCP_KIND_MSS, TCP_KIND_MSS, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0),
                             SENT('C', "S", 0, 0, 0, .options = &other_mss)));
    findings_expect("simultaneous_open", 2, 0, 0,
                    SCENARIO(SENT('S', "F", 0, 0, 0), SENT('C', "S", 0, 0, 0),
                             SENT('S', "S", 0, 0, 0)));
}

static void
numbers_of_syn_acks(void **state)
{
    static const struct tcp_options sack = {.present = TCP_HAS_MSS | TCP_HAS_SACK_PERMITTED,
                                            .mss = 1460},
                                    sent = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                            .mss = 1460,
                                            .ts_val = 77},
                                    echoed = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                              .mss = 1460,
                                              .ts_val = 5,
                                              .ts_ecr = 78},
                                    fast_open = {.present = TCP_HAS_MSS | TCP_HAS_FASTOPEN,
                                                 .mss = 1460};

    (void)state;
    findings_expect("option_not_offered", TCP_KIND_SACK_PERMITTED, 0, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0, .options = &sack)));
    findings_expect("timestamp_bad_echo", 78, 77, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0, .options = &sent),
                             SENT('S', "SA", 0, 1, 0, .options = &echoed)));
    findings_expect("tfo_data_ignored", 1, 101, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 100, .options = &fast_open),
                             SENT('S', "SA", 0, 1, 0)));
    findings_expect("synack_bad_ack", 600, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 77, 600, 0)));
    findings_expect("synack_late", 0, 2, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('C', "R", 1, 0, 0),
                             SENT('S', "SA", 0, 1, 0)));
    findings_expect("synack_unsolicited", 0, 0, 0, SCENARIO(SENT('S', "SA", 0, 1, 0)));
    findings_expect("synack_changed", 900, 2, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('S', "SA", 900, 1, 0)));
}

static void
numbers_of_third_segments(void **state)
{
    static const struct tcp_options sent = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                            .mss = 1460,
                                            .ts_val = 77},
                                    answered = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                                .mss = 1460,
                                                .ts_val = 5,
                                                .ts_ecr = 77},
                                    wrong = {.present = TCP_HAS_TIMESTAMPS,
                                             .ts_val = 78,
                                             .ts_ecr = 6};

    (void)state;
    findings_expect("ack_bad_ack", 501, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('C', "A", 1, 501, 0)));
    findings_expect("ack_bad_seq", 9000, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('C', "A", 9000, 1, 0)));
    findings_expect("early_ack", 50, 0, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "A", 9, 50, 0)));
    findings_expect("timestamp_bad_echo", 6, 5, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0, .options = &sent),
                             SENT('S', "SA", 0, 1, 0, .options = &answered),
                             SENT('C', "A", 1, 1, 0, .options = &wrong)));
    findings_expect("data_before_established", 20, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('S', "PA", 1, 1, 20)));
    findings_expect("null_flags", 0, 0, 0, SCENARIO(SENT('C', "", 0, 0, 0)));
    findings_expect("xmas_flags", 0, 0, 0, SCENARIO(SENT('C', "FPU", 0, 0, 0)));
}

static void
numbers_of_what_follows(void **state)
{
    static const struct tcp_options mss = {.present = TCP_HAS_MSS, .mss = 1460},
                                    scale = {.present = TCP_HAS_WSCALE},
                                    sack = {.present = TCP_HAS_SACK_PERMITTED},
                                    timestamps = {.present = TCP_HAS_TIMESTAMPS};

    (void)state;
    findings_expect("option_changed", TCP_KIND_MSS, 0, 0,
                    SCENARIO(OPENED, SENT('C', "A", 1, 1, 0, .options = &mss)));
    findings_expect("option_changed", TCP_KIND_WSCALE, 0, 0,
                    SCENARIO(OPENED, SENT('C', "A", 1, 1, 0, .options = &scale)));
    findings_expect("option_changed", TCP_KIND_SACK_PERMITTED, 0, 0,
                    SCENARIO(OPENED, SENT('C', "A", 1, 1, 0, .options = &sack)));
    findings_expect("option_changed", TCP_KIND_TIMESTAMPS, 0, 0,
                    SCENARIO(OPENED, SENT('C', "A", 1, 1, 0, .options = &timestamps)));
    findings_expect("ack_unseen_data", 31, 11, 0,
                    SCENARIO(OPENED, SENT('S', "PA", 1, 1, 10), SENT('C', "A", 1, 31, 0)));
}

/* The right edge is the last number that is offered, and one beyond is out. */
static void
edges_of_the_window(void **state)
{
    (void)state;
    findings_expect_none(SCENARIO(OPENED, SENT('S', "PA", 1 + 8192, 1, 10)));
    findings_expect("out_of_window", 2 + 8192, 1 + 8192, 0,
                    SCENARIO(OPENED, SENT('S', "PA", 2 + 8192, 1, 10)));
    findings_expect("fin_out_of_window", 2 + 8192, 1 + 8192, 0,
                    SCENARIO(OPENED, SENT('S', "FA", 2 + 8192, 1, 0)));
    /* Below, what ends just at the oldest number that may still be repeated is in. */
    findings_expect_none(SCENARIO(OPENED, SENT('S', "A", 1, 1, 10000), SENT('C', "A", 1, 10001, 0),
                                  SENT('S', "A", 10001 - 8192 - 11, 1, 10)));
    findings_expect("out_of_window", 10001 - 8192 - 12, 10001 - 8192, 0,
                    SCENARIO(OPENED, SENT('S', "A", 1, 1, 10000), SENT('C', "A", 1, 10001, 0),
                             SENT('S', "A", 10001 - 8192 - 12, 1, 10)));
    /* What goes on where the sender has come to is no jump. */
    findings_expect_none(
        SCENARIO(OPENED, SENT('S', "A", 1, 1, 60000), SENT('S', "A", 60001, 1, 10)));
}

/* One byte is data; a SYN that asks for a cookie has none, and nothing of it is ignored. */
static void
one_byte_is_data(void **state)
{
    static const struct tcp_options fast_open = {.present = TCP_HAS_MSS | TCP_HAS_FASTOPEN,
                                                 .mss = 1460};

    (void)state;
    findings_expect("syn_data", 1, 0, 0, SCENARIO(SENT('C', "S", 0, 0, 1)));
    findings_expect("tfo_data_ignored", 1, 2, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 1, .options = &fast_open),
                             SENT('S', "SA", 0, 1, 0)));
    findings_expect_none(SCENARIO(SENT('C', "S", 0, 0, 0, .options = &fast_open),
                                  SENT('S', "SA", 0, 1, 0)));
    findings_expect("data_before_established", 1, 1, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                             SENT('S', "PA", 1, 1, 1)));
    findings_expect("data_after_fin", 12, 1, 0,
                    SCENARIO(OPENED, SENT('S', "FA", 1, 1, 0), SENT('S', "PA", 2, 1, 10)));
}

/* Timestamps that were not agreed upon are one fault and not two: an echo of nothing is not wrong. */
static void
echo_is_judged_where_timestamps_were_offered(void **state)
{
    static const struct tcp_options sent = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                            .mss = 1460,
                                            .ts_val = 77,
                                            .ts_ecr = 77},
                                    later = {.present = TCP_HAS_TIMESTAMPS,
                                             .ts_val = 78,
                                             .ts_ecr = 99};

    (void)state;
    findings_expect("option_not_offered", TCP_KIND_TIMESTAMPS, 0, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0, .options = &sent)));
    findings_expect("option_changed", TCP_KIND_TIMESTAMPS, 0, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0, .options = &sent), SENT('S', "SA", 0, 1, 0),
                             SENT('C', "A", 1, 1, 0, .options = &later)));
    findings_expect("option_changed", TCP_KIND_TIMESTAMPS, 0, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0, .options = &sent),
                             SENT('S', "SA", 0, 1, 0, .options = &sent),
                             SENT('C', "A", 1, 1, 0)));
}

/* How many SYNs and SYN-ACKs the connection has taken for its own. */
static void
assert_taken(unsigned syns, unsigned synacks, const struct step *steps, size_t count)
{
    struct hs_conn conn;

    findings_of_last(&conn, steps, count);
    assert_int_equal(conn.syn_count, syns);
    assert_int_equal(conn.synack_count, synacks);
}

/* A repeated SYN or SYN-ACK has the number of the first, once that is settled; and none opens what a RST
 * has ended. */
static void
other_numbers_are_of_another_connection(void **state)
{
    (void)state;
    assert_taken(2, 0, SCENARIO(SENT('C', "S", 0, 0, 0), SENT('C', "S", 0, 0, 0)));
    assert_taken(1, 0, SCENARIO(SENT('C', "S", 0, 0, 0), SENT('C', "S", 500, 0, 0)));
    assert_taken(1, 2, SCENARIO(SENT('C', "S", 0, 0, 0), SENT('S', "SA", 0, 1, 0),
                                SENT('S', "SA", 900, 1, 0)));
    assert_taken(1, 2, SCENARIO(OPENED, SENT('S', "SA", 0, 1, 0)));
    assert_taken(1, 1, SCENARIO(OPENED, SENT('S', "SA", 900, 1, 0)));
    assert_taken(1, 1, SCENARIO(OPENED, SENT('C', "R", 1, 0, 0), SENT('S', "SA", 0, 1, 0)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_syns),
        cmocka_unit_test(numbers_of_syn_acks),
        cmocka_unit_test(numbers_of_third_segments),
        cmocka_unit_test(numbers_of_what_follows),
        cmocka_unit_test(edges_of_the_window),
        cmocka_unit_test(one_byte_is_data),
        cmocka_unit_test(echo_is_judged_where_timestamps_were_offered),
        cmocka_unit_test(other_numbers_are_of_another_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
