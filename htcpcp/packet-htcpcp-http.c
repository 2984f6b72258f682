/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Search for HTCPCP in what Wireshark gives to http, if the preference is set. http accepts every first
 * line that begins or ends with "HTTP/1." and shows no fields of BREW or WHEN. Four cases:
 *
 * - Wireshark tries the heuristic of http first once it has succeeded. It is wrapped so that it
 *   rejects octets that begin with a start line of HTCPCP.
 * - On a connection that the heuristic of http has accepted, a chooser replaces http as dissector:
 *   the connection may begin with GET and continue with BREW.
 * - On the ports of http no heuristic is tried. Each segment is examined before tcp dissects it; if
 *   one begins with a start line of HTCPCP, its connection gets the chooser, which is called after
 *   reassembly.
 * - In TLS with ALPN no heuristic is tried. A chooser replaces http there.
 *
 * Without the preference nothing of http is changed.
 */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/packet.h>
#include <string.h>

#include "htcpcp_claim.h"
#include "packet-htcpcp-conv.h"
#include "packet-htcpcp-heur.h"
#include "packet-htcpcp-http.h"
#include "ws_watch.h"

static const char alpn_table[] = "tls.alpn";
static const char alpn_http[] = "http/1.1";

static ws_bool_t search_http;
static bool is_searched; /* the preference when it was last applied */

static dissector_handle_t htcpcp_handle;
static dissector_handle_t http_handle;
static dissector_handle_t chooser_handle;
static dissector_handle_t alpn_handle; /* the original entry */
static dissector_handle_t alpn_chooser_handle;
static int proto_alpn = -1; /* in name only, for the chooser in TLS */

static dissector_table_t tcp_ports;

/* A heuristic of http and its replacement. */
struct override {
    const char *name;
    heur_dissector_t replacement;
    heur_dtbl_entry_t *entry;
    heur_dissector_t original;
};

static heur_dtbl_entry_t *tcp_entry;
static heur_dtbl_entry_t *tls_entry;

static ws_bool_t http_dissect_over_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                       void *data);
static ws_bool_t http_dissect_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                       void *data);

enum {
    OVERRIDE_TCP,
    OVERRIDE_TLS,
    OVERRIDE_COUNT
};

static struct override overrides[OVERRIDE_COUNT] = {
    [OVERRIDE_TCP] = {"http_tcp", http_dissect_over_tcp, NULL, NULL},
    [OVERRIDE_TLS] = {"http_tls", http_dissect_over_tls, NULL, NULL},
};

static bool
is_on(const heur_dtbl_entry_t *entry)
{
    return entry != NULL && entry->enabled && proto_is_protocol_enabled(entry->protocol);
}

/* Replaces http by the chooser on a connection that its heuristic has accepted. */
static void
chooser_install(packet_info *pinfo)
{
    conversation_t *conversation =
        htcpcp_is_first_visit(pinfo) ? find_conversation_pinfo(pinfo, 0) : NULL;

    if (conversation != NULL &&
        conversation_get_dissector(conversation, pinfo->num) == http_handle) {
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, chooser_handle);
    }
}

static ws_bool_t
http_dissect_over_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    ws_bool_t found;

    if (is_on(tcp_entry) && htcpcp_heur_is_sure(tvb)) {
        return false;
    }
    found = overrides[OVERRIDE_TCP].original(tvb, pinfo, tree, data);
    if (found && is_on(tcp_entry)) {
        chooser_install(pinfo);
    }
    return found;
}

static ws_bool_t
http_dissect_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return is_on(tls_entry) && htcpcp_heur_is_ours(tvb, pinfo)
               ? false
               : overrides[OVERRIDE_TLS].original(tvb, pinfo, tree, data);
}

/* A fast check of the first octets, which excludes nearly all segments on the ports of http. With a method
 * other than BREW and WHEN a URI that begins with a slash is not HTCPCP. */
static bool
may_be_coffee(const uint8_t *octets, size_t len)
{
    static const struct {
        const char *word;
        bool any_uri;
    } beginnings[] = {{"BREW ", true},  {"WHEN ", true},  {"HTCPCP", true},    {"GET ", false},
                      {"POST ", false}, {"HEAD ", false}, {"PROPFIND ", false}};

    if (len == 0 || octets[0] < 'B' || octets[0] > 'W') {
        return false;
    }
    for (size_t i = 0; i < array_length(beginnings); i++) {
        const size_t word_len = strlen(beginnings[i].word);

        if (octets[0] == (uint8_t)beginnings[i].word[0] && len > word_len &&
            memcmp(octets, beginnings[i].word, word_len) == 0) {
            return beginnings[i].any_uri || octets[word_len] != '/';
        }
    }
    return false;
}

/* Whether tcp selects http by port only. Decode As for one of the ports takes precedence, also if it
 * selects http. */
