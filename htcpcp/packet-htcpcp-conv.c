/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_compat.h"

#include <epan/conversation.h>
#include <epan/packet.h>
#include <epan/charsets.h>
#include <epan/proto_data.h>

#include <epan/dissectors/packet-tcp.h>
#include <string.h>

#include "packet-htcpcp-conv.h"

/* Keys of the data that is stored with a packet. */
enum {
    KEY_RECORDS, /* file scope: records of the frame */
    KEY_CALLS,   /* packet scope: number of calls of the dissector */
};

enum {
    HASHED_OCTETS_MAX = 64
};

static int proto_htcpcp = -1;
static int proto_tcp = -1;

void
htcpcp_conv_register(int proto)
{
    proto_htcpcp = proto;
    proto_tcp = proto_get_id_by_filter_name("tcp");
}

bool
htcpcp_is_first_visit(const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt;
}

struct htcpcp_conv *
htcpcp_conv_find(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation != NULL ? conversation_get_proto_data(conversation, proto_htcpcp) : NULL;
}

static struct htcpcp_conv *
conv_new(packet_info *pinfo)
{
    struct htcpcp_conv *conv = wmem_new0(wmem_file_scope(), struct htcpcp_conv);

    copy_address_wmem(wmem_file_scope(), &conv->end, &pinfo->src);
    conv->port = pinfo->srcport;
    conversation_add_proto_data(find_or_create_conversation(pinfo), proto_htcpcp, conv);
    return conv;
}

struct htcpcp_half *
htcpcp_half_get(struct htcpcp_conv *conv, const packet_info *pinfo)
{
    bool other = pinfo->srcport != conv->port || !addresses_equal(&pinfo->src, &conv->end);

    return &conv->halves[other ? 1 : 0];
}

static struct htcpcp_half *
half_get_peer(struct htcpcp_conv *conv, const struct htcpcp_half *half)
{
    return &conv->halves[half == &conv->halves[0] ? 1 : 0];
}

static void
octets_append(struct htcpcp_octets *to, const uint8_t *octets, size_t len)
{
    if (len == 0) {
        return;
    }
    if (to->len + len > to->capacity) {
        to->capacity = MAX(to->len + len, to->capacity * 2);
        to->octets = wmem_realloc(wmem_file_scope(), to->octets, to->capacity);
    }
    memcpy(to->octets + to->len, octets, len);
    to->len += len;
}

/* The data that TCP passes with its payload; NULL if another layer, such as TLS, is below. */
static const struct tcpinfo *
tcp_info_get(const packet_info *pinfo, const void *data)
{
    wmem_list_frame_t *own = wmem_list_tail(pinfo->layers);
    wmem_list_frame_t *below = own != NULL ? wmem_list_frame_prev(own) : NULL;

    return data != NULL && below != NULL &&
                   GPOINTER_TO_INT(wmem_list_frame_data(below)) == proto_tcp
               ? (const struct tcpinfo *)data
               : NULL;
}

static void
half_reset(struct htcpcp_half *half)
{
    half->stream = (struct htcpcp_stream){.sender = half->stream.sender};
    half->run = NULL;
    half->held = 0;
    half->current = NULL;
}

/* Learns the sequence number. Returns whether the octets are retransmitted. If octets are missing, those
 * that are held are discarded. */
static bool
sequence_learn(struct htcpcp_half *half, const struct tcpinfo *tcp, uint32_t len)
{
    if (tcp == NULL || tcp->is_reassembled) {
        half->seq_known = false;
        return false;
    }
    if (half->seq_known && (int32_t)(tcp->seq + len - half->next_seq) <= 0) {
        return true;
    }
    if (half->seq_known && tcp->seq != half->next_seq) {
        half_reset(half);
        htcpcp_stream_skip_gap(&half->stream);
    }
    half->next_seq = tcp->seq + len;
    half->seq_known = true;
    return false;
}

/* With their number, a hash of the first octets identifies a call within a frame. */
static uint32_t
hash_first_octets(tvbuff_t *tvb)
{
    const size_t len = MIN(tvb_captured_length(tvb), HASHED_OCTETS_MAX);

    return wmem_strong_hash(tvb_get_ptr(tvb, 0, (int)len), len);
}

static struct htcpcp_record *
record_new(tvbuff_t *tvb, packet_info *pinfo, const void *data, struct htcpcp_conv *conv)
{
    struct htcpcp_record *record = wmem_new0(wmem_file_scope(), struct htcpcp_record);
    struct htcpcp_half *half = htcpcp_half_get(conv, pinfo);

    record->octets = tvb_reported_length(tvb);
    record->hash = hash_first_octets(tvb);
    record->retransmitted = sequence_learn(half, tcp_info_get(pinfo, data), record->octets);
    record->before.sender = half->stream.sender;
    if (!record->retransmitted) {
        record->before = half->stream;
        record->run = half->run;
        record->held = half->held;
        record->current = half->current;
    }
    return record;
}

/* The number of calls of the dissector in the frame so far. */
static unsigned
calls_count(packet_info *pinfo)
{
    return GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, proto_htcpcp, KEY_CALLS));
}

