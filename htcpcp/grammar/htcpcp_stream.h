/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One direction of a connection: messages, independent of segment boundaries.
 *
 * Data is reported at once unless the grammar says that more must follow. Four kinds of data are held, and
 * are passed again in front of the next octets: a start line without its line end; a header line without
 * its line end, and the head before it if none of it has been reported; the head of a sender that sends
 * each line in a segment of its own; and the last octets of a body that may begin a start line.
 */
#ifndef HTCPCP_STREAM_H
#define HTCPCP_STREAM_H

#include "htcpcp_body.h"
#include "htcpcp_chunks.h"
#include "htcpcp_message.h"

/* The longest head that is held: hostile input might never end it. */
#define HTCPCP_HOLD_MAX 16384

enum htcpcp_part_kind {
    HTCPCP_PART_MESSAGE, /* the beginning of a message, or a complete one */
    HTCPCP_PART_HEAD,    /* more header lines of the message */
    HTCPCP_PART_BODY,    /* more of the body */
    HTCPCP_PART_STRAY,   /* data instead of a start line */
    HTCPCP_PART_BLANK,   /* blank lines instead of a start line */
    HTCPCP_PART_HELD,    /* passed again in front of the next octets */
};

enum htcpcp_phase {
    HTCPCP_PHASE_START,   /* a start line is expected */
    HTCPCP_PHASE_HEAD,    /* header lines are expected */
    HTCPCP_PHASE_OPEN,    /* a body that ends before the next start line */
    HTCPCP_PHASE_COUNTED, /* a body with Content-Length */
    HTCPCP_PHASE_CHUNKED, /* a chunked body */
};

/* State between two segments. Initialize to zero except for sender. */
struct htcpcp_stream {
    enum htcpcp_kind sender; /* messages of this direction; HTCPCP_KIND_NEITHER: unknown */
    enum htcpcp_phase phase;
    enum htcpcp_kind kind; /* of the current message, like all that follows */
    enum htcpcp_method command;
    unsigned status;
    bool bare_lf;
    bool blank_inside;
    enum htcpcp_header_id fold; /* the last header, which the next line may continue */
    size_t held;                /* octets that are passed again */
    bool flushed;               /* the held start line was alone in its segment */
    bool chunked;
    bool length_announced;
    bool line_open;     /* the last line of the head was reported without its line end */
    bool body_begun;    /* the body is not empty */
    bool command_known; /* whether the body is a command has been reported */
    uint8_t word;       /* length of the body so far if it is a prefix of a command */
    bool word_is_stop;  /* that command is stop, not start */
    bool answers_head;  /* set by the caller: the next response is to a HEAD */
    bool answered;      /* set by the caller: the peer responded before the body ended */
    uint64_t content_length;
    uint64_t left; /* octets of the body to come */
    struct htcpcp_chunks chunks;
};

struct htcpcp_part {
    enum htcpcp_part_kind kind;
    size_t at; /* offset in the input */
    size_t len;
    struct htcpcp_message message; /* MESSAGE, HEAD: spans are relative to at */
    struct htcpcp_span unfinished; /* MESSAGE, HEAD: a header line that never ends, likewise */
    struct htcpcp_span body;       /* octets of the body, likewise */
    struct htcpcp_chunks chunks;   /* the state before body */
    bool chunked;                  /* the body is chunked */
    bool chunks_broken;            /* no valid chunk follows body */
    bool counted;                  /* the body has a Content-Length */
    bool body_begins;   /* the first octet of the body is in this part, or the body is empty */
    bool body_ends;     /* the body ends with this part */
    bool head_ends;     /* MESSAGE, HEAD: no header line follows */
    bool head_too_long; /* the head exceeds HTCPCP_HOLD_MAX */
    enum htcpcp_body_kind command; /* set when it becomes certain: START or STOP, or TEXT if
                                      the body of the request is neither; otherwise EMPTY */
};

/* Sets part to the next part of the len octets at data, from offset *at on, and advances *at past it.
 * Returns false at the end of the data. data begins with the octets that were held. If last is set no
 * data follows, and nothing is held.
 *
 * Any input is allowed. Each call advances *at by at least one. */
bool htcpcp_stream_next(struct htcpcp_stream *stream, const uint8_t *data, size_t len, bool last,
                        size_t *at, struct htcpcp_part *part);

/* Resets the state where octets are missing. The next data is a message if it begins with a start line,
 * otherwise part of a body. */
void htcpcp_stream_skip_gap(struct htcpcp_stream *stream);

#endif
