/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The grammar of HTCPCP: the octets of one direction in segments, and the values in them.
 *
 * An input is two octets, which select the sender and the segment lengths, and the octets that are
 * sent. Required: every octet belongs to one part, in order; every span is within its part; no octet
 * after a segment is read, since its allocation ends with it.
 */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "htcpcp_additions.h"
#include "htcpcp_alternates.h"
#include "htcpcp_stream.h"
#include "htcpcp_uri.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static void
check_span(struct htcpcp_span span, size_t len)
{
    REQUIRE(span.at <= len && span.len <= len - span.at);
}

static void
check_words(const uint8_t *data, struct htcpcp_span span)
{
    struct htcpcp_span rest = span;
    struct htcpcp_addition addition;
    struct htcpcp_variant variant;
    struct htcpcp_uri uri;

    htcpcp_uri_parse(data, span, &uri);
    check_span(uri.path, span.at + span.len);
    check_span(uri.query, span.at + span.len);
    while (htcpcp_addition_next(data, &rest, &addition)) {
        check_span(addition.all, span.at + span.len);
        check_span(addition.params, span.at + span.len);
    }
    rest = span;
    while (htcpcp_variant_next(data, &rest, &variant)) {
        check_span(variant.all, span.at + span.len);
        check_span(variant.uri, span.at + span.len);
    }
    (void)htcpcp_safe_parse(data + span.at, span.len);
}

static void
check_head(const uint8_t *data, const struct htcpcp_part *part)
{
    const struct htcpcp_message *message = &part->message;
    struct htcpcp_span rest = message->headers;
    struct htcpcp_header header;
    size_t lines = 0;

    check_span(message->start.line, part->len);
    check_span(message->headers, part->len);
    check_span(message->blank_line, part->len);
    check_span(part->unfinished, part->len);
    if (message->start.kind == HTCPCP_KIND_REQUEST) {
        check_span(message->start.uri, part->len);
        check_words(data, message->start.uri);
    }
    while (htcpcp_header_next(data, &rest, &header)) {
        check_span(header.value, part->len);
        lines += header.line.len;
        check_words(data, header.value);
    }
    REQUIRE(lines == message->headers.len);
}

static void
check_body(const uint8_t *data, const struct htcpcp_part *part)
{
    const size_t end = part->body.at + part->body.len;
    struct htcpcp_chunks chunks = part->chunks;
    struct htcpcp_span octets;
    size_t at = part->body.at;

    check_span(part->body, part->len);
    while (part->chunked && htcpcp_chunks_next(&chunks, data, end, &at, &octets)) {
        check_span(octets, end);
    }
    (void)htcpcp_body_classify(data + part->body.at, part->body.len);
    (void)htcpcp_json_measure_depth(data + part->body.at, part->body.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum htcpcp_kind senders[] = {HTCPCP_KIND_REQUEST, HTCPCP_KIND_RESPONSE,
                                               HTCPCP_KIND_NEITHER, HTCPCP_KIND_REQUEST};
    struct htcpcp_stream stream = {0};
    uint8_t *held = NULL;
    size_t held_len = 0, at = 2, step;

    if (size < 2) {
        return 0;
    }
    stream.sender = senders[data[0] & 3];
    stream.answers_head = data[0] & 4;
    step = data[1];
    while (at < size) {
        size_t len = step == 0 ? size - at : 1 + (at * step) % 40, used = 0;
        const bool last = data[0] & 8 && at + len >= size;
        uint8_t *octets;
        struct htcpcp_part part;

        len = len < size - at ? len : size - at;
        octets = malloc(held_len + len);
        REQUIRE(octets != NULL);
        if (held_len > 0) {
            memcpy(octets, held, held_len);
        }
        memcpy(octets + held_len, data + at, len);
        free(held);
        held = NULL;
        len += held_len;
        at += len - held_len;
        held_len = 0;
        while (htcpcp_stream_next(&stream, octets, len, last, &used, &part)) {
            REQUIRE(part.len > 0 && part.at + part.len == used && used <= len);
            if (part.kind == HTCPCP_PART_MESSAGE || part.kind == HTCPCP_PART_HEAD) {
                check_head(octets + part.at, &part);
            }
            if (part.kind == HTCPCP_PART_HELD) {
                REQUIRE(held == NULL && used == len && !last && part.len <= HTCPCP_HOLD_MAX);
                held = malloc(part.len);
                REQUIRE(held != NULL);
                memcpy(held, octets + part.at, part.len);
                held_len = part.len;
            } else {
                check_body(octets + part.at, &part);
            }
        }
        REQUIRE(used == len);
        stream.answered = data[0] & 16;
        free(octets);
    }
    free(held);
    return 0;
}
