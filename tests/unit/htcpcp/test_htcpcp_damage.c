/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Truncated, damaged and hostile messages. An unreadable page follows every input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_message.h"
#include "htcpcp_stream.h"
#include "page_end.h"

static const char *const good_messages[] = {
    "BREW coffee://ducky HTTP/1.1\r\nAccept-Additions: coconut milk; almond milk\r\n\r\nstart",
    "GET coffee://james HTTP/1.1\nContent-Type: application/coffee-pot-command\n\n",
    "BREW coffee://james HTTP/1.1\nContent-Type: x/y\n\nAccept-Additions: cream; whisky\nstart",
    "BREW /pot-0/peppermint\r\nContent-Type: message/teapot\r\n\r\nstop\r\n",
    "PROPFIND /pot-1 HTCPCP-TEA/1.0\r\nHost: a\r\n b\r\n\r\n",
    "BREW /pot-1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nstart",
    "HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\nDate: Tue, 27 Jun 2023 12:26:59\r\n\r\n{\"a\": []}",
    "HTCPCP-TEA/1.0 300 Multiple Options\r\nAlternates: {\"/a\" {type message/teapot}}\r\n\r\n",
    "HTTP/1.1 406 Not Acceptable\nContent-Length: 11\n\nPot is busy",
    "HTCPCP/1.1 200 OK\r\nDate: x\r\nMilk is not pouring.",
};

/* The header lines add up to the headers. */
static void
headers_walk(const uint8_t *data, const struct htcpcp_message *message)
{
    struct htcpcp_span rest = message->headers;
    struct htcpcp_header header;
    size_t lines = 0;

    while (htcpcp_header_next(data, &rest, &header)) {
        lines += header.line.len;
    }
    assert_int_equal(lines, message->headers.len);
}

/* Every prefix of a good message is parsed as the beginning of one and uses the whole input. */
static void
prefixes_are_not_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good_messages) / sizeof(good_messages[0]); i++) {
        const char *text = good_messages[i];
        size_t whole = strlen(text);
        struct htcpcp_message last;

        htcpcp_message_parse(HTCPCP_KIND_NEITHER, page_end_copy(text, whole), whole, &last);
        for (size_t len = 0; len < whole; len++) {
            struct htcpcp_message message;
            const uint8_t *data = page_end_copy(text, len);
            enum htcpcp_result result = htcpcp_message_parse(HTCPCP_KIND_NEITHER, data, len, &message);

            assert_int_not_equal(result, HTCPCP_RESULT_BAD);
            assert_int_equal(message.length, len);
            headers_walk(data, &message);
            if (last.length_announced ||
                (!last.blank_inside && len < last.headers.at + last.headers.len)) {
                assert_int_equal(result, HTCPCP_RESULT_PARTIAL);
            }
            if (message.kind != HTCPCP_KIND_NEITHER) {
                assert_int_equal(message.kind, last.kind);
            }
        }
    }
}

/* Every octet of every good message is replaced by each delimiter. */
static void
damage_is_survived(void **state)
{
    static const uint8_t octets[] = {0, '\n', '\r', ' ', ':', '/', 'H', '9', '{', 0x7f, 0xff};
    uint8_t text[256];

    (void)state;
    for (size_t i = 0; i < sizeof(good_messages) / sizeof(good_messages[0]); i++) {
        size_t len = strlen(good_messages[i]);

        for (size_t at = 0; at < len; at++) {
            for (size_t k = 0; k < sizeof(octets); k++) {
                struct htcpcp_message message;
                const uint8_t *data;

                memcpy(text, good_messages[i], len);
                text[at] = octets[k];
                data = page_end_copy(text, len);
                htcpcp_message_parse(HTCPCP_KIND_NEITHER, data, len, &message);
                assert_true(message.length <= len);
                assert_true(message.kind == HTCPCP_KIND_NEITHER || message.length > 0);
                headers_walk(data, &message);
            }
        }
    }
}

/* Parses all messages in a megabyte that consists of head and copies of unit. */
static void
area_parse(const char *head, const char *unit)
{
    uint8_t *begin = page_end_get(PAGE_END_MAX_BYTES);
    const size_t head_len = strlen(head), unit_len = strlen(unit);
    size_t at = 0;

    for (size_t i = 0; i < PAGE_END_MAX_BYTES; i++) {
        begin[i] = (uint8_t)(i < head_len ? head[i] : unit[(i - head_len) % unit_len]);
    }
    while (at < PAGE_END_MAX_BYTES) {
        struct htcpcp_message message;

        if (htcpcp_message_parse(HTCPCP_KIND_NEITHER, begin + at, PAGE_END_MAX_BYTES - at, &message) == HTCPCP_RESULT_BAD) {
            break;
        }
        assert_true(message.length > 0);
        headers_walk(begin + at, &message);
        at += message.length;
    }
}

/* One megabyte each: quadratic time would take minutes. */
static void
hostile_input_takes_linear_time(void **state)
{
    (void)state;
    area_parse("", "BREW\n");
    area_parse("", "H");
    area_parse("", "\r\n");
    area_parse("BREW / HTTP/1.1\r\n", "a:");
    area_parse("BREW / HTTP/1.1\r\n", "a:\n");
    area_parse("BREW / HTTP/1.1\r\n", "a:\n \n");
    area_parse("BREW / HTTP/1.1\r\n", "\nUse-Pot:\n");
    area_parse("BREW / HTTP/1.1\r\n\r\n", "start\n");
    area_parse("BREW / HTTP/1.1\r\n\r\n", "A HTTP/1.1 ");
    area_parse("BREW / HTTP/1.1\r\n\r\n", "AA A HTTP/1.\n");
    area_parse("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 ");
    area_parse("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200\n");
    area_parse("HTTP/1.1 200 OK\r\n\r\n", "HTCPCP-TEA/1.1 20");
}

/* After missing octets a start line begins a message; other data is part of a body and no command. */
static void
lost_octets_are_not_waited_for(void **state)
{
    static const struct {
        const char *text;
        enum htcpcp_part_kind kind;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", HTCPCP_PART_MESSAGE},
        {"start\r\n", HTCPCP_PART_BODY},
        {"ate: today\r\n\r\n", HTCPCP_PART_BODY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n";
        const size_t len = strlen(cases[i].text);
        struct htcpcp_stream stream = {.sender = HTCPCP_KIND_RESPONSE};
        struct htcpcp_part part;
        size_t at = 0;

        assert_true(htcpcp_stream_next(&stream, page_end_copy(head, sizeof head - 1),
                                       sizeof head - 1, false, &at, &part));
        htcpcp_stream_skip_gap(&stream);
        at = 0;
        assert_true(
            htcpcp_stream_next(&stream, page_end_copy(cases[i].text, len), len, true, &at, &part));
        assert_int_equal(part.kind, cases[i].kind);
        assert_int_equal(part.at, 0);
        assert_int_equal(part.len, len);
        assert_false(part.command);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_are_not_bad),
        cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(hostile_input_takes_linear_time),
        cmocka_unit_test(lost_octets_are_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
