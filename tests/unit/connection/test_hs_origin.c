/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_origin.h"
#include "scenario.h"

#define HANDSHAKE_FROM(ttl_client, ttl_server)                      \
    FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = (ttl_client)),      \
    FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = (ttl_server)), \
    FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = (ttl_client))

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

static void
time_to_live_tells_who_sent_the_reset(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "R", 1, 0, 0, "rst", "rst_suspected_forged", .ttl = 53)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ttl = 52)));
    /* Not known, or nothing to compare it with. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ttl = 0)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64),
        FROM('S', "RA", 0, 1, 0, "rst", NULL, .ttl = 255)));
    /* A host answers what it knows nothing of: its RST is genuine, the SYN in its name was not. */
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 40),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64),
        FROM('C', "R", 1, 0, 0, "rst", NULL, .ttl = 64)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 40),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64),
        FROM('C', "RA", 1, 1, 0, "rst", "rst_suspected_forged", .ttl = 64)));
    /* Far outside twice: the route has changed. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "PA", 1, 1, 10, "established", NULL, .ttl = 40),
        FROM('S', "R", 11, 0, 0, "rst", "rst_suspected_forged", .ttl = 40)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "PA", 1, 1, 10, "established", NULL, .ttl = 40),
        FROM('S', "PA", 11, 1, 10, "established", NULL, .ttl = 40),
        FROM('S', "R", 21, 0, 0, "rst", NULL, .ttl = 40)));
    /* A load balancer opens and ends what a server behind it talks. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 251),
        FROM('S', "PA", 1, 1, 10, "established", NULL, .ttl = 40),
        FROM('S', "PA", 11, 1, 10, "established", NULL, .ttl = 40),
        FROM('S', "R", 21, 0, 0, "rst", NULL, .ttl = 251)));
    /* Several ways: each a step further is one of the range. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 50),
        FROM('S', "A", 1, 1, 0, "established", NULL, .ttl = 52),
        FROM('S', "A", 1, 1, 0, "established", NULL, .ttl = 54),
        FROM('S', "A", 1, 1, 0, "established", NULL, .ttl = 49),
        FROM('S', "R", 1, 0, 0, "rst", NULL, .ttl = 56)));
}

static void
time_to_live_changes_within_the_handshake(void **state)
{
    (void)state;
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64),
        FROM('C', "A", 1, 1, 0, "ack", "ttl_changed", .ttl = 128),
        FROM('C', "PA", 1, 1, 10, "established", NULL, .ttl = 64)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('C', "PA", 1, 1, 10, "established", NULL, .ttl = 128)));
}

static void
mac_changes_within_the_handshake(void **state)
{
    (void)state;
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "A", 1, 1, 0, "ack", "mac_changed", .ttl = 64, .mac = 3),
        FROM('C', "PA", 1, 1, 10, "established", NULL, .ttl = 64, .mac = 3)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('C', "S", 0, 0, 0, "syn", "mac_changed", .ttl = 64, .mac = 3),
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('S', "SA", 0, 1, 0, "syn-ack", "mac_changed", .ttl = 64, .mac = 3),
        FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", "mac_changed", .ttl = 64, .mac = 3)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .mac = 1),
        FROM('C', "S", 0, 0, 0, "syn", "mac_changed", .mac = 2)));
}

static void
mac_changes_for_other_reasons(void **state)
{
    (void)state;
    /* It is not known of one of the two. */
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = 64, .mac = 3),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64)));
    /* The capture was made on both sides of a router. */
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 63, .mac = 3),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = 63, .mac = 3)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 63, .mac = 3),
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = 64, .mac = 1)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 63, .mac = 3),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "A", 1, 1, 0, "ack", NULL, .ttl = 63, .mac = 3)));
    /* The opening was not captured. */
    play(SCENARIO(
        FROM('C', "A", 1, 1, 0, "midstream", NULL, .ttl = 64, .mac = 1),
        FROM('C', "A", 1, 1, 0, "midstream", NULL, .ttl = 64, .mac = 3)));
    /* A RST has a verdict of its own. */
    play(SCENARIO(
        FROM('C', "S", 0, 0, 0, "syn", NULL, .ttl = 64, .mac = 1),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL, .ttl = 64, .mac = 2),
        FROM('C', "R", 1, 0, 0, "rst", NULL, .ttl = 64, .mac = 3)));
}

static void
only_handshakes_want_the_mac(void **state)
{
    const struct tcp_segment syn = {.flags = TCP_SYN}, ack = {.flags = TCP_ACK};
    struct hs_conn conn;

    (void)state;
    hs_conn_init(&conn, 1, NULL);
    assert_true(hs_origin_wants_mac(&conn, HS_SIDE_A, &syn));
    assert_false(hs_origin_wants_mac(&conn, HS_SIDE_A, &ack));
    conn.side[HS_SIDE_A].isn_seen = true;
    assert_true(hs_origin_wants_mac(&conn, HS_SIDE_A, &ack));
    assert_false(hs_origin_wants_mac(&conn, HS_SIDE_B, &ack));
    conn.complete = true;
    assert_false(hs_origin_wants_mac(&conn, HS_SIDE_A, &ack));
}

#define TEXT_64 "A pot of coffee a day, and two on Sundays: that is what keeps us"
#define OTHER_64 "A cup of cocoa at five, and none on Mondays: that is all we need"
#define OTHER_31 "A cup of cocoa at five, and non"

