/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_chunks.h"

/* A size with more hexadecimal digits would overflow 64 bits. */
#define DIGITS_MAX 15

static int
hex_value(uint8_t c)
{
    c = htcpcp_lower(c);
    if (htcpcp_is_digit(c)) {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
size_step(struct htcpcp_chunks *chunks, uint8_t c)
{
    int digit = hex_value(c);

    if (digit >= 0 && chunks->digits < DIGITS_MAX) {
        chunks->left = chunks->left * 16 + (unsigned)digit;
        chunks->digits++;
    } else if (chunks->digits == 0 || digit >= 0) {
        chunks->phase = HTCPCP_CHUNKS_BROKEN;
    } else {
        chunks->phase = HTCPCP_CHUNKS_EXTENSION;
    }
}

/* Handles one octet outside the data of a chunk. */
static void
frame_step(struct htcpcp_chunks *chunks, uint8_t c)
{
    if (chunks->phase == HTCPCP_CHUNKS_SIZE) {
        size_step(chunks, c);
    }
    if (chunks->phase == HTCPCP_CHUNKS_TRAILER && c != '\n' && c != '\r') {
        chunks->phase = HTCPCP_CHUNKS_TRAILER_LINE;
    }
    if (c != '\n') {
        return;
    }
    if (chunks->phase == HTCPCP_CHUNKS_EXTENSION) {
        chunks->phase = chunks->left > 0 ? HTCPCP_CHUNKS_DATA : HTCPCP_CHUNKS_TRAILER;
    } else if (chunks->phase == HTCPCP_CHUNKS_DATA_END) {
        chunks->phase = HTCPCP_CHUNKS_SIZE;
        chunks->digits = 0;
    } else if (chunks->phase == HTCPCP_CHUNKS_TRAILER_LINE) {
        chunks->phase = HTCPCP_CHUNKS_TRAILER;
    } else if (chunks->phase == HTCPCP_CHUNKS_TRAILER) {
        chunks->phase = HTCPCP_CHUNKS_END;
    }
}

bool
htcpcp_chunks_next(struct htcpcp_chunks *chunks, const uint8_t *data, size_t len, size_t *at,
                   struct htcpcp_span *data_span)
{
    *data_span = (struct htcpcp_span){*at, 0};
    while (*at < len && chunks->phase != HTCPCP_CHUNKS_END &&
           chunks->phase != HTCPCP_CHUNKS_BROKEN) {
        if (chunks->phase == HTCPCP_CHUNKS_DATA) {
            size_t rest = len - *at;

            data_span->at = *at;
            data_span->len = chunks->left < rest ? (size_t)chunks->left : rest;
            *at += data_span->len;
            chunks->left -= data_span->len;
            if (chunks->left == 0) {
                chunks->phase = HTCPCP_CHUNKS_DATA_END;
            }
            return true;
        }
        frame_step(chunks, data[*at]);
        if (chunks->phase != HTCPCP_CHUNKS_BROKEN) {
            (*at)++;
        }
    }
    return false;
}
