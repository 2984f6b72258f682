/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the TCP headers of a frame come from: ip.proto 6, in front of the tcp dissector. It costs
 * next to nothing, where a post-dissector that wants the fields of tcp makes Wireshark build a tree
 * for every packet. Likewise ip.proto 1 and 58 tell of what kind the ICMP error is that quotes one.
 */
#ifndef WS_SOURCE_H
#define WS_SOURCE_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "hs_icmp.h"
#include "hs_mac.h"
#include "tcp_segment.h"

enum {
    WS_WORD_BYTES = 4,
    WS_ADDRESS_MAX_BYTES = 16
};

/* From whom to whom. It points into nothing: other dissectors overwrite pinfo's addresses before
 * the post-dissector runs. */
struct ws_flow {
    uint8_t address_type;  /* address_type of <epan/address.h>: AT_IPv4, AT_IPv6 */
    uint8_t address_bytes; /* whole words */
    uint16_t src_port;
    uint16_t dst_port;
    uint8_t src[WS_ADDRESS_MAX_BYTES];
    uint8_t dst[WS_ADDRESS_MAX_BYTES];
};

/* A TCP header of the frame. */
struct ws_segment {
    struct tcp_segment tcp;
    struct ws_flow flow;
    uint16_t ip_id; /* identification of the IPv4 header; 0: none */
    uint8_t ttl;    /* time to live or hop limit; 0: not known */
};

/* The beginning of a TCP header that an ICMP or ICMPv6 error quotes. */
struct ws_quote {
    struct ws_flow flow;
    uint32_t seq;
    struct hs_icmp_error error;
};

/* Who is given the headers before their protocol dissects them. What the pointers point to lasts
 * for the call; the payload of a segment for as long as the frame is dissected. */
struct ws_source_listener {
    /* Each TCP header, in the order in which tcp gets them: on the frame's first visit, and on later
     * ones while somebody listens to the tap. Headers quoted by an ICMP error, and those of which fewer
     * than 20 bytes were captured or that are malformed, are not among them. */
    void (*segment)(packet_info *pinfo, const struct ws_segment *segment);
    /* Each TCP header that an ICMP error quotes, on the frame's first visit. */
    void (*quote)(packet_info *pinfo, const struct ws_quote *quote);
};

/* Registers the source for the protocol proto and its tap. Nothing is received while that protocol is
 * disabled. To be called in that protocol's registration. */
void ws_source_register(int proto, int tap, const struct ws_source_listener *listener);

/* Prepares the source to stand in front of the dissectors of every capture. To be called in the hand-off
 * registration. */
void ws_source_handoff(void);

/* The number of the frame's source MAC address, where the TCP header lies in an IP packet that lies in
 * Ethernet, be it with VLAN tags or the like between; HS_MAC_UNKNOWN where that is in a tunnel or on
 * another link. To be called while the listener is given the frame's first segment. */
unsigned ws_source_mac(const packet_info *pinfo);

/* The addresses of these numbers; NULL before the first one. */
const struct hs_mac_table *ws_source_macs(void);

#endif
