/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which connection a segment belongs to, and which notes a frame has. A connection is what
 * Wireshark 4.0 numbers as tcp.stream; later versions begin more streams than one in some of them.
 */
#ifndef WS_CONN_H
#define WS_CONN_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_note.h"
#include "ws_source.h"

#define WS_STREAM_UNKNOWN UINT32_MAX

/* Registers the memory that the connections and notes of a capture live in, for the protocol
 * proto. To be called once, in its registration. */
void ws_conn_register(int proto);

/* Finds the connection of a segment of the frame under dissection, making it when it is new. side
 * gets the sender's side. */
struct hs_conn *ws_conn_find(packet_info *pinfo, const struct ws_segment *segment,
                             enum hs_side *side);

/* Finds the latest connection between two endpoints, in either direction, or NULL. side gets the
 * side that is the flow's source. */
struct hs_conn *ws_conn_lookup(const struct ws_flow *flow, enum hs_side *side);

/* Its number, the tcp.stream of its first segment; WS_STREAM_UNKNOWN where tcp keeps none. */
uint32_t ws_conn_stream(const struct hs_conn *conn);

/* Who talks to whom in what source sends. */
void ws_conn_flow(const struct hs_conn *conn, enum hs_side source, struct ws_flow *flow);

/* Makes room for the note of the frame's next TCP header, kept as long as the capture is open; for its first
 * visit. The notes of a frame lie side by side, in order. Who fills it in marks it as the last one; the
 * call takes that mark from the one before, and may move those that the frame has already. */
struct hs_note *ws_notes_add(packet_info *pinfo);

/* Keeps the findings of a note as long as the capture is open. */
void ws_notes_keep_findings(struct hs_note *note, const struct hs_findings *findings);

/* The frame's notes, or NULL. */
const struct hs_note *ws_notes_get(packet_info *pinfo);

/* Keeps with the frame that it is an ICMP error about the connection. */
void ws_conn_keep_error(packet_info *pinfo, const struct hs_conn *conn);

/* The connection that the frame is an ICMP error about, or NULL. */
const struct hs_conn *ws_conn_get_error(packet_info *pinfo);

#endif
