/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The fields and expert infos of tcphs, and the subtree that shows them.
 */
#include "packet-tcphs-parts.h"

#include <epan/expert.h>
#include <epan/tap.h>

#include "hs_outcome.h"
#include "hs_signature.h"

static int proto_tcphs = -1;

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

static int hf_tcphs[FIELD_COUNT];

/* Here Wireshark marks the fields that somebody asks for. */
static hf_register_info fields[FIELD_COUNT];

static int ett_tcphs = -1;

static expert_field ei_tcphs[HS_ANOMALY_COUNT];

/* A place in the tree. Everything that tcphs shows is worked out, and lies nowhere in the packet. */
struct place {
    proto_tree *tree;
    bool is_read; /* somebody reads the text of each item */
};

/* ---- items; what is not known, or not asked for, has none ---- */

/* As proto_field_is_referenced(), which takes five times as long. */
static bool
is_asked_for(const struct place *place, enum field field)
{
    return place->is_read || fields[field].hfinfo.ref_type != HF_REF_TYPE_NONE;
}

/* Whether any is of the fields from first up to, not including, end. Nearly always none is, by a filter
 * on the stage for example: so it is asked without a branch a field. */
static bool
is_any_asked_for(const struct place *place, enum field first, enum field end)
{
    unsigned references = place->is_read;

    _Static_assert(HF_REF_TYPE_NONE == 0, "references add up by or");
#pragma GCC unroll 8
    for (unsigned field = first; field < (unsigned)end; field++) {
        references |= fields[field].hfinfo.ref_type;
    }
    return references != 0;
}

static void
add_string(const struct place *place, enum field field, const char *value)
{
    if (value != NULL && is_asked_for(place, field)) {
        proto_item_set_generated(
            proto_tree_add_string(place->tree, hf_tcphs[field], NULL, 0, 0, value));
    }
}

static void
add_uint(const struct place *place, enum field field, uint32_t value)
{
    if (is_asked_for(place, field)) {
        proto_item_set_generated(
            proto_tree_add_uint(place->tree, hf_tcphs[field], NULL, 0, 0, value));
    }
}

static void
add_int(const struct place *place, enum field field, int32_t value)
{
    if (is_asked_for(place, field)) {
        proto_item_set_generated(
            proto_tree_add_int(place->tree, hf_tcphs[field], NULL, 0, 0, value));
    }
}

static void
add_boolean(const struct place *place, enum field field, bool value)
{
    if (is_asked_for(place, field)) {
        proto_item_set_generated(
            proto_tree_add_boolean(place->tree, hf_tcphs[field], NULL, 0, 0, value));
    }
}

static void
add_frame(const struct place *place, enum field field, uint32_t frame)
{
    if (frame != 0) {
        add_uint(place, field, frame);
    }
}

static void
add_time(const struct place *place, enum field field, struct hs_duration duration)
{
    const int64_t ns = hs_duration_ns(duration);

    if (ns != HS_TIME_UNKNOWN && is_asked_for(place, field)) {
        const nstime_t time = {.secs = (time_t)(ns / 1000000000), .nsecs = (int)(ns % 1000000000)};

        proto_item_set_generated(
            proto_tree_add_time(place->tree, hf_tcphs[field], NULL, 0, 0, &time));
    }
}

/* ---- the segment ---- */

static void
show_numbers(const struct place *place, const struct hs_note *note)
{
    add_uint(place, FIELD_SEQ_REL, note->seq_rel);
    if (note->has_ack) {
        add_uint(place, FIELD_ACK_REL, note->ack_rel);
    }
    if (note->has_seq_delta) {
        add_int(place, FIELD_SEQ_DELTA, note->seq_delta);
    }
    if (note->has_ack_delta) {
        add_int(place, FIELD_ACK_DELTA, note->ack_delta);
    }
    if (note->has_seq_gap) {
        add_int(place, FIELD_SEQ_GAP, note->seq_gap);
    }
}

