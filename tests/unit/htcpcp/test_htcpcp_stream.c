/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Messages from segments: the same octets, split at every offset and octet by octet, give the same
 * messages. An unreadable page follows every input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_stream.h"
#include "page_end.h"

#define TRANSCRIPT_MAX 8192

/* A direction and the text of its parts: "{method uri version}" or
 * "{version code phrase}", "name=value|", the octets of bodies, "!start" for the command. */
struct transcript {
    struct htcpcp_stream stream;
    uint8_t held[HTCPCP_HOLD_MAX + 1024];
    size_t held_len;
    char heads[TRANSCRIPT_MAX];
    char bodies[TRANSCRIPT_MAX];
    char commands[64];
    unsigned parts;
    unsigned held_parts;
};

static void
append(char *text, size_t size, const uint8_t *octets, size_t len)
{
    size_t used = strlen(text);

    assert_true(used + len < size);
    for (size_t i = 0; i < len; i++) {
        text[used + i] = (char)(octets[i] == '\0' ? '0' : octets[i]);
    }
    text[used + len] = '\0';
}

static void
word(char *text, const char *octets)
{
    append(text, TRANSCRIPT_MAX, (const uint8_t *)octets, strlen(octets));
}

static void
span(char *text, const uint8_t *data, struct htcpcp_span span, const char *behind)
{
    append(text, TRANSCRIPT_MAX, data + span.at, span.len);
    word(text, behind);
}

static void
head_write(struct transcript *transcript, const uint8_t *data, const struct htcpcp_part *part)
{
    const struct htcpcp_start *start = &part->message.start;
    struct htcpcp_span rest = part->message.headers;
    struct htcpcp_header header;

    if (part->kind == HTCPCP_PART_MESSAGE) {
        word(transcript->heads, "{");
        if (start->kind == HTCPCP_KIND_REQUEST) {
            span(transcript->heads, data, start->method, " ");
            span(transcript->heads, data, start->uri, " ");
            span(transcript->heads, data, start->version, "}");
        } else {
            span(transcript->heads, data, start->version, " ");
            span(transcript->heads, data, start->code, " ");
            span(transcript->heads, data, start->phrase, "}");
        }
        word(transcript->bodies, "}");
    }
    while (htcpcp_header_next(data, &rest, &header)) {
        if (header.name.len > 0) {
            span(transcript->heads, data, header.name, "=");
            span(transcript->heads, data, header.value, "|");
        }
    }
}

static void
body_write(struct transcript *transcript, const uint8_t *data, const struct htcpcp_part *part)
{
    if (part->chunked) {
        struct htcpcp_chunks chunks = part->chunks;
        struct htcpcp_span octets;
        size_t at = part->body.at, end = part->body.at + part->body.len;

        while (htcpcp_chunks_next(&chunks, data, end, &at, &octets)) {
            span(transcript->bodies, data, octets, "");
        }
    } else {
        span(transcript->bodies, data, part->body, "");
    }
    if (part->command == HTCPCP_BODY_START) {
        strcat(transcript->commands, "!start");
    } else if (part->command == HTCPCP_BODY_STOP) {
        strcat(transcript->commands, "!stop");
    }
}

/* Passes the next segment to the stream. */
static void
feed(struct transcript *transcript, const uint8_t *octets, size_t len, bool last)
{
    size_t all = transcript->held_len + len, at = 0;
    uint8_t *data = page_end_get(all);
    struct htcpcp_part part;

    memcpy(data + transcript->held_len, octets, len);
    memcpy(data, transcript->held, transcript->held_len);
    transcript->held_len = 0;
    while (htcpcp_stream_next(&transcript->stream, data, all, last, &at, &part)) {
        assert_true(part.len > 0 && part.at + part.len == at && at <= all);
        transcript->parts++;
        switch (part.kind) {
        case HTCPCP_PART_MESSAGE:
        case HTCPCP_PART_HEAD:
            head_write(transcript, data + part.at, &part);
            body_write(transcript, data + part.at, &part);
            break;
        case HTCPCP_PART_STRAY:
            word(transcript->heads, "{}");
            word(transcript->bodies, "}");
            body_write(transcript, data + part.at, &part);
            break;
        case HTCPCP_PART_BODY:
            body_write(transcript, data + part.at, &part);
            break;
        case HTCPCP_PART_BLANK:
            break;
        case HTCPCP_PART_HELD:
            assert_false(last);
            assert_int_equal(at, all);
            assert_true(part.len <= HTCPCP_HOLD_MAX);
            transcript->held_parts++;
            memcpy(transcript->held, data + part.at, part.len);
            transcript->held_len = part.len;
            break;
        }
    }
    assert_int_equal(at, all);
}

