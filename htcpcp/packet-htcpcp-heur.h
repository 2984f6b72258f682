/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * HTCPCP on ports other than its own, in TLS, and in the bodies of other protocols.
 */
#ifndef PACKET_HTCPCP_HEUR_H
#define PACKET_HTCPCP_HEUR_H

#include <epan/packet.h>

/* Registers the heuristics and the media types. dissect and handle are HTCPCP over TCP or TLS, body
 * is a coffee-message-body. */
void htcpcp_heur_handoff(int proto, dissector_t dissect, dissector_handle_t handle,
                         dissector_handle_t body);

/* Whether the octets begin with a start line that only HTCPCP has. */
bool htcpcp_heur_is_sure(tvbuff_t *tvb);

/* Whether HTCPCP takes the octets, which no dissector has been given yet: on the first visit if they
 * begin with a start line that only HTCPCP has or if the connection is known to be HTCPCP, later if
 * HTCPCP took them on the first visit. */
bool htcpcp_heur_is_ours(tvbuff_t *tvb, packet_info *pinfo);

/* Whether HTCPCP and http take turns on one TLS connection (packet-htcpcp-http.c). */
void htcpcp_heur_set_turns(bool turns);

#endif
