/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The words of HTCPCP: methods, header names and status codes of RFC 2324 and RFC 7168, and what
 * both take over from HTTP.
 */
#ifndef HTCPCP_NAMES_H
#define HTCPCP_NAMES_H

#include "htcpcp_text.h"

enum htcpcp_method {
    HTCPCP_METHOD_UNKNOWN,
    HTCPCP_METHOD_BREW,     /* RFC 2324 2.1.1 */
    HTCPCP_METHOD_GET,      /* RFC 2324 2.1.2 */
    HTCPCP_METHOD_HEAD,     /* RFC 2324 2.3.1 */
    HTCPCP_METHOD_POST,     /* RFC 2324 2.1.1, deprecated */
    HTCPCP_METHOD_PROPFIND, /* RFC 2324 2.1.3 */
    HTCPCP_METHOD_WHEN,     /* RFC 2324 2.1.4 */
};

/* The headers that have a field of their own. */
enum htcpcp_header_id {
    HTCPCP_HEADER_NONE,
    HTCPCP_HEADER_UNKNOWN,
    HTCPCP_HEADER_ACCEPT,
    HTCPCP_HEADER_ACCEPT_ADDITIONS, /* RFC 2324 2.2.2.1, RFC 7168 2.2.1 */
    HTCPCP_HEADER_ACCEPT_ENCODING,
    HTCPCP_HEADER_ACCEPT_LANGUAGE,
    HTCPCP_HEADER_ADDITIONS_LIST, /* no RFC: what a pot in the wild answers with 406 */
    HTCPCP_HEADER_ALLOW,
    HTCPCP_HEADER_ALTERNATES, /* RFC 2295 8.3, RFC 7168 2.1.1 */
    HTCPCP_HEADER_AUTHORIZATION,
    HTCPCP_HEADER_CACHE_CONTROL,
    HTCPCP_HEADER_CONNECTION,
    HTCPCP_HEADER_CONTENT_ENCODING,
    HTCPCP_HEADER_CONTENT_LENGTH,
    HTCPCP_HEADER_CONTENT_TYPE,
    HTCPCP_HEADER_COOKIE,
    HTCPCP_HEADER_DATE,
    HTCPCP_HEADER_HOST,
    HTCPCP_HEADER_LOCATION,
    HTCPCP_HEADER_REFERER,
    HTCPCP_HEADER_RETRY_AFTER,
    HTCPCP_HEADER_SAFE, /* RFC 2310, RFC 2324 2.2.1.1 */
    HTCPCP_HEADER_SERVER,
    HTCPCP_HEADER_SET_COOKIE,
    HTCPCP_HEADER_TRANSFER_ENCODING,
    HTCPCP_HEADER_USE_POT, /* no RFC: the coffee lab's choice of the pot */
    HTCPCP_HEADER_USER_AGENT,
    HTCPCP_HEADER_VARY,
    HTCPCP_HEADER_WWW_AUTHENTICATE,
    HTCPCP_HEADER_COUNT
};

/* The method that the len octets at name spell; methods are case-sensitive (RFC 2068 5.1.1). */
enum htcpcp_method htcpcp_method_find(const uint8_t *name, size_t len);

/* Whether the len octets at name, len > 0, are the beginning of a method's name, or all of it. */
bool htcpcp_method_has_prefix(const uint8_t *name, size_t len);

/* Whether a request with this method may carry a command, and so a body without an announced
 * length (RFC 2324 2.1.1). True of methods that neither RFC knows. */
bool htcpcp_method_may_command(enum htcpcp_method method);

/* The header that the len octets at name spell, in any mixture of case. */
enum htcpcp_header_id htcpcp_header_find(const uint8_t *name, size_t len);

enum htcpcp_safe {
    HTCPCP_SAFE_BAD, /* not in the grammar */
    HTCPCP_SAFE_YES,
    HTCPCP_SAFE_NO,
    HTCPCP_SAFE_IF_USER_AWAKE,
    HTCPCP_SAFE_IF_OTHER, /* any other condition */
};

/* What the len octets at value, of a Safe header, say (RFC 2324 2.2.1.1):
 *   safe-nature = "yes" | "no" | "if-" ( "user-awake" | token ) */
enum htcpcp_safe htcpcp_safe_parse(const uint8_t *value, size_t len);

/* What a status code says, with the section for those that coffee gives a meaning of its own;
 * NULL for a code that is neither HTTP's nor HTCPCP's. */
const char *htcpcp_status_describe(unsigned code);

/* Whether the len octets at phrase are a reason phrase that goes with code, in any mixture of
 * case: the registered one or, of those that coffee gives a meaning, one that pots use. */
bool htcpcp_status_has_phrase(unsigned code, const uint8_t *phrase, size_t len);

#endif
