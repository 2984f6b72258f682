/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_message.h"

#include <string.h>

#include "htcpcp_body.h"

/* A header line is a token and a colon (RFC 2068 4.2). */
static bool
header_split(const uint8_t *data, const struct htcpcp_line *line, struct htcpcp_span *name,
             size_t *value_at)
{
    size_t len = htcpcp_token_measure(data + line->at, line->len), colon = len;

    while (colon < line->len && htcpcp_is_blank(data[line->at + colon])) {
        colon++;
    }
    if (len == 0 || colon == line->len || data[line->at + colon] != ':') {
        return false;
    }
    *name = (struct htcpcp_span){line->at, len};
    *value_at = line->at + colon + 1;
    return true;
}

static bool
ends_in_comma(const uint8_t *data, const struct htcpcp_line *line)
{
    struct htcpcp_span text = htcpcp_span_trim(data, line->at, line->at + line->len);

    return text.len > 0 && data[text.at + text.len - 1] == ',';
}

bool
htcpcp_header_next(const uint8_t *data, struct htcpcp_span *rest, struct htcpcp_header *header)
{
    size_t end = rest->at + rest->len, value_at;
    struct htcpcp_line line;

    if (rest->len == 0) {
        return false;
    }
    line = htcpcp_line_get(data, end, rest->at);
    *header = (struct htcpcp_header){.name = {line.at, 0}, .value = {line.at, 0}};
    if (header_split(data, &line, &header->name, &value_at)) {
        struct htcpcp_line last = line;

        header->id = htcpcp_header_find(data + header->name.at, header->name.len);
        header->expects = header->id == HTCPCP_HEADER_ALTERNATES && ends_in_comma(data, &last);
        /* Folded lines begin with a blank (RFC 2068 4.2); one deployed tea pot folds Alternates
         * after its commas without a blank. */
        while (last.next < end &&
               (htcpcp_is_blank(data[last.next]) || (header->expects && data[last.next] == '{'))) {
            last = htcpcp_line_get(data, end, last.next);
            header->expects = header->id == HTCPCP_HEADER_ALTERNATES && ends_in_comma(data, &last);
        }
        header->value = htcpcp_span_trim(data, value_at, last.at + last.len);
        line.next = last.next;
        line.ended = last.ended;
    }
    header->ended = line.ended;
    header->line = (struct htcpcp_span){rest->at, line.next - rest->at};
    *rest = (struct htcpcp_span){line.next, end - line.next};
    return true;
}

/* Content-Length = 1*DIGIT. Any other value, or one above 64 bits, is ignored. */
static void
content_length_parse(const uint8_t *data, struct htcpcp_span value, struct htcpcp_message *message)
{
    uint64_t length = 0;

    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = data[value.at + i];

        if (!htcpcp_is_digit(c) || length > (UINT64_MAX - 9) / 10) {
            return;
        }
        length = length * 10 + (c - '0');
    }
    message->length_announced = value.len > 0;
    message->content_length = length;
}

/* Takes the length of the body from a header line (RFC 2068 4.4). */
static void
framing_parse(const uint8_t *data, const struct htcpcp_header *header,
              struct htcpcp_message *message)
{
    static const char chunked[] = "chunked";

    if (header->id == HTCPCP_HEADER_CONTENT_LENGTH && !message->length_announced) {
        content_length_parse(data, header->value, message);
    } else if (header->id == HTCPCP_HEADER_TRANSFER_ENCODING &&
               header->value.len >= strlen(chunked)) {
        const uint8_t *end = data + header->value.at + header->value.len;

        message->chunked = htcpcp_word_equal(end - strlen(chunked), strlen(chunked), chunked);
    }
}

enum htcpcp_match
htcpcp_legacy_header_match(const uint8_t *data, size_t len)
{
    static const char *const names[] = {"Accept-Additions:", "Use-Pot:"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t whole = strlen(names[i]), n = 0;

        while (n < len && n < whole &&
               htcpcp_lower(data[n]) == htcpcp_lower((uint8_t)names[i][n])) {
            n++;
        }
        if (n == whole) {
            return HTCPCP_MATCH_FULL;
        }
        if (n == len && n > 0) {
            return HTCPCP_MATCH_PREFIX;
        }
    }
    return HTCPCP_MATCH_NONE;
}

