/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hs_burst.h"

static const int64_t second_ns = 1000000000;

/* A slot is half a second. */
static const struct hs_burst_limits limits = {.seconds = 10, .threshold = 100};

static uint64_t
hash_of(uint32_t number)
{
    const uint8_t address[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                (uint8_t)(number >> 8), (uint8_t)number};
    const struct hs_key key = hs_key_make(address, sizeof address, 0, 0);

    return hs_key_hash(&key);
}

static void
open_many(struct hs_burst *burst, int64_t time_ns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        hs_burst_open(burst, &limits, time_ns, hash_of(i));
    }
}

static void
settle_many(struct hs_burst *burst, int64_t time_ns, uint32_t count, bool good)
{
    for (uint32_t i = 0; i < count; i++) {
        hs_burst_settle(burst, &limits, time_ns, good, false);
    }
}

static bool
is_noticed(struct hs_burst *burst, int64_t time_ns)
{
    struct hs_burst_report report;

    return hs_burst_judge(burst, &limits, time_ns, 0, &report);
}

static void
distinct_ones_are_counted_nearly(void **state)
{
    static const uint32_t counts[] = {0, 1, 2, 10, 50, 100, 500, 640, 700, 1000, 10000, 100000};
    const struct hs_distinct nothing = {{0}};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const uint32_t expected = counts[i], tolerance = 1 + expected / 5;
        struct hs_distinct distinct = {{0}};
        uint32_t found;

        for (uint32_t pass = 0; pass < 3; pass++) {
            for (uint32_t number = 0; number < expected; number++) {
                hs_distinct_add(&distinct, hash_of(number));
            }
        }
        found = hs_distinct_count(&distinct, &nothing);
        assert_in_range(found, expected < tolerance ? 0 : expected - tolerance,
                        expected + tolerance);
        assert_int_equal(hs_distinct_count(&nothing, &distinct), found);
    }
}

/* Even where every register is full. */
static void
estimates_do_not_overflow(void **state)
{
    struct hs_distinct distinct = {{0}};

    (void)state;
    for (uint64_t i = 0; i < HS_DISTINCT_REGISTERS; i++) {
        hs_distinct_add(&distinct, i);
    }
    assert_int_equal(hs_distinct_count(&distinct, &distinct), UINT32_MAX);
}

static void
noticed_once_at_the_threshold(void **state)
{
    /* 1970, before it, far after it. */
    static const int64_t starts_s[] = {0, -3, -86400, 1767225600, 9000000000};

    (void)state;
    for (size_t i = 0; i < sizeof starts_s / sizeof starts_s[0]; i++) {
        const int64_t start_ns = starts_s[i] * second_ns;
        struct hs_burst burst = {.begun = false};
        struct hs_burst_report report;

        open_many(&burst, start_ns, 99);
        assert_false(is_noticed(&burst, start_ns + 5 * second_ns));
        open_many(&burst, start_ns, 1);
        assert_true(hs_burst_judge(&burst, &limits, start_ns + 5 * second_ns, 0, &report));
        assert_int_equal(report.in_vain, 100);
        assert_int_equal(report.good, 0);
        assert_in_range(report.parties, 90, 110);
        assert_false(is_noticed(&burst, start_ns + 5 * second_ns));
    }
}

static void
young_attempts_may_succeed(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 300);
    assert_false(is_noticed(&burst, 0));
    assert_false(is_noticed(&burst, 2 * second_ns - 1));
    settle_many(&burst, 0, 250, true);
    assert_false(is_noticed(&burst, 2 * second_ns));
    /* Ten times the threshold is too much, however young. */
    open_many(&burst, 3 * second_ns, 949);
    assert_false(is_noticed(&burst, 3 * second_ns));
    settle_many(&burst, 0, 50, false);
    open_many(&burst, 3 * second_ns, 2000);
    assert_true(is_noticed(&burst, 3 * second_ns));
}

static void
failures_count_at_once(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 100);
    settle_many(&burst, 0, 99, false);
    assert_false(is_noticed(&burst, 0));
    settle_many(&burst, 0, 1, false);
    assert_true(is_noticed(&burst, 0));
}

/* A busy server loses some. */
static void
success_outweighs(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 1000);
    settle_many(&burst, 0, 700, true);
    assert_false(is_noticed(&burst, 3 * second_ns));
    /* More ends than beginnings, as with an entry that gave way, count for nothing. */
    settle_many(&burst, 0, 5000, true);
    assert_false(is_noticed(&burst, 3 * second_ns));
}

