/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_message.h"

#include <string.h>

#include "htcpcp_body.h"

/* The longest reason phrase looked for inside a body: it keeps that search linear. */
#define PHRASE_SEARCH_MAX 256

/* In patterns '#' stands for a digit; literals are not case-sensitive (RFC 2068 2.1). */
static const char *const version_patterns[] = {"HTCPCP/#.#", "HTCPCP-TEA/#.#", "HTTP/#.#"};
static const char *const status_patterns[] = {"HTCPCP/#.# ###", "HTCPCP-TEA/#.# ###",
                                              "HTTP/#.# ###"};
#define PATTERNS 3

enum match {
    MATCH_NONE,
    MATCH_PREFIX, /* the input ends before the pattern does */
    MATCH_FULL,
};

/* A line without its end, which is LF or CRLF, or missing at the end of the input. */
struct line {
    size_t at;
    size_t len;
    size_t next;
    bool ended;
};

static struct line
line_at(const uint8_t *data, size_t len, size_t at)
{
    const uint8_t *lf = at < len ? memchr(data + at, '\n', len - at) : NULL;
    struct line line;

    line.at = at;
    line.ended = lf != NULL;
    line.len = (line.ended ? (size_t)(lf - data) : len) - at;
    line.next = at + line.len + (line.ended ? 1 : 0);
    if (line.len > 0 && data[at + line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* RFC 2068 2.2 */
static bool
is_token_char(uint8_t c)
{
    return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static size_t
token_len(const uint8_t *data, size_t len)
{
    size_t n = 0;

    while (n < len && is_token_char(data[n])) {
        n++;
    }
    return n;
}

static enum match
pattern_match(const uint8_t *data, size_t len, const char *pattern)
{
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        if (i == len) {
            return MATCH_PREFIX;
        }
        if (pattern[i] == '#' ? !is_digit(data[i])
                              : htcpcp_lower(data[i]) != htcpcp_lower((uint8_t)pattern[i])) {
            return MATCH_NONE;
        }
    }
    return MATCH_FULL;
}

/* The best match of all patterns; *length is the matching pattern's if it is a full one. */
static enum match
patterns_match(const uint8_t *data, size_t len, const char *const *patterns, size_t *length)
{
    enum match best = MATCH_NONE;

    for (size_t i = 0; i < PATTERNS; i++) {
        enum match match = pattern_match(data, len, patterns[i]);

        if (match == MATCH_FULL) {
            *length = strlen(patterns[i]);
            return MATCH_FULL;
        }
        if (match == MATCH_PREFIX) {
            best = MATCH_PREFIX;
        }
    }
    return best;
}

static struct htcpcp_span
span_trim(const uint8_t *data, size_t at, size_t end)
{
    while (at < end && is_blank(data[at])) {
        at++;
    }
    while (end > at && is_blank(data[end - 1])) {
        end--;
    }
    return (struct htcpcp_span){at, end - at};
}

static enum match
status_line_parse(const uint8_t *data, const struct line *line, struct htcpcp_message *message)
{
    const uint8_t *text = data + line->at;
    size_t length = 0;
    enum match match = patterns_match(text, line->len, status_patterns, &length);

    if (match == MATCH_PREFIX) {
        return line->ended ? MATCH_NONE : MATCH_PREFIX;
    }
    if (match == MATCH_NONE || (line->len > length && !is_blank(text[length])) ||
        !htcpcp_body_is_text(text, line->len)) {
        return MATCH_NONE;
    }
    message->kind = HTCPCP_RESPONSE;
    message->version = (struct htcpcp_span){line->at, length - strlen(" ###")};
    message->code = (struct htcpcp_span){line->at + length - 3, 3};
    message->phrase = span_trim(data, line->at + length, line->at + line->len);
    for (size_t i = 0; i < message->code.len; i++) {
        message->status = message->status * 10 + (data[message->code.at + i] - '0');
    }
    return MATCH_FULL;
}

/* Splits "uri version" at its last blank, which has to stand before a version: URIs in the wild
 * contain blanks, too. MATCH_PREFIX: the version is missing, and the URI is one word, or it is
 * cut off by the end of the input. */
static enum match
uri_version_parse(const uint8_t *data, struct htcpcp_span rest, bool line_ended,
                  struct htcpcp_message *message)
{
    size_t end = rest.at + rest.len, last = end, length = 0;
    enum match match;

    while (last > rest.at && !is_blank(data[last - 1])) {
        last--;
    }
    match = patterns_match(data + last, end - last, version_patterns, &length);
    if (match == MATCH_FULL && length == end - last) {
        message->version = (struct htcpcp_span){last, end - last};
        message->uri = span_trim(data, rest.at, last);
        return MATCH_FULL;
    }
    if (last == rest.at) {
        message->uri = rest;
        return MATCH_PREFIX;
    }
    if (!line_ended && match == MATCH_PREFIX) {
        message->version = (struct htcpcp_span){last, end - last};
        message->uri = span_trim(data, rest.at, last);
        return MATCH_PREFIX;
    }
    return MATCH_NONE;
}

static enum match
request_line_parse(const uint8_t *data, const struct line *line, struct htcpcp_message *message)
{
    const uint8_t *text = data + line->at;
    size_t method_len = token_len(text, line->len);
    struct htcpcp_span rest;
    enum htcpcp_method command;
    enum match match;

    if (method_len == 0 || (method_len < line->len && !is_blank(text[method_len]))) {
        return MATCH_NONE;
    }
    command = htcpcp_method_find(text, method_len);
    rest = span_trim(data, line->at + method_len, line->at + line->len);
    if (!line->ended && rest.len == 0) {
        return htcpcp_method_begins(text, method_len) ? MATCH_PREFIX : MATCH_NONE;
    }
    if (!htcpcp_body_is_text(text, line->len)) {
        return MATCH_NONE;
    }
    match = uri_version_parse(data, rest, line->ended, message);
    if (match == MATCH_NONE || (match == MATCH_PREFIX && command == HTCPCP_METHOD_UNKNOWN)) {
        return MATCH_NONE;
    }
    message->kind = HTCPCP_REQUEST;
    message->command = command;
    message->method = (struct htcpcp_span){line->at, method_len};
    return MATCH_FULL;
}

/* A header line is a token and a colon (RFC 2068 4.2). */
static bool
header_split(const uint8_t *data, const struct line *line, struct htcpcp_span *name,
             size_t *value_at)
{
    size_t len = token_len(data + line->at, line->len), colon = len;

    while (colon < line->len && is_blank(data[line->at + colon])) {
        colon++;
    }
    if (len == 0 || colon == line->len || data[line->at + colon] != ':') {
        return false;
    }
    *name = (struct htcpcp_span){line->at, len};
    *value_at = line->at + colon + 1;
    return true;
}

bool
htcpcp_header_next(const uint8_t *data, struct htcpcp_span *rest, struct htcpcp_header *header)
{
    size_t end = rest->at + rest->len, value_at;
    struct line line;

    if (rest->len == 0) {
        return false;
    }
    line = line_at(data, end, rest->at);
    header->id = HTCPCP_HEADER_UNKNOWN;
    header->name = header->value = (struct htcpcp_span){line.at, 0};
    if (header_split(data, &line, &header->name, &value_at)) {
        struct line folded = line;

        while (folded.next < end && is_blank(data[folded.next])) {
            folded = line_at(data, end, folded.next);
        }
        header->id = htcpcp_header_find(data + header->name.at, header->name.len);
        header->value = span_trim(data, value_at, folded.at + folded.len);
        line.next = folded.next;
    }
    header->line = (struct htcpcp_span){rest->at, line.next - rest->at};
    *rest = (struct htcpcp_span){line.next, end - line.next};
    return true;
}

/* Content-Length = 1*DIGIT; one that is not, or that is beyond 64 bits, announces nothing. */
static void
content_length_parse(const uint8_t *data, struct htcpcp_span value,
                     struct htcpcp_message *message)
{
    uint64_t length = 0;

    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = data[value.at + i];

        if (!is_digit(c) || length > (UINT64_MAX - 9) / 10) {
            return;
        }
        length = length * 10 + (c - '0');
    }
    message->length_announced = value.len > 0;
    message->content_length = length;
}

/* The coffee lab's first clients put a blank line before the headers that HTCPCP adds. */
static bool
legacy_header_follows(const uint8_t *data, size_t len, size_t at)
{
    struct line line = line_at(data, len, at);
    struct htcpcp_span name;
    size_t value_at;
    enum htcpcp_header_id id;

    if (!header_split(data, &line, &name, &value_at)) {
        return false;
    }
    id = htcpcp_header_find(data + name.at, name.len);
    return id == HTCPCP_HEADER_ACCEPT_ADDITIONS || id == HTCPCP_HEADER_USE_POT;
}

/* Whether a line that is no header is the beginning of one, cut off by the end of the input. */
static bool
header_begins(const uint8_t *data, const struct line *line)
{
    return !line->ended && token_len(data + line->at, line->len) == line->len &&
           htcpcp_body_classify(data + line->at, line->len) == HTCPCP_BODY_TEXT;
}

/* Reads header lines from message->headers.at on and sets where they and the head end. */
static void
headers_parse(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    size_t at = message->headers.at;

    while (at < len) {
        struct line line = line_at(data, len, at);
        struct htcpcp_span name;
        size_t value_at;

        if (line.len == 0) {
            if (line.ended && message->kind == HTCPCP_REQUEST &&
                legacy_header_follows(data, len, line.next)) {
                message->blank_inside = true;
                at = line.next;
                continue;
            }
            message->blank_line = (struct htcpcp_span){at, line.next - at};
            message->head_whole = line.ended;
            break;
        }
        if (header_split(data, &line, &name, &value_at)) {
            if (!message->length_announced &&
                htcpcp_word_equal(data + name.at, name.len, "Content-Length")) {
                content_length_parse(data, span_trim(data, value_at, at + line.len), message);
            }
        } else if (!is_blank(data[at]) || at == message->headers.at) {
            message->head_whole = !header_begins(data, &line);
            break;
        }
        at = line.next;
    }
    message->headers.len = at - message->headers.at;
    message->body.at = at + message->blank_line.len;
}

/* The next status line at or after at, or len. Inside a line it counts only if the line ends
 * with it, and without characters that would make it a quotation in JSON or in HTML. */
static size_t
status_line_find(const uint8_t *data, size_t len, size_t at)
{
    const size_t begin = at;

    for (; at < len; at++) {
        const uint8_t *h = memchr(data + at, 'H', len - at);
        size_t length = 0, end;

        if (h == NULL) {
            break;
        }
        at = (size_t)(h - data);
        if (patterns_match(h, len - at, status_patterns, &length) != MATCH_FULL) {
            continue;
        }
        end = at + length;
        while (end < len && end - at < PHRASE_SEARCH_MAX &&
               (data[end] >= ' ' || data[end] == '\t') &&
               strchr("\"<>[]\\{}", data[end]) == NULL) {
            end++;
        }
        if (end < len ? data[end] == '\r' || data[end] == '\n'
                      : at == begin || data[at - 1] == '\n') {
            return at;
        }
    }
    return len;
}

/* Whether a request line with version and a method in capitals begins at at. */
static bool
request_line_begins(const uint8_t *data, size_t len, size_t at)
{
    struct line line = line_at(data, len, at);
    struct htcpcp_message probe = {0};

    if (at == len || data[at] < 'A' || data[at] > 'Z' ||
        request_line_parse(data, &line, &probe) != MATCH_FULL || probe.version.len == 0) {
        return false;
    }
    for (size_t i = 0; i < probe.method.len; i++) {
        if (data[at + i] >= 'a' && data[at + i] <= 'z') {
            return false;
        }
    }
    return true;
}

/* The next request line at or after at, or len: at the beginning of a line, or right behind
 * the command. */
static size_t
request_line_find(const uint8_t *data, size_t len, size_t at)
{
    size_t command_len = htcpcp_command_len(data + at, len - at);

    if (command_len > 0 && request_line_begins(data, len, at + command_len)) {
        return at + command_len;
    }
    while (at < len) {
        if (request_line_begins(data, len, at)) {
            return at;
        }
        at = line_at(data, len, at).next;
    }
    return len;
}

static enum htcpcp_result
body_parse(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    size_t at = message->body.at, rest = len - at, end;
    bool request = message->kind == HTCPCP_REQUEST;

    if (message->length_announced) {
        message->body.len = message->content_length < rest ? (size_t)message->content_length : rest;
        return rest < message->content_length ? HTCPCP_PARTIAL : HTCPCP_COMPLETE;
    }
    if (!request && message->blank_line.len > 0 &&
        (message->status / 100 == 1 || message->status == 204 || message->status == 304)) {
        return HTCPCP_COMPLETE; /* RFC 2068 4.4: these have no body */
    }
    end = request ? request_line_find(data, len, at) : status_line_find(data, len, at);
    message->body.len = end - at;
    if (end < len) {
        return HTCPCP_COMPLETE;
    }
    return request && rest == 0 && !htcpcp_method_commands(message->command) ? HTCPCP_COMPLETE
                                                                             : HTCPCP_OPEN;
}

enum htcpcp_result
htcpcp_message_parse(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    size_t at = 0;
    struct line line;
    enum match match;
    enum htcpcp_result result = HTCPCP_PARTIAL;

    *message = (struct htcpcp_message){0};
    while (at < len && (data[at] == '\n' || data[at] == '\r')) {
        at++;
    }
    line = line_at(data, len, at);
    match = status_line_parse(data, &line, message);
    if (match == MATCH_NONE) {
        match = request_line_parse(data, &line, message);
    }
    if (match == MATCH_NONE) {
        return HTCPCP_BAD;
    }
    message->start_line = (struct htcpcp_span){at, line.next - at};
    message->headers = message->body = (struct htcpcp_span){line.next, 0};
    message->length = len;
    if (match == MATCH_PREFIX || !line.ended) {
        return HTCPCP_PARTIAL;
    }
    message->bare_lf = line.next - at == line.len + 1;
    headers_parse(data, len, message);
    if (message->head_whole) {
        result = body_parse(data, len, message);
        message->length = message->body.at + message->body.len;
    } else {
        message->body.len = len - message->body.at;
    }
    return result;
}
