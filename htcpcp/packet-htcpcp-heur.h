/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where HTCPCP is found besides its own port: by heuristics, in other protocols' bodies, and, if the user
 * wants it, among http's traffic.
 */
#ifndef PACKET_HTCPCP_HEUR_H
#define PACKET_HTCPCP_HEUR_H

#include <epan/packet.h>
#include <epan/prefs.h>

/* Registers the heuristics: dissect is HTCPCP over TCP or TLS, handle the same, body a
 * coffee-message-body. */
void htcpcp_heur_handoff(int proto, dissector_t dissect, dissector_handle_t handle,
                         dissector_handle_t body);

/* Whether the octets are coffee beyond doubt. */
bool htcpcp_heur_is_sure(tvbuff_t *tvb);

/* Whether the octets, given to nobody yet, are HTCPCP's: on the first visit they are coffee beyond doubt, or
 * come on a connection that is known to be; on later ones they are what was taken then. */
bool htcpcp_heur_is_ours(tvbuff_t *tvb, packet_info *pinfo);

/* Registers the preference that has coffee looked for in http's traffic. To be called in the
 * registration. */
void htcpcp_http_register(module_t *module);

/* handle: HTCPCP over TCP or TLS. The heuristics are registered. */
void htcpcp_http_handoff(dissector_handle_t handle);

/* Does what the preference says. To be called when preferences have been read. */
void htcpcp_http_apply(void);

/* Whether coffee is looked for in http's traffic. */
bool htcpcp_http_is_searched(void);

#endif
