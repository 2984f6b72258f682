/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start lines.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <string.h>

#include "packet-htcpcp-start.h"
#include "packet-htcpcp-uri.h"

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
static expert_field ei_htcpcp_missing_version = EI_INIT;
static expert_field ei_htcpcp_missing_uri = EI_INIT;
static expert_field ei_htcpcp_bare_line_feed = EI_INIT;
static expert_field ei_htcpcp_multiple_choices = EI_INIT;
static expert_field ei_htcpcp_version_differs = EI_INIT;

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
    item = proto_tree_add_string(line, hf_htcpcp_response_code_desc, show->tvb, at, 3, description);
    proto_item_set_generated(item);
    htcpcp_field_show(show, line, hf_htcpcp_response_phrase, start->phrase);
}

static void
request_line_judge(const struct htcpcp_show *show, const struct htcpcp_start *start)
{
    if (start->command == HTCPCP_METHOD_POST) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_post_deprecated);
    }
    if (start->uri.len == 0) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_missing_uri);
    } else if (start->version.len == 0) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_missing_version);
    }
}

/* Whether both versions have the same protocol name: a response may have another minor version. */
static bool
is_same_protocol(const char *one, const uint8_t *other, size_t other_len)
{
    const size_t len = strcspn(one, "/") + 1;

    return len <= other_len && g_ascii_strncasecmp(one, (const char *)other, len) == 0;
}

static void
status_line_judge(const struct htcpcp_show *show, const struct htcpcp_start *start)
{
    const struct htcpcp_exchange *exchange = show->note != NULL ? show->note->exchange : NULL;
    const uint8_t *data = tvb_get_ptr(show->tvb, show->offset, (int)show->part->len);

    if (start->status == 300 && start->phrase.len > 0 &&
        !htcpcp_word_equal(data + start->phrase.at, start->phrase.len, "Multiple Options")) {
        expert_add_info_format(
            show->pinfo, show->item, &ei_htcpcp_multiple_choices,
            "Reason phrase of 300 is %s, expected Multiple Options (RFC 7168 2.3.1)",
            tvb_format_text(show->pinfo->pool, show->tvb, show->offset + (int)start->phrase.at,
                            (int)start->phrase.len));
    }
    if (exchange != NULL && exchange->version[0] != '\0' &&
        !is_same_protocol(exchange->version, data + start->version.at, start->version.len)) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_version_differs,
                               "Request uses %s, response uses %.*s (RFC 2068 3.1)",
                               exchange->version, (int)start->version.len,
                               data + start->version.at);
    }
}

void
htcpcp_start_show(struct htcpcp_show *show)
{
    const struct htcpcp_start *start = &show->part->message.start;
    int at = show->offset + (int)start->line.at, len = (int)start->line.len;
    proto_tree *line = show->tree == NULL ? NULL
                                          : proto_tree_add_subtree(show->tree, show->tvb, at, len,
                                                                   ett_htcpcp_start_line, NULL,
                                                                   htcpcp_label_get(show, at, len));

    if (show->request) {
        request_line_show(show, line, start);
        request_line_judge(show, start);
    } else {
        if (line != NULL) {
            status_line_show(show, line, start);
        }
        status_line_judge(show, start);
    }
    if (start->bare_lf) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_bare_line_feed);
    }
    if (show->tree != NULL) {
        kind_show(show, show->request ? hf_htcpcp_request : hf_htcpcp_response);
    }
}

void
htcpcp_start_show_missing(const struct htcpcp_show *show)
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
        {&hf_htcpcp_request,
         {"Request", "htcpcp.request", FT_BOOLEAN, BASE_NONE, NULL, 0x0, "TRUE if HTCPCP request",
          HFILL}},
        {&hf_htcpcp_request_method,
         {"Request Method", "htcpcp.request.method", FT_STRING, BASE_NONE, NULL, 0x0,
          "BREW, POST, GET, PROPFIND, WHEN (RFC 2324 2.1)", HFILL}},
        {&hf_htcpcp_request_uri,
         {"Request URI", "htcpcp.request.uri", FT_STRING, BASE_NONE, NULL, 0x0,
          "Pot, and variety of tea if any (RFC 2324 3, RFC 7168 2.1.2)", HFILL}},
        {&hf_htcpcp_request_version,
         {"Request Version", "htcpcp.request.version", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_response,
         {"Response", "htcpcp.response", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
          "TRUE if HTCPCP response", HFILL}},
        {&hf_htcpcp_response_code,
         {"Status Code", "htcpcp.response.code", FT_UINT16, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_response_code_desc,
         {"Status Code Description", "htcpcp.response.code.desc", FT_STRING, BASE_NONE, NULL, 0x0,
          "Meaning of the status code for a pot (RFC 2324 2.3, RFC 7168 2.3)", HFILL}},
        {&hf_htcpcp_response_phrase,
         {"Response Phrase", "htcpcp.response.phrase", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_response_version,
         {"Response Version", "htcpcp.response.version", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp_start_line,
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_missing_status_line,
         {"htcpcp.missing_status_line", PI_PROTOCOL, PI_WARN,
          "Response without status line (RFC 2068 6.1)", EXPFILL}},
        {&ei_htcpcp_post_deprecated,
         {"htcpcp.post_deprecated", PI_PROTOCOL, PI_NOTE,
          "POST is deprecated, expected BREW (RFC 2324 2.1.1, RFC 7168 2.1)", EXPFILL}},
        {&ei_htcpcp_missing_version,
         {"htcpcp.missing_version", PI_PROTOCOL, PI_NOTE,
          "Request line without version (RFC 2068 5.1)", EXPFILL}},
        {&ei_htcpcp_missing_uri,
         {"htcpcp.missing_uri", PI_PROTOCOL, PI_NOTE,
          "Request line without URI (RFC 2068 5.1, RFC 2324 3)", EXPFILL}},
        {&ei_htcpcp_bare_line_feed,
         {"htcpcp.bare_line_feed", PI_PROTOCOL, PI_NOTE,
          "Start line ends in LF, expected CRLF (RFC 2068 2.2)", EXPFILL}},
        {&ei_htcpcp_multiple_choices,
         {"htcpcp.multiple_choices", PI_PROTOCOL, PI_CHAT,
          "Reason phrase of 300 is not Multiple Options (RFC 7168 2.3.1)", EXPFILL}},
        {&ei_htcpcp_version_differs,
         {"htcpcp.version_differs", PI_PROTOCOL, PI_CHAT,
          "Response and request use different protocols (RFC 2068 3.1)", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
