/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One message, or a piece of one, while it is shown.
 */
#ifndef PACKET_HTCPCP_SHOW_H
#define PACKET_HTCPCP_SHOW_H

#include <epan/packet.h>

#include "htcpcp_stream.h"
#include "packet-htcpcp-conv.h"

struct htcpcp_show {
    tvbuff_t *tvb;
    int offset; /* of the part in tvb */
    packet_info *pinfo;
    proto_tree *parent;
    proto_tree *tree; /* of the message; NULL: no tree is built */
    proto_item *item;
    const struct htcpcp_part *part;
    struct htcpcp_note *note; /* of the message, or NULL */
    bool learn;               /* the first visit */
    bool request;
    /* From the start line and the headers: */
    const char *media_type;       /* lower case, without parameters; NULL: none */
    const char *encoding;         /* Content-Encoding, lower case; NULL: none */
    const char *const *languages; /* of the URI's scheme; NULL: no spelling of coffee */
    const char *additions;        /* names, separated by ", "; NULL: none */
};

void htcpcp_show_register(void);

/* The len octets of show->tvb from offset at on as the label of an item; "" if labels are not
 * displayed. */
const char *htcpcp_label_get(const struct htcpcp_show *show, int at, int len);

/* The octets of the part, at least up to the end of span. */
const uint8_t *htcpcp_octets_get(const struct htcpcp_show *show, struct htcpcp_span span);

/* The item that expert infos are added to: that of the message where item is NULL. */
proto_item *htcpcp_item_get(const struct htcpcp_show *show, proto_item *item);

/* Adds the octets of span, which counts from the part, as a line of text without a field. */
void htcpcp_text_show(const struct htcpcp_show *show, struct htcpcp_span span);

/* Adds span, unless it is empty, as the value of the string field hf. */
void htcpcp_field_show(const struct htcpcp_show *show, proto_tree *tree, int hf,
                       struct htcpcp_span span);

#endif
