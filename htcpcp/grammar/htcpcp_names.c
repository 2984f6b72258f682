/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_names.h"

#include <string.h>

static const char *const method_names[] = {
    [HTCPCP_METHOD_BREW] = "BREW",         [HTCPCP_METHOD_GET] = "GET",
    [HTCPCP_METHOD_HEAD] = "HEAD",         [HTCPCP_METHOD_POST] = "POST",
    [HTCPCP_METHOD_PROPFIND] = "PROPFIND", [HTCPCP_METHOD_WHEN] = "WHEN",
};

static const char *const header_names[HTCPCP_HEADER_COUNT] = {
    [HTCPCP_HEADER_ACCEPT] = "Accept",
    [HTCPCP_HEADER_ACCEPT_ADDITIONS] = "Accept-Additions",
    [HTCPCP_HEADER_ACCEPT_ENCODING] = "Accept-Encoding",
    [HTCPCP_HEADER_ACCEPT_LANGUAGE] = "Accept-Language",
    [HTCPCP_HEADER_ADDITIONS_LIST] = "Additions-List",
    [HTCPCP_HEADER_ALLOW] = "Allow",
    [HTCPCP_HEADER_ALTERNATES] = "Alternates",
    [HTCPCP_HEADER_AUTHORIZATION] = "Authorization",
    [HTCPCP_HEADER_CACHE_CONTROL] = "Cache-Control",
    [HTCPCP_HEADER_CONNECTION] = "Connection",
    [HTCPCP_HEADER_CONTENT_ENCODING] = "Content-Encoding",
    [HTCPCP_HEADER_CONTENT_LENGTH] = "Content-Length",
    [HTCPCP_HEADER_CONTENT_TYPE] = "Content-Type",
    [HTCPCP_HEADER_COOKIE] = "Cookie",
    [HTCPCP_HEADER_DATE] = "Date",
    [HTCPCP_HEADER_HOST] = "Host",
    [HTCPCP_HEADER_LOCATION] = "Location",
    [HTCPCP_HEADER_REFERER] = "Referer",
    [HTCPCP_HEADER_RETRY_AFTER] = "Retry-After",
    [HTCPCP_HEADER_SAFE] = "Safe",
    [HTCPCP_HEADER_SERVER] = "Server",
    [HTCPCP_HEADER_SET_COOKIE] = "Set-Cookie",
    [HTCPCP_HEADER_TRANSFER_ENCODING] = "Transfer-Encoding",
    [HTCPCP_HEADER_USE_POT] = "Use-Pot",
    [HTCPCP_HEADER_USER_AGENT] = "User-Agent",
    [HTCPCP_HEADER_VARY] = "Vary",
    [HTCPCP_HEADER_WWW_AUTHENTICATE] = "WWW-Authenticate",
};

/* In ascending order. */
static const struct status {
    unsigned code;
    const char *description;
} statuses[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Options, listed in Alternates (RFC 7168 2.3.1)"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden, additions contrary to the consensus for this tea (RFC 7168 2.3.2)"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable, the pot cannot provide these additions (RFC 2324 2.3.1)"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot, permanently unable to brew coffee (RFC 2324 2.3.2, RFC 7168 2.3.3)"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable, temporarily unable to brew coffee (RFC 7168 2.3.3)"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum htcpcp_method
htcpcp_method_find(const uint8_t *name, size_t len)
{
    for (size_t i = HTCPCP_METHOD_UNKNOWN + 1; i < COUNT(method_names); i++) {
        if (len > 0 && name[0] == (uint8_t)method_names[i][0] && len == strlen(method_names[i]) &&
            memcmp(name, method_names[i], len) == 0) {
            return (enum htcpcp_method)i;
        }
    }
    return HTCPCP_METHOD_UNKNOWN;
}

bool
htcpcp_method_has_prefix(const uint8_t *name, size_t len)
{
    for (size_t i = HTCPCP_METHOD_UNKNOWN + 1; i < COUNT(method_names); i++) {
        if (len <= strlen(method_names[i]) && memcmp(name, method_names[i], len) == 0) {
            return true;
        }
    }
    return false;
}

bool
htcpcp_method_may_command(enum htcpcp_method method)
{
    return method != HTCPCP_METHOD_GET && method != HTCPCP_METHOD_HEAD &&
           method != HTCPCP_METHOD_PROPFIND;
}

enum htcpcp_header_id
htcpcp_header_find(const uint8_t *name, size_t len)
{
    for (size_t i = HTCPCP_HEADER_UNKNOWN + 1; i < COUNT(header_names); i++) {
        if (htcpcp_word_equal(name, len, header_names[i])) {
            return (enum htcpcp_header_id)i;
        }
    }
    return HTCPCP_HEADER_UNKNOWN;
}

enum htcpcp_safe
htcpcp_safe_parse(const uint8_t *value, size_t len)
{
    static const char condition[] = "if-";
    const size_t condition_len = strlen(condition);

    if (htcpcp_word_equal(value, len, "yes")) {
        return HTCPCP_SAFE_YES;
    }
    if (htcpcp_word_equal(value, len, "no")) {
        return HTCPCP_SAFE_NO;
    }
    if (htcpcp_word_equal(value, len, "if-user-awake")) {
        return HTCPCP_SAFE_IF_USER_AWAKE;
    }
    return len > condition_len && htcpcp_word_equal(value, condition_len, condition) &&
                   htcpcp_token_measure(value, len) == len
               ? HTCPCP_SAFE_IF_OTHER
               : HTCPCP_SAFE_BAD;
}

const char *
htcpcp_status_describe(unsigned code)
{
    size_t low = 0, high = COUNT(statuses);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (statuses[middle].code == code) {
            return statuses[middle].description;
        }
        if (statuses[middle].code < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

bool
htcpcp_status_has_phrase(unsigned code, const uint8_t *phrase, size_t len)
{
    static const struct status others[] = {
        {300, "Multiple Choices"},
        {404, "Pot Not Found"},
        {510, "Pot Busy"},
    };
    const char *description = htcpcp_status_describe(code);

    if (description == NULL || len == 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        if (others[i].code == code && htcpcp_word_equal(phrase, len, others[i].description)) {
            return true;
        }
    }
    if (len <= strlen(description) && (description[len] == '\0' || description[len] == ',')) {
        for (size_t i = 0; i < len; i++) {
            if (htcpcp_lower(phrase[i]) != htcpcp_lower((uint8_t)description[i])) {
                return false;
            }
        }
        return true;
    }
    return false;
}
