/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_stream.h"

#include <string.h>

#include "htcpcp_head.h"

/* The default MSS for sending (RFC 9293 3.7.1): the size of a shorter segment is not the reason why it ends
 * within a head. */
#define FULL_SEGMENT 536

#define WORD_OTHER UINT8_MAX

struct input {
    const uint8_t *data;
    size_t len;
    size_t held; /* octets at the beginning that are passed again */
    bool last;
};

static void
message_save(struct htcpcp_stream *stream, const struct htcpcp_message *message)
{
    stream->kind = message->kind;
    stream->command = message->command;
    stream->status = message->status;
    stream->bare_lf = message->bare_lf;
    stream->blank_inside = message->blank_inside;
    stream->chunked = message->chunked;
    stream->length_announced = message->length_announced;
    stream->content_length = message->content_length;
}

static void
message_restore(const struct htcpcp_stream *stream, struct htcpcp_message *message)
{
    *message = (struct htcpcp_message){.kind = stream->kind,
                                       .command = stream->command,
                                       .status = stream->status,
                                       .bare_lf = stream->bare_lf,
                                       .blank_inside = stream->blank_inside,
                                       .fold = stream->fold,
                                       .chunked = stream->chunked,
                                       .length_announced = stream->length_announced,
                                       .content_length = stream->content_length};
}

static void
body_reset(struct htcpcp_stream *stream)
{
    stream->body_begun = stream->command_known = stream->word_is_stop = false;
    stream->word = 0;
    stream->answered = false;
    stream->left = 0;
    stream->chunks = (struct htcpcp_chunks){0};
}

/* Compares more octets of a request's body with start and stop (RFC 2324 4). */
static void
word_read(struct htcpcp_stream *stream, const uint8_t *octets, size_t len)
{
    for (size_t i = 0; i < len && stream->word != WORD_OTHER; i++) {
        const char *word = stream->word_is_stop ? "stop" : "start";
        uint8_t c = htcpcp_lower(octets[i]);

        if (htcpcp_is_space(c) && (stream->word == 0 || stream->word == strlen(word))) {
            continue;
        }
        if (stream->word == 2 && c == 'o') {
            stream->word_is_stop = true;
            word = "stop";
        }
        stream->word = stream->word < strlen(word) && c == (uint8_t)word[stream->word]
                           ? (uint8_t)(stream->word + 1)
                           : WORD_OTHER;
    }
}

/* Sets the members of part that describe part->body. */
static void
body_report(struct htcpcp_stream *stream, const uint8_t *data, struct htcpcp_part *part)
{
    part->body_begins = !stream->body_begun;
    stream->body_begun = stream->body_begun || part->body.len > 0;
    if (stream->sender == HTCPCP_KIND_RESPONSE || stream->kind == HTCPCP_KIND_RESPONSE ||
        part->chunked) {
        return;
    }
    word_read(stream, data + part->body.at, part->body.len);
    if (!stream->command_known) {
        const size_t whole = stream->word_is_stop ? strlen("stop") : strlen("start");

        if (stream->word == WORD_OTHER) {
            part->command = HTCPCP_BODY_TEXT;
        } else if (stream->word == whole) {
            part->command = stream->word_is_stop ? HTCPCP_BODY_STOP : HTCPCP_BODY_START;
        }
        stream->command_known = part->command != HTCPCP_BODY_EMPTY;
    }
}

/* The length of the command, or of the rest of it if the body so far is a prefix of one; 0 if the len
 * octets at data do not contain it. */
static size_t
command_measure_rest(const struct htcpcp_stream *stream, const uint8_t *data, size_t len)
{
    const char *word = stream->word_is_stop ? "stop" : "start";
    size_t rest;

    if (stream->word == 0) {
        return htcpcp_command_measure(data, len);
    }
    if (stream->word == WORD_OTHER || stream->word == strlen(word)) {
        return 0;
    }
    if (stream->word == 2 && len > 0 && htcpcp_lower(data[0]) == 'o') {
        word = "stop";
    }
    rest = strlen(word) - stream->word;
    return len >= rest && htcpcp_word_equal(data, rest, word + stream->word) ? rest : 0;
}

