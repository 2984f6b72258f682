/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_body.h"

#include "htcpcp_names.h"

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool
htcpcp_body_is_text(const uint8_t *body, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((body[i] < ' ' && !is_space(body[i])) || body[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

enum htcpcp_body_kind
htcpcp_body_classify(const uint8_t *body, size_t len)
{
    while (len > 0 && is_space(body[len - 1])) {
        len--;
    }
    while (len > 0 && is_space(body[0])) {
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
    if (!htcpcp_body_is_text(body, len)) {
        return HTCPCP_BODY_BINARY;
    }
    if (body[0] == '{' || body[0] == '[' || htcpcp_word_equal(body, len, "null")) {
        return HTCPCP_BODY_JSON;
    }
    return HTCPCP_BODY_TEXT;
}

size_t
htcpcp_command_len(const uint8_t *body, size_t len)
{
    if (len >= 5 && htcpcp_word_equal(body, 5, "start")) {
        return 5;
    }
    return len >= 4 && htcpcp_word_equal(body, 4, "stop") ? 4 : 0;
}
