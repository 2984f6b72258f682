/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a listener of the tap remembers of each connection. A connection lives no longer than the
 * capture is open: then everything is forgotten.
 */
#ifndef WS_TALLY_H
#define WS_TALLY_H

#include "ws_compat.h"

#include <stddef.h>

#include "hs_conn.h"

struct ws_tally;

/* Makes an empty tally whose entries have so many bytes. */
struct ws_tally *ws_tally_new(size_t entry_bytes);

/* The entry of a connection. Where it has none yet, one that is all zero is added, and added (which
 * may be NULL) gets true. */
void *ws_tally_get(struct ws_tally *tally, const struct hs_conn *conn, bool *added);

/* How many entries there are; the i-th added, and whose it is. */
unsigned ws_tally_count(const struct ws_tally *tally);
void *ws_tally_at(const struct ws_tally *tally, unsigned i, const struct hs_conn **conn);

/* Forgets all entries. */
void ws_tally_clear(struct ws_tally *tally);

void ws_tally_free(struct ws_tally *tally);

#endif
