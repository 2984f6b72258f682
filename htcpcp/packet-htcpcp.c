/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hyper Text Coffee Pot Control Protocol (RFC 2324, RFC 7168) over TCP and TLS.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <string.h>

#include "packet-htcpcp-body.h"
#include "packet-htcpcp-brew.h"
#include "packet-htcpcp-conv.h"
#include "packet-htcpcp-headers.h"
#include "packet-htcpcp-heur.h"
#include "packet-htcpcp-http.h"
#include "packet-htcpcp-match.h"
#include "packet-htcpcp-show.h"
#include "packet-htcpcp-start.h"
#include "packet-htcpcp-uri.h"
#include "packet-htcpcp-values.h"
#include "packet-htcpcp.h"
#include "tap-htcpcp.h"

#define HTCPCP_TCP_PORTS "5030"

static int proto_htcpcp = -1;

static int hf_htcpcp_held = -1;
static int hf_htcpcp_held_begun_in = -1;
static int hf_htcpcp_held_continued_in = -1;

static int ett_htcpcp = -1;

static dissector_handle_t htcpcp_handle;

/* One call of the dissector. */
struct call {
    tvbuff_t *tvb; /* including held octets at the beginning */
    const uint8_t *octets;
    packet_info *pinfo;
    proto_tree *tree;
    struct htcpcp_conv *conv;
    struct htcpcp_record *record; /* NULL: none */
    bool learn;
    struct htcpcp_note *next_note; /* of the next message that begins, if known */
    struct htcpcp_note *note;      /* of the current message, like kind */
    enum htcpcp_kind kind;         /* of the current message */
    enum htcpcp_kind sender;
    bool cut; /* the captured length is less than the reported length */
    bool shown;
};

static void
columns_begin(struct call *call)
{
    if (!call->shown) {
        col_set_str(call->pinfo->cinfo, COL_PROTOCOL, "HTCPCP");
        col_clear(call->pinfo->cinfo, COL_INFO);
        call->shown = true;
    }
}

/* Appends to the Info column; the next message in the frame appends after it. */
static void
columns_fill(struct call *call, const char *text, const char *body, const char *additions)
{
    column_info *cinfo = call->pinfo->cinfo;

    col_append_sep_str(cinfo, COL_INFO, ", ", text);
    if (body[0] != '\0') {
        col_append_fstr(cinfo, COL_INFO, " %s", body);
    }
    if (additions != NULL) {
        col_append_fstr(cinfo, COL_INFO, " [%s]", additions);
    }
    col_set_fence(cinfo, COL_INFO);
}

static const char *
span_make_text(const struct htcpcp_show *show, struct htcpcp_span span)
{
    return tvb_format_text(show->pinfo->pool, show->tvb, show->offset + (int)span.at,
                           (int)span.len);
}

/* "BREW coffee://ducky", "418 I'm a teapot" */
static const char *
message_make_text(const struct htcpcp_show *show)
{
    const struct htcpcp_start *start = &show->part->message.start;
    const struct htcpcp_span one = show->request ? start->method : start->code;
    const struct htcpcp_span two = show->request ? start->uri : start->phrase;

    if (two.len == 0) {
        return span_make_text(show, one);
    }
    return wmem_strdup_printf(show->pinfo->pool, "%s %s", span_make_text(show, one),
                              span_make_text(show, two));
}

static const char *
continuation_get_text(const struct htcpcp_show *show, bool head)
{
    if (show->part->kind == HTCPCP_PART_STRAY && !show->request) {
        return "Response without status line";
    }
    return head ? "Continuation of headers" : "Continuation";
}

/* Passes the message to the statistics. */
static void
part_tap(const struct htcpcp_show *show, const char *text)
{
    const struct htcpcp_exchange *exchange = show->note != NULL ? show->note->exchange : NULL;
    const bool begins = show->part->kind == HTCPCP_PART_MESSAGE ||
                        (show->part->kind == HTCPCP_PART_STRAY && !show->request);
    struct htcpcp_tap *tap;

    if (!htcpcp_tap_is_wanted()) {
        return;
    }
    tap = wmem_new0(show->pinfo->pool, struct htcpcp_tap);
    tap->note = show->note;
    tap->begins = begins;
    tap->request = show->request;
    tap->additions = show->additions;
    tap->languages = show->languages;
    tap->name =
        show->request && begins ? span_make_text(show, show->part->message.start.method) : text;
    if (begins && show->request && exchange != NULL) {
        tap->pot = exchange->pot != NULL ? exchange->pot : exchange->uri_pot;
    }
    htcpcp_tap_queue(show->pinfo, tap);
}

