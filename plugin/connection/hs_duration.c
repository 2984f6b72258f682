/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_duration.h"

static const int64_t ns_per_unit[] = {
    [HS_DURATION_UNKNOWN] = 0,
    [HS_DURATION_NS] = 1,
    [HS_DURATION_US] = 1000,
    [HS_DURATION_MS] = 1000000,
};

struct hs_duration
hs_duration_between(int64_t from_ns, int64_t to_ns)
{
    uint64_t ns;

    if (from_ns == HS_TIME_UNKNOWN || to_ns == HS_TIME_UNKNOWN || to_ns < from_ns) {
        return (struct hs_duration){.unit = HS_DURATION_UNKNOWN};
    }
    ns = (uint64_t)to_ns - (uint64_t)from_ns;
    for (enum hs_duration_unit unit = HS_DURATION_NS; unit <= HS_DURATION_MS; unit++) {
        const uint64_t value = ns / (uint64_t)ns_per_unit[unit];

        if (value <= HS_DURATION_MAX_VALUE) {
            return (struct hs_duration){.value = (uint32_t)(value & HS_DURATION_MAX_VALUE),
                                        .unit = unit};
        }
    }
    return (struct hs_duration){.value = HS_DURATION_MAX_VALUE, .unit = HS_DURATION_MS};
}

int64_t
hs_duration_ns(struct hs_duration duration)
{
    return duration.unit == HS_DURATION_UNKNOWN ? HS_TIME_UNKNOWN
                                                : duration.value * ns_per_unit[duration.unit];
}

int64_t
hs_duration_after(int64_t from_ns, struct hs_duration duration)
{
    const int64_t ns = hs_duration_ns(duration);

    if (from_ns == HS_TIME_UNKNOWN || ns == HS_TIME_UNKNOWN || from_ns > INT64_MAX - ns) {
        return HS_TIME_UNKNOWN;
    }
    return from_ns + ns;
}