/* Whether a line that is not a header is a prefix of one, truncated by the end of the input. */
static bool
is_header_prefix(const uint8_t *data, const struct htcpcp_line *line)
{
    return !line->ended && htcpcp_token_measure(data + line->at, line->len) == line->len &&
           htcpcp_body_classify(data + line->at, line->len) == HTCPCP_BODY_TEXT;
}

/* Parses header lines from message->headers.at on and sets their end and the end of the head. */
static void
headers_parse(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    size_t at = message->headers.at;

    while (at < len) {
        struct htcpcp_line line = htcpcp_line_get(data, len, at);
        struct htcpcp_span name, rest = {at, len - at};
        struct htcpcp_header header;
        size_t value_at;

        if (line.len == 0) {
            if (line.ended && message->kind == HTCPCP_KIND_REQUEST &&
                htcpcp_legacy_header_match(data + line.next, len - line.next) ==
                    HTCPCP_MATCH_FULL) {
                message->blank_inside = true;
                at = line.next;
                continue;
            }
            message->blank_line = (struct htcpcp_span){at, line.next - at};
            message->head_whole = line.ended;
            break;
        }
        if (header_split(data, &line, &name, &value_at) &&
            htcpcp_header_next(data, &rest, &header)) {
            framing_parse(data, &header, message);
            at = rest.at;
            continue;
        }
        if (!htcpcp_is_blank(data[at]) ||
            (at == message->headers.at && message->fold == HTCPCP_HEADER_NONE)) {
            message->head_whole = !is_header_prefix(data, &line);
            break;
        }
        at = line.next;
    }
    message->headers.len = at - message->headers.at;
    message->body.at = at + message->blank_line.len;
}

static enum htcpcp_result
body_parse(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    size_t at = message->body.at, rest = len - at, end, tail;
    bool request = message->kind == HTCPCP_KIND_REQUEST;

    if (!request && message->blank_line.len > 0 &&
        (message->status / 100 == 1 || message->status == 204 || message->status == 304)) {
        message->no_body = true;
        return HTCPCP_RESULT_COMPLETE;
    }
    if (message->chunked) {
        message->body.len = rest;
        return HTCPCP_RESULT_OPEN;
    }
    if (message->length_announced) {
        message->body.len = message->content_length < rest ? (size_t)message->content_length : rest;
        return rest < message->content_length ? HTCPCP_RESULT_PARTIAL : HTCPCP_RESULT_COMPLETE;
    }
    end = htcpcp_start_find(message->kind, data, len, at, htcpcp_command_measure(data + at, rest),
                            &tail);
    message->body.len = end - at;
    if (end < len) {
        return HTCPCP_RESULT_COMPLETE;
    }
    return request && rest == 0 && !htcpcp_method_may_command(message->command)
               ? HTCPCP_RESULT_COMPLETE
               : HTCPCP_RESULT_OPEN;
}

enum htcpcp_result
htcpcp_message_resume(const uint8_t *data, size_t len, struct htcpcp_message *message)
{
    enum htcpcp_result result = HTCPCP_RESULT_PARTIAL;

    message->head_whole = false;
    message->headers.len = message->blank_line.len = message->body.len = 0;
    message->length = len;
    headers_parse(data, len, message);
    if (message->head_whole) {
        result = body_parse(data, len, message);
        message->length = message->body.at + message->body.len;
    } else {
        message->body.len = len - message->body.at;
    }
    return result;
}

enum htcpcp_result
htcpcp_message_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len,
                     struct htcpcp_message *message)
{
    size_t at = 0, next;
    enum htcpcp_match match;

    *message = (struct htcpcp_message){0};
    while (at < len && (data[at] == '\n' || data[at] == '\r')) {
        at++;
    }
    match = htcpcp_start_parse(sender, data, len, at, &message->start);
    if (match == HTCPCP_MATCH_NONE) {
        *message = (struct htcpcp_message){0};
        return HTCPCP_RESULT_BAD;
    }
    next = at + message->start.line.len;
    message->kind = message->start.kind;
    message->command = message->start.command;
    message->status = message->start.status;
    message->bare_lf = message->start.bare_lf;
    message->headers = message->body = (struct htcpcp_span){next, 0};
    message->length = len;
    if (match == HTCPCP_MATCH_PREFIX || !message->start.ended) {
        return HTCPCP_RESULT_PARTIAL;
    }
    return htcpcp_message_resume(data, len, message);
}
