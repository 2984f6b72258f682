/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's http takes every first line that begins or ends with "HTTP/1.", asks no further, and
 * shows nothing of a BREW or a WHEN. Its heuristic comes before ours as soon as it has once found
 * something. So it is made to decline what is coffee beyond doubt; of all else it is asked as
 * before. On a connection that http has found so, every segment is looked at again: one may begin
 * with GET and go on with BREW. On http's own ports no heuristic is asked: there every segment is
 * looked at before tcp gets it, and where one begins like coffee its connection gets the chooser,
 * which is asked when tcp has put together what may be the middle of an upload. In TLS it is ALPN
 * behind which no heuristic is asked: a chooser stands for http there.
 */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/packet.h>
#include <string.h>

#include "htcpcp_message.h"
#include "htcpcp_uri.h"
#include "packet-htcpcp-conv.h"
#include "packet-htcpcp-found.h"
#include "ws_source.h"

/* A start line is looked for in so many octets. */
#define START_LINE_MAX 2048

static dissector_handle_t htcpcp_handle;
static dissector_handle_t chooser_handle;
static dissector_handle_t http_handle;
static dissector_handle_t http_tls_handle;

static dissector_table_t tcp_ports;
static int proto_alpn = -1; /* in name only: the chooser for TLS stands for http */

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

/* Whether the len octets behind a request line begin with header lines of which one is HTCPCP's:
 * what nobody sends but pots' clients. */
static bool
has_coffee_header(const uint8_t *octets, size_t len, const struct htcpcp_start *start)
{
    static const char *const types[] = {"message/coffee", "message/teapot",
                                        "application/coffee-pot"};
    const size_t at = start->line.at + start->line.len;
    struct htcpcp_span rest = {at, len - at};
    struct htcpcp_header header;

    while (htcpcp_header_next(octets, &rest, &header) && header.name.len > 0) {
        if (header.id == HTCPCP_HEADER_ACCEPT_ADDITIONS || header.id == HTCPCP_HEADER_USE_POT) {
            return true;
        }
        for (size_t i = 0; i < array_length(types); i++) {
            const size_t type_len = strlen(types[i]);

            if (header.id == HTCPCP_HEADER_CONTENT_TYPE && header.value.len >= type_len &&
                htcpcp_word_equal(octets + header.value.at, type_len, types[i])) {
                return true;
            }
        }
    }
    return false;
}

static bool
is_coffee_request(const uint8_t *octets, size_t len, const struct htcpcp_start *start)
{
    const bool ours = start->command == HTCPCP_METHOD_BREW || start->command == HTCPCP_METHOD_WHEN;
    struct htcpcp_uri uri;

    if (start->version.len > 0 && (ours || !is_http_version(octets, start->version))) {
        return true;
    }
    htcpcp_uri_parse(octets, start->uri, &uri);
    if (start->version.len > 0 || uri.known != NULL) {
        return uri.known != NULL;
    }
    return start->uri.len > 0 && octets[start->uri.at] == '/' &&
           (ours || has_coffee_header(octets, len, start));
}

/* Whether a line that has not ended has one of the RFCs' methods and the whole scheme of a
 * coffee-url: what is missing of it makes no difference. */
static bool
is_coffee_begun(const uint8_t *octets, size_t len)
{
    const size_t method_len = htcpcp_token_len(octets, len);
    struct htcpcp_uri uri;

    if (method_len + 1 >= len || !htcpcp_is_blank(octets[method_len]) ||
        htcpcp_method_find(octets, method_len) == HTCPCP_METHOD_UNKNOWN) {
        return false;
    }
    htcpcp_uri_parse(octets, (struct htcpcp_span){method_len + 1, len - method_len - 1}, &uri);
    return uri.known != NULL;
}

/* Whether the len octets begin with a start line that no other protocol has. It begins with a method
 * or a version, that is with a token: most of what is binary does not. */
