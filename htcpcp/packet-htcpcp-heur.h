/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where HTCPCP is found besides its own port: other ports, TLS, other protocols' bodies.
 */
#ifndef PACKET_HTCPCP_FOUND_H
#define PACKET_HTCPCP_FOUND_H

#include <epan/packet.h>

/* To be called in the registration. */
void htcpcp_found_register(void);

/* Registers the heuristics; handle is HTCPCP over TCP or TLS, body a coffee-message-body. */
void htcpcp_found_handoff(int proto, dissector_handle_t handle, dissector_handle_t body);

#endif
