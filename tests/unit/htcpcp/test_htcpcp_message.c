/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The grammar of HTCPCP messages. Every input lies before an unreadable page, so that reading
 * beyond its end is a crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_message.h"
#include "page_end.h"

/* What a test expects; strings that are NULL are not compared, result and lengths always. */
struct expected {
    const char *text;
    enum htcpcp_result result;
    const char *method, *uri, *version;
    unsigned status;
    const char *phrase, *body;
    size_t left;          /* octets of text behind the message */
    const char *headers;  /* "name=value|name=value" */
};

static void
span_assert(const uint8_t *data, struct htcpcp_span span, const char *want)
{
    if (want != NULL && (span.len != strlen(want) || memcmp(data + span.at, want, span.len) != 0)) {
        fail_msg("'%.*s' instead of '%s'", (int)span.len, data + span.at, want);
    }
}

static void
headers_assert(const uint8_t *data, const struct htcpcp_message *message, const char *want)
{
    char got[1024] = "";
    struct htcpcp_span rest = message->headers;
    struct htcpcp_header header;
    size_t lines = 0;

    while (htcpcp_header_next(data, &rest, &header)) {
        size_t used = strlen(got);

        snprintf(got + used, sizeof(got) - used, "%s%.*s=%.*s", used > 0 ? "|" : "",
                 (int)header.name.len, data + header.name.at, (int)header.value.len,
                 data + header.value.at);
        lines += header.line.len;
    }
    assert_int_equal(lines, message->headers.len);
    if (want != NULL) {
        assert_string_equal(got, want);
    }
}

static struct htcpcp_message
expect(const struct expected *want)
{
    size_t len = strlen(want->text);
    const uint8_t *data = page_end_copy(want->text, len);
    struct htcpcp_message message;

    assert_int_equal(htcpcp_message_parse(HTCPCP_KIND_NEITHER, data, len, &message), want->result);
    span_assert(data, message.start.method, want->method);
    span_assert(data, message.start.uri, want->uri);
    span_assert(data, message.start.version, want->version);
    span_assert(data, message.start.phrase, want->phrase);
    span_assert(data, message.body, want->body);
    assert_int_equal(message.status, want->status);
    assert_int_equal(len - message.length, want->left);
    headers_assert(data, &message, want->headers);
    return message;
}

static void
lab_request_brew(void **state)
{
    struct htcpcp_message message = expect(&(struct expected){
        .text = "BREW coffee://ducky HTTP/1.1\r\nContent-Type: application/coffee-pot-command\r\n"
                "Accept-Additions: coconut milk; almond milk\r\nUse-Pot: ducky\r\n\r\nstart",
        .result = HTCPCP_RESULT_OPEN,
        .method = "BREW", .uri = "coffee://ducky", .version = "HTTP/1.1", .body = "start",
        .headers = "Content-Type=application/coffee-pot-command|"
                   "Accept-Additions=coconut milk; almond milk|Use-Pot=ducky"});

    (void)state;
    assert_int_equal(message.kind, HTCPCP_KIND_REQUEST);
    assert_int_equal(message.command, HTCPCP_METHOD_BREW);
    assert_true(message.head_whole);
    assert_false(message.bare_lf || message.blank_inside);
    assert_int_equal(message.blank_line.len, 2);
}

static void
lab_responses(void **state)
{
    (void)state;
    expect(&(struct expected){
        .text = "HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\n\r\n{}",
        .result = HTCPCP_RESULT_OPEN, .version = "HTCPCP/1.1", .status = 200, .phrase = "OK",
        .body = "{}", .headers = "Server=CoffeePot"});
    expect(&(struct expected){
        .text = "HTCPCP/1.1 418 I'm a Teapot\r\n\r\n",
        .result = HTCPCP_RESULT_OPEN, .status = 418, .phrase = "I'm a Teapot", .body = ""});
    expect(&(struct expected){
        .text = "HTCPCP/1.1 406 Not Acceptable\r\n\r\nPot is busy",
        .result = HTCPCP_RESULT_OPEN, .status = 406, .body = "Pot is busy", .headers = ""});
}

static void
request_without_body_is_complete(void **state)
{
    (void)state;
    expect(&(struct expected){.text = "GET coffee://ducky HTTP/1.1\r\nHost: pot\r\n\r\n",
                              .result = HTCPCP_RESULT_COMPLETE, .method = "GET", .body = ""});
    expect(&(struct expected){.text = "BREW coffee://ducky HTTP/1.1\r\nHost: pot\r\n\r\n",
                              .result = HTCPCP_RESULT_OPEN, .method = "BREW", .body = ""});
}

