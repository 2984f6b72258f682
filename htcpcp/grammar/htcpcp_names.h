/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Methods, header names and status codes of RFC 2324 and RFC 7168, and those that both adopt from
 * HTTP.
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
    HTCPCP_HEADER_ADDITIONS_LIST, /* not in an RFC: a deployed pot sends it with 406 */
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
    HTCPCP_HEADER_USE_POT, /* not in an RFC: selects the pot in the coffee lab */
    HTCPCP_HEADER_USER_AGENT,
    HTCPCP_HEADER_VARY,
    HTCPCP_HEADER_WWW_AUTHENTICATE,
    HTCPCP_HEADER_COUNT
};

/* The method with the name of len octets. Methods are case-sensitive (RFC 2068 5.1.1). */
enum htcpcp_method htcpcp_method_find(const uint8_t *name, size_t len);

/* Whether the len octets at name, len > 0, are a method or a prefix of one. */
bool htcpcp_method_has_prefix(const uint8_t *name, size_t len);

/* Whether a request with this method may carry a command, and therefore a body without
 * Content-Length (RFC 2324 2.1.1). True for methods that are in neither RFC. */
bool htcpcp_method_may_command(enum htcpcp_method method);

/* The header with the name of len octets, in any case. */
enum htcpcp_header_id htcpcp_header_find(const uint8_t *name, size_t len);

enum htcpcp_safe {
    HTCPCP_SAFE_BAD, /* not in the grammar */
    HTCPCP_SAFE_YES,
    HTCPCP_SAFE_NO,
    HTCPCP_SAFE_IF_USER_AWAKE,
    HTCPCP_SAFE_IF_OTHER, /* any other condition */
};

/* Parses the value of a Safe header (RFC 2324 2.2.1.1):
 *   safe-nature = "yes" | "no" | "if-" ( "user-awake" | token ) */
enum htcpcp_safe htcpcp_safe_parse(const uint8_t *value, size_t len);

/* The description of a status code, with the section of the RFC if HTCPCP defines its meaning; NULL
 * if the code is defined by neither HTTP nor HTCPCP. */
const char *htcpcp_status_describe(unsigned code);

/* Whether the len octets at phrase are a reason phrase of code, in any case: the registered one or
 * one that deployed pots send. */
bool htcpcp_status_has_phrase(unsigned code, const uint8_t *phrase, size_t len);

#endif