static void
part_show(struct call *call, const struct htcpcp_part *part)
{
    const bool begins = part->kind == HTCPCP_PART_MESSAGE;
    const bool head = begins || part->kind == HTCPCP_PART_HEAD;
    struct htcpcp_show show = {.tvb = call->tvb,
                               .pinfo = call->pinfo,
                               .parent = call->tree,
                               .offset = (int)part->at,
                               .part = part,
                               .note = call->note,
                               .learn = call->learn};
    const char *word = "", *text;

    columns_begin(call);
    show.request = call->kind == HTCPCP_KIND_REQUEST;
    show.item = proto_tree_add_item(call->tree, proto_htcpcp, call->tvb, show.offset,
                                    (int)part->len, ENC_NA);
    show.tree = proto_item_add_subtree(show.item, ett_htcpcp);
    if (part->at == 0 && call->record != NULL && call->record->run != NULL && show.tree != NULL) {
        proto_item_set_generated(proto_tree_add_uint(show.tree, hf_htcpcp_held_begun_in, call->tvb,
                                                     0, (int)call->record->held,
                                                     call->record->run->begun_in));
    }
    if (begins) {
        htcpcp_start_show(&show);
    } else if (part->kind == HTCPCP_PART_STRAY && !show.request) {
        htcpcp_start_show_missing(&show);
    }
    if (head) {
        htcpcp_headers_show(&show);
    }
    word = htcpcp_body_show(&show);
    htcpcp_match_show(&show);
    text = begins ? message_make_text(&show) : continuation_get_text(&show, head);
    columns_fill(call, text, word, show.additions);
    part_tap(&show, text);
}

static void
held_show(struct call *call, const struct htcpcp_part *part)
{
    const struct htcpcp_run *run = call->record != NULL ? call->record->run_after : NULL;
    const int offset = (int)part->at;
    int len = (int)part->len;
    proto_item *item;
    proto_tree *tree;

    columns_begin(call);
    columns_fill(call, "Partial message, completed in a later segment", "", NULL);
    if (call->tree == NULL) {
        return;
    }
    item = proto_tree_add_item(call->tree, proto_htcpcp, call->tvb, offset, len, ENC_NA);
    tree = proto_item_add_subtree(item, ett_htcpcp);
    proto_tree_add_item(tree, hf_htcpcp_held, call->tvb, offset, len, ENC_UTF_8 | ENC_NA);
    if (run != NULL && run->continued_len >= call->record->held_after) {
        item = proto_tree_add_uint(tree, hf_htcpcp_held_continued_in, call->tvb, 0, 0,
                                   run->continued_in);
        proto_item_set_generated(item);
    }
}

/* Sets the note of a message that begins. */
static void
message_begin(struct call *call, const struct htcpcp_part *part)
{
    call->kind = part->kind == HTCPCP_PART_STRAY ? call->sender : part->message.kind;
    if (call->learn) {
        call->note = htcpcp_message_learn(call->pinfo, call->conv, call->record,
                                          call->octets + part->at, part);
    } else {
        call->note = call->next_note;
        call->next_note = call->note != NULL ? call->note->next : NULL;
    }
}

/* Whether the body of a part needs reassembly. */
static bool
body_is_in_pieces(const struct htcpcp_part *part)
{
    return part->chunked || (part->counted && !(part->body_begins && part->body_ends));
}

static bool
answers_head(const struct call *call)
{
    if (call->learn) {
        return htcpcp_conv_answers_head(call->conv);
    }
    return call->next_note != NULL && call->next_note->exchange != NULL &&
           call->next_note->exchange->command == HTCPCP_METHOD_HEAD;
}

/* Whether nothing follows the held octets. False in the first pass. */
static bool
held_is_abandoned(const struct call *call)
{
    return !call->learn &&
           (call->record == NULL || htcpcp_record_is_abandoned(call->pinfo, call->record));
}

