/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The parts of a coffee-url.
 */
#ifndef PACKET_HTCPCP_URI_H
#define PACKET_HTCPCP_URI_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_uri_register(int proto, expert_module_t *experts);

/* Adds the parts of the URI in span, which counts from the part, below item. */
void htcpcp_uri_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);

#endif
