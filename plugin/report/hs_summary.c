/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_summary.h"

#include <stdlib.h>

#include "hs_duration.h"

static int
compare(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

/* The sum of twelve days each, the most that a duration can be, would overflow after 8,000. */
static int64_t
mean_of(const int64_t *ns, size_t count)
{
    int64_t whole = 0;
    uint64_t rest = 0;

    for (size_t i = 0; i < count; i++) {
        whole += ns[i] / (int64_t)count;
        rest += (uint64_t)(ns[i] % (int64_t)count);
        if (rest >= count) {
            rest -= count;
            whole++;
        }
    }
    return whole;
}

static int64_t
percentile(const int64_t *sorted, size_t count, unsigned percent)
{
    const size_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;

    return sorted[rank - 1];
}

struct hs_summary
hs_summary_make(int64_t *ns, size_t count)
{
    if (count == 0) {
        return (struct hs_summary){0,
                                   HS_TIME_UNKNOWN,
                                   HS_TIME_UNKNOWN,
                                   HS_TIME_UNKNOWN,
                                   HS_TIME_UNKNOWN,
                                   HS_TIME_UNKNOWN,
                                   HS_TIME_UNKNOWN};
    }
    qsort(ns, count, sizeof *ns, compare);
    return (struct hs_summary){
        .count = count,
        .minimum = ns[0],
        .mean = mean_of(ns, count),
        .p50 = percentile(ns, count, 50),
        .p90 = percentile(ns, count, 90),
        .p99 = percentile(ns, count, 99),
        .maximum = ns[count - 1],
    };
}
