/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_anomaly.h"

static const char *const slugs[HS_ANOMALY_COUNT] = {
    [HS_ACK_BAD_ACK] = "ack_bad_ack",
    [HS_ACK_BAD_SEQ] = "ack_bad_seq",
    [HS_EARLY_ACK] = "early_ack",
    [HS_NULL_FLAGS] = "null_flags",
    [HS_SYNACK_BAD_ACK] = "synack_bad_ack",
};

const char *
hs_anomaly_slug(enum hs_anomaly anomaly)
{
    return slugs[anomaly];
}
