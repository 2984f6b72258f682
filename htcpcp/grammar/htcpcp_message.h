/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The grammar of HTCPCP messages as spans into the input: start line, header lines, body.
 *
 * Pots and clients deviate from RFC 2324. A line may end in LF or in CRLF; the request line may have
 * no version; the blank line after the headers may be missing or be between two headers; most bodies
 * have no Content-Length. A body ends after its length if that is known, else before the next start
 * line, else with the input.
 */
#ifndef HTCPCP_MESSAGE_H
#define HTCPCP_MESSAGE_H

#include "htcpcp_names.h"
#include "htcpcp_start.h"
#include "htcpcp_text.h"

enum htcpcp_result {
    HTCPCP_RESULT_BAD,      /* the input does not begin with a start line */
    HTCPCP_RESULT_PARTIAL,  /* an unfinished head, or less body than Content-Length */
    HTCPCP_RESULT_OPEN,     /* a complete head and a body of unknown length */
    HTCPCP_RESULT_COMPLETE, /* a complete message: more input would not change it */
};

struct htcpcp_message {
    struct htcpcp_start start;  /* all zero if the message began in other input */
    enum htcpcp_kind kind;      /* as start.kind, also if the message began in other input; */
    enum htcpcp_method command; /* likewise command and status */
    unsigned status;
    enum htcpcp_header_id fold;    /* the header before headers: a first line that begins
                                      with a blank continues it */
    struct htcpcp_span headers;    /* complete lines, for htcpcp_header_next */
    struct htcpcp_span blank_line; /* that ends the head; empty: none */
    struct htcpcp_span body;
    size_t length;           /* of the input used, including blank lines before the start line */
    bool bare_lf;            /* the start line ends in LF without CR */
    bool head_whole;         /* the head ended before the input did */
    bool blank_inside;       /* a blank line separates two header lines */
    bool chunked;            /* Transfer-Encoding ends in chunked */
    bool no_body;            /* status 1xx, 204 or 304 (RFC 2068 4.4) */
    bool length_announced;   /* a valid Content-Length */
    uint64_t content_length; /* its value */
};

struct htcpcp_header {
    struct htcpcp_span line; /* including line ends and folded lines */
    struct htcpcp_span name; /* empty: a blank line within the headers, or the continuation
                                of a header that began in other input */
    struct htcpcp_span value;
    enum htcpcp_header_id id;
    bool ended;   /* the last line has its line end */
    bool expects; /* Alternates that ends in a comma: the list continues */
};

/* Parses the message that begins at the first of the len octets at data; blank lines before it are
 * skipped (RFC 2616 4.1). sender restricts the kind of message, HTCPCP_KIND_NEITHER allows both.
 *
 * HTCPCP_RESULT_BAD: the input has no start line (see htcpcp_start_parse), message is all zero.
 * HTCPCP_RESULT_PARTIAL: if kind is HTCPCP_KIND_NEITHER the input is too short to decide, and only
 *   start.line is set. Otherwise the spans cover the input, and more input may extend the last one.
 * HTCPCP_RESULT_OPEN, HTCPCP_RESULT_COMPLETE: message->length octets belong to the message.
 * The result for a chunked body is HTCPCP_RESULT_OPEN, and message->body is all input after the head.
 *
 * Any input is allowed. The time is proportional to message->length. */
enum htcpcp_result htcpcp_message_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len,
                                        struct htcpcp_message *message);

/* Continues a message whose head did not end before data. message is in the state that the previous
 * call left; its spans are replaced. Never returns HTCPCP_RESULT_BAD. */
enum htcpcp_result htcpcp_message_resume(const uint8_t *data, size_t len,
                                         struct htcpcp_message *message);

/* Removes the next header line from rest, which is message->headers at first. Returns false and leaves
 * header unchanged if there is none. */
bool htcpcp_header_next(const uint8_t *data, struct htcpcp_span *rest,
                        struct htcpcp_header *header);

/* Whether the len octets at data, which follow a blank line, are (or are a prefix of) a line with one
 * of the headers that the first clients of the coffee lab send after the blank line. */
enum htcpcp_match htcpcp_legacy_header_match(const uint8_t *data, size_t len);

#endif
