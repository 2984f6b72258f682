/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Start lines.
 */
#ifndef PACKET_HTCPCP_START_H
#define PACKET_HTCPCP_START_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_start_register(int proto, expert_module_t *experts);

/* Adds the start line of the part. */
void htcpcp_start_show(struct htcpcp_show *show);

/* Adds that a response has no status line. */
void htcpcp_start_show_missing(const struct htcpcp_show *show);

#endif
