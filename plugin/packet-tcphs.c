/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The post-dissector tcphs: learns from each segment on its frame's first visit, and shows what it
 * has learnt on every one.
 */
#include "packet-tcphs.h"

#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "ws_conn.h"
#include "ws_source.h"

static int proto_tcphs = -1;

static int hf_tcphs_stage = -1;
static int hf_tcphs_sender = -1;
static int hf_tcphs_seq_rel = -1;
static int hf_tcphs_ack_rel = -1;
static int hf_tcphs_seq_delta = -1;
static int hf_tcphs_ack_delta = -1;
static int hf_tcphs_seq_gap = -1;
static int hf_tcphs_anomaly = -1;
static int hf_tcphs_syn_frame = -1;
static int hf_tcphs_synack_frame = -1;
static int hf_tcphs_ack_frame = -1;
static int hf_tcphs_rtt_server = -1;
static int hf_tcphs_rtt_client = -1;
static int hf_tcphs_setup_time = -1;

static int ett_tcphs = -1;

static expert_field ei_tcphs_ack_bad_ack = EI_INIT;
static expert_field ei_tcphs_ack_bad_seq = EI_INIT;
static expert_field ei_tcphs_early_ack = EI_INIT;
static expert_field ei_tcphs_null_flags = EI_INIT;
static expert_field ei_tcphs_synack_bad_ack = EI_INIT;

static expert_field *const expert_infos[HS_ANOMALY_COUNT] = {
    [HS_ACK_BAD_ACK] = &ei_tcphs_ack_bad_ack,
    [HS_ACK_BAD_SEQ] = &ei_tcphs_ack_bad_seq,
    [HS_EARLY_ACK] = &ei_tcphs_early_ack,
    [HS_NULL_FLAGS] = &ei_tcphs_null_flags,
    [HS_SYNACK_BAD_ACK] = &ei_tcphs_synack_bad_ack,
};

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

/* Adds the frame's segments to their connections. Runs once for each frame, in the order of the
 * capture. */
static const struct ws_notes *
learn(packet_info *pinfo)
{
    const struct ws_segment *const first = ws_source_segments(pinfo);
    const struct hs_when when = {.frame = pinfo->num, .time_ns = packet_time_ns(pinfo)};
    struct ws_notes *notes;
    unsigned count = 0;

    for (const struct ws_segment *segment = first; segment != NULL; segment = segment->next) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    notes = ws_notes_new(pinfo, proto_tcphs, count);
    count = 0;
    for (const struct ws_segment *segment = first; segment != NULL; segment = segment->next) {
        enum hs_side side;
        struct hs_conn *conn = ws_conn_find(pinfo, segment, &side);

        hs_conn_learn(conn, side, &segment->tcp, &when, &notes->note[count++]);
    }
    return notes;
}

/* Everything that tcphs shows is worked out, and lies nowhere in the packet. */
static void
add_string(proto_tree *tree, tvbuff_t *tvb, int field, const char *value)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, value));
}

static void
add_uint(proto_tree *tree, tvbuff_t *tvb, int field, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, value));
}

static void
add_int(proto_tree *tree, tvbuff_t *tvb, int field, int32_t value)
{
    proto_item_set_generated(proto_tree_add_int(tree, field, tvb, 0, 0, value));
}

static void
add_frame(proto_tree *tree, tvbuff_t *tvb, int field, uint32_t frame)
{
    if (frame != 0) {
        add_uint(tree, tvb, field, frame);
    }
}

static void
add_time(proto_tree *tree, tvbuff_t *tvb, int field, int64_t ns)
{
    if (ns != HS_TIME_UNKNOWN) {
        const nstime_t time = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};

        proto_item_set_generated(proto_tree_add_time(tree, field, tvb, 0, 0, &time));
    }
}

