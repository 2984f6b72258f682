/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_source.h"

#include <epan/ipproto.h>
#include <epan/proto_data.h>
#include <string.h>

/* What is kept with the packet while it is dissected. */
struct segment_list {
    struct ws_segment *first;
    struct ws_segment *last;
};

static int proto_owner = -1;
static int proto_source = -1;
static dissector_handle_t tcp_handle;

static struct segment_list *
get_list(packet_info *pinfo)
{
    return (struct segment_list *)p_get_proto_data(pinfo->pool, pinfo, proto_source, 0);
}

static void
append_segment(packet_info *pinfo, struct ws_segment *segment)
{
    struct segment_list *list = get_list(pinfo);

    if (list == NULL) {
        list = wmem_new(pinfo->pool, struct segment_list);
        list->first = segment;
        p_add_proto_data(pinfo->pool, pinfo, proto_source, 0, list);
    } else {
        list->last->next = segment;
    }
    list->last = segment;
}

static void
copy_header(tvbuff_t *tvb, packet_info *pinfo)
{
    const unsigned captured = MIN(tvb_captured_length(tvb), TCP_HEADER_MIN_BYTES);
    const address *src = &pinfo->src, *dst = &pinfo->dst;
    struct ws_segment *segment;
    struct tcp_segment tcp;

    /* Of a fragment the IP header does not tell how long the whole segment is. */
    if (tcp_segment_parse(tvb_get_ptr(tvb, 0, (int)captured), captured,
                          pinfo->fragmented ? 0 : tvb_reported_length(tvb), &tcp) != TCP_PARSE_OK) {
        return;
    }
    if (src->type != dst->type || src->len != dst->len || src->len <= 0 ||
        src->len > WS_ADDRESS_MAX_BYTES) {
        return;
    }
    segment = wmem_new(pinfo->pool, struct ws_segment);
    segment->next = NULL;
    segment->tcp = tcp;
    segment->address_type = (uint8_t)src->type;
    segment->address_bytes = (uint8_t)src->len;
    memcpy(segment->src, src->data, (size_t)src->len);
    memcpy(segment->dst, dst->data, (size_t)dst->len);
    append_segment(pinfo, segment);
}

static int
dissect_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt &&
        proto_is_protocol_enabled(find_protocol_by_id(proto_owner))) {
        copy_header(tvb, pinfo);
    }
    return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
}

void
ws_source_register(int proto)
{
    proto_owner = proto;
    proto_source = proto_register_protocol_in_name_only("TCP, with tcphs listening", "TCP (tcphs)",
                                                        "tcphs.source", proto_get_id_by_filter_name("tcp"),
                                                        FT_PROTOCOL);
}

void
ws_source_handoff(void)
{
    tcp_handle = find_dissector_add_dependency("tcp", proto_owner);
    dissector_add_uint("ip.proto", IP_PROTO_TCP, create_dissector_handle(dissect_source, proto_source));
}

const struct ws_segment *
ws_source_segments(packet_info *pinfo)
{
    const struct segment_list *list = get_list(pinfo);

    return list == NULL ? NULL : list->first;
}
