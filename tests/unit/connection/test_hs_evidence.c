/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What speaks against the origin of a segment, and how much of it is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "findings.h"

#define SENT(who, bits, number, acknowledged, bytes, ...)                                        \
    {.from = (who), .flags = (bits), .seq = (number), .ack = (acknowledged), .payload = (bytes), \
     __VA_ARGS__}

#define OPENED(ttl_client, ttl_server)                \
    SENT('C', "S", 0, 0, 0, .ttl = (ttl_client)),     \
    SENT('S', "SA", 0, 1, 0, .ttl = (ttl_server)),    \
    SENT('C', "A", 1, 1, 0, .ttl = (ttl_client))

static const struct tcp_options with_timestamps = {.present = TCP_HAS_MSS | TCP_HAS_TIMESTAMPS,
                                                   .mss = 1460},
                                timestamps = {.present = TCP_HAS_TIMESTAMPS},
                                cut = {.present = TCP_HAS_CUT},
                                malformed = {.present = TCP_HAS_MALFORMED};

/* Two segments with the same numbers and other bytes, and how their datagrams are numbered. */
static unsigned
count_injected(uint16_t first_id, uint16_t second_id)
{
    return findings_of_last(NULL, SCENARIO(
        OPENED(0, 0),
        SENT('C', "A", 1, 1, 0, .ip_id = 77),
        SENT('S', "PA", 1, 1, 6, .ip_id = first_id, .data = "coffee"),
        SENT('S', "PA", 1, 1, 6, .ip_id = second_id, .data = "cocoa!"))).count;
}

/* A busy host sends many datagrams between two of a connection, and two of its queues may overtake each
 * other: only a number further than 4096 off, forth or back, is another host's. */
static void
far_ip_id_is_of_another_host(void **state)
{
    const uint16_t far = 4096;

    (void)state;
    for (uint32_t id = 10000; id < 70000; id += 30000) {
        assert_int_equal(count_injected((uint16_t)id, (uint16_t)(id + far)), 0);
        assert_int_equal(count_injected((uint16_t)id, (uint16_t)(id + far + 1)), 1);
        assert_int_equal(count_injected((uint16_t)id, (uint16_t)(id - far)), 0);
        assert_int_equal(count_injected((uint16_t)id, (uint16_t)(id - far - 2)), 1);
    }
    /* 0 is no number: the host does not number, or the header is IPv6's. */
    assert_int_equal(count_injected(30000, 0), 0);
    assert_int_equal(count_injected(0, 30000), 0);
    assert_int_equal(count_injected(30000, 1), 1);
    assert_int_equal(count_injected(1, 30000), 1);
}

static void
timestamps_that_are_missing_are_evidence(void **state)
{
    const struct step with[] = {
        SENT('C', "S", 0, 0, 0, .ttl = 64, .options = &with_timestamps),
        SENT('S', "SA", 0, 1, 0, .ttl = 50, .options = &with_timestamps),
        SENT('C', "A", 1, 1, 0, .ttl = 64, .options = &timestamps)};

    (void)state;
    findings_expect("rst_suspected_forged", 99, 50, HS_EVIDENCE_NO_TIMESTAMPS,
                    SCENARIO(with[0], with[1], with[2], SENT('S', "R", 1, 0, 0, .ttl = 99)));
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(with[0], with[1], with[2],
                             SENT('S', "R", 1, 0, 0, .ttl = 99, .options = &timestamps)));
    /* What cannot be read is not missing. */
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(with[0], with[1], with[2],
                             SENT('S', "R", 1, 0, 0, .ttl = 99, .options = &cut)));
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(with[0], with[1], with[2],
                             SENT('S', "R", 1, 0, 0, .ttl = 99, .options = &malformed)));
    /* Not agreed upon: by one side, or not yet. */
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(with[0], SENT('S', "SA", 0, 1, 0, .ttl = 50), with[2],
                             SENT('S', "R", 1, 0, 0, .ttl = 99)));
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(SENT('C', "S", 0, 0, 0, .ttl = 64), with[1], with[2],
                             SENT('S', "R", 1, 0, 0, .ttl = 99)));
    findings_expect("rst_suspected_forged", 99, 50, 0,
                    SCENARIO(with[0], with[1], SENT('S', "R", 1, 0, 0, .ttl = 99)));
}

