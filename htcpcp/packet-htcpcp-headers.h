/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Header lines.
 */
#ifndef PACKET_HTCPCP_HEADERS_H
#define PACKET_HTCPCP_HEADERS_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_headers_register(int proto, expert_module_t *experts);

/* Adds the header lines of the part, and how the head ends. */
void htcpcp_headers_show(struct htcpcp_show *show);

#endif