static struct transcript *
transcript_new(enum htcpcp_kind sender)
{
    struct transcript *transcript = calloc(1, sizeof(*transcript));

    assert_non_null(transcript);
    transcript->stream.sender = sender;
    return transcript;
}

/* All octets of one direction. */
struct exchange {
    enum htcpcp_kind sender;
    const char *text;
    const char *heads;    /* as written; NULL: not compared */
    const char *bodies;
    const char *commands;
};

static const struct exchange exchanges[] = {
    {HTCPCP_KIND_REQUEST,
     "BREW coffee://ducky HTTP/1.1\r\nContent-Type: application/coffee-pot-command\r\n"
     "Accept-Additions: coconut milk; almond milk\r\nUse-Pot: ducky\r\n\r\nstart",
     "{BREW coffee://ducky HTTP/1.1}Content-Type=application/coffee-pot-command|"
     "Accept-Additions=coconut milk; almond milk|Use-Pot=ducky|", "}start", "!start"},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\nDate: x\r\n\r\n{\"a\": [1]}",
     "{HTCPCP/1.1 200 OK}Server=CoffeePot|Date=x|", "}{\"a\": [1]}", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\nDate: x\r\n",
     "{HTCPCP/1.1 200 OK}Server=CoffeePot|Date=x|", "}", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.1 200 OK\r\nDate: x\r\nMilk is not pouring.",
     "{HTCPCP/1.1 200 OK}Date=x|", "}Milk is not pouring.", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.1 200 OK\r\nDate: x\r\n{\"a\": 1}",
     "{HTCPCP/1.1 200 OK}Date=x|", "}{\"a\": 1}", ""},
    {HTCPCP_KIND_RESPONSE,
     "HTCPCP/1.1 406 Not Acceptable\r\n\r\nPot is busyHTCPCP/1.1 200 OK\r\nDate: x\r\n",
     "{HTCPCP/1.1 406 Not Acceptable}{HTCPCP/1.1 200 OK}Date=x|", "}Pot is busy}", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.1 200 OK\r\n\r\nHTCPCP/1.1 400 Bad Request\r\n\r\n",
     "{HTCPCP/1.1 200 OK}{HTCPCP/1.1 400 Bad Request}", "}}", ""},
    {HTCPCP_KIND_RESPONSE,
     "HTCPCP/1.1 400 Bad Request\n\nHTCPCP/1.1 404 Not Found\n\nHTCPCP/1.1 415 Odd type\n\n",
     "{HTCPCP/1.1 400 Bad Request}{HTCPCP/1.1 404 Not Found}{HTCPCP/1.1 415 Odd type}", "}}}", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.0 200 OK\nServer: m\nContent-Length: 9\nConnection: close\n\nPot ready",
     "{HTCPCP/1.0 200 OK}Server=m|Content-Length=9|Connection=close|", "}Pot ready", ""},
    {HTCPCP_KIND_REQUEST, "GET coffee://james HTTP/1.1\nContent-Type: application/coffee-pot-command\n",
     "{GET coffee://james HTTP/1.1}Content-Type=application/coffee-pot-command|", "}", ""},
    {HTCPCP_KIND_REQUEST,
     "BREW coffee://james HTTP/1.1\nContent-Type: application/coffee-pot-command\n\n"
     "Accept-Additions: cream; whisky\nUse-Pot: ducky\nstart",
     "{BREW coffee://james HTTP/1.1}Content-Type=application/coffee-pot-command|"
     "Accept-Additions=cream; whisky|Use-Pot=ducky|", "}start", "!start"},
    {HTCPCP_KIND_REQUEST, "WHEN coffee://j HTTP/1.1\nContent-Type: application/coffee-pot-command",
     "{WHEN coffee://j HTTP/1.1}Content-Type=application/coffee-pot-command|", "}", ""},
    {HTCPCP_KIND_REQUEST,
     "BREW /pot-1 HTCPCP/1.0\nHost: a\r\nSafe: no\n\r\nstop\r\n",
     "{BREW /pot-1 HTCPCP/1.0}Host=a|Safe=no|", "}stop\r\n", "!stop"},
    {HTCPCP_KIND_REQUEST, "BREW /pot-0/peppermint\r\nContent-Type: message/teapot\r\n\r\nstart\r\n\r\n",
     "{BREW /pot-0/peppermint }Content-Type=message/teapot|", "}start\r\n\r\n", "!start"},
    {HTCPCP_KIND_REQUEST, "BREW /\r\n", "{BREW / }", "}", ""},
    {HTCPCP_KIND_REQUEST, "BREW\n\n", "{BREW  }", "}", ""},
    {HTCPCP_KIND_REQUEST,
     "GET /a HTTP/1.1\r\nHost: x\r\n\r\nBREW /b HTTP/1.1\r\n\r\nstartGET /c HTTP/1.1\r\n\r\n"
     "WHEN /d HTCPCP-TEA/1.0\r\n\r\n",
     "{GET /a HTTP/1.1}Host=x|{BREW /b HTTP/1.1}{GET /c HTTP/1.1}{WHEN /d HTCPCP-TEA/1.0}",
     "}}start}}", "!start"},
    {HTCPCP_KIND_REQUEST, "MILK coffee://ducky HTTP/1.1\r\nUse-Pot: tea\r\n\r\nstart",
     "{MILK coffee://ducky HTTP/1.1}Use-Pot=tea|", "}start", "!start"},
    {HTCPCP_KIND_REQUEST, "BREW coffee://ducky?Whole milk HTTP/1.1\r\n\r\nstop",
     "{BREW coffee://ducky?Whole milk HTTP/1.1}", "}stop", "!stop"},
    {HTCPCP_KIND_REQUEST, "POST /pot-1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nstartGET / HTTP/1.0\r\n\r\n",
     "{POST /pot-1 HTTP/1.1}Content-Length=5|{GET / HTTP/1.0}", "}start}", "!start"},
    {HTCPCP_KIND_REQUEST,
     "BREW / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nsta\r\n2\r\nrt\r\n"
     "0\r\nX: y\r\n\r\nWHEN / HTTP/1.1\r\n\r\n",
     "{BREW / HTTP/1.1}Transfer-Encoding=chunked|{WHEN / HTTP/1.1}", "}start}", ""},
    {HTCPCP_KIND_RESPONSE,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"
     "HTTP/1.1 418 I'm a teapot\r\n\r\nshort and stout",
     "{HTTP/1.1 200 OK}Transfer-Encoding=chunked|{HTTP/1.1 418 I'm a teapot}",
     "}0123456789}short and stout", ""},
    {HTCPCP_KIND_RESPONSE,
     "HTCPCP-TEA/1.0 300 Multiple Options\r\nAlternates: {\"a\" {type message/teapot}},\r\n"
     "{\"b\" {type message/teapot}}\r\n\r\n",
     "{HTCPCP-TEA/1.0 300 Multiple Options}Alternates={\"a\" {type message/teapot}},\r\n"
     "{\"b\" {type message/teapot}}|", "}", ""},
    {HTCPCP_KIND_RESPONSE, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
     "HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 503 No coffee\r\n\r\n",
     "{HTTP/1.1 100 Continue}{HTTP/1.1 204 No Content}{HTTP/1.1 304 Not Modified}"
     "{HTTP/1.1 503 No coffee}", "}}}}", ""},
    {HTCPCP_KIND_RESPONSE, "HTCPCP/1.0 200 OK", "{HTCPCP/1.0 200 OK}", "}", ""},
    {HTCPCP_KIND_RESPONSE, "{}", "{}", "}{}", ""},
    {HTCPCP_KIND_RESPONSE, "Hot water only", "{}", "}Hot water only", ""},
    {HTCPCP_KIND_RESPONSE, "null", "{}", "}null", ""},
};

static void
expect(const struct exchange *want, const struct transcript *transcript, const char *cut)
{
    if (want->heads != NULL && strcmp(transcript->heads, want->heads) != 0) {
        fail_msg("%s\n%s:\n%s\ninstead of\n%s", want->text, cut, transcript->heads, want->heads);
    }
    if (want->bodies != NULL && strcmp(transcript->bodies, want->bodies) != 0) {
        fail_msg("%s\n%s: bodies\n%s\ninstead of\n%s", want->text, cut, transcript->bodies,
                 want->bodies);
    }
    if (want->commands != NULL && strcmp(transcript->commands, want->commands) != 0) {
        fail_msg("%s\n%s: '%s' instead of '%s'", want->text, cut, transcript->commands,
                 want->commands);
    }
}

/* Whether more follows is unknown: nothing may be held. */
static void
whole_segments_wait_for_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        struct transcript *transcript = transcript_new(exchanges[i].sender);

        feed(transcript, (const uint8_t *)exchanges[i].text, strlen(exchanges[i].text), false);
        expect(&exchanges[i], transcript, "in one segment");
        assert_int_equal(transcript->held_len, 0);
        free(transcript);
    }
}

