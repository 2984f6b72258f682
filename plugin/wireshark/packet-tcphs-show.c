/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The subtree that shows what tcphs knows of a segment and its connection.
 */
#include "packet-tcphs-parts.h"

#include <epan/expert.h>
#include <epan/tap.h>

#include "hs_outcome.h"
#include "hs_reset.h"
#include "hs_signature.h"
#include "packet-tcphs-fields.h"

static int proto_tcphs = -1;

static int ett_tcphs = -1;

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
    return place->is_read || tcphs_fields[field].hfinfo.ref_type != HF_REF_TYPE_NONE;
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
        references |= tcphs_fields[field].hfinfo.ref_type;
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
    const struct hs_options *client = &hs_conn_client(conn)->syn_options;
    const struct hs_options *server = &hs_conn_server(conn)->syn_options;

    if (client->present & TCP_HAS_MSS) {
        add_uint(place, FIELD_MSS_CLIENT, client->mss);
    }
    if (server->present & TCP_HAS_MSS) {
        add_uint(place, FIELD_MSS_SERVER, server->mss);
    }
    if (hs_options_agree(client, server, TCP_HAS_WSCALE)) {
        add_uint(place, FIELD_WSCALE_CLIENT, hs_options_window_shift(client));
        add_uint(place, FIELD_WSCALE_SERVER, hs_options_window_shift(server));
    }
    add_boolean(place, FIELD_SACK, hs_options_agree(client, server, TCP_HAS_SACK_PERMITTED));
    add_boolean(place, FIELD_TIMESTAMPS, hs_options_agree(client, server, TCP_HAS_TIMESTAMPS));
    add_boolean(place, FIELD_ECN, hs_options_agree_ecn(client, server));
    add_boolean(place, FIELD_MULTIPATH, hs_options_agree_multipath(client, server));
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
    if (outcome == HS_OUTCOME_UNREACHABLE) {
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
        if (note->complete && hs_conn_knows_options(conn)) {
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

void
tcphs_show_register(int proto)
{
    static int *ett[] = {&ett_tcphs};

    proto_tcphs = proto;
    tcphs_fields_register(proto);
    proto_register_subtree_array(ett, array_length(ett));
}