/* The record of the call with that number, from 0, or NULL; sets *last to the record before it. */
static struct htcpcp_record *
record_find(packet_info *pinfo, unsigned call, struct htcpcp_record **last)
{
    struct htcpcp_record *record =
        p_get_proto_data(wmem_file_scope(), pinfo, proto_htcpcp, KEY_RECORDS);

    *last = NULL;
    for (unsigned i = 0; record != NULL && i < call; i++) {
        *last = record;
        record = record->next;
    }
    return record;
}

struct htcpcp_record *
htcpcp_record_get(tvbuff_t *tvb, packet_info *pinfo, const void *data, struct htcpcp_conv **conv)
{
    struct htcpcp_record *record, *last;
    unsigned calls;

    if (pinfo->flags.in_error_pkt) {
        return NULL;
    }
    calls = calls_count(pinfo);
    if (calls > 0) {
        p_remove_proto_data(pinfo->pool, pinfo, proto_htcpcp, KEY_CALLS);
    }
    p_add_proto_data(pinfo->pool, pinfo, proto_htcpcp, KEY_CALLS, GUINT_TO_POINTER(calls + 1));

    record = record_find(pinfo, calls, &last);
    if (record != NULL || PINFO_FD_VISITED(pinfo)) {
        return record;
    }
    if (*conv == NULL) {
        *conv = conv_new(pinfo);
    }
    record = record_new(tvb, pinfo, data, *conv);
    if (last != NULL) {
        last->next = record;
    } else {
        p_add_proto_data(wmem_file_scope(), pinfo, proto_htcpcp, KEY_RECORDS, record);
    }
    return record;
}

bool
htcpcp_record_is_of(tvbuff_t *tvb, packet_info *pinfo)
{
    struct htcpcp_record *last;
    const struct htcpcp_record *record = record_find(pinfo, calls_count(pinfo), &last);

    return record != NULL && record->octets == tvb_reported_length(tvb) &&
           record->hash == hash_first_octets(tvb);
}

const char *
htcpcp_text_keep(const uint8_t *octets, struct htcpcp_span span)
{
    return (const char *)get_utf_8_string(wmem_file_scope(), octets + span.at, (int)span.len);
}

/* The oldest request without a response, otherwise the latest request. */
static struct htcpcp_exchange *
exchange_get_due(const struct htcpcp_conv *conv)
{
    return conv->unanswered != NULL ? conv->unanswered : conv->last;
}

bool
htcpcp_conv_answers_head(const struct htcpcp_conv *conv)
{
    const struct htcpcp_exchange *exchange = exchange_get_due(conv);

    return exchange != NULL && exchange->command == HTCPCP_METHOD_HEAD;
}

static void
request_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_note *note,
              const uint8_t *octets, const struct htcpcp_message *message)
{
    struct htcpcp_exchange *exchange = wmem_new0(wmem_file_scope(), struct htcpcp_exchange);

    exchange->number = conv->last != NULL ? conv->last->number + 1 : 1;
    exchange->request_in = pinfo->num;
    exchange->request_time = pinfo->abs_ts;
    exchange->command = message->command;
    exchange->method = htcpcp_text_keep(octets, message->start.method);
    exchange->uri = htcpcp_text_keep(octets, message->start.uri);
    exchange->version = htcpcp_text_keep(octets, message->start.version);
    exchange->previous = conv->last;
    if (conv->last != NULL) {
        conv->last->next = exchange;
    }
    conv->last = exchange;
    if (conv->unanswered == NULL) {
        conv->unanswered = exchange;
    }
    note->exchange = exchange;
}

static void
response_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_note *note,
               const struct htcpcp_part *part)
{
    struct htcpcp_exchange *exchange = exchange_get_due(conv);

    note->interim = part->kind == HTCPCP_PART_MESSAGE && part->message.status / 100 == 1;
    note->response_number = 1;
    note->exchange = exchange;
    if (exchange == NULL) {
        return;
    }
    note->response_number = ++exchange->responses;
    if (note->interim) {
        return;
    }
    note->additional = exchange->response_in != 0;
    if (exchange->response_in == 0) {
        exchange->response_in = pinfo->num;
        conv->unanswered = exchange->next;
    }
}

static void
roles_learn(struct htcpcp_conv *conv, struct htcpcp_half *half, bool request)
{
    half->stream.sender = request ? HTCPCP_KIND_REQUEST : HTCPCP_KIND_RESPONSE;
    half_get_peer(conv, half)->stream.sender = request ? HTCPCP_KIND_RESPONSE : HTCPCP_KIND_REQUEST;
}

/* The server has responded to a head that is held: nothing of it follows. */
static void
held_flush(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_half *half)
{
    struct htcpcp_record *record = half->record;
    const struct htcpcp_run *run = half->run;
    struct htcpcp_part part;
    size_t at = 0;

    if (run == NULL || record == NULL || conv->unanswered != NULL) {
        return;
    }
    while (htcpcp_stream_next(&half->stream, run->held.octets, half->held, true, &at, &part)) {
        if (part.kind == HTCPCP_PART_MESSAGE) {
            struct htcpcp_note *note =
                htcpcp_message_learn(pinfo, conv, record, run->held.octets + part.at, &part);

            note->frame = note->exchange->request_in = half->frame;
            note->exchange->request_time = half->time;
        }
    }
    half_reset(half);
}

