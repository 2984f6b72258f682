/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * To be preloaded: takes the place of GLib's random numbers, with which Wireshark seeds the hashes
 * of its maps. How many keys collide then depends on TCPHS_BENCH_SEED, and not on chance.
 */
#include <stdint.h>
#include <stdlib.h>

uint32_t g_random_int(void);

uint32_t
g_random_int(void)
{
    static uint32_t number;

    if (number == 0) {
        const char *seed = getenv("TCPHS_BENCH_SEED");

        number = seed == NULL ? 1 : (uint32_t)strtoul(seed, NULL, 10);
    }
    number = number * 1664525u + 1013904223u;
    return number;
}
