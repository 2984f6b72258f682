/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What bodies are, and the words of HTCPCP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_body.h"
#include "htcpcp_names.h"

static void
bodies_classified(void **state)
{
    static const struct {
        const char *text;
        enum htcpcp_body_kind kind;
    } cases[] = {
        {"", HTCPCP_BODY_EMPTY},           {"\r\n\r\n", HTCPCP_BODY_EMPTY},
        {"start", HTCPCP_BODY_START},      {"START \r\n\r\n", HTCPCP_BODY_START},
        {"\r\nstop\n", HTCPCP_BODY_STOP},  {"started", HTCPCP_BODY_TEXT},
        {"sta", HTCPCP_BODY_TEXT},         {"{}", HTCPCP_BODY_JSON},
        {" [1]\n", HTCPCP_BODY_JSON},      {"null", HTCPCP_BODY_JSON},
        {"nullable", HTCPCP_BODY_TEXT},    {"Pot is busy", HTCPCP_BODY_TEXT},
        {"caf\303\251", HTCPCP_BODY_TEXT}, {"\001\002", HTCPCP_BODY_BINARY},
        {"{\001}", HTCPCP_BODY_BINARY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].text);

        assert_int_equal(htcpcp_body_classify((const uint8_t *)cases[i].text, len), cases[i].kind);
    }
    assert_int_equal(htcpcp_command_measure((const uint8_t *)"startGET", 8), 5);
    assert_int_equal(htcpcp_command_measure((const uint8_t *)"sto", 3), 0);
    assert_int_equal(htcpcp_command_measure((const uint8_t *)"stop", 4), 4);
}

static void
names_found(void **state)
{
    (void)state;
    assert_int_equal(htcpcp_method_find((const uint8_t *)"WHEN", 4), HTCPCP_METHOD_WHEN);
    assert_int_equal(htcpcp_method_find((const uint8_t *)"when", 4), HTCPCP_METHOD_UNKNOWN);
    assert_int_equal(htcpcp_method_find((const uint8_t *)"BRE", 3), HTCPCP_METHOD_UNKNOWN);
    assert_true(htcpcp_method_has_prefix((const uint8_t *)"PROP", 4));
    assert_false(htcpcp_method_has_prefix((const uint8_t *)"BREWS", 5));
    assert_true(htcpcp_method_may_command(HTCPCP_METHOD_POST));
    assert_false(htcpcp_method_may_command(HTCPCP_METHOD_GET));
    assert_int_equal(htcpcp_header_find((const uint8_t *)"uSE-pOT", 7), HTCPCP_HEADER_USE_POT);
    assert_int_equal(htcpcp_header_find((const uint8_t *)"Use-Pots", 8), HTCPCP_HEADER_UNKNOWN);
    assert_non_null(strstr(htcpcp_status_describe(418), "teapot"));
    assert_string_equal(htcpcp_status_describe(100), "Continue");
    assert_string_equal(htcpcp_status_describe(511), "Network Authentication Required");
    assert_null(htcpcp_status_describe(0));
    assert_null(htcpcp_status_describe(299));
    assert_null(htcpcp_status_describe(999));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_classified),
        cmocka_unit_test(names_found),
    };

    return cmocka_run_group_tests_name("htcpcp_names", tests, NULL, NULL);
}
