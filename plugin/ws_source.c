/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_source.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/ipproto.h>
#include <epan/tap.h>
#include <string.h>

enum {
    ICMP_CODE_OFFSET = 1,
    ICMP_START_BYTES = 2,
    QUOTED_BYTES = 8 /* of the segment, which every error quotes (RFC 792) */
};

/* What the frame under dissection holds, gathered while it is dissected. It stands here, not with the
 * packet, because nearly every frame has one TCP header: further ones are with the packet. */
static struct {
    uint32_t frame;          /* whose it is; 0: nobody's */
    struct ws_segment *last; /* NULL: there is no segment */
    struct ws_segment first;
    struct ws_quote quote;
    struct hs_icmp_error error; /* of the ICMP header that was entered last */
    bool has_quote;
} content;

/* A protocol whose dissector the source stands in front of. */
struct front {
    const char *name;
    uint32_t ip_protocol;
    dissector_t dissect;
    dissector_handle_t behind;
    int proto; /* in name only: what it stands for is enabled and disabled with the real one */
};

static int dissect_tcp_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
static int dissect_icmp_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);
static int dissect_icmpv6_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

enum {
    FRONT_TCP,
    FRONT_ICMP,
    FRONT_ICMPV6,
    FRONT_COUNT
};

static struct front fronts[FRONT_COUNT] = {
    [FRONT_TCP] = {"tcp", IP_PROTO_TCP, dissect_tcp_source, NULL, -1},
    [FRONT_ICMP] = {"icmp", IP_PROTO_ICMP, dissect_icmp_source, NULL, -1},
    [FRONT_ICMPV6] = {"icmpv6", IP_PROTO_ICMPV6, dissect_icmpv6_source, NULL, -1},
};

/* Those of the capture, in file scope: NULL until it needs them. */
static struct hs_mac_table *macs;

static ws_source_watch_fn watch_payload;

static int proto_owner = -1;
static int proto_eth = -1, proto_ip = -1, proto_ipv6 = -1, proto_tcp = -1;
static int tap_owner = -1;

static bool
is_wanted(const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) || have_tap_listener(tap_owner);
}

/* Makes the content that of the frame under dissection. */
static void
begin_content(const packet_info *pinfo)
{
    if (content.frame != pinfo->num) {
        content.frame = pinfo->num;
        content.last = NULL;
        content.has_quote = false;
        content.error = (struct hs_icmp_error){0};
    }
}

/* Copies who talks to whom. Returns false where the addresses are none that a connection has. */
static bool
copy_flow(const packet_info *pinfo, uint16_t src_port, uint16_t dst_port, struct ws_flow *flow)
{
    const address *src = &pinfo->src, *dst = &pinfo->dst;

    if (src->type != dst->type || src->len != dst->len || src->len <= 0 ||
        src->len > WS_ADDRESS_MAX_BYTES || src->len % WS_WORD_BYTES != 0) {
        return false;
    }
    flow->address_type = (uint8_t)src->type;
    flow->address_bytes = (uint8_t)src->len;
    flow->src_port = src_port;
    flow->dst_port = dst_port;
    memcpy(flow->src, src->data, (size_t)src->len);
    memcpy(flow->dst, dst->data, (size_t)dst->len);
    return true;
}

static void
copy_header(tvbuff_t *tvb, packet_info *pinfo, const void *ip_header)
{
    const unsigned captured = tvb_captured_length(tvb);
    const uint8_t *bytes = tvb_get_ptr(tvb, 0, (int)captured);
    const ws_ip4 *ip4 = WS_IP4_PTR(ip_header);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip_header);
    struct ws_segment *segment;

    begin_content(pinfo);
    segment = content.last == NULL ? &content.first : wmem_new(pinfo->pool, struct ws_segment);
    /* Of a fragment the IP header does not tell how long the whole segment is. */
    if (tcp_segment_parse(bytes, captured, pinfo->fragmented ? 0 : tvb_reported_length(tvb),
                          &segment->tcp) != TCP_PARSE_OK ||
        !copy_flow(pinfo, segment->tcp.src_port, segment->tcp.dst_port, &segment->flow)) {
        return;
    }
    segment->next = NULL;
    segment->ip_id = ip4 == NULL ? 0 : ip4->ip_id;
    segment->ttl = ip4 != NULL ? ip4->ip_ttl : ip6 != NULL ? ip6->ip6_hop : 0;
    if (content.last != NULL) {
        content.last->next = segment;
    }
    content.last = segment;
    if (watch_payload != NULL && captured > segment->tcp.header_bytes && !PINFO_FD_VISITED(pinfo)) {
        watch_payload(pinfo, &segment->tcp, bytes + segment->tcp.header_bytes,
                      captured - segment->tcp.header_bytes);
    }
}

