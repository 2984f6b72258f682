/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_icmp.h"

#include <stddef.h>

enum {
    ICMP_UNREACHABLE = 3, /* RFC 792 */
    ICMP_FRAGMENTATION_NEEDED = 4,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
    ICMPV6_UNREACHABLE = 1, /* RFC 4443 sections 3.1, 3.3 and 3.4 */
    ICMPV6_TIME_EXCEEDED = 3,
    ICMPV6_PARAMETER_PROBLEM = 4
};

/* RFC 792, RFC 1122 section 3.2.2.1 and RFC 1812 section 5.2.7.1. */
static const char *const unreachable_v4[] = {
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "destination network unknown",
    "destination host unknown",
    "source host isolated",
    "network administratively prohibited",
    "host administratively prohibited",
    "network unreachable for type of service",
    "host unreachable for type of service",
    "communication administratively prohibited",
    "host precedence violation",
    "precedence cutoff in effect",
};

/* RFC 4443 section 3.1. */
static const char *const unreachable_v6[] = {
    "no route to destination",
    "communication administratively prohibited",
    "beyond scope of source address",
    "address unreachable",
    "port unreachable",
    "source address failed policy",
    "reject route to destination",
};

bool
hs_icmp_is_unreachable(const struct hs_icmp_error *error)
{
    if (error->version == 6) {
        return error->type == ICMPV6_UNREACHABLE || error->type == ICMPV6_TIME_EXCEEDED ||
               error->type == ICMPV6_PARAMETER_PROBLEM;
    }
    return (error->type == ICMP_UNREACHABLE && error->code != ICMP_FRAGMENTATION_NEEDED) ||
           error->type == ICMP_TIME_EXCEEDED || error->type == ICMP_PARAMETER_PROBLEM;
}

static const char *
describe_code(const char *const *names, size_t count, uint8_t code)
{
    return code < count ? names[code] : "destination unreachable";
}

const char *
hs_icmp_describe(const struct hs_icmp_error *error)
{
    const uint8_t unreachable = error->version == 6 ? ICMPV6_UNREACHABLE : ICMP_UNREACHABLE;
    const uint8_t time_exceeded = error->version == 6 ? ICMPV6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED;

    if (error->type == unreachable) {
        return error->version == 6
                   ? describe_code(unreachable_v6, sizeof unreachable_v6 / sizeof unreachable_v6[0],
                                   error->code)
                   : describe_code(unreachable_v4, sizeof unreachable_v4 / sizeof unreachable_v4[0],
                                   error->code);
    }
    return error->type == time_exceeded ? "time exceeded" : "parameter problem";
}
