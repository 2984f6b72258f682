/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _DEFAULT_SOURCE

#include "page_end.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

uint8_t *
page_end_get(size_t count)
{
    static uint8_t *end;

    if (end == NULL) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        uint8_t *bytes = mmap(NULL, PAGE_END_MAX_BYTES + page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        assert_ptr_not_equal(bytes, MAP_FAILED);
        end = bytes + PAGE_END_MAX_BYTES;
        assert_int_equal(mprotect(end, page, PROT_NONE), 0);
    }
    assert_in_range(count, 0, PAGE_END_MAX_BYTES);
    return end - count;
}

const void *
page_end_copy(const void *bytes, size_t count)
{
    return memcpy(page_end_get(count), bytes, count);
}