/* The nearest time to live that the sender itself has had is what was expected. */
static void
expected_time_to_live_is_the_nearest(void **state)
{
    (void)state;
    findings_expect("rst_suspected_forged", 99, 52, 0, SCENARIO(
        OPENED(64, 50),
        SENT('S', "A", 1, 1, 0, .ttl = 52),
        SENT('S', "R", 1, 0, 0, .ttl = 99)));
    findings_expect("rst_suspected_forged", 30, 50, 0, SCENARIO(
        OPENED(64, 50),
        SENT('S', "A", 1, 1, 0, .ttl = 52),
        SENT('S', "R", 1, 0, 0, .ttl = 30)));
    findings_expect("ttl_changed", 128, 64, 0, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 64),
        SENT('S', "SA", 0, 1, 0, .ttl = 50),
        SENT('C', "A", 1, 1, 0, .ttl = 128)));
}

/* Of two segments that differ either may be the foreign one: what spoke against the first one counts, of
 * that side alone. */
static void
evidence_against_the_first_is_kept(void **state)
{
    (void)state;
    findings_expect("data_injected", 11, 64, HS_EVIDENCE_TTL, SCENARIO(
        OPENED(64, 64),
        SENT('S', "PA", 1, 1, 10, .ttl = 64, .data = "tea or tea"),
        SENT('S', "PA", 11, 1, 6, .ttl = 50, .data = "coffee"),
        SENT('C', "PA", 1, 1, 6, .ttl = 64, .data = "coffee"),
        SENT('S', "PA", 11, 1, 6, .ttl = 64, .data = "cocoa!")));
    findings_expect("data_injected", 11, 64, HS_EVIDENCE_TTL, SCENARIO(
        OPENED(64, 64),
        SENT('C', "PA", 1, 1, 10, .ttl = 64, .data = "tea or tea"),
        SENT('C', "PA", 11, 1, 6, .ttl = 50, .data = "coffee"),
        SENT('C', "PA", 11, 1, 6, .ttl = 64, .data = "cocoa!")));
    findings_expect_none(SCENARIO(
        OPENED(64, 64),
        SENT('C', "PA", 1, 1, 6, .ttl = 50, .data = "coffee"),
        SENT('S', "PA", 1, 1, 6, .ttl = 64, .data = "coffee"),
        SENT('S', "PA", 1, 1, 6, .ttl = 64, .data = "cocoa!")));
    /* The place is that of the bytes which are compared, however early the second segment begins. */
    findings_expect("data_injected", 31, 0, HS_EVIDENCE_IP_ID, SCENARIO(
        OPENED(0, 0),
        SENT('S', "PA", 31, 1, 6, .ip_id = 1, .data = "coffee"),
        SENT('S', "PA", 1, 1, 36, .ip_id = 30000, .data = "thirty bytes come before.....,cocoa!")));
}

/* One byte is what a keep-alive has, and that is garbage (RFC 9293 section 3.8.4). */
static void
one_byte_is_not_compared(void **state)
{
    (void)state;
    findings_expect_none(SCENARIO(
        OPENED(0, 0),
        SENT('S', "PA", 1, 1, 1, .ip_id = 1, .data = "c"),
        SENT('S', "PA", 1, 1, 1, .ip_id = 30000, .data = "t")));
    findings_expect("data_injected", 1, 0, HS_EVIDENCE_IP_ID, SCENARIO(
        OPENED(0, 0),
        SENT('S', "PA", 1, 1, 2, .ip_id = 1, .data = "co"),
        SENT('S', "PA", 1, 1, 2, .ip_id = 30000, .data = "pu")));
}

/* Half a number tells the place among the latest 65535 bytes, the first of them included. */
static void
oldest_byte_within_reach_is_compared(void **state)
{
    (void)state;
    findings_expect("data_injected", 1, 0, HS_EVIDENCE_IP_ID, SCENARIO(
        OPENED(0, 0),
        SENT('S', "A", 1, 1, 65535, .ip_id = 1, .data = "coffee"),
        SENT('S', "A", 1, 1, 6, .ip_id = 30000, .data = "cocoa!")));
}

