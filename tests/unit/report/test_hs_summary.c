/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_duration.h"
#include "hs_summary.h"

static void
nothing_sums_up_to_nothing(void **state)
{
    const struct hs_summary summary = hs_summary_make(NULL, 0);

    (void)state;
    assert_int_equal(summary.count, 0);
    assert_true(summary.minimum == HS_TIME_UNKNOWN && summary.mean == HS_TIME_UNKNOWN &&
                summary.p50 == HS_TIME_UNKNOWN && summary.p90 == HS_TIME_UNKNOWN &&
                summary.p99 == HS_TIME_UNKNOWN && summary.maximum == HS_TIME_UNKNOWN);
}

static void
one_length_is_everything(void **state)
{
    int64_t ns[] = {42};
    const struct hs_summary summary = hs_summary_make(ns, 1);

    (void)state;
    assert_true(summary.minimum == 42 && summary.mean == 42 && summary.p50 == 42 &&
                summary.p90 == 42 && summary.p99 == 42 && summary.maximum == 42);
}

static void
percentiles_are_nearest_ranks(void **state)
{
    int64_t ns[200];
    struct hs_summary summary;

    (void)state;
    for (int i = 0; i < 200; i++) {
        ns[i] = (i * 77) % 200 + 1; /* 1 to 200, shuffled */
    }
    summary = hs_summary_make(ns, 200);
    assert_int_equal(summary.count, 200);
    assert_int_equal(summary.minimum, 1);
    assert_int_equal(summary.mean, 100);
    assert_int_equal(summary.p50, 100);
    assert_int_equal(summary.p90, 180);
    assert_int_equal(summary.p99, 198);
    assert_int_equal(summary.maximum, 200);
}

static void
few_lengths_have_high_percentiles(void **state)
{
    int64_t ns[] = {30, 10, 20};
    const struct hs_summary summary = hs_summary_make(ns, 3);

    (void)state;
    assert_int_equal(summary.p50, 20);
    assert_int_equal(summary.p90, 30);
    assert_int_equal(summary.p99, 30);
}

static void
the_mean_of_huge_lengths_does_not_overflow(void **state)
{
    int64_t ns[] = {INT64_MAX, INT64_MAX - 2, INT64_MAX, INT64_MAX - 2};

    (void)state;
    assert_true(hs_summary_make(ns, 4).mean == INT64_MAX - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_sums_up_to_nothing),
        cmocka_unit_test(one_length_is_everything),
        cmocka_unit_test(percentiles_are_nearest_ranks),
        cmocka_unit_test(few_lengths_have_high_percentiles),
        cmocka_unit_test(the_mean_of_huge_lengths_does_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
