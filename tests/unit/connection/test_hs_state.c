/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_state.h"

static enum hs_state
next(enum hs_direction direction, enum hs_event event, enum hs_state state)
{
    return hs_state_cell(direction, event, state)->next;
}

static void
every_cell_is_written(void **state)
{
    (void)state;
    for (enum hs_direction direction = 0; direction < HS_DIRECTION_COUNT; direction++) {
        for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
            for (enum hs_state from = 0; from < HS_STATE_COUNT; from++) {
                const struct hs_cell *cell = hs_state_cell(direction, event, from);

                assert_non_null(cell->reason);
                assert_true(strlen(cell->reason) > 5);
                assert_in_range(cell->next, 0, HS_STATE_COUNT - 1);
            }
        }
    }
}

static void
every_state_is_reached(void **state)
{
    bool reached[HS_STATE_COUNT] = {[HS_STATE_UNSEEN] = true};

    (void)state;
    for (int round = 0; round < HS_STATE_COUNT; round++) {
        for (enum hs_direction direction = 0; direction < HS_DIRECTION_COUNT; direction++) {
            for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
                for (enum hs_state from = 0; from < HS_STATE_COUNT; from++) {
                    if (reached[from]) {
                        reached[next(direction, event, from)] = true;
                    }
                }
            }
        }
    }
    for (enum hs_state one = 0; one < HS_STATE_COUNT; one++) {
        assert_true(reached[one]);
    }
}

/* Only an opening or a reset takes an endpoint back: a connection gets older otherwise. */
static void
closing_is_never_undone(void **state)
{
    (void)state;
    for (enum hs_direction direction = 0; direction < HS_DIRECTION_COUNT; direction++) {
        for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
            for (enum hs_state from = HS_STATE_FIN_WAIT_1; from < HS_STATE_COUNT; from++) {
                const bool reopens = from == HS_STATE_CLOSED &&
                                     (event == HS_EVENT_SYN || event == HS_EVENT_SYN_ACK);

                assert_true(reopens || next(direction, event, from) >= HS_STATE_FIN_WAIT_1);
            }
        }
    }
}

static void
reset_closes_from_everywhere(void **state)
{
    (void)state;
    for (enum hs_state from = 0; from < HS_STATE_COUNT; from++) {
        assert_int_equal(next(HS_DIRECTION_SENT, HS_EVENT_RST, from), HS_STATE_CLOSED);
        assert_int_equal(next(HS_DIRECTION_RECEIVED, HS_EVENT_RST, from), HS_STATE_CLOSED);
    }
}

/* Repeated by the network or by its sender, a segment changes nothing the second time. */
static void
repetition_changes_nothing(void **state)
{
    (void)state;
    for (enum hs_direction direction = 0; direction < HS_DIRECTION_COUNT; direction++) {
        for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
            for (enum hs_state from = 0; from < HS_STATE_COUNT; from++) {
                const enum hs_state once = next(direction, event, from);

                assert_int_equal(next(direction, event, once), once);
            }
        }
    }
}

static void
names_are_those_of_the_rfc(void **state)
{
    (void)state;
    assert_null(hs_state_name(HS_STATE_UNSEEN));
    assert_string_equal(hs_state_name(HS_STATE_SYN_SENT), "syn-sent");
    assert_string_equal(hs_state_name(HS_STATE_SYN_RECEIVED), "syn-received");
    assert_string_equal(hs_state_name(HS_STATE_ESTABLISHED), "established");
    assert_string_equal(hs_state_name(HS_STATE_FIN_WAIT_1), "fin-wait-1");
    assert_string_equal(hs_state_name(HS_STATE_FIN_WAIT_2), "fin-wait-2");
    assert_string_equal(hs_state_name(HS_STATE_CLOSE_WAIT), "close-wait");
    assert_string_equal(hs_state_name(HS_STATE_CLOSING), "closing");
    assert_string_equal(hs_state_name(HS_STATE_LAST_ACK), "last-ack");
    assert_string_equal(hs_state_name(HS_STATE_TIME_WAIT), "time-wait");
    assert_string_equal(hs_state_name(HS_STATE_CLOSED), "closed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_written),
        cmocka_unit_test(every_state_is_reached),
        cmocka_unit_test(closing_is_never_undone),
        cmocka_unit_test(reset_closes_from_everywhere),
        cmocka_unit_test(repetition_changes_nothing),
        cmocka_unit_test(names_are_those_of_the_rfc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
