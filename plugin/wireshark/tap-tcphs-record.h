/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the tap tcphs hands to its listeners.
 */
#ifndef TAP_TCPHS_RECORD_H
#define TAP_TCPHS_RECORD_H

#include <stdint.h>

#include "hs_conn.h"
#include "hs_note.h"
#include "tcp_segment.h"

/* A segment, or an ICMP error that gives up a SYN. Who talks
 * to whom and the number of the stream are asked of ws_conn.h. */
struct tcphs_record {
    const struct hs_conn *conn;
    const struct hs_note *note;        /* NULL: it is an error */
    const struct tcp_segment *segment; /* NULL likewise */
    int64_t time_ns;                   /* since the epoch, or HS_TIME_UNKNOWN */
};

#endif
