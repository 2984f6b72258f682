/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies: commands, and data for other dissectors.
 */
#include "ws_compat.h"

#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/show_exception.h>
#include <string.h>

#include "packet-htcpcp-body.h"
#include "tap-htcpcp.h"

/* JSON with deeper nesting is passed to the text dissector: that for JSON uses a stack frame and a
 * subtree per level. */
#define JSON_DEPTH_MAX 100

static int hf_htcpcp_command = -1;
static int hf_htcpcp_file_data = -1;
static int hf_htcpcp_body_piece = -1;
static int hf_htcpcp_chunk_size = -1;

static expert_field ei_htcpcp_body_not_command = EI_INIT;
static expert_field ei_htcpcp_body_short = EI_INIT;
static expert_field ei_htcpcp_body_too_long = EI_INIT;
static expert_field ei_htcpcp_body_not_decoded = EI_INIT;
static expert_field ei_htcpcp_chunks_malformed = EI_INIT;
static expert_field ei_htcpcp_deep_json = EI_INIT;

static dissector_handle_t json_handle;
static dissector_handle_t text_handle;
static dissector_handle_t xml_handle;
static dissector_table_t media_type_table;
static int proto_htcpcp = -1;

static ws_bool_t decode_bodies = true;

/* Calls another dissector for the body. It must not change the columns, which describe the message; an
 * exception in it must not prevent the dissection of the next message. */
static bool
body_dissect(dissector_handle_t handle, tvbuff_t *tvb, const struct htcpcp_show *show)
{
    packet_info *pinfo = show->pinfo;
    const char *match_string = pinfo->match_string;
    const bool writable = col_get_writable(pinfo->cinfo, -1);
    volatile int used = 0;

    if (handle == NULL) {
        return false;
    }
    pinfo->match_string = show->media_type;
    col_set_writable(pinfo->cinfo, -1, false);
    TRY
    {
        used = call_dissector_only(handle, tvb, pinfo, show->parent, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, show->parent, EXCEPT_CODE, GET_MESSAGE);
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

/* The dissector of the media type, unless it is this one: that would recurse. */
static dissector_handle_t
media_type_find(const struct htcpcp_show *show)
{
    dissector_handle_t handle =
        show->media_type != NULL ? dissector_get_string_handle(media_type_table, show->media_type)
                                 : NULL;

    return handle != NULL && dissector_handle_get_protocol_index(handle) != proto_htcpcp ? handle
                                                                                         : NULL;
}

static dissector_handle_t
handle_find(const struct htcpcp_show *show, enum htcpcp_body_kind kind)
{
    dissector_handle_t handle;

    switch (kind) {
    case HTCPCP_BODY_JSON:
        return json_handle;
    case HTCPCP_BODY_MARKUP:
        handle = media_type_find(show);
        return handle != NULL ? handle : xml_handle;
    case HTCPCP_BODY_BINARY:
        return media_type_find(show);
    default:
        return text_handle;
    }
}

static const char *
kind_get_word(enum htcpcp_body_kind kind)
{
    switch (kind) {
    case HTCPCP_BODY_JSON:
        return "(JSON)";
    case HTCPCP_BODY_MARKUP:
        return "(XML)";
    default:
        return "";
    }
}

/* The file name for the export of a body: the last segment of the request URI. */
static const char *
object_make_name(const struct htcpcp_show *show, const struct htcpcp_exchange *exchange,
                 enum htcpcp_body_kind kind)
{
    const char *uri = exchange != NULL ? exchange->uri : "", *last = strrchr(uri, '/');
    const char *name = last != NULL && last[1] != '\0' ? last + 1 : "coffee";
    const char *ending = kind == HTCPCP_BODY_JSON     ? "json"
                         : kind == HTCPCP_BODY_MARKUP ? "html"
                         : kind == HTCPCP_BODY_BINARY ? "bin"
                                                      : "txt";

    return wmem_strdup_printf(show->pinfo->pool, "%s.%s", name, ending);
}

static void
object_tap(const struct htcpcp_show *show, const uint8_t *octets, size_t len,
           enum htcpcp_body_kind kind)
{
    const struct htcpcp_exchange *exchange = show->note != NULL ? show->note->exchange : NULL;
    struct htcpcp_tap_object *object;

    if (show->request || kind == HTCPCP_BODY_EMPTY || !htcpcp_tap_objects_are_wanted()) {
        return;
    }
    object = wmem_new0(show->pinfo->pool, struct htcpcp_tap_object);
    object->host = exchange != NULL && exchange->uri_pot != NULL ? exchange->uri_pot : "";
    object->media_type = show->media_type;
    object->name = object_make_name(show, exchange, kind);
    object->octets = octets;
    object->len = len;
    htcpcp_tap_object_queue(show->pinfo, object);
}

/* Shows a body, or a piece of one of unknown length: all of tvb. */
static const char *
octets_show(const struct htcpcp_show *show, tvbuff_t *tvb)
{
    const int len = (int)tvb_captured_length(tvb);
    const uint8_t *octets = tvb_get_ptr(tvb, 0, len);
    enum htcpcp_body_kind kind = htcpcp_body_classify(octets, (size_t)len);

    if (show->tree != NULL) {
        const char *text =
            (const char *)tvb_get_string_enc(show->pinfo->pool, tvb, 0, len, ENC_UTF_8 | ENC_NA);

        proto_tree_add_string_format_value(show->tree, hf_htcpcp_file_data, tvb, 0, len, text,
                                           "%d bytes", len);
    }
    object_tap(show, octets, (size_t)len, kind);
    if (kind == HTCPCP_BODY_EMPTY || (show->request && show->part->command != HTCPCP_BODY_EMPTY &&
                                      (kind == HTCPCP_BODY_START || kind == HTCPCP_BODY_STOP))) {
        return "";
    }
    if (kind == HTCPCP_BODY_JSON &&
        htcpcp_json_measure_depth(octets, (size_t)len) > JSON_DEPTH_MAX) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_deep_json,
                               "JSON nested deeper than %d levels, shown as text", JSON_DEPTH_MAX);
        kind = HTCPCP_BODY_TEXT;
    }
    if (show->tree == NULL) {
        return kind_get_word(kind);
    }
    if (!body_dissect(handle_find(show, kind), tvb, show)) {
        call_data_dissector(tvb, show->pinfo, show->parent);
    }
    return kind_get_word(kind);
}

