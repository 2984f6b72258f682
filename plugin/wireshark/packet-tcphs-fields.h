/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fields and expert infos of tcphs.
 */
#ifndef PACKET_TCPHS_FIELDS_H
#define PACKET_TCPHS_FIELDS_H

#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "hs_anomaly.h"

/* The fields, those of the segment first. */
enum field {
    FIELD_STAGE,
    FIELD_SENDER,
    FIELD_SEQ_REL,
    FIELD_ACK_REL,
    FIELD_SEQ_DELTA,
    FIELD_ACK_DELTA,
    FIELD_SEQ_GAP,
    FIELD_CLIENT_STATE,
    FIELD_SERVER_STATE,
    FIELD_RETRANSMISSION,
    FIELD_CAPTURE,
    FIELD_ANOMALY,
    FIELD_RST_VERDICT,
    FIELD_OUTCOME,
    FIELD_OUTCOME_BY,
    FIELD_PARTIAL,
    FIELD_SYN_FRAME,
    FIELD_SYNACK_FRAME,
    FIELD_ACK_FRAME,
    FIELD_RST_FRAME,
    FIELD_RST_EFFECT,
    FIELD_SIGNATURE,
    FIELD_SYN_COUNT,
    FIELD_SYNACK_COUNT,
    FIELD_RTT_SERVER,
    FIELD_RTT_CLIENT,
    FIELD_SETUP_TIME,
    FIELD_MSS_CLIENT,
    FIELD_MSS_SERVER,
    FIELD_WSCALE_CLIENT,
    FIELD_WSCALE_SERVER,
    FIELD_SACK,
    FIELD_TIMESTAMPS,
    FIELD_ECN,
    FIELD_MULTIPATH,
    FIELD_FASTOPEN,
    FIELD_CLOSED_BY,
    FIELD_CONN_STATE,
    FIELD_HISTORY,
    FIELD_UNREACHABLE_FRAME,
    FIELD_UNREACHABLE_TYPE,
    FIELD_UNREACHABLE_CODE,
    FIELD_PREVIOUS_FRAME,
    FIELD_SUPERSEDED_FRAME,
    FIELD_COUNT
};

/* Their ids, once registered. */
extern int hf_tcphs[FIELD_COUNT];

/* Here Wireshark marks the fields that somebody asks for. */
extern hf_register_info tcphs_fields[FIELD_COUNT];

/* One for each anomaly. */
extern expert_field ei_tcphs[HS_ANOMALY_COUNT];

/* Registers them for the protocol proto, once. */
void tcphs_fields_register(int proto);

#endif
