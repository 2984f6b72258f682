/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a listener of the tap remembers of each connection. A connection lives no longer than the
 * capture is open: then everything is forgotten.
 */
#ifndef WS_CONN_MAP_H
#define WS_CONN_MAP_H

#include "ws_compat.h"

#include <stddef.h>

#include "hs_conn.h"

struct ws_conn_map;

/* Makes an empty map whose entries have so many bytes. */
struct ws_conn_map *ws_conn_map_new(size_t entry_bytes);

/* The entry of a connection. Where it has none yet, one that is all zero is added, and added (which
 * may be NULL) gets true. */
void *ws_conn_map_get(struct ws_conn_map *map, const struct hs_conn *conn, bool *added);

/* How many entries there are; the i-th added, and whose it is. */
unsigned ws_conn_map_count(const struct ws_conn_map *map);
void *ws_conn_map_at(const struct ws_conn_map *map, unsigned i, const struct hs_conn **conn);

/* Forgets all entries. */
void ws_conn_map_clear(struct ws_conn_map *map);

void ws_conn_map_free(struct ws_conn_map *map);

#endif
