/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * coffee-url (RFC 2324 3, RFC 7168 2.1.1):
 *   coffee-scheme ":" [ "//" host ] [ "/" pot-designator ] [ "/" variety ] [ "?" additions-list ]
 */
#ifndef HTCPCP_URI_H
#define HTCPCP_URI_H

#include "htcpcp_text.h"

#define HTCPCP_LANGUAGES_MAX 3

enum htcpcp_scheme_origin {
    HTCPCP_SCHEME_RFC,      /* RFC 2324 3 as printed */
    HTCPCP_SCHEME_ERRATUM,  /* EID 3492, verified */
    HTCPCP_SCHEME_REJECTED, /* EID 7293 or EID 7570 */
    HTCPCP_SCHEME_OTHER,    /* not a spelling of coffee */
};

struct htcpcp_scheme {
    const char *spelling;
    const char *decoded;                         /* UTF-8; NULL: not valid UTF-8 */
    const char *languages[HTCPCP_LANGUAGES_MAX]; /* NULL after the last */
    enum htcpcp_scheme_origin origin;
};

struct htcpcp_uri {
    struct htcpcp_span scheme;         /* all spans: empty if absent, without ":" and "//" */
    struct htcpcp_span host;           /* without port */
    struct htcpcp_span port;           /* outside the grammar */
    struct htcpcp_span path;           /* including "/" */
    struct htcpcp_span pot;            /* pot-designator */
    struct htcpcp_span variety;        /* of tea */
    struct htcpcp_span query;          /* additions-list */
    const struct htcpcp_scheme *known; /* NULL: the scheme is not a spelling of coffee */
    bool extra_segments;               /* the path has more than a pot and a variety */
};

/* Spelling number i of coffee, from 0; NULL after the last. */
const struct htcpcp_scheme *htcpcp_scheme_get(size_t i);

/* The spelling that equals the len octets at scheme, ignoring case of letters and hexadecimal digits;
 * NULL if none. */
const struct htcpcp_scheme *htcpcp_scheme_find(const uint8_t *scheme, size_t len);

/* Parses the URI that is the span all of data. Any input is allowed. */
void htcpcp_uri_parse(const uint8_t *data, struct htcpcp_span all, struct htcpcp_uri *uri);

/* Decodes %XX in the len octets at text into out, which has room for len octets. Returns the number
 * of octets written. */
size_t htcpcp_percent_decode(const uint8_t *text, size_t len, uint8_t *out);

/* Whether the len octets at text are valid UTF-8 (RFC 3629). */
bool htcpcp_is_utf8(const uint8_t *text, size_t len);

#endif
