/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_text.h"

#include <string.h>

bool
htcpcp_word_equal(const uint8_t *octets, size_t len, const char *word)
{
    if (len != strlen(word)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (htcpcp_lower(octets[i]) != htcpcp_lower((uint8_t)word[i])) {
            return false;
        }
    }
    return true;
}

static bool
is_token_char(uint8_t c)
{
    return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

size_t
htcpcp_token_measure(const uint8_t *data, size_t len)
{
    size_t n = 0;

    while (n < len && is_token_char(data[n])) {
        n++;
    }
    return n;
}

struct htcpcp_line
htcpcp_line_get(const uint8_t *data, size_t len, size_t at)
{
    const uint8_t *lf = at < len ? memchr(data + at, '\n', len - at) : NULL;
    struct htcpcp_line line;

    line.at = at;
    line.ended = lf != NULL;
    line.len = (line.ended ? (size_t)(lf - data) : len) - at;
    line.next = at + line.len + (line.ended ? 1 : 0);
    if (line.len > 0 && data[at + line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

struct htcpcp_span
htcpcp_span_trim(const uint8_t *data, size_t at, size_t end)
{
    while (at < end && htcpcp_is_space(data[at])) {
        at++;
    }
    while (end > at && htcpcp_is_space(data[end - 1])) {
        end--;
    }
    return (struct htcpcp_span){at, end - at};
}

bool
htcpcp_is_text(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] < ' ' && !htcpcp_is_space(text[i])) || text[i] == 0x7f) {
            return false;
        }
    }
    return true;
}
