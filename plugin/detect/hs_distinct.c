/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_distinct.h"

enum {
    REGISTER_BITS = 8, /* HS_DISTINCT_REGISTERS is so much as a power of two */
    RANK_MAX = 40
};

bool
hs_distinct_add(struct hs_distinct *distinct, uint64_t hash)
{
    uint8_t *rank = &distinct->rank[hash % HS_DISTINCT_REGISTERS];
    uint8_t zeros = 1;

    for (uint64_t rest = hash >> REGISTER_BITS; (rest & 1) == 0 && zeros < RANK_MAX; rest >>= 1) {
        zeros++;
    }
    if (zeros <= *rank) {
        return false;
    }
    *rank = zeros;
    return true;
}

/* After so many distinct things on average that many registers are empty (the coupon collector's
 * problem). Below two and a half a register this is the better estimate. */
static uint32_t
count_by_empty_registers(unsigned empty)
{
    const uint32_t scale = 1024;
    uint32_t sum = 0;

    for (uint32_t i = empty + 1; i <= HS_DISTINCT_REGISTERS; i++) {
        sum += HS_DISTINCT_REGISTERS * scale / i;
    }
    return (sum + scale / 2) / scale;
}

uint32_t
hs_distinct_count(const struct hs_distinct *one, const struct hs_distinct *other)
{
    /* 0.7183 x 256^2: the correction of the harmonic mean for that many registers. */
    const uint64_t correction = 47072;
    uint64_t inverses = 0, estimate;
    unsigned empty = 0;

    for (unsigned i = 0; i < HS_DISTINCT_REGISTERS; i++) {
        const uint8_t rank = one->rank[i] > other->rank[i] ? one->rank[i] : other->rank[i];

        inverses += UINT64_C(1) << (RANK_MAX - rank);
        empty += rank == 0;
    }
    estimate = (correction << RANK_MAX) / inverses;
    if (empty > 0 && estimate <= HS_DISTINCT_REGISTERS * 5 / 2) {
        return count_by_empty_registers(empty);
    }
    return estimate < UINT32_MAX ? (uint32_t)estimate : UINT32_MAX;
}
