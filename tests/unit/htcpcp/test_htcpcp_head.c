/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Heads in segments: which of them wait for more, and what a line is that folds over a segment's
 * end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_stream.h"

/* A client, and the octets of it that are held. */
struct client {
    struct htcpcp_stream stream;
    struct htcpcp_part part; /* the last one */
    char octets[256];
    size_t held;
};

static void
feed(struct client *client, const char *segment)
{
    const size_t len = client->held + strlen(segment);
    size_t at = 0;

    assert_true(len < sizeof(client->octets));
    memcpy(client->octets + client->held, segment, strlen(segment));
    while (htcpcp_stream_next(&client->stream, (const uint8_t *)client->octets, len, false, &at,
                              &client->part)) {
        client->held = client->part.kind == HTCPCP_PART_HELD ? client->part.len : 0;
    }
    assert_true(client->part.at == 0);
}

/* The value of the header that the last part begins with. */
static void
expect_header(const struct client *client, const char *value)
{
    struct htcpcp_span rest = client->part.message.headers;
    struct htcpcp_header header;

    assert_true(htcpcp_header_next((const uint8_t *)client->octets, &rest, &header));
    assert_int_equal(header.id, HTCPCP_HEADER_ACCEPT_ADDITIONS);
    assert_int_equal(header.value.len, strlen(value));
    assert_memory_equal(client->octets + header.value.at, value, strlen(value));
}

/* A start line alone in its segment: more must follow, however it is split. */
static void
a_head_line_by_line_is_shown_whole(void **state)
{
    static const char *const pieces[] = {"BREW / HTTP/1.1\r\n", "Accept-Additions:", " Sugar,",
                                         "\r\n", "\tRum\r\n"};
    struct client client = {.stream.sender = HTCPCP_KIND_REQUEST};

    (void)state;
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        feed(&client, pieces[i]);
        assert_int_equal(client.part.kind, HTCPCP_PART_HELD);
    }
    feed(&client, "\r\n");
    assert_int_equal(client.part.kind, HTCPCP_PART_MESSAGE);
    assert_true(client.part.head_ends);
    expect_header(&client, "Sugar,\r\n\tRum");
}

/* After several lines in one segment, or after a line that ends in LF, nothing has to follow. */
static void
a_head_that_comes_otherwise_waits_for_nothing(void **state)
{
    static const char *const heads[][2] = {{"GET /\r\n", ""},
                                           {"GET / HTTP/1.1\n", ""},
                                           {"GET / HTTP/1.1\r\na: b\r\n", ""},
                                           {"GET / HTTP/1.1\r\n", "a: b\r\nc: d\r\n"},
                                           {"GET / HTTP/1.1\r", "\n"},
                                           {"GE", "T / HTTP/1.1\r\n"}};

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct client client = {.stream.sender = HTCPCP_KIND_REQUEST};

        feed(&client, heads[i][0]);
        feed(&client, heads[i][1]);
        assert_int_equal(client.part.kind, HTCPCP_PART_MESSAGE);
    }
}

static void
what_was_flushed_once_is_no_promise_for_the_next_message(void **state)
{
    struct client client = {.stream.sender = HTCPCP_KIND_REQUEST};

    (void)state;
    feed(&client, "GET / HTTP/1.1\r\n");
    feed(&client, "\r\n");
    assert_int_equal(client.part.kind, HTCPCP_PART_MESSAGE);
    feed(&client, "GE");
    feed(&client, "T / HTTP/1.1\r\n");
    assert_int_equal(client.part.kind, HTCPCP_PART_MESSAGE);
}

/* RFC 2068 4.2: the line that begins with a blank goes on with the header in front of it. */
static void
a_header_folds_into_the_next_segment(void **state)
{
    struct client client = {.stream.sender = HTCPCP_KIND_REQUEST};

    (void)state;
    feed(&client, "BREW / HTTP/1.1\r\nAccept-Additions: Cream,\r\n");
    assert_int_equal(client.part.kind, HTCPCP_PART_MESSAGE);
    expect_header(&client, "Cream,");
    for (int i = 0; i < 2; i++) {
        feed(&client, " Rum,\r\n");
        assert_int_equal(client.part.kind, HTCPCP_PART_HEAD);
        assert_int_equal(client.part.message.fold, HTCPCP_HEADER_ACCEPT_ADDITIONS);
        assert_int_equal(client.part.message.headers.len, strlen(" Rum,\r\n"));
    }
    feed(&client, "\r\nstop");
    assert_int_equal(client.part.command, HTCPCP_BODY_STOP);
}

/* Behind a start line there is nothing to fold into. */
static void
a_body_may_begin_with_a_blank(void **state)
{
    struct client client = {.stream.sender = HTCPCP_KIND_REQUEST};

    (void)state;
    feed(&client, "BREW / HTTP/1.1\n");
    feed(&client, " start");
    assert_int_equal(client.part.command, HTCPCP_BODY_START);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_line_by_line_is_shown_whole),
        cmocka_unit_test(a_head_that_comes_otherwise_waits_for_nothing),
        cmocka_unit_test(what_was_flushed_once_is_no_promise_for_the_next_message),
        cmocka_unit_test(a_header_folds_into_the_next_segment),
        cmocka_unit_test(a_body_may_begin_with_a_blank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
