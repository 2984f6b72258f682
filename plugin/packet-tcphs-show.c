/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fields and expert infos of tcphs, and the subtree that shows them.
 */
#include "packet-tcphs-parts.h"

#include <epan/expert.h>

#include "hs_outcome.h"
#include "hs_signature.h"

static int proto_tcphs = -1;

static int hf_tcphs_stage = -1;
static int hf_tcphs_sender = -1;
static int hf_tcphs_seq_rel = -1;
static int hf_tcphs_ack_rel = -1;
static int hf_tcphs_seq_delta = -1;
static int hf_tcphs_ack_delta = -1;
static int hf_tcphs_seq_gap = -1;
static int hf_tcphs_client_state = -1;
static int hf_tcphs_server_state = -1;
static int hf_tcphs_retransmission = -1;
static int hf_tcphs_capture = -1;
static int hf_tcphs_anomaly = -1;
static int hf_tcphs_rst_verdict = -1;
static int hf_tcphs_outcome = -1;
static int hf_tcphs_outcome_by = -1;
static int hf_tcphs_partial = -1;
static int hf_tcphs_syn_frame = -1;
static int hf_tcphs_synack_frame = -1;
static int hf_tcphs_ack_frame = -1;
static int hf_tcphs_rst_frame = -1;
static int hf_tcphs_rst_effect = -1;
static int hf_tcphs_signature = -1;
static int hf_tcphs_syn_count = -1;
static int hf_tcphs_synack_count = -1;
static int hf_tcphs_rtt_server = -1;
static int hf_tcphs_rtt_client = -1;
static int hf_tcphs_setup_time = -1;
static int hf_tcphs_mss_client = -1;
static int hf_tcphs_mss_server = -1;
static int hf_tcphs_wscale_client = -1;
static int hf_tcphs_wscale_server = -1;
static int hf_tcphs_sack = -1;
static int hf_tcphs_timestamps = -1;
static int hf_tcphs_ecn = -1;
static int hf_tcphs_multipath = -1;
static int hf_tcphs_fastopen = -1;
static int hf_tcphs_closed_by = -1;
static int hf_tcphs_conn_state = -1;
static int hf_tcphs_history = -1;
static int hf_tcphs_unreachable_frame = -1;
static int hf_tcphs_unreachable_type = -1;
static int hf_tcphs_unreachable_code = -1;
static int hf_tcphs_previous_frame = -1;
static int hf_tcphs_superseded_frame = -1;

static int ett_tcphs = -1;

static expert_field ei_tcphs[HS_ANOMALY_COUNT];

/* A place in the tree. Everything that tcphs shows is worked out, and lies nowhere in the packet. */
struct place {
    proto_tree *tree;
    tvbuff_t *tvb;
};

/* ---- items; what is not known has none ---- */

static void
add_string(const struct place *place, int field, const char *value)
{
    if (value != NULL) {
        proto_item_set_generated(
            proto_tree_add_string(place->tree, field, place->tvb, 0, 0, value));
    }
}

static void
add_uint(const struct place *place, int field, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(place->tree, field, place->tvb, 0, 0, value));
}

static void
add_int(const struct place *place, int field, int32_t value)
{
    proto_item_set_generated(proto_tree_add_int(place->tree, field, place->tvb, 0, 0, value));
}

static void
add_boolean(const struct place *place, int field, bool value)
{
    proto_item_set_generated(proto_tree_add_boolean(place->tree, field, place->tvb, 0, 0, value));
}

static void
add_frame(const struct place *place, int field, uint32_t frame)
{
    if (frame != 0) {
        add_uint(place, field, frame);
    }
}

static void
add_time(const struct place *place, int field, struct hs_duration duration)
{
    const int64_t ns = hs_duration_ns(duration);

    if (ns != HS_TIME_UNKNOWN) {
        const nstime_t time = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};

        proto_item_set_generated(
            proto_tree_add_time(place->tree, field, place->tvb, 0, 0, &time));
    }
}

/* ---- the segment ---- */