static void
cut_at_every_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        const uint8_t *text = (const uint8_t *)exchanges[i].text;
        size_t len = strlen(exchanges[i].text);

        for (size_t at = 1; at < len; at++) {
            struct transcript *transcript = transcript_new(exchanges[i].sender);
            char cut[64];

            feed(transcript, text, at, false);
            feed(transcript, text + at, len - at, true);
            snprintf(cut, sizeof(cut), "cut behind octet %zu", at);
            expect(&exchanges[i], transcript, cut);
            free(transcript);
        }
    }
}

static void
octet_by_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        const uint8_t *text = (const uint8_t *)exchanges[i].text;
        size_t len = strlen(exchanges[i].text);
        struct transcript *transcript = transcript_new(exchanges[i].sender);

        for (size_t at = 0; at < len; at++) {
            feed(transcript, text + at, 1, at + 1 == len);
        }
        expect(&exchanges[i], transcript, "octet by octet");
        free(transcript);
    }
}

/* In three segments, at every pair of places. */
static void
cut_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        const uint8_t *text = (const uint8_t *)exchanges[i].text;
        size_t len = strlen(exchanges[i].text);

        for (size_t at = 1; at < len; at++) {
            for (size_t behind = at + 1; behind < len; behind++) {
                struct transcript *transcript = transcript_new(exchanges[i].sender);
                char cut[64];

                feed(transcript, text, at, false);
                feed(transcript, text + at, behind - at, false);
                feed(transcript, text + behind, len - behind, true);
                snprintf(cut, sizeof(cut), "cut behind octets %zu and %zu", at, behind);
                expect(&exchanges[i], transcript, cut);
                free(transcript);
            }
        }
    }
}