static bool
is_coffee_text(const uint8_t *octets, size_t len)
{
    struct htcpcp_start start;
    enum htcpcp_match match;

    if (len == 0 || htcpcp_token_len(octets, 1) == 0) {
        return false;
    }
    match = htcpcp_start_parse(HTCPCP_NEITHER, octets, len, 0, &start);
    if (match == HTCPCP_MATCH_FULL && start.kind == HTCPCP_RESPONSE) {
        return !is_http_version(octets, start.version);
    }
    if (match == HTCPCP_MATCH_FULL && start.ended) {
        return is_coffee_request(octets, len, &start);
    }
    return match != HTCPCP_MATCH_NONE && is_coffee_begun(octets, start.line.len);
}

static bool
is_coffee(tvbuff_t *tvb)
{
    const unsigned captured = tvb_captured_length(tvb);
    const unsigned len = captured < START_LINE_MAX ? captured : START_LINE_MAX;

    return is_coffee_text(tvb_get_ptr(tvb, 0, (int)len), len);
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
        conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                     htcpcp_handle);
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

/* What nearly all segments on http's ports are not: the first octets tell. A URI that begins with a
 * slash is coffee to no other method than BREW and WHEN. */
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

/* Whether tcp would call http for the port of one side alone, and the user has chosen nothing else
 * (nor http: then it is http). */
static bool
is_on_http_port(const struct tcp_segment *tcp)
{
    return (dissector_get_uint_handle(tcp_ports, tcp->src_port) == http_handle ||
            dissector_get_uint_handle(tcp_ports, tcp->dst_port) == http_handle) &&
           !dissector_is_uint_changed(tcp_ports, tcp->src_port) &&
           !dissector_is_uint_changed(tcp_ports, tcp->dst_port);
}

/* A segment on its way to tcp, first visit: puts the chooser before http where that is asked for the
 * port alone. */
static void
watch(packet_info *pinfo, const struct tcp_segment *tcp)
{
    const uint8_t *payload = tcp->payload;
    const size_t len = tcp->payload_captured;
    conversation_t *conversation;

    if (!may_be_coffee(payload, len) || (tcp->flags & TCP_SYN) != 0 || !is_on(tcp_entry) ||
        !is_on_http_port(tcp) ||
        !is_coffee_text(payload, len < START_LINE_MAX ? len : START_LINE_MAX)) {
        return;
    }
    conversation = find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP,
                                     tcp->src_port, tcp->dst_port, 0);
    if (conversation == NULL) {
        /* The capture begins behind the SYN: tcp takes the one there is. */
        conversation = conversation_new(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP,
                                        tcp->src_port, tcp->dst_port, 0);
    }
    if (conversation_get_dissector(conversation, pinfo->num) == NULL) {
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, chooser_handle);
    }
}

static int
choose_over_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->can_desegment > 0) {
        pinfo->can_desegment++;
    }
    if (is_on(tls_entry) && is_ours(tvb, pinfo)) {
        const int taken = call_dissector_only(htcpcp_handle, tvb, pinfo, tree, NULL);

        if (taken > 0) {
            return taken;
        }
    }
    return call_dissector_only(http_tls_handle, tvb, pinfo, tree, data);
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
htcpcp_found_register(void)
{
    const int http = proto_get_id_by_filter_name("http");

    /* tls shows the name of what ALPN has chosen: it is to remain http's. */
    proto_alpn = proto_register_protocol_in_name_only(
        proto_get_protocol_long_name(find_protocol_by_id(http)), "HTTP (HTCPCP)",
        "htcpcp.source.http", http, FT_PROTOCOL);
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
    http_tls_handle = find_dissector("http-over-tls");
    if (http_tls_handle != NULL) {
        dissector_add_string("tls.alpn", "http/1.1",
                             create_dissector_handle(choose_over_tls, proto_alpn));
    }
    tcp_ports = find_dissector_table("tcp.port");
    if (http_handle != NULL) {
        ws_source_watch(watch);
    }
    for (size_t i = 0; i < array_length(types); i++) {
        dissector_add_string("media_type", types[i], body);
    }
}