static void
injected_data_has_another_origin(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 100, "established", NULL, .ttl = 50, .data = "coffee"),
        FROM('S', "PA", 1, 1, 100, "established", "data_injected", .ttl = 64, .data = "cocoa!")));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ip_id = 1, .data = "coffee"),
        FROM('S', "PA", 1, 1, 6, "established", "data_injected", .ip_id = 30000, .data = "cocoa!")));
    /* Only the origin differs, only the bytes do, or nothing was captured of them. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ttl = 50, .data = "coffee"),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ttl = 64, .data = "coffee"),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ttl = 64, .data = "cocoa!"),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ttl = 50)));
    /* What a RST says is not data. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ip_id = 1, .data = "coffee"),
        FROM('S', "RA", 1, 1, 6, "rst", NULL, .ip_id = 30000, .data = "closed")));
}

static void
injected_data_has_other_boundaries(void **state)
{
    (void)state;
    /* The second is longer, shorter, begins before the first. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ip_id = 1, .data = "coffee"),
        FROM('S', "PA", 1, 1, 64, "established", "data_injected", .ip_id = 30000,
             .data = OTHER_64)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 64, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "PA", 1, 1, 31, "established", "data_injected", .ip_id = 30000,
             .data = OTHER_31)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 31, 1, 64, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "PA", 1, 1, 64, "established", "data_injected", .ip_id = 30000,
             .data = OTHER_64)));
    /* The same bytes in other pieces. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 11, 1, 54, "established", NULL, .ip_id = 1, .data = &TEXT_64[10]),
        FROM('S', "PA", 1, 1, 64, "established", NULL, .ip_id = 30000, .data = TEXT_64),
        FROM('S', "PA", 31, 1, 34, "established", NULL, .ip_id = 1, .data = &TEXT_64[30])));
    /* It is too short, or begins within the first. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 64, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "PA", 1, 1, 6, "established", NULL, .ip_id = 30000, .data = "cocoa!")));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 64, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "PA", 2, 1, 64, "established", NULL, .ip_id = 30000, .data = OTHER_64)));
}

static void
half_a_number_tells_the_place(void **state)
{
    (void)state;
    /* The same lower half, 65536 bytes on. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "PA", 1, 1, 4000, "established", NULL, .ip_id = 1, .data = "coffee"),
        FROM('S', "PA", 65537, 1, 4000, "stray", "out_of_window", .ip_id = 30000,
             .data = "cocoa!")));
    /* On and back, once more than that was sent. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "A", 1, 1, 60000, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "A", 60001, 1, 20000, "established", NULL, .ip_id = 2, .data = TEXT_64),
        FROM('C', "A", 1, 60001, 0, "established", NULL),
        FROM('S', "A", 1, 1, 60000, "established", NULL, .ip_id = 30000, .data = TEXT_64),
        FROM('S', "A", 65537, 1, 64, "established", NULL, .ip_id = 3, .data = OTHER_64),
        FROM('S', "A", 1, 1, 60000, "established", NULL, .ip_id = 30000, .data = TEXT_64)));
    /* After the other side acknowledged more than was captured. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "A", 1, 1, 100, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('C', "A", 1, 8001, 0, "established", "ack_unseen_data"),
        FROM('S', "A", 1, 1, 100, "established", "data_injected", .ip_id = 30000,
             .data = OTHER_64)));
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "A", 1, 1, 100, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('C', "A", 1, 16001, 0, "established", "ack_unseen_data"),
        FROM('C', "A", 1, 32001, 0, "established", "ack_unseen_data"),
        FROM('C', "A", 1, 48001, 0, "established", "ack_unseen_data"),
        FROM('C', "A", 1, 64001, 0, "established", "ack_unseen_data"),
        FROM('C', "A", 1, 66001, 0, "established", "ack_unseen_data"),
        FROM('S', "A", 65537, 1, 64, "established", NULL, .ip_id = 30000, .data = OTHER_64)));
    /* The SYN takes up a number before its data. */
    play(SCENARIO(
        FROM('C', "S", 0, 0, 64, "syn", "syn_data", .ip_id = 1, .data = TEXT_64),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL),
        FROM('C', "A", 1, 1, 64, "ack", NULL, .ip_id = 30000, .data = TEXT_64),
        FROM('C', "A", 1, 1, 64, "established", NULL, .ip_id = 1, .data = TEXT_64)));
    play(SCENARIO(
        FROM('C', "S", 0, 0, 64, "syn", "syn_data", .ip_id = 1, .data = TEXT_64),
        FROM('S', "SA", 0, 1, 0, "syn-ack", NULL),
        FROM('C', "A", 1, 1, 64, "ack", "data_injected", .ip_id = 30000, .data = OTHER_64)));
    /* The FIN takes up one behind them. */
    play(SCENARIO(
        HANDSHAKE_FROM(64, 64),
        FROM('S', "A", 1, 1, 65535, "established", NULL, .ip_id = 1, .data = TEXT_64),
        FROM('S', "FA", 65536, 1, 0, "fin", NULL, .ip_id = 2),
        FROM('S', "PA", 65537, 1, 64, "stray", "data_after_fin", .ip_id = 30000,
             .data = OTHER_64)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_to_live_tells_who_sent_the_reset),
        cmocka_unit_test(time_to_live_changes_within_the_handshake),
        cmocka_unit_test(mac_changes_within_the_handshake),
        cmocka_unit_test(mac_changes_for_other_reasons),
        cmocka_unit_test(only_handshakes_want_the_mac),
        cmocka_unit_test(injected_data_has_another_origin),
        cmocka_unit_test(injected_data_has_other_boundaries),
        cmocka_unit_test(half_a_number_tells_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
