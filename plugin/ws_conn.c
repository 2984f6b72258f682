/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_conn.h"

#include <epan/conversation.h>
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

void
ws_conn_register(void)
{
    lines = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_endpoints,
                                   equal_endpoints);
}

static enum hs_side
sort_endpoints(const struct ws_segment *segment, struct endpoints *endpoints)
{
    const size_t bytes = segment->address_bytes;
    int order = memcmp(segment->src, segment->dst, bytes);
    enum hs_side sender, receiver;

    if (order == 0) {
        order = segment->tcp.src_port - segment->tcp.dst_port;
    }
    sender = order <= 0 ? HS_SIDE_A : HS_SIDE_B;
    receiver = hs_side_peer(sender);
    endpoints->address_type = segment->address_type;
    endpoints->address_bytes = segment->address_bytes;
    endpoints->port[sender] = segment->tcp.src_port;
    endpoints->port[receiver] = segment->tcp.dst_port;
    memcpy(endpoints->addresses + bytes * sender, segment->src, bytes);
    memcpy(endpoints->addresses + bytes * receiver, segment->dst, bytes);
    return sender;
}

/* The conversation that tcp uses for the segment. */
static const conversation_t *
find_tcp_conversation(packet_info *pinfo, const struct ws_segment *segment)
{
    address src, dst;

    set_address(&src, segment->address_type, segment->address_bytes, segment->src);
    set_address(&dst, segment->address_type, segment->address_bytes, segment->dst);
    return find_conversation(pinfo->num, &src, &dst, CONVERSATION_TCP, segment->tcp.src_port,
                             segment->tcp.dst_port, 0);
}

static struct line *
add_line(const struct endpoints *endpoints, const conversation_t *conversation)
{
    struct line *line = wmem_new(wmem_file_scope(), struct line);

    memcpy(&line->endpoints, endpoints, used_bytes(endpoints));
    line->conversation = conversation;
    hs_conn_init(&line->conn);
    wmem_map_insert(lines, &line->endpoints, line);
    return line;
}

struct hs_conn *
ws_conn_find(packet_info *pinfo, const struct ws_segment *segment, enum hs_side *side)
{
    struct endpoints endpoints;
    struct line *line;

    *side = sort_endpoints(segment, &endpoints);
    line = (struct line *)wmem_map_lookup(lines, &endpoints);
    if (line == NULL || (segment->tcp.flags & TCP_SYN)) {
        const conversation_t *conversation = find_tcp_conversation(pinfo, segment);

        if (line == NULL || line->conversation != conversation) {
            line = add_line(&endpoints, conversation);
        }
    }
    return &line->conn;
}

struct ws_notes *
ws_notes_new(packet_info *pinfo, int proto, unsigned count)
{
    struct ws_notes *notes = (struct ws_notes *)wmem_alloc(
        wmem_file_scope(), sizeof(struct ws_notes) + count * sizeof(struct hs_note));

    notes->count = count;
    p_add_proto_data(wmem_file_scope(), pinfo, proto, 0, notes);
    return notes;
}

const struct ws_notes *
ws_notes_get(packet_info *pinfo, int proto)
{
    return (const struct ws_notes *)p_get_proto_data(wmem_file_scope(), pinfo, proto, 0);
}
