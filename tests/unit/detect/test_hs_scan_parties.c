/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How many distinct ports a scan takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network.h"

enum {
    ROUNDS = 5
};

/* How often a SYN scan is found when a client tries each of some servers in vain, again and again. */
static unsigned
count_scans(uint32_t servers)
{
    struct network network;
    unsigned reported;

    network_init(&network);
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t server = 1; server <= servers; server++) {
            PLAY(&network, 9, 1000 + server, SEND('C', "S", 0, 0, 0), SEND('S', "RA", 0, 1, 0));
        }
    }
    reported = network.reported[HS_ANOMALY_SCAN_SYN];
    network_free(&network);
    return reported;
}

/* A client that insists on a few servers which are down fails often enough, and scans nothing: failures
 * must be spread over three quarters of the threshold. The quarter is for the estimate, which may be
 * too low: so is that of just three quarters here. */
static void
insisting_on_few_servers_is_no_scan(void **state)
{
    (void)state;
    assert_int_equal(count_scans(NETWORK_THRESHOLD / 2), 0);
    assert_int_equal(count_scans(NETWORK_THRESHOLD * 3 / 4 - 1), 0);
    assert_int_equal(count_scans(NETWORK_THRESHOLD * 3 / 4 + 2), 1);
    assert_int_equal(count_scans(NETWORK_THRESHOLD), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(insisting_on_few_servers_is_no_scan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
