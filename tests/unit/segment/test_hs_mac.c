/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_mac.h"

static struct hs_mac_table table;

static int
empty_table(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    return 0;
}

static void
make_mac(uint32_t number, uint8_t mac[HS_MAC_BYTES])
{
    const uint8_t bytes[HS_MAC_BYTES] = {2, 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                         (uint8_t)(number >> 8), (uint8_t)number};

    memcpy(mac, bytes, HS_MAC_BYTES);
}

static void
addresses_keep_their_numbers(void **state)
{
    uint8_t mac[HS_MAC_BYTES];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 1; i <= HS_MAC_MAX; i++) {
            make_mac(i * 0x9e3779b1u, mac);
            assert_int_equal(hs_mac_number(&table, mac), i);
            assert_memory_equal(hs_mac_at(&table, i), mac, HS_MAC_BYTES);
        }
    }
}

static void
further_addresses_have_none(void **state)
{
    uint8_t mac[HS_MAC_BYTES];

    (void)state;
    for (uint32_t i = 1; i <= 10 * HS_MAC_MAX; i++) {
        make_mac(i, mac);
        assert_int_equal(hs_mac_number(&table, mac), i <= HS_MAC_MAX ? i : HS_MAC_UNKNOWN);
    }
    make_mac(HS_MAC_MAX, mac);
    assert_int_equal(hs_mac_number(&table, mac), HS_MAC_MAX);
}

static void
no_address_has_no_number(void **state)
{
    const uint8_t none[HS_MAC_BYTES] = {0}, one[HS_MAC_BYTES] = {1}, other[HS_MAC_BYTES] = {0, 0, 1};

    (void)state;
    assert_int_equal(hs_mac_number(&table, none), HS_MAC_UNKNOWN);
    assert_int_equal(hs_mac_number(&table, one), 1);
    assert_int_equal(hs_mac_number(&table, other), 2);
    assert_int_equal(hs_mac_number(&table, one), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(addresses_keep_their_numbers, empty_table),
        cmocka_unit_test_setup(further_addresses_have_none, empty_table),
        cmocka_unit_test_setup(no_address_has_no_number, empty_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