static void
show_segment(const struct place *place, const struct hs_note *note)
{
    const bool from_client = note->sender == HS_SENDER_CLIENT;

    add_string(place, FIELD_STAGE, hs_stage_name(note->stage));
    if (!is_any_asked_for(place, FIELD_SENDER, FIELD_OUTCOME)) {
        return;
    }
    add_string(place, FIELD_SENDER, hs_sender_name(note->sender));
    show_numbers(place, note);
    if (note->sender != HS_SENDER_UNKNOWN) {
        add_string(place, FIELD_CLIENT_STATE,
                   hs_state_name(from_client ? note->sender_state : note->peer_state));
        add_string(place, FIELD_SERVER_STATE,
                   hs_state_name(from_client ? note->peer_state : note->sender_state));
    }
    if (note->retransmission) {
        add_boolean(place, FIELD_RETRANSMISSION, true);
    }
    if (note->stage == HS_STAGE_RST) {
        add_string(place, FIELD_RST_VERDICT, hs_rst_verdict_name(note->verdict));
    }
    add_string(place, FIELD_CAPTURE, note->duplicate ? "duplicate" : NULL);
    add_string(place, FIELD_CAPTURE, note->reordered ? "reordered" : NULL);
    add_string(place, FIELD_CAPTURE, note->cut ? "cut" : NULL);
}

static void
show_findings(const struct place *place, proto_item *item, packet_info *pinfo,
              const struct hs_note *note)
{
    char sentence[256];

    for (unsigned i = 0; i < note->finding_count; i++) {
        const struct hs_finding *finding = hs_note_finding(note, i);

        add_string(place, FIELD_ANOMALY, hs_anomaly_slug(finding->anomaly));
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
        add_uint(place, FIELD_MSS_CLIENT, client->mss);
    }
    if (server->present & TCP_HAS_MSS) {
        add_uint(place, FIELD_MSS_SERVER, server->mss);
    }
    if (hs_offer_agree(client, server, TCP_HAS_WSCALE)) {
        add_uint(place, FIELD_WSCALE_CLIENT, hs_offer_window_shift(client));
        add_uint(place, FIELD_WSCALE_SERVER, hs_offer_window_shift(server));
    }
    add_boolean(place, FIELD_SACK, hs_offer_agree(client, server, TCP_HAS_SACK_PERMITTED));
    add_boolean(place, FIELD_TIMESTAMPS, hs_offer_agree(client, server, TCP_HAS_TIMESTAMPS));
    add_boolean(place, FIELD_ECN, hs_offer_agree_ecn(client, server));
    add_boolean(place, FIELD_MULTIPATH, hs_offer_agree_multipath(client, server));
    add_string(place, FIELD_FASTOPEN, hs_fastopen_name(hs_conn_fastopen(conn)));
}

static void
show_handshake(const struct place *place, const struct hs_conn *conn)
{
    add_frame(place, FIELD_SYN_FRAME, conn->syn_frame);
    add_frame(place, FIELD_SYNACK_FRAME, conn->synack_frame);
    add_frame(place, FIELD_ACK_FRAME, conn->ack_frame);
    if (conn->rst_frame != 0) {
        add_uint(place, FIELD_RST_FRAME, conn->rst_frame);
        add_string(place, FIELD_RST_EFFECT, hs_rst_effect_name(conn->rst_effect));
    }
    if (conn->syn_count > 0) {
        add_uint(place, FIELD_SYN_COUNT, conn->syn_count);
    }
    if (conn->synack_count > 0) {
        add_uint(place, FIELD_SYNACK_COUNT, conn->synack_count);
    }
    add_time(place, FIELD_RTT_SERVER, conn->rtt_server);
    add_time(place, FIELD_RTT_CLIENT, conn->rtt_client);
    add_time(place, FIELD_SETUP_TIME, conn->setup);
}

