/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network.h"

static const int64_t second_ns = 1000000000;

static const struct tcp_options of_a_stack = {
    .present = TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED, .mss = 1460};

#define STACK_SYN \
    {.from = 'C', .flags = "S", .options = &of_a_stack}

/* Plays the same with as many servers, and asserts that just one anomaly is found once, at the end of
 * the conversation that reaches the threshold. */
static void
assert_scan(enum hs_anomaly expected, const struct step *steps, size_t count)
{
    struct network network;

    network_init(&network);
    for (uint32_t server = 1; server < NETWORK_THRESHOLD; server++) {
        network_play(&network, 9, 1000 + server, steps, count);
    }
    assert_true(network_is_quiet(&network));
    for (uint32_t server = NETWORK_THRESHOLD; server < 3 * NETWORK_THRESHOLD; server++) {
        network_play(&network, 9, 1000 + server, steps, count);
    }
    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        assert_int_equal(network.reported[anomaly], anomaly == expected);
    }
    assert_int_equal(network.last_frame, NETWORK_THRESHOLD * count);
    assert_int_equal(network.last.actual, NETWORK_THRESHOLD);
    assert_int_equal(network.last.expected, NETWORK_THRESHOLD);
    assert_int_equal(network.last.seconds, NETWORK_SECONDS);
    assert_in_range(network.last.parties, NETWORK_THRESHOLD - 3, NETWORK_THRESHOLD + 3);
    network_free(&network);
}

static void
each_kind_of_scan(void **state)
{
    (void)state;
    assert_scan(HS_ANOMALY_SCAN_SYN, SCENARIO(SEND('C', "S", 0, 0, 0), SEND('S', "RA", 0, 1, 0)));
    assert_scan(HS_ANOMALY_SCAN_SYN, SCENARIO(SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0),
                                      SEND('C', "R", 1, 0, 0)));
    assert_scan(HS_ANOMALY_SCAN_SYN, SCENARIO(STACK_SYN, SEND('S', "SA", 0, 1, 0),
                                      SEND('C', "R", 1, 0, 0)));
    assert_scan(HS_ANOMALY_SCAN_SYN, SCENARIO(SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0),
                                      SEND('C', "A", 1, 1, 0), SEND('C', "RA", 1, 1, 0)));
    assert_scan(HS_ANOMALY_SCAN_CONNECT, SCENARIO(STACK_SYN, SEND('S', "RA", 0, 1, 0)));
    assert_scan(HS_ANOMALY_SCAN_CONNECT, SCENARIO(STACK_SYN, SEND('S', "SA", 0, 1, 0),
                                          SEND('C', "A", 1, 1, 0), SEND('C', "RA", 1, 1, 0)));
    assert_scan(HS_ANOMALY_SCAN_CONNECT, SCENARIO(STACK_SYN, SEND('S', "SA", 0, 1, 0),
                                          SEND('C', "A", 1, 1, 0), SEND('S', "PA", 1, 1, 30),
                                          SEND('C', "FA", 1, 31, 0)));
    assert_scan(HS_ANOMALY_SCAN_FIN, SCENARIO(SEND('C', "F", 0, 0, 0)));
    assert_scan(HS_ANOMALY_SCAN_NULL, SCENARIO(SEND('C', "", 0, 0, 0)));
    assert_scan(HS_ANOMALY_SCAN_XMAS, SCENARIO(SEND('C', "FPU", 0, 0, 0)));
    assert_scan(HS_ANOMALY_SCAN_ACK, SCENARIO(SEND('C', "A", 0, 77, 0), SEND('S', "R", 77, 0, 0)));
    assert_scan(HS_ANOMALY_SYNACK_REFLECTION,
                SCENARIO(SEND('S', "SA", 0, 1, 0), SEND('C', "R", 1, 0, 0)));
    assert_scan(HS_ANOMALY_SYNACK_REFLECTION,
                SCENARIO(SEND('S', "SA", 0, 1, 0), SEND('S', "SA", 0, 1, 0),
                         SEND('C', "R", 1, 0, 0)));
}

/* One victim, many clients. */
static void
backscatter_is_no_reflection(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    for (uint32_t client = 1; client <= 2 * NETWORK_THRESHOLD; client++) {
        /* Answers to SYNs that named somebody else: the number is 0, not counted from an ISN. */
        PLAY(&network, 1000 + client, 7, SEND('S', "RA", -70000u, 1, 0));
    }
    assert_int_equal(network.reported[HS_ANOMALY_BACKSCATTER], 1);
    assert_int_equal(network.reported[HS_ANOMALY_SYNACK_REFLECTION], 0);
    network_free(&network);

    network_init(&network);
    for (uint32_t client = 1; client <= 2 * NETWORK_THRESHOLD; client++) {
        PLAY(&network, 1000 + client, 7, SEND('S', "SA", 0, 1, 0));
    }
    assert_true(network_is_quiet(&network));
    network.now_ns += 3 * second_ns;
    PLAY(&network, 999, 7, SEND('S', "SA", 0, 1, 0));
    assert_int_equal(network.reported[HS_ANOMALY_BACKSCATTER], 1);
    assert_int_equal(network.reported[HS_ANOMALY_SYNACK_REFLECTION], 0);
    network_free(&network);
}