static void
turned_attempts_fail(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 100);
    settle_many(&burst, 0, 100, true);
    for (int i = 0; i < 100; i++) {
        assert_false(is_noticed(&burst, 0));
        hs_burst_settle(&burst, &limits, 0, false, true);
    }
    assert_true(is_noticed(&burst, 0));
}

static void
what_is_old_leaves_the_window(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 99);
    open_many(&burst, 12 * second_ns, 1);
    assert_false(is_noticed(&burst, 15 * second_ns));
    hs_burst_settle(&burst, &limits, 0, true, false); /* of long ago */
    hs_burst_settle(&burst, &limits, 99 * second_ns, true, false); /* of the future */
    open_many(&burst, 15 * second_ns, 98);
    assert_false(is_noticed(&burst, 18 * second_ns));
    open_many(&burst, 15 * second_ns, 1);
    assert_true(is_noticed(&burst, 18 * second_ns));
}

static void
another_burst_is_reported_again(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 100);
    assert_true(is_noticed(&burst, 3 * second_ns));
    /* It goes on. */
    open_many(&burst, 8 * second_ns, 60);
    assert_false(is_noticed(&burst, 13 * second_ns));
    open_many(&burst, 13 * second_ns, 60);
    assert_false(is_noticed(&burst, 16 * second_ns));
    /* It ends. */
    assert_false(is_noticed(&burst, 26 * second_ns));
    open_many(&burst, 26 * second_ns, 100);
    assert_true(is_noticed(&burst, 29 * second_ns));
}

static void
clocks_step(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 1000 * second_ns, 60);
    /* A little back: as any capture of several interfaces. */
    open_many(&burst, 998 * second_ns, 40);
    assert_true(is_noticed(&burst, 1003 * second_ns));
    /* Far back, far ahead, and to both ends of time. */
    open_many(&burst, 10 * second_ns, 99);
    assert_false(is_noticed(&burst, 13 * second_ns));
    open_many(&burst, INT64_MAX, 99);
    assert_false(is_noticed(&burst, INT64_MAX));
    open_many(&burst, INT64_MIN + 1, 99);
    assert_false(is_noticed(&burst, INT64_MIN + 1));
    open_many(&burst, 0, 100);
    assert_true(is_noticed(&burst, 3 * second_ns));
}

static void
threshold_of_nothing_is_never_reached(void **state)
{
    const struct hs_burst_limits never = {.seconds = 65535, .threshold = 0};
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        hs_burst_open(&burst, &never, 0, hash_of(i));
    }
    assert_false(hs_burst_judge(&burst, &never, 60000 * second_ns, 0, &report));
}

static void
few_parties_are_no_scan(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        hs_burst_open(&burst, &limits, 0, hash_of(i % 5));
    }
    assert_false(hs_burst_judge(&burst, &limits, 3 * second_ns, 75, &report));
    open_many(&burst, 0, 100);
    assert_true(hs_burst_judge(&burst, &limits, 3 * second_ns, 75, &report));
}

static void
what_is_kept_is_summed_up(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    open_many(&burst, 0, 30);
    settle_many(&burst, 0, 20, false);
    settle_many(&burst, 0, 4, true);
    hs_burst_count(&burst, &report);
    assert_int_equal(report.in_vain, 20);
    assert_int_equal(report.good, 4);
    assert_in_range(report.parties, 28, 30);
    assert_false(is_noticed(&burst, 3 * second_ns)); /* the other six are no longer young */
    hs_burst_count(&burst, &report);
    assert_int_equal(report.in_vain, 26);
    assert_false(is_noticed(&burst, 9 * second_ns));
    open_many(&burst, 9 * second_ns, 3);
    assert_false(is_noticed(&burst, 13 * second_ns));
    hs_burst_count(&burst, &report);
    assert_int_equal(report.in_vain, 3);
    assert_int_equal(report.good, 0);
    assert_int_equal(report.parties, 3);
}

static struct hs_key
key_of(uint32_t number)
{
    const uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                (uint8_t)number};

    return hs_key_make(address, sizeof address, 80, 1);
}

/* Whatever comes, who is seen often stays. */
static void
least_recently_used_gives_way(void **state)
{
    const struct hs_key kept = key_of(0);
    struct hs_burst_table *table = calloc(1, sizeof *table);

    (void)state;
    assert_non_null(table);
    table->uses = UINT32_MAX - 5000; /* the count wraps around on the way */
    hs_burst_table_get(table, &kept)->latest = 7;
    for (uint32_t i = 1; i < 100000; i++) {
        const struct hs_key key = key_of(i);

        assert_null(hs_burst_table_find(table, &key));
        hs_burst_table_get(table, &key)->latest = i;
        assert_int_equal(hs_burst_table_find(table, &key)->latest, i);
        if (i % 8 == 0) {
            assert_int_equal(hs_burst_table_get(table, &kept)->latest, 7);
        }
    }
    free(table);
}

