/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests and their responses, and the checks that need both.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "packet-htcpcp-brew.h"
#include "packet-htcpcp-match.h"

static int hf_htcpcp_request_number = -1;
static int hf_htcpcp_previous_request_in = -1;
static int hf_htcpcp_next_request_in = -1;
static int hf_htcpcp_response_in = -1;
static int hf_htcpcp_request_in = -1;
static int hf_htcpcp_time = -1;
static int hf_htcpcp_response_number = -1;
static int hf_htcpcp_response_for_uri = -1;
static int hf_htcpcp_response_for_method = -1;
static int hf_htcpcp_continuation_of = -1;

static expert_field ei_htcpcp_unanswered_request = EI_INIT;
static expert_field ei_htcpcp_content_type_missing = EI_INIT;
static expert_field ei_htcpcp_several_responses = EI_INIT;
static expert_field ei_htcpcp_unasked_response = EI_INIT;
static expert_field ei_htcpcp_multiple_without_alternates = EI_INIT;
static expert_field ei_htcpcp_not_acceptable_without_list = EI_INIT;
static expert_field ei_htcpcp_root_without_alternates = EI_INIT;

static void
frame_show(const struct htcpcp_show *show, int hf, uint32_t frame)
{
    if (frame != 0 && show->tree != NULL) {
        proto_item_set_generated(proto_tree_add_uint(show->tree, hf, show->tvb, 0, 0, frame));
    }
}

static void
request_match(const struct htcpcp_show *show, const struct htcpcp_exchange *exchange)
{
    if (show->tree != NULL) {
        proto_item_set_generated(proto_tree_add_uint(show->tree, hf_htcpcp_request_number,
                                                     show->tvb, 0, 0, exchange->number));
    }
    if (exchange->previous != NULL) {
        frame_show(show, hf_htcpcp_previous_request_in, exchange->previous->request_in);
    }
    if (exchange->next != NULL) {
        frame_show(show, hf_htcpcp_next_request_in, exchange->next->request_in);
    }
    if (exchange->response_in != 0) {
        frame_show(show, hf_htcpcp_response_in, exchange->response_in);
    } else if (exchange->response_held_in != 0 && PINFO_FD_VISITED(show->pinfo)) {
        frame_show(show, hf_htcpcp_response_in, exchange->response_held_in);
    } else if (PINFO_FD_VISITED(show->pinfo)) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_unanswered_request);
    }
}

static void
response_match(const struct htcpcp_show *show, const struct htcpcp_exchange *exchange)
{
    const struct htcpcp_note *note = show->note;
    nstime_t elapsed;

    if (show->tree != NULL) {
        frame_show(show, hf_htcpcp_request_in, exchange->request_in);
        nstime_delta(&elapsed, &show->pinfo->abs_ts, &exchange->request_time);
        proto_item_set_generated(
            proto_tree_add_time(show->tree, hf_htcpcp_time, show->tvb, 0, 0, &elapsed));
        proto_item_set_generated(proto_tree_add_string(show->tree, hf_htcpcp_response_for_method,
                                                       show->tvb, 0, 0, exchange->method));
        proto_item_set_generated(proto_tree_add_string(show->tree, hf_htcpcp_response_for_uri,
                                                       show->tvb, 0, 0, exchange->uri));
        proto_item_set_generated(proto_tree_add_uint(show->tree, hf_htcpcp_response_number,
                                                     show->tvb, 0, 0, note->response_number));
    }
    if (note->additional) {
        expert_add_info_format(
            show->pinfo, show->item, &ei_htcpcp_several_responses,
            "Response number %u to the request in frame %u, expected one response (RFC 2068 1.4)",
            note->response_number, exchange->request_in);
    }
}

/* Checks, where the head ends, for what the status code requires. A list of additions may also be in the
 * body, which may follow in a later segment. */
static void
response_judge(const struct htcpcp_show *show)
{
    const struct htcpcp_note *note = show->note;
    const struct htcpcp_part *part = show->part;
    const struct htcpcp_message *message = &part->message;
    const bool head_ends = part->head_ends && message->blank_line.len > 0;

    if (note == NULL || !head_ends || message->kind != HTCPCP_KIND_RESPONSE ||
        note->has_alternates) {
        return;
    }
    if (message->status == 300) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_multiple_without_alternates);
    } else if (note->exchange != NULL && note->exchange->tea && note->exchange->at_root &&
               note->exchange->command == HTCPCP_METHOD_BREW && message->status / 100 <= 3) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_root_without_alternates);
    }
    if (message->status == 406 && !note->has_list && part->body.len == 0 &&
        (note->exchange == NULL || note->exchange->command != HTCPCP_METHOD_HEAD)) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_not_acceptable_without_list);
    }
}