static void
part_hold(const struct input *in, struct htcpcp_part *part)
{
    *part = (struct htcpcp_part){.kind = HTCPCP_PART_HELD, .len = in->len};
}

/* Takes a body of unknown length from offset at on: it ends before the next start line. */
static void
open_body_take(struct htcpcp_stream *stream, const struct input *in, size_t at,
               struct htcpcp_part *part)
{
    size_t command_len = command_measure_rest(stream, in->data + at, in->len - at), tail;
    size_t end = htcpcp_start_find(stream->sender, in->data, in->len, at, command_len, &tail);

    if (end == at && part->kind != HTCPCP_PART_MESSAGE && part->kind != HTCPCP_PART_HEAD) {
        /* The parser has rejected this line as a start line. */
        end = htcpcp_start_find(stream->sender, in->data, in->len, at + 1, 0, &tail);
    }
    if (in->last || end < in->len || (tail == at && at == 0)) {
        tail = end;
    }
    part->body = (struct htcpcp_span){at, tail - at};
    part->len = tail;
    part->body_ends = end < in->len;
    stream->phase = part->body_ends ? HTCPCP_PHASE_START : HTCPCP_PHASE_OPEN;
    body_report(stream, in->data, part);
}

static void
counted_body_take(struct htcpcp_stream *stream, const struct input *in, size_t at,
                  struct htcpcp_part *part)
{
    size_t rest = in->len - at;

    part->counted = true;
    part->body = (struct htcpcp_span){at, stream->left < rest ? (size_t)stream->left : rest};
    part->len = at + part->body.len;
    stream->left -= part->body.len;
    part->body_ends = stream->left == 0;
    stream->phase = part->body_ends ? HTCPCP_PHASE_START : HTCPCP_PHASE_COUNTED;
    body_report(stream, in->data, part);
}

static void
chunked_body_take(struct htcpcp_stream *stream, const struct input *in, size_t at,
                  struct htcpcp_part *part)
{
    struct htcpcp_span data;
    size_t end = at;

    part->chunked = true;
    part->chunks = stream->chunks;
    while (htcpcp_chunks_next(&stream->chunks, in->data, in->len, &end, &data)) {
    }
    part->body = (struct htcpcp_span){at, end - at};
    part->len = end;
    part->chunks_broken = stream->chunks.phase == HTCPCP_CHUNKS_BROKEN;
    part->body_ends = part->chunks_broken || stream->chunks.phase == HTCPCP_CHUNKS_END;
    stream->phase = part->chunks_broken ? HTCPCP_PHASE_OPEN
                    : part->body_ends   ? HTCPCP_PHASE_START
                                        : HTCPCP_PHASE_CHUNKED;
    body_report(stream, in->data, part);
}

/* The head is complete: takes the body that follows it. */
static void
body_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    const struct htcpcp_message *message = &part->message;
    size_t at = message->body.at;

    part->head_ends = true;
    if (message->no_body || (message->kind == HTCPCP_KIND_RESPONSE && stream->answers_head)) {
        part->len = at;
        part->body = (struct htcpcp_span){at, 0};
        part->body_begins = part->body_ends = true;
        stream->phase = HTCPCP_PHASE_START;
    } else if (message->chunked) {
        chunked_body_take(stream, in, at, part);
    } else if (message->length_announced) {
        stream->left = message->content_length;
        counted_body_take(stream, in, at, part);
    } else if (!in->last && message->kind == HTCPCP_KIND_REQUEST && message->blank_line.len > 0 &&
               htcpcp_legacy_header_match(in->data + at, in->len - at) != HTCPCP_MATCH_NONE) {
        part->len = at;
        part->body = (struct htcpcp_span){at, 0};
        stream->phase = HTCPCP_PHASE_OPEN;
    } else {
        open_body_take(stream, in, at, part);
    }
}

/* Whether the sender has sent the start line and each line, or part of a line, after it in a segment of
 * its own. Then more follows: at least one line end is required (RFC 2068 4) unless a request has no version.
 * Pots that omit the blank line send several lines at once, or end lines with LF. */