/* A host whose name is borrowed answers by a RST of its own. That takes a SYN which was captured, nothing
 * sent beyond it, and just the number that the answer to it acknowledges. */
static void
only_a_lone_syn_is_disowned(void **state)
{
    (void)state;
    findings_expect_none(SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 40),
        SENT('S', "SA", 0, 1, 0, .ttl = 64),
        SENT('C', "R", 1, 0, 0, .ttl = 64)));
    findings_expect("rst_suspected_forged", 64, 40, 0, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 40),
        SENT('S', "SA", 0, 1, 0, .ttl = 64),
        SENT('C', "R", 2, 0, 0, .ttl = 64)));
    findings_expect("rst_suspected_forged", 64, 40, 0, SCENARIO(
        SENT('C', "S", 0, 0, 10, .ttl = 40),
        SENT('S', "SA", 0, 1, 0, .ttl = 64),
        SENT('C', "R", 1, 0, 0, .ttl = 64)));
    /* The answer may be the ACK of an older connection (RFC 9293 figure 9). */
    findings_expect_none(SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 40),
        SENT('S', "A", 50, 77, 0, .ttl = 64),
        SENT('C', "R", 77, 0, 0, .ttl = 64)));
    /* The opening was not captured: there is no SYN to disown. */
    findings_expect("rst_suspected_forged", 90, 64, 0, SCENARIO(
        SENT('C', "PA", 400, 900, 1, .ttl = 64),
        SENT('S', "A", 900, 401, 0, .ttl = 50),
        SENT('C', "R", 401, 0, 0, .ttl = 90)));
}

static void
mac_addresses_are_reported_whole(void **state)
{
    struct hs_findings findings;

    (void)state;
    findings = findings_of_last(NULL, SCENARIO(
        SENT('C', "S", 0, 0, 0, .mac = 1),
        SENT('S', "SA", 0, 1, 0, .mac = 2),
        SENT('C', "A", 1, 1, 0, .mac = 3)));
    assert_int_equal(findings.count, 1);
    assert_string_equal(hs_anomaly_slug(findings.list[0].anomaly), "mac_changed");
    assert_int_equal(findings.list[0].rest, 0x0203);
    assert_int_equal(findings.list[0].actual, 0x11223303);
    assert_int_equal(findings.list[0].parties, 0x0201);
    assert_int_equal(findings.list[0].expected, 0x11223301);
    assert_int_equal(findings.list[0].evidence, 0);
}

/* A capture on both sides of a router shows a time to live that differs a little: one far off is no
 * router's, and the two findings support each other. */
static void
foreign_time_to_live_excuses_no_mac(void **state)
{
    struct hs_findings findings;

    (void)state;
    findings = findings_of_last(NULL, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 64, .mac = 1),
        SENT('S', "SA", 0, 1, 0, .ttl = 64, .mac = 2),
        SENT('C', "A", 1, 1, 0, .ttl = 128, .mac = 3)));
    assert_int_equal(findings.count, 2);
    assert_string_equal(hs_anomaly_slug(findings.list[0].anomaly), "ttl_changed");
    assert_string_equal(hs_anomaly_slug(findings.list[1].anomaly), "mac_changed");
    assert_int_equal(findings.list[1].evidence, HS_EVIDENCE_TTL);
    /* A RST has a verdict of its own, even with SYN set. */
    findings_expect("syn_rst", 0, 0, 0, SCENARIO(
        SENT('C', "S", 0, 0, 0, .ttl = 64, .mac = 1),
        SENT('C', "SR", 0, 0, 0, .ttl = 64, .mac = 3)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_ip_id_is_of_another_host),
        cmocka_unit_test(timestamps_that_are_missing_are_evidence),
        cmocka_unit_test(expected_time_to_live_is_the_nearest),
        cmocka_unit_test(evidence_against_the_first_is_kept),
        cmocka_unit_test(one_byte_is_not_compared),
        cmocka_unit_test(oldest_byte_within_reach_is_compared),
        cmocka_unit_test(only_a_lone_syn_is_disowned),
        cmocka_unit_test(mac_addresses_are_reported_whole),
        cmocka_unit_test(foreign_time_to_live_excuses_no_mac),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
