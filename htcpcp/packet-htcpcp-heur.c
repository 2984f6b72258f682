/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Heuristics for HTCPCP on any TCP port and in TLS. Connections that http detects first are dissected as
 * without this plugin unless the preference says otherwise (packet-htcpcp-http.c).
 */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/packet.h>

#include "htcpcp_claim.h"
#include "packet-htcpcp-conv.h"
#include "packet-htcpcp-heur.h"

static dissector_t dissect_htcpcp;
static dissector_handle_t htcpcp_handle;
static dissector_handle_t tls_handle;
static int proto_http = -1;
static bool takes_turns;

bool
htcpcp_heur_is_sure(tvbuff_t *tvb)
{
    const unsigned captured = tvb_captured_length(tvb);
    const unsigned len = captured < HTCPCP_CLAIM_MAX ? captured : HTCPCP_CLAIM_MAX;

    return htcpcp_claim_is_sure(tvb_get_ptr(tvb, 0, (int)len), len);
}

bool
htcpcp_heur_is_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    const struct htcpcp_conv *conv;

    if (!htcpcp_is_first_visit(pinfo)) {
        return htcpcp_record_is_of(tvb, pinfo);
    }
    conv = htcpcp_conv_find(pinfo);
    return (conv != NULL && conv->halves[0].stream.sender != HTCPCP_KIND_NEITHER) ||
           htcpcp_heur_is_sure(tvb);
}

/* The caller of a heuristic adds the layer; a call by handle would add it twice. */
static ws_bool_t
dissect_over_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!htcpcp_heur_is_sure(tvb)) {
        return false;
    }
    if (htcpcp_is_first_visit(pinfo)) {
        conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                     htcpcp_handle);
    }
    return dissect_htcpcp(tvb, pinfo, tree, data) > 0;
}

/* http takes all records of a connection after it has taken one. */
static bool
is_taken_by_http(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation != NULL && conversation_get_proto_data(conversation, proto_http) != NULL;
}

/* On the first visit HTCPCP becomes the dissector of the connection, so that later passes do not depend
 * on the order of heuristics. */
static ws_bool_t
dissect_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (takes_turns) {
        return htcpcp_heur_is_ours(tvb, pinfo) && dissect_htcpcp(tvb, pinfo, tree, NULL) > 0;
    }
    if (!htcpcp_is_first_visit(pinfo) || !htcpcp_heur_is_sure(tvb) || is_taken_by_http(pinfo)) {
        return false;
    }
    tls_set_appdata_dissector(tls_handle, pinfo, htcpcp_handle);
    return dissect_htcpcp(tvb, pinfo, tree, NULL) > 0;
}

void
htcpcp_heur_set_turns(bool turns)
{
    takes_turns = turns;
}

void
htcpcp_heur_handoff(int proto, dissector_t dissect, dissector_handle_t handle,
                    dissector_handle_t body)
{
    static const char *const types[] = {"message/coffeepot", "message/teapot",
                                        "application/coffee-pot-command"};

    dissect_htcpcp = dissect;
    htcpcp_handle = handle;
    tls_handle = find_dissector("tls");
    proto_http = proto_get_id_by_filter_name("http");
    heur_dissector_add("tcp", dissect_over_tcp, "HTCPCP over TCP", "htcpcp_tcp", proto,
                       HEURISTIC_ENABLE);
    heur_dissector_add("tls", dissect_over_tls, "HTCPCP over TLS", "htcpcp_tls", proto,
                       HEURISTIC_ENABLE);
    for (size_t i = 0; i < array_length(types); i++) {
        dissector_add_string("media_type", types[i], body);
    }
}
