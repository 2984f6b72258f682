/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's http takes every first line that begins or ends with "HTTP/1.", asks no further, and
 * shows nothing of a BREW or a WHEN. Its heuristic comes before ours as soon as it has once found
 * something. So it is made to decline what is coffee beyond doubt; of all else it is asked as
 * before. On a connection that http has found so, every segment is looked at again: one may begin
 * with GET and go on with BREW.
 */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/packet.h>

#include "htcpcp_start.h"
#include "htcpcp_uri.h"
#include "packet-htcpcp-conv.h"
#include "packet-htcpcp-found.h"

/* A start line is looked for in so many octets. */
#define START_LINE_MAX 2048

static dissector_handle_t htcpcp_handle;
static dissector_handle_t chooser_handle;
static dissector_handle_t http_handle;

static heur_dtbl_entry_t *tcp_entry;
static heur_dtbl_entry_t *tls_entry;
static heur_dissector_t http_tcp_heuristic;
static heur_dissector_t http_tls_heuristic;

/* HTTP/1.x in the version, which http looks for, too. */
static bool
is_http_version(const uint8_t *octets, struct htcpcp_span version)
{
    static const char http[] = "HTTP/";

    return version.len >= sizeof(http) - 1 &&
           htcpcp_word_equal(octets + version.at, sizeof(http) - 1, http);
}

static bool
is_coffee_request(const uint8_t *octets, const struct htcpcp_start *start)
{
    const bool ours =
        start->command == HTCPCP_METHOD_BREW || start->command == HTCPCP_METHOD_WHEN;
    struct htcpcp_uri uri;

    if (start->version.len > 0 && (ours || !is_http_version(octets, start->version))) {
        return true;
    }
    htcpcp_uri_parse(octets, start->uri, &uri);
    return start->version.len > 0 ? uri.known != NULL
                                  : ours && start->uri.len > 0 && octets[start->uri.at] == '/';
}

/* Whether tvb begins with a start line that no other protocol has. */
static bool
is_coffee(tvbuff_t *tvb)
{
    const unsigned captured = tvb_captured_length(tvb);
    const size_t len = captured < START_LINE_MAX ? captured : START_LINE_MAX;
    const uint8_t *octets;
    struct htcpcp_start start;

    if (len == 0) {
        return false;
    }
    octets = tvb_get_ptr(tvb, 0, (int)len);
    if (htcpcp_start_parse(HTCPCP_NEITHER, octets, len, 0, &start) != HTCPCP_MATCH_FULL ||
        !start.ended) {
        return false;
    }
    return start.kind == HTCPCP_REQUEST ? is_coffee_request(octets, &start)
                                        : !is_http_version(octets, start.version);
}

static bool
is_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    struct htcpcp_conv *conv = htcpcp_conv_find(pinfo);

    return (conv != NULL && conv->halves[0].stream.sender != HTCPCP_NEITHER) || is_coffee(tvb);
}

static ws_bool_t
find_over_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!is_coffee(tvb)) {
        return false;
    }
    if (htcpcp_is_first_visit(pinfo)) {
        conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo),
                                                     pinfo->num, htcpcp_handle);
    }
    return call_dissector_only(htcpcp_handle, tvb, pinfo, tree, data) > 0;
}

static ws_bool_t
find_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return is_ours(tvb, pinfo) && call_dissector_only(htcpcp_handle, tvb, pinfo, tree, NULL) > 0;
}

static bool
is_on(const heur_dtbl_entry_t *entry)
{
    return entry != NULL && entry->enabled && proto_is_protocol_enabled(entry->protocol);
}

/* http has found one of its connections: puts the chooser before it. */
static void
chooser_put(packet_info *pinfo)
{
    conversation_t *conversation =
        htcpcp_is_first_visit(pinfo) ? find_conversation_pinfo(pinfo, 0) : NULL;

    if (conversation != NULL &&
        conversation_get_dissector(conversation, pinfo->num) == http_handle) {
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, chooser_handle);
    }
}

static ws_bool_t
http_find_over_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    ws_bool_t found;

    if (is_on(tcp_entry) && is_coffee(tvb)) {
        return false;
    }
    found = http_tcp_heuristic(tvb, pinfo, tree, data);
    if (found && is_on(tcp_entry)) {
        chooser_put(pinfo);
    }
    return found;
}

static ws_bool_t
http_find_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return is_on(tls_entry) && is_ours(tvb, pinfo) ? false
                                                   : http_tls_heuristic(tvb, pinfo, tree, data);
}

static int
choose(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    dissector_handle_t handle = http_handle;

    if (htcpcp_is_first_visit(pinfo) && is_on(tcp_entry) && is_coffee(tvb)) {
        conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

        if (conversation != NULL) {
            conversation_set_dissector_from_frame_number(conversation, pinfo->num, htcpcp_handle);
            handle = htcpcp_handle;
        }
    }
    /* Every dissector that is called may ask for reassembly once less than the one before it. */
    if (pinfo->can_desegment > 0) {
        pinfo->can_desegment++;
    }
    return call_dissector_only(handle, tvb, pinfo, tree, data);
}

void
htcpcp_found_handoff(int proto, dissector_handle_t handle, dissector_handle_t body)
{
    static const char *const types[] = {"message/coffeepot", "message/teapot",
                                        "application/coffee-pot-command"};
    heur_dtbl_entry_t *http_tcp, *http_tls;

    htcpcp_handle = handle;
    http_handle = find_dissector("http-over-tcp");
    /* No protocol of its own: it is to leave no layer. */
    chooser_handle = create_dissector_handle(choose, -1);

    heur_dissector_add("tcp", find_over_tcp, "HTCPCP over TCP", "htcpcp_tcp", proto,
                       HEURISTIC_ENABLE);
    heur_dissector_add("tls", find_over_tls, "HTCPCP over TLS", "htcpcp_tls", proto,
                       HEURISTIC_ENABLE);
    tcp_entry = find_heur_dissector_by_unique_short_name("htcpcp_tcp");
    tls_entry = find_heur_dissector_by_unique_short_name("htcpcp_tls");
    http_tcp = find_heur_dissector_by_unique_short_name("http_tcp");
    http_tls = find_heur_dissector_by_unique_short_name("http_tls");
    if (http_tcp != NULL && http_handle != NULL) {
        http_tcp_heuristic = http_tcp->dissector;
        http_tcp->dissector = http_find_over_tcp;
    }
    if (http_tls != NULL) {
        http_tls_heuristic = http_tls->dissector;
        http_tls->dissector = http_find_over_tls;
    }
    for (size_t i = 0; i < array_length(types); i++) {
        dissector_add_string("media_type", types[i], body);
    }
}
