/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start lines: request lines and status lines, at the beginning of octets or somewhere in them.
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
    HTCPCP_MATCH_PREFIX, /* the input is too short to tell */
    HTCPCP_MATCH_FULL,   /* what there is has the form, though its line may not have ended */
};

struct htcpcp_start {
    enum htcpcp_kind kind;
    struct htcpcp_span line;    /* with its line end */
    struct htcpcp_span method;  /* of a request, as uri */
    struct htcpcp_span uri;     /* empty if there is none */
    struct htcpcp_span version; /* empty if a request line has none */
    struct htcpcp_span code;    /* of a response, as phrase */
    struct htcpcp_span phrase;  /* empty if there is none */
    enum htcpcp_method command; /* of a request */
    unsigned status;            /* of a response, 0 to 999 */
    bool ended;                 /* the line has its line end */
    bool bare_lf;               /* which is LF alone */
};

/* Takes the start line apart that begins at octet number at of the len at data:
 *   a status line: HTCPCP, HTCPCP-TEA or HTTP, "/", digit "." digit, one space, three digits; or
 *   a request line: any token, a URI and one of those versions, or one of the RFCs' methods and
 *   a URI without spaces, or such a method alone on its line.
 * sender, if it is not HTCPCP_KIND_NEITHER, says which of the two it can be. Unless the match is a full
 * one only start->line is set. */
enum htcpcp_match htcpcp_start_parse(enum htcpcp_kind sender, const uint8_t *data, size_t len,
                                     size_t at, struct htcpcp_start *start);

/* Whether a start line that a body may be in front of is not rather a part of that body: a method
 * in no RFC has to be in capitals. */
bool htcpcp_start_is_sure(const uint8_t *data, const struct htcpcp_start *start);

/* Whether a status line that has not ended can be taken for whole: its reason phrase is one that
 * goes with its code. Some pots end neither the line nor anything after it. */
bool htcpcp_start_is_whole(const uint8_t *data, const struct htcpcp_start *start);

/* Where the next start line begins that a message from sender, a request or a response, can be
 * followed by, from octet number at on; len if there is none. *tail is where octets begin that
 * more input might make a start line, len if there are none; *tail >= at.
 *
 * A status line counts inside a line, too, if it has nothing about it of a quotation in JSON or
 * in HTML: pots do not end their bodies. A request line counts at the beginning of a line and
 * right behind the command, of which command_len octets are the first at at. */
size_t htcpcp_start_find(enum htcpcp_kind sender, const uint8_t *data, size_t len, size_t at,
                         size_t command_len, size_t *tail);

#endif
