/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What packet-htcpcp.c shows with the help of packet-htcpcp-headers.c and packet-htcpcp-body.c.
 */
#ifndef PACKET_HTCPCP_PARTS_H
#define PACKET_HTCPCP_PARTS_H

#include <epan/expert.h>
#include <epan/packet.h>

#include "htcpcp_body.h"
#include "htcpcp_message.h"

/* Register the parts' fields and look up the dissectors they hand on to. */
void htcpcp_headers_register(int proto, expert_module_t *experts);
void htcpcp_body_register(int proto);
void htcpcp_body_handoff(int proto);

/* Adds the octets of span, counted from offset in tvb, as a line of text without a field. */
void htcpcp_text_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                      struct htcpcp_span span);

/* Adds the header lines of message, which begins at offset in tvb, to its tree. Gives the media
 * type in lower case and without parameters, in packet scope; NULL if none is stated. */
const char *htcpcp_headers_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                                const struct htcpcp_message *message);

/* Adds the body that is all of tvb to tree, the message's own, and what other dissectors know of
 * it to parent, titled with media_type unless that is NULL. A command is looked for only if
 * from_client. Gives a word for the Info column, "" if there is nothing to say. */
const char *htcpcp_body_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *parent,
                             proto_tree *tree, const char *media_type, bool from_client);

#endif
