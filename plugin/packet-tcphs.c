/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The post-dissector tcphs: learns from each segment on its frame's first visit, and has shown what
 * it has learnt on every one.
 */
#include "packet-tcphs.h"

#include "packet-tcphs-parts.h"
#include "tap-tcphs.h"
#include "ws_conn.h"
#include "ws_source.h"

/* What there is to say of a frame. */
struct story {
    const struct hs_note *notes; /* NULL: it has no segment */
    const struct hs_conn *error; /* the connection that it is an ICMP error about, or NULL */
};

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

static const struct hs_note *
learn_segments(packet_info *pinfo, const struct ws_segment *first)
{
    struct hs_frame frame = {.number = pinfo->num, .time_ns = packet_time_ns(pinfo)};
    struct hs_note *notes, *note;
    unsigned count = 0;

    for (const struct ws_segment *segment = first; segment != NULL; segment = segment->next) {
        count++;
    }
    note = notes = ws_notes_new(pinfo, count);
    for (const struct ws_segment *segment = first; segment != NULL; segment = segment->next) {
        struct hs_findings findings;
        enum hs_side side;
        struct hs_conn *conn = ws_conn_find(pinfo, segment, &side);

        findings.count = 0;
        frame.ip_id = segment->ip_id;
        frame.ttl = segment->ttl;
        /* What is further in does not travel from this link. */
        frame.mac = HS_MAC_UNKNOWN;
        if (segment == first && hs_conn_wants_mac(conn, side, &segment->tcp)) {
            frame.mac = (uint16_t)ws_source_mac(pinfo);
            frame.macs = ws_source_macs();
        }
        hs_conn_learn(conn, side, &segment->tcp, &frame, note, &findings);
        if (is_counted(conn, &frame, note)) {
            tcphs_signals_learn(segment, conn, &frame, note, &findings);
        }
        ws_notes_keep_findings(note, &findings);
        note->last = segment->next == NULL;
        note++;
    }
    return notes;
}

static const struct hs_conn *
learn_error(packet_info *pinfo, const struct ws_quote *quote)
{
    enum hs_side side;
    struct hs_conn *conn = ws_conn_lookup(&quote->flow, &side);

    if (conn == NULL || !hs_conn_learn_error(conn, side, quote->seq, &quote->error)) {
        return NULL;
    }
    ws_conn_keep_error(pinfo, conn);
    return conn;
}

/* Adds what the frame holds to its connections. Runs once for each frame, in the order of the
 * capture. */
static struct story
learn(packet_info *pinfo)
{
    const struct ws_segment *segments = ws_source_segments(pinfo);
    const struct ws_quote *quote = ws_source_quote(pinfo);
    struct story story = {NULL, NULL};

    if (segments != NULL) {
        story.notes = learn_segments(pinfo, segments);
    }
    if (quote != NULL) {
        story.error = learn_error(pinfo, quote);
    }
    return story;
}

static struct story
recall(packet_info *pinfo)
{
    return (struct story){.notes = ws_notes_get(pinfo), .error = ws_conn_get_error(pinfo)};
}

static void
show(const struct story *story, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    /* Without anyone who looks there is nothing to build, but expert infos have a tap. */
    const bool wanted = proto_field_is_referenced(tree, proto_tcphs);
    const struct hs_note *note = story->notes;

    while (note != NULL) {
        if (wanted || note->finding_count > 0) {
            tcphs_show_note(note, tvb, pinfo, tree);
        }
        note = note->last ? NULL : note + 1;
    }
    if (wanted && story->error != NULL) {
        tcphs_show_error(story->error, tvb, tree);
    }
}

static int
dissect_tcphs(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const struct story story = PINFO_FD_VISITED(pinfo) ? recall(pinfo) : learn(pinfo);

    tap_tcphs_queue(pinfo, packet_time_ns(pinfo));
    ws_source_forget();
    show(&story, tvb, pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

void
proto_register_tcphs(void)
{
    proto_tcphs = proto_register_protocol("TCP Handshake", "TCPHS", "tcphs");
    tcphs_show_register(proto_tcphs);
    tcphs_signals_register(proto_tcphs);
    ws_source_register(proto_tcphs, tap_tcphs_register(proto_tcphs));
    ws_conn_register(proto_tcphs);
    register_postdissector(create_dissector_handle(dissect_tcphs, proto_tcphs));
}

void
proto_reg_handoff_tcphs(void)
{
    ws_source_handoff();
}
