/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * About how many distinct things there were, in little memory whatever comes (HyperLogLog, Flajolet
 * et al. 2007): some per cent off from a hundred on, nearly exact below.
 */
#ifndef HS_DISTINCT_H
#define HS_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HS_DISTINCT_REGISTERS = 256
};

/* All zero: there was nothing. */
struct hs_distinct {
    uint8_t rank[HS_DISTINCT_REGISTERS];
};

/* Adds a thing by its hash, every bit of which has to depend on the whole of it. Returns whether the count
 * may be another one now. */
bool hs_distinct_add(struct hs_distinct *distinct, uint64_t hash);

/* About how many distinct things were added to one or the other. */
uint32_t hs_distinct_count(const struct hs_distinct *one, const struct hs_distinct *other);

#endif