/* Shows all parts of the call. Returns whether the last one is held. */
static bool
parts_show(struct call *call, struct htcpcp_stream *stream, struct htcpcp_part *part)
{
    const size_t len = tvb_captured_length(call->tvb);
    const bool sender_known = stream->sender != HTCPCP_KIND_NEITHER;
    bool last = sender_known && call->cut;
    size_t at = 0;

    stream->answers_head = answers_head(call);
    while (htcpcp_stream_next(stream, call->octets, len, last, &at, part)) {
        if (part->kind == HTCPCP_PART_HELD) {
            if (!sender_known || !held_is_abandoned(call)) {
                held_show(call, part);
                return true;
            }
            at = part->at;
            last = true;
            if (call->record != NULL && call->record->run_after->response != NULL) {
                call->next_note = call->record->run_after->response;
            }
            continue;
        }
        if (part->kind == HTCPCP_PART_MESSAGE || part->kind == HTCPCP_PART_STRAY) {
            message_begin(call, part);
        }
        if (call->learn && body_is_in_pieces(part)) {
            htcpcp_body_learn(call->note, call->octets + part->at, part);
        }
        if (part->kind != HTCPCP_PART_BLANK) {
            part_show(call, part);
        }
        stream->answers_head = answers_head(call);
    }
    return false;
}

/* The held octets followed by those of tvb. */
static tvbuff_t *
held_join(tvbuff_t *tvb, packet_info *pinfo, const struct htcpcp_record *record)
{
    const size_t len = tvb_captured_length(tvb);
    uint8_t *octets = wmem_alloc(pinfo->pool, record->held + len);
    tvbuff_t *joined;

    memcpy(octets, record->run->held.octets, record->held);
    tvb_memcpy(tvb, octets + record->held, 0, len);
    joined = tvb_new_child_real_data(tvb, octets, (unsigned)(record->held + len),
                                     (int)(record->held + len));
    add_new_data_source(pinfo, joined, "Reassembled HTCPCP");
    return joined;
}

/* Learns the role of the sender from its first start line. Returns false if the data is not HTCPCP. */
static bool
sender_learn(struct call *call, struct htcpcp_stream *stream)
{
    const size_t len = tvb_captured_length(call->tvb);
    struct htcpcp_start start;
    size_t at = 0;
    enum htcpcp_match match;

    if (stream->sender != HTCPCP_KIND_NEITHER) {
        return true;
    }
    while (at < len && (call->octets[at] == '\r' || call->octets[at] == '\n')) {
        at++;
    }
    match = htcpcp_start_parse(HTCPCP_KIND_NEITHER, call->octets, len, at, &start);
    if (match == HTCPCP_MATCH_FULL) {
        stream->sender = start.kind;
        if (call->learn) {
            htcpcp_roles_learn(call->pinfo, call->conv, start.kind == HTCPCP_KIND_REQUEST);
        }
    }
    return match == HTCPCP_MATCH_FULL || (match == HTCPCP_MATCH_PREFIX && call->record != NULL);
}

/* Whether the octets are retransmitted, such as a keep-alive, and do not begin with a start line. */
static bool
is_retransmission(const struct call *call)
{
    const size_t len = tvb_captured_length(call->tvb);
    struct htcpcp_start start;

    return call->record != NULL && call->record->retransmitted &&
           htcpcp_start_parse(call->sender, call->octets, len, 0, &start) != HTCPCP_MATCH_FULL;
}

static int
dissect_htcpcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const unsigned len = tvb_captured_length(tvb);
    struct call call = {.tvb = tvb, .pinfo = pinfo, .tree = tree};
    struct htcpcp_stream stream = {0};
    struct htcpcp_part part;
    bool held;

    if (len == 0) {
        return 0;
    }
    call.conv = htcpcp_conv_find(pinfo);
    call.record = htcpcp_record_get(tvb, pinfo, data, &call.conv);
    call.learn = call.record != NULL && htcpcp_is_first_visit(pinfo) && !call.record->retransmitted;
    if (call.record != NULL) {
        stream = call.record->before;
        call.note = call.record->current;
        call.next_note = call.record->notes;
        call.kind = stream.kind;
        if (call.record->run != NULL) {
            call.tvb = held_join(tvb, pinfo, call.record);
        }
    } else if (!pinfo->flags.in_error_pkt) {
        return 0;
    }
    call.octets = tvb_get_ptr(call.tvb, 0, (int)tvb_captured_length(call.tvb));
    if (!sender_learn(&call, &stream)) {
        return 0;
    }
    call.sender = stream.sender;
    call.cut = tvb_reported_length(tvb) > len;
    if (is_retransmission(&call)) {
        columns_begin(&call);
        columns_fill(&call, "Retransmitted data", "", NULL);
        proto_tree_add_item(tree, proto_htcpcp, tvb, 0, (int)len, ENC_NA);
        return (int)len;
    }
    held = parts_show(&call, &stream, &part);
    if (call.learn && call.cut) {
        /* The position of the next octets in the message is unknown. */
        htcpcp_stream_skip_gap(&stream);
        held = false;
    }
    if (call.learn) {
        htcpcp_call_learn(pinfo, call.conv, call.record, &stream, call.note,
                          held ? call.octets + part.at : NULL, held ? &part : NULL);
    }
    if (!call.shown) {
        columns_begin(&call);
        columns_fill(&call, "Blank lines", "", NULL);
    }
    htcpcp_tap_follow_queue(pinfo, tvb);
    if (call.cut) {
        /* Throws the exception that makes Wireshark report the packet as truncated. */
        col_append_str(pinfo->cinfo, COL_INFO, " ");
        tvb_ensure_bytes_exist(tvb, (int)len, 1);
    }
    return (int)len;
}

