/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page_end.h"
#include "tcp_options.h"

static void
the_walk_gives_each_option_and_its_data(void **state)
{
    /* <nop,sack 1 {5:6},mss of length 3,mss 536,nop,nop,exp-1234,wscale without a length> */
    static const uint8_t list[] = {
        1, 5, 10, 0, 0, 0, 5, 0, 0, 0, 6, 2, 3, 1, 2, 4, 2, 0x18, 1, 1, 254, 4, 0x12, 0x34, 3,
    };
    struct tcp_options_iterator iterator = tcp_options_iterate(list, sizeof list, sizeof list);
    struct tcp_option option;

    (void)state;
    assert_int_equal(tcp_options_next(&iterator, &option), TCP_OPTIONS_FOUND);
    assert_int_equal(option.kind, TCP_KIND_SACK);
    assert_ptr_equal(option.data, list + 3);
    assert_int_equal(option.data_bytes, 8);
    assert_int_equal(tcp_options_next(&iterator, &option), TCP_OPTIONS_WRONG);
    assert_int_equal(option.kind, TCP_KIND_MSS);
    assert_ptr_equal(option.data, list + 13);
    assert_int_equal(option.data_bytes, 1);
    assert_int_equal(tcp_options_next(&iterator, &option), TCP_OPTIONS_FOUND);
    assert_int_equal(option.kind, TCP_KIND_MSS);
    assert_ptr_equal(option.data, list + 16);
    assert_int_equal(option.data_bytes, 2);
    assert_int_equal(tcp_options_next(&iterator, &option), TCP_OPTIONS_FOUND);
    assert_int_equal(option.kind, TCP_KIND_EXPERIMENT);
    assert_ptr_equal(option.data, list + 22);
    assert_int_equal(option.data_bytes, 2);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(tcp_options_next(&iterator, &option), TCP_OPTIONS_MALFORMED);
        assert_int_equal(option.kind, TCP_KIND_WSCALE);
    }
}

static void
a_walk_that_is_over_stays_over(void **state)
{
    static const struct {
        uint8_t list[4];
        size_t captured_bytes;
        enum tcp_options_next end;
    } walks[] = {
        {{1, 1, 1, 1}, 4, TCP_OPTIONS_END}, {{1, 0, 3, 3}, 4, TCP_OPTIONS_END},
        {{0, 1, 1, 1}, 1, TCP_OPTIONS_END}, {{1, 1, 1, 1}, 3, TCP_OPTIONS_CUT},
        {{1, 3, 3, 7}, 2, TCP_OPTIONS_CUT}, {{1, 3, 3, 7}, 3, TCP_OPTIONS_CUT},
        {{1, 3, 4, 7}, 4, TCP_OPTIONS_MALFORMED}, {{1, 3, 0, 7}, 4, TCP_OPTIONS_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++) {
        const uint8_t *list = page_end_copy(walks[i].list, walks[i].captured_bytes);
        struct tcp_options_iterator iterator =
            tcp_options_iterate(list, walks[i].captured_bytes, sizeof walks[i].list);
        struct tcp_option option;

        for (int again = 0; again < 3; again++) {
            assert_int_equal(tcp_options_next(&iterator, &option), walks[i].end);
        }
    }
}

/* Walks a list to its end and compares what it says with what tcp_options_parse() says. */
static void
walk(const uint8_t *list, size_t captured_bytes, size_t wire_bytes)
{
    const uint8_t *end = list + (captured_bytes < wire_bytes ? captured_bytes : wire_bytes);
    const uint8_t *reached = list;
    struct tcp_options_iterator iterator = tcp_options_iterate(list, captured_bytes, wire_bytes);
    enum tcp_options_next next;
    struct tcp_options options;
    struct tcp_option option;
    unsigned wrong = 0;
    unsigned found = 0;

    while ((next = tcp_options_next(&iterator, &option)) <= TCP_OPTIONS_WRONG) {
        assert_true(option.data >= reached + 2);
        assert_true(option.data + option.data_bytes <= end);
        reached = option.data + option.data_bytes;
        found += next == TCP_OPTIONS_FOUND;
        wrong += next == TCP_OPTIONS_WRONG;
    }
    tcp_options_parse(list, captured_bytes, wire_bytes, &options);
    assert_int_equal((options.present & TCP_HAS_CUT) != 0, next == TCP_OPTIONS_CUT);
    assert_int_equal((options.present & TCP_HAS_MALFORMED) != 0,
                     wrong != 0 || next == TCP_OPTIONS_MALFORMED);
    assert_int_equal((options.present & ~(TCP_HAS_CUT | TCP_HAS_MALFORMED)) != 0, found != 0);
}

static void
any_kind_and_length_ends_within_the_bytes(void **state)
{
    uint8_t list[TCP_OPTIONS_MAX_BYTES];

    (void)state;
    for (unsigned kind = 0; kind <= 255; kind++) {
        for (unsigned length = 0; length <= 255; length++) {
            for (size_t i = 0; i < sizeof list; i += 2) {
                list[i] = (uint8_t)kind;
                list[i + 1] = (uint8_t)length;
            }
            walk(page_end_copy(list, sizeof list), sizeof list, sizeof list);
            walk(page_end_copy(list, 23), 23, sizeof list);
            walk(page_end_copy(list, 2), 2, 2);
            walk(page_end_copy(list, 1), 1, 2);
            memset(list + 2, 0xff, sizeof list - 2);
            walk(page_end_copy(list, sizeof list), sizeof list, sizeof list);
            /* no header has that many, but the numbers do no harm */
            walk(page_end_copy(list, sizeof list), sizeof list, SIZE_MAX);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_gives_each_option_and_its_data),
        cmocka_unit_test(a_walk_that_is_over_stays_over),
        cmocka_unit_test(any_kind_and_length_ends_within_the_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
