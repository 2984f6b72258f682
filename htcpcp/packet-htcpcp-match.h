/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Requests and their responses.
 */
#ifndef PACKET_HTCPCP_MATCH_H
#define PACKET_HTCPCP_MATCH_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_match_register(int proto, expert_module_t *experts);

/* Adds the messages that this one belongs to, and its brew. */
void htcpcp_match_show(struct htcpcp_show *show);

#endif
