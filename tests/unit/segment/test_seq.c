/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "seq.h"

static void
difference_is_signed_and_wraps(void **state)
{
    (void)state;
    assert_int_equal(seq_diff(5, 3), 2);
    assert_int_equal(seq_diff(3, 5), -2);
    assert_int_equal(seq_diff(1, UINT32_MAX), 2);
    assert_int_equal(seq_diff(UINT32_MAX, 1), -2);
    assert_int_equal(seq_diff(0x7fffffff, 0), INT32_MAX);
    assert_int_equal(seq_diff(0x80000000, 0), INT32_MIN);
}

static void
before_holds_across_the_wrap(void **state)
{
    (void)state;
    assert_true(seq_before(1, 2));
    assert_false(seq_before(2, 2));
    assert_false(seq_before(3, 2));
    assert_true(seq_before(UINT32_MAX, 0));
    assert_false(seq_before(0, UINT32_MAX));
    assert_int_equal(seq_max(UINT32_MAX, 3), 3);
    assert_int_equal(seq_max(7, 3), 7);
}

static void
between_includes_both_ends(void **state)
{
    (void)state;
    assert_true(seq_between(10, 10, 20));
    assert_true(seq_between(10, 20, 20));
    assert_false(seq_between(10, 9, 20));
    assert_false(seq_between(10, 21, 20));
    assert_true(seq_between(UINT32_MAX - 1, 2, 5));
    assert_false(seq_between(UINT32_MAX - 1, 6, 5));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(difference_is_signed_and_wraps),
        cmocka_unit_test(before_holds_across_the_wrap),
        cmocka_unit_test(between_includes_both_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