static void
honest_clients_scan_nothing(void **state)
{
    static const struct step used[] = {
        STACK_SYN, SEND('S', "SA", 0, 1, 0), SEND('C', "A", 1, 1, 0), SEND('C', "PA", 1, 1, 30),
        SEND('C', "RA", 31, 1, 0)};
    static const struct step closed_by_the_server[] = {
        STACK_SYN, SEND('S', "SA", 0, 1, 0), SEND('C', "A", 1, 1, 0), SEND('S', "FA", 1, 1, 0),
        SEND('C', "FA", 1, 2, 0)};
    static const struct step bare_but_used[] = {
        SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0), SEND('C', "PA", 1, 1, 30)};
    static const struct step one_sided[] = {
        STACK_SYN, SEND('C', "A", 1, 1, 0), SEND('C', "PA", 1, 1, 30)};
    static const struct step midstream[] = {
        SEND('C', "A", 1, 1, 0), SEND('S', "PA", 1, 1, 30), SEND('C', "R", 1, 0, 0)};
    static const struct step late_capture[] = {
        SEND('S', "SA", 0, 1, 0), SEND('S', "PA", 1, 1, 30)};
    /* Not a NULL scan, and not an Xmas scan. */
    static const struct step flags_lost[] = {
        STACK_SYN, SEND('S', "SA", 0, 1, 0), SEND('C', "A", 1, 1, 0), SEND('C', "", 1, 0, 30),
        SEND('C', "PA", 1, 1, 30)};
    static const struct step urgent_end[] = {
        SEND('C', "FPUA", 1, 1, 1), SEND('S', "FA", 1, 3, 0)};
    static const struct {
        const struct step *steps;
        size_t count;
    } cases[] = {{used, 5}, {closed_by_the_server, 5}, {bare_but_used, 3}, {one_sided, 3},
                 {midstream, 3}, {late_capture, 2}, {flags_lost, 5}, {urgent_end, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct network network;

        network_init(&network);
        for (uint32_t server = 1; server <= 500; server++) {
            network_play(&network, 9, 1000 + server, cases[i].steps, cases[i].count);
            network.now_ns += second_ns / 20;
        }
        assert_true(network_is_quiet(&network));
        /* The other way round: one server, many clients. */
        for (uint32_t client = 1; client <= 500; client++) {
            network_play(&network, 1000 + client, 9, cases[i].steps, cases[i].count);
            network.now_ns += second_ns / 20;
        }
        assert_true(network_is_quiet(&network));
        network_free(&network);
    }
}

/* One port, again and again. */
static void
patience_is_no_scan(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    for (uint32_t i = 0; i < 500; i++) {
        PLAY(&network, 9, 1, STACK_SYN, SEND('S', "RA", 0, 1, 0));
        PLAY(&network, 9, 1, SEND('C', "", 0, 0, 0));
        PLAY(&network, 9, 1, SEND('C', "FPU", 0, 0, 0));
    }
    assert_true(network_is_quiet(&network));
    network_free(&network);
}

static void
flood_is_noticed_once(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    for (uint32_t client = 1; client <= NETWORK_THRESHOLD; client++) {
        PLAY(&network, 1000 + client, 7, SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0));
    }
    PLAY(&network, 999, 7, SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0),
         SEND('C', "A", 1, 1, 0));
    assert_true(network_is_quiet(&network));
    network.now_ns += 3 * second_ns;
    PLAY(&network, 998, 7, SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0));
    assert_int_equal(network.reported[HS_ANOMALY_SYN_FLOOD], 1);
    assert_int_equal(network.last.actual, NETWORK_THRESHOLD);
    assert_int_equal(network.last.rest, 1);
    assert_in_range(network.last.parties, NETWORK_THRESHOLD - 3, NETWORK_THRESHOLD + 5);
    PLAY(&network, 997, 7, SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0));
    assert_int_equal(network.reported[HS_ANOMALY_SYN_FLOOD], 1);
    network_free(&network);
}

