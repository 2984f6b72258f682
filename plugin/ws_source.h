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
    struct ws_segment *next; /* the frame's next header, further in or further on; or NULL */
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

/* Registers the source for the protocol proto and its tap (which is asked whether somebody
 * listens). To be called in that protocol's registration. */
void ws_source_register(int proto, int tap);

/* Puts the source in front of the dissectors. To be called in the hand-off registration. */
void ws_source_handoff(void);

/* What is told of each TCP segment with payload before tcp gets it, on the frame's first visit. Of
 * the payload, captured_bytes > 0 are there. pinfo has the addresses, and not yet the ports. */
typedef void (*ws_source_watch_fn)(packet_info *pinfo, const struct tcp_segment *tcp,
                                   const uint8_t *payload, size_t captured_bytes);

/* There is one watch, the last that was set. It is called with a payload of any protocol: it has to
 * return at once from what is none of its business. */
void ws_source_watch(ws_source_watch_fn watch);

/* The TCP headers of the frame under dissection, in the order in which tcp got them; NULL where
 * there are none, and on later visits of the frame while nobody listens to the tap. Headers quoted
 * by an ICMP error, and those of which less than 20 bytes were captured or that are malformed, are
 * not among them. They stay in place until the next frame is dissected, their payload while this one
 * is. */
const struct ws_segment *ws_source_segments(const packet_info *pinfo);

/* The TCP header that an ICMP error in the frame quotes, the last one; NULL as above. */
const struct ws_quote *ws_source_quote(const packet_info *pinfo);

/* The number of the frame's source MAC address, where its first TCP header lies in an IP packet that
 * lies in Ethernet, be it with VLAN tags or the like between; HS_MAC_UNKNOWN where that is in a tunnel
 * or on another link. To be called in the post-dissector. */
unsigned ws_source_mac(const packet_info *pinfo);

/* The addresses of these numbers; NULL before the first one. */
const struct hs_mac_table *ws_source_macs(void);

/* Ends what the frame holds. To be called when it has been read, each time the frame is
 * dissected. */
void ws_source_forget(void);

#endif
