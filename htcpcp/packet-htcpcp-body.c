/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies: commands, and what Wireshark has other dissectors for.
 */
#include "ws_compat.h"

#include <epan/exceptions.h>
#include <epan/packet.h>
#include <epan/show_exception.h>

#include "packet-htcpcp-parts.h"

static int hf_htcpcp_command = -1;
static int hf_htcpcp_file_data = -1;

static dissector_handle_t json_handle;
static dissector_handle_t text_handle;

/* Runs another dissector on the body. It may not touch the columns, which tell of the message and
 * not of what it carries; what it cannot read must not keep the next message from being shown. */
static bool
body_hand_on(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *parent,
             const char *media_type)
{
    const char *match_string = pinfo->match_string;
    const bool writable = col_get_writable(pinfo->cinfo, -1);
    volatile int used = 0;

    if (handle == NULL) {
        return false;
    }
    pinfo->match_string = media_type;
    col_set_writable(pinfo->cinfo, -1, false);
    TRY
    {
        used = call_dissector_only(handle, tvb, pinfo, parent, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, parent, EXCEPT_CODE, GET_MESSAGE);
        used = 1;
    }
    FINALLY
    {
        col_set_writable(pinfo->cinfo, -1, writable);
        pinfo->match_string = match_string;
    }
    ENDTRY;
    return used > 0;
}

const char *
htcpcp_body_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *parent, proto_tree *tree,
                 const char *media_type, bool from_client)
{
    int len = (int)tvb_captured_length(tvb);
    enum htcpcp_body_kind kind = htcpcp_body_classify(tvb_get_ptr(tvb, 0, len), (size_t)len);
    const char *word = kind == HTCPCP_BODY_JSON ? "JSON" : "";
    dissector_handle_t handle = NULL;

    if (tree != NULL) {
        const char *text =
            (const char *)tvb_get_string_enc(pinfo->pool, tvb, 0, len, ENC_UTF_8 | ENC_NA);

        proto_tree_add_string_format_value(tree, hf_htcpcp_file_data, tvb, 0, len, text,
                                           "%d bytes", len);
    }
    if (kind == HTCPCP_BODY_EMPTY) {
        return "";
    }
    if (from_client && (kind == HTCPCP_BODY_START || kind == HTCPCP_BODY_STOP)) {
        word = kind == HTCPCP_BODY_START ? "start" : "stop";
        proto_tree_add_string(tree, hf_htcpcp_command, tvb, 0, len, word);
        return word;
    }
    if (kind == HTCPCP_BODY_JSON) {
        handle = json_handle;
    } else if (kind != HTCPCP_BODY_BINARY) {
        handle = text_handle;
    }
    if (!body_hand_on(handle, tvb, pinfo, parent, media_type)) {
        call_data_dissector(tvb, pinfo, parent);
    }
    return word;
}

void
htcpcp_body_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_htcpcp_command,
          { "Command", "htcpcp.command", FT_STRING, BASE_NONE, NULL, 0x0,
            "What the pot is to do: start or stop (RFC 2324 4)", HFILL } },
        { &hf_htcpcp_file_data,
          { "File Data", "htcpcp.file_data", FT_STRING, BASE_NONE, NULL, 0x0,
            "The body", HFILL } },
    };

    proto_register_field_array(proto, hf, array_length(hf));
}

void
htcpcp_body_handoff(int proto)
{
    json_handle = find_dissector_add_dependency("json", proto);
    text_handle = find_dissector_add_dependency("data-text-lines", proto);
}
