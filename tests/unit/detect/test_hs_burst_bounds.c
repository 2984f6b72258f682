/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The bounds of bursts: just too many and just not, the first and last slot that are kept, and whom a
 * window forgets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hs_burst.h"
#include "page_end.h"

static const int64_t second_ns = 1000000000, slot_ns = 500000000;
static const struct hs_burst_limits limits = {.seconds = 10, .threshold = 100};

static struct hs_key
key_of(uint32_t number)
{
    const uint8_t address[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                                (uint8_t)number};

    return hs_key_make(address, sizeof address, 80, 1);
}

/* Attempts of some parties, one after the other, from a party on. */
static void
open_by(struct hs_burst *burst, int64_t time_ns, uint32_t count, uint32_t first, uint32_t parties)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct hs_key party = key_of(first + i % parties);

        hs_burst_open(burst, &limits, time_ns, hs_key_hash(&party));
    }
}

static void
open_many(struct hs_burst *burst, int64_t time_ns, uint32_t count)
{
    open_by(burst, time_ns, count, 0, count);
}

static void
settle_many(struct hs_burst *burst, int64_t opened_ns, uint32_t count, bool good)
{
    for (uint32_t i = 0; i < count; i++) {
        hs_burst_settle(burst, &limits, opened_ns, good, false);
    }
}

static bool
is_noticed(struct hs_burst *burst, int64_t time_ns)
{
    struct hs_burst_report report;

    return hs_burst_judge(burst, &limits, time_ns, 0, &report);
}

static void
assert_counted(struct hs_burst *burst, uint32_t in_vain, uint32_t good)
{
    struct hs_burst_report report;

    hs_burst_count(burst, &report);
    assert_int_equal(report.in_vain, in_vain);
    assert_int_equal(report.good, good);
}

static void
assert_parties(struct hs_burst *burst, uint32_t low, uint32_t high)
{
    struct hs_burst_report report;

    hs_burst_count(burst, &report);
    assert_in_range(report.parties, low, high);
}

/* A burst goes on at half the threshold and has ended below. */
static void
burst_ends_below_half_the_threshold(void **state)
{
    (void)state;
    for (uint32_t rest = 49; rest <= 50; rest++) {
        struct hs_burst burst = {.begun = false};

        open_many(&burst, 0, 100);
        assert_true(is_noticed(&burst, 3 * second_ns));
        open_many(&burst, 8 * second_ns, rest);
        assert_false(is_noticed(&burst, 13 * second_ns));
        open_many(&burst, 13 * second_ns, 100 - rest);
        assert_int_equal(is_noticed(&burst, 16 * second_ns), rest < 50);
    }
}

/* Ten times the threshold, and more than ten times what succeeds, is too much however young. */
static void
young_attempts_count_from_ten_times_on(void **state)
{
    struct hs_burst burst = {.begun = false}, busy = {.begun = false};

    (void)state;
    open_many(&burst, 0, 999);
    assert_false(is_noticed(&burst, 0));
    open_many(&burst, 0, 1);
    assert_true(is_noticed(&burst, 0));
    open_many(&busy, 0, 1200);
    settle_many(&busy, 0, 110, true);
    assert_false(is_noticed(&busy, 0));
    open_many(&busy, 0, 10);
    assert_false(is_noticed(&busy, 0));
    open_many(&busy, 0, 1);
    assert_true(is_noticed(&busy, 0));
}

static void
failures_must_exceed_half_of_what_succeeds(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 300);
    settle_many(&burst, 0, 200, true);
    assert_false(is_noticed(&burst, 3 * second_ns));
    open_many(&burst, 0, 1);
    assert_true(is_noticed(&burst, 3 * second_ns));
}

static void
so_many_parties_are_enough(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;
    uint32_t parties;

    (void)state;
    open_many(&burst, 0, 150);
    hs_burst_count(&burst, &report);
    parties = report.parties;
    assert_false(hs_burst_judge(&burst, &limits, 3 * second_ns, parties + 1, &report));
    assert_true(hs_burst_judge(&burst, &limits, 3 * second_ns, parties, &report));
    assert_int_equal(report.parties, parties);
}

