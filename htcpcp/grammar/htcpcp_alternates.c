/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_alternates.h"

/* The end of a list element: a comma outside quotes and braces, or end. */
static size_t
element_find_end(const uint8_t *data, size_t at, size_t end)
{
    unsigned depth = 0;
    bool quoted = false;

    for (; at < end; at++) {
        uint8_t c = data[at];

        if (quoted && c == '\\') {
            at += at + 1 < end ? 1 : 0;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            continue;
        } else if (c == '{') {
            depth++;
        } else if (c == '}') {
            depth -= depth > 0 ? 1 : 0;
        } else if (c == ',' && depth == 0) {
            break;
        }
    }
    return at;
}

static size_t
spaces_skip(const uint8_t *data, size_t at, size_t end)
{
    while (at < end && htcpcp_is_space(data[at])) {
        at++;
    }
    return at;
}

static size_t
word_find_end(const uint8_t *data, size_t at, size_t end)
{
    while (at < end && !htcpcp_is_space(data[at]) && data[at] != '{' && data[at] != '}') {
        at++;
    }
    return at;
}

/* Parses the attribute whose brace opens at offset at. Returns the offset after it. */
static size_t
attribute_parse(const uint8_t *data, size_t at, size_t end, struct htcpcp_variant *variant)
{
    size_t begin = spaces_skip(data, at + 1, end), name_end = word_find_end(data, begin, end);
    size_t close = name_end;
    struct htcpcp_span value;

    while (close < end && data[close] != '}') {
        close++;
    }
    value = htcpcp_span_trim(data, name_end, close);
    if (htcpcp_word_equal(data + begin, name_end - begin, "type")) {
        variant->type = value;
    } else if (htcpcp_word_equal(data + begin, name_end - begin, "language")) {
        variant->language = value;
    }
    return close < end ? close + 1 : end;
}

static void
variant_parse(const uint8_t *data, struct htcpcp_variant *variant)
{
    size_t at = variant->all.at, end = at + variant->all.len, close;
    bool attributes = false;

    variant->kind = HTCPCP_VARIANT_BAD;
    if (data[at] != '{') {
        for (; at < end && variant->kind == HTCPCP_VARIANT_BAD; at++) {
            variant->kind = data[at] == '=' ? HTCPCP_VARIANT_DIRECTIVE : HTCPCP_VARIANT_BAD;
        }
        return;
    }
    at = spaces_skip(data, at + 1, end);
    if (at == end || data[at] != '"') {
        return;
    }
    close = at + 1;
    while (close < end && data[close] != '"') {
        close++;
    }
    if (close == end) {
        return;
    }
    variant->uri = (struct htcpcp_span){at + 1, close - (at + 1)};
    at = spaces_skip(data, close + 1, end);
    if (at < end && data[at] != '{' && data[at] != '}') {
        close = word_find_end(data, at, end);
        variant->quality = (struct htcpcp_span){at, close - at};
        at = spaces_skip(data, close, end);
    }
    while (at < end && data[at] == '{') {
        at = spaces_skip(data, attribute_parse(data, at, end, variant), end);
        attributes = true;
    }
    variant->kind = attributes || variant->quality.len > 0 ? HTCPCP_VARIANT_DESCRIPTION
                                                           : HTCPCP_VARIANT_FALLBACK;
}

bool
htcpcp_variant_next(const uint8_t *data, struct htcpcp_span *rest, struct htcpcp_variant *variant)
{
    const size_t end = rest->at + rest->len;
    size_t at = rest->at, next;

    while (at < end && (data[at] == ',' || htcpcp_is_space(data[at]))) {
        at++;
    }
    if (at == end) {
        *rest = (struct htcpcp_span){end, 0};
        return false;
    }
    next = element_find_end(data, at, end);
    *variant = (struct htcpcp_variant){.all = htcpcp_span_trim(data, at, next)};
    variant_parse(data, variant);
    *rest = (struct htcpcp_span){next, end - next};
    return true;
}
