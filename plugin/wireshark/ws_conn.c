/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_conn.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>
#include <string.h>

#include "hs_judge.h"

/* A pair of endpoints: words that say how many they are and of which type the addresses, the
 * ports, and the addresses, the lower endpoint's first. */
enum {
    WORD_COUNT_AND_TYPE,
    WORD_PORTS,
    WORD_ADDRESSES,
    ADDRESS_MAX_WORDS = WS_ADDRESS_MAX_BYTES / WS_WORD_BYTES,
    WORDS_MAX = WORD_ADDRESSES + 2 * ADDRESS_MAX_WORDS
};

struct endpoints {
    guint hash; /* of the words, which is wanted twice for a new connection */
    uint32_t words[WORDS_MAX];
};

/* The latest connection between a pair of endpoints. */
struct entry {
    struct hs_conn conn;
    struct endpoints endpoints; /* allocated as far as it is used */
};

/* The latest struct entry of each pair, a set of pointers to its endpoints. find_conversation would
 * tell nearly the same for each segment, at several times the price, and not the same in each version
 * of Wireshark: 4.4 begins a conversation also with a SYN-ACK of another number and with a SYN after a
 * RST or FIN. A wmem_map would take twice the memory. */
static GHashTable *entries;

/* Secrets of the hash: who does not know them cannot make keys that collide. */
static uint64_t hash_seeds[WORDS_MAX];

enum {
    NOTES_A_SLAB = 1024,
    BYTES_A_SLAB = 1 << 15
};

/* The notes of the frame that is visited for the first time: to look them up costs more than to write
 * them. They live in file scope. */
static struct {
    uint32_t frame;
    struct hs_note *notes;
} fresh;

/* Keys of what a frame has. */
enum {
    FRAME_NOTES,
    FRAME_ERROR
};

static int proto_owner = -1;
static int proto_tcp = -1;

/* The rest of the latest slab of notes. One allocation per note would cost a third more. */
static struct hs_note *spare_notes;
static unsigned spare_count;

/* Likewise of connections, of which each packet of a flood begins one. */
static char *spare_bytes;
static size_t spare_size;

static uint32_t
word_count(const struct endpoints *endpoints)
{
    return endpoints->words[WORD_COUNT_AND_TYPE] & 0xff;
}

/* Pair-multiply-shift (Thorup, High Speed Hashing for Integers and Strings, section 3.5): strongly
 * universal, and for IPv4 six times as fast as wmem_strong_hash. */
static uint64_t
hash_pair(const uint32_t *words, uint32_t at)
{
    return (hash_seeds[at] + words[at + 1]) * (hash_seeds[at + 1] + words[at]);
}

/* Two pairs are all that IPv4 has. */
static guint
hash_words(const uint32_t *words, uint32_t count)
{
    uint64_t sum = hash_pair(words, 0) + hash_pair(words, 2);

    for (uint32_t i = 4; i < count; i += 2) {
        sum += hash_pair(words, i);
    }
    return (guint)(sum >> 32);
}

static guint
get_hash(gconstpointer key)
{
    return ((const struct endpoints *)key)->hash;
}

static gboolean
equal_endpoints(gconstpointer a, gconstpointer b)
{
    const struct endpoints *left = (const struct endpoints *)a;
    const struct endpoints *right = (const struct endpoints *)b;

    return left->words[WORD_COUNT_AND_TYPE] == right->words[WORD_COUNT_AND_TYPE] &&
           memcmp(left->words, right->words, word_count(left) * sizeof left->words[0]) == 0;
}

static struct entry *
find_entry(const struct endpoints *endpoints)
{
    gpointer key;

    return g_hash_table_lookup_extended(entries, endpoints, &key, NULL)
               ? (struct entry *)((char *)key - offsetof(struct entry, endpoints))
               : NULL;
}

/* Notes and entries live in file scope, which ends before another capture is opened. */
static void
forget_capture(void)
{
    spare_notes = NULL;
    spare_count = 0;
    spare_size = 0;
    fresh.frame = 0;
    g_hash_table_remove_all(entries);
}

