/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page_end.h"
#include "tcp_options.h"

/* A list wholly captured: PARSE(bytes...). Reading on behind it crashes. */
#define PARSE(...)                                                                                 \
    parse((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}),                  \
          sizeof((const uint8_t[]){__VA_ARGS__}))

static struct tcp_options
parse(const uint8_t *list, size_t captured_bytes, size_t wire_bytes)
{
    struct tcp_options options;

    memset(&options, 0xa5, sizeof options);
    tcp_options_parse(page_end_copy(list, captured_bytes), captured_bytes, wire_bytes, &options);
    return options;
}

static void
assert_same(struct tcp_options got, struct tcp_options expected)
{
    assert_int_equal(got.present, expected.present);
    assert_int_equal(got.mss, expected.mss);
    assert_int_equal(got.ts_val, expected.ts_val);
    assert_int_equal(got.ts_ecr, expected.ts_ecr);
    assert_int_equal(got.mptcp_subtypes, expected.mptcp_subtypes);
    assert_int_equal(got.wscale, expected.wscale);
    assert_int_equal(got.sack_blocks, expected.sack_blocks);
    assert_int_equal(got.fastopen_cookie_bytes, expected.fastopen_cookie_bytes);
    assert_int_equal(got.malformed_kind, expected.malformed_kind);
}

static void
the_value_is_small(void **state)
{
    (void)state;
    assert_in_range(sizeof(struct tcp_options), 1, 32);
}

static void
no_options_are_nothing(void **state)
{
    struct tcp_options options;

    (void)state;
    memset(&options, 0xa5, sizeof options);
    tcp_options_parse(NULL, 0, 0, &options);
    assert_same(options, (struct tcp_options){0});
    assert_same(parse((const uint8_t[]){2, 4, 5, 0xb4}, 4, 0), (struct tcp_options){0});
}