static void
line_ends_mixed(void **state)
{
    struct htcpcp_message message = expect(&(struct expected){
        .text = "BREW /pot-1 HTCPCP/1.0\nHost: a\r\nSafe: no\n\r\nstop\n",
        .result = HTCPCP_RESULT_OPEN, .uri = "/pot-1", .version = "HTCPCP/1.0", .body = "stop\n",
        .headers = "Host=a|Safe=no"});

    (void)state;
    assert_true(message.bare_lf);
}

static void
request_lines(void **state)
{
    static const struct expected good[] = {
        {.text = "BREW /pot-0/peppermint\r\n\r\n", .result = HTCPCP_RESULT_OPEN, .method = "BREW",
         .uri = "/pot-0/peppermint", .version = ""},
        {.text = "BREW\n\n", .result = HTCPCP_RESULT_OPEN, .method = "BREW", .uri = "", .version = ""},
        {.text = "BREW HTCPCP/1.0\n\n", .result = HTCPCP_RESULT_OPEN, .method = "BREW", .uri = "",
         .version = "HTCPCP/1.0"},
        {.text = "WHEN / HTCPCP-TEA/1.0\r\n\r\n", .result = HTCPCP_RESULT_OPEN, .method = "WHEN",
         .uri = "/", .version = "HTCPCP-TEA/1.0"},
        {.text = "MILK coffee://ducky htcpcp/1.1\r\n\r\n", .result = HTCPCP_RESULT_OPEN,
         .method = "MILK", .version = "htcpcp/1.1"},
        {.text = "BREW coffee://ducky?Whole milk HTTP/1.1\r\n\r\n", .result = HTCPCP_RESULT_OPEN,
         .uri = "coffee://ducky?Whole milk", .version = "HTTP/1.1"},
        {.text = "GET  \tcaf%C3%E8://x  HTTP/1.1 \r\n\r\n", .result = HTCPCP_RESULT_COMPLETE,
         .uri = "caf%C3%E8://x", .version = "HTTP/1.1"},
        {.text = "\r\n\r\n\nGET / HTTP/1.1\r\n\r\n", .result = HTCPCP_RESULT_COMPLETE, .uri = "/"},
        {.text = "BREW /pot", .result = HTCPCP_RESULT_PARTIAL, .method = "BREW", .uri = "/pot"},
        {.text = "BREW /pot HTCP", .result = HTCPCP_RESULT_PARTIAL, .uri = "/pot", .version = "HTCP"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        expect(&good[i]);
    }
}

static void
status_lines(void **state)
{
    static const struct expected good[] = {
        {.text = "HTCPCP/1.0 200 OK", .result = HTCPCP_RESULT_PARTIAL, .status = 200, .phrase = "OK"},
        {.text = "HTCPCP/1.0 200", .result = HTCPCP_RESULT_PARTIAL, .status = 200, .phrase = ""},
        {.text = "HTTP/1.0 200\n\n", .result = HTCPCP_RESULT_OPEN, .version = "HTTP/1.0", .status = 200},
        {.text = "htcpcp-tea/1.0 300 Multiple Options\r\n\r\n", .result = HTCPCP_RESULT_OPEN,
         .version = "htcpcp-tea/1.0", .status = 300, .phrase = "Multiple Options"},
        {.text = "HTCPCP/1.0 510 Pot Busy\nContent-Length: 8\n\nPot busy",
         .result = HTCPCP_RESULT_COMPLETE, .status = 510, .body = "Pot busy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(expect(&good[i]).kind, HTCPCP_KIND_RESPONSE);
    }
}

static void
start_lines_refused(void **state)
{
    static const char *const bad[] = {
        "start", "stop\r\n", "{}", "{\"date\": 1}\n", "null", "Milk is not pouring.",
        "GET your coffee now\n", "MILK coffee://ducky\r\n", "Date: today\r\n",
        "BREW /pot RTSP/1.0\r\n", "RTSP/1.0 200 OK\r\n", "HTCPCP/1.1 20 OK\r\n",
        "HTCPCP/1.1 2000 OK\r\n", "HTCPCP/11 200 OK\r\n", "BREW /\001 HTTP/1.1\r\n",
        "HTCPCP/1.1 200 \001\r\n", "\377\376\375", " BREW / HTTP/1.1\r\n",
    };
    struct htcpcp_message message;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t len = strlen(bad[i]);

        assert_int_equal(htcpcp_message_parse(HTCPCP_KIND_NEITHER, page_end_copy(bad[i], len), len, &message), HTCPCP_RESULT_BAD);
        assert_int_equal(message.kind, HTCPCP_KIND_NEITHER);
        assert_int_equal(message.length, 0);
    }
    /* Too short to decide. */
    for (size_t len = 0; len <= 12; len++) {
        assert_int_equal(htcpcp_message_parse(HTCPCP_KIND_NEITHER, page_end_copy("\r\nPROPFIND \r", len), len, &message),
                         HTCPCP_RESULT_PARTIAL);
        assert_int_equal(message.kind, HTCPCP_KIND_NEITHER);
    }
}

static void
blank_line_missing(void **state)
{
    struct htcpcp_message message;

    (void)state;
    message = expect(&(struct expected){
        .text = "GET coffee://james HTTP/1.1\nContent-Type: application/coffee-pot-command\n",
        .result = HTCPCP_RESULT_PARTIAL, .body = "",
        .headers = "Content-Type=application/coffee-pot-command"});
    assert_false(message.head_whole);
    message = expect(&(struct expected){.text = "BREW / HTTP/1.1\nUse-Pot: ducky\nstart",
                                        .result = HTCPCP_RESULT_OPEN, .body = "start",
                                        .headers = "Use-Pot=ducky"});
    assert_true(message.head_whole);
    assert_int_equal(message.blank_line.len, 0);
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\r\nDate: x\r\n{\"a\": 1}",
                              .result = HTCPCP_RESULT_OPEN, .status = 200, .body = "{\"a\": 1}"});
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\r\nDate: x\r\nMilk is not pouring.",
                              .result = HTCPCP_RESULT_OPEN, .status = 200,
                              .body = "Milk is not pouring."});
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\r\nDate: x\r\nContent-Ty",
                              .result = HTCPCP_RESULT_PARTIAL, .status = 200, .body = "Content-Ty"});
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\r\nDate: x\r\n\r",
                              .result = HTCPCP_RESULT_PARTIAL, .status = 200, .body = ""});
}

