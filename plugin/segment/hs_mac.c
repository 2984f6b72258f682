/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_mac.h"

#include <string.h>

#include "bytes.h"

/* Multiplicative hashing by the golden ratio (Knuth, The Art of Computer Programming 6.4). */
static unsigned
hash_mac(const uint8_t *mac)
{
    const uint64_t number = (uint64_t)bytes_read_u16(mac) << 32 | bytes_read_u32(mac + 2);

    return (unsigned)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) % HS_MAC_SLOTS;
}

unsigned
hs_mac_number(struct hs_mac_table *table, const uint8_t *mac)
{
    static const uint8_t none[HS_MAC_BYTES];
    unsigned slot = hash_mac(mac);

    if (memcmp(mac, none, HS_MAC_BYTES) == 0) {
        return HS_MAC_UNKNOWN;
    }
    /* Half of the slots stay free: it ends. */
    while (table->slots[slot] != HS_MAC_UNKNOWN) {
        if (memcmp(table->macs[table->slots[slot]], mac, HS_MAC_BYTES) == 0) {
            return table->slots[slot];
        }
        slot = (slot + 1) % HS_MAC_SLOTS;
    }
    if (table->count == HS_MAC_MAX) {
        return HS_MAC_UNKNOWN;
    }
    table->slots[slot] = (uint16_t)++table->count;
    memcpy(table->macs[table->count], mac, HS_MAC_BYTES);
    return table->count;
}

const uint8_t *
hs_mac_at(const struct hs_mac_table *table, unsigned number)
{
    return table->macs[number];
}
