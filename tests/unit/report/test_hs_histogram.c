/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hs_histogram.h"

static struct hs_histogram *
make_histogram(void)
{
    struct hs_histogram *histogram = calloc(1, sizeof *histogram);

    assert_non_null(histogram);
    return histogram;
}

static void
nothing_has_no_percentile(void **state)
{
    struct hs_histogram *histogram = make_histogram();
    const struct hs_percentile none = hs_histogram_percentile(histogram, 50);

    (void)state;
    assert_int_equal(none.rank, 0);
    assert_int_equal(none.value, 0);
    free(histogram);
}

static void
one_value_is_every_percentile(void **state)
{
    static const uint32_t values[] = {0, 1, 255, 256, 257, 1000003, INT32_MAX - 1, INT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct hs_histogram *histogram = make_histogram();

        hs_histogram_add(histogram, values[i]);
        assert_int_equal(hs_histogram_percentile(histogram, 1).value, values[i]);
        assert_int_equal(hs_histogram_percentile(histogram, 99).value, values[i]);
        assert_int_equal(hs_histogram_percentile(histogram, 99).rank, 1);
        free(histogram);
    }
}

static void
a_value_that_is_too_great_counts_as_the_greatest(void **state)
{
    struct hs_histogram *histogram = make_histogram();

    (void)state;
    hs_histogram_add(histogram, UINT32_MAX);
    assert_int_equal(hs_histogram_percentile(histogram, 50).value, INT32_MAX);
    free(histogram);
}

static void
small_values_are_exact(void **state)
{
    struct hs_histogram *histogram = make_histogram();

    (void)state;
    for (uint32_t i = 0; i < 100; i++) {
        hs_histogram_add(histogram, (i * 77) % 100 + 1); /* 1 to 100, shuffled */
    }
    for (unsigned percent = 1; percent <= 100; percent++) {
        assert_int_equal(hs_histogram_percentile(histogram, percent).value, percent);
        assert_int_equal(hs_histogram_percentile(histogram, percent).rank, percent);
    }
    free(histogram);
}

static void
great_values_are_at_most_a_128th_too_great(void **state)
{
    (void)state;
    for (uint32_t value = 1; value < INT32_MAX / 5 * 4; value += value / 5 + 1) {
        struct hs_histogram *histogram = make_histogram();
        uint32_t found;

        hs_histogram_add(histogram, value);
        hs_histogram_add(histogram, INT32_MAX);
        found = hs_histogram_percentile(histogram, 50).value;
        assert_in_range(found, value, value + value / 128);
        free(histogram);
    }
}

static void
ranks_are_rounded_up(void **state)
{
    struct hs_histogram *histogram = make_histogram();

    (void)state;
    hs_histogram_add(histogram, 30);
    hs_histogram_add(histogram, 10);
    hs_histogram_add(histogram, 20);
    assert_int_equal(hs_histogram_percentile(histogram, 50).value, 20);
    assert_int_equal(hs_histogram_percentile(histogram, 50).rank, 2);
    assert_int_equal(hs_histogram_percentile(histogram, 90).value, 30);
    free(histogram);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_percentile),
        cmocka_unit_test(one_value_is_every_percentile),
        cmocka_unit_test(a_value_that_is_too_great_counts_as_the_greatest),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(great_values_are_at_most_a_128th_too_great),
        cmocka_unit_test(ranks_are_rounded_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
