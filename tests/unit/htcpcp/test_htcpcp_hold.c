/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which unfinished head is waited for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_stream.h"

#define BEGIN "BREW coffee://pot-1 HTCPCP/1.0\r\nX-Padding: "

/* What becomes of a first segment of some octets that ends behind a header line, without the blank line. */
static enum htcpcp_part_kind
kind_of_first_part(size_t len)
{
    struct htcpcp_stream stream = {.sender = HTCPCP_KIND_REQUEST};
    struct htcpcp_part part;
    uint8_t segment[1460];
    size_t at = 0;

    assert_in_range(len, sizeof BEGIN + 2, sizeof segment);
    memset(segment, 'x', sizeof segment);
    memcpy(segment, BEGIN, sizeof BEGIN - 1);
    segment[len - 2] = '\r';
    segment[len - 1] = '\n';
    assert_true(htcpcp_stream_next(&stream, segment, len, false, &at, &part));
    return part.kind;
}

/* A sender cuts a head that is too long for a segment, and goes on with the rest: that is waited for.
 * No path makes it cut below 536 octets (RFC 9293 section 3.7.1). A shorter segment is all that the
 * sender had to say, and is shown at once. */
static void
only_what_fills_a_segment_was_cut_for_its_size(void **state)
{
    (void)state;
    assert_int_equal(kind_of_first_part(100), HTCPCP_PART_MESSAGE);
    assert_int_equal(kind_of_first_part(535), HTCPCP_PART_MESSAGE);
    assert_int_equal(kind_of_first_part(536), HTCPCP_PART_HELD);
    assert_int_equal(kind_of_first_part(1460), HTCPCP_PART_HELD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_fills_a_segment_was_cut_for_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