static void
show_numbers(const struct place *place, const struct hs_note *note)
{
    add_uint(place, hf_tcphs_seq_rel, note->seq_rel);
    if (note->has_ack) {
        add_uint(place, hf_tcphs_ack_rel, note->ack_rel);
    }
    if (note->has_seq_delta) {
        add_int(place, hf_tcphs_seq_delta, note->seq_delta);
    }
    if (note->has_ack_delta) {
        add_int(place, hf_tcphs_ack_delta, note->ack_delta);
    }
    if (note->has_seq_gap) {
        add_int(place, hf_tcphs_seq_gap, note->seq_gap);
    }
}

static void
show_segment(const struct place *place, const struct hs_note *note)
{
    const bool from_client = note->sender == HS_SENDER_CLIENT;

    add_string(place, hf_tcphs_stage, hs_stage_name(note->stage));
    add_string(place, hf_tcphs_sender, hs_sender_name(note->sender));
    show_numbers(place, note);
    if (note->sender != HS_SENDER_UNKNOWN) {
        add_string(place, hf_tcphs_client_state,
                   hs_state_name(from_client ? note->sender_state : note->peer_state));
        add_string(place, hf_tcphs_server_state,
                   hs_state_name(from_client ? note->peer_state : note->sender_state));
    }
    if (note->retransmission) {
        add_boolean(place, hf_tcphs_retransmission, true);
    }
    if (note->stage == HS_STAGE_RST) {
        add_string(place, hf_tcphs_rst_verdict, hs_rst_verdict_name(note->verdict));
    }
    add_string(place, hf_tcphs_capture, note->duplicate ? "duplicate" : NULL);
    add_string(place, hf_tcphs_capture, note->reordered ? "reordered" : NULL);
    add_string(place, hf_tcphs_capture, note->cut ? "cut" : NULL);
}

static void
show_findings(const struct place *place, proto_item *item, packet_info *pinfo,
              const struct hs_note *note)
{
    char sentence[256];

    for (unsigned i = 0; i < note->finding_count; i++) {
        const struct hs_finding *finding = &note->findings[i];

        add_string(place, hf_tcphs_anomaly, hs_anomaly_slug(finding->anomaly));
        hs_finding_format(finding, sentence, sizeof sentence);
        expert_add_info_format(pinfo, item, &ei_tcphs[finding->anomaly], "TCP handshake: %s",
                               sentence);
    }
}

/* ---- the connection ---- */

static void
show_agreement(const struct place *place, const struct hs_conn *conn)
{
    const struct hs_offer *client = &hs_conn_client(conn)->offer;
    const struct hs_offer *server = &hs_conn_server(conn)->offer;

    if (client->present & TCP_HAS_MSS) {
        add_uint(place, hf_tcphs_mss_client, client->mss);
    }
    if (server->present & TCP_HAS_MSS) {
        add_uint(place, hf_tcphs_mss_server, server->mss);
    }
    if (hs_offer_agree(client, server, TCP_HAS_WSCALE)) {
        add_uint(place, hf_tcphs_wscale_client, hs_offer_window_shift(client));
        add_uint(place, hf_tcphs_wscale_server, hs_offer_window_shift(server));
    }
    add_boolean(place, hf_tcphs_sack, hs_offer_agree(client, server, TCP_HAS_SACK_PERMITTED));
    add_boolean(place, hf_tcphs_timestamps, hs_offer_agree(client, server, TCP_HAS_TIMESTAMPS));
    add_boolean(place, hf_tcphs_ecn, hs_offer_agree_ecn(client, server));
    add_boolean(place, hf_tcphs_multipath, hs_offer_agree_multipath(client, server));
    add_string(place, hf_tcphs_fastopen, hs_fastopen_name(hs_conn_fastopen(conn)));
}

