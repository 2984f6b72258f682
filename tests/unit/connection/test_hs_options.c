/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hs_outcome.h"
#include "scenario.h"

static const struct tcp_options usual = {
    .present = TCP_HAS_MSS | TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED | TCP_HAS_TIMESTAMPS,
    .mss = 1460,
    .wscale = 7,
    .ts_val = 1000,
};
static const struct tcp_options plain = {.present = TCP_HAS_MSS, .mss = 1460};
static const struct tcp_options cookie = {
    .present = TCP_HAS_MSS | TCP_HAS_FASTOPEN, .mss = 1460, .fastopen_cookie_bytes = 8};
static const struct tcp_options cookie_request = {
    .present = TCP_HAS_MSS | TCP_HAS_FASTOPEN_REQUEST, .mss = 1460};

/* A SYN, or a SYN-ACK, with options. */
static struct tcp_segment
segment_with(uint16_t flags, const struct tcp_options *options)
{
    return (struct tcp_segment){.flags = flags, .options = *options, .payload_known = true};
}

static struct hs_options
options_of(uint16_t flags, const struct tcp_options *options)
{
    const struct tcp_segment segment = segment_with(flags, options);

    return hs_options_make(&segment);
}

static struct tcp_options
without(uint16_t bits)
{
    struct tcp_options options = usual;

    options.present &= (uint16_t)~bits;
    if (bits & TCP_HAS_MSS) {
        options.mss = 0;
    }
    if (bits & TCP_HAS_WSCALE) {
        options.wscale = 0;
    }
    return options;
}

/* ---- a SYN again ---- */

static uint8_t
difference(const struct tcp_options *first, const struct tcp_options *second)
{
    const struct hs_options syn_options = options_of(TCP_SYN, first);
    const struct tcp_segment again = segment_with(TCP_SYN, second);

    return hs_options_difference(&syn_options, &again);
}

static void
same_offer_is_no_difference(void **state)
{
    struct tcp_options later = usual;

    (void)state;
    later.ts_val = 2000;
    assert_int_equal(difference(&usual, &usual), 0);
    assert_int_equal(difference(&usual, &later), 0);
}

static void
each_option_that_changes_is_named(void **state)
{
    static const struct {
        uint16_t bit;
        uint8_t kind;
    } changes[] = {
        {TCP_HAS_MSS, TCP_KIND_MSS},
        {TCP_HAS_WSCALE, TCP_KIND_WSCALE},
        {TCP_HAS_SACK_PERMITTED, TCP_KIND_SACK_PERMITTED},
        {TCP_HAS_TIMESTAMPS, TCP_KIND_TIMESTAMPS},
    };
    struct tcp_options other = usual;

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct tcp_options less = without(changes[i].bit);

        assert_int_equal(difference(&usual, &less), changes[i].kind);
        assert_int_equal(difference(&less, &usual), changes[i].kind);
    }
    other.mss = 1400;
    assert_int_equal(difference(&usual, &other), TCP_KIND_MSS);
    other = usual;
    other.wscale = 8;
    assert_int_equal(difference(&usual, &other), TCP_KIND_WSCALE);
}

/* RFC 7413 section 4.1.3.1, RFC 3168 section 6.1.1.1, RFC 8684 section 3.1. */
static void
what_a_retry_may_leave_out_is_no_difference(void **state)
{
    struct tcp_options multipath = usual;
    const struct hs_options ecn = options_of(TCP_SYN | TCP_ECE | TCP_CWR, &usual);
    const struct tcp_segment no_ecn = segment_with(TCP_SYN, &usual);

    (void)state;
    multipath.present |= TCP_HAS_MPTCP;
    multipath.mptcp_subtypes = 1 << TCP_MPTCP_CAPABLE;
    assert_int_equal(difference(&multipath, &usual), 0);
    assert_int_equal(difference(&cookie, &plain), 0);
    assert_int_equal(difference(&cookie, &cookie_request), 0);
    assert_int_equal(hs_options_difference(&ecn, &no_ecn), 0);
}

static void
options_that_were_cut_off_prove_nothing(void **state)
{
    const struct tcp_options cut = {.present = TCP_HAS_CUT};
    const struct tcp_segment answer = segment_with(TCP_SYN | TCP_ACK, &usual);
    const struct hs_options syn_options = options_of(TCP_SYN, &cut);

    (void)state;
    assert_int_equal(difference(&usual, &cut), 0);
    assert_int_equal(difference(&cut, &usual), 0);
    assert_int_equal(hs_options_excess(&syn_options, &answer), 0);
}

