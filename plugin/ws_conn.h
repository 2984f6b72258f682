/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which connection a segment belongs to, and which notes a frame has. A connection is what
 * Wireshark numbers as tcp.stream.
 */
#ifndef WS_CONN_H
#define WS_CONN_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "hs_conn.h"
#include "ws_source.h"

/* The notes of a frame, one for each TCP header, in order. */
struct ws_notes {
    unsigned count;
    struct hs_note note[];
};

/* Registers the memory that the connections of a capture live in. To be called once, in the
 * registration of the protocol. */
void ws_conn_register(void);

/* Finds the connection of a segment of the frame under dissection, making it when it is new. side
 * gets the sender's side. */
struct hs_conn *ws_conn_find(packet_info *pinfo, const struct ws_segment *segment,
                             enum hs_side *side);

/* Makes room for a frame's notes, kept for proto as long as the capture is open. */
struct ws_notes *ws_notes_new(packet_info *pinfo, int proto, unsigned count);

/* The frame's notes, or NULL. */
const struct ws_notes *ws_notes_get(packet_info *pinfo, int proto);

#endif
