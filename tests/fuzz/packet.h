/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An IP packet, as it is captured from Ethernet or from a network that has no link layer.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "input.h"

enum {
    PACKET_BYTES_MAX = 8192,
    PACKET_TUNNEL_PORT = 5999 /* of TCP, where IP packets are carried inside */
};

/* Where the packets go. */
struct packet_line {
    uint32_t number;  /* below 2^23; the same line has the same addresses, another one others */
    bool one_address; /* of both endpoints */
    bool ethernet;    /* each packet in a frame, from one of four stations */
};

struct packet {
    size_t captured_bytes;
    size_t wire_bytes;
    uint8_t bytes[PACKET_BYTES_MAX];
};

/* Makes the packet of a record, its way taken. setup: ISNs and ports. */
void packet_build(const struct input_record *record, const struct input_setup *setup,
                  struct packet_line line, struct packet *packet);

#endif
