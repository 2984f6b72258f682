/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ICMP and ICMPv6 errors as evidence of what became of a SYN.
 */
#ifndef HS_ICMP_H
#define HS_ICMP_H

#include <stdbool.h>
#include <stdint.h>

/* An error that quotes a segment. */
struct hs_icmp_error {
    uint32_t frame;  /* 0: there is none */
    uint8_t version; /* of IP: 4 for ICMP, 6 for ICMPv6 */
    uint8_t type;
    uint8_t code;
};

/* Whether a connection attempt that gets this error cannot go on by what it says: destination
 * unreachable, time exceeded and parameter problem, but not "fragmentation needed" and "packet too
 * big", which ask for smaller packets, nor redirects (RFC 1122 section 4.2.3.9, RFC 5461). */
bool hs_icmp_is_unreachable(const struct hs_icmp_error *error);

/* What the error says, in the words of RFC 792, RFC 1122, RFC 1812 or RFC 4443: "port
 * unreachable". */
const char *hs_icmp_describe(const struct hs_icmp_error *error);

#endif