static bool
lines_are_flushed(const struct htcpcp_stream *stream, const struct input *in,
                  const struct htcpcp_message *message)
{
    return message->start.version.len > 0 && in->len >= 2 &&
           memcmp(in->data + in->len - 2, "\r\n", 2) == 0 && (in->held == 0 || stream->flushed) &&
           htcpcp_line_get(in->data, in->len, in->held).next == in->len;
}

/* Takes the complete lines of an unfinished head, or holds it. */
static void
head_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    struct htcpcp_message *message = &part->message;
    const bool first = part->kind == HTCPCP_PART_MESSAGE;
    const bool give_up = in->len > HTCPCP_HOLD_MAX;
    bool line_begun;
    size_t whole_len;

    if (in->last || give_up) {
        part->len = in->len;
        part->unfinished = message->body;
        part->head_too_long = give_up && !in->last;
        stream->phase = part->head_too_long ? HTCPCP_PHASE_OPEN : HTCPCP_PHASE_HEAD;
        return;
    }
    if (first && !message->start.ended) {
        if (!htcpcp_start_is_whole(in->data, &message->start)) {
            part_hold(in, part);
            return;
        }
    }
    line_begun = htcpcp_head_cut(in->data, message);
    whole_len = message->headers.at + message->headers.len;
    if ((first && message->start.ended &&
         (in->len >= FULL_SEGMENT || (line_begun && !message->bare_lf) ||
          lines_are_flushed(stream, in, message))) ||
        (!first && whole_len == 0)) {
        part_hold(in, part);
    } else {
        part->len = whole_len;
        stream->line_open = in->data[whole_len - 1] != '\n';
        stream->fold = htcpcp_head_find_last(in->data, message, message->fold);
        message->blank_line = message->body = (struct htcpcp_span){whole_len, 0};
        stream->phase = HTCPCP_PHASE_HEAD;
    }
}

static void
part_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    if (part->message.head_whole) {
        body_take(stream, in, part);
    } else {
        head_take(stream, in, part);
    }
    if (part->kind != HTCPCP_PART_HELD) {
        message_save(stream, &part->message);
    }
}

static void
stray_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    part->kind = HTCPCP_PART_STRAY;
    part->message = (struct htcpcp_message){0};
    body_reset(stream);
    message_save(stream, &part->message);
    stream->kind = stream->sender;
    open_body_take(stream, in, 0, part);
}

static bool
is_blank_lines(const struct input *in)
{
    size_t n = 0;

    while (n < in->len && (in->data[n] == '\r' || in->data[n] == '\n')) {
        n++;
    }
    return n == in->len;
}

static bool
is_start_line_alone(const struct input *in)
{
    const struct htcpcp_line line = htcpcp_line_get(in->data, in->len, 0);

    return line.ended && line.next == in->len;
}

static void
start_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    enum htcpcp_result result;

    if (is_blank_lines(in)) {
        part->kind = HTCPCP_PART_BLANK;
        part->len = in->len;
        return;
    }
    result = htcpcp_message_parse(stream->sender, in->data, in->len, &part->message);
    if (part->message.kind != HTCPCP_KIND_NEITHER) {
        struct htcpcp_stream before = *stream;

        part->kind = HTCPCP_PART_MESSAGE;
        body_reset(stream);
        stream->line_open = false;
        stream->fold = HTCPCP_HEADER_NONE;
        stream->kind = part->message.kind;
        part_take(stream, in, part);
        if (part->kind == HTCPCP_PART_HELD) {
            *stream = before;
            stream->flushed = in->held > 0 ? before.flushed : is_start_line_alone(in);
        } else {
            stream->flushed = false;
        }
    } else if (result == HTCPCP_RESULT_PARTIAL && !in->last && in->len <= HTCPCP_HOLD_MAX) {
        part_hold(in, part);
    } else {
        stray_take(stream, in, part);
    }
}

