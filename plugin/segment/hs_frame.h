/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The frame that a segment was captured in.
 */
#ifndef HS_FRAME_H
#define HS_FRAME_H

#include <stdint.h>

#include "hs_mac.h"

/* What the capture tells of a segment beside its TCP header. */
struct hs_frame {
    uint32_t number;
    int64_t time_ns; /* since the epoch, or HS_TIME_UNKNOWN of hs_duration.h */
    uint16_t ip_id;  /* identification of the IPv4 header; 0: none or not used */
    uint8_t ttl;     /* time to live or hop limit; 0: not known */
    uint16_t mac;    /* number of the sender's address on the link, in macs; or HS_MAC_UNKNOWN */
    const struct hs_mac_table *macs; /* with mac */
};

#endif
