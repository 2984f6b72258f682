/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start lines.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "packet-htcpcp-parts.h"

static int hf_htcpcp_request = -1;
static int hf_htcpcp_request_method = -1;
static int hf_htcpcp_request_uri = -1;
static int hf_htcpcp_request_version = -1;
static int hf_htcpcp_response = -1;
static int hf_htcpcp_response_code = -1;
static int hf_htcpcp_response_code_desc = -1;
static int hf_htcpcp_response_phrase = -1;
static int hf_htcpcp_response_version = -1;

static int ett_htcpcp_start_line = -1;

static expert_field ei_htcpcp_missing_status_line = EI_INIT;
static expert_field ei_htcpcp_post_deprecated = EI_INIT;

static void
kind_show(const struct htcpcp_show *show, int hf)
{
    proto_item_set_hidden(proto_tree_add_boolean(show->tree, hf, show->tvb, 0, 0, true));
}

static void
request_line_show(struct htcpcp_show *show, proto_tree *line, const struct htcpcp_start *start)
{
    proto_item *item;

    htcpcp_field_show(show, line, hf_htcpcp_request_method, start->method);
    if (start->uri.len > 0) {
        item = proto_tree_add_item(line, hf_htcpcp_request_uri, show->tvb,
                                   show->offset + (int)start->uri.at, (int)start->uri.len,
                                   ENC_UTF_8 | ENC_NA);
        htcpcp_uri_show(show, item, start->uri);
    }
    htcpcp_field_show(show, line, hf_htcpcp_request_version, start->version);
}

static void
status_line_show(struct htcpcp_show *show, proto_tree *line, const struct htcpcp_start *start)
{
    int at = show->offset + (int)start->code.at;
    const char *description = htcpcp_status_describe(start->status);
    proto_item *item;

    htcpcp_field_show(show, line, hf_htcpcp_response_version, start->version);
    proto_tree_add_uint(line, hf_htcpcp_response_code, show->tvb, at, 3, start->status);
    if (description == NULL) {
        description = wmem_strdup_printf(show->pinfo->pool, "Unknown (%u)", start->status);
    }
    item = proto_tree_add_string(line, hf_htcpcp_response_code_desc, show->tvb, at, 3,
                                 description);
    proto_item_set_generated(item);
    htcpcp_field_show(show, line, hf_htcpcp_response_phrase, start->phrase);
}

void
htcpcp_start_show(struct htcpcp_show *show)
{
    const struct htcpcp_start *start = &show->part->message.start;
    int at = show->offset + (int)start->line.at, len = (int)start->line.len;
    proto_tree *line =
        show->tree == NULL
            ? NULL
            : proto_tree_add_subtree(show->tree, show->tvb, at, len, ett_htcpcp_start_line, NULL,
                                     tvb_format_text(show->pinfo->pool, show->tvb, at, len));

    if (show->request) {
        request_line_show(show, line, start);
        if (start->command == HTCPCP_METHOD_POST) {
            expert_add_info(show->pinfo, show->item, &ei_htcpcp_post_deprecated);
        }
    } else if (line != NULL) {
        status_line_show(show, line, start);
    }
    if (show->tree != NULL) {
        kind_show(show, show->request ? hf_htcpcp_request : hf_htcpcp_response);
    }
}

void
htcpcp_missing_start_show(const struct htcpcp_show *show)
{
    if (show->tree != NULL) {
        kind_show(show, hf_htcpcp_response);
    }
    expert_add_info(show->pinfo, show->item, &ei_htcpcp_missing_status_line);
}

void
htcpcp_start_register(int proto, expert_module_t *experts)
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
        &ett_htcpcp_start_line,
    };
    static ei_register_info ei[] = {
        { &ei_htcpcp_missing_status_line,
          { "htcpcp.missing_status_line", PI_PROTOCOL, PI_WARN,
            "The response has no status line (RFC 2068 6.1)", EXPFILL } },
        { &ei_htcpcp_post_deprecated,
          { "htcpcp.post_deprecated", PI_PROTOCOL, PI_NOTE,
            "POST is deprecated: it should be BREW (RFC 2324 2.1.1, RFC 7168 2.1)", EXPFILL } },
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
