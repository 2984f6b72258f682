/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_source.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/ipproto.h>
#include <epan/tap.h>
#include <string.h>

#include "ws_watch.h"

enum {
    ICMP_CODE_OFFSET = 1,
    ICMP_START_BYTES = 2,
    QUOTED_BYTES = 8 /* of the segment, which every error quotes (RFC 792) */
};

/* A protocol whose dissector the source stands in front of. */
struct front {
    const char *name;
    const char *description; /* by which Decode As tells both apart */
    uint32_t ip_protocol;
    dissector_t dissect;
    dissector_handle_t source;
    dissector_handle_t behind;
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
    [FRONT_TCP] = {"tcp", "TCP (tcphs)", IP_PROTO_TCP, dissect_tcp_source, NULL, NULL},
    [FRONT_ICMP] = {"icmp", "ICMP (tcphs)", IP_PROTO_ICMP, dissect_icmp_source, NULL, NULL},
    [FRONT_ICMPV6] = {"icmpv6", "ICMPv6 (tcphs)", IP_PROTO_ICMPV6, dissect_icmpv6_source, NULL,
                      NULL},
};

/* The kind of the ICMP error that was entered last. */
static struct hs_icmp_error latest_error;

/* Those of the capture, in file scope: NULL until it needs them. */
static struct hs_mac_table *macs;

static const struct ws_source_listener *receiver;

static protocol_t *owner, *tcp_protocol;
static bool is_enabled; /* both, for the capture that is open: a change has it read again */
static int owner_tap = -1;
static int proto_eth = -1, proto_ip = -1, proto_ipv6 = -1;

/* A copy of a length that the compiler knows is no call. */
static void
copy_address_bytes(uint8_t *to, const address *from)
{
    if (from->len == WS_WORD_BYTES) {
        memcpy(to, from->data, WS_WORD_BYTES);
    } else if (from->len == WS_ADDRESS_MAX_BYTES) {
        memcpy(to, from->data, WS_ADDRESS_MAX_BYTES);
    } else {
        memcpy(to, from->data, (size_t)from->len);
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
    copy_address_bytes(flow->src, src);
    copy_address_bytes(flow->dst, dst);
    return true;
}

static bool
is_first_visit(const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo);
}

static bool
parse_segment(tvbuff_t *tvb, packet_info *pinfo, struct tcp_segment *tcp)
{
    const unsigned captured = tvb_captured_length(tvb);

    /* Of a fragment the IP header does not tell how long the whole segment is. */
    return tcp_segment_parse(tvb_get_ptr(tvb, 0, (int)captured), captured,
                             pinfo->fragmented ? 0 : tvb_reported_length(tvb), tcp) == TCP_PARSE_OK;
}

static void
read_segment(tvbuff_t *tvb, packet_info *pinfo, const void *ip_header)
{
    const bool wanted = (is_first_visit(pinfo) || have_tap_listener(owner_tap)) && is_enabled;
    const ws_watch_fn watch = ws_watch_get();
    const bool watched = watch != NULL && is_first_visit(pinfo);
    const ws_ip4 *ip4 = WS_IP4_PTR(ip_header);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip_header);
    struct ws_segment segment;

    if ((!wanted && !watched) || !parse_segment(tvb, pinfo, &segment.tcp)) {
        return;
    }
    if (wanted && copy_flow(pinfo, segment.tcp.src_port, segment.tcp.dst_port, &segment.flow)) {
        segment.ip_id = ip4 == NULL ? 0 : ip4->ip_id;
        segment.ttl = ip4 != NULL ? ip4->ip_ttl : ip6 != NULL ? ip6->ip6_hop : 0;
        receiver->segment(pinfo, &segment);
    }
    if (watched && segment.tcp.payload_captured > 0) {
        watch(pinfo, &segment.tcp);
    }
}

static void
read_quote(tvbuff_t *tvb, packet_info *pinfo)
{
    struct ws_quote quote = {0};

    if (is_first_visit(pinfo) && is_enabled && tvb_captured_length(tvb) >= QUOTED_BYTES &&
        copy_flow(pinfo, tvb_get_ntohs(tvb, 0), tvb_get_ntohs(tvb, 2), &quote.flow)) {
        quote.seq = tvb_get_ntohl(tvb, 4);
        if (latest_error.frame == pinfo->num) {
            quote.error = latest_error;
        }
        receiver->quote(pinfo, &quote);
    }
}

static int
dissect_tcp_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt) {
        read_quote(tvb, pinfo);
    } else {
        read_segment(tvb, pinfo, data);
    }
    return call_dissector_only(fronts[FRONT_TCP].behind, tvb, pinfo, tree, data);
}

static void
read_icmp(tvbuff_t *tvb, const packet_info *pinfo, uint8_t ip_version)
{
    if (is_first_visit(pinfo) && tvb_captured_length(tvb) >= ICMP_START_BYTES) {
        latest_error = (struct hs_icmp_error){
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
    read_icmp(tvb, pinfo, 4);
    return call_dissector_only(fronts[FRONT_ICMP].behind, tvb, pinfo, tree, data);
}

static int
dissect_icmpv6_source(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    read_icmp(tvb, pinfo, 6);
    return call_dissector_only(fronts[FRONT_ICMPV6].behind, tvb, pinfo, tree, data);
}

/* When a capture is opened, and no earlier: what is registered, and a user's choice of the protocol's own
 * dissector (-G decodes, Decode As), is as it is without the source. Another choice is left alone. */
static void
stand_in_front(void)
{
    dissector_table_t table = find_dissector_table("ip.proto");

    for (int i = 0; i < FRONT_COUNT; i++) {
        const struct front *front = &fronts[i];

        if (dissector_get_uint_handle(table, front->ip_protocol) == front->behind) {
            dissector_delete_uint("ip.proto", front->ip_protocol, front->behind);
            dissector_add_uint("ip.proto", front->ip_protocol, front->source);
        }
    }
}

static void
begin_capture(void)
{
    macs = NULL;
    latest_error.frame = 0;
    is_enabled = proto_is_protocol_enabled(owner) && proto_is_protocol_enabled(tcp_protocol);
    stand_in_front();
}

void
ws_source_register(int proto, int tap, const struct ws_source_listener *listener)
{
    owner = find_protocol_by_id(proto);
    owner_tap = tap;
    receiver = listener;
    register_init_routine(begin_capture);
}

void
ws_source_handoff(void)
{
    tcp_protocol = find_protocol_by_id(proto_get_id_by_filter_name("tcp"));
    proto_eth = proto_get_id_by_filter_name("eth");
    proto_ip = proto_get_id_by_filter_name("ip");
    proto_ipv6 = proto_get_id_by_filter_name("ipv6");
    for (int i = 0; i < FRONT_COUNT; i++) {
        struct front *front = &fronts[i];

        front->behind = find_dissector_add_dependency(front->name, proto_get_id(owner));
        /* No protocol of its own: it leaves no layer. */
        front->source = create_dissector_handle_with_name_and_description(front->dissect, -1, NULL,
                                                                          front->description);
    }
}

unsigned
ws_source_mac(const packet_info *pinfo)
{
    const address *mac = &pinfo->dl_src;
    unsigned links = 0, packets = 0;

    if (mac->type != AT_ETHER || mac->len != HS_MAC_BYTES) {
        return HS_MAC_UNKNOWN;
    }
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        const int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        links += proto == proto_eth;
        packets += proto == proto_ip || proto == proto_ipv6;
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
