/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies in chunks (RFC 2068 3.6), however the octets come.
 */
#ifndef HTCPCP_CHUNKS_H
#define HTCPCP_CHUNKS_H

#include "htcpcp_text.h"

struct htcpcp_chunks {
    enum {
        HTCPCP_CHUNKS_SIZE,      /* in the digits of a chunk's size */
        HTCPCP_CHUNKS_EXTENSION, /* behind them */
        HTCPCP_CHUNKS_DATA,
        HTCPCP_CHUNKS_DATA_END, /* in the line end behind a chunk's data */
        HTCPCP_CHUNKS_TRAILER,  /* behind the last chunk, at the beginning of a line */
        HTCPCP_CHUNKS_TRAILER_LINE,
        HTCPCP_CHUNKS_END,
        HTCPCP_CHUNKS_BROKEN, /* no chunk's size where there has to be one */
    } phase;
    unsigned digits;
    uint64_t left; /* of the chunk */
};

/* Goes on at octet number *at of the len at data: sets *at behind what was used and *data_span to
 * the octets of the body among it, which are at most one chunk's. False: all octets are used, or
 * the phase is HTCPCP_CHUNKS_END or HTCPCP_CHUNKS_BROKEN, in which nothing is used. */
bool htcpcp_chunks_next(struct htcpcp_chunks *chunks, const uint8_t *data, size_t len, size_t *at,
                        struct htcpcp_span *data_span);

#endif