static void
copy_quote(tvbuff_t *tvb, const packet_info *pinfo)
{
    begin_content(pinfo);
    if (tvb_captured_length(tvb) >= QUOTED_BYTES &&
        copy_flow(pinfo, tvb_get_ntohs(tvb, 0), tvb_get_ntohs(tvb, 2), &content.quote.flow)) {
        content.quote.seq = tvb_get_ntohl(tvb, 4);
        content.quote.error = content.error;
        content.has_quote = true;
    }
}

static int
dissect_tcp_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (is_wanted(pinfo)) {
        if (pinfo->flags.in_error_pkt) {
            copy_quote(tvb, pinfo);
        } else {
            copy_header(tvb, pinfo, data);
        }
    }
    return call_dissector_only(fronts[FRONT_TCP].behind, tvb, pinfo, tree, data);
}

static void
copy_icmp(tvbuff_t *tvb, const packet_info *pinfo, uint8_t ip_version)
{
    if (is_wanted(pinfo) && tvb_captured_length(tvb) >= ICMP_START_BYTES) {
        begin_content(pinfo);
        content.error = (struct hs_icmp_error){
            .frame = pinfo->num,
            .version = ip_version,
            .type = tvb_get_uint8(tvb, 0),
            .code = tvb_get_uint8(tvb, ICMP_CODE_OFFSET),
        };
    }
}

static int
dissect_icmp_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    copy_icmp(tvb, pinfo, 4);
    return call_dissector_only(fronts[FRONT_ICMP].behind, tvb, pinfo, tree, data);
}

static int
dissect_icmpv6_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    copy_icmp(tvb, pinfo, 6);
    return call_dissector_only(fronts[FRONT_ICMPV6].behind, tvb, pinfo, tree, data);
}

static void
forget_capture(void)
{
    macs = NULL;
    ws_source_forget();
}

void
ws_source_register(int proto, int tap)
{
    proto_owner = proto;
    tap_owner = tap;
    register_init_routine(forget_capture);
    for (int i = 0; i < FRONT_COUNT; i++) {
        const char *name = fronts[i].name;

        fronts[i].proto = proto_register_protocol_in_name_only(
            wmem_strdup_printf(wmem_epan_scope(), "%s, with tcphs in front", name),
            wmem_strdup_printf(wmem_epan_scope(), "%s (tcphs)", name),
            wmem_strdup_printf(wmem_epan_scope(), "tcphs.source.%s", name),
            proto_get_id_by_filter_name(name), FT_PROTOCOL);
    }
}

void
ws_source_handoff(void)
{
    proto_eth = proto_get_id_by_filter_name("eth");
    proto_ip = proto_get_id_by_filter_name("ip");
    proto_ipv6 = proto_get_id_by_filter_name("ipv6");
    proto_tcp = proto_get_id_by_filter_name("tcp");
    for (int i = 0; i < FRONT_COUNT; i++) {
        fronts[i].behind = find_dissector_add_dependency(fronts[i].name, proto_owner);
        dissector_add_uint("ip.proto", fronts[i].ip_protocol,
                           create_dissector_handle(fronts[i].dissect, fronts[i].proto));
    }
}

void
ws_source_watch(ws_source_watch_fn watch)
{
    watch_payload = watch;
}

const struct ws_segment *
ws_source_segments(const packet_info *pinfo)
{
    return content.frame == pinfo->num && content.last != NULL ? &content.first : NULL;
}

const struct ws_quote *
ws_source_quote(const packet_info *pinfo)
{
    return content.frame == pinfo->num && content.has_quote ? &content.quote : NULL;
}

unsigned
ws_source_mac(const packet_info *pinfo)
{
    const address *mac = &pinfo->dl_src;
    unsigned links = 0, packets = 0;
    bool in_tcp = false;

    if (mac->type != AT_ETHER || mac->len != HS_MAC_BYTES) {
        return HS_MAC_UNKNOWN;
    }
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        const int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        /* An Ethernet header further in would have put its own address in place. */
        links += proto == proto_eth;
        in_tcp |= proto == proto_tcp;
        packets += !in_tcp && (proto == proto_ip || proto == proto_ipv6);
    }
    if (links != 1 || packets != 1) {
        return HS_MAC_UNKNOWN;
    }
    if (macs == NULL) {
        macs = wmem_new0(wmem_file_scope(), struct hs_mac_table);
    }
    return hs_mac_number(macs, (const uint8_t *)mac->data);
}

const struct hs_mac_table *
ws_source_macs(void)
{
    return macs;
}

void
ws_source_forget(void)
{
    content.frame = 0;
}
