/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _DEFAULT_SOURCE

#include "page_end.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

enum {
    READABLE_BYTES = 65536 /* a multiple of every page size in use */
};

const void *
page_end_copy(const void *bytes, size_t count)
{
    static uint8_t *readable;

    if (readable == NULL) {
        void *pages = mmap(NULL, 2 * READABLE_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        assert_ptr_not_equal(pages, MAP_FAILED);
        readable = pages;
        assert_int_equal(mprotect(readable + READABLE_BYTES, READABLE_BYTES, PROT_NONE), 0);
    }
    assert_in_range(count, 0, READABLE_BYTES);
    return memcpy(readable + READABLE_BYTES - count, bytes, count);
}