/* Checks, where the head ends, that an order has a Content-Type. */
static void
request_judge(const struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const enum htcpcp_method command = part->message.command;

    if (!part->head_ends || part->message.kind != HTCPCP_KIND_REQUEST ||
        (command != HTCPCP_METHOD_BREW && command != HTCPCP_METHOD_POST)) {
        return;
    }
    if (show->learn && !show->note->has_type) {
        show->note->type_missing = true;
    }
    if (show->note->type_missing) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_content_type_missing);
    }
}

void
htcpcp_match_show(struct htcpcp_show *show)
{
    const struct htcpcp_note *note = show->note;

    if (note == NULL) {
        return;
    }
    if (show->part->kind == HTCPCP_PART_HEAD || show->part->kind == HTCPCP_PART_BODY) {
        if (note->frame != show->pinfo->num) {
            frame_show(show, hf_htcpcp_continuation_of, note->frame);
        }
    } else if (note->response_number == 0) {
        if (note->exchange != NULL) {
            request_match(show, note->exchange);
        }
    } else if (note->exchange != NULL) {
        response_match(show, note->exchange);
    } else {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_unasked_response);
    }
    htcpcp_brew_show(show);
    request_judge(show);
    response_judge(show);
}

void
htcpcp_match_register(int proto, expert_module_t *experts)
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_request_number,
         {"Request number", "htcpcp.request_number", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the request on this connection", HFILL}},
        {&hf_htcpcp_previous_request_in,
         {"Previous request in frame", "htcpcp.prev_request_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_htcpcp_next_request_in,
         {"Next request in frame", "htcpcp.next_request_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_htcpcp_response_in,
         {"Response in frame", "htcpcp.response_in", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0x0,
          "First response to this request that is not interim", HFILL}},
        {&hf_htcpcp_request_in,
         {"Request in frame", "htcpcp.request_in", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, "Request that this response answers", HFILL}},
        {&hf_htcpcp_time,
         {"Time since request", "htcpcp.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_response_number,
         {"Response number", "htcpcp.response_number", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the response among those to the same request", HFILL}},
        {&hf_htcpcp_response_for_uri,
         {"Request URI", "htcpcp.response_for.uri", FT_STRING, BASE_NONE, NULL, 0x0,
          "URI of the request that this response answers", HFILL}},
        {&hf_htcpcp_response_for_method,
         {"Request Method", "htcpcp.response_for.method", FT_STRING, BASE_NONE, NULL, 0x0,
          "Method of the request that this response answers", HFILL}},
        {&hf_htcpcp_continuation_of,
         {"Continuation of frame", "htcpcp.continuation_of", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "Frame in which this message begins", HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_content_type_missing,
         {"htcpcp.content_type_missing", PI_PROTOCOL, PI_NOTE,
          "BREW or POST without Content-Type (RFC 2324 4, RFC 7168 3)", EXPFILL}},
        {&ei_htcpcp_unanswered_request,
         {"htcpcp.unanswered_request", PI_RESPONSE_CODE, PI_WARN, "No response captured", EXPFILL}},
        {&ei_htcpcp_several_responses,
         {"htcpcp.several_responses", PI_PROTOCOL, PI_WARN,
          "More than one response to a request (RFC 2068 1.4)", EXPFILL}},
        {&ei_htcpcp_unasked_response,
         {"htcpcp.unasked_response", PI_SEQUENCE, PI_NOTE, "Response without a captured request",
          EXPFILL}},
        {&ei_htcpcp_multiple_without_alternates,
         {"htcpcp.multiple_without_alternates", PI_PROTOCOL, PI_WARN,
          "Response 300 without Alternates (RFC 7168 2.3.1)", EXPFILL}},
        {&ei_htcpcp_not_acceptable_without_list,
         {"htcpcp.not_acceptable_without_list", PI_PROTOCOL, PI_NOTE,
          "Response 406 without a list of available additions (RFC 2324 2.3.1)", EXPFILL}},
        {&ei_htcpcp_root_without_alternates,
         {"htcpcp.root_without_alternates", PI_PROTOCOL, PI_WARN,
          "Response to a BREW of tea at / without Alternates (RFC 7168 2.1.1)", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(experts, ei, array_length(ei));
}
