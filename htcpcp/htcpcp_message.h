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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "htcpcp_names.h"

/* len octets, the first of which is octet number at of the input. */
struct htcpcp_span {
    size_t at;
    size_t len;
};

enum htcpcp_kind {
    HTCPCP_NEITHER,
    HTCPCP_REQUEST,
    HTCPCP_RESPONSE,
};

enum htcpcp_result {
    HTCPCP_BAD,      /* the input does not begin with a start line */
    HTCPCP_PARTIAL,  /* more is promised: an unfinished head, or less body than announced */
    HTCPCP_OPEN,     /* a whole head, but nothing says how far the body reaches */
    HTCPCP_COMPLETE, /* a whole message: more input would not change it */
};

struct htcpcp_message {
    enum htcpcp_kind kind;
    struct htcpcp_span start_line; /* with its line end */
    struct htcpcp_span method;     /* of a request, as uri */
    struct htcpcp_span uri;        /* empty if there is none */
    struct htcpcp_span version;    /* empty if a request line has none */
    struct htcpcp_span code;       /* of a response, as phrase */
    struct htcpcp_span phrase;     /* empty if there is none */
    struct htcpcp_span headers;    /* whole lines, for htcpcp_header_next */
    struct htcpcp_span blank_line; /* that ends the head; empty if there is none */
    struct htcpcp_span body;
    size_t length;              /* of the input used, blank lines before the start line included */
    enum htcpcp_method command; /* of a request */
    unsigned status;            /* of a response, 0 to 999 */
    bool bare_lf;               /* the start line ends in LF alone */
    bool head_whole;            /* the head ended before the input did */
    bool blank_inside;          /* a blank line stands between two header lines */
    bool length_announced;      /* a valid Content-Length */
    uint64_t content_length;    /* what it says */
};

struct htcpcp_header {
    struct htcpcp_span line; /* with line ends and with the lines folded into it */
    struct htcpcp_span name; /* empty for a blank line inside the header block */
    struct htcpcp_span value;
    enum htcpcp_header_id id;
};

/* Takes the message apart that begins with the first of the len octets at data; blank lines
 * before it are skipped (RFC 2616 4.1).
 *
 * HTCPCP_BAD, and message is all zero: no start line, that is neither
 *   a status line: HTCPCP, HTCPCP-TEA or HTTP, "/", digit "." digit, one space, three digits; nor
 *   a request line: any token, a URI and one of those versions, or one of the RFCs' methods and
 *   a URI without spaces, or such a method alone on its line.
 * HTCPCP_PARTIAL: if kind is HTCPCP_NEITHER the input is too short to tell and only start_line is
 *   set. Otherwise the spans hold what there is, and an octet more may extend any of the last.
 * HTCPCP_OPEN, HTCPCP_COMPLETE: as above; message->length octets belong to the message.
 *
 * Any input is allowed. Takes time in proportion to message->length, allocates nothing and reads
 * no octet beyond the len. */
enum htcpcp_result htcpcp_message_parse(const uint8_t *data, size_t len,
                                        struct htcpcp_message *message);

/* Takes the next header line off rest, which begins as the headers of a message that
 * htcpcp_message_parse found in data. False, and header is untouched: there is none left. */
bool htcpcp_header_next(const uint8_t *data, struct htcpcp_span *rest,
                        struct htcpcp_header *header);

#endif