static void
show_anomalies(proto_tree *tree, proto_item *item, tvbuff_t *tvb, packet_info *pinfo,
               const struct hs_note *note)
{
    char sentence[128];

    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        if (note->anomalies & 1u << anomaly) {
            add_string(tree, tvb, hf_tcphs_anomaly, hs_anomaly_slug(anomaly));
            hs_note_format_anomaly(note, anomaly, sentence, sizeof sentence);
            expert_add_info_format(pinfo, item, expert_infos[anomaly], "TCP handshake: %s", sentence);
        }
    }
}

static void
show_segment(proto_tree *tree, tvbuff_t *tvb, const struct hs_note *note)
{
    add_string(tree, tvb, hf_tcphs_stage, hs_stage_name(note->stage));
    if (note->sender != HS_SENDER_UNKNOWN) {
        add_string(tree, tvb, hf_tcphs_sender, hs_sender_name(note->sender));
    }
    add_uint(tree, tvb, hf_tcphs_seq_rel, note->seq_rel);
    if (note->has_ack) {
        add_uint(tree, tvb, hf_tcphs_ack_rel, note->ack_rel);
    }
    if (note->has_seq_delta) {
        add_int(tree, tvb, hf_tcphs_seq_delta, note->seq_delta);
    }
    if (note->has_ack_delta) {
        add_int(tree, tvb, hf_tcphs_ack_delta, note->ack_delta);
    }
    if (note->has_seq_gap) {
        add_int(tree, tvb, hf_tcphs_seq_gap, note->seq_gap);
    }
}

static void
show_connection(proto_tree *tree, tvbuff_t *tvb, const struct hs_conn *conn)
{
    add_frame(tree, tvb, hf_tcphs_syn_frame, conn->syn_frame);
    add_frame(tree, tvb, hf_tcphs_synack_frame, conn->synack_frame);
    add_frame(tree, tvb, hf_tcphs_ack_frame, conn->ack_frame);
    add_time(tree, tvb, hf_tcphs_rtt_server, conn->rtt_server_ns);
    add_time(tree, tvb, hf_tcphs_rtt_client, conn->rtt_client_ns);
    add_time(tree, tvb, hf_tcphs_setup_time, conn->setup_ns);
}

static void
show(const struct hs_note *note, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item = proto_tree_add_item(tree, proto_tcphs, tvb, 0, 0, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_tcphs);

    proto_item_set_generated(item);
    if (tree != NULL && PTREE_DATA(tree)->visible) {
        char sentence[192];

        hs_note_format_sentence(note, sentence, sizeof sentence);
        proto_item_set_text(item, "TCP Handshake: %s", sentence);
    }
    show_segment(subtree, tvb, note);
    show_anomalies(subtree, item, tvb, pinfo, note);
    show_connection(subtree, tvb, note->conn);
}

static int
dissect_tcphs(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const struct ws_notes *notes =
        PINFO_FD_VISITED(pinfo) ? ws_notes_get(pinfo, proto_tcphs) : learn(pinfo);

    if (notes == NULL) {
        return 0;
    }
    for (unsigned i = 0; i < notes->count; i++) {
        const struct hs_note *note = &notes->note[i];

        /* Without anyone who looks there is nothing to build, but expert infos have a tap. */
        if (note->anomalies != 0 || proto_field_is_referenced(tree, proto_tcphs)) {
            show(note, tvb, pinfo, tree);
        }
    }
    return (int)tvb_captured_length(tvb);
}

