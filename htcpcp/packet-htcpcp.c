/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hyper Text Coffee Pot Control Protocol (RFC 2324, RFC 7168) over TCP.
 */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/proto_data.h>

#include "packet-htcpcp-parts.h"
#include "packet-htcpcp.h"

#define HTCPCP_TCP_PORTS "5030"

static int proto_htcpcp = -1;

static int hf_htcpcp_request = -1;
static int hf_htcpcp_request_method = -1;
static int hf_htcpcp_request_uri = -1;
static int hf_htcpcp_request_version = -1;
static int hf_htcpcp_response = -1;
static int hf_htcpcp_response_code = -1;
static int hf_htcpcp_response_code_desc = -1;
static int hf_htcpcp_response_phrase = -1;
static int hf_htcpcp_response_version = -1;

static int ett_htcpcp = -1;
static int ett_htcpcp_start_line = -1;

static expert_field ei_htcpcp_missing_status_line = EI_INIT;
static expert_field ei_htcpcp_missing_blank_line = EI_INIT;
static expert_field ei_htcpcp_blank_line_in_header = EI_INIT;

static dissector_handle_t htcpcp_handle;

/* What is remembered of a connection. */
struct htcpcp_conv {
    address client;
    uint32_t client_port;
    bool response_begun; /* since the last request */
};

/* What data without a start line is. It takes the connection's past to tell, so it is told on the
 * first visit and stored with the frame. */
enum htcpcp_data {
    HTCPCP_DATA_FOREIGN, /* not in a connection known as HTCPCP */
    HTCPCP_DATA_CLIENT,
    HTCPCP_DATA_SERVER,
    HTCPCP_DATA_RESPONSE, /* the first answer to a request */
};

static struct htcpcp_conv *
conv_find(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation != NULL ? conversation_get_proto_data(conversation, proto_htcpcp) : NULL;
}

/* A TCP header quoted by an ICMP error is no part of the connection's course. */
static bool
is_first_visit(const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt;
}

static void
conv_learn(packet_info *pinfo, const struct htcpcp_message *message)
{
    const bool request = message->kind == HTCPCP_REQUEST;
    struct htcpcp_conv *conv;

    if (!is_first_visit(pinfo)) {
        return;
    }
    conv = conv_find(pinfo);
    if (conv == NULL) {
        conv = wmem_new0(wmem_file_scope(), struct htcpcp_conv);
        copy_address_wmem(wmem_file_scope(), &conv->client, request ? &pinfo->src : &pinfo->dst);
        conv->client_port = request ? pinfo->srcport : pinfo->destport;
        conversation_add_proto_data(find_or_create_conversation(pinfo), proto_htcpcp, conv);
    }
    conv->response_begun = !request;
}

/* Tells what the data at offset is, of which the parser said result. */
static enum htcpcp_data
data_judge(tvbuff_t *tvb, packet_info *pinfo, int offset, enum htcpcp_result result)
{
    uint32_t key = (uint32_t)(tvb_raw_offset(tvb) + offset);
    struct htcpcp_conv *conv = is_first_visit(pinfo) ? conv_find(pinfo) : NULL;
    enum htcpcp_data data;

    if (conv != NULL) {
        if (pinfo->srcport == conv->client_port && addresses_equal(&pinfo->src, &conv->client)) {
            data = HTCPCP_DATA_CLIENT;
        } else if (conv->response_begun || result == HTCPCP_PARTIAL) {
            data = HTCPCP_DATA_SERVER;
        } else {
            data = HTCPCP_DATA_RESPONSE;
            conv->response_begun = true;
        }
        p_add_proto_data(wmem_file_scope(), pinfo, proto_htcpcp, key, GUINT_TO_POINTER(data));
    }
    return (enum htcpcp_data)GPOINTER_TO_UINT(
        p_get_proto_data(wmem_file_scope(), pinfo, proto_htcpcp, key));
}

static void
text_field_add(proto_tree *tree, int hf, tvbuff_t *tvb, int offset, struct htcpcp_span span)
{
    if (span.len > 0) {
        proto_tree_add_item(tree, hf, tvb, offset + (int)span.at, (int)span.len,
                            ENC_UTF_8 | ENC_NA);
    }
}

static void
kind_show(proto_tree *tree, tvbuff_t *tvb, int hf)
{
    proto_item_set_hidden(proto_tree_add_boolean(tree, hf, tvb, 0, 0, true));
}

