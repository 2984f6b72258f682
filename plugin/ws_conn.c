/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_conn.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>
#include <string.h>

/* A pair of endpoints, the lower one first. Compared and hashed as bytes: it has no padding. */
struct endpoints {
    uint8_t address_type;
    uint8_t address_bytes;
    uint16_t port[2];
    uint8_t addresses[2 * WS_ADDRESS_MAX_BYTES]; /* one right behind the other; the rest unused */
};

G_STATIC_ASSERT(sizeof(struct endpoints) == 6 + 2 * WS_ADDRESS_MAX_BYTES);

/* The latest connection between a pair of endpoints. */
struct line {
    struct endpoints endpoints;
    const conversation_t *conversation;
    struct hs_conn conn;
};

/* struct endpoints -> the latest struct line. find_conversation would tell the same for each
 * segment, at several times the price; only a segment with SYN can begin another conversation. */
static wmem_map_t *lines;

enum {
    NOTES_A_SLAB = 1024
};

/* Keys of what a frame has. */
enum {
    FRAME_NOTES,
    FRAME_ERROR
};

static int proto_owner = -1;
static int proto_tcp = -1;

/* The rest of the latest slab of notes. One allocation a note would cost a third more. */
static struct hs_note *spare_notes;
static unsigned spare_count;

static size_t
used_bytes(const struct endpoints *endpoints)
{
    return offsetof(struct endpoints, addresses) + 2 * (size_t)endpoints->address_bytes;
}

static guint
hash_endpoints(gconstpointer key)
{
    return wmem_strong_hash((const guint8 *)key, used_bytes((const struct endpoints *)key));
}

static gboolean
equal_endpoints(gconstpointer a, gconstpointer b)
{
    const size_t bytes = used_bytes((const struct endpoints *)a);

    return bytes == used_bytes((const struct endpoints *)b) && memcmp(a, b, bytes) == 0;
}

static void
forget_slab(void)
{
    spare_notes = NULL;
    spare_count = 0;
}

void
ws_conn_register(int proto)
{
    proto_owner = proto;
    proto_tcp = proto_get_id_by_filter_name("tcp");
    lines = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_endpoints,
                                   equal_endpoints);
    /* The slab lives in file scope, which ends before another capture is opened. */
    register_init_routine(forget_slab);
}

static enum hs_side
sort_endpoints(const struct ws_flow *flow, struct endpoints *endpoints)
{
    const size_t bytes = flow->address_bytes;
    int order = memcmp(flow->src, flow->dst, bytes);
    enum hs_side sender, receiver;

    if (order == 0) {
        order = flow->src_port - flow->dst_port;
    }
    sender = order <= 0 ? HS_SIDE_A : HS_SIDE_B;
    receiver = hs_side_peer(sender);
    endpoints->address_type = flow->address_type;
    endpoints->address_bytes = flow->address_bytes;
    endpoints->port[sender] = flow->src_port;
    endpoints->port[receiver] = flow->dst_port;
    memcpy(endpoints->addresses + bytes * sender, flow->src, bytes);
    memcpy(endpoints->addresses + bytes * receiver, flow->dst, bytes);
    return sender;
}

/* The conversation that tcp uses for the flow. */
static const conversation_t *
find_tcp_conversation(packet_info *pinfo, const struct ws_flow *flow)
{
    address src, dst;

    set_address(&src, flow->address_type, flow->address_bytes, flow->src);
    set_address(&dst, flow->address_type, flow->address_bytes, flow->dst);
    return find_conversation(pinfo->num, &src, &dst, CONVERSATION_TCP, flow->src_port,
                             flow->dst_port, 0);
}

static struct line *
add_line(const struct endpoints *endpoints, const conversation_t *conversation, uint32_t frame,
         struct line *previous)
{
    struct line *line = wmem_new(wmem_file_scope(), struct line);

    memcpy(&line->endpoints, endpoints, used_bytes(endpoints));
    line->conversation = conversation;
    hs_conn_init(&line->conn, frame, previous == NULL ? NULL : &previous->conn);
    wmem_map_insert(lines, &line->endpoints, line);
    return line;
}

