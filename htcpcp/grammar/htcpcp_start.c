/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_start.h"

#include <string.h>

/* The longest reason phrase within a body: the limit keeps the search linear. */
#define PHRASE_SEARCH_MAX 256

/* The longest incomplete method that is not in an RFC. */
#define METHOD_PREFIX_MAX 20

/* '#' matches a digit; literals are not case-sensitive (RFC 2068 2.1). */
static const char *const version_patterns[] = {"HTCPCP/#.#", "HTCPCP-TEA/#.#", "HTTP/#.#"};
static const char *const status_patterns[] = {"HTCPCP/#.# ###", "HTCPCP-TEA/#.# ###",
                                              "HTTP/#.# ###"};
#define PATTERNS 3

static enum htcpcp_match
pattern_match(const uint8_t *data, size_t len, const char *pattern)
{
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        if (i == len) {
            return HTCPCP_MATCH_PREFIX;
        }
        if (pattern[i] == '#' ? !htcpcp_is_digit(data[i])
                              : htcpcp_lower(data[i]) != htcpcp_lower((uint8_t)pattern[i])) {
            return HTCPCP_MATCH_NONE;
        }
    }
    return HTCPCP_MATCH_FULL;
}

/* The best match of all patterns; sets *length to that of the pattern if it is a full match. */
static enum htcpcp_match
patterns_match(const uint8_t *data, size_t len, const char *const *patterns, size_t *length)
{
    enum htcpcp_match best = HTCPCP_MATCH_NONE;

    for (size_t i = 0; i < PATTERNS; i++) {
        enum htcpcp_match match = pattern_match(data, len, patterns[i]);

        if (match == HTCPCP_MATCH_FULL) {
            *length = strlen(patterns[i]);
            return HTCPCP_MATCH_FULL;
        }
        if (match == HTCPCP_MATCH_PREFIX) {
            best = HTCPCP_MATCH_PREFIX;
        }
    }
    return best;
}

static enum htcpcp_match
status_line_parse(const uint8_t *data, const struct htcpcp_line *line, struct htcpcp_start *start)
{
    const uint8_t *text = data + line->at;
    size_t length = 0;
    enum htcpcp_match match = patterns_match(text, line->len, status_patterns, &length);

    if (match == HTCPCP_MATCH_PREFIX) {
        return line->ended ? HTCPCP_MATCH_NONE : HTCPCP_MATCH_PREFIX;
    }
    if (match == HTCPCP_MATCH_NONE || (line->len > length && !htcpcp_is_blank(text[length])) ||
        !htcpcp_is_text(text, line->len)) {
        return HTCPCP_MATCH_NONE;
    }
    start->kind = HTCPCP_KIND_RESPONSE;
    start->version = (struct htcpcp_span){line->at, length - strlen(" ###")};
    start->code = (struct htcpcp_span){line->at + length - 3, 3};
    start->phrase = htcpcp_span_trim(data, line->at + length, line->at + line->len);
    for (size_t i = 0; i < start->code.len; i++) {
        start->status = start->status * 10 + (data[start->code.at + i] - '0');
    }
    return HTCPCP_MATCH_FULL;
}

/* Splits "uri version" at its last blank, which must precede a version: some clients send URIs that
 * contain blanks. A prefix: the version is missing and the URI is one word, or the version is truncated
 * by the end of the input. */
static enum htcpcp_match
uri_version_parse(const uint8_t *data, struct htcpcp_span rest, bool line_ended,
                  struct htcpcp_start *start)
{
    size_t end = rest.at + rest.len, last = end, length = 0;
    enum htcpcp_match match;