static void
start_line_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                const struct htcpcp_message *message)
{
    int at = offset + (int)message->start_line.at, len = (int)message->start_line.len;
    proto_tree *line = proto_tree_add_subtree(tree, tvb, at, len, ett_htcpcp_start_line, NULL,
                                              tvb_format_text(pinfo->pool, tvb, at, len));
    const char *description;
    proto_item *item;

    if (message->kind == HTCPCP_REQUEST) {
        text_field_add(line, hf_htcpcp_request_method, tvb, offset, message->method);
        text_field_add(line, hf_htcpcp_request_uri, tvb, offset, message->uri);
        text_field_add(line, hf_htcpcp_request_version, tvb, offset, message->version);
        return;
    }
    text_field_add(line, hf_htcpcp_response_version, tvb, offset, message->version);
    at = offset + (int)message->code.at;
    proto_tree_add_uint(line, hf_htcpcp_response_code, tvb, at, 3, message->status);
    description = htcpcp_status_describe(message->status);
    if (description == NULL) {
        description = wmem_strdup_printf(pinfo->pool, "Unknown (%u)", message->status);
    }
    item = proto_tree_add_string(line, hf_htcpcp_response_code_desc, tvb, at, 3, description);
    proto_item_set_generated(item);
    text_field_add(line, hf_htcpcp_response_phrase, tvb, offset, message->phrase);
}

/* Nothing is said of a head that ends with the input after CRLF: its rest may well follow. */
static void
head_judge(packet_info *pinfo, proto_item *item, const struct htcpcp_message *message)
{
    if (message->blank_inside) {
        expert_add_info(pinfo, item, &ei_htcpcp_blank_line_in_header);
    } else if (message->blank_line.len == 0 && (message->head_whole || message->bare_lf)) {
        expert_add_info(pinfo, item, &ei_htcpcp_missing_blank_line);
    }
}

static void
columns_begin(packet_info *pinfo)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "HTCPCP");
    col_clear(pinfo->cinfo, COL_INFO);
}

/* One message or run of data has been shown; the next one in the frame adds to its columns. */
static void
columns_fill(packet_info *pinfo, const char *text, const char *body)
{
    col_append_sep_str(pinfo->cinfo, COL_INFO, ", ", text);
    if (body[0] != '\0') {
        col_append_fstr(pinfo->cinfo, COL_INFO, " (%s)", body);
    }
    col_set_fence(pinfo->cinfo, COL_INFO);
}

static void
message_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *parent, int offset,
             const struct htcpcp_message *message)
{
    const bool request = message->kind == HTCPCP_REQUEST;
    proto_item *item =
        proto_tree_add_item(parent, proto_htcpcp, tvb, offset, (int)message->length, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_htcpcp);
    const char *media_type, *body = "", *text;

    if (tree != NULL) {
        start_line_show(tvb, pinfo, tree, offset, message);
        kind_show(tree, tvb, request ? hf_htcpcp_request : hf_htcpcp_response);
    }
    media_type = htcpcp_headers_show(tvb, pinfo, tree, offset, message);
    htcpcp_text_show(tvb, pinfo, tree, offset, message->blank_line);
    head_judge(pinfo, item, message);
    if (message->body.len > 0) {
        tvbuff_t *body_tvb = tvb_new_subset_length(tvb, offset + (int)message->body.at,
                                                   (int)message->body.len);

        body = htcpcp_body_show(body_tvb, pinfo, parent, tree, media_type, request);
    }
    text = tvb_format_text(pinfo->pool, tvb, offset + (int)message->start_line.at,
                           tvb_find_line_end(tvb, offset + (int)message->start_line.at,
                                             (int)message->start_line.len, NULL, false));
    columns_fill(pinfo, text, body);
}

static void
data_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *parent, int offset, enum htcpcp_data data)
{
    int len = tvb_captured_length_remaining(tvb, offset);
    proto_item *item = proto_tree_add_item(parent, proto_htcpcp, tvb, offset, len, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_htcpcp);
    const char *body;

    if (data == HTCPCP_DATA_RESPONSE) {
        kind_show(tree, tvb, hf_htcpcp_response);
        expert_add_info(pinfo, item, &ei_htcpcp_missing_status_line);
    }
    body = htcpcp_body_show(tvb_new_subset_length(tvb, offset, len), pinfo, parent, tree, NULL,
                            data == HTCPCP_DATA_CLIENT);
    columns_fill(pinfo, data == HTCPCP_DATA_RESPONSE ? "Response without status line"
                                                     : "Continuation", body);
}

