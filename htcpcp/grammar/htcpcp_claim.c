/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_claim.h"

#include <string.h>

#include "htcpcp_message.h"
#include "htcpcp_uri.h"

enum {
    METHOD_MAX = 20,      /* of methods that are not in an RFC */
    VERSION_MAX = 14,     /* "HTCPCP-TEA/1.0" */
    SCHEME_FIND_MAX = 40, /* the longest spelling of coffee has 36 octets */
};

static const char protocol_name[] = "HTCPCP";

#define PROTOCOL_NAME_LEN (sizeof protocol_name - 1)

static bool
is_protocol_name(const uint8_t *octets, size_t len)
{
    return len >= PROTOCOL_NAME_LEN && htcpcp_lower(octets[0]) == 'h' &&
           htcpcp_word_equal(octets, PROTOCOL_NAME_LEN, protocol_name);
}

/* The length of the word in capitals at the beginning; 0 if there is none, if it is too long for a method,
 * or if no blank follows. */
static size_t
method_len(const uint8_t *octets, size_t len)
{
    size_t n = 0;

    while (n < len && n <= METHOD_MAX && octets[n] >= 'A' && octets[n] <= 'Z') {
        n++;
    }
    return n < len && n <= METHOD_MAX && htcpcp_is_blank(octets[n]) ? n : 0;
}

/* Whether the line ends with a version of HTCPCP. */
static bool
ends_with_version(const uint8_t *octets, const struct htcpcp_line *line)
{
    const size_t end = line->at + line->len;
    size_t at = end;

    while (at > line->at && end - at < VERSION_MAX && !htcpcp_is_blank(octets[at - 1])) {
        at--;
    }
    return is_protocol_name(octets + at, end - at);
}

/* Whether the octets begin with a URI whose scheme is a spelling of coffee. */
static bool
begins_with_scheme(const uint8_t *octets, size_t len)
{
    const size_t near = len < SCHEME_FIND_MAX ? len : SCHEME_FIND_MAX;
    const uint8_t *colon = memchr(octets, ':', near);

    return colon != NULL && htcpcp_scheme_find(octets, (size_t)(colon - octets)) != NULL;
}

/* Whether the octets begin with header lines of which one belongs to HTCPCP only. */
static bool
has_coffee_header(const uint8_t *octets, size_t at, size_t len)
{
    static const char *const types[] = {"message/coffee", "message/teapot",
                                        "application/coffee-pot"};
    struct htcpcp_span rest = {at, len - at};
    struct htcpcp_header header;

    while (htcpcp_header_next(octets, &rest, &header) && header.name.len > 0) {
        if (header.id == HTCPCP_HEADER_ACCEPT_ADDITIONS || header.id == HTCPCP_HEADER_USE_POT) {
            return true;
        }
        for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
            const size_t type_len = strlen(types[i]);

            if (header.id == HTCPCP_HEADER_CONTENT_TYPE && header.value.len >= type_len &&
                htcpcp_word_equal(octets + header.value.at, type_len, types[i])) {
                return true;
            }
        }
    }
    return false;
}

/* Checks a request line whose method and scheme are not sufficient. */
static bool
is_sure_request(const uint8_t *octets, size_t len, enum htcpcp_method method)
{
    const bool ours = method == HTCPCP_METHOD_BREW || method == HTCPCP_METHOD_WHEN;
    struct htcpcp_start start;

    if (htcpcp_start_parse(HTCPCP_KIND_REQUEST, octets, len, 0, &start) != HTCPCP_MATCH_FULL) {
        return false;
    }
    if (start.version.len > 0) {
        return ours || is_protocol_name(octets + start.version.at, start.version.len);
    }
    return start.uri.len > 0 && octets[start.uri.at] == '/' &&
           (ours || has_coffee_header(octets, start.line.at + start.line.len, len));
}

static bool
claim_request(const uint8_t *octets, size_t len, size_t word_len)
{
    const enum htcpcp_method method = htcpcp_method_find(octets, word_len);
    const struct htcpcp_line line = htcpcp_line_get(octets, len, 0);
    const struct htcpcp_span rest = htcpcp_span_trim(octets, word_len, line.len);
    struct htcpcp_start start;

    if (begins_with_scheme(octets + rest.at, rest.len)) {
        return line.ended ? htcpcp_start_parse(HTCPCP_KIND_REQUEST, octets, len, 0, &start) ==
                                HTCPCP_MATCH_FULL
                          : method != HTCPCP_METHOD_UNKNOWN;
    }
    return line.ended && (method != HTCPCP_METHOD_UNKNOWN || ends_with_version(octets, &line)) &&
           is_sure_request(octets, len, method);
}

bool
htcpcp_claim_is_sure(const uint8_t *octets, size_t len)
{
    const size_t near = len < HTCPCP_CLAIM_MAX ? len : HTCPCP_CLAIM_MAX;
    struct htcpcp_start start;
    size_t word_len;

    if (is_protocol_name(octets, near)) {
        return htcpcp_start_parse(HTCPCP_KIND_RESPONSE, octets, near, 0, &start) ==
               HTCPCP_MATCH_FULL;
    }
    word_len = method_len(octets, near);
    return word_len > 0 && claim_request(octets, near, word_len);
}
