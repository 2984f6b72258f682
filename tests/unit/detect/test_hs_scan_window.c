/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network.h"

static const int64_t second_ns = 1000000000;

/* An ACK to each of so many ports of a server, and its RSTs: with a window on multiples of a number. */
static void
probe(struct network *network, uint32_t server, uint32_t count, uint32_t windows)
{
    for (uint32_t i = 1; i <= count; i++) {
        network->port++;
        network->no_window = windows == 0 || i % windows != 0;
        PLAY(network, 9, server, SEND('C', "A", 0, 77, 0), SEND('S', "R", 77, 0, 0));
    }
    network->no_window = false;
}

static void
assert_reported(const struct network *network, unsigned ack_scans, unsigned window_scans)
{
    assert_int_equal(network->reported[HS_ANOMALY_SCAN_ACK], ack_scans);
    assert_int_equal(network->reported[HS_ANOMALY_SCAN_WINDOW], window_scans);
}

static void
windows_that_differ_are_a_window_scan(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    probe(&network, 1, NETWORK_THRESHOLD - 1, 4);
    assert_true(network_is_quiet(&network));
    probe(&network, 1, 1, 0);
    assert_reported(&network, 0, 1);
    assert_int_equal(network.last.actual, (NETWORK_THRESHOLD - 1) / 4);
    assert_int_equal(network.last.rest, NETWORK_THRESHOLD - (NETWORK_THRESHOLD - 1) / 4);
    assert_int_equal(network.last.expected, NETWORK_THRESHOLD);
    assert_int_equal(network.last.seconds, NETWORK_SECONDS);
    assert_in_range(network.last.parties, NETWORK_THRESHOLD - 3, NETWORK_THRESHOLD + 3);
    probe(&network, 1, 3 * NETWORK_THRESHOLD, 4);
    probe(&network, 2, 3 * NETWORK_THRESHOLD, 4);
    assert_reported(&network, 0, 1);
    network_free(&network);
}

/* The rarer kind is a window, or none. */
static void
later_windows_are_reported_later(void **state)
{
    (void)state;
    for (uint32_t windows = 0; windows <= 1; windows++) {
        struct network network;

        network_init(&network);
        probe(&network, 1, 2 * NETWORK_THRESHOLD, windows);
        assert_reported(&network, 1, 0);
        probe(&network, 1, 1, 1 - windows);
        assert_reported(&network, 1, 1);
        assert_int_equal(network.last_frame, network.frames);
        assert_int_equal(network.last.actual, windows ? 2 * NETWORK_THRESHOLD : 1);
        assert_int_equal(network.last.rest, windows ? 1 : 2 * NETWORK_THRESHOLD);
        assert_in_range(network.last.parties, 2 * NETWORK_THRESHOLD - 6, 2 * NETWORK_THRESHOLD + 6);
        probe(&network, 1, 2 * NETWORK_THRESHOLD, 2);
        assert_reported(&network, 1, 1);
        /* Another burst is reported anew, also where there was no silence in between. */
        for (uint32_t i = 0; i < 4; i++) {
            network.now_ns += second_ns * NETWORK_SECONDS / 2;
            probe(&network, 1, 1, windows);
        }
        probe(&network, 1, 2 * NETWORK_THRESHOLD, windows);
        assert_reported(&network, 2, 1);
        probe(&network, 1, 1, 1 - windows);
        assert_reported(&network, 2, 2);
        network_free(&network);
    }
}

/* What a host answered longer ago than the window counts no more: its RSTs are alike now. */
static void
old_windows_do_not_count(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    probe(&network, 1, 1, 1);
    /* It is answered all the time, so that the count never begins anew. */
    for (uint32_t i = 0; i < 4; i++) {
        network.now_ns += second_ns * NETWORK_SECONDS / 2;
        probe(&network, 1, 2, 0);
    }
    probe(&network, 1, 2 * NETWORK_THRESHOLD, 0);
    assert_reported(&network, 1, 0);
    network_free(&network);
}

/* Each server answers all ports alike; then one does, but the one scanner otherwise than the other. */
static void
pairs_that_differ_are_ack_scans(void **state)
{
    struct network network;

    (void)state;
    network_init(&network);
    for (uint32_t server = 1; server <= 2 * NETWORK_THRESHOLD; server++) {
        probe(&network, server, 2, server % 2);
    }
    assert_reported(&network, 1, 0);
    network_free(&network);

    network_init(&network);
    for (uint32_t i = 0; i < NETWORK_THRESHOLD; i++) {
        network.port++;
        network.no_window = true;
        PLAY(&network, 8, 1, SEND('C', "A", 0, 77, 0), SEND('S', "R", 77, 0, 0));
        probe(&network, 1, 1, 1);
    }
    assert_reported(&network, 2, 0);
    network_free(&network);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_that_differ_are_a_window_scan),
        cmocka_unit_test(later_windows_are_reported_later),
        cmocka_unit_test(old_windows_do_not_count),
        cmocka_unit_test(pairs_that_differ_are_ack_scans),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
