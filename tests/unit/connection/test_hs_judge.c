/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_judge.h"

static const uint32_t ISN = 0xfffffff0u;

static bool
begins_anew(const struct hs_endpoint *sender, unsigned flags, uint32_t seq)
{
    const struct tcp_segment segment = {.flags = (uint16_t)flags, .seq = seq};

    return hs_judge_begins_anew(sender, &segment);
}

static void
syn_of_another_number_begins_anew(void **state)
{
    const struct hs_endpoint sender = {.base = ISN, .base_known = true, .isn_known = true};

    (void)state;
    assert_false(begins_anew(&sender, TCP_SYN, ISN));
    assert_true(begins_anew(&sender, TCP_SYN, ISN + 1));
    assert_true(begins_anew(&sender, TCP_SYN, ISN - 1));
    assert_true(begins_anew(&sender, TCP_SYN | TCP_FIN, 5));
}

static void
nothing_else_begins_anew(void **state)
{
    const struct hs_endpoint sender = {.base = ISN, .base_known = true, .isn_known = true};

    (void)state;
    assert_false(begins_anew(&sender, TCP_SYN | TCP_ACK, ISN + 1));
    assert_false(begins_anew(&sender, TCP_ACK, ISN + 1));
    assert_false(begins_anew(&sender, TCP_RST, ISN + 1));
    assert_false(begins_anew(&sender, 0, ISN + 1));
}

/* Of a connection that was captured from the middle on: a SYN that the capture has late, right
 * before the first number seen. */
static void
late_syn_does_not_begin_anew(void **state)
{
    const struct hs_endpoint unseen = {0}, midstream = {.base = 0, .base_known = true};

    (void)state;
    assert_false(begins_anew(&unseen, TCP_SYN, ISN));
    assert_false(begins_anew(&midstream, TCP_SYN, UINT32_MAX));
    assert_false(begins_anew(&midstream, TCP_SYN, 0));
    assert_true(begins_anew(&midstream, TCP_SYN, UINT32_MAX - 1));
    assert_true(begins_anew(&midstream, TCP_SYN, 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syn_of_another_number_begins_anew),
        cmocka_unit_test(nothing_else_begins_anew),
        cmocka_unit_test(late_syn_does_not_begin_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
