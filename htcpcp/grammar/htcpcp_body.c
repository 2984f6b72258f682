/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_body.h"

#include "htcpcp_text.h"

enum htcpcp_body_kind
htcpcp_body_classify(const uint8_t *body, size_t len)
{
    while (len > 0 && htcpcp_is_space(body[len - 1])) {
        len--;
    }
    while (len > 0 && htcpcp_is_space(body[0])) {
        body++;
        len--;
    }
    if (len == 0) {
        return HTCPCP_BODY_EMPTY;
    }
    if (htcpcp_word_equal(body, len, "start")) {
        return HTCPCP_BODY_START;
    }
    if (htcpcp_word_equal(body, len, "stop")) {
        return HTCPCP_BODY_STOP;
    }
    if (!htcpcp_is_text(body, len)) {
        return HTCPCP_BODY_BINARY;
    }
    if (body[0] == '{' || body[0] == '[' || htcpcp_word_equal(body, len, "null")) {
        return HTCPCP_BODY_JSON;
    }
    if (len > 1 && body[0] == '<' &&
        (body[1] == '!' || body[1] == '?' ||
         (htcpcp_lower(body[1]) >= 'a' && htcpcp_lower(body[1]) <= 'z'))) {
        return HTCPCP_BODY_MARKUP;
    }
    return HTCPCP_BODY_TEXT;
}

size_t
htcpcp_command_measure(const uint8_t *body, size_t len)
{
    if (len >= 5 && htcpcp_word_equal(body, 5, "start")) {
        return 5;
    }
    return len >= 4 && htcpcp_word_equal(body, 4, "stop") ? 4 : 0;
}

size_t
htcpcp_json_measure_depth(const uint8_t *body, size_t len)
{
    size_t depth = 0, deepest = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        if (quoted && body[i] == '\\') {
            i++;
        } else if (quoted) {
            quoted = body[i] != '"';
        } else if (body[i] == '"') {
            quoted = true;
        } else if (body[i] == '{' || body[i] == '[') {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if ((body[i] == '}' || body[i] == ']') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}
