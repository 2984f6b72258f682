/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The tap tcphs, and the reports that listen to it.
 */
#ifndef TAP_TCPHS_H
#define TAP_TCPHS_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "tcp_segment.h"

/* Registers the tap of the protocol proto, and the reports: its listeners that users can ask for.
 * Returns the tap's number. To be called once, in the protocol's registration. */
int tap_tcphs_register(int proto);

/* Whether somebody listens to the tap. */
bool tap_tcphs_is_wanted(void);

/* Keeps a segment of the frame under dissection for the listeners, if there are any. To be called in
 * order of its notes. */
void tap_tcphs_keep(packet_info *pinfo, const struct tcp_segment *segment);

/* Hands the segments of the frame that were kept, and the error in it, to the listeners, if there are
 * any. To be called on every visit, when the connections have learnt from the frame. */
void tap_tcphs_queue(packet_info *pinfo, int64_t time_ns);

#endif
