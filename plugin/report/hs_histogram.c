/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_histogram.h"

/* By how many bits the values of a range differ. */
static unsigned
shift_of(uint32_t value)
{
    unsigned shift = 0;

    while (value >> shift >= 2u << HS_HISTOGRAM_STEP_BITS) {
        shift++;
    }
    return shift;
}

static uint32_t
range_of(uint32_t value)
{
    const unsigned shift = shift_of(value);

    return (shift << HS_HISTOGRAM_STEP_BITS) + (value >> shift);
}

static uint32_t
greatest_in(uint32_t range)
{
    const uint32_t steps = 1u << HS_HISTOGRAM_STEP_BITS;
    const unsigned shift = range < 2 * steps ? 0 : range / steps - 1;

    return ((range - shift * steps + 1) << shift) - 1;
}

void
hs_histogram_add(struct hs_histogram *histogram, uint32_t value)
{
    const uint32_t counted = value < INT32_MAX ? value : INT32_MAX;

    histogram->count++;
    histogram->seen[range_of(counted)]++;
    if (histogram->maximum < counted) {
        histogram->maximum = counted;
    }
}

struct hs_percentile
hs_histogram_percentile(const struct hs_histogram *histogram, unsigned percent)
{
    const uint32_t rank = (uint32_t)(((uint64_t)histogram->count * percent + 99) / 100);
    uint32_t range = 0, below = histogram->seen[0], value;

    if (rank == 0) {
        return (struct hs_percentile){0, 0};
    }
    while (below < rank) {
        below += histogram->seen[++range];
    }
    value = greatest_in(range);
    return (struct hs_percentile){rank, value < histogram->maximum ? value : histogram->maximum};
}