static void
renewed_offer_remembers_the_first(void **state)
{
    struct tcp_options later = without(TCP_HAS_SACK_PERMITTED);
    struct tcp_segment again;
    struct hs_options syn_options = options_of(TCP_SYN | TCP_ECE | TCP_CWR, &usual);

    (void)state;
    later.ts_val = 3000;
    again = segment_with(TCP_SYN, &later);
    hs_options_renew(&syn_options, &again);
    assert_int_equal(syn_options.present, later.present);
    assert_int_equal(syn_options.ever, usual.present);
    assert_int_equal(syn_options.ts_first, 1000);
    assert_int_equal(syn_options.ts_last, 3000);

    /* What none of the earlier ones had begins with this one. */
    syn_options = options_of(TCP_SYN, &plain);
    hs_options_renew(&syn_options, &again);
    assert_int_equal(syn_options.ts_first, 3000);
}

/* ---- the answer ---- */

static void
answer_may_not_have_more_than_was_offered(void **state)
{
    static const struct {
        uint16_t bit;
        uint8_t kind;
    } extras[] = {
        {TCP_HAS_WSCALE, TCP_KIND_WSCALE},
        {TCP_HAS_SACK_PERMITTED, TCP_KIND_SACK_PERMITTED},
        {TCP_HAS_TIMESTAMPS, TCP_KIND_TIMESTAMPS},
        {TCP_HAS_MPTCP, TCP_KIND_MPTCP},
    };
    const struct hs_options syn_options = options_of(TCP_SYN, &plain);
    const struct hs_options nothing = options_of(TCP_SYN, &(struct tcp_options){.present = 0});
    const struct tcp_segment same = segment_with(TCP_SYN | TCP_ACK, &plain);

    (void)state;
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++) {
        const struct tcp_options options = {.present = extras[i].bit};
        const struct tcp_segment answer = segment_with(TCP_SYN | TCP_ACK, &options);

        assert_int_equal(hs_options_excess(&syn_options, &answer), extras[i].kind);
    }
    assert_int_equal(hs_options_excess(&syn_options, &same), 0);
    /* An MSS is never an answer (RFC 9293 section 3.7.1). */
    assert_int_equal(hs_options_excess(&nothing, &same), 0);
}

static void
answer_to_an_earlier_syn_has_no_excess(void **state)
{
    const struct tcp_segment bare = segment_with(TCP_SYN, &plain);
    const struct tcp_segment answer = segment_with(TCP_SYN | TCP_ACK, &usual);
    struct hs_options syn_options = options_of(TCP_SYN, &usual);

    (void)state;
    hs_options_renew(&syn_options, &bare);
    assert_int_equal(hs_options_excess(&syn_options, &answer), 0);
}

static void
timestamps_of_any_syn_may_be_echoed(void **state)
{
    const struct hs_options syn_options = {.ts_first = UINT32_MAX - 5, .ts_last = 20};

    (void)state;
    assert_true(hs_options_sent_timestamp(&syn_options, UINT32_MAX - 5));
    assert_true(hs_options_sent_timestamp(&syn_options, UINT32_MAX));
    assert_true(hs_options_sent_timestamp(&syn_options, 20));
    assert_false(hs_options_sent_timestamp(&syn_options, 21));
    assert_false(hs_options_sent_timestamp(&syn_options, UINT32_MAX - 6));
}

/* ---- what both agree on ---- */

static void
agreement_takes_both(void **state)
{
    const struct hs_options rich = options_of(TCP_SYN, &usual);
    const struct hs_options poor = options_of(TCP_SYN | TCP_ACK, &plain);
    static const uint16_t options[] = {TCP_HAS_WSCALE, TCP_HAS_SACK_PERMITTED, TCP_HAS_TIMESTAMPS};

    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        assert_true(hs_options_agree(&rich, &rich, options[i]));
        assert_false(hs_options_agree(&rich, &poor, options[i]));
        assert_false(hs_options_agree(&poor, &rich, options[i]));
    }
    assert_true(hs_options_agree(&rich, &poor, TCP_HAS_MSS));
    assert_false(hs_options_agree(&rich, &poor, TCP_HAS_MSS | TCP_HAS_WSCALE));
}

/* RFC 3168 section 6.1.1: ECE and CWR ask, ECE alone agrees; both back is a reflection. */
static void
ecn_is_agreed_by_ece_alone(void **state)
{
    static const uint16_t all[] = {0, TCP_ECE, TCP_CWR, TCP_ECE | TCP_CWR};

    (void)state;
    for (size_t asked = 0; asked < 4; asked++) {
        for (size_t answered = 0; answered < 4; answered++) {
            const struct hs_options syn = options_of(TCP_SYN | all[asked], &plain);
            const struct hs_options synack = options_of(TCP_SYN | TCP_ACK | all[answered], &plain);

            assert_int_equal(hs_options_agree_ecn(&syn, &synack), asked == 3 && answered == 1);
        }
    }
}