/* A server that repeats its SYN-ACKs gives the flood away, too. */
static void
repeated_answers_notice_a_flood(void **state)
{
    struct network network;
    struct hs_conn first = {.first_frame = 0};
    const struct step syn = SEND('C', "S", 0, 0, 0), syn_ack = SEND('S', "SA", 0, 1, 0);

    (void)state;
    network_init(&network);
    network_send(&network, &first, 500, 7, &syn);
    network_send(&network, &first, 500, 7, &syn_ack);
    for (uint32_t client = 1; client <= NETWORK_THRESHOLD; client++) {
        PLAY(&network, 1000 + client, 7, SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0));
    }
    network.now_ns += 3 * second_ns;
    network_send(&network, &first, 500, 7, &syn_ack);
    assert_int_equal(network.reported[HS_ANOMALY_SYN_FLOOD], 1);
    network_free(&network);
}

/* How often a flood is found that sends so many SYNs, so long apart, and one more after a silence. */
static unsigned
count_floods(uint32_t syns, int64_t apart_ns, int64_t silence_ns)
{
    struct network network;
    unsigned reported;

    network_init(&network);
    for (uint32_t client = 1; client <= syns; client++) {
        PLAY(&network, 1000 + client, 7, SEND('C', "S", 0, 0, 0));
        network.now_ns += apart_ns - 1000000;
    }
    network.now_ns += silence_ns;
    PLAY(&network, 999, 7, SEND('C', "S", 0, 0, 0));
    reported = network.reported[HS_ANOMALY_SYN_FLOOD];
    network_free(&network);
    return reported;
}

/* Attempts are young for two seconds, and kept for ten more. */
static void
short_and_slow_floods(void **state)
{
    const int64_t ms = 1000000;
    const uint32_t many = NETWORK_THRESHOLD;

    (void)state;
    assert_int_equal(count_floods(many, ms, 1400 * ms), 0);
    assert_int_equal(count_floods(many, ms, 2500 * ms), 1);
    assert_int_equal(count_floods(many, ms, 11000 * ms), 1);
    assert_int_equal(count_floods(many, ms, 12500 * ms), 0);
    assert_int_equal(count_floods(many - 1, ms, 2500 * ms), 0);
    assert_int_equal(count_floods(10 * many, ms, 0), 1);
    assert_int_equal(count_floods(10 * many - 2, ms, 0), 0);
    assert_int_equal(count_floods(500, (int64_t)NETWORK_SECONDS * 1000 * ms / many, 0), 1);
    assert_int_equal(count_floods(500, (int64_t)NETWORK_SECONDS * 1000 * ms / (many - 2), 0), 0);
}

static void
what_is_answered_for_is_no_flood(void **state)
{
    static const struct step completed[] = {
        SEND('C', "S", 0, 0, 0), SEND('S', "SA", 0, 1, 0), SEND('C', "A", 1, 1, 0)};
    static const struct step refused[] = {SEND('C', "S", 0, 0, 0), SEND('S', "RA", 0, 1, 0)};
    static const struct step repeated[] = {SEND('C', "S", 0, 0, 0), SEND('C', "S", 0, 0, 0)};
    static const struct step one_sided[] = {SEND('C', "S", 0, 0, 0), SEND('C', "PA", 1, 1, 9)};
    static const struct {
        const struct step *steps;
        size_t count;
    } cases[] = {{completed, 3}, {refused, 2}, {repeated, 2}, {one_sided, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct network network;

        network_init(&network);
        for (uint32_t client = 1; client <= 500; client++) {
            network_play(&network, 1000 + client, 7, cases[i].steps, cases[i].count);
            network.now_ns += second_ns / 50;
        }
        assert_int_equal(network.reported[HS_ANOMALY_SYN_FLOOD], 0);
        network_free(&network);
    }
}

/* Segments without a time are in no window. */
static void
unknown_times_do_not_count(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    for (uint32_t client = 1; client <= 500; client++) {
        network.now_ns = HS_TIME_UNKNOWN;
        PLAY(&network, 1000 + client, 7, SEND('C', "S", 0, 0, 0));
        network.now_ns = HS_TIME_UNKNOWN;
        PLAY(&network, 7, 1000 + client, SEND('C', "F", 0, 0, 0));
    }
    assert_true(network_is_quiet(&network));
    network_free(&network);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_scan),
        cmocka_unit_test(backscatter_is_no_reflection),
        cmocka_unit_test(honest_clients_scan_nothing),
        cmocka_unit_test(patience_is_no_scan),
        cmocka_unit_test(flood_is_noticed_once),
        cmocka_unit_test(repeated_answers_notice_a_flood),
        cmocka_unit_test(short_and_slow_floods),
        cmocka_unit_test(what_is_answered_for_is_no_flood),
        cmocka_unit_test(unknown_times_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
