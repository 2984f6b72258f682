/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Spans of octets, lines, and the character classes of RFC 2068 2.2.
 */
#ifndef HTCPCP_TEXT_H
#define HTCPCP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* len octets from offset at of the input on. */
struct htcpcp_span {
    size_t at;
    size_t len;
};

/* A line without its line end, which is LF, CRLF, or missing at the end of the input. */
struct htcpcp_line {
    size_t at;
    size_t len;
    size_t next;
    bool ended;
};

/* Converts an ASCII letter to lower case. */
static inline uint8_t
htcpcp_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static inline bool
htcpcp_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool
htcpcp_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static inline bool
htcpcp_is_space(uint8_t c)
{
    return htcpcp_is_blank(c) || c == '\r' || c == '\n' || c == '\f';
}

/* Whether the len octets at octets equal word, a NUL-terminated string, ignoring case. */
bool htcpcp_word_equal(const uint8_t *octets, size_t len, const char *word);

/* The number of token characters at the beginning of the len octets at data. */
size_t htcpcp_token_measure(const uint8_t *data, size_t len);

/* The line at offset at of the len octets at data, at <= len. */
struct htcpcp_line htcpcp_line_get(const uint8_t *data, size_t len, size_t at);

/* The octets of data from at to end without surrounding white space and line ends. */
struct htcpcp_span htcpcp_span_trim(const uint8_t *data, size_t at, size_t end);

/* Whether the len octets at text contain no control characters other than white space. */
bool htcpcp_is_text(const uint8_t *text, size_t len);

#endif
