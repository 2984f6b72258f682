/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the TCP headers of a frame come from: ip.proto 6, in front of the tcp dissector. It costs
 * next to nothing, where a post-dissector that wants the fields of tcp makes Wireshark build a tree
 * for every packet.
 */
#ifndef WS_SOURCE_H
#define WS_SOURCE_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "tcp_segment.h"

enum {
    WS_ADDRESS_MAX_BYTES = 16
};

/* A TCP header of the frame and who sent it to whom. It points into nothing: other dissectors
 * overwrite pinfo's addresses before the post-dissector runs. */
struct ws_segment {
    struct ws_segment *next; /* the frame's next header, further in or further on; or NULL */
    struct tcp_segment tcp;
    uint8_t address_type;    /* address_type of <epan/address.h>: AT_IPv4, AT_IPv6 */
    uint8_t address_bytes;
    uint8_t src[WS_ADDRESS_MAX_BYTES];
    uint8_t dst[WS_ADDRESS_MAX_BYTES];
};

/* Registers the source for the protocol proto (which is asked whether it is enabled). To be called
 * in that protocol's registration. */
void ws_source_register(int proto);

/* Puts the source in front of the tcp dissector. To be called in the hand-off registration. */
void ws_source_handoff(void);

/* The TCP headers of the frame under dissection, in the order in which tcp got them; NULL where
 * there are none, and on every visit of the frame but the first. Headers quoted by an ICMP error,
 * and those that are cut or malformed, are not among them. */
const struct ws_segment *ws_source_segments(packet_info *pinfo);

#endif
