/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Percentiles of any number of values in bounded memory: how often they were seen, in ranges that
 * grow with them.
 */
#ifndef HS_HISTOGRAM_H
#define HS_HISTOGRAM_H

#include <stdint.h>

enum {
    HS_HISTOGRAM_STEP_BITS = 7, /* 128 ranges for the values between a power of two and the next */
    HS_HISTOGRAM_RANGES = (31 - HS_HISTOGRAM_STEP_BITS + 1) << HS_HISTOGRAM_STEP_BITS
};

/* All zero: nothing was seen. */
struct hs_histogram {
    uint32_t count;
    uint32_t maximum;
    uint32_t seen[HS_HISTOGRAM_RANGES];
};

/* One of the values: the smallest that so many percent of them do not exceed (nearest rank), or up to
 * a 128th more, but no more than the greatest. rank of all values do not exceed the exact one. */
struct hs_percentile {
    uint32_t rank;
    uint32_t value;
};

/* Adds a value; one above INT32_MAX counts as that. */
void hs_histogram_add(struct hs_histogram *histogram, uint32_t value);

/* percent: 1 to 100. All zero where nothing was seen. */
struct hs_percentile hs_histogram_percentile(const struct hs_histogram *histogram,
                                             unsigned percent);

#endif
