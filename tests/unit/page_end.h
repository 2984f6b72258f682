/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes that end where the readable memory ends: whoever reads on crashes.
 */
#ifndef PAGE_END_H
#define PAGE_END_H

#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_END_MAX_BYTES = 1 << 20
};

/* Gives count bytes, at most PAGE_END_MAX_BYTES, of which the last one lies right before an
 * unreadable page. Every call uses the same memory: it overwrites what the previous one gave. */
uint8_t *page_end_get(size_t count);

/* As page_end_get(), filled with the bytes. */
const void *page_end_copy(const void *bytes, size_t count);

#endif
