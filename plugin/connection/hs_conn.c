/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_conn.h"

void
hs_conn_init(struct hs_conn *conn, uint32_t frame, struct hs_conn *previous)
{
    *conn = (struct hs_conn){
        .origin_ns = HS_TIME_UNKNOWN,
        .first_frame = frame,
        .client = HS_SIDE_UNKNOWN,
        .reset_by = HS_SIDE_UNKNOWN,
        .closed_by = HS_SIDE_UNKNOWN,
    };
    hs_zeek_init(&conn->zeek);
    if (previous != NULL) {
        conn->previous_frame = previous->first_frame;
        previous->superseded_frame = frame;
    }
}