/* A slot is a twentieth of the window, whatever that is; four are young. Also before the epoch. */
static void
slots_begin_on_time(void **state)
{
    static const struct hs_burst_limits long_ones = {.seconds = 20, .threshold = 100};
    struct hs_burst burst = {.begun = false}, around = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    for (int i = 0; i < 100; i++) {
        hs_burst_open(&burst, &long_ones, second_ns - 1, 0);
    }
    assert_false(hs_burst_judge(&burst, &long_ones, 4 * second_ns - 1, 0, &report));
    assert_true(hs_burst_judge(&burst, &long_ones, 4 * second_ns, 0, &report));
    open_many(&around, -slot_ns / 2, 99);
    open_many(&around, slot_ns / 2, 1);
    assert_false(is_noticed(&around, 3 * slot_ns + slot_ns / 2));
    assert_counted(&around, 99, 0);
}

/* Twenty-four slots are kept, back from the newest. */
static void
clock_may_step_back_within_what_is_kept(void **state)
{
    struct hs_burst within = {.begun = false}, beyond = {.begun = false};

    (void)state;
    open_many(&within, 1012 * second_ns, 60);
    open_many(&within, 1012 * second_ns - (HS_BURST_SLOTS - 1) * slot_ns, 50);
    assert_int_equal(within.open, 110);
    open_many(&beyond, 1012 * second_ns, 60);
    open_many(&beyond, 1012 * second_ns - HS_BURST_SLOTS * slot_ns, 50);
    assert_int_equal(beyond.open, 50);
}

/* Slots come round in a ring: a time that is not kept must not be taken for the one at its place. */
static void
times_that_are_not_kept_settle_nothing(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 100);
    settle_many(&burst, HS_BURST_SLOTS * slot_ns, 10, true);
    assert_int_equal(burst.good, 0);
    open_many(&burst, slot_ns, 1);
    settle_many(&burst, -(HS_BURST_SLOTS - 1) * slot_ns, 1, true);
    assert_int_equal(burst.good, 0);
    settle_many(&burst, slot_ns, 1, true);
    assert_int_equal(burst.good, 1);
}

/* An attempt that was never said to have ended well cannot turn. */
static void
only_what_was_good_turns(void **state)
{
    struct hs_burst burst = {.begun = false};

    (void)state;
    open_many(&burst, 0, 100);
    hs_burst_settle(&burst, &limits, 0, false, true);
    assert_int_equal(burst.open, 100);
    assert_counted(&burst, 1, 0);
    settle_many(&burst, 0, 1, true);
    assert_int_equal(burst.open, 99);
    hs_burst_settle(&burst, &limits, 0, false, true);
    assert_int_equal(burst.open, 100);
    assert_counted(&burst, 2, 0);
}

/* Who took part is known of this window of twenty slots and the one before, never longer. */
static void
parties_are_forgotten_with_their_window(void **state)
{
    const int64_t last_of_first = 19 * slot_ns;
    struct hs_burst one_by_one = {.begun = false}, leap = {.begun = false};

    (void)state;
    open_by(&one_by_one, last_of_first, 60, 0, 60);
    open_by(&one_by_one, 20 * slot_ns, 60, 100, 3);
    assert_parties(&one_by_one, 58, 68);
    open_by(&one_by_one, 40 * slot_ns, 60, 200, 3);
    assert_int_equal(one_by_one.open, 180);
    assert_parties(&one_by_one, 5, 7);
    /* A window was left out: nobody of before is in the one before. */
    open_by(&leap, -slot_ns, 60, 300, 60);
    open_by(&leap, last_of_first, 60, 0, 60);
    open_by(&leap, 41 * slot_ns, 60, 100, 3);
    assert_int_equal(leap.open, 120);
    assert_parties(&leap, 3, 3);
}

