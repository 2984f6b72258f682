/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bytes that end where the readable memory ends: whoever reads on crashes.
 */
#ifndef PAGE_END_H
#define PAGE_END_H

#include <stddef.h>

/* Copies the bytes so that the last one lies right before an unreadable page. Every call uses the
 * same page: it invalidates what the previous one gave. At most 64 KiB. */
const void *page_end_copy(const void *bytes, size_t count);

#endif