/* A head in several segments is one part if its octets require that more follows. */
static void
heads_cut_inside_a_line_come_whole(void **state)
{
    static const char text[] = "BREW / HTTP/1.1\r\nAccept-Additions: Sugar\r\n\r\nstart";
    struct transcript *transcript = transcript_new(HTCPCP_KIND_REQUEST);

    (void)state;
    feed(transcript, (const uint8_t *)text, 36, false);
    assert_string_equal(transcript->heads, "");
    assert_int_equal(transcript->held_len, 36);
    feed(transcript, (const uint8_t *)text + 36, strlen(text) - 36, false);
    assert_string_equal(transcript->heads, "{BREW / HTTP/1.1}Accept-Additions=Sugar|");
    assert_int_equal(transcript->parts, 2);
    free(transcript);
}

static void
a_head_answer_has_no_body(void **state)
{
    static const char text[] = "HTTP/1.1 406 No\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    struct transcript *transcript = transcript_new(HTCPCP_KIND_RESPONSE);

    (void)state;
    transcript->stream.answers_head = true;
    feed(transcript, (const uint8_t *)text, strlen(text), false);
    assert_string_equal(transcript->heads,
                        "{HTTP/1.1 406 No}Content-Length=40|{HTTP/1.1 200 OK}");
    free(transcript);
}