struct htcpcp_note *
htcpcp_message_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_record *record,
                     const uint8_t *octets, const struct htcpcp_part *part)
{
    struct htcpcp_half *half = htcpcp_half_get(conv, pinfo);
    struct htcpcp_half *peer = half_get_peer(conv, half);
    const bool request = part->kind == HTCPCP_PART_MESSAGE
                             ? part->message.kind == HTCPCP_KIND_REQUEST
                             : half->stream.sender == HTCPCP_KIND_REQUEST;
    struct htcpcp_note *note = wmem_new0(wmem_file_scope(), struct htcpcp_note);

    note->frame = pinfo->num;
    if (record->last_note != NULL) {
        record->last_note->next = note;
    } else {
        record->notes = note;
    }
    record->last_note = note;
    if (part->kind == HTCPCP_PART_STRAY && request) {
        return note;
    }
    if (request) {
        request_learn(pinfo, conv, note, octets, &part->message);
        return note;
    }
    if (part->message.status / 100 != 1) {
        held_flush(pinfo, conv, peer);
        peer->stream.answered = peer->stream.phase == HTCPCP_PHASE_COUNTED;
    }
    response_learn(pinfo, conv, note, part);
    return note;
}

void
htcpcp_body_learn(struct htcpcp_note *note, const uint8_t *octets, const struct htcpcp_part *part)
{
    const size_t end = part->body.at + part->body.len;
    struct htcpcp_chunks chunks = part->chunks;
    struct htcpcp_span data;
    size_t at = part->body.at;

    if (note->body.len + part->body.len > HTCPCP_BODY_KEPT_MAX ||
        (part->counted && part->message.content_length > HTCPCP_BODY_KEPT_MAX)) {
        note->body_too_long = true;
    }
    if (note->body_too_long) {
        return;
    }
    if (!part->chunked) {
        octets_append(&note->body, octets + at, part->body.len);
        return;
    }
    while (htcpcp_chunks_next(&chunks, octets, end, &at, &data)) {
        octets_append(&note->body, octets + data.at, data.len);
    }
}

/* If nothing follows a held status line, it is a response: stores its request for the second pass. */
static void
held_response_learn(packet_info *pinfo, const struct htcpcp_conv *conv, const uint8_t *octets,
                    const struct htcpcp_part *part, struct htcpcp_run *run)
{
    struct htcpcp_start start;

    if (conv->unanswered == NULL ||
        htcpcp_start_parse(HTCPCP_KIND_RESPONSE, octets, part->len, 0, &start) !=
            HTCPCP_MATCH_FULL ||
        start.status / 100 == 1) {
        return;
    }
    if (run->response == NULL) {
        run->response = wmem_new0(wmem_file_scope(), struct htcpcp_note);
        run->response->exchange = conv->unanswered;
        run->response->response_number = conv->unanswered->responses + 1;
    }
    run->response->frame = conv->unanswered->response_held_in = pinfo->num;
}

void
htcpcp_call_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_record *record,
                  const struct htcpcp_stream *stream, struct htcpcp_note *note,
                  const uint8_t *octets, const struct htcpcp_part *part)
{
    struct htcpcp_half *half = htcpcp_half_get(conv, pinfo);
    const enum htcpcp_kind sender = half->stream.sender;
    struct htcpcp_run *run = record->run;

    half->stream = *stream;
    half->current = note;
    half->record = record;
    half->frame = pinfo->num;
    half->time = pinfo->abs_ts;
    if (stream->sender == HTCPCP_KIND_NEITHER) {
        half->stream.sender = sender;
    }
    if (run != NULL) {
        run->continued_len = record->held;
        run->continued_in = pinfo->num;
    }
    half->run = NULL;
    half->held = 0;
    if (part == NULL) {
        return;
    }
    if (run != NULL && part->at == 0) {
        octets_append(&run->held, octets + record->held, part->len - record->held);
    } else {
        run = wmem_new0(wmem_file_scope(), struct htcpcp_run);
        run->begun_in = pinfo->num;
        octets_append(&run->held, octets, part->len);
    }
    half->run = record->run_after = run;
    half->held = record->held_after = part->len;
    if (sender == HTCPCP_KIND_RESPONSE) {
        held_response_learn(pinfo, conv, octets, part, run);
    }
}

void
htcpcp_roles_learn(packet_info *pinfo, struct htcpcp_conv *conv, bool request)
{
    roles_learn(conv, htcpcp_half_get(conv, pinfo), request);
}

bool
htcpcp_record_is_abandoned(const packet_info *pinfo, const struct htcpcp_record *record)
{
    return PINFO_FD_VISITED(pinfo) && record->run_after != NULL &&
           record->run_after->continued_len < record->held_after;
}
