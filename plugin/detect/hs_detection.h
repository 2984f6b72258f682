/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A segment as the detectors see it, once its connection has learnt from it, and what they count in.
 */
#ifndef HS_DETECTION_H
#define HS_DETECTION_H

#include "hs_anomaly.h"
#include "hs_burst.h"
#include "hs_conn.h"
#include "hs_frame.h"
#include "hs_note.h"
#include "tcp_segment.h"

struct hs_detection {
    struct hs_burst_table *table; /* the detector's own */
    const struct hs_burst_limits *limits;
    const struct hs_route *route;
    struct hs_conn *conn;
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    const struct hs_note *note;
    struct hs_findings *findings; /* gets what crosses a threshold with the segment */
};

#endif
