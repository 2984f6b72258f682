/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

/* ---- windows; a scenario's own is 8192 bytes, unscaled ---- */

static void
right_edge_of_the_window(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 8192, "established", NULL),
        SEGMENT('C', "PA", 8194, 1, 10, "stray", "out_of_window"),
        SEGMENT('S', "A", 1, 8193, 0, "established", NULL),
        SEGMENT('C', "PA", 8193, 1, 10, "established", NULL)));
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "PA", 1, 1, 8192, "established", NULL),
        SEGMENT('S', "FA", 8194, 1, 0, "fin", "fin_out_of_window"),
        SEGMENT('C', "A", 1, 8193, 0, "established", NULL)));
}

/* What the network delivers late starts below, but not more than a window below. */
static void
left_edge_of_the_window(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 8000, "established", NULL),
        SEGMENT('S', "A", 1, 8001, 0, "established", NULL),
        SEGMENT('C', "PA", 8001, 1, 8000, "established", NULL),
        SEGMENT('S', "A", 1, 16001, 0, "established", NULL),
        SEGMENT('C', "PA", 7001, 1, 1000, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 1000, "stray", "out_of_window")));
}

static void
far_out_of_window(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 900000, 1, 10, "stray", "out_of_window"),
        SEGMENT('C', "FA", 900000, 1, 0, "fin", "fin_out_of_window"),
        SEGMENT('C', "PA", 11, 1, 10, "established", NULL)));
}

static void
scaled_window_is_honoured(void **state)
{
    static const struct tcp_options scale_7 = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 7};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &scale_7},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &scale_7},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('S', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 60000, "established", NULL),
        SEGMENT('C', "PA", 60001, 1, 60000, "established", NULL),
        SEGMENT('C', "PA", 1 + (8192 << 7), 1, 10, "established", NULL),
        SEGMENT('C', "PA", 12 + (8192 << 7), 1, 10, "stray", "out_of_window")));
}

/* Of a SYN-ACK the window is not scaled, whatever both agree on (RFC 7323 section 2.2). */
static void
window_of_the_syn_ack_is_not_scaled(void **state)
{
    static const struct tcp_options scale_7 = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 7};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &scale_7},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &scale_7},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 8192, "established", NULL),
        SEGMENT('C', "PA", 8194, 1, 10, "stray", "out_of_window")));
}

static void
scaling_takes_both_sides(void **state)
{
    static const struct tcp_options scale_7 = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 7};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &scale_7},
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL),
        SEGMENT('S', "PA", 1, 11, 8192, "established", NULL),
        SEGMENT('S', "PA", 8194, 11, 10, "stray", "out_of_window")));
}

/* RFC 7323 section 2.3. */
static void
scaling_ends_at_fourteen(void **state)
{
    static const struct tcp_options scale_200 = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 200};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &scale_200},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &scale_200},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('S', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "PA", 1 + (8192u << 14), 1, 10, "established", NULL),
        SEGMENT('C', "PA", 12 + (8192u << 14), 1, 10, "stray", "out_of_window")));
}

/* The answer is to the first SYN, which scaled; the retry left that out. */
static void
window_is_not_judged_by_a_retry_that_offers_less(void **state)
{
    static const struct tcp_options scale_7 = {
        .present = TCP_HAS_MSS | TCP_HAS_WSCALE, .mss = 1460, .wscale = 7};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &scale_7},
        SEGMENT('C', "S", 0, 0, 0, "syn", "syn_changed"),
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &scale_7},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('S', "A", 1, 1, 0, "established", NULL),
        SEGMENT('C', "PA", 1, 1, 8192, "established", NULL),
        SEGMENT('C', "PA", 8193, 1, 8192, "established", NULL),
        SEGMENT('C', "PA", 16385, 1, 8192, "established", NULL)));
}

/* ---- windows that change ---- */

/* A step with a window of its own. */
struct syn_options {
    uint16_t window;
    struct step step;
};

#define OFFERS(...) \
    (const struct syn_options[]){__VA_ARGS__}, sizeof((const struct syn_options[]){__VA_ARGS__}) / sizeof(struct syn_options)

