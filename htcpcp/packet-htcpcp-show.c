/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_compat.h"

#include <epan/packet.h>

#include "packet-htcpcp-show.h"

static int ett_htcpcp_text = -1;

const char *
htcpcp_label_get(const struct htcpcp_show *show, int at, int len)
{
    return PTREE_DATA(show->tree)->visible ? tvb_format_text(show->pinfo->pool, show->tvb, at, len)
                                           : "";
}

void
htcpcp_text_show(const struct htcpcp_show *show, struct htcpcp_span span)
{
    int at = show->offset + (int)span.at, len = (int)span.len;

    if (show->tree != NULL && len > 0) {
        proto_tree_add_subtree(show->tree, show->tvb, at, len, ett_htcpcp_text, NULL,
                               htcpcp_label_get(show, at, len));
    }
}

void
htcpcp_field_show(const struct htcpcp_show *show, proto_tree *tree, int hf, struct htcpcp_span span)
{
    if (span.len > 0) {
        proto_tree_add_item(tree, hf, show->tvb, show->offset + (int)span.at, (int)span.len,
                            ENC_UTF_8 | ENC_NA);
    }
}

const uint8_t *
htcpcp_octets_get(const struct htcpcp_show *show, struct htcpcp_span span)
{
    return tvb_get_ptr(show->tvb, show->offset, (int)(span.at + span.len));
}

proto_item *
htcpcp_item_get(const struct htcpcp_show *show, proto_item *item)
{
    return item != NULL ? item : show->item;
}

void
htcpcp_show_register(void)
{
    static int *ett[] = {
        &ett_htcpcp_text,
    };

    proto_register_subtree_array(ett, array_length(ett));
}
