/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_anomaly.h"
#include "tcp_options.h"

static void
every_anomaly_has_its_words(void **state)
{
    (void)state;
    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        const struct hs_finding finding = {.anomaly = (uint8_t)anomaly, .actual = 8, .expected = 77};
        char text[160];

        assert_non_null(hs_anomaly_slug(anomaly));
        for (const char *letter = hs_anomaly_slug(anomaly); *letter != '\0'; letter++) {
            assert_true(islower((unsigned char)*letter) || *letter == '_');
        }
        for (enum hs_anomaly other = 0; other < anomaly; other++) {
            assert_string_not_equal(hs_anomaly_slug(anomaly), hs_anomaly_slug(other));
        }
        assert_non_null(hs_anomaly_summary(anomaly));
        hs_finding_format(&finding, text, sizeof text);
        assert_non_null(strstr(text, "expected"));
        assert_null(strchr(text, '{'));
        assert_in_range(strlen(text), 20, sizeof text - 2);
    }
}

static void
findings_say_actual_and_expected(void **state)
{
    const struct hs_finding bad_ack = {.anomaly = HS_ANOMALY_ACK_BAD_ACK, .actual = 501, .expected = 1};
    const struct hs_finding scale = {.anomaly = HS_ANOMALY_OPTION_NOT_OFFERED, .actual = TCP_KIND_WSCALE};
    char text[128];

    (void)state;
    hs_finding_format(&bad_ack, text, sizeof text);
    assert_string_equal(text, "acknowledges 501, expected 1");
    hs_finding_format(&scale, text, sizeof text);
    assert_string_equal(text,
                        "answers with window scale, expected none: the SYN did not offer it");
}

static void
findings_say_what_else_there_is(void **state)
{
    struct hs_finding forged = {.anomaly = HS_ANOMALY_RST_SUSPECTED_FORGED, .actual = 243, .expected = 64};
    const struct hs_finding moved = {.anomaly = HS_ANOMALY_MAC_CHANGED, .rest = 0x020a, .actual = 1,
                                     .parties = 0xfffe, .expected = 0xfdfcfbfa,
                                     .evidence = HS_EVIDENCE_TTL};
    const struct hs_finding flood = {.anomaly = HS_ANOMALY_SYN_FLOOD, .actual = UINT32_MAX,
                                     .expected = UINT32_MAX, .parties = UINT32_MAX,
                                     .rest = UINT32_MAX, .seconds = UINT16_MAX};
    char text[256];

    (void)state;
    hs_finding_format(&forged, text, sizeof text);
    assert_string_equal(text, "time to live 243, expected 64 as in this side's other segments");
    forged.evidence = HS_EVIDENCE_IP_ID | HS_EVIDENCE_NO_TIMESTAMPS;
    hs_finding_format(&forged, text, sizeof text);
    assert_string_equal(text, "time to live 243, with a foreign IP identification, without "
                              "timestamps, expected 64 as in this side's other segments");
    hs_finding_format(&moved, text, sizeof text);
    assert_string_equal(text, "comes from MAC 02:0a:00:00:00:01, with another time to live, expected "
                              "ff:fe:fd:fc:fb:fa as the first segment of this side");
    hs_finding_format(&flood, text, sizeof text);
    assert_string_equal(text, "4294967295 handshakes with this port left open and 4294967295 "
                              "completed within 65535 s (clients: about 4294967295), expected fewer "
                              "than 4294967295 left open");
}

static void
findings_name_options(void **state)
{
    static const struct {
        uint32_t kind;
        const char *text;
    } cases[] = {
        {TCP_KIND_MSS, "answers with maximum segment size, expected none"},
        {TCP_KIND_WSCALE, "answers with window scale, expected none"},
        {TCP_KIND_SACK_PERMITTED, "answers with SACK permitted, expected none"},
        {TCP_KIND_TIMESTAMPS, "answers with timestamps, expected none"},
        {TCP_KIND_MPTCP, "answers with Multipath TCP, expected none"},
        {253, "answers with an option, expected none"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct hs_finding finding = {.anomaly = HS_ANOMALY_OPTION_NOT_OFFERED,
                                           .actual = cases[i].kind};
        char text[128];

        hs_finding_format(&finding, text, sizeof text);
        assert_memory_equal(text, cases[i].text, strlen(cases[i].text));
    }
}

static void
long_findings_are_cut(void **state)
{
    const struct hs_finding finding = {
        .anomaly = HS_ANOMALY_ACK_BAD_ACK, .actual = UINT32_MAX, .expected = UINT32_MAX};
    char whole[128], text[128];

    (void)state;
    hs_finding_format(&finding, whole, sizeof whole);
    for (size_t size = 1; size < sizeof text; size++) {
        memset(text, 'x', sizeof text);
        hs_finding_format(&finding, text, size);
        assert_int_equal(strlen(text), size - 1 < strlen(whole) ? size - 1 : strlen(whole));
        assert_memory_equal(text, whole, strlen(text));
    }
}

static void
further_findings_are_dropped(void **state)
{
    struct hs_findings findings = {.count = 0};

    (void)state;
    for (unsigned i = 0; i < HS_FINDINGS_MAX + 3; i++) {
        hs_findings_add(&findings, HS_ANOMALY_SYN_FIN, i, 0);
    }
    assert_int_equal(findings.count, HS_FINDINGS_MAX);
    assert_int_equal(findings.list[HS_FINDINGS_MAX - 1].actual, HS_FINDINGS_MAX - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_anomaly_has_its_words),
        cmocka_unit_test(findings_say_actual_and_expected),
        cmocka_unit_test(findings_say_what_else_there_is),
        cmocka_unit_test(findings_name_options),
        cmocka_unit_test(long_findings_are_cut),
        cmocka_unit_test(further_findings_are_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