/* Plays steps with windows, for ISNs that wrap around at different places. */
static void
play_windows(const struct syn_options *offers, size_t count)
{
    for (uint32_t shift = 0; shift < 20000; shift += 4999) {
        const uint32_t isn[] = {UINT32_MAX - shift, INT32_MAX - shift};
        struct hs_conn conn;

        hs_conn_init(&conn, 1, NULL);
        for (size_t i = 0; i < count; i++) {
            const struct step *step = &offers[i].step;
            const bool from_client = step->from == 'C';
            struct tcp_segment segment =
                scenario_segment(step, isn[!from_client], isn[from_client]);
            struct hs_findings findings = {.count = 0};
            struct hs_note note;
            const char *found, *expected = step->anomaly == NULL ? "none" : step->anomaly;

            segment.window = offers[i].window;
            hs_learn_segment(&conn, from_client ? HS_SIDE_A : HS_SIDE_B, &segment,
                             &(struct hs_frame){.number = (uint32_t)i + 1}, &note, &findings);
            found = findings.count == 0 ? "none" : hs_anomaly_slug(findings.list[0].anomaly);
            if (strcmp(hs_stage_name(note.stage), step->stage) != 0 ||
                strcmp(found, expected) != 0) {
                fail_msg("segment %zu: %s, %s; expected %s, %s", i + 1, hs_stage_name(note.stage),
                         found, step->stage, expected);
            }
        }
    }
}

static void
zero_window_probe_is_silent(void **state)
{
    (void)state;
    play_windows(OFFERS(
        {8192, SEGMENT('C', "S", 0, 0, 0, "syn", NULL)},
        {1000, SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)},
        {8192, SEGMENT('C', "A", 1, 1, 0, "ack", NULL)},
        {8192, SEGMENT('C', "PA", 1, 1, 1000, "established", NULL)},
        {0, SEGMENT('S', "A", 1, 1001, 0, "established", NULL)},
        {8192, SEGMENT('C', "A", 1001, 1, 1, "established", NULL)}, /* with a new byte */
        {0, SEGMENT('S', "A", 1, 1001, 0, "established", NULL)},
        {8192, SEGMENT('C', "A", 1001, 1, 1, "established", NULL)},
        {0, SEGMENT('S', "A", 1, 1001, 0, "established", NULL)},
        {8192, SEGMENT('C', "A", 1000, 1, 0, "established", NULL)}, /* as Linux does */
        {5000, SEGMENT('S', "A", 1, 1001, 0, "established", NULL)},
        {8192, SEGMENT('C', "PA", 1001, 1, 5000, "established", NULL)},
        {8192, SEGMENT('C', "PA", 6002, 1, 10, "stray", "out_of_window")}));
}

/* A server that has no room from the start on. */
static void
probe_of_a_window_that_was_never_open_is_silent(void **state)
{
    (void)state;
    play_windows(OFFERS(
        {8192, SEGMENT('C', "S", 0, 0, 0, "syn", NULL)},
        {0, SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)},
        {8192, SEGMENT('C', "A", 1, 1, 0, "ack", NULL)},
        {8192, SEGMENT('C', "A", 0, 1, 0, "established", NULL)},
        {0, SEGMENT('S', "A", 1, 1, 0, "established", NULL)},
        {8192, SEGMENT('C', "A", 1, 1, 1, "established", NULL)}));
}

/* What was under way when the window shrank was sent in good faith. */
static void
window_that_shrinks_keeps_its_edge(void **state)
{
    (void)state;
    play_windows(OFFERS(
        {8192, SEGMENT('C', "S", 0, 0, 0, "syn", NULL)},
        {3000, SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)},
        {8192, SEGMENT('C', "A", 1, 1, 0, "ack", NULL)},
        {8192, SEGMENT('C', "PA", 1, 1, 1000, "established", NULL)},
        {10, SEGMENT('S', "A", 1, 1001, 0, "established", NULL)},
        {8192, SEGMENT('C', "PA", 1001, 1, 1000, "established", NULL)},
        {8192, SEGMENT('C', "PA", 3002, 1, 1000, "stray", "out_of_window")}));
}

