/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Chunked bodies (RFC 2068 3.6), independent of segment boundaries.
 */
#ifndef HTCPCP_CHUNKS_H
#define HTCPCP_CHUNKS_H

#include "htcpcp_text.h"

struct htcpcp_chunks {
    enum {
        HTCPCP_CHUNKS_SIZE,      /* in the digits of a chunk size */
        HTCPCP_CHUNKS_EXTENSION, /* after the digits */
        HTCPCP_CHUNKS_DATA,
        HTCPCP_CHUNKS_DATA_END, /* in the line end after the data of a chunk */
        HTCPCP_CHUNKS_TRAILER,  /* after the last chunk, at the beginning of a line */
        HTCPCP_CHUNKS_TRAILER_LINE,
        HTCPCP_CHUNKS_END,
        HTCPCP_CHUNKS_BROKEN, /* a chunk size is missing or invalid */
    } phase;
    unsigned digits;
    uint64_t left; /* octets of the chunk to come */
};

/* Continues at offset *at of the len octets at data: advances *at past the octets that it consumes
 * and sets *data_span to the body data among them, of at most one chunk. Returns false if all octets
 * are consumed, or if the phase is HTCPCP_CHUNKS_END or HTCPCP_CHUNKS_BROKEN, which consume none. */
bool htcpcp_chunks_next(struct htcpcp_chunks *chunks, const uint8_t *data, size_t len, size_t *at,
                        struct htcpcp_span *data_span);

#endif