static void
every_kind_is_read(void **state)
{
    (void)state;
    assert_same(PARSE(2, 4, 0x05, 0xb4), (struct tcp_options){.present = TCP_HAS_MSS, .mss = 1460});
    assert_same(PARSE(2, 4, 0, 0), (struct tcp_options){.present = TCP_HAS_MSS});
    assert_same(PARSE(3, 3, 7), (struct tcp_options){.present = TCP_HAS_WSCALE, .wscale = 7});
    assert_same(PARSE(4, 2), (struct tcp_options){.present = TCP_HAS_SACK_PERMITTED});
    assert_same(PARSE(8, 10, 0x81, 2, 3, 4, 0xf5, 6, 7, 8),
                (struct tcp_options){.present = TCP_HAS_TIMESTAMPS,
                                     .ts_val = 0x81020304,
                                     .ts_ecr = 0xf5060708});
    assert_same(PARSE(19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
                (struct tcp_options){.present = TCP_HAS_MD5});
    assert_same(PARSE(29, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                (struct tcp_options){.present = TCP_HAS_AO});
}

static void
sack_blocks_are_counted(void **state)
{
    uint8_t list[34] = {5};

    (void)state;
    for (uint8_t blocks = 1; blocks <= 4; blocks++) {
        list[1] = (uint8_t)(2 + 8 * blocks);
        assert_same(parse(list, list[1], list[1]),
                    (struct tcp_options){.present = TCP_HAS_SACK, .sack_blocks = blocks});
    }
}

static void
fast_open_is_read_from_both_kinds(void **state)
{
    uint8_t official[18] = {34};
    uint8_t experimental[20] = {254, 0, 0xf9, 0x89};

    (void)state;
    assert_same(PARSE(34, 2), (struct tcp_options){.present = TCP_HAS_FASTOPEN_REQUEST});
    assert_same(PARSE(254, 4, 0xf9, 0x89),
                (struct tcp_options){.present = TCP_HAS_FASTOPEN_REQUEST});
    for (uint8_t bytes = 4; bytes <= 16; bytes += 2) {
        struct tcp_options expected = {.present = TCP_HAS_FASTOPEN, .fastopen_cookie_bytes = bytes};

        official[1] = (uint8_t)(bytes + 2);
        experimental[1] = (uint8_t)(bytes + 4);
        assert_same(parse(official, official[1], official[1]), expected);
        assert_same(parse(experimental, experimental[1], experimental[1]), expected);
    }
}

static void
other_experiments_are_unknown(void **state)
{
    (void)state;
    assert_same(PARSE(254, 4, 0xf9, 0x88), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
    assert_same(PARSE(254, 5, 0xe9, 0x89, 1), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
    assert_same(PARSE(254, 3, 0xf9), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
    assert_same(PARSE(254, 2), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
    assert_same(PARSE(253, 4, 0xf9, 0x89), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
}

static void
multipath_subtypes_add_up(void **state)
{
    (void)state;
    for (uint8_t subtype = 0; subtype < 16; subtype++) {
        assert_same(PARSE(30, 4, (uint8_t)(subtype << 4 | 0x1), 0),
                    (struct tcp_options){.present = TCP_HAS_MPTCP,
                                         .mptcp_subtypes = (uint16_t)(1u << subtype)});
    }
    assert_same(PARSE(30, 3, TCP_MPTCP_PRIO << 4, 1, 30, 4, TCP_MPTCP_REMOVE_ADDR << 4, 5),
                (struct tcp_options){.present = TCP_HAS_MPTCP,
                                     .mptcp_subtypes =
                                         1u << TCP_MPTCP_PRIO | 1u << TCP_MPTCP_REMOVE_ADDR});
}

static void
unknown_kinds_are_kept(void **state)
{
    (void)state;
    /* User Timeout, RFC 5482 */
    assert_same(PARSE(28, 4, 0x80, 0x3c, 3, 3, 7, 1),
                (struct tcp_options){.present = TCP_HAS_UNKNOWN | TCP_HAS_WSCALE, .wscale = 7});
    assert_same(PARSE(255, 2), (struct tcp_options){.present = TCP_HAS_UNKNOWN});
}

static void
lists_of_real_stacks_are_read(void **state)
{
    (void)state;
    /* Linux: [S] <mss 1460,sackOK,TS val 16909060 ecr 0,nop,wscale 7> */
    assert_same(PARSE(2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7),
                (struct tcp_options){.present = TCP_HAS_MSS | TCP_HAS_SACK_PERMITTED |
                                                TCP_HAS_TIMESTAMPS | TCP_HAS_WSCALE,
                                     .mss = 1460,
                                     .ts_val = 0x01020304,
                                     .wscale = 7});
    /* Windows: [S] <mss 1460,nop,wscale 8,nop,nop,sackOK> */
    assert_same(PARSE(2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2),
                (struct tcp_options){
                    .present = TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED,
                    .mss = 1460,
                    .wscale = 8});
    /* macOS: [S] <mss 1460,nop,wscale 6,nop,nop,TS val 1 ecr 0,sackOK,eol> */
    assert_same(PARSE(2, 4, 5, 0xb4, 1, 3, 3, 6, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 4, 2, 0, 0),
                (struct tcp_options){.present = TCP_HAS_MSS | TCP_HAS_SACK_PERMITTED |
                                                TCP_HAS_TIMESTAMPS | TCP_HAS_WSCALE,
                                     .mss = 1460,
                                     .ts_val = 1,
                                     .wscale = 6});
}

/* <nop,nop,TS val 2164392707 ecr 1> has a path of its own, with or without options behind it. */
static void
aligned_timestamps_read_like_any_others(void **state)
{
    static const uint8_t list[] = {1, 1, 8, 10, 0x81, 1, 2, 3, 0, 0, 0, 1, 3, 3, 7, 1};
    const struct tcp_options expected = {
        .present = TCP_HAS_TIMESTAMPS, .ts_val = 0x81010203, .ts_ecr = 1};
    struct tcp_options longer = expected;

    (void)state;
    assert_same(parse(list, 12, 12), expected);
    assert_same(parse(list + 1, 11, 11), expected);
    assert_same(parse(list + 2, 10, 10), expected);
    assert_same(parse(list, sizeof list, 12), expected);
    for (size_t captured = 0; captured < 12; captured++) {
        assert_same(parse(list, captured, 12), (struct tcp_options){.present = TCP_HAS_CUT});
    }
    assert_same(parse(list, 11, 11), (struct tcp_options){.present = TCP_HAS_MALFORMED,
                                                          .malformed_kind = TCP_KIND_TIMESTAMPS});
    longer.present |= TCP_HAS_CUT;
    assert_same(parse(list, 12, sizeof list), longer);
    longer.present = TCP_HAS_TIMESTAMPS | TCP_HAS_WSCALE;
    longer.wscale = 7;
    assert_same(parse(list, sizeof list, sizeof list), longer);
    assert_same(PARSE(1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6, 8, 10, 0, 0, 0, 7, 0, 0, 0, 8),
                (struct tcp_options){.present = TCP_HAS_TIMESTAMPS, .ts_val = 7, .ts_ecr = 8});
}

static void
nops_are_stepped_over(void **state)
{
    uint8_t list[TCP_OPTIONS_MAX_BYTES];

    (void)state;
    memset(list, TCP_KIND_NOP, sizeof list);
    for (size_t count = 0; count <= sizeof list; count++) {
        assert_same(parse(list, count, count), (struct tcp_options){0});
    }
    list[38] = TCP_KIND_SACK_PERMITTED;
    list[39] = 2;
    assert_same(parse(list, sizeof list, sizeof list),
                (struct tcp_options){.present = TCP_HAS_SACK_PERMITTED});
}

static void
the_end_of_the_list_ends_it(void **state)
{
    (void)state;
    assert_same(PARSE(0), (struct tcp_options){0});
    assert_same(PARSE(0, 2, 4, 5, 0xb4), (struct tcp_options){0});
    assert_same(PARSE(4, 2, 1, 0, 3, 1, 99, 0),
                (struct tcp_options){.present = TCP_HAS_SACK_PERMITTED});
    /* What was not captured lies behind the end. */
    assert_same(parse((const uint8_t[]){4, 2, 0}, 3, 8),
                (struct tcp_options){.present = TCP_HAS_SACK_PERMITTED});
}

static void
the_last_duplicate_counts(void **state)
{
    (void)state;
    assert_same(PARSE(2, 4, 5, 0xb4, 2, 4, 2, 0x18, 3, 3, 1, 3, 3, 9),
                (struct tcp_options){
                    .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 536, .wscale = 9});
    assert_same(PARSE(5, 18, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4,
                      5, 10, 1, 1, 1, 1, 2, 2, 2, 2),
                (struct tcp_options){.present = TCP_HAS_SACK, .sack_blocks = 1});
    assert_same(PARSE(34, 6, 1, 2, 3, 4, 254, 4, 0xf9, 0x89),
                (struct tcp_options){.present = TCP_HAS_FASTOPEN_REQUEST});
    assert_same(PARSE(34, 2, 254, 8, 0xf9, 0x89, 1, 2, 3, 4),
                (struct tcp_options){.present = TCP_HAS_FASTOPEN, .fastopen_cookie_bytes = 4});
}

static void
every_option_stands_beside_every_other(void **state)
{
    static const struct {
        uint16_t bit;
        uint8_t list[18];
    } options[] = {
        {TCP_HAS_MSS, {2, 4, 5, 0xb4}},
        {TCP_HAS_WSCALE, {3, 3, 7}},
        {TCP_HAS_SACK_PERMITTED, {4, 2}},
        {TCP_HAS_SACK, {5, 10}},
        {TCP_HAS_TIMESTAMPS, {8, 10}},
        {TCP_HAS_FASTOPEN, {34, 6}},
        {TCP_HAS_MPTCP, {30, 3}},
        {TCP_HAS_MD5, {19, 18}},
        {TCP_HAS_AO, {29, 4}},
        {TCP_HAS_UNKNOWN, {28, 4}},
        {TCP_HAS_UNKNOWN, {254, 4}},
        {TCP_HAS_MALFORMED, {3, 2}},
    };
    const size_t count = sizeof options / sizeof options[0];

    (void)state;
    for (size_t i = 0; i < count * count; i++) {
        const uint8_t *first = options[i / count].list;
        const uint8_t *second = options[i % count].list;
        uint8_t list[TCP_OPTIONS_MAX_BYTES];

        memcpy(list, first, first[1]);
        memcpy(list + first[1], second, second[1]);
        assert_int_equal(parse(list, first[1] + second[1], first[1] + second[1]).present,
                         options[i / count].bit | options[i % count].bit);
    }
    assert_int_equal(PARSE(4, 2, 34, 2).present, TCP_HAS_SACK_PERMITTED | TCP_HAS_FASTOPEN_REQUEST);
}

/* One option of the kind and the length, its data zeros but for Fast Open's identifier. */
static struct tcp_options
parse_length(uint8_t kind, uint8_t length)
{
    uint8_t list[TCP_OPTIONS_MAX_BYTES] = {kind, length};

    if (kind == TCP_KIND_EXPERIMENT && length >= 4) {
        list[2] = 0xf9;
        list[3] = 0x89;
    }
    return parse(list, sizeof list, sizeof list);
}

static void
wrong_lengths_are_malformed_and_the_option_absent(void **state)
{
    static const struct {
        uint8_t kind;
        uint8_t right[10];
    } kinds[] = {
        {TCP_KIND_MSS, {4}},
        {TCP_KIND_WSCALE, {3}},
        {TCP_KIND_SACK_PERMITTED, {2}},
        {TCP_KIND_SACK, {10, 18, 26, 34}},
        {TCP_KIND_TIMESTAMPS, {10}},
        {TCP_KIND_MD5, {18}},
        {TCP_KIND_FASTOPEN, {2, 6, 8, 10, 12, 14, 16, 18}},
        /* shorter than its identifier: not known for Fast Open */
        {TCP_KIND_EXPERIMENT, {2, 3, 4, 8, 10, 12, 14, 16, 18, 20}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        for (unsigned length = 0; length <= 255; length++) {
            struct tcp_options options = parse_length(kinds[i].kind, (uint8_t)length);

            if (length != 0 && memchr(kinds[i].right, (int)length, sizeof kinds[i].right) != NULL) {
                assert_int_not_equal(options.present, 0);
                assert_int_equal(options.present & TCP_HAS_MALFORMED, 0);
            } else {
                assert_same(options, (struct tcp_options){.present = TCP_HAS_MALFORMED,
                                                          .malformed_kind = kinds[i].kind});
            }
        }
    }
    for (unsigned length = 0; length <= 255; length++) {
        assert_int_equal(parse_length(TCP_KIND_AO, (uint8_t)length).present,
                         length >= 4 && length <= 40 ? TCP_HAS_AO : TCP_HAS_MALFORMED);
        assert_int_equal(parse_length(TCP_KIND_MPTCP, (uint8_t)length).present,
                         length >= 3 && length <= 40 ? TCP_HAS_MPTCP : TCP_HAS_MALFORMED);
        assert_int_equal(parse_length(28, (uint8_t)length).present,
                         length >= 2 && length <= 40 ? TCP_HAS_UNKNOWN : TCP_HAS_MALFORMED);
    }
}

static void
a_wrong_length_does_not_end_the_list(void **state)
{
    (void)state;
    assert_same(PARSE(2, 3, 5, 3, 3, 7, 4, 3, 0),
                (struct tcp_options){.present = TCP_HAS_MALFORMED | TCP_HAS_WSCALE,
                                     .wscale = 7,
                                     .malformed_kind = TCP_KIND_MSS});
    /* nor does it undo an option of its kind before it */
    assert_same(PARSE(2, 4, 5, 0xb4, 2, 3, 1, 1),
                (struct tcp_options){.present = TCP_HAS_MALFORMED | TCP_HAS_MSS,
                                     .mss = 1460,
                                     .malformed_kind = TCP_KIND_MSS});
}

static void
options_that_lead_nowhere_end_the_list(void **state)
{
    static const uint8_t lists[][4] = {{3, 0, 4, 2}, {3, 1, 4, 2}, {3, 5, 4, 2}, {1, 1, 1, 3}};
    const struct tcp_options expected = {.present = TCP_HAS_MALFORMED,
                                         .malformed_kind = TCP_KIND_WSCALE};

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        assert_same(parse(lists[i], 4, 4), expected);
    }
    /* The length says so before the data is there. */
    assert_same(parse((const uint8_t[]){3, 5}, 2, 4), expected);
}

/* <mss 1460,sackOK,TS val 1 ecr 2,wscale 7,mptcp capable,tfo cookie 0102030405060708,nop> */
static const uint8_t full[TCP_OPTIONS_MAX_BYTES] = {
    2, 4, 0x05, 0xb4, 4, 2, /* end at 4 and 6 */
    8, 10, 0, 0, 0, 1, 0, 0, 0, 2, /* 16 */
    3, 3, 7, /* 19 */
    30, 10, 0x01, 0, 1, 2, 3, 4, 5, 6, /* 29 */
    34, 10, 1, 2, 3, 4, 5, 6, 7, 8, /* 39 */
    1,
};

static const struct {
    size_t end;
    uint16_t bit;
} full_options[] = {
    {4, TCP_HAS_MSS},     {6, TCP_HAS_SACK_PERMITTED}, {16, TCP_HAS_TIMESTAMPS},
    {19, TCP_HAS_WSCALE}, {29, TCP_HAS_MPTCP},         {39, TCP_HAS_FASTOPEN},
};

static uint16_t
full_bits_within(size_t bytes)
{
    uint16_t bits = 0;

    for (size_t i = 0; i < sizeof full_options / sizeof full_options[0]; i++) {
        if (full_options[i].end <= bytes) {
            bits |= full_options[i].bit;
        }
    }
    return bits;
}

static void
cut_lists_are_reported_and_never_overrun(void **state)
{
    (void)state;
    for (size_t captured = 0; captured < sizeof full; captured++) {
        assert_int_equal(parse(full, captured, sizeof full).present,
                         full_bits_within(captured) | TCP_HAS_CUT);
    }
    assert_same(parse(full, sizeof full, sizeof full),
                (struct tcp_options){.present = full_bits_within(sizeof full),
                                     .mss = 1460,
                                     .ts_val = 1,
                                     .ts_ecr = 2,
                                     .mptcp_subtypes = 1u << TCP_MPTCP_CAPABLE,
                                     .wscale = 7,
                                     .fastopen_cookie_bytes = 8});
}

static void
short_headers_end_between_options_or_are_malformed(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes <= sizeof full; bytes++) {
        uint16_t bits = full_bits_within(bytes);
        struct tcp_options options = parse(full, bytes, bytes);

        if (bytes != 0 && bytes != sizeof full && full_bits_within(bytes - 1) == bits) {
            bits |= TCP_HAS_MALFORMED;
        }
        assert_int_equal(options.present, bits);
        assert_same(parse(full, sizeof full, bytes), options);
    }
}

static void
shifts_are_capped(void **state)
{
    (void)state;
    for (unsigned wscale = 0; wscale <= 255; wscale++) {
        struct tcp_options options = PARSE(3, 3, (uint8_t)wscale);

        assert_int_equal(options.wscale, wscale);
        assert_int_equal(tcp_options_window_shift(&options), wscale <= 14 ? wscale : 14);
    }
    assert_int_equal(tcp_options_window_shift(&(struct tcp_options){0}), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_is_small),
        cmocka_unit_test(no_options_are_nothing),
        cmocka_unit_test(every_kind_is_read),
        cmocka_unit_test(sack_blocks_are_counted),
        cmocka_unit_test(fast_open_is_read_from_both_kinds),
        cmocka_unit_test(other_experiments_are_unknown),
        cmocka_unit_test(multipath_subtypes_add_up),
        cmocka_unit_test(unknown_kinds_are_kept),
        cmocka_unit_test(lists_of_real_stacks_are_read),
        cmocka_unit_test(aligned_timestamps_read_like_any_others),
        cmocka_unit_test(nops_are_stepped_over),
        cmocka_unit_test(the_end_of_the_list_ends_it),
        cmocka_unit_test(the_last_duplicate_counts),
        cmocka_unit_test(every_option_stands_beside_every_other),
        cmocka_unit_test(wrong_lengths_are_malformed_and_the_option_absent),
        cmocka_unit_test(a_wrong_length_does_not_end_the_list),
        cmocka_unit_test(options_that_lead_nowhere_end_the_list),
        cmocka_unit_test(cut_lists_are_reported_and_never_overrun),
        cmocka_unit_test(short_headers_end_between_options_or_are_malformed),
        cmocka_unit_test(shifts_are_capped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