/* The third ACK lies behind the data of the SYN, and the window of the SYN-ACK counts from there. */
static void
first_window_counts_from_what_is_acknowledged(void **state)
{
    static const struct tcp_options cookie = {
        .present = TCP_HAS_MSS | TCP_HAS_FASTOPEN, .mss = 1460, .fastopen_cookie_bytes = 8};

    (void)state;
    play_windows(OFFERS(
        {8192, {.from = 'C', .flags = "S", .payload = 1000, .stage = "syn", .options = &cookie}},
        {500, SEGMENT('S', "SA", 0, 1001, 0, "syn-ack", NULL)},
        {8192, SEGMENT('C', "A", 1001, 1, 0, "ack", NULL)}));
}

/* ---- captures that lost something: no accusation follows ---- */

static void
window_is_not_judged_where_data_of_the_receiver_is_missing(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "PA", 501, 1, 10, "established", NULL),
        SEGMENT('C', "PA", 20000, 1, 10, "established", NULL)));
    assert_true(hs_conn_server(&conn)->unseen);
}

static void
window_is_not_judged_without_the_handshake(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "PA", 400, 900, 20, "midstream", NULL),
        SEGMENT('S', "A", 900, 420, 0, "midstream", NULL),
        SEGMENT('C', "PA", 400000, 900, 20, "midstream", NULL)));
    play(SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL),
        SEGMENT('C', "PA", 400000, 1, 20, "established", NULL)));
}

/* The capture missed the ACK that opened the window: the sender goes on where it was. */
static void
missed_window_update_is_recovered_from(void **state)
{
    (void)state;
    play_windows(OFFERS(
        {8192, SEGMENT('C', "S", 0, 0, 0, "syn", NULL)},
        {8192, SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)},
        {8192, SEGMENT('C', "A", 1, 1, 0, "ack", NULL)},
        {8192, SEGMENT('C', "PA", 1, 1, 8192, "established", NULL)},
        {0, SEGMENT('S', "A", 1, 8193, 0, "established", NULL)},
        {8192, SEGMENT('C', "PA", 8193, 1, 1000, "established", NULL)},
        {8192, SEGMENT('C', "PA", 9193, 1, 1000, "established", NULL)},
        {6192, SEGMENT('S', "A", 1, 10193, 0, "established", NULL)},
        {8192, SEGMENT('C', "PA", 10193, 1, 1000, "established", NULL)},
        {8192, SEGMENT('C', "FA", 11193, 1, 0, "fin", NULL)},
        {6192, SEGMENT('S', "A", 1, 11194, 0, "half-closed", NULL)}));
}

static void
missed_data_is_said_of_its_acknowledgement(void **state)
{
    (void)state;
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "A", 1, 101, 0, "established", "ack_unseen_data"),
        SEGMENT('C', "PA", 101, 1, 10, "established", NULL),
        SEGMENT('S', "A", 1, 111, 0, "established", NULL)));
    /* The acknowledgement of what nobody can have sent is no part of the connection. */
    play(SCENARIO(
        HANDSHAKE,
        SEGMENT('S', "A", 1, 90000000, 0, "stray", "ack_unseen_data"),
        SEGMENT('C', "PA", 1, 1, 10, "established", NULL)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_edge_of_the_window),
        cmocka_unit_test(left_edge_of_the_window),
        cmocka_unit_test(far_out_of_window),
        cmocka_unit_test(scaled_window_is_honoured),
        cmocka_unit_test(window_of_the_syn_ack_is_not_scaled),
        cmocka_unit_test(scaling_takes_both_sides),
        cmocka_unit_test(scaling_ends_at_fourteen),
        cmocka_unit_test(window_is_not_judged_by_a_retry_that_offers_less),
        cmocka_unit_test(zero_window_probe_is_silent),
        cmocka_unit_test(probe_of_a_window_that_was_never_open_is_silent),
        cmocka_unit_test(window_that_shrinks_keeps_its_edge),
        cmocka_unit_test(first_window_counts_from_what_is_acknowledged),
        cmocka_unit_test(window_is_not_judged_where_data_of_the_receiver_is_missing),
        cmocka_unit_test(window_is_not_judged_without_the_handshake),
        cmocka_unit_test(missed_window_update_is_recovered_from),
        cmocka_unit_test(missed_data_is_said_of_its_acknowledgement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