static int
dissect_htcpcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *unused _U_)
{
    const int len = (int)tvb_captured_length(tvb);
    const uint8_t *octets = tvb_get_ptr(tvb, 0, len);
    struct htcpcp_message message;
    enum htcpcp_data data = HTCPCP_DATA_FOREIGN;
    int offset = 0;

    while (offset < len) {
        enum htcpcp_result result =
            htcpcp_message_parse(octets + offset, (size_t)(len - offset), &message);

        if (message.kind == HTCPCP_NEITHER) {
            data = data_judge(tvb, pinfo, offset, result);
            break;
        }
        if (offset == 0) {
            columns_begin(pinfo);
        }
        conv_learn(pinfo, &message);
        message_show(tvb, pinfo, tree, offset, &message);
        offset += (int)message.length;
    }
    if (offset == 0 && data == HTCPCP_DATA_FOREIGN) {
        return 0;
    }
    if (offset < len) {
        if (offset == 0) {
            columns_begin(pinfo);
        }
        data_show(tvb, pinfo, tree, offset, data);
    }
    if (tvb_reported_length(tvb) > (unsigned)len) {
        /* The capture cut the packet short: this throws what makes Wireshark say so. */
        col_append_str(pinfo->cinfo, COL_INFO, " ");
        tvb_ensure_bytes_exist(tvb, len, 1);
    }
    return len;
}

void
proto_register_htcpcp(void)
{
    static hf_register_info hf[] = {
        { &hf_htcpcp_request,
          { "Request", "htcpcp.request", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
            "TRUE if HTCPCP request", HFILL } },
        { &hf_htcpcp_request_method,
          { "Request Method", "htcpcp.request.method", FT_STRING, BASE_NONE, NULL, 0x0,
            "BREW, POST, GET, PROPFIND, WHEN (RFC 2324 2.1)", HFILL } },
        { &hf_htcpcp_request_uri,
          { "Request URI", "htcpcp.request.uri", FT_STRING, BASE_NONE, NULL, 0x0,
            "The pot, and the tea if it is one (RFC 2324 3, RFC 7168 2.1.2)", HFILL } },
        { &hf_htcpcp_request_version,
          { "Request Version", "htcpcp.request.version", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_response,
          { "Response", "htcpcp.response", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
            "TRUE if HTCPCP response", HFILL } },
        { &hf_htcpcp_response_code,
          { "Status Code", "htcpcp.response.code", FT_UINT16, BASE_DEC, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_response_code_desc,
          { "Status Code Description", "htcpcp.response.code.desc", FT_STRING, BASE_NONE, NULL,
            0x0, "What the code means to a pot (RFC 2324 2.3, RFC 7168 2.3)", HFILL } },
        { &hf_htcpcp_response_phrase,
          { "Response Phrase", "htcpcp.response.phrase", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_response_version,
          { "Response Version", "htcpcp.response.version", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
    };
    static int *ett[] = {
        &ett_htcpcp,
        &ett_htcpcp_start_line,
    };
    static ei_register_info ei[] = {
        { &ei_htcpcp_missing_status_line,
          { "htcpcp.missing_status_line", PI_PROTOCOL, PI_WARN,
            "The response has no status line", EXPFILL } },
        { &ei_htcpcp_missing_blank_line,
          { "htcpcp.missing_blank_line", PI_PROTOCOL, PI_WARN,
            "No blank line ends the header", EXPFILL } },
        { &ei_htcpcp_blank_line_in_header,
          { "htcpcp.blank_line_in_header", PI_PROTOCOL, PI_WARN,
            "A blank line stands inside the header", EXPFILL } },
    };
    expert_module_t *experts;

    proto_htcpcp =
        proto_register_protocol("Hyper Text Coffee Pot Control Protocol", "HTCPCP", "htcpcp");
    proto_register_field_array(proto_htcpcp, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    experts = expert_register_protocol(proto_htcpcp);
    expert_register_field_array(experts, ei, array_length(ei));
    htcpcp_headers_register(proto_htcpcp, experts);
    htcpcp_body_register(proto_htcpcp);
    htcpcp_handle = register_dissector("htcpcp", dissect_htcpcp, proto_htcpcp);
}

void
proto_reg_handoff_htcpcp(void)
{
    htcpcp_body_handoff(proto_htcpcp);
    dissector_add_uint_range_with_preference("tcp.port", HTCPCP_TCP_PORTS, htcpcp_handle);
}