static void
blank_line_inside(void **state)
{
    struct htcpcp_message message = expect(&(struct expected){
        .text = "BREW coffee://james HTTP/1.1\nContent-Type: x/y\n\n"
                "Accept-Additions: cream; whisky\nstart",
        .result = HTCPCP_RESULT_OPEN, .body = "start",
        .headers = "Content-Type=x/y|=|Accept-Additions=cream; whisky"});

    (void)state;
    assert_true(message.blank_inside);
    message = expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\n\nUse-Pot: ducky\n",
                                        .result = HTCPCP_RESULT_OPEN, .status = 200,
                                        .body = "Use-Pot: ducky\n"});
    assert_false(message.blank_inside);
}

static void
header_lines(void **state)
{
    static const char text[] =
        "BREW / HTTP/1.1\r\nAccept-Additions : Cream,\r\n\tWhisky \r\nX-Empty:\r\n\r\n";
    struct htcpcp_message message = expect(&(struct expected){
        .text = text, .result = HTCPCP_RESULT_OPEN,
        .headers = "Accept-Additions=Cream,\r\n\tWhisky|X-Empty="});
    const uint8_t *data = page_end_copy(text, strlen(text));
    struct htcpcp_span rest = message.headers;
    struct htcpcp_header header;

    (void)state;
    assert_true(htcpcp_header_next(data, &rest, &header));
    assert_int_equal(header.id, HTCPCP_HEADER_ACCEPT_ADDITIONS);
    assert_true(htcpcp_header_next(data, &rest, &header));
    assert_int_equal(header.id, HTCPCP_HEADER_UNKNOWN);
    assert_false(htcpcp_header_next(data, &rest, &header));
}

static void
content_lengths(void **state)
{
    struct htcpcp_message message;

    (void)state;
    message = expect(&(struct expected){.text = "BREW / HTTP/1.1\ncontent-length: 25\n\nstart",
                                        .result = HTCPCP_RESULT_PARTIAL, .body = "start"});
    assert_true(message.length_announced && message.head_whole);
    assert_int_equal(message.content_length, 25);
    expect(&(struct expected){.text = "BREW / HTTP/1.1\nContent-Length: 5\n\nstart\r\n",
                              .result = HTCPCP_RESULT_COMPLETE, .body = "start", .left = 2});
    expect(&(struct expected){.text = "HTTP/1.1 200 OK\nContent-Length: 0\n\nHTTP/1.1 400 No\n\n",
                              .result = HTCPCP_RESULT_COMPLETE, .status = 200, .body = "", .left = 17});
    /* An announced length is believed, whatever lies within. */
    expect(&(struct expected){.text = "HTTP/1.1 200 OK\nContent-Length: 17\n\nHTTP/1.1 400 No\n\n",
                              .result = HTCPCP_RESULT_COMPLETE, .status = 200,
                              .body = "HTTP/1.1 400 No\n\n"});
    message = expect(&(struct expected){
        .text = "BREW / HTTP/1.1\nContent-Length: 18446744073709551616\n\nstart",
        .result = HTCPCP_RESULT_OPEN, .body = "start"});
    assert_false(message.length_announced);
    message = expect(&(struct expected){.text = "BREW / HTTP/1.1\nContent-Length: -1\n\nstart",
                                        .result = HTCPCP_RESULT_OPEN, .body = "start"});
    assert_false(message.length_announced);
    message = expect(&(struct expected){.text = "BREW / HTTP/1.1\nContent-Length:\n\nstart",
                                        .result = HTCPCP_RESULT_OPEN, .body = "start"});
    assert_false(message.length_announced);
}