/* The retry without ECN is the one that was answered (RFC 3168 section 6.1.1.1). */
static void
ecn_is_what_the_latest_syn_asked_for(void **state)
{
    const struct tcp_segment fallback = segment_with(TCP_SYN, &plain);
    const struct hs_options synack = options_of(TCP_SYN | TCP_ACK | TCP_ECE, &plain);
    struct hs_options syn = options_of(TCP_SYN | TCP_ECE | TCP_CWR, &plain);

    (void)state;
    assert_true(hs_options_agree_ecn(&syn, &synack));
    hs_options_renew(&syn, &fallback);
    assert_false(hs_options_agree_ecn(&syn, &synack));
}

static void
multipath_takes_the_same_subtype_on_both_sides(void **state)
{
    static const uint16_t subtypes[] = {0, 1 << TCP_MPTCP_CAPABLE, 1 << TCP_MPTCP_JOIN,
                                        1 << TCP_MPTCP_DSS};

    (void)state;
    for (size_t one = 0; one < 4; one++) {
        for (size_t other = 0; other < 4; other++) {
            const struct tcp_options a = {.present = TCP_HAS_MPTCP, .mptcp_subtypes = subtypes[one]};
            const struct tcp_options b = {.present = TCP_HAS_MPTCP,
                                          .mptcp_subtypes = subtypes[other]};
            const struct hs_options syn = options_of(TCP_SYN, &a);
            const struct hs_options synack = options_of(TCP_SYN | TCP_ACK, &b);

            assert_int_equal(hs_options_agree_multipath(&syn, &synack),
                             one == other && (one == 1 || one == 2));
        }
    }
}

static void
window_shift_ends_at_fourteen(void **state)
{
    struct tcp_options options = usual;

    (void)state;
    for (unsigned wscale = 0; wscale <= UINT8_MAX; wscale++) {
        struct hs_options syn_options;

        options.wscale = (uint8_t)wscale;
        syn_options = options_of(TCP_SYN, &options);
        assert_int_equal(hs_options_window_shift(&syn_options), wscale < 14 ? wscale : 14);
        assert_int_equal(syn_options.wscale, wscale);
    }
}

static void
options_are_known_after_a_handshake_that_was_captured(void **state)
{
    struct hs_conn conn;

    (void)state;
    scenario_play(&conn, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL)));
    assert_false(hs_conn_knows_options(&conn));
    scenario_play(&conn, SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &usual},
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_true(hs_conn_knows_options(&conn));
    assert_int_equal(hs_conn_client(&conn)->syn_options.wscale, 7);
    assert_int_equal(hs_conn_server(&conn)->syn_options.mss, 1460);
    scenario_play(&conn, SCENARIO(
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "synack_unsolicited"),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_false(hs_conn_knows_options(&conn));
}

/* ---- oddities of an offer, in a connection ---- */

static void
play(const struct step *steps, size_t count)
{
    struct hs_conn conn;

    scenario_play(&conn, steps, count);
}

static void
answer_with_more_than_was_offered_is_odd(void **state)
{
    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &usual,
         .anomaly = "option_not_offered"}));
}

static void
timestamps_echo_what_was_sent(void **state)
{
    static const struct tcp_options answer = {
        .present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS, .mss = 1460, .ts_val = 70, .ts_ecr = 1000};
    static const struct tcp_options wrong_answer = {
        .present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS, .mss = 1460, .ts_val = 70, .ts_ecr = 999};
    static const struct tcp_options third = {
        .present = TCP_HAS_TIMESTAMPS, .ts_val = 1001, .ts_ecr = 70};
    static const struct tcp_options wrong_third = {
        .present = TCP_HAS_TIMESTAMPS, .ts_val = 1001, .ts_ecr = 71};

    (void)state;
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &usual},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &answer},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "ack", .options = &third}));
    play(SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &usual},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &wrong_answer,
         .anomaly = "timestamp_bad_echo"},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "ack", .options = &wrong_third,
         .anomaly = "timestamp_bad_echo"}));
}

