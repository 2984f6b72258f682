/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The parts of the post-dissector tcphs: packet-tcphs.c learns, packet-tcphs-signals.c counts what
 * many connections have in common, packet-tcphs-show.c shows.
 */
#ifndef PACKET_TCPHS_PARTS_H
#define PACKET_TCPHS_PARTS_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "hs_anomaly.h"
#include "hs_conn.h"
#include "hs_frame.h"
#include "hs_note.h"
#include "ws_source.h"

/* Registers the fields, expert infos and subtree of the protocol proto. */
void tcphs_show_register(int proto);

/* Shows what there is to say of a segment and its connection, in a subtree of tree (which may be
 * NULL: the expert infos go to their tap all the same). */
void tcphs_show_note(const struct hs_note *note, tvbuff_t *tvb, packet_info *pinfo,
                     proto_tree *tree);

/* Shows the connection that an ICMP error in the frame is about. */
void tcphs_show_error(const struct hs_conn *conn, tvbuff_t *tvb, proto_tree *tree);

/* Registers the preferences of the protocol proto, and the memory of the counts. */
void tcphs_signals_register(int proto);

/* Adds a segment to the counts, once its connection has learnt from it. findings gets what crosses a
 * threshold with it. */
void tcphs_signals_learn(const struct ws_segment *segment, struct hs_conn *conn,
                         const struct hs_frame *frame, const struct hs_note *note,
                         struct hs_findings *findings);

#endif