static void
keys_differ_in_every_part(void **state)
{
    const uint8_t address[16] = {1, 2, 3, 4};
    const struct hs_key keys[] = {
        hs_key_make(address, 4, 80, 0), hs_key_make(address, 16, 80, 0),
        hs_key_make(address, 4, 81, 0), hs_key_make(address, 4, 80, 1),
        hs_key_make(address + 1, 4, 80, 0),
    };
    struct hs_burst_table *table = calloc(1, sizeof *table);

    (void)state;
    assert_non_null(table);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_null(hs_burst_table_find(table, &keys[i]));
        hs_burst_table_get(table, &keys[i]);
        assert_non_null(hs_burst_table_find(table, &keys[i]));
    }
    free(table);
}

/* Sums and the count of parties are kept from one attempt to the next: whatever comes, they are those of the
 * slots and of the sketches. */
static void
kept_sums_are_those_of_the_slots(void **state)
{
    struct hs_burst burst = {.begun = false};
    uint32_t random = 1;

    (void)state;
    for (int step = 0; step < 20000; step++) {
        struct hs_burst_report report;
        uint32_t open = 0, good = 0, parties;
        int64_t time_ns;

        random = random * 1664525 + 1013904223;
        /* Time goes on, and now and then back or far ahead. */
        time_ns = step * second_ns / 50 + (random >> 24 == 0 ? 30 * second_ns : 0) -
                  (random >> 16) % 8 * second_ns;
        switch ((random >> 8) % 4) {
        case 0:
        case 1:
            hs_burst_open(&burst, &limits, time_ns, hash_of((random >> 12) % 300));
            break;
        case 2:
            hs_burst_settle(&burst, &limits, time_ns, random & 0x800, random & 0x400);
            break;
        default:
            hs_burst_judge(&burst, &limits, time_ns, 75, &report);
        }
        if (!burst.begun) {
            continue;
        }
        for (size_t i = 0; i < HS_BURST_SLOTS; i++) {
            open += burst.slots[i].opened - burst.slots[i].good;
            good += burst.slots[i].good;
        }
        parties = hs_distinct_count(&burst.parties[0], &burst.parties[1]);
        hs_burst_count(&burst, &report);
        assert_int_equal(burst.open, open);
        assert_int_equal(report.good, good);
        assert_int_equal(report.parties, parties < open + good ? parties : open + good);
    }
}

/* One party alone keeps failing: the moment others join in is not missed. */
static void
parties_that_join_later_are_noticed(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;
    uint32_t joined = 0;
    bool noticed = false;

    (void)state;
    for (int i = 0; i < 500; i++) {
        hs_burst_open(&burst, &limits, 0, hash_of(0));
        hs_burst_settle(&burst, &limits, 0, false, false);
        assert_false(hs_burst_judge(&burst, &limits, second_ns, 75, &report));
    }
    while (!noticed && joined < 200) {
        hs_burst_open(&burst, &limits, second_ns, hash_of(++joined));
        hs_burst_settle(&burst, &limits, second_ns, false, false);
        noticed = hs_burst_judge(&burst, &limits, second_ns, 75, &report);
        assert_int_equal(noticed, hs_distinct_count(&burst.parties[0], &burst.parties[1]) >= 75);
    }
    assert_in_range(joined, 60, 90);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distinct_ones_are_counted_nearly),
        cmocka_unit_test(estimates_do_not_overflow),
        cmocka_unit_test(noticed_once_at_the_threshold),
        cmocka_unit_test(young_attempts_may_succeed),
        cmocka_unit_test(failures_count_at_once),
        cmocka_unit_test(success_outweighs),
        cmocka_unit_test(turned_attempts_fail),
        cmocka_unit_test(what_is_old_leaves_the_window),
        cmocka_unit_test(another_burst_is_reported_again),
        cmocka_unit_test(clocks_step),
        cmocka_unit_test(threshold_of_nothing_is_never_reached),
        cmocka_unit_test(few_parties_are_no_scan),
        cmocka_unit_test(what_is_kept_is_summed_up),
        cmocka_unit_test(kept_sums_are_those_of_the_slots),
        cmocka_unit_test(parties_that_join_later_are_noticed),
        cmocka_unit_test(least_recently_used_gives_way),
        cmocka_unit_test(keys_differ_in_every_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