static void
show_handshake(const struct place *place, const struct hs_conn *conn)
{
    add_frame(place, hf_tcphs_syn_frame, conn->syn_frame);
    add_frame(place, hf_tcphs_synack_frame, conn->synack_frame);
    add_frame(place, hf_tcphs_ack_frame, conn->ack_frame);
    if (conn->rst_frame != 0) {
        add_uint(place, hf_tcphs_rst_frame, conn->rst_frame);
        add_string(place, hf_tcphs_rst_effect, hs_rst_effect_name(conn->rst_effect));
    }
    if (conn->syn_count > 0) {
        add_uint(place, hf_tcphs_syn_count, conn->syn_count);
    }
    if (conn->synack_count > 0) {
        add_uint(place, hf_tcphs_synack_count, conn->synack_count);
    }
    add_time(place, hf_tcphs_rtt_server, conn->rtt_server);
    add_time(place, hf_tcphs_rtt_client, conn->rtt_client);
    add_time(place, hf_tcphs_setup_time, conn->setup);
}

static void
show_connection(const struct place *place, const struct hs_conn *conn)
{
    const enum hs_outcome outcome = hs_conn_outcome(conn);

    add_string(place, hf_tcphs_outcome, hs_outcome_name(outcome));
    add_string(place, hf_tcphs_outcome_by, hs_sender_name(hs_conn_outcome_by(conn)));
    if (outcome == HS_UNREACHABLE) {
        add_frame(place, hf_tcphs_unreachable_frame, conn->icmp.frame);
        add_uint(place, hf_tcphs_unreachable_type, conn->icmp.type);
        add_uint(place, hf_tcphs_unreachable_code, conn->icmp.code);
    }
    if (conn->syn_frame == 0) {
        add_string(place, hf_tcphs_partial, "no-opening");
    }
    add_string(place, hf_tcphs_partial, hs_conn_is_one_sided(conn) ? "one-sided" : NULL);
    show_handshake(place, conn);
    add_string(place, hf_tcphs_closed_by, hs_sender_name(hs_conn_closed_by(conn)));
    add_string(place, hf_tcphs_signature, hs_conn_signature(conn));
    add_string(place, hf_tcphs_conn_state, hs_zeek_conn_state(&conn->zeek));
    add_string(place, hf_tcphs_history, hs_zeek_history(&conn->zeek));
    add_frame(place, hf_tcphs_previous_frame, conn->previous_frame);
    add_frame(place, hf_tcphs_superseded_frame, conn->superseded_frame);
}

/* ---- the subtree ---- */

static proto_item *
add_subtree(struct place *place, proto_tree *tree)
{
    proto_item *item = proto_tree_add_item(tree, proto_tcphs, place->tvb, 0, 0, ENC_NA);

    proto_item_set_generated(item);
    place->tree = proto_item_add_subtree(item, ett_tcphs);
    return item;
}

/* Whether anybody reads the text of an item. */
static bool
is_read(proto_tree *tree)
{
    return tree != NULL && PTREE_DATA(tree)->visible;
}

void
tcphs_show_note(const struct hs_note *note, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct place place = {.tvb = tvb};
    proto_item *item = add_subtree(&place, tree);

    if (is_read(tree)) {
        char sentence[192];

        hs_note_format_sentence(note, sentence, sizeof sentence);
        proto_item_set_text(item, "TCP Handshake: %s", sentence);
    }
    show_segment(&place, note);
    show_findings(&place, item, pinfo, note);
    show_connection(&place, note->conn);
    if (note->complete && hs_conn_knows_offers(note->conn)) {
        show_agreement(&place, note->conn);
    }
}

void
tcphs_show_error(const struct hs_conn *conn, tvbuff_t *tvb, packet_info *pinfo _U_,
                 proto_tree *tree)
{
    struct place place = {.tvb = tvb};
    proto_item *item = add_subtree(&place, tree);

    if (is_read(tree)) {
        proto_item_set_text(item, "TCP Handshake: %s, for the SYN of frame %u",
                            hs_icmp_describe(&conn->icmp), conn->syn_frame);
    }
    show_connection(&place, conn);
}