static void
codes_without_body(void **state)
{
    (void)state;
    expect(&(struct expected){.text = "HTTP/1.1 204 No Content\r\n\r\nstart",
                              .result = HTCPCP_RESULT_COMPLETE, .status = 204, .body = "", .left = 5});
    expect(&(struct expected){.text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
                              .result = HTCPCP_RESULT_COMPLETE, .status = 100, .left = 19});
}

static void
responses_in_sequence(void **state)
{
    (void)state;
    expect(&(struct expected){
        .text = "HTCPCP/1.1 200 OK\r\n\r\nHTCPCP/1.1 400 Bad Request\r\n\r\n",
        .result = HTCPCP_RESULT_COMPLETE, .status = 200, .body = "", .left = 30});
    expect(&(struct expected){
        .text = "HTCPCP/1.1 406 Not Acceptable\r\n\r\nPot is busyHTCPCP/1.1 200 OK\r\n\r\n",
        .result = HTCPCP_RESULT_COMPLETE, .status = 406, .body = "Pot is busy", .left = 21});
    expect(&(struct expected){
        .text = "HTCPCP/1.1 200 OK\r\nDate: x\r\nHTCPCP/1.1 200 OK\r\nDate: x\r\n",
        .result = HTCPCP_RESULT_COMPLETE, .status = 200, .body = "", .left = 28});
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\n\nHHTTP/1.1 400 No\n",
                              .result = HTCPCP_RESULT_COMPLETE, .status = 200, .body = "H",
                              .left = 16});
    /* Quotations are not status lines. */
    expect(&(struct expected){
        .text = "HTCPCP/1.1 200 OK\r\n\r\n{\"last\": \"HTCPCP/1.1 418 I'm a teapot\"}\n",
        .result = HTCPCP_RESULT_OPEN, .status = 200,
        .body = "{\"last\": \"HTCPCP/1.1 418 I'm a teapot\"}\n"});
    expect(&(struct expected){.text = "HTCPCP/1.1 200 OK\r\n\r\nsaid HTTP/1.1 404 Not Found",
                              .result = HTCPCP_RESULT_OPEN, .status = 200,
                              .body = "said HTTP/1.1 404 Not Found"});
}

static void
requests_in_sequence(void **state)
{
    (void)state;
    expect(&(struct expected){
        .text = "BREW /pot-1 HTTP/1.1\r\n\r\nstartGET /pot-1 HTTP/1.1\r\n\r\n",
        .result = HTCPCP_RESULT_COMPLETE, .body = "start", .left = 23});
    expect(&(struct expected){.text = "GET / HTTP/1.1\r\n\r\nMILK / HTTP/1.1\r\n\r\n",
                              .result = HTCPCP_RESULT_COMPLETE, .body = "", .left = 19});
    expect(&(struct expected){
        .text = "BREW / HTTP/1.1\r\n\r\nstart\r\n\r\nBREW / HTCPCP-TEA/1.0\r\n\r\n",
        .result = HTCPCP_RESULT_COMPLETE, .body = "start\r\n\r\n", .left = 25});
    expect(&(struct expected){.text = "BREW / HTTP/1.1\r\n\r\nstarted / HTTP/1.1\r\n",
                              .result = HTCPCP_RESULT_OPEN, .body = "started / HTTP/1.1\r\n"});
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lab_request_brew),
        cmocka_unit_test(lab_responses),
        cmocka_unit_test(request_without_body_is_complete),
        cmocka_unit_test(line_ends_mixed),
        cmocka_unit_test(request_lines),
        cmocka_unit_test(status_lines),
        cmocka_unit_test(start_lines_refused),
        cmocka_unit_test(blank_line_missing),
        cmocka_unit_test(blank_line_inside),
        cmocka_unit_test(header_lines),
        cmocka_unit_test(content_lengths),
        cmocka_unit_test(codes_without_body),
        cmocka_unit_test(responses_in_sequence),
        cmocka_unit_test(requests_in_sequence),
    };

    return cmocka_run_group_tests_name("htcpcp_message", tests, NULL, NULL);
}