/* Time alone makes a window end: what was counted of its parties is out of date then. */
static void
parties_are_counted_anew_in_a_new_window(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    open_by(&burst, 19 * slot_ns, 60, 0, 60);
    open_by(&burst, 30 * slot_ns, 150, 100, 3);
    assert_parties(&burst, 58, 68);
    assert_false(hs_burst_judge(&burst, &limits, 41 * slot_ns, 10, &report));
    assert_int_equal(burst.open, 210);
    assert_parties(&burst, 3, 3);
}

/* Nothing for as long as slots are kept: it begins anew, without those who took part. */
static void
silence_forgets_everybody(void **state)
{
    struct hs_burst burst = {.begun = false};
    struct hs_burst_report report;

    (void)state;
    open_many(&burst, 0, 100);
    open_by(&burst, HS_BURST_SLOTS * slot_ns, 200, 500, 5);
    assert_false(hs_burst_judge(&burst, &limits, 15 * second_ns, 75, &report));
    assert_parties(&burst, 4, 6);
}

/* An address differs from its neighbour in one bit, and sketches look at a few bits of the hash. The length
 * of the address says how much of it is hashed. */
static void
every_bit_of_a_key_changes_about_half_of_its_hash(void **state)
{
    const uint8_t address[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
    const struct hs_key key = hs_key_make(address, sizeof address, 80, 1);
    const uint64_t hash = hs_key_hash(&key);

    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof key; bit++) {
        struct hs_key other = key;
        unsigned changed = 0;

        if (bit / 8 == offsetof(struct hs_key, address_bytes)) {
            continue;
        }
        ((uint8_t *)&other)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        for (uint64_t rest = hs_key_hash(&other) ^ hash; rest != 0; rest &= rest - 1) {
            changed++;
        }
        assert_in_range(changed, 12, 52);
    }
}

/* The count of uses never rests at 0, which says that an entry is free. */
static void
entries_stay_when_the_count_of_uses_wraps(void **state)
{
    struct hs_burst_table *table = calloc(1, sizeof *table);
    const struct hs_key oldest = key_of(0);

    (void)state;
    assert_non_null(table);
    table->uses = UINT32_MAX - 3;
    for (uint32_t i = 0; i < 100; i++) {
        const struct hs_key key = key_of(i);

        hs_burst_table_get(table, &key);
        assert_non_null(hs_burst_table_find(table, &key));
        /* There is room: nobody gives way. */
        assert_non_null(hs_burst_table_find(table, &oldest));
    }
    free(table);
}

/* What gives way leaves nothing behind; nothing is looked for beyond the table, or found where it is
 * empty. */
static void
entries_are_used_anew(void **state)
{
    struct hs_burst_table *table = (struct hs_burst_table *)(void *)page_end_get(sizeof *table);
    const struct hs_key nothing = {.port = 0};

    (void)state;
    *table = (struct hs_burst_table){.uses = 0};
    assert_null(hs_burst_table_find(table, &nothing));
    for (uint32_t i = 0; i < 5000; i++) {
        const struct hs_key key = key_of(i);
        struct hs_burst *burst;

        assert_null(hs_burst_table_find(table, &key));
        burst = hs_burst_table_get(table, &key);
        assert_false(burst->begun);
        burst->begun = true;
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(burst_ends_below_half_the_threshold),
        cmocka_unit_test(young_attempts_count_from_ten_times_on),
        cmocka_unit_test(failures_must_exceed_half_of_what_succeeds),
        cmocka_unit_test(so_many_parties_are_enough),
        cmocka_unit_test(slots_begin_on_time),
        cmocka_unit_test(clock_may_step_back_within_what_is_kept),
        cmocka_unit_test(times_that_are_not_kept_settle_nothing),
        cmocka_unit_test(only_what_was_good_turns),
        cmocka_unit_test(parties_are_forgotten_with_their_window),
        cmocka_unit_test(parties_are_counted_anew_in_a_new_window),
        cmocka_unit_test(silence_forgets_everybody),
        cmocka_unit_test(every_bit_of_a_key_changes_about_half_of_its_hash),
        cmocka_unit_test(entries_stay_when_the_count_of_uses_wraps),
        cmocka_unit_test(entries_are_used_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