static void
show_connection(const struct place *place, const struct hs_conn *conn)
{
    const enum hs_outcome outcome = hs_conn_outcome(conn);

    add_string(place, FIELD_OUTCOME, hs_outcome_name(outcome));
    add_string(place, FIELD_OUTCOME_BY, hs_sender_name(hs_conn_outcome_by(conn)));
    if (outcome == HS_UNREACHABLE) {
        add_frame(place, FIELD_UNREACHABLE_FRAME, conn->icmp.frame);
        add_uint(place, FIELD_UNREACHABLE_TYPE, conn->icmp.type);
        add_uint(place, FIELD_UNREACHABLE_CODE, conn->icmp.code);
    }
    if (conn->syn_frame == 0) {
        add_string(place, FIELD_PARTIAL, "no-opening");
    }
    add_string(place, FIELD_PARTIAL, hs_conn_is_one_sided(conn) ? "one-sided" : NULL);
    show_handshake(place, conn);
    add_string(place, FIELD_CLOSED_BY, hs_sender_name(hs_conn_closed_by(conn)));
    add_string(place, FIELD_SIGNATURE, hs_conn_signature(conn));
    add_string(place, FIELD_CONN_STATE, hs_zeek_conn_state(&conn->zeek));
    add_string(place, FIELD_HISTORY, hs_zeek_history(&conn->zeek));
    add_frame(place, FIELD_PREVIOUS_FRAME, conn->previous_frame);
    add_frame(place, FIELD_SUPERSEDED_FRAME, conn->superseded_frame);
}

/* ---- the subtree ---- */

/* Whether somebody may see that the items hang on an item of the protocol: who reads the tree, who asks
 * for the protocol, whose tap walks the tree, as that of the protocol hierarchy does. Else there is a
 * filter or a column that asks for fields, wherever in the tree they are. */
static bool
is_shape_seen(const proto_tree *tree)
{
    return tree == NULL || PTREE_DATA(tree)->visible || !PTREE_DATA(tree)->fake_protocols ||
           proto_registrar_get_nth((unsigned)proto_tcphs)->ref_type == HF_REF_TYPE_DIRECT ||
           (union_of_tap_listener_flags() & TL_REQUIRES_PROTO_TREE);
}

static proto_item *
add_subtree(struct place *place, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *item = proto_tree_add_item(tree, proto_tcphs, tvb, 0, 0, ENC_NA);

    proto_item_set_generated(item);
    place->tree = proto_item_add_subtree(item, ett_tcphs);
    place->is_read = tree != NULL && PTREE_DATA(tree)->visible;
    return item;
}

void
tcphs_show_note(const struct hs_note *note, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct place place = {.tree = tree};
    proto_item *item = NULL;

    if (note->finding_count > 0 || is_shape_seen(tree)) {
        item = add_subtree(&place, tvb, tree);
    }
    if (place.is_read) {
        char sentence[192];

        hs_note_format_sentence(note, sentence, sizeof sentence);
        proto_item_set_text(item, "TCP Handshake: %s", sentence);
    }
    show_segment(&place, note);
    show_findings(&place, item, pinfo, note);
    if (is_any_asked_for(&place, FIELD_OUTCOME, FIELD_COUNT)) {
        const struct hs_conn *conn = hs_note_conn(note);

        show_connection(&place, conn);
        if (note->complete && hs_conn_knows_offers(conn)) {
            show_agreement(&place, conn);
        }
    }
}

void
tcphs_show_error(const struct hs_conn *conn, tvbuff_t *tvb, proto_tree *tree)
{
    struct place place;
    proto_item *item = add_subtree(&place, tvb, tree);

    if (place.is_read) {
        proto_item_set_text(item, "TCP Handshake: %s, for the SYN of frame %u",
                            hs_icmp_describe(&conn->icmp), conn->syn_frame);
    }
    show_connection(&place, conn);
}

/* ---- registration ---- */

