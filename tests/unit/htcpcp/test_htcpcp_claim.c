/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is coffee on any port, and how little is read of what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_claim.h"
#include "htcpcp_uri.h"
#include "page_end.h"

static bool
is_sure(const char *text)
{
    return htcpcp_claim_is_sure(page_end_copy(text, strlen(text)), strlen(text));
}

static void
coffee_is_claimed(void **state)
{
    static const char *const texts[] = {
        "BREW /pot-0 HTTP/1.1\r\n",
        "BREW /pot-0\r\n",
        "WHEN coffee://ducky\n",
        "BREW coffee://ducky",
        "PROPFIND %D0%BA%D0%BE%D1%84%D0%B5:pot HTTP/1.1\r\n",
        "GET  koffie://pot HTTP/1.0\r\n",
        "POUR coffee://ducky HTTP/1.1\r\n",
        "GET / HTCPCP/1.0\r\n",
        "FETCH /pot HTCPCP-TEA/1.0\r\n",
        "GET /pot-0\r\nHost: a\r\nAccept-Additions: Cream\r\n\r\n",
        "POST /pot-0\r\nContent-Type: message/teapot; a=b\r\n\r\n",
        "HTCPCP/1.1 200 OK\r\n",
        "htcpcp-tea/1.0 418 I'm a teapot",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!is_sure(texts[i])) {
            fail_msg("not claimed: %s", texts[i]);
        }
    }
}

static void
what_others_may_send_is_not(void **state)
{
    static const char *const texts[] = {
        "",
        "B",
        "BREW",
        "BREW ",
        "BREW\r\n",
        "BREW /pot-0",
        "brew /pot-0 HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\n",
        "GET http://a/coffee: HTTP/1.1\r\n",
        "GET /\r\nHost: a\r\nContent-Type: text/plain\r\n\r\nUse-Pot: x",
        "OPTIONS * HTTP/1.1\r\n",
        "INVITE sip:coffee@example.com SIP/2.0\r\n",
        "HTTP/1.1 418 I'm a teapot\r\n",
        "HTCPCP",
        "HTCPCP/1.1\r\n",
        "FETCH coffee:x",
        "EHLO coffee\r\n",
        "MAIL FROM:<coffee@example.com>\r\n",
        "ABCDEFGHIJKLMNOPQRSTU coffee://ducky HTTP/1.1\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is_sure(texts[i])) {
            fail_msg("claimed: %s", texts[i]);
        }
    }
}

/* Bulk data takes this way segment by segment: octets behind the first word are not read, though they
 * are there; here they are behind the end of the memory. */
static void
no_more_than_a_word_is_read(void **state)
{
    static const char *const beginnings[] = {
        "\0", "012345678901234567890", "abcdefghijklmnopqrstu", "Lorem ipsum dolor sit",
        "ABCDEFGHIJKLMNOPQRSTU", "QUJDREVGR0hJSktMTU5P/", "\x16\x03\x01", "SSH-2.0", "\xff",
        "HTCPCX1", "A\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        const size_t readable = beginnings[i][0] == '\0' ? 6 : strlen(beginnings[i]);
        uint8_t *octets = page_end_get(readable < 6 ? 6 : readable);

        memset(octets, 0, readable < 6 ? 6 : readable);
        memcpy(octets, beginnings[i], strlen(beginnings[i]));
        assert_false(htcpcp_claim_is_sure(octets, HTCPCP_CLAIM_MAX));
    }
}

static void
every_prefix_can_be_read(void **state)
{
    static const char text[] = "GET /pot-0 HTCPCP-TEA/1.0\r\nAccept-Additions: Cream\r\n\r\n";

    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        const bool expected = len >= sizeof "GET /pot-0 HTCPCP-TEA/1.0\r\n" - 1;

        assert_int_equal(htcpcp_claim_is_sure(page_end_copy(text, len), len), expected);
    }
}

/* The scheme is looked for in so many octets of the URI. */
static void
every_spelling_is_short_enough(void **state)
{
    const struct htcpcp_scheme *scheme;

    (void)state;
    for (size_t i = 0; (scheme = htcpcp_scheme_get(i)) != NULL; i++) {
        char text[80] = "BREW ";

        strcat(strcat(text, scheme->spelling), ":x");
        assert_true(is_sure(text));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coffee_is_claimed),
        cmocka_unit_test(what_others_may_send_is_not),
        cmocka_unit_test(no_more_than_a_word_is_read),
        cmocka_unit_test(every_prefix_can_be_read),
        cmocka_unit_test(every_spelling_is_short_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
