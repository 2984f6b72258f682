/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_tally.h"

#include <epan/packet.h>
#include <epan/wmem_scopes.h>

struct entry {
    const struct hs_conn *conn;
    max_align_t content[]; /* of the size that the listener asked for */
};

struct ws_tally {
    size_t entry_bytes;
    GHashTable *by_conn; /* conn -> struct entry */
    GPtrArray *entries;  /* in the order in which they were added; owns them */
    struct entry *latest;
    bool watches_capture;
    unsigned watcher;
};

struct ws_tally *
ws_tally_new(size_t entry_bytes)
{
    struct ws_tally *tally = g_new0(struct ws_tally, 1);

    tally->entry_bytes = entry_bytes;
    tally->by_conn = g_hash_table_new(g_direct_hash, g_direct_equal);
    tally->entries = g_ptr_array_new_with_free_func(g_free);
    return tally;
}

void
ws_tally_clear(struct ws_tally *tally)
{
    g_hash_table_remove_all(tally->by_conn);
    g_ptr_array_set_size(tally->entries, 0);
    tally->latest = NULL;
}

/* Listeners are not told of everything that closes a capture (tshark -M). */
static ws_bool_t
on_capture_closed(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data)
{
    struct ws_tally *tally = (struct ws_tally *)data;

    ws_tally_clear(tally);
    tally->watches_capture = false;
    return false;
}

static struct entry *
add_entry(struct ws_tally *tally, const struct hs_conn *conn)
{
    struct entry *entry =
        (struct entry *)g_malloc0(offsetof(struct entry, content) + tally->entry_bytes);

    entry->conn = conn;
    g_hash_table_insert(tally->by_conn, (void *)conn, entry);
    g_ptr_array_add(tally->entries, entry);
    if (!tally->watches_capture) {
        tally->watcher = wmem_register_callback(wmem_file_scope(), on_capture_closed, tally);
        tally->watches_capture = true;
    }
    return entry;
}

void *
ws_tally_get(struct ws_tally *tally, const struct hs_conn *conn, bool *added)
{
    struct entry *entry = tally->latest;
    bool is_new = false;

    if (entry == NULL || entry->conn != conn) {
        entry = (struct entry *)g_hash_table_lookup(tally->by_conn, conn);
        if (entry == NULL) {
            entry = add_entry(tally, conn);
            is_new = true;
        }
        tally->latest = entry;
    }
    if (added != NULL) {
        *added = is_new;
    }
    return entry->content;
}

unsigned
ws_tally_count(const struct ws_tally *tally)
{
    return tally->entries->len;
}

void *
ws_tally_at(const struct ws_tally *tally, unsigned i, const struct hs_conn **conn)
{
    struct entry *entry = (struct entry *)g_ptr_array_index(tally->entries, i);

    *conn = entry->conn;
    return entry->content;
}

void
ws_tally_free(struct ws_tally *tally)
{
    if (tally->watches_capture) {
        wmem_unregister_callback(wmem_file_scope(), tally->watcher);
    }
    g_hash_table_destroy(tally->by_conn);
    g_ptr_array_free(tally->entries, TRUE);
    g_free(tally);
}
