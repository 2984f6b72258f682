/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The grammar of HTCPCP messages as spans into the input: start line, header lines, body.
 *
 * Pots and their clients follow RFC 2324 loosely. A line may end in LF or in CRLF; the request
 * line may lack its version, the header block its blank line or have it in its middle; nearly
 * nobody announces a body's length. So a body ends where its announced length says, or else
 * where the next start line begins, or else with the input.
 */
#ifndef HTCPCP_MESSAGE_H
#define HTCPCP_MESSAGE_H

#include "htcpcp_names.h"
#include "htcpcp_start.h"
#include "htcpcp_text.h"

enum htcpcp_result {
    HTCPCP_RESULT_BAD,      /* the input does not begin with a start line */
    HTCPCP_RESULT_PARTIAL,  /* more is promised: an unfinished head, or less body than announced */
    HTCPCP_RESULT_OPEN,     /* a whole head, but nothing says how far the body reaches */
    HTCPCP_RESULT_COMPLETE, /* a whole message: more input would not change it */
};

struct htcpcp_message {
    struct htcpcp_start start;  /* all zero in the rest of a message begun in other input */
    enum htcpcp_kind kind;      /* as start.kind, command and status: of the message, even */
    enum htcpcp_method command; /* if it begun in other input */
    unsigned status;
    enum htcpcp_header_id fold;    /* the header in front of headers: a first line that begins
                                      with a blank goes on with it */
    struct htcpcp_span headers;    /* whole lines, for htcpcp_header_next */
    struct htcpcp_span blank_line; /* that ends the head; empty if there is none */
    struct htcpcp_span body;
    size_t length;           /* of the input used, blank lines before the start line included */
    bool bare_lf;            /* the start line ends in LF alone */
    bool head_whole;         /* the head ended before the input did */
    bool blank_inside;       /* a blank line stands between two header lines */
    bool chunked;            /* Transfer-Encoding ends in chunked */
    bool no_body;            /* none may follow: 1xx, 204, 304 (RFC 2068 4.4) */
    bool length_announced;   /* a valid Content-Length */
    uint64_t content_length; /* what it says */
};

struct htcpcp_header {
    struct htcpcp_span line; /* with line ends and with the lines folded into it */
    struct htcpcp_span name; /* empty for a blank line inside the header block, and for the line
                                that a header folds into which began in other input */
    struct htcpcp_span value;
    enum htcpcp_header_id id;
    bool ended;   /* the last line has its line end */
    bool expects; /* a line of Alternates that ends in a comma: the list goes on */
};

/* Takes the message apart that begins with the first of the len octets at data; blank lines
 * before it are skipped (RFC 2616 4.1). sender is what it can be, HTCPCP_KIND_NEITHER if either.
 *
 * HTCPCP_RESULT_BAD, and message is all zero: no start line as htcpcp_start_parse knows it.
 * HTCPCP_RESULT_PARTIAL: if kind is HTCPCP_KIND_NEITHER the input is too short to tell and only start.line is
 *   set. Otherwise the spans hold what there is, and an octet more may extend any of the last.
 * HTCPCP_RESULT_OPEN, HTCPCP_RESULT_COMPLETE: as above; message->length octets belong to the message.
 * A body in chunks is HTCPCP_RESULT_OPEN, and message->body all of the input behind the head.
 *
 * Any input is allowed. Takes time in proportion to message->length, allocates nothing and reads
 * no octet beyond the len. */
enum htcpcp_result htcpcp_message_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len,
                                        struct htcpcp_message *message);

/* Goes on with a message whose head did not end before the octets at data: message as it was left,
 * of which only the spans are new. Never HTCPCP_RESULT_BAD. */
enum htcpcp_result htcpcp_message_resume(const uint8_t *data, size_t len,
                                         struct htcpcp_message *message);

/* Takes the next header line off rest, which begins as the headers of a message that
 * htcpcp_message_parse found in data. False, and header is untouched: there is none left. */
bool htcpcp_header_next(const uint8_t *data, struct htcpcp_span *rest,
                        struct htcpcp_header *header);

/* Whether the len octets at data, behind a blank line, are or begin the line of one of the headers
 * that the coffee lab's first clients put there. */
enum htcpcp_match htcpcp_legacy_header_match(const uint8_t *data, size_t len);

#endif