static void
option_that_was_not_agreed_upon_is_odd(void **state)
{
    static const struct tcp_options timestamps = {.present = TCP_HAS_TIMESTAMPS};
    static const struct tcp_options scale = {.present = TCP_HAS_WSCALE, .wscale = 3};
    static const struct tcp_options sack = {.present = TCP_HAS_SACK_PERMITTED};
    static const struct tcp_options cut = {.present = TCP_HAS_CUT | TCP_HAS_WSCALE};

    (void)state;
    play(SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "ack", .options = &timestamps,
         .anomaly = "option_changed"},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "established",
         .options = &scale, .anomaly = "option_changed"},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "established", .options = &sack,
         .anomaly = "option_changed"},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "established",
         .options = &plain, .anomaly = "option_changed"},
        {.from = 'C', .flags = "A", .seq = 1, .ack = 1, .stage = "established",
         .options = &cut}));
}

/* ---- Fast Open ---- */

static void
assert_fastopen(const char *expected, const struct step *steps, size_t count)
{
    struct hs_conn conn;
    const char *word;

    scenario_play(&conn, steps, count);
    assert_true(hs_conn_knows_options(&conn));
    word = hs_fastopen_name(hs_conn_fastopen(&conn));
    if (word == NULL || expected == NULL) {
        assert_ptr_equal(word, expected);
    } else {
        assert_string_equal(word, expected);
    }
}

static void
fast_open_cookie_is_requested(void **state)
{
    (void)state;
    assert_fastopen("granted", SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &cookie_request},
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &cookie},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_fastopen("requested", SCENARIO(
        {.from = 'C', .flags = "S", .stage = "syn", .options = &cookie_request},
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
    assert_fastopen(NULL, SCENARIO(
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        {.from = 'S', .flags = "SA", .ack = 1, .stage = "syn-ack", .options = &cookie},
        SEGMENT('C', "A", 1, 1, 0, "ack", NULL)));
}

static void
fast_open_data_is_accepted_or_ignored(void **state)
{
    (void)state;
    assert_fastopen("accepted", SCENARIO(
        {.from = 'C', .flags = "S", .payload = 100, .stage = "syn", .options = &cookie},
        SEGMENT('S', "SA", 0, 101, 0, "syn-ack", NULL),
        SEGMENT('S', "PA", 1, 101, 20, "established", NULL),
        SEGMENT('C', "A", 101, 21, 0, "ack", NULL)));
    assert_fastopen("ignored", SCENARIO(
        {.from = 'C', .flags = "S", .payload = 100, .stage = "syn", .options = &cookie},
        SEGMENT('S', "SA", 0, 1, 0, "syn-ack", "tfo_data_ignored"),
        SEGMENT('C', "PA", 1, 1, 100, "ack", NULL)));
}

/* The retry leaves cookie and data out (RFC 7413 section 4.1.3.1), but the answer is to the first. */
static void
fast_open_data_is_accepted_though_the_syn_was_repeated(void **state)
{
    (void)state;
    assert_fastopen("accepted", SCENARIO(
        {.from = 'C', .flags = "S", .payload = 100, .stage = "syn", .options = &cookie},
        SEGMENT('C', "S", 0, 0, 0, "syn", NULL),
        SEGMENT('S', "SA", 0, 101, 0, "syn-ack", NULL),
        SEGMENT('C', "A", 101, 1, 0, "ack", NULL)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_offer_is_no_difference),
        cmocka_unit_test(each_option_that_changes_is_named),
        cmocka_unit_test(what_a_retry_may_leave_out_is_no_difference),
        cmocka_unit_test(options_that_were_cut_off_prove_nothing),
        cmocka_unit_test(renewed_offer_remembers_the_first),
        cmocka_unit_test(answer_may_not_have_more_than_was_offered),
        cmocka_unit_test(answer_to_an_earlier_syn_has_no_excess),
        cmocka_unit_test(timestamps_of_any_syn_may_be_echoed),
        cmocka_unit_test(agreement_takes_both),
        cmocka_unit_test(ecn_is_agreed_by_ece_alone),
        cmocka_unit_test(ecn_is_what_the_latest_syn_asked_for),
        cmocka_unit_test(multipath_takes_the_same_subtype_on_both_sides),
        cmocka_unit_test(window_shift_ends_at_fourteen),
        cmocka_unit_test(options_are_known_after_a_handshake_that_was_captured),
        cmocka_unit_test(answer_with_more_than_was_offered_is_odd),
        cmocka_unit_test(timestamps_echo_what_was_sent),
        cmocka_unit_test(option_that_was_not_agreed_upon_is_odd),
        cmocka_unit_test(fast_open_cookie_is_requested),
        cmocka_unit_test(fast_open_data_is_accepted_or_ignored),
        cmocka_unit_test(fast_open_data_is_accepted_though_the_syn_was_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
