/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_conn_map.h"

#include <epan/packet.h>
#include <epan/wmem_scopes.h>

struct entry {
    const struct hs_conn *conn;
    max_align_t content[]; /* of the size that the listener asked for */
};

struct ws_conn_map {
    size_t entry_bytes;
    GHashTable *by_conn; /* conn -> struct entry */
    GPtrArray *entries;  /* in the order in which they were added; owns them */
    struct entry *latest;
    bool watches_capture;
    unsigned watcher;
};

struct ws_conn_map *
ws_conn_map_new(size_t entry_bytes)
{
    struct ws_conn_map *map = g_new0(struct ws_conn_map, 1);

    map->entry_bytes = entry_bytes;
    map->by_conn = g_hash_table_new(g_direct_hash, g_direct_equal);
    map->entries = g_ptr_array_new_with_free_func(g_free);
    return map;
}

void
ws_conn_map_clear(struct ws_conn_map *map)
{
    g_hash_table_remove_all(map->by_conn);
    g_ptr_array_set_size(map->entries, 0);
    map->latest = NULL;
}

/* Listeners do not learn of everything that closes a capture (tshark -M). */
static ws_bool_t
on_capture_closed(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data)
{
    struct ws_conn_map *map = (struct ws_conn_map *)data;

    ws_conn_map_clear(map);
    map->watches_capture = false;
    return false;
}

static struct entry *
add_entry(struct ws_conn_map *map, const struct hs_conn *conn)
{
    struct entry *entry =
        (struct entry *)g_malloc0(offsetof(struct entry, content) + map->entry_bytes);

    entry->conn = conn;
    g_hash_table_insert(map->by_conn, (void *)conn, entry);
    g_ptr_array_add(map->entries, entry);
    if (!map->watches_capture) {
        map->watcher = wmem_register_callback(wmem_file_scope(), on_capture_closed, map);
        map->watches_capture = true;
    }
    return entry;
}

void *
ws_conn_map_get(struct ws_conn_map *map, const struct hs_conn *conn, bool *added)
{
    struct entry *entry = map->latest;
    bool is_new = false;

    if (entry == NULL || entry->conn != conn) {
        entry = (struct entry *)g_hash_table_lookup(map->by_conn, conn);
        if (entry == NULL) {
            entry = add_entry(map, conn);
            is_new = true;
        }
        map->latest = entry;
    }
    if (added != NULL) {
        *added = is_new;
    }
    return entry->content;
}

unsigned
ws_conn_map_count(const struct ws_conn_map *map)
{
    return map->entries->len;
}

void *
ws_conn_map_at(const struct ws_conn_map *map, unsigned i, const struct hs_conn **conn)
{
    struct entry *entry = (struct entry *)g_ptr_array_index(map->entries, i);

    *conn = entry->conn;
    return entry->content;
}

void
ws_conn_map_free(struct ws_conn_map *map)
{
    if (map->watches_capture) {
        wmem_unregister_callback(wmem_file_scope(), map->watcher);
    }
    g_hash_table_destroy(map->by_conn);
    g_ptr_array_free(map->entries, TRUE);
    g_free(map);
}