    while (last > rest.at && !htcpcp_is_blank(data[last - 1])) {
        last--;
    }
    match = patterns_match(data + last, end - last, version_patterns, &length);
    if (match == HTCPCP_MATCH_FULL && length == end - last) {
        start->version = (struct htcpcp_span){last, end - last};
        start->uri = htcpcp_span_trim(data, rest.at, last);
        return HTCPCP_MATCH_FULL;
    }
    if (last == rest.at) {
        start->uri = rest;
        return HTCPCP_MATCH_PREFIX;
    }
    if (!line_ended && match == HTCPCP_MATCH_PREFIX) {
        start->version = (struct htcpcp_span){last, end - last};
        start->uri = htcpcp_span_trim(data, rest.at, last);
        return HTCPCP_MATCH_PREFIX;
    }
    return HTCPCP_MATCH_NONE;
}

static bool
is_capitals(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < 'A' || text[i] > 'Z') {
            return false;
        }
    }
    return len > 0;
}

/* The match of an unfinished line whose method, of method_len octets, is not in an RFC. */
static enum htcpcp_match
foreign_method_match(const uint8_t *text, size_t method_len, bool line_ended)
{
    return !line_ended && method_len <= METHOD_PREFIX_MAX && is_capitals(text, method_len)
               ? HTCPCP_MATCH_PREFIX
               : HTCPCP_MATCH_NONE;
}

static enum htcpcp_match
request_line_parse(const uint8_t *data, const struct htcpcp_line *line, struct htcpcp_start *start)
{
    const uint8_t *text = data + line->at;
    size_t method_len = htcpcp_token_measure(text, line->len);
    struct htcpcp_span rest;
    enum htcpcp_method command;
    enum htcpcp_match match;

    if (method_len == 0 || (method_len < line->len && !htcpcp_is_blank(text[method_len]))) {
        return HTCPCP_MATCH_NONE;
    }
    command = htcpcp_method_find(text, method_len);
    rest = htcpcp_span_trim(data, line->at + method_len, line->at + line->len);
    if (!line->ended && rest.len == 0) {
        return htcpcp_method_has_prefix(text, method_len)
                   ? HTCPCP_MATCH_PREFIX
                   : foreign_method_match(text, method_len, line->ended);
    }
    if (!htcpcp_is_text(text, line->len)) {
        return HTCPCP_MATCH_NONE;
    }
    match = uri_version_parse(data, rest, line->ended, start);
    if (match != HTCPCP_MATCH_FULL && command == HTCPCP_METHOD_UNKNOWN) {
        return match == HTCPCP_MATCH_NONE && line->ended
                   ? HTCPCP_MATCH_NONE
                   : foreign_method_match(text, method_len, line->ended);
    }
    if (match == HTCPCP_MATCH_NONE) {
        /* A URI with blanks, whose version may follow. */
        return line->ended ? HTCPCP_MATCH_NONE : HTCPCP_MATCH_PREFIX;
    }
    start->kind = HTCPCP_KIND_REQUEST;
    start->command = command;
    start->method = (struct htcpcp_span){line->at, method_len};
    return HTCPCP_MATCH_FULL;
}

bool
htcpcp_start_is_sure(const uint8_t *data, const struct htcpcp_start *start)
{
    return start->kind == HTCPCP_KIND_RESPONSE || start->command != HTCPCP_METHOD_UNKNOWN ||
           is_capitals(data + start->method.at, start->method.len);
}

enum htcpcp_match
htcpcp_start_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len, size_t at,
                   struct htcpcp_start *start)
{
    struct htcpcp_line line = htcpcp_line_get(data, len, at);
    enum htcpcp_match status = HTCPCP_MATCH_NONE, request = HTCPCP_MATCH_NONE;

    *start = (struct htcpcp_start){.line = {at, line.next - at}};
    if (sender != HTCPCP_KIND_REQUEST) {
        status = status_line_parse(data, &line, start);
    }
    if (sender != HTCPCP_KIND_RESPONSE && status != HTCPCP_MATCH_FULL) {
        request = request_line_parse(data, &line, start);
    }
    if (status != HTCPCP_MATCH_FULL && request != HTCPCP_MATCH_FULL) {
        *start = (struct htcpcp_start){.line = {at, line.next - at}};
        return status == HTCPCP_MATCH_PREFIX ? status : request;
    }
    start->ended = line.ended;
    start->bare_lf = line.ended && line.next - at == line.len + 1;
    return HTCPCP_MATCH_FULL;
}

