/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One direction of a connection: messages, however their octets are cut into segments.
 *
 * Nothing waits for what nothing promises. What a segment brings is told at once, with four
 * exceptions that the grammar itself announces: a start line without its end, a header line
 * without its end (and with it the head, if nothing of it has been told yet), the head of a sender
 * that gives every line a segment of its own, and the end of a body that might be the beginning of
 * the next start line. That is held, and comes again in front of the next octets.
 */
#ifndef HTCPCP_STREAM_H
#define HTCPCP_STREAM_H

#include "htcpcp_body.h"
#include "htcpcp_chunks.h"
#include "htcpcp_message.h"

/* A head is not held beyond this: hostile input never ends it. */
#define HTCPCP_HOLD_MAX 16384

enum htcpcp_part_kind {
    HTCPCP_PART_MESSAGE, /* the beginning of a message, or all of it */
    HTCPCP_PART_HEAD,    /* more header lines of it */
    HTCPCP_PART_BODY,    /* more of its body */
    HTCPCP_PART_STRAY,   /* data where a start line was due */
    HTCPCP_PART_BLANK,   /* blank lines where a start line was due */
    HTCPCP_PART_HELD,    /* comes again in front of the next octets */
};

enum htcpcp_phase {
    HTCPCP_PHASE_START,   /* a start line is due */
    HTCPCP_PHASE_HEAD,    /* header lines */
    HTCPCP_PHASE_OPEN,    /* a body that reaches to the next start line */
    HTCPCP_PHASE_COUNTED, /* a body of announced length */
    HTCPCP_PHASE_CHUNKED, /* a body in chunks */
};

/* A direction between two segments: begins all zero but for sender. */
struct htcpcp_stream {
    enum htcpcp_kind sender; /* what comes from here; HTCPCP_KIND_NEITHER while that is unknown */
    enum htcpcp_phase phase;
    enum htcpcp_kind kind; /* of the message in progress, as all that follows */
    enum htcpcp_method command;
    unsigned status;
    bool bare_lf;
    bool blank_inside;
    enum htcpcp_header_id fold; /* the last header told, which the next line may fold into */
    size_t held;                /* octets that come again in front of the next ones */
    bool flushed;               /* if they begin with a start line: it was alone in its segment */
    bool chunked;
    bool length_announced;
    bool line_open;     /* the last line of its head was told without its end */
    bool body_begun;    /* there was an octet of its body */
    bool command_known; /* that its body is a command, or that it is none */
    uint8_t word;       /* octets of its body so far, if all are the beginning of a command */
    bool word_is_stop;  /* which of the two commands */
    bool answers_head;  /* set by the caller: the next response answers a HEAD */
    bool answered;      /* set by the caller: the peer did not wait for the end of the body */
    uint64_t content_length;
    uint64_t left; /* octets of the body still to come */
    struct htcpcp_chunks chunks;
};

struct htcpcp_part {
    enum htcpcp_part_kind kind;
    size_t at; /* len octets of the input, the first of which is number at */
    size_t len;
    struct htcpcp_message message; /* MESSAGE, HEAD: spans count from at */
    struct htcpcp_span unfinished; /* MESSAGE, HEAD: a header line cut off for ever, from at */
    struct htcpcp_span body;       /* octets of a body, from at */
    struct htcpcp_chunks chunks;   /* as it was in front of body */
    bool chunked;                  /* body is in chunks */
    bool chunks_broken;            /* no chunk begins behind body, where one has to */
    bool counted;                  /* body has an announced length */
    bool body_begins;              /* its first octet is in this part, or it has none */
    bool body_ends;                /* more input cannot be of the same body */
    bool head_ends;                /* MESSAGE, HEAD: what follows is no header line */
    bool head_too_long;            /* it was not held to its end */
    enum htcpcp_body_kind command; /* START or STOP: the request's body is now known to be that;
                                      TEXT: it is now known to be neither; else EMPTY */
};

/* Takes the next part off the len octets at data, of which octet number *at has not been told yet.
 * False: all have. data begins with what was held, if anything was.
 *
 * last: nothing will ever follow, so nothing is held.
 *
 * Any input is allowed. Each call allocates nothing, reads no octet beyond the len, and advances
 * *at by at least one. */
bool htcpcp_stream_next(struct htcpcp_stream *stream, const uint8_t *data, size_t len, bool last,
                        size_t *at, struct htcpcp_part *part);

/* Forgets where the direction stands: octets are missing. What comes next is the next message if
 * it begins with a start line, and else more of some body. */
void htcpcp_stream_skip_gap(struct htcpcp_stream *stream);

#endif