/* Decodes the Content-Encoding of the body. Returns tvb if there is none, or on failure. */
static tvbuff_t *
body_decode(const struct htcpcp_show *show, tvbuff_t *tvb)
{
    const char *encoding = show->encoding;
    const int len = (int)tvb_captured_length(tvb);
    tvbuff_t *decoded = NULL;

    if (encoding == NULL || !decode_bodies || len == 0 || strcmp(encoding, "identity") == 0) {
        return tvb;
    }
    if (strcmp(encoding, "gzip") == 0 || strcmp(encoding, "x-gzip") == 0 ||
        strcmp(encoding, "deflate") == 0) {
        decoded = tvb_child_uncompress_zlib(tvb, tvb, 0, len);
    } else if (strcmp(encoding, "br") == 0) {
        decoded = tvb_child_uncompress_brotli(tvb, tvb, 0, len);
    }
    if (decoded == NULL) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_body_not_decoded,
                               "Body could not be decoded from %s", encoding);
        return tvb;
    }
    add_new_data_source(show->pinfo, decoded, "Decoded body");
    return decoded;
}

/* Shows a reassembled body. */
static const char *
reassembled_show(struct htcpcp_show *show)
{
    const struct htcpcp_octets *body = &show->note->body;
    tvbuff_t *tvb;

    if (body->len == 0) {
        return "";
    }
    tvb = tvb_new_child_real_data(show->tvb, body->octets, (unsigned)body->len, (int)body->len);
    add_new_data_source(show->pinfo, tvb, "Reassembled body");
    if (show->encoding == NULL) {
        show->encoding = show->note->encoding;
    }
    if (show->media_type == NULL) {
        show->media_type = show->note->media_type;
    }
    return octets_show(show, body_decode(show, tvb));
}

static void
chunks_show(const struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const size_t end = part->body.at + part->body.len;
    const uint8_t *octets = tvb_get_ptr(show->tvb, show->offset, (int)end);
    struct htcpcp_chunks chunks = part->chunks;
    struct htcpcp_span data;
    size_t at = part->body.at;

    while (htcpcp_chunks_next(&chunks, octets, end, &at, &data)) {
        if (show->tree != NULL) {
            proto_tree_add_uint(show->tree, hf_htcpcp_chunk_size, show->tvb,
                                show->offset + (int)data.at, (int)data.len, (uint32_t)data.len);
        }
    }
    if (part->chunks_broken) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_chunks_malformed);
    }
}

/* Saves the properties of the body that its later parts need. */
static void
head_save(struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;

    if (show->learn && show->note != NULL && !part->body_ends &&
        (part->kind == HTCPCP_PART_MESSAGE || part->kind == HTCPCP_PART_HEAD)) {
        if (show->media_type != NULL) {
            show->note->media_type = wmem_strdup(wmem_file_scope(), show->media_type);
        }
        if (show->encoding != NULL) {
            show->note->encoding = wmem_strdup(wmem_file_scope(), show->encoding);
        }
    }
}

/* Whether a body is too short is certain once the peer has responded or the capture has ended. */
static void
length_judge(const struct htcpcp_show *show)
{
    const struct htcpcp_message *message = &show->part->message;
    const size_t len =
        show->part->body_ends ? (size_t)message->content_length : show->note->body.len;

    if (len < message->content_length && PINFO_FD_VISITED(show->pinfo) &&
        !show->note->body_too_long) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_body_short,
                               "Body has %zu octets, Content-Length is %" PRIu64 " (RFC 2068 4.4)",
                               len, message->content_length);
    }
}

/* Reported with the head if Content-Length gives the length, otherwise where the body ends. */
static bool
is_too_long(const struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;

    if (part->counted && (part->kind == HTCPCP_PART_MESSAGE || part->kind == HTCPCP_PART_HEAD)) {
        return part->message.content_length > HTCPCP_BODY_KEPT_MAX;
    }
    return part->chunked && part->body_ends && show->note != NULL && show->note->body_too_long;
}

