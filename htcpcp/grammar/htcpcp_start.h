/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start lines: request lines and status lines, at the beginning of the input or within it.
 */
#ifndef HTCPCP_START_H
#define HTCPCP_START_H

#include "htcpcp_names.h"
#include "htcpcp_text.h"

enum htcpcp_kind {
    HTCPCP_KIND_NEITHER,
    HTCPCP_KIND_REQUEST,
    HTCPCP_KIND_RESPONSE,
};

enum htcpcp_match {
    HTCPCP_MATCH_NONE,
    HTCPCP_MATCH_PREFIX, /* the input is too short to decide */
    HTCPCP_MATCH_FULL,   /* the input matches, but may lack the line end */
};

struct htcpcp_start {
    enum htcpcp_kind kind;
    struct htcpcp_span line;    /* including the line end */
    struct htcpcp_span method;  /* of a request, like uri */
    struct htcpcp_span uri;     /* empty: none */
    struct htcpcp_span version; /* empty: none (request line only) */
    struct htcpcp_span code;    /* of a response, like phrase */
    struct htcpcp_span phrase;  /* empty: none */
    enum htcpcp_method command; /* of a request */
    unsigned status;            /* of a response, 0 to 999 */
    bool ended;                 /* the line has a line end, */
    bool bare_lf;               /* which is LF without CR */
};

/* Parses the start line at offset at of the len octets at data:
 *   a status line: HTCPCP, HTCPCP-TEA or HTTP, "/", digit "." digit, one space, three digits; or
 *   a request line: a token, a URI and one of those versions; or a method of the RFCs and a URI without
 *   spaces; or such a method alone on its line.
 * sender restricts the kind, HTCPCP_KIND_NEITHER allows both. Without a full match only start->line is
 * set. */
enum htcpcp_match htcpcp_start_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len,
                                     size_t at, struct htcpcp_start *start);

/* Whether a line that follows a body of unknown length is a start line instead of more of that body: a
 * method that is not in an RFC must be in capitals. */
bool htcpcp_start_is_sure(const uint8_t *data, const struct htcpcp_start *start);

/* Whether a start line is complete. A status line without a line end is complete if its reason phrase
 * belongs to its code: some pots send nothing after it. */
bool htcpcp_start_is_whole(const uint8_t *data, const struct htcpcp_start *start);

/* The offset, from at on, of the next start line of sender, a client or a server; len if there is
 * none. *tail is the offset of octets that more input could extend to a start line, len if there are
 * none; *tail >= at.
 *
 * A status line is also found within a line unless it looks like a quotation in JSON or HTML: pots do not end
 * their bodies with a line end. A request line is found at the beginning of a line and directly after the
 * command, which is the first command_len octets from at on. */
size_t htcpcp_start_find(enum htcpcp_kind sender, const uint8_t *data, size_t len, size_t at,
                         size_t command_len, size_t *tail);

#endif
