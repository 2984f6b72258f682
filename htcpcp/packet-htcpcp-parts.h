/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What packet-htcpcp.c shows with the help of the other packet-htcpcp-*.c.
 */
#ifndef PACKET_HTCPCP_PARTS_H
#define PACKET_HTCPCP_PARTS_H

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>

#include "htcpcp_stream.h"
#include "packet-htcpcp-conv.h"

/* One message, or a piece of one, while it is shown. */
struct htcpcp_show {
    tvbuff_t *tvb; /* at is octet number offset of it */
    packet_info *pinfo;
    proto_tree *parent;
    proto_tree *tree; /* the message's own; NULL if nobody looks */
    proto_item *item;
    int offset;
    const struct htcpcp_part *part;
    struct htcpcp_note *note; /* of the message, or NULL */
    bool learn;               /* the first visit */
    bool request;
    /* What the header lines said: */
    const char *media_type;       /* in lower case and without parameters; NULL if none is stated */
    const char *encoding;         /* Content-Encoding, in lower case */
    const char *const *languages; /* of the URI's scheme; NULL if it is no coffee */
    const char *additions;        /* names, with ", " between them; NULL if there are none */
};

/* Register the parts' fields and look up the dissectors they hand on to. */
void htcpcp_start_register(int proto, expert_module_t *experts);
void htcpcp_headers_register(int proto, expert_module_t *experts);
void htcpcp_uri_register(int proto, expert_module_t *experts);
void htcpcp_order_register(int proto, expert_module_t *experts);
void htcpcp_body_register(int proto, expert_module_t *experts, module_t *preferences);
void htcpcp_body_handoff(int proto);
void htcpcp_match_register(int proto, expert_module_t *experts);
void htcpcp_brew_register(int proto, expert_module_t *experts);

/* The len octets at at, of show->tvb, as the label of an item; "" if no label is ever seen. */
const char *htcpcp_label_get(const struct htcpcp_show *show, int at, int len);

/* The octets of the part, of which those up to the end of span are there. */
const uint8_t *htcpcp_octets_get(const struct htcpcp_show *show, struct htcpcp_span span);

/* What experts hang at where item is NULL, because nobody asks for it. */
proto_item *htcpcp_item_or_message(const struct htcpcp_show *show, proto_item *item);

/* Adds the octets of span, which counts from the part, as a line of text without a field. */
void htcpcp_text_show(const struct htcpcp_show *show, struct htcpcp_span span);

/* Adds span as the value of the string field hf, unless it is empty. */
void htcpcp_field_show(const struct htcpcp_show *show, proto_tree *tree, int hf,
                       struct htcpcp_span span);

/* Adds the part's header lines. */
void htcpcp_headers_show(struct htcpcp_show *show);

/* Adds what a URI, or the value of one of the headers that HTCPCP adds to HTTP, consists of, below
 * item: span counts from the part. */
void htcpcp_uri_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);
void htcpcp_alternates_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);
void htcpcp_safe_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span);
void htcpcp_content_type_show(struct htcpcp_show *show, proto_item *item);

/* Adds the list of additions in span below list, and each name as the field hf_name, too, unless
 * that is negative. */
void htcpcp_additions_show(struct htcpcp_show *show, proto_item *list, struct htcpcp_span span,
                           int hf_name);

/* Adds the octets of the body in the part, and what other dissectors know of it. Gives a word for
 * the Info column, "" if there is nothing to say. */
const char *htcpcp_body_show(struct htcpcp_show *show);

/* Adds which messages this one belongs to. */
void htcpcp_match_show(struct htcpcp_show *show);

/* Adds which brew this message is about; show->note is not NULL. */
void htcpcp_brew_show(struct htcpcp_show *show);

/* Adds the start line, or that a response has none. */
void htcpcp_start_show(struct htcpcp_show *show);
void htcpcp_missing_start_show(const struct htcpcp_show *show);

#endif