/* ---- registration ---- */

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
         {"Distance from the expected sequence number", "tcphs.seq.gap", FT_INT32, BASE_DEC,
          NULL, 0,
          "0: in order; above 0: a hole; below 0: old data", HFILL}},
        {&hf_tcphs_client_state,
         {"Client state", "tcphs.client.state", FT_STRING, BASE_NONE, NULL, 0,
          "State of the client after this segment (RFC 9293), as far as segments prove it", HFILL}},
        {&hf_tcphs_server_state,
         {"Server state", "tcphs.server.state", FT_STRING, BASE_NONE, NULL, 0,
          "State of the server after this segment (RFC 9293), as far as segments prove it", HFILL}},
        {&hf_tcphs_retransmission,
         {"Retransmission", "tcphs.retransmission", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "All that this segment carries was sent before", HFILL}},
        {&hf_tcphs_capture,
         {"Capture", "tcphs.capture", FT_STRING, BASE_NONE, NULL, 0,
          "What the capture did to this segment: duplicate, reordered or cut", HFILL}},
        {&hf_tcphs_anomaly,
         {"Anomaly", "tcphs.anomaly", FT_STRING, BASE_NONE, NULL, 0,
          "What is odd about this segment", HFILL}},
        {&hf_tcphs_rst_verdict,
         {"RST verdict", "tcphs.rst.verdict", FT_STRING, BASE_NONE, NULL, 0,
          "How this RST stands to the numbers of its connection: in-order, in-window, old, "
          "out-of-window or bad-ack", HFILL}},
        {&hf_tcphs_outcome,
         {"Outcome", "tcphs.outcome", FT_STRING, BASE_NONE, NULL, 0,
          "How the connection went: so far in one pass, finally with two", HFILL}},
        {&hf_tcphs_outcome_by,
         {"Outcome by", "tcphs.outcome.by", FT_STRING, BASE_NONE, NULL, 0,
          "Who reset, refused or aborted the connection", HFILL}},
        {&hf_tcphs_partial,
         {"Partial", "tcphs.partial", FT_STRING, BASE_NONE, NULL, 0,
          "What of the connection was not captured", HFILL}},
        {&hf_tcphs_syn_frame,
         {"SYN in frame", "tcphs.syn.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The client's first SYN", HFILL}},
        {&hf_tcphs_synack_frame,
         {"SYN-ACK in frame", "tcphs.synack.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
          "The first SYN-ACK", HFILL}},
        {&hf_tcphs_ack_frame,
         {"ACK in frame", "tcphs.ack.frame", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0,
          "The segment that completed the handshake", HFILL}},
        {&hf_tcphs_rst_frame,
         {"RST in frame", "tcphs.rst.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The RST that ended the connection, or would have", HFILL}},
        {&hf_tcphs_rst_effect,
         {"RST effect", "tcphs.rst.effect", FT_STRING, BASE_NONE, NULL, 0,
          "What became of that RST: obeyed, ignored by its receiver or contradicted by its sender",
          HFILL}},
        {&hf_tcphs_signature,
         {"Signature", "tcphs.signature", FT_STRING, BASE_NONE, NULL, 0,
          "Where in its life the connection was killed, and by what", HFILL}},
        {&hf_tcphs_syn_count,
         {"SYNs", "tcphs.syn.count", FT_UINT32, BASE_DEC, NULL, 0,
          "How often the client sent its SYN", HFILL}},
        {&hf_tcphs_synack_count,
         {"SYN-ACKs", "tcphs.synack.count", FT_UINT32, BASE_DEC, NULL, 0,
          "How often the SYN was answered by a SYN-ACK", HFILL}},
        {&hf_tcphs_rtt_server,
         {"SYN to SYN-ACK", "tcphs.rtt.server", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the latest SYN to the first SYN-ACK: the way to the server and back", HFILL}},
        {&hf_tcphs_rtt_client,
         {"SYN-ACK to ACK", "tcphs.rtt.client", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the latest SYN-ACK to the ACK: the way to the client and back", HFILL}},
        {&hf_tcphs_setup_time,
         {"Set-up time", "tcphs.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first SYN to the completion of the handshake, retries included", HFILL}},
        {&hf_tcphs_mss_client,
         {"Client MSS", "tcphs.mss.client", FT_UINT16, BASE_DEC, NULL, 0,
          "Largest segment that the client accepts, in bytes", HFILL}},
        {&hf_tcphs_mss_server,
         {"Server MSS", "tcphs.mss.server", FT_UINT16, BASE_DEC, NULL, 0,
          "Largest segment that the server accepts, in bytes", HFILL}},
        {&hf_tcphs_wscale_client,
         {"Client window scale", "tcphs.wscale.client", FT_UINT8, BASE_DEC, NULL, 0,
          "Bits by which the client's windows are shifted, agreed upon", HFILL}},
        {&hf_tcphs_wscale_server,
         {"Server window scale", "tcphs.wscale.server", FT_UINT8, BASE_DEC, NULL, 0,
          "Bits by which the server's windows are shifted, agreed upon", HFILL}},
        {&hf_tcphs_sack,
         {"SACK", "tcphs.sack", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "Both sides permit selective acknowledgements (RFC 2018)", HFILL}},
        {&hf_tcphs_timestamps,
         {"Timestamps", "tcphs.timestamps", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "Both sides use timestamps (RFC 7323)", HFILL}},
        {&hf_tcphs_ecn,
         {"ECN", "tcphs.ecn", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "Both sides use explicit congestion notification (RFC 3168)", HFILL}},
        {&hf_tcphs_multipath,
         {"Multipath", "tcphs.multipath", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "Both sides use Multipath TCP (RFC 8684)", HFILL}},
        {&hf_tcphs_fastopen,
         {"Fast Open", "tcphs.fastopen", FT_STRING, BASE_NONE, NULL, 0,
          "What became of Fast Open (RFC 7413): requested, granted, accepted or ignored", HFILL}},
        {&hf_tcphs_closed_by,
         {"Closed by", "tcphs.closed_by", FT_STRING, BASE_NONE, NULL, 0,
          "Who sent the first FIN", HFILL}},
        {&hf_tcphs_conn_state,
         {"Zeek's conn_state", "tcphs.conn_state", FT_STRING, BASE_NONE, NULL, 0,
          "How the connection went in the words of Zeek's conn.log", HFILL}},
        {&hf_tcphs_history,
         {"Zeek's history", "tcphs.history", FT_STRING, BASE_NONE, NULL, 0,
          "What happened in the letters of Zeek's conn.log, the client's in upper case", HFILL}},
        {&hf_tcphs_unreachable_frame,
         {"Unreachable by frame", "tcphs.unreachable.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The ICMP error that quotes the SYN", HFILL}},
        {&hf_tcphs_unreachable_type,
         {"Unreachable type", "tcphs.unreachable.type", FT_UINT8, BASE_DEC, NULL, 0,
          "Type of the ICMP or ICMPv6 error", HFILL}},
        {&hf_tcphs_unreachable_code,
         {"Unreachable code", "tcphs.unreachable.code", FT_UINT8, BASE_DEC, NULL, 0,
          "Code of the ICMP or ICMPv6 error", HFILL}},
        {&hf_tcphs_previous_frame,
         {"Previous connection from frame", "tcphs.previous.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "First frame of the connection that had the same addresses and ports before", HFILL}},
        {&hf_tcphs_superseded_frame,
         {"Superseded in frame", "tcphs.superseded.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "First frame of the connection that has the same addresses and ports now", HFILL}},
    };
    static int *ett[] = {&ett_tcphs};

    proto_register_field_array(proto_tcphs, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

static void
register_expert_infos(void)
{
    static ei_register_info ei[HS_ANOMALY_COUNT];
    const expert_field not_registered = EI_INIT;

    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        const bool warn = hs_anomaly_severity(anomaly) == HS_WARN;

        ei_tcphs[anomaly] = not_registered;
        ei[anomaly] = (ei_register_info){
            &ei_tcphs[anomaly],
            {wmem_strdup_printf(wmem_epan_scope(), "tcphs.%s", hs_anomaly_slug(anomaly)),
             PI_SEQUENCE, warn ? PI_WARN : PI_NOTE, hs_anomaly_summary(anomaly), EXPFILL}};
    }
    expert_register_field_array(expert_register_protocol(proto_tcphs), ei, array_length(ei));
}

void
tcphs_show_register(int proto)
{
    proto_tcphs = proto;
    register_fields();
    register_expert_infos();
}