/* A client whose body is shorter than Content-Length continues with its next request (RFC 2068 4.4). */
static void
a_broken_promise_ends_with_the_answer(void **state)
{
    static const char one[] = "BREW / HTTP/1.1\r\nContent-Length: 25\r\n\r\nstart";
    static const char two[] = "GET / HTTP/1.1\r\n\r\n";
    struct transcript *transcript = transcript_new(HTCPCP_KIND_REQUEST);

    (void)state;
    feed(transcript, (const uint8_t *)one, strlen(one), false);
    assert_string_equal(transcript->commands, "!start");
    assert_int_equal(transcript->stream.left, 20);
    transcript->stream.answered = true;
    feed(transcript, (const uint8_t *)two, strlen(two), false);
    assert_string_equal(transcript->heads,
                        "{BREW / HTTP/1.1}Content-Length=25|{GET / HTTP/1.1}");
    free(transcript);
}

static void
bodies_are_commands_or_not(void **state)
{
    static const struct {
        const char *body;
        enum htcpcp_body_kind command;
    } cases[] = {
        {"start", HTCPCP_BODY_START}, {" START\r\n", HTCPCP_BODY_START},
        {"stop", HTCPCP_BODY_STOP},   {"st", HTCPCP_BODY_EMPTY},
        {"brew", HTCPCP_BODY_TEXT},   {"started", HTCPCP_BODY_TEXT},
        {"", HTCPCP_BODY_EMPTY},      {"\r\n", HTCPCP_BODY_EMPTY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct htcpcp_stream stream = {.sender = HTCPCP_KIND_REQUEST};
        struct htcpcp_part part;
        char text[64];
        size_t at = 0;

        snprintf(text, sizeof(text), "BREW / HTTP/1.1\r\n\r\n%s", cases[i].body);
        assert_true(htcpcp_stream_next(&stream, (const uint8_t *)text, strlen(text), false, &at,
                                       &part));
        assert_int_equal(part.command, cases[i].command);
        assert_true(part.body_begins && part.head_ends);
    }
}

/* A head without end is not held beyond the limit, and messages after it are found. */
static void
an_endless_head_is_given_up(void **state)
{
    struct htcpcp_stream stream = {.sender = HTCPCP_KIND_REQUEST};
    uint8_t *data = page_end_get(HTCPCP_HOLD_MAX + 100);
    static const char line[] = "BREW / HTTP/1.1\r\nUse-Pot: ";
    struct htcpcp_part part;
    size_t at = 0;

    (void)state;
    memset(data, 'x', HTCPCP_HOLD_MAX + 100);
    memcpy(data, line, sizeof line - 1);
    assert_true(htcpcp_stream_next(&stream, data, HTCPCP_HOLD_MAX, false, &at, &part));
    assert_int_equal(part.kind, HTCPCP_PART_HELD);
    at = 0;
    assert_true(htcpcp_stream_next(&stream, data, HTCPCP_HOLD_MAX + 100, false, &at, &part));
    assert_int_equal(part.kind, HTCPCP_PART_MESSAGE);
    assert_true(part.head_too_long);
    assert_int_equal(stream.phase, HTCPCP_PHASE_OPEN);
}

/* Every octet of every exchange replaced by each of some that matter, in two segments. */
static void
damage_is_survived(void **state)
{
    static const uint8_t octets[] = {0, '\n', '\r', ' ', ':', 'H', 'G', '9', '{', 0xff};
    uint8_t text[512];

    (void)state;
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        size_t len = strlen(exchanges[i].text);

        for (size_t at = 0; at < len; at++) {
            for (size_t k = 0; k < sizeof(octets); k++) {
                struct transcript *transcript = transcript_new(exchanges[i].sender);

                memcpy(text, exchanges[i].text, len);
                text[at] = octets[k];
                feed(transcript, text, (at * 7 + k) % len, false);
                feed(transcript, text + (at * 7 + k) % len, len - (at * 7 + k) % len, true);
                free(transcript);
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_segments_wait_for_nothing),
        cmocka_unit_test(cut_at_every_octet),
        cmocka_unit_test(octet_by_octet),
        cmocka_unit_test(cut_twice),
        cmocka_unit_test(heads_cut_inside_a_line_come_whole),
        cmocka_unit_test(a_head_answer_has_no_body),
        cmocka_unit_test(a_broken_promise_ends_with_the_answer),
        cmocka_unit_test(bodies_are_commands_or_not),
        cmocka_unit_test(an_endless_head_is_given_up),
        cmocka_unit_test(damage_is_survived),
    };

    return cmocka_run_group_tests_name("htcpcp_stream", tests, NULL, NULL);
}
