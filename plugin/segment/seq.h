/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arithmetic on sequence numbers, modulo 2^32 (RFC 9293 section 3.4). Two numbers compare as
 * meant as long as they lie less than 2^31 apart.
 */
#ifndef SEQ_H
#define SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* How far a lies after b: negative when it lies before. */
static inline int32_t
seq_diff(uint32_t a, uint32_t b)
{
    uint32_t distance = a - b;

    return distance <= INT32_MAX ? (int32_t)distance : -(int32_t)(UINT32_MAX - distance) - 1;
}

/* Whether a comes before b. */
static inline bool
seq_before(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) < 0;
}

/* Whether first <= number <= last, last being reached from first by counting up. */
static inline bool
seq_between(uint32_t first, uint32_t number, uint32_t last)
{
    return number - first <= last - first;
}

/* The later of two numbers. */
static inline uint32_t
seq_max(uint32_t a, uint32_t b)
{
    return seq_before(a, b) ? b : a;
}

#endif