/* A body that HTTP, HTTP/2 or multipart carries with a media type of HTCPCP. Its octets determine
 * the kind, because not all of them provide the direction. */
static int
dissect_htcpcp_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const unsigned len = tvb_captured_length(tvb);
    struct htcpcp_part part = {.kind = HTCPCP_PART_BODY,
                               .len = len,
                               .body = {0, len},
                               .body_begins = true,
                               .body_ends = true};
    struct htcpcp_show show = {.tvb = tvb, .pinfo = pinfo, .parent = tree, .part = &part};
    const char *word;

    if (len == 0) {
        return 0;
    }
    part.command = htcpcp_body_classify(tvb_get_ptr(tvb, 0, (int)len), len);
    show.request = part.command == HTCPCP_BODY_START || part.command == HTCPCP_BODY_STOP;
    show.item = proto_tree_add_item(tree, proto_htcpcp, tvb, 0, (int)len, ENC_NA);
    show.tree = proto_item_add_subtree(show.item, ett_htcpcp);
    word = htcpcp_body_show(&show);
    if (show.request) {
        col_append_sep_str(pinfo->cinfo, COL_INFO, " ", word);
    }
    return (int)len;
}

void
proto_register_htcpcp(void)
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_held,
         {"Partial message", "htcpcp.held", FT_STRING, BASE_NONE, NULL, 0x0,
          "Octets that are dissected with the segment that completes them", HFILL}},
        {&hf_htcpcp_held_begun_in,
         {"Begins in frame", "htcpcp.begun_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "Frame with the first octets of this message or header line", HFILL}},
        {&hf_htcpcp_held_continued_in,
         {"Completed in frame", "htcpcp.continued_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "Frame in which these octets are dissected", HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp,
    };
    expert_module_t *experts;
    module_t *preferences;

    proto_htcpcp =
        proto_register_protocol("Hyper Text Coffee Pot Control Protocol", "HTCPCP", "htcpcp");
    proto_register_field_array(proto_htcpcp, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    experts = expert_register_protocol(proto_htcpcp);
    preferences = prefs_register_protocol(proto_htcpcp, htcpcp_http_apply);
    htcpcp_show_register();
    htcpcp_start_register(proto_htcpcp, experts);
    htcpcp_headers_register(proto_htcpcp, experts);
    htcpcp_uri_register(proto_htcpcp, experts);
    htcpcp_values_register(proto_htcpcp, experts);
    htcpcp_body_register(proto_htcpcp, experts, preferences);
    htcpcp_match_register(proto_htcpcp, experts);
    htcpcp_brew_register(proto_htcpcp, experts);
    htcpcp_conv_register(proto_htcpcp);
    htcpcp_taps_register(proto_htcpcp);
    htcpcp_http_register(preferences);
    htcpcp_handle = register_dissector("htcpcp", dissect_htcpcp, proto_htcpcp);
}

void
proto_reg_handoff_htcpcp(void)
{
    htcpcp_body_handoff(proto_htcpcp);
    htcpcp_taps_handoff(proto_htcpcp);
    dissector_add_uint_range_with_preference("tcp.port", HTCPCP_TCP_PORTS, htcpcp_handle);
    dissector_add_uint_range_with_preference("tls.port", "", htcpcp_handle);
    htcpcp_heur_handoff(proto_htcpcp, dissect_htcpcp, htcpcp_handle,
                        create_dissector_handle(dissect_htcpcp_body, proto_htcpcp));
    htcpcp_http_handoff(htcpcp_handle);
}
