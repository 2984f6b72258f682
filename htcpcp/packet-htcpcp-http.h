/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * HTCPCP in what Wireshark gives to http, by preference.
 */
#ifndef PACKET_HTCPCP_HTTP_H
#define PACKET_HTCPCP_HTTP_H

#include <epan/packet.h>
#include <epan/prefs.h>

/* Registers the preference. */
void htcpcp_http_register(module_t *module);

/* handle is HTCPCP over TCP or TLS. Requires that its heuristics are registered. */
void htcpcp_http_handoff(dissector_handle_t handle);

/* Applies the preference. */
void htcpcp_http_apply(void);

#endif