static hf_register_info fields[FIELD_COUNT] = {
    [FIELD_STAGE] = {&hf_tcphs[FIELD_STAGE],
     {"Stage", "tcphs.stage", FT_STRING, BASE_NONE, NULL, 0,
      "What this segment is in the life of its connection", HFILL}},
    [FIELD_SENDER] = {&hf_tcphs[FIELD_SENDER],
     {"Sender", "tcphs.sender", FT_STRING, BASE_NONE, NULL, 0,
      "Who sent this segment: the client is who sent the first SYN", HFILL}},
    [FIELD_SEQ_REL] = {&hf_tcphs[FIELD_SEQ_REL],
     {"Relative sequence number", "tcphs.seq.rel", FT_UINT32, BASE_DEC, NULL, 0,
      "From the sender's initial sequence number, or from the first number seen of it", HFILL}},
    [FIELD_ACK_REL] = {&hf_tcphs[FIELD_ACK_REL],
     {"Relative acknowledgement number", "tcphs.ack.rel", FT_UINT32, BASE_DEC, NULL, 0,
      "From the initial sequence number of the other side, or from the first number seen of it",
      HFILL}},
    [FIELD_SEQ_DELTA] = {&hf_tcphs[FIELD_SEQ_DELTA],
     {"Sequence number moved by", "tcphs.seq.delta", FT_INT32, BASE_DEC, NULL, 0,
      "Since the previous segment of the same sender", HFILL}},
    [FIELD_ACK_DELTA] = {&hf_tcphs[FIELD_ACK_DELTA],
     {"Acknowledgement number moved by", "tcphs.ack.delta", FT_INT32, BASE_DEC, NULL, 0,
      "Since the previous segment of the same sender: what is newly acknowledged", HFILL}},
    [FIELD_SEQ_GAP] = {&hf_tcphs[FIELD_SEQ_GAP],
     {"Distance from the expected sequence number", "tcphs.seq.gap", FT_INT32, BASE_DEC,
      NULL, 0,
      "0: in order; above 0: a hole; below 0: old data", HFILL}},
    [FIELD_CLIENT_STATE] = {&hf_tcphs[FIELD_CLIENT_STATE],
     {"Client state", "tcphs.client.state", FT_STRING, BASE_NONE, NULL, 0,
      "State of the client after this segment (RFC 9293), as far as segments prove it", HFILL}},
    [FIELD_SERVER_STATE] = {&hf_tcphs[FIELD_SERVER_STATE],
     {"Server state", "tcphs.server.state", FT_STRING, BASE_NONE, NULL, 0,
      "State of the server after this segment (RFC 9293), as far as segments prove it", HFILL}},
    [FIELD_RETRANSMISSION] = {&hf_tcphs[FIELD_RETRANSMISSION],
     {"Retransmission", "tcphs.retransmission", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "All that this segment carries was sent before", HFILL}},
    [FIELD_CAPTURE] = {&hf_tcphs[FIELD_CAPTURE],
     {"Capture", "tcphs.capture", FT_STRING, BASE_NONE, NULL, 0,
      "What the capture did to this segment: duplicate, reordered or cut", HFILL}},
    [FIELD_ANOMALY] = {&hf_tcphs[FIELD_ANOMALY],
     {"Anomaly", "tcphs.anomaly", FT_STRING, BASE_NONE, NULL, 0,
      "What is odd about this segment", HFILL}},
    [FIELD_RST_VERDICT] = {&hf_tcphs[FIELD_RST_VERDICT],
     {"RST verdict", "tcphs.rst.verdict", FT_STRING, BASE_NONE, NULL, 0,
      "How this RST stands to the numbers of its connection: in-order, in-window, old, "
      "out-of-window or bad-ack", HFILL}},
    [FIELD_OUTCOME] = {&hf_tcphs[FIELD_OUTCOME],
     {"Outcome", "tcphs.outcome", FT_STRING, BASE_NONE, NULL, 0,
      "How the connection went: so far in one pass, finally with two", HFILL}},
    [FIELD_OUTCOME_BY] = {&hf_tcphs[FIELD_OUTCOME_BY],
     {"Outcome by", "tcphs.outcome.by", FT_STRING, BASE_NONE, NULL, 0,
      "Who reset, refused or aborted the connection", HFILL}},
    [FIELD_PARTIAL] = {&hf_tcphs[FIELD_PARTIAL],
     {"Partial", "tcphs.partial", FT_STRING, BASE_NONE, NULL, 0,
      "What of the connection was not captured", HFILL}},
    [FIELD_SYN_FRAME] = {&hf_tcphs[FIELD_SYN_FRAME],
     {"SYN in frame", "tcphs.syn.frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
      "The client's first SYN", HFILL}},
    [FIELD_SYNACK_FRAME] = {&hf_tcphs[FIELD_SYNACK_FRAME],
     {"SYN-ACK in frame", "tcphs.synack.frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
      "The first SYN-ACK", HFILL}},
    [FIELD_ACK_FRAME] = {&hf_tcphs[FIELD_ACK_FRAME],
     {"ACK in frame", "tcphs.ack.frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0,
      "The segment that completed the handshake", HFILL}},
    [FIELD_RST_FRAME] = {&hf_tcphs[FIELD_RST_FRAME],
     {"RST in frame", "tcphs.rst.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
      "The RST that ended the connection, or would have", HFILL}},
    [FIELD_RST_EFFECT] = {&hf_tcphs[FIELD_RST_EFFECT],
     {"RST effect", "tcphs.rst.effect", FT_STRING, BASE_NONE, NULL, 0,
      "What became of that RST: obeyed, ignored by its receiver or contradicted by its sender",
      HFILL}},
    [FIELD_SIGNATURE] = {&hf_tcphs[FIELD_SIGNATURE],
     {"Signature", "tcphs.signature", FT_STRING, BASE_NONE, NULL, 0,
      "Where in its life the connection was killed, and by what", HFILL}},
    [FIELD_SYN_COUNT] = {&hf_tcphs[FIELD_SYN_COUNT],
     {"SYNs", "tcphs.syn.count", FT_UINT32, BASE_DEC, NULL, 0,
      "How often the client sent its SYN", HFILL}},
    [FIELD_SYNACK_COUNT] = {&hf_tcphs[FIELD_SYNACK_COUNT],
     {"SYN-ACKs", "tcphs.synack.count", FT_UINT32, BASE_DEC, NULL, 0,
      "How often the SYN was answered by a SYN-ACK", HFILL}},
    [FIELD_RTT_SERVER] = {&hf_tcphs[FIELD_RTT_SERVER],
     {"SYN to SYN-ACK", "tcphs.rtt.server", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
      "From the latest SYN to the first SYN-ACK: the way to the server and back", HFILL}},
    [FIELD_RTT_CLIENT] = {&hf_tcphs[FIELD_RTT_CLIENT],
     {"SYN-ACK to ACK", "tcphs.rtt.client", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
      "From the latest SYN-ACK to the ACK: the way to the client and back", HFILL}},
    [FIELD_SETUP_TIME] = {&hf_tcphs[FIELD_SETUP_TIME],
     {"Set-up time", "tcphs.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
      "From the first SYN to the completion of the handshake, retries included", HFILL}},
    [FIELD_MSS_CLIENT] = {&hf_tcphs[FIELD_MSS_CLIENT],
     {"Client MSS", "tcphs.mss.client", FT_UINT16, BASE_DEC, NULL, 0,
      "Largest segment that the client accepts, in bytes", HFILL}},
    [FIELD_MSS_SERVER] = {&hf_tcphs[FIELD_MSS_SERVER],
     {"Server MSS", "tcphs.mss.server", FT_UINT16, BASE_DEC, NULL, 0,
      "Largest segment that the server accepts, in bytes", HFILL}},
    [FIELD_WSCALE_CLIENT] = {&hf_tcphs[FIELD_WSCALE_CLIENT],
     {"Client window scale", "tcphs.wscale.client", FT_UINT8, BASE_DEC, NULL, 0,
      "Bits by which the client's windows are shifted, agreed upon", HFILL}},
    [FIELD_WSCALE_SERVER] = {&hf_tcphs[FIELD_WSCALE_SERVER],
     {"Server window scale", "tcphs.wscale.server", FT_UINT8, BASE_DEC, NULL, 0,
      "Bits by which the server's windows are shifted, agreed upon", HFILL}},
    [FIELD_SACK] = {&hf_tcphs[FIELD_SACK],
     {"SACK", "tcphs.sack", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "Both sides permit selective acknowledgements (RFC 2018)", HFILL}},
    [FIELD_TIMESTAMPS] = {&hf_tcphs[FIELD_TIMESTAMPS],
     {"Timestamps", "tcphs.timestamps", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "Both sides use timestamps (RFC 7323)", HFILL}},
    [FIELD_ECN] = {&hf_tcphs[FIELD_ECN],
     {"ECN", "tcphs.ecn", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "Both sides use explicit congestion notification (RFC 3168)", HFILL}},
    [FIELD_MULTIPATH] = {&hf_tcphs[FIELD_MULTIPATH],
     {"Multipath", "tcphs.multipath", FT_BOOLEAN, BASE_NONE, NULL, 0,
      "Both sides use Multipath TCP (RFC 8684)", HFILL}},
    [FIELD_FASTOPEN] = {&hf_tcphs[FIELD_FASTOPEN],
     {"Fast Open", "tcphs.fastopen", FT_STRING, BASE_NONE, NULL, 0,
      "What became of Fast Open (RFC 7413): requested, granted, accepted or ignored", HFILL}},
    [FIELD_CLOSED_BY] = {&hf_tcphs[FIELD_CLOSED_BY],
     {"Closed by", "tcphs.closed_by", FT_STRING, BASE_NONE, NULL, 0,
      "Who sent the first FIN", HFILL}},
    [FIELD_CONN_STATE] = {&hf_tcphs[FIELD_CONN_STATE],
     {"Zeek's conn_state", "tcphs.conn_state", FT_STRING, BASE_NONE, NULL, 0,
      "How the connection went in the words of Zeek's conn.log", HFILL}},
    [FIELD_HISTORY] = {&hf_tcphs[FIELD_HISTORY],
     {"Zeek's history", "tcphs.history", FT_STRING, BASE_NONE, NULL, 0,
      "What happened in the letters of Zeek's conn.log, the client's in upper case", HFILL}},
    [FIELD_UNREACHABLE_FRAME] = {&hf_tcphs[FIELD_UNREACHABLE_FRAME],
     {"Unreachable by frame", "tcphs.unreachable.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
      "The ICMP error that quotes the SYN", HFILL}},
    [FIELD_UNREACHABLE_TYPE] = {&hf_tcphs[FIELD_UNREACHABLE_TYPE],
     {"Unreachable type", "tcphs.unreachable.type", FT_UINT8, BASE_DEC, NULL, 0,
      "Type of the ICMP or ICMPv6 error", HFILL}},
    [FIELD_UNREACHABLE_CODE] = {&hf_tcphs[FIELD_UNREACHABLE_CODE],
     {"Unreachable code", "tcphs.unreachable.code", FT_UINT8, BASE_DEC, NULL, 0,
      "Code of the ICMP or ICMPv6 error", HFILL}},
    [FIELD_PREVIOUS_FRAME] = {&hf_tcphs[FIELD_PREVIOUS_FRAME],
     {"Previous connection from frame", "tcphs.previous.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
      "First frame of the connection that had the same addresses and ports before", HFILL}},
    [FIELD_SUPERSEDED_FRAME] = {&hf_tcphs[FIELD_SUPERSEDED_FRAME],
     {"Superseded in frame", "tcphs.superseded.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
      "First frame of the connection that has the same addresses and ports now", HFILL}},
};

static void
register_fields(void)
{
    for (enum field field = 0; field < FIELD_COUNT; field++) {
        hf_tcphs[field] = -1;
    }
    proto_register_field_array(proto_tcphs, fields, FIELD_COUNT);
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
    static int *ett[] = {&ett_tcphs};

    proto_tcphs = proto;
    register_fields();
    proto_register_subtree_array(ett, array_length(ett));
    register_expert_infos();
}
