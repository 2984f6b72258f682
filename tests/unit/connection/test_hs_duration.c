/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_duration.h"

static void
short_times_are_exact(void **state)
{
    (void)state;
    assert_int_equal(hs_duration_ns(hs_duration_between(5, 5)), 0);
    assert_int_equal(hs_duration_ns(hs_duration_between(-7, 999999992)), 999999999);
    assert_int_equal(hs_duration_ns(hs_duration_between(0, HS_DURATION_MAX_VALUE)),
                     HS_DURATION_MAX_VALUE);
}

static void
longer_times_lose_digits(void **state)
{
    (void)state;
    assert_int_equal(hs_duration_ns(hs_duration_between(0, 3000001999)), 3000001000);
    assert_int_equal(hs_duration_ns(hs_duration_between(0, 2000000000001)), 2000000000000);
    assert_int_equal(hs_duration_ns(hs_duration_between(INT64_MIN + 1, INT64_MAX)),
                     (int64_t)HS_DURATION_MAX_VALUE * 1000000);
}

static void
what_is_not_known_stays_so(void **state)
{
    const struct hs_duration nothing = {.unit = HS_DURATION_UNKNOWN};
    const struct hs_duration second = {.value = 1000000, .unit = HS_DURATION_US};

    (void)state;
    assert_int_equal(hs_duration_ns(hs_duration_between(5000, 4000)), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_ns(hs_duration_between(HS_TIME_UNKNOWN, 1)), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_ns(hs_duration_between(1, HS_TIME_UNKNOWN)), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_after(HS_TIME_UNKNOWN, second), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_after(1, nothing), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_after(INT64_MAX, second), HS_TIME_UNKNOWN);
    assert_int_equal(hs_duration_after(-1, second), 999999999);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_times_are_exact),
        cmocka_unit_test(longer_times_lose_digits),
        cmocka_unit_test(what_is_not_known_stays_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
