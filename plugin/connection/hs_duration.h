/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A length of time in four bytes: to the nanosecond below a second, to the microsecond below a
 * quarter of an hour, to the millisecond above; twelve days at most.
 */
#ifndef HS_DURATION_H
#define HS_DURATION_H

#include <stdint.h>

/* A point or a length of time that is not known. */
#define HS_TIME_UNKNOWN INT64_MIN

enum hs_duration_unit {
    HS_DURATION_UNKNOWN, /* a duration that is all zero is not known */
    HS_DURATION_NS,
    HS_DURATION_US,
    HS_DURATION_MS
};

struct hs_duration {
    uint32_t value : 30;
    uint32_t unit : 2; /* enum hs_duration_unit */
};

enum {
    HS_DURATION_MAX_VALUE = (1 << 30) - 1
};

/* The time from one point to another. It is not known where one of them is not, nor where the
 * second comes before the first: a capture whose clock steps back tells nothing. */
struct hs_duration hs_duration_between(int64_t from_ns, int64_t to_ns);

/* The time in nanoseconds, or HS_TIME_UNKNOWN. */
int64_t hs_duration_ns(struct hs_duration duration);

/* The point in time that lies so long after another, or HS_TIME_UNKNOWN. */
int64_t hs_duration_after(int64_t from_ns, struct hs_duration duration);

#endif