struct hs_conn *
ws_conn_find(packet_info *pinfo, const struct ws_segment *segment, enum hs_side *side)
{
    struct endpoints endpoints;
    struct line *line;

    *side = sort_endpoints(&segment->flow, &endpoints);
    line = (struct line *)wmem_map_lookup(lines, &endpoints);
    if (line == NULL || (segment->tcp.flags & TCP_SYN)) {
        const conversation_t *conversation = find_tcp_conversation(pinfo, &segment->flow);

        if (line == NULL || line->conversation != conversation) {
            line = add_line(&endpoints, conversation, pinfo->num, line);
        }
    }
    return &line->conn;
}

struct hs_conn *
ws_conn_lookup(const struct ws_flow *flow, enum hs_side *side)
{
    struct endpoints endpoints;
    struct line *line;

    *side = sort_endpoints(flow, &endpoints);
    line = (struct line *)wmem_map_lookup(lines, &endpoints);
    return line == NULL ? NULL : &line->conn;
}

/* Every connection is part of a line. */
static const struct line *
line_of(const struct hs_conn *conn)
{
    return (const struct line *)(const void *)((const char *)conn - offsetof(struct line, conn));
}

uint32_t
ws_conn_stream(const struct hs_conn *conn)
{
    const conversation_t *conversation = line_of(conn)->conversation;
    const struct tcp_analysis *analysis;

    if (conversation == NULL) {
        return WS_STREAM_UNKNOWN;
    }
    /* get_tcp_conversation_data would turn the conversation round to fit pinfo. */
    analysis = (const struct tcp_analysis *)conversation_get_proto_data(conversation, proto_tcp);
    return analysis == NULL ? WS_STREAM_UNKNOWN : analysis->stream;
}

void
ws_conn_flow(const struct hs_conn *conn, enum hs_side source, struct ws_flow *flow)
{
    const struct endpoints *endpoints = &line_of(conn)->endpoints;
    const enum hs_side destination = hs_side_peer(source);
    const size_t bytes = endpoints->address_bytes;

    flow->address_type = endpoints->address_type;
    flow->address_bytes = endpoints->address_bytes;
    flow->src_port = endpoints->port[source];
    flow->dst_port = endpoints->port[destination];
    memcpy(flow->src, endpoints->addresses + bytes * source, bytes);
    memcpy(flow->dst, endpoints->addresses + bytes * destination, bytes);
}

struct hs_note *
ws_notes_new(packet_info *pinfo, unsigned count)
{
    struct hs_note *notes;

    if (count > spare_count) {
        spare_count = MAX(count, NOTES_A_SLAB);
        spare_notes = wmem_alloc_array(wmem_file_scope(), struct hs_note, spare_count);
    }
    notes = spare_notes;
    spare_notes += count;
    spare_count -= count;
    p_add_proto_data(wmem_file_scope(), pinfo, proto_owner, FRAME_NOTES, notes);
    return notes;
}

void
ws_notes_keep_findings(struct hs_note *note, const struct hs_findings *findings)
{
    if (findings->count > 0) {
        note->finding_count = findings->count;
        note->findings = (const struct hs_finding *)wmem_memdup(
            wmem_file_scope(), findings->list, findings->count * sizeof(struct hs_finding));
    }
}

const struct hs_note *
ws_notes_get(packet_info *pinfo)
{
    return (const struct hs_note *)p_get_proto_data(wmem_file_scope(), pinfo, proto_owner,
                                                    FRAME_NOTES);
}

void
ws_conn_keep_error(packet_info *pinfo, const struct hs_conn *conn)
{
    p_add_proto_data(wmem_file_scope(), pinfo, proto_owner, FRAME_ERROR, (void *)conn);
}

const struct hs_conn *
ws_conn_get_error(packet_info *pinfo)
{
    return (const struct hs_conn *)p_get_proto_data(wmem_file_scope(), pinfo, proto_owner,
                                                    FRAME_ERROR);
}