static bool
is_on_http_port(const struct tcp_segment *tcp)
{
    return (dissector_get_uint_handle(tcp_ports, tcp->src_port) == http_handle ||
            dissector_get_uint_handle(tcp_ports, tcp->dst_port) == http_handle) &&
           !dissector_is_uint_changed(tcp_ports, tcp->src_port) &&
           !dissector_is_uint_changed(tcp_ports, tcp->dst_port);
}

/* First visit of a segment, before tcp: installs the chooser if tcp selects http by port. */
static void
segment_watch(packet_info *pinfo, const struct tcp_segment *tcp)
{
    const uint8_t *payload = tcp->payload;
    const size_t len = tcp->payload_captured;
    conversation_t *conversation;

    if (!may_be_coffee(payload, len) || (tcp->flags & TCP_SYN) != 0 || !is_on(tcp_entry) ||
        !is_on_http_port(tcp) || !htcpcp_claim_is_sure(payload, len)) {
        return;
    }
    conversation = find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP,
                                     tcp->src_port, tcp->dst_port, 0);
    if (conversation == NULL) {
        /* The capture begins after the SYN. tcp uses an existing conversation. */
        conversation = conversation_new(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP,
                                        tcp->src_port, tcp->dst_port, 0);
    }
    if (conversation_get_dissector(conversation, pinfo->num) == NULL) {
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, chooser_handle);
    }
}

/* Calls HTCPCP or another dissector. Each nested call decrements can_desegment, so it is incremented to
 * let the dissector request reassembly. */
static int
payload_dispatch(bool ours, dissector_handle_t otherwise, tvbuff_t *tvb, packet_info *pinfo,
                 proto_tree *tree, void *data)
{
    int used = 0;

    if (pinfo->can_desegment > 0) {
        pinfo->can_desegment++;
    }
    if (ours) {
        used = call_dissector_only(htcpcp_handle, tvb, pinfo, tree, data);
    }
    return used > 0 ? used : call_dissector_only(otherwise, tvb, pinfo, tree, data);
}

static int
chooser_dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return payload_dispatch(is_on(tcp_entry) && htcpcp_heur_is_ours(tvb, pinfo), http_handle, tvb,
                            pinfo, tree, data);
}

static int
chooser_dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return payload_dispatch(is_on(tls_entry) && htcpcp_heur_is_ours(tvb, pinfo), alpn_handle, tvb,
                            pinfo, tree, data);
}

void
htcpcp_http_register(module_t *module)
{
    const int http = proto_get_id_by_filter_name("http");

    prefs_register_bool_preference(
        module, "search_http", "Search HTTP traffic for HTCPCP",
        "Also search for HTCPCP on the ports of HTTP, on connections recognized as HTTP, and in TLS "
        "with ALPN http/1.1. Each segment on such a connection is examined, which can change how "
        "Wireshark dissects HTTP around it.",
        &search_http);
    /* tls shows the name of the dissector that ALPN selects, which must remain that of http. */
    proto_alpn = proto_register_protocol_in_name_only(
        proto_get_protocol_long_name(find_protocol_by_id(http)), "HTTP (HTCPCP)",
        "htcpcp.source.http", http, FT_PROTOCOL);
}

void
htcpcp_http_handoff(dissector_handle_t handle)
{
    htcpcp_handle = handle;
    http_handle = find_dissector("http-over-tcp");
    tcp_ports = find_dissector_table("tcp.port");
    /* Without a protocol it adds no layer. */
    chooser_handle = create_dissector_handle(chooser_dissect_tcp, -1);
    alpn_chooser_handle = create_dissector_handle(chooser_dissect_tls, proto_alpn);
    tcp_entry = find_heur_dissector_by_unique_short_name("htcpcp_tcp");
    tls_entry = find_heur_dissector_by_unique_short_name("htcpcp_tls");
}

/* Installs or removes the replacements. */
static void
heuristics_override(bool on)
{
    for (int i = 0; i < OVERRIDE_COUNT; i++) {
        if (overrides[i].entry == NULL) {
            overrides[i].entry = find_heur_dissector_by_unique_short_name(overrides[i].name);
        }
        if (overrides[i].entry == NULL) {
            continue;
        }
        if (on) {
            overrides[i].original = overrides[i].entry->dissector;
        }
        overrides[i].entry->dissector = on ? overrides[i].replacement : overrides[i].original;
    }
}

static void
alpn_override(bool on)
{
    if (on) {
        alpn_handle = dissector_get_string_handle(find_dissector_table(alpn_table), alpn_http);
    }
    if (alpn_handle != NULL) {
        dissector_add_string(alpn_table, alpn_http, on ? alpn_chooser_handle : alpn_handle);
    }
}

void
htcpcp_http_apply(void)
{
    if (search_http == is_searched || http_handle == NULL) {
        return;
    }
    is_searched = search_http;
    heuristics_override(is_searched);
    alpn_override(is_searched);
    htcpcp_heur_set_turns(is_searched);
    ws_watch_set(is_searched ? segment_watch : NULL);
}