static const char *
pieces_show(struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const bool in_one = part->body_begins && part->body_ends && part->counted;
    const int at = show->offset + (int)part->body.at, len = (int)part->body.len;

    if (in_one) {
        return len > 0
                   ? octets_show(show, body_decode(show, tvb_new_subset_length(show->tvb, at, len)))
                   : "";
    }
    if (part->chunked) {
        chunks_show(show);
    }
    if (show->tree != NULL && len > 0) {
        proto_tree_add_item(show->tree, hf_htcpcp_body_piece, show->tvb, at, len,
                            ENC_UTF_8 | ENC_NA);
    }
    if (is_too_long(show)) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_body_too_long,
                               "Body longer than %u octets, not reassembled", HTCPCP_BODY_KEPT_MAX);
        return "";
    }
    if (part->counted && part->kind == HTCPCP_PART_MESSAGE && show->note != NULL) {
        length_judge(show);
    }
    return part->body_ends && show->note != NULL && !show->note->body_too_long
               ? reassembled_show(show)
               : "";
}

static const char *
command_show(const struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const int at = show->offset + (int)part->body.at, len = (int)part->body.len;
    const char *word = part->command == HTCPCP_BODY_START ? "start" : "stop";

    if (part->command == HTCPCP_BODY_TEXT) {
        if (show->note != NULL && show->note->exchange != NULL &&
            htcpcp_method_may_command(show->note->exchange->command)) {
            expert_add_info(show->pinfo, show->item, &ei_htcpcp_body_not_command);
        }
        return "";
    }
    if (part->command == HTCPCP_BODY_EMPTY) {
        return "";
    }
    if (show->tree != NULL) {
        proto_tree_add_string(show->tree, hf_htcpcp_command, show->tvb, at, len, word);
    }
    if (show->learn && show->note != NULL && show->note->exchange != NULL) {
        show->note->exchange->body = part->command;
    }
    return word;
}

const char *
htcpcp_body_show(struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const char *word = "", *command = "";

    head_save(show);
    if (show->request) {
        command = command_show(show);
    }
    if (part->counted || part->chunked) {
        word = pieces_show(show);
    } else if (part->body.len > 0) {
        tvbuff_t *tvb = tvb_new_subset_length(show->tvb, show->offset + (int)part->body.at,
                                              (int)part->body.len);

        word = octets_show(show, body_decode(show, tvb));
    }
    return command[0] != '\0' ? command : word;
}

void
htcpcp_body_register(int proto, expert_module_t *experts, module_t *preferences)
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_command,
         {"Command", "htcpcp.command", FT_STRING, BASE_NONE, NULL, 0x0,
          "Command to the pot: start or stop (RFC 2324 4)", HFILL}},
        {&hf_htcpcp_file_data,
         {"File Data", "htcpcp.file_data", FT_STRING, BASE_NONE, NULL, 0x0,
          "Body after removal of chunking and content encoding", HFILL}},
        {&hf_htcpcp_body_piece,
         {"Partial body", "htcpcp.body_piece", FT_STRING, BASE_NONE, NULL, 0x0,
          "Octets of a body that spans several segments or is chunked", HFILL}},
        {&hf_htcpcp_chunk_size,
         {"Chunk data", "htcpcp.chunk_size", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of octets of one chunk in this segment", HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_body_not_command,
         {"htcpcp.body_not_command", PI_PROTOCOL, PI_WARN,
          "Body is neither start nor stop (RFC 2324 4)", EXPFILL}},
        {&ei_htcpcp_body_short,
         {"htcpcp.body_short", PI_PROTOCOL, PI_WARN,
          "Body shorter than Content-Length (RFC 2068 4.4)", EXPFILL}},
        {&ei_htcpcp_body_too_long,
         {"htcpcp.body_too_long", PI_UNDECODED, PI_WARN, "Body too long for reassembly", EXPFILL}},
        {&ei_htcpcp_body_not_decoded,
         {"htcpcp.body_not_decoded", PI_UNDECODED, PI_NOTE, "Body could not be decoded", EXPFILL}},
        {&ei_htcpcp_chunks_malformed,
         {"htcpcp.chunks_malformed", PI_MALFORMED, PI_WARN, "Invalid chunk size (RFC 2068 3.6)",
          EXPFILL}},
        {&ei_htcpcp_deep_json,
         {"htcpcp.deep_json", PI_UNDECODED, PI_WARN, "JSON nested too deeply to dissect", EXPFILL}},
    };

    proto_htcpcp = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(experts, ei, array_length(ei));
    prefs_register_bool_preference(preferences, "decompress_body", "Uncompress entity bodies",
                                   "Whether to uncompress bodies that have a Content-Encoding",
                                   &decode_bodies);
}

void
htcpcp_body_handoff(int proto)
{
    json_handle = find_dissector_add_dependency("json", proto);
    text_handle = find_dissector_add_dependency("data-text-lines", proto);
    xml_handle = find_dissector_add_dependency("xml", proto);
    media_type_table = find_dissector_table("media_type");
}
