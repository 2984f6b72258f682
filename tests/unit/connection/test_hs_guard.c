/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What only looks like an offence, one step inside each bound, beside the offence one step outside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_reset.h"
#include "scenario.h"

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

/* A server may take only a part of the data in the SYN (RFC 7413 section 4.2.2): it has not ignored
 * them. */
static void
part_of_fast_open_data_is_not_ignored(void **state)
{
    static const struct tcp_options fast_open = {.present = TCP_HAS_MSS | TCP_HAS_FASTOPEN,
                                                 .mss = 1460};
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        FROM('C', "S", 0, 0, 100, "syn", NULL, .options = &fast_open),
        SEGMENT('S', "SA", 0, 51, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 101, 1, 0, "ack", NULL)));
    assert_true(conn.tfo_accepted);
    assert_false(conn.tfo_ignored);
    scenario_play(&conn, SCENARIO(
        FROM('C', "S", 0, 0, 100, "syn", NULL, .options = &fast_open),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "tfo_data_ignored"),
        SEGMENT('C', "A", 101, 1, 0, "ack", NULL)));
    assert_true(conn.tfo_ignored);
}

/* A number of the IPv4 header that lies a little below that of the RST excuses the segment: it was sent
 * before and captured after it. One far below is no older datagram but another numbering, as that of
 * the host in whose name the RST was forged. */
static void
only_a_near_ip_id_excuses_what_follows_a_reset(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 1000),
        FROM('S', "A", 1, 11, 0, "closed", NULL, .ip_id = 1000 - 63)));
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 1000),
        FROM('S', "A", 1, 11, 0, "established", "rst_contradicted", .ip_id = 1000 - 64)));
    /* The numbers wrap. The same one is the same datagram or one sent at the same time. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 1),
        FROM('S', "A", 1, 11, 0, "closed", NULL, .ip_id = UINT16_MAX)));
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 9),
        FROM('S', "A", 1, 11, 0, "closed", NULL, .ip_id = 9)));
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ip_id = 9),
        FROM('S', "A", 1, 11, 0, "established", "rst_contradicted", .ip_id = 10)));
}

/* Both round trips take a millisecond here. The RST needs one way to arrive, and what is on the way
 * meanwhile another: after four milliseconds, two round trips of both halves, nothing is on the way. */
static void
two_round_trips_are_waited_for_before_a_reset_was_ignored(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        FROM('C', "PA", 1, 1, 10, "closed", NULL, .wait_ms = 3)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "R", 1, 0, 0, "rst", NULL),
        FROM('C', "PA", 1, 1, 10, "closed", NULL, .wait_ms = 4)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_IGNORED);
}

/* Where no round trip was measured a second is waited for. */
static void
a_second_is_waited_for_without_round_trips(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL),
        SEGMENT('S', "R", 900, 0, 0, "rst", NULL),
        FROM('C', "PA", 420, 900, 10, "closed", NULL, .wait_ms = 999)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_OBEYED);
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL),
        SEGMENT('S', "R", 900, 0, 0, "rst", NULL),
        FROM('C', "PA", 420, 900, 10, "closed", NULL, .wait_ms = 1000)));
    assert_int_equal(conn.rst_effect, HS_EFFECT_IGNORED);
}

/* A hole of thirty bytes of which ten come late still has twenty: those are no retransmission when they
 * come, and the ten are one when they come again. */
static void
hole_partly_filled_keeps_its_rest(void **state)
{
    struct hs_note first, rest, again;

    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 41, 1, 10, "established", NULL),
        FROM('C', "PA", 11, 1, 10, "established", NULL, .note = &first),
        FROM('C', "PA", 11, 1, 10, "established", NULL, .note = &again),
        FROM('C', "PA", 21, 1, 20, "established", NULL, .note = &rest)));
    assert_false(first.retransmission);
    assert_true(again.retransmission);
    assert_false(rest.retransmission);
}

/* A side that has sent its FIN has ended its half before the RST: what it still acknowledges or
 * repeats then is no sign of somebody else. */
static void
nothing_after_a_fin_contradicts_a_reset(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "FA", 1, 1, 0, "fin", NULL),
        SEGMENT('C', "PA", 1, 2, 10, "half-closed", NULL),
        SEGMENT('S', "R", 2, 0, 0, "rst", NULL),
        SEGMENT('S', "A", 2, 11, 0, "closed", NULL)));
    /* Without that FIN it is one. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "PA", 1, 1, 1, "established", NULL),
        SEGMENT('C', "PA", 1, 2, 10, "established", NULL),
        SEGMENT('S', "R", 2, 0, 0, "rst", NULL),
        SEGMENT('S', "A", 2, 11, 0, "established", "rst_contradicted")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(part_of_fast_open_data_is_not_ignored),
        cmocka_unit_test(only_a_near_ip_id_excuses_what_follows_a_reset),
        cmocka_unit_test(two_round_trips_are_waited_for_before_a_reset_was_ignored),
        cmocka_unit_test(a_second_is_waited_for_without_round_trips),
        cmocka_unit_test(hole_partly_filled_keeps_its_rest),
        cmocka_unit_test(nothing_after_a_fin_contradicts_a_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
