/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The protocol tcphs: learns from each segment before tcp dissects it, on its frame's first visit. The
 * post-dissector shows on every visit what was learnt.
 */
#include "packet-tcphs.h"

#include "hs_learn.h"
#include "hs_origin.h"
#include "packet-tcphs-parts.h"
#include "tap-tcphs.h"
#include "ws_conn.h"
#include "ws_source.h"

static int proto_tcphs = -1;

static int64_t
packet_time_ns(const packet_info *pinfo)
{
    const int64_t limit_secs = INT64_MAX / 1000000000 - 1;

    if (!(pinfo->presence_flags & PINFO_HAS_TS) || pinfo->abs_ts.secs > limit_secs ||
        pinfo->abs_ts.secs < -limit_secs) {
        return HS_TIME_UNKNOWN;
    }
    return (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs;
}

/* Whether the counts of floods and scans may care: in a connection in use they do not. */
static bool
is_counted(const struct hs_conn *conn, const struct hs_frame *frame, const struct hs_note *note)
{
    return conn->flood_waits || conn->scan_watch != 0 || note->stage == HS_STAGE_SYN ||
           frame->number == conn->first_frame;
}

static void
learn_segment(packet_info *pinfo, const struct ws_segment *segment)
{
    struct hs_frame frame = {.number = pinfo->num,
                             .time_ns = packet_time_ns(pinfo),
                             .ip_id = segment->ip_id,
                             .ttl = segment->ttl,
                             .mac = HS_MAC_UNKNOWN};
    /* What is further in does not travel from this link. */
    const bool outermost = ws_notes_get(pinfo) == NULL;
    struct hs_findings findings;
    enum hs_side side;
    struct hs_conn *conn = ws_conn_find(pinfo, segment, &side);
    struct hs_note *note = ws_notes_add(pinfo);

    findings.count = 0;
    if (outermost && hs_origin_wants_mac(conn, side, &segment->tcp)) {
        frame.mac = (uint16_t)ws_source_mac(pinfo);
        frame.macs = ws_source_macs();
    }
    hs_learn_segment(conn, side, &segment->tcp, &frame, note, &findings);
    note->last = true;
    if (is_counted(conn, &frame, note)) {
        tcphs_signals_learn(segment, conn, &frame, note, &findings);
    }
    ws_notes_keep_findings(note, &findings);
}

static void
receive_segment(packet_info *pinfo, const struct ws_segment *segment)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        learn_segment(pinfo, segment);
    }
    tap_tcphs_keep(pinfo, &segment->tcp);
}

static void
receive_quote(packet_info *pinfo, const struct ws_quote *quote)
{
    enum hs_side side;
    struct hs_conn *conn = ws_conn_lookup(&quote->flow, &side);

    if (conn != NULL && hs_learn_error(conn, side, quote->seq, &quote->error)) {
        ws_conn_keep_error(pinfo, conn);
    }
}

static int
dissect_tcphs(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    /* Without anyone who looks there is nothing to build, but expert infos have a tap. */
    const bool wanted = proto_field_is_referenced(tree, proto_tcphs);
    const struct hs_note *note = ws_notes_get(pinfo);

    if (tap_tcphs_is_wanted()) {
        tap_tcphs_queue(pinfo, packet_time_ns(pinfo));
    }
    while (note != NULL) {
        if (wanted || note->finding_count > 0) {
            tcphs_show_note(note, tvb, pinfo, tree);
        }
        note = note->last ? NULL : note + 1;
    }
    if (wanted && ws_conn_get_error(pinfo) != NULL) {
        tcphs_show_error(ws_conn_get_error(pinfo), tvb, tree);
    }
    return (int)tvb_captured_length(tvb);
}

void
proto_register_tcphs(void)
{
    static const struct ws_source_listener listener = {receive_segment, receive_quote};

    proto_tcphs = proto_register_protocol("TCP Handshake", "TCPHS", "tcphs");
    tcphs_show_register(proto_tcphs);
    tcphs_signals_register(proto_tcphs);
    ws_source_register(proto_tcphs, tap_tcphs_register(proto_tcphs), &listener);
    ws_conn_register(proto_tcphs);
    register_postdissector(create_dissector_handle(dissect_tcphs, proto_tcphs));
}

void
proto_reg_handoff_tcphs(void)
{
    ws_source_handoff();
}
