/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What bodies are. Every input lies before an unreadable page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_body.h"
#include "page_end.h"

static void
octets_decide_what_a_body_is(void **state)
{
    static const struct {
        const char *text;
        enum htcpcp_body_kind kind;
    } cases[] = {
        {"", HTCPCP_BODY_EMPTY},
        {" \t\r\n", HTCPCP_BODY_EMPTY},
        {"start", HTCPCP_BODY_START},
        {"\r\nStArT \n", HTCPCP_BODY_START},
        {"stop\n", HTCPCP_BODY_STOP},
        {"start it", HTCPCP_BODY_TEXT},
        {"stopp", HTCPCP_BODY_TEXT},
        {"{\"pots\": []}", HTCPCP_BODY_JSON},
        {" [1]", HTCPCP_BODY_JSON},
        {"null", HTCPCP_BODY_JSON},
        {"nullable", HTCPCP_BODY_TEXT},
        {"<html>", HTCPCP_BODY_MARKUP},
        {"<HTML>", HTCPCP_BODY_MARKUP},
        {"<!DOCTYPE html>", HTCPCP_BODY_MARKUP},
        {"<?xml version=\"1.0\"?>", HTCPCP_BODY_MARKUP},
        {"<", HTCPCP_BODY_TEXT},
        {"<3 coffee", HTCPCP_BODY_TEXT},
        {"<{", HTCPCP_BODY_TEXT},
        {"Pot is busy", HTCPCP_BODY_TEXT},
        {"{\001}", HTCPCP_BODY_BINARY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t len = strlen(cases[i].text);

        if (htcpcp_body_classify(page_end_copy(cases[i].text, len), len) != cases[i].kind) {
            fail_msg("'%s' is no %d", cases[i].text, (int)cases[i].kind);
        }
    }
}

static void
commands_begin_whatever_follows(void **state)
{
    static const struct {
        const char *text;
        size_t command_len;
    } cases[] = {
        {"", 0}, {"star", 0}, {"sto", 0}, {"start", 5}, {"STARTED", 5}, {"stop", 4}, {"stopGET", 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t len = strlen(cases[i].text);

        assert_int_equal(htcpcp_command_measure(page_end_copy(cases[i].text, len), len),
                         cases[i].command_len);
    }
}

/* Brackets in strings nest nothing, nor do those that close what was not open. */
static void
json_nests(void **state)
{
    static const struct {
        const char *text;
        size_t depth;
    } cases[] = {
        {"", 0},
        {"null", 0},
        {"{}", 1},
        {"[[], [[]]]", 3},
        {"{\"a\": [{\"b\": 1}]}", 3},
        {"[\"[[[\"]", 1},
        {"[\"\\\"[[\"]", 1},
        {"\"\\", 0},
        {"]]}[", 1},
        {"[[[", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t len = strlen(cases[i].text);

        assert_int_equal(htcpcp_json_measure_depth(page_end_copy(cases[i].text, len), len), cases[i].depth);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_decide_what_a_body_is),
        cmocka_unit_test(commands_begin_whatever_follows),
        cmocka_unit_test(json_nests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