void
ws_conn_register(int proto)
{
    proto_owner = proto;
    proto_tcp = proto_get_id_by_filter_name("tcp");
    for (int i = 0; i < WORDS_MAX; i++) {
        hash_seeds[i] = (uint64_t)g_random_int() << 32 | g_random_int();
    }
    entries = g_hash_table_new(get_hash, equal_endpoints);
    register_init_routine(forget_capture);
}

static enum hs_side
sort_endpoints(const struct ws_flow *flow, struct endpoints *endpoints)
{
    const uint32_t count = flow->address_bytes / WS_WORD_BYTES;
    uint32_t src[ADDRESS_MAX_WORDS], dst[ADDRESS_MAX_WORDS];
    uint32_t *words = endpoints->words, i = 0;
    bool from_lower;

    memcpy(src, flow->src, sizeof src);
    memcpy(dst, flow->dst, sizeof dst);
    while (i < count - 1 && src[i] == dst[i]) {
        i++;
    }
    from_lower = src[i] != dst[i] ? src[i] < dst[i] : flow->src_port <= flow->dst_port;
    words[WORD_COUNT_AND_TYPE] = (WORD_ADDRESSES + 2 * count) | (uint32_t)flow->address_type << 8;
    words[WORD_PORTS] = from_lower ? (uint32_t)flow->src_port << 16 | flow->dst_port
                                   : (uint32_t)flow->dst_port << 16 | flow->src_port;
    words[WORD_ADDRESSES] = from_lower ? src[0] : dst[0];
    words[WORD_ADDRESSES + count] = from_lower ? dst[0] : src[0];
    for (i = 1; i < count; i++) {
        words[WORD_ADDRESSES + i] = from_lower ? src[i] : dst[i];
        words[WORD_ADDRESSES + count + i] = from_lower ? dst[i] : src[i];
    }
    endpoints->hash = hash_words(words, WORD_ADDRESSES + 2 * count);
    return from_lower ? HS_SIDE_A : HS_SIDE_B;
}

/* The conversation that tcp used for the flow in a frame. */
static const conversation_t *
find_tcp_conversation(uint32_t frame, const struct ws_flow *flow)
{
    address src, dst;

    set_address(&src, flow->address_type, flow->address_bytes, flow->src);
    set_address(&dst, flow->address_type, flow->address_bytes, flow->dst);
    return find_conversation(frame, &src, &dst, CONVERSATION_TCP, flow->src_port, flow->dst_port,
                             0);
}

static void *
take_bytes(size_t bytes)
{
    const size_t align = _Alignof(struct entry), taken = (bytes + align - 1) / align * align;

    if (taken > spare_size) {
        spare_size = BYTES_A_SLAB;
        spare_bytes = (char *)wmem_alloc(wmem_file_scope(), spare_size);
    }
    spare_size -= taken;
    return spare_bytes + spare_size;
}

static struct entry *
add_entry(const struct endpoints *endpoints, uint32_t frame, struct entry *previous)
{
    const size_t key_bytes =
        offsetof(struct endpoints, words) + word_count(endpoints) * sizeof endpoints->words[0];
    struct entry *entry = (struct entry *)take_bytes(offsetof(struct entry, endpoints) + key_bytes);

    memcpy(&entry->endpoints, endpoints, key_bytes);
    hs_conn_init(&entry->conn, frame, previous == NULL ? NULL : &previous->conn);
    g_hash_table_replace(entries, &entry->endpoints, &entry->endpoints);
    return entry;
}

struct hs_conn *
ws_conn_find(packet_info *pinfo, const struct ws_segment *segment, enum hs_side *side)
{
    struct endpoints endpoints;
    struct entry *entry;

    *side = sort_endpoints(&segment->flow, &endpoints);
    entry = find_entry(&endpoints);
    if (entry == NULL || hs_judge_begins_anew(&entry->conn.side[*side], &segment->tcp)) {
        entry = add_entry(&endpoints, pinfo->num, entry);
    }
    return &entry->conn;
}

