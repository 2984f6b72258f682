/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A look at the payload of TCP segments before Wireshark dissects them.
 */
#ifndef WS_WATCH_H
#define WS_WATCH_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "tcp_segment.h"

/* Called with each TCP segment of which payload was captured before tcp gets it, on the frame's
 * first visit. pinfo has the addresses, and not yet the ports. */
typedef void (*ws_watch_fn)(packet_info *pinfo, const struct tcp_segment *tcp);

/* There is one watch, the last that was set; NULL: none. It sees the payload of any protocol: it has to
 * return at once from what is none of its business. */
void ws_watch_set(ws_watch_fn watch);
ws_watch_fn ws_watch_get(void);

#endif