bool
htcpcp_start_is_whole(const uint8_t *data, const struct htcpcp_start *start)
{
    return start->ended ||
           (start->kind == HTCPCP_KIND_RESPONSE &&
            htcpcp_status_has_phrase(start->status, data + start->phrase.at, start->phrase.len));
}

static size_t
status_line_find(const uint8_t *data, size_t len, size_t at, size_t *tail)
{
    const size_t begin = at;

    *tail = len;
    for (; at < len; at++) {
        const uint8_t *h = memchr(data + at, 'H', len - at);
        size_t length = 0, end;
        enum htcpcp_match match;

        if (h == NULL) {
            break;
        }
        at = (size_t)(h - data);
        match = patterns_match(h, len - at, status_patterns, &length);
        if (match == HTCPCP_MATCH_PREFIX && *tail == len) {
            *tail = at;
        }
        if (match != HTCPCP_MATCH_FULL) {
            continue;
        }
        end = at + length;
        while (end < len && end - at < PHRASE_SEARCH_MAX &&
               (data[end] >= ' ' || data[end] == '\t') && strchr("\"<>[]\\{}", data[end]) == NULL) {
            end++;
        }
        if (end < len ? data[end] == '\r' || data[end] == '\n'
                      : at == begin || data[at - 1] == '\n') {
            *tail = len;
            return at;
        }
        if (end == len && *tail == len) {
            *tail = at;
        }
    }
    return len;
}

/* Matches a request line with a version and a method in capitals at offset at; a prefix must begin
 * with a method of the RFCs. */
static enum htcpcp_match
request_line_match(const uint8_t *data, size_t len, size_t at)
{
    struct htcpcp_start probe = {0};
    enum htcpcp_match match;
    size_t method_len;

    if (at == len || data[at] < 'A' || data[at] > 'Z') {
        return HTCPCP_MATCH_NONE;
    }
    match = htcpcp_start_parse(HTCPCP_KIND_REQUEST, data, len, at, &probe);
    if (match == HTCPCP_MATCH_FULL && probe.version.len > 0 && probe.ended &&
        is_capitals(data + at, probe.method.len)) {
        return HTCPCP_MATCH_FULL;
    }
    if (match == HTCPCP_MATCH_NONE || htcpcp_line_get(data, len, at).ended) {
        return HTCPCP_MATCH_NONE;
    }
    method_len = htcpcp_token_measure(data + at, len - at);
    return htcpcp_method_has_prefix(data + at, method_len) ? HTCPCP_MATCH_PREFIX
                                                           : HTCPCP_MATCH_NONE;
}

static size_t
request_line_find(const uint8_t *data, size_t len, size_t at, size_t command_len, size_t *tail)
{
    enum htcpcp_match match;

    *tail = len;
    if (command_len > 0) {
        match = request_line_match(data, len, at + command_len);
        if (match == HTCPCP_MATCH_FULL) {
            return at + command_len;
        }
        if (match == HTCPCP_MATCH_PREFIX) {
            *tail = at + command_len;
            return len;
        }
    }
    while (at < len) {
        match = request_line_match(data, len, at);
        if (match == HTCPCP_MATCH_FULL) {
            return at;
        }
        if (match == HTCPCP_MATCH_PREFIX) {
            *tail = at;
            return len;
        }
        at = htcpcp_line_get(data, len, at).next;
    }
    return len;
}

size_t
htcpcp_start_find(enum htcpcp_kind sender, const uint8_t *data, size_t len, size_t at,
                  size_t command_len, size_t *tail)
{
    return sender == HTCPCP_KIND_REQUEST ? request_line_find(data, len, at, command_len, tail)
                                         : status_line_find(data, len, at, tail);
}
