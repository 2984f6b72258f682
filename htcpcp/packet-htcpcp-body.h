/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bodies.
 */
#ifndef PACKET_HTCPCP_BODY_H
#define PACKET_HTCPCP_BODY_H

#include <epan/expert.h>
#include <epan/prefs.h>

#include "packet-htcpcp-show.h"

void htcpcp_body_register(int proto, expert_module_t *experts, module_t *preferences);
void htcpcp_body_handoff(int proto);

/* Adds the octets of the body in the part and dissects them. Returns a word for the Info column, ""
 * if there is none. */
const char *htcpcp_body_show(struct htcpcp_show *show);

#endif