/* Returns false if the head ended without a blank line and the data begins the next message. */
static bool
header_lines_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    struct htcpcp_message *message = &part->message;
    size_t skip = 0;

    message_restore(stream, message);
    if (stream->line_open) {
        while (skip < in->len && skip < 2 && in->data[skip] == (uint8_t) "\r\n"[skip]) {
            skip++;
        }
        if (skip == 0 && in->data[0] == '\n') {
            skip = 1;
            message->bare_lf = true;
        } else if (skip == 1 && in->len == 1 && !in->last) {
            part_hold(in, part);
            return true;
        }
    }
    part->kind = HTCPCP_PART_HEAD;
    message->headers.at = skip;
    htcpcp_message_resume(in->data, in->len, message);
    stream->line_open = false;
    part_take(stream, in, part);
    if (part->kind == HTCPCP_PART_HELD) {
        stream->line_open = skip > 0;
    }
    return part->len > 0;
}

/* Returns false if the data is not body but the next message, or the rest of a head. */
static bool
open_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    struct htcpcp_start start;
    enum htcpcp_match match = htcpcp_start_parse(stream->sender, in->data, in->len, 0, &start);

    if (match == HTCPCP_MATCH_FULL && htcpcp_start_is_sure(in->data, &start)) {
        stream->phase = HTCPCP_PHASE_START;
        return false;
    }
    if (stream->kind == HTCPCP_KIND_REQUEST && !stream->body_begun) {
        enum htcpcp_match legacy = htcpcp_legacy_header_match(in->data, in->len);

        if (legacy == HTCPCP_MATCH_FULL) {
            stream->phase = HTCPCP_PHASE_HEAD;
            stream->blank_inside = true;
            return false;
        }
        if (legacy == HTCPCP_MATCH_PREFIX) {
            match = HTCPCP_MATCH_PREFIX;
        }
    }
    if (match == HTCPCP_MATCH_PREFIX && !in->last && in->len <= HTCPCP_HOLD_MAX) {
        part_hold(in, part);
        return true;
    }
    part->kind = HTCPCP_PART_BODY;
    open_body_take(stream, in, 0, part);
    return true;
}

static bool
counted_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    struct htcpcp_start start;

    if (stream->answered &&
        htcpcp_start_parse(stream->sender, in->data, in->len, 0, &start) == HTCPCP_MATCH_FULL) {
        stream->phase = HTCPCP_PHASE_START;
        return false;
    }
    part->kind = HTCPCP_PART_BODY;
    counted_body_take(stream, in, 0, part);
    return true;
}

static bool
chunked_take(struct htcpcp_stream *stream, const struct input *in, struct htcpcp_part *part)
{
    part->kind = HTCPCP_PART_BODY;
    chunked_body_take(stream, in, 0, part);
    return part->len > 0;
}

bool
htcpcp_stream_next(struct htcpcp_stream *stream, const uint8_t *data, size_t len, bool last,
                   size_t *at, struct htcpcp_part *part)
{
    const struct input in = {data + *at, len - *at, *at == 0 ? stream->held : 0, last};
    bool taken = false;

    if (*at >= len) {
        return false;
    }
    while (!taken) {
        *part = (struct htcpcp_part){0};
        switch (stream->phase) {
        case HTCPCP_PHASE_START:
            start_take(stream, &in, part);
            taken = true;
            break;
        case HTCPCP_PHASE_HEAD:
            taken = header_lines_take(stream, &in, part);
            break;
        case HTCPCP_PHASE_OPEN:
            taken = open_take(stream, &in, part);
            break;
        case HTCPCP_PHASE_COUNTED:
            taken = counted_take(stream, &in, part);
            break;
        case HTCPCP_PHASE_CHUNKED:
            taken = chunked_take(stream, &in, part);
            break;
        }
    }
    stream->held = part->kind == HTCPCP_PART_HELD ? part->len : 0;
    part->at = *at;
    *at += part->len;
    return true;
}

void
htcpcp_stream_skip_gap(struct htcpcp_stream *stream)
{
    *stream = (struct htcpcp_stream){.sender = stream->sender,
                                     .phase = HTCPCP_PHASE_OPEN,
                                     .kind = stream->sender,
                                     .body_begun = true,
                                     .command_known = true,
                                     .word = WORD_OTHER};
}