struct hs_conn *
ws_conn_lookup(const struct ws_flow *flow, enum hs_side *side)
{
    struct endpoints endpoints;
    struct entry *entry;

    *side = sort_endpoints(flow, &endpoints);
    entry = find_entry(&endpoints);
    return entry == NULL ? NULL : &entry->conn;
}

/* Every connection is part of an entry. */
static const struct entry *
entry_of(const struct hs_conn *conn)
{
    return (const struct entry *)(const void *)((const char *)conn - offsetof(struct entry, conn));
}

uint32_t
ws_conn_stream(const struct hs_conn *conn)
{
    const conversation_t *conversation;
    const struct tcp_analysis *analysis;
    struct ws_flow flow;

    ws_conn_flow(conn, HS_SIDE_A, &flow);
    conversation = find_tcp_conversation(conn->first_frame, &flow);
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
    const uint32_t *words = entry_of(conn)->endpoints.words;
    const uint32_t count = (word_count(&entry_of(conn)->endpoints) - WORD_ADDRESSES) / 2;
    const uint16_t lower_port = (uint16_t)(words[WORD_PORTS] >> 16);
    const uint16_t higher_port = (uint16_t)words[WORD_PORTS];
    const uint32_t *lower = words + WORD_ADDRESSES, *higher = lower + count;
    const bool from_lower = source == HS_SIDE_A;

    flow->address_type = (uint8_t)(words[WORD_COUNT_AND_TYPE] >> 8);
    flow->address_bytes = (uint8_t)(count * WS_WORD_BYTES);
    flow->src_port = from_lower ? lower_port : higher_port;
    flow->dst_port = from_lower ? higher_port : lower_port;
    memcpy(flow->src, from_lower ? lower : higher, flow->address_bytes);
    memcpy(flow->dst, from_lower ? higher : lower, flow->address_bytes);
}

static struct hs_note *
take_notes(unsigned count)
{
    struct hs_note *notes;

    if (count > spare_count) {
        spare_count = MAX(count, NOTES_A_SLAB);
        spare_notes = wmem_alloc_array(wmem_file_scope(), struct hs_note, spare_count);
    }
    notes = spare_notes;
    spare_notes += count;
    spare_count -= count;
    return notes;
}

static unsigned
count_notes(const struct hs_note *notes)
{
    unsigned count = 1;

    while (!notes[count - 1].last) {
        count++;
    }
    return count;
}

/* Adds a note behind those that the frame has. */
static struct hs_note *
add_further_note(packet_info *pinfo)
{
    const unsigned count = count_notes(fresh.notes);
    struct hs_note *note = take_notes(1);

    if (note != fresh.notes + count) {
        /* A new slab was begun. */
        spare_count = 0;
        note = take_notes(count + 1);
        memcpy(note, fresh.notes, count * sizeof *note);
        p_remove_proto_data(wmem_file_scope(), pinfo, proto_owner, FRAME_NOTES);
        p_add_proto_data(wmem_file_scope(), pinfo, proto_owner, FRAME_NOTES, note);
        fresh.notes = note;
        note += count;
    }
    note[-1].last = false;
    return note;
}

struct hs_note *
ws_notes_add(packet_info *pinfo)
{
    if (fresh.frame == pinfo->num) {
        return add_further_note(pinfo);
    }
    fresh.frame = pinfo->num;
    fresh.notes = take_notes(1);
    p_add_proto_data(wmem_file_scope(), pinfo, proto_owner, FRAME_NOTES, fresh.notes);
    return fresh.notes;
}

void
ws_notes_keep_findings(struct hs_note *note, const struct hs_findings *findings)
{
    const size_t list_bytes = findings->count * sizeof findings->list[0];
    struct hs_oddity *oddity;

    if (findings->count > 0) {
        oddity = (struct hs_oddity *)wmem_alloc(wmem_file_scope(),
                                                offsetof(struct hs_oddity, list) + list_bytes);
        oddity->conn = note->conn;
        memcpy(oddity->list, findings->list, list_bytes);
        note->oddity = oddity;
        note->finding_count = findings->count;
    }
}

const struct hs_note *
ws_notes_get(packet_info *pinfo)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        return fresh.frame == pinfo->num ? fresh.notes : NULL;
    }
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
