/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Many lengths of time in a few numbers.
 */
#ifndef HS_SUMMARY_H
#define HS_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

/* In nanoseconds; HS_TIME_UNKNOWN where there is nothing to sum up. A percentile is one of the
 * lengths: the shortest that so many percent of them do not exceed (nearest rank). */
struct hs_summary {
    size_t count;
    int64_t minimum;
    int64_t mean; /* rounded down */
    int64_t p50;
    int64_t p90;
    int64_t p99;
    int64_t maximum;
};

/* Sums up count lengths, none of them negative, and sorts them. */
struct hs_summary hs_summary_make(int64_t *ns, size_t count);

#endif
