/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_head.h"

/* A header line without a line end is complete if its value is a media type of HTCPCP: the first
 * clients of the coffee lab do not end their last line. */
static bool
header_is_whole(const uint8_t *data, const struct htcpcp_header *header)
{
    static const char *const types[] = {"application/coffee-pot-command", "message/coffeepot",
                                        "message/teapot"};

    if (header->expects || header->ended) {
        return !header->expects;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (header->id == HTCPCP_HEADER_CONTENT_TYPE &&
            htcpcp_word_equal(data + header->value.at, header->value.len, types[i])) {
            return true;
        }
    }
    return false;
}

bool
htcpcp_head_cut(const uint8_t *data, struct htcpcp_message *message)
{
    struct htcpcp_span rest = message->headers;
    struct htcpcp_header header;

    while (htcpcp_header_next(data, &rest, &header)) {
        if (!header_is_whole(data, &header)) {
            message->headers.len = header.line.at - message->headers.at;
            return header.name.len > 0;
        }
    }
    return false;
}

enum htcpcp_header_id
htcpcp_head_find_last(const uint8_t *data, const struct htcpcp_message *message,
                      enum htcpcp_header_id otherwise)
{
    struct htcpcp_span rest = message->headers;
    struct htcpcp_header header;

    while (htcpcp_header_next(data, &rest, &header)) {
        if (header.name.len > 0) {
            otherwise = header.id;
        }
    }
    return otherwise;
}