static void
register_fields(void)
{
    static hf_register_info hf[] = {
        {&hf_tcphs_stage,
         {"Stage", "tcphs.stage", FT_STRING, BASE_NONE, NULL, 0,
          "What this segment is in the life of its connection", HFILL}},
        {&hf_tcphs_sender,
         {"Sender", "tcphs.sender", FT_STRING, BASE_NONE, NULL, 0,
          "Who sent this segment: the client is who sent the first SYN", HFILL}},
        {&hf_tcphs_seq_rel,
         {"Relative sequence number", "tcphs.seq.rel", FT_UINT32, BASE_DEC, NULL, 0,
          "From the sender's initial sequence number, or from the first number seen of it", HFILL}},
        {&hf_tcphs_ack_rel,
         {"Relative acknowledgement number", "tcphs.ack.rel", FT_UINT32, BASE_DEC, NULL, 0,
          "From the initial sequence number of the other side, or from the first number seen of it",
          HFILL}},
        {&hf_tcphs_seq_delta,
         {"Sequence number moved by", "tcphs.seq.delta", FT_INT32, BASE_DEC, NULL, 0,
          "Since the previous segment of the same sender", HFILL}},
        {&hf_tcphs_ack_delta,
         {"Acknowledgement number moved by", "tcphs.ack.delta", FT_INT32, BASE_DEC, NULL, 0,
          "Since the previous segment of the same sender: what is newly acknowledged", HFILL}},
        {&hf_tcphs_seq_gap,
         {"Distance from the expected sequence number", "tcphs.seq.gap", FT_INT32, BASE_DEC, NULL, 0,
          "0: in order; above 0: a hole; below 0: old data", HFILL}},
        {&hf_tcphs_anomaly,
         {"Anomaly", "tcphs.anomaly", FT_STRING, BASE_NONE, NULL, 0,
          "What is odd about this segment", HFILL}},
        {&hf_tcphs_syn_frame,
         {"SYN in frame", "tcphs.syn.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, "The client's first SYN", HFILL}},
        {&hf_tcphs_synack_frame,
         {"SYN-ACK in frame", "tcphs.synack.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, "The first SYN-ACK", HFILL}},
        {&hf_tcphs_ack_frame,
         {"ACK in frame", "tcphs.ack.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0, "The segment that completed the handshake", HFILL}},
        {&hf_tcphs_rtt_server,
         {"SYN to SYN-ACK", "tcphs.rtt.server", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the latest SYN to the first SYN-ACK: the way to the server and back", HFILL}},
        {&hf_tcphs_rtt_client,
         {"SYN-ACK to ACK", "tcphs.rtt.client", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the latest SYN-ACK to the ACK: the way to the client and back", HFILL}},
        {&hf_tcphs_setup_time,
         {"Set-up time", "tcphs.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first SYN to the completion of the handshake, retries included", HFILL}},
    };

    proto_register_field_array(proto_tcphs, hf, array_length(hf));
}

static void
register_expert_infos(void)
{
    static ei_register_info ei[] = {
        {&ei_tcphs_ack_bad_ack,
         {"tcphs.ack_bad_ack", PI_SEQUENCE, PI_WARN,
          "The ACK of the handshake acknowledges the wrong number", EXPFILL}},
        {&ei_tcphs_ack_bad_seq,
         {"tcphs.ack_bad_seq", PI_SEQUENCE, PI_WARN,
          "The ACK of the handshake lies outside the window offered", EXPFILL}},
        {&ei_tcphs_early_ack,
         {"tcphs.early_ack", PI_SEQUENCE, PI_NOTE,
          "An ACK before the handshake is complete", EXPFILL}},
        {&ei_tcphs_null_flags,
         {"tcphs.null_flags", PI_SEQUENCE, PI_WARN,
          "None of SYN, ACK, FIN and RST is set", EXPFILL}},
        {&ei_tcphs_synack_bad_ack,
         {"tcphs.synack_bad_ack", PI_SEQUENCE, PI_WARN,
          "The SYN-ACK does not acknowledge the SYN", EXPFILL}},
    };

    expert_register_field_array(expert_register_protocol(proto_tcphs), ei, array_length(ei));
}

void
proto_register_tcphs(void)
{
    static int *ett[] = {&ett_tcphs};

    proto_tcphs = proto_register_protocol("TCP Handshake", "TCPHS", "tcphs");
    register_fields();
    register_expert_infos();
    proto_register_subtree_array(ett, array_length(ett));
    ws_source_register(proto_tcphs);
    ws_conn_register();
    register_postdissector(create_dissector_handle(dissect_tcphs, proto_tcphs));
}

void
proto_reg_handoff_tcphs(void)
{
    ws_source_handoff();
}
