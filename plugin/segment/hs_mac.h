/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The MAC addresses of a capture, numbered: a connection keeps 12 bits instead of six bytes.
 */
#ifndef HS_MAC_H
#define HS_MAC_H

#include <stdint.h>

enum {
    HS_MAC_BYTES = 6,
    HS_MAC_UNKNOWN = 0,
    HS_MAC_MAX = 4095, /* the highest number */
    HS_MAC_SLOTS = 2 * (HS_MAC_MAX + 1)
};

/* All zero: it is empty. */
struct hs_mac_table {
    unsigned count;
    uint16_t slots[HS_MAC_SLOTS]; /* the numbers, at their hash or behind it */
    uint8_t macs[HS_MAC_MAX + 1][HS_MAC_BYTES];
};

/* The number of the address of HS_MAC_BYTES, from 1 on in the order in which they came.
 * HS_MAC_UNKNOWN for an address that is all zero, and for each new one after HS_MAC_MAX others. */
unsigned hs_mac_number(struct hs_mac_table *table, const uint8_t *mac);

/* The address of a number that the table has given. */
const uint8_t *hs_mac_at(const struct hs_mac_table *table, unsigned number);

#endif
