/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page_end.h"
#include "tcp_segment.h"

/* 53802 > 8002 [S.] seq 0x01020304 ack 0xf0e0d0c0 win 65483, data offset 10 */
static const uint8_t header[] = {
    0xd2, 0x2a, 0x1f, 0x42, 0x01, 0x02, 0x03, 0x04, 0xf0, 0xe0,
    0xd0, 0xc0, 0xa0, 0x12, 0xff, 0xcb, 0x00, 0x00, 0x00, 0x00,
};

static void
every_field_is_read(void **state)
{
    struct tcp_segment segment;

    (void)state;
    assert_int_equal(tcp_segment_parse(header, sizeof header, 140, &segment), TCP_PARSE_OK);
    assert_int_equal(segment.src_port, 53802);
    assert_int_equal(segment.dst_port, 8002);
    assert_int_equal(segment.seq, 0x01020304);
    assert_int_equal(segment.ack, 0xf0e0d0c0);
    assert_int_equal(segment.header_bytes, 40);
    assert_int_equal(segment.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(segment.window, 65483);
    assert_int_equal(segment.payload_bytes, 100);
    assert_true(segment.payload_known);
    assert_int_equal(tcp_segment_length(&segment), 101);
}

static void
all_nine_flags_are_read(void **state)
{
    struct tcp_segment segment;
    uint8_t bytes[sizeof header];

    (void)state;
    memcpy(bytes, header, sizeof header);
    bytes[12] = 0x5f;
    bytes[13] = 0xff;
    assert_int_equal(tcp_segment_parse(bytes, sizeof bytes, 20, &segment), TCP_PARSE_OK);
    assert_int_equal(segment.flags, 0x1ff);
    assert_int_equal(tcp_segment_length(&segment), 2);
}

static void
length_of_a_fragment_is_unknown(void **state)
{
    struct tcp_segment segment;

    (void)state;
    assert_int_equal(tcp_segment_parse(header, sizeof header, 0, &segment), TCP_PARSE_OK);
    assert_false(segment.payload_known);
    assert_int_equal(segment.payload_bytes, 0);
}

static void
cut_headers_are_reported_and_never_overrun(void **state)
{
    struct tcp_segment segment;

    (void)state;
    for (size_t captured = 0; captured < sizeof header; captured++) {
        assert_int_equal(
            tcp_segment_parse(page_end_copy(header, captured), captured, 140, &segment),
            TCP_PARSE_CUT);
    }
    assert_int_equal(
        tcp_segment_parse(page_end_copy(header, sizeof header), sizeof header, 140, &segment),
        TCP_PARSE_OK);
}

static void
bad_data_offsets_are_reported(void **state)
{
    struct tcp_segment segment;
    uint8_t bytes[sizeof header];

    (void)state;
    memcpy(bytes, header, sizeof header);
    for (uint8_t words = 0; words < 16; words++) {
        bytes[12] = (uint8_t)(words << 4);
        assert_int_equal(tcp_segment_parse(bytes, sizeof bytes, 60, &segment),
                         words < 5 ? TCP_PARSE_BAD : TCP_PARSE_OK);
        assert_int_equal(tcp_segment_parse(bytes, sizeof bytes, 40, &segment),
                         words < 5 || words > 10 ? TCP_PARSE_BAD : TCP_PARSE_OK);
    }
}

static void
payload_is_found(void **state)
{
    enum { HEADER_BYTES = 40, PAYLOAD_BYTES = 10 };
    uint8_t bytes[HEADER_BYTES + PAYLOAD_BYTES] = {0};
    struct tcp_segment segment;

    (void)state;
    memcpy(bytes, header, sizeof header);
    for (size_t captured = sizeof header; captured <= sizeof bytes; captured++) {
        const size_t payload = captured < HEADER_BYTES ? 0 : captured - HEADER_BYTES;

        assert_int_equal(tcp_segment_parse(bytes, captured, sizeof bytes, &segment), TCP_PARSE_OK);
        assert_int_equal(segment.payload_captured, payload);
        assert_true(payload == 0 || segment.payload == bytes + HEADER_BYTES);
    }
}

static void
sums_tell_bytes_apart(void **state)
{
    enum { BYTES = 31, OFFSET = 3 };
    uint8_t bytes[OFFSET + BYTES];

    (void)state;
    assert_int_equal(tcp_segment_sum(&(struct tcp_segment){.payload = NULL}, 0, 0), 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    for (uint32_t count = 0; count <= BYTES; count++) {
        const struct tcp_segment whole = {.payload = bytes};
        const struct tcp_segment copy = {.payload = page_end_copy(bytes + OFFSET, count)};
        const uint16_t sum = tcp_segment_sum(&whole, OFFSET, count);

        assert_int_equal(tcp_segment_sum(&copy, 0, count), sum);
        for (uint32_t i = 0; i < sizeof bytes; i++) {
            bytes[i] ^= 0x20;
            assert_int_equal(tcp_segment_sum(&whole, OFFSET, count) != sum,
                             i >= OFFSET && i < OFFSET + count);
            bytes[i] ^= 0x20;
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(all_nine_flags_are_read),
        cmocka_unit_test(length_of_a_fragment_is_unknown),
        cmocka_unit_test(cut_headers_are_reported_and_never_overrun),
        cmocka_unit_test(bad_data_offsets_are_reported),
        cmocka_unit_test(payload_is_found),
        cmocka_unit_test(sums_tell_bytes_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
