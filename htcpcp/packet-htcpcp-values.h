/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The values of the headers that HTCPCP adds to HTTP.
 */
#ifndef PACKET_HTCPCP_VALUES_H
#define PACKET_HTCPCP_VALUES_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_values_register(int proto, expert_module_t *experts);

/* Add the elements of a value below item, which may be NULL: span counts from the part. */
void htcpcp_alternates_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);
void htcpcp_safe_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);

/* Checks show->media_type. */
void htcpcp_content_type_show(struct htcpcp_show *show, proto_item *item);

/* Adds the list of additions in span below list, and each name also as the field hf_name unless
 * that is negative. */
void htcpcp_additions_show(struct htcpcp_show *show, proto_item *list, struct htcpcp_span span,
                           int hf_name);

#endif
