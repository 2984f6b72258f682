/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values: coffee-urls in all languages, additions, Alternates, Safe, chunks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "htcpcp_additions.h"
#include "htcpcp_alternates.h"
#include "htcpcp_chunks.h"
#include "htcpcp_names.h"
#include "htcpcp_uri.h"
#include "page_end.h"

static void
is_text(const uint8_t *data, struct htcpcp_span span, const char *want)
{
    if (span.len != strlen(want) || memcmp(data + span.at, want, span.len) != 0) {
        fail_msg("'%.*s' instead of '%s'", (int)span.len, data + span.at, want);
    }
}

static struct htcpcp_uri
uri_of(const char *text, const uint8_t **data)
{
    struct htcpcp_uri uri;

    *data = page_end_copy(text, strlen(text));
    htcpcp_uri_parse(*data, (struct htcpcp_span){0, strlen(text)}, &uri);
    return uri;
}

/* RFC 2324 3: the "29 languages" are 28, with 23 spellings, one of which is not valid UTF-8. */
static void
languages_counted(void **state)
{
    const char *languages[64];
    size_t printed = 0, errata = 0, rejected = 0, distinct = 0, invalid = 0;

    (void)state;
    for (size_t i = 0; htcpcp_scheme_get(i) != NULL; i++) {
        const struct htcpcp_scheme *scheme = htcpcp_scheme_get(i);
        uint8_t decoded[64];
        size_t len = htcpcp_percent_decode((const uint8_t *)scheme->spelling,
                                           strlen(scheme->spelling), decoded);

        assert_int_equal(htcpcp_is_utf8(decoded, len), scheme->decoded != NULL);
        if (scheme->decoded != NULL) {
            is_text(decoded, (struct htcpcp_span){0, len}, scheme->decoded);
        } else {
            invalid++;
        }
        printed += scheme->origin == HTCPCP_SCHEME_RFC;
        errata += scheme->origin == HTCPCP_SCHEME_ERRATUM;
        rejected += scheme->origin == HTCPCP_SCHEME_REJECTED;
        for (size_t k = 0; k < HTCPCP_LANGUAGES_MAX && scheme->languages[k] != NULL &&
                           scheme->origin == HTCPCP_SCHEME_RFC; k++) {
            size_t n = 0;

            while (n < distinct && strcmp(languages[n], scheme->languages[k]) != 0) {
                n++;
            }
            if (n == distinct) {
                languages[distinct++] = scheme->languages[k];
            }
        }
    }
    assert_int_equal(printed, 23);
    assert_int_equal(errata, 1);
    assert_int_equal(rejected, 2);
    assert_int_equal(distinct, 28);
    assert_int_equal(invalid, 2);
}

static void
schemes_found(void **state)
{
    (void)state;
    assert_string_equal(htcpcp_scheme_find((const uint8_t *)"COFFEE", 6)->languages[0], "English");
    assert_string_equal(htcpcp_scheme_find((const uint8_t *)"%4bAFFEE", 8)->languages[0], "German");
    assert_null(htcpcp_scheme_find((const uint8_t *)"kaffee", 6));
    assert_null(htcpcp_scheme_find((const uint8_t *)"caffeine", 8));
    assert_string_equal(htcpcp_scheme_find((const uint8_t *)"kaffe", 5)->languages[2], "Swedish");
    assert_int_equal(htcpcp_scheme_find((const uint8_t *)"caff%C3%A8", 10)->origin,
                     HTCPCP_SCHEME_REJECTED);
}

static void
uris_parsed(void **state)
{
    static const struct {
        const char *text, *scheme, *host, *port, *path, *pot, *variety, *query;
        bool known, extra;
    } cases[] = {
        {"coffee://ducky", "coffee", "ducky", "", "", "", "", "", true, false},
        {"coffee://127.0.0.1:8000/pot-0", "coffee", "127.0.0.1", "8000", "/pot-0", "pot-0", "", "",
         true, false},
        {"k%C3%A1va:/pot-12/darjeeling?Cream", "k%C3%A1va", "", "", "/pot-12/darjeeling", "pot-12",
         "darjeeling", "Cream", true, false},
        {"/earl-grey", "", "", "", "/earl-grey", "", "earl-grey", "", false, false},
        {"/", "", "", "", "/", "", "", "", false, false},
        {"", "", "", "", "", "", "", "", false, false},
        {"/pot-0/a/b", "", "", "", "/pot-0/a/b", "pot-0", "a", "", false, true},
        {"/pot-/x", "", "", "", "/pot-/x", "", "pot-", "", false, true},
        {"/pot-x", "", "", "", "/pot-x", "", "pot-x", "", false, false},
        {"caffeine://ducky", "caffeine", "ducky", "", "", "", "", "", false, false},
        {"localhost:8000/pot-1", "", "", "", "localhost:8000/pot-1", "", "localhost:8000", "",
         false, true},
        {"coffee:", "coffee", "", "", "", "", "", "", true, false},
        {"coffee://", "coffee", "", "", "", "", "", "", true, false},
        {"coffee://[::1]:80", "coffee", "[::1]", "80", "", "", "", "", true, false},
        {"coffee:?a=b", "coffee", "", "", "", "", "", "a=b", true, false},
        {"?Cream", "", "", "", "", "", "", "Cream", false, false},
        {":/x", "", "", "", ":/x", "", ":", "", false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t *data;
        struct htcpcp_uri uri = uri_of(cases[i].text, &data);

        is_text(data, uri.scheme, cases[i].scheme);
        is_text(data, uri.host, cases[i].host);
        is_text(data, uri.port, cases[i].port);
        is_text(data, uri.path, cases[i].path);
        is_text(data, uri.pot, cases[i].pot);
        is_text(data, uri.variety, cases[i].variety);
        is_text(data, uri.query, cases[i].query);
        assert_int_equal(uri.known != NULL, cases[i].known);
        assert_int_equal(uri.extra_segments, cases[i].extra);
    }
}

static void
utf8_checked(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"", true},           {"coffee", true},         {"caf\303\251", true},
        {"caf\303\350", false}, {"\303", false},         {"\300\257", false},
        {"\340\240\200", true}, {"\340\237\277", false}, {"\355\240\200", false},
        {"\360\220\200\200", true}, {"\364\220\200\200", false}, {"\200", false},
        {"\360\237\222", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].text);

        assert_int_equal(htcpcp_is_utf8(page_end_copy(cases[i].text, len), len), cases[i].good);
    }
}

/* "name:type[/q]" for each, with ";" in front of those behind a semicolon. */
static void
additions_are(const char *list, const char *want)
{
    const uint8_t *data = page_end_copy(list, strlen(list));
    struct htcpcp_span rest = {0, strlen(list)};
    struct htcpcp_addition addition;
    char got[512] = "";

    while (htcpcp_addition_next(data, &rest, &addition)) {
        size_t used = strlen(got);

        snprintf(got + used, sizeof(got) - used, "%s%s%.*s:%s", used > 0 ? " " : "",
                 addition.after_semicolon ? ";" : "", (int)addition.name.len,
                 data + addition.name.at, htcpcp_addition_get_type_name(addition.type));
        used = strlen(got);
        if (addition.q_thousandths != HTCPCP_Q_NONE) {
            snprintf(got + used, sizeof(got) - used, "/%d", addition.q_thousandths);
        }
        assert_true(addition.all.len >= addition.name.len);
    }
    assert_string_equal(got, want);
}

static void
additions_parsed(void **state)
{
    (void)state;
    additions_are("Cream, Whisky", "Cream:milk Whisky:alcohol");
    additions_are("coconut milk; almond milk", "coconut milk:milk ;almond milk:milk");
    additions_are("Cream;Whisky", "Cream:milk ;Whisky:alcohol");
    additions_are("Sugar;q=0.5, *;q=0, Stevia;grade=a;q=1.000;x", "Sugar:sugar/500 *:any/0 "
                  "Stevia:sugar/1000 ;x:unknown");
    additions_are("milk-type=Cream; alcohol-type=Whisky;", "Cream:milk ;Whisky:alcohol");
    additions_are("decaf", "decaf:decaf");
    additions_are("Vanilla;q=2", "Vanilla:syrup/-2");
    additions_are(", ,;; ,", "");
    additions_are("", "");
    additions_are("Gin;note=\"a;b,c\"", "Gin:unknown");
    additions_are("\"", "\":unknown");
    additions_are("Cinnamon,Honey,HALF-AND-HALF", "Cinnamon:spice Honey:sweetener "
                  "HALF-AND-HALF:milk");
    additions_are("Cream&Rum", "Cream:milk Rum:alcohol");
}

static void
qvalues_parsed(void **state)
{
    static const struct {
        const char *text;
        int value;
    } cases[] = {{"0", 0}, {"1", 1000}, {"0.5", 500}, {"0.125", 125}, {"1.0", 1000},
                 {"0.", 0}, {"1.001", HTCPCP_Q_BAD}, {"0.1234", HTCPCP_Q_BAD},
                 {"2", HTCPCP_Q_BAD}, {"", HTCPCP_Q_BAD}, {"0x5", HTCPCP_Q_BAD},
                 {".5", HTCPCP_Q_BAD}, {"0.a", HTCPCP_Q_BAD}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].text);

        assert_int_equal(htcpcp_qvalue_parse(page_end_copy(cases[i].text, len), len),
                         cases[i].value);
    }
}

/* "kind uri quality type language|" for each. */
static void
variants_are(const char *list, const char *want)
{
    const uint8_t *data = page_end_copy(list, strlen(list));
    struct htcpcp_span rest = {0, strlen(list)};
    struct htcpcp_variant variant;
    char got[512] = "";

    while (htcpcp_variant_next(data, &rest, &variant)) {
        size_t used = strlen(got);

        snprintf(got + used, sizeof(got) - used, "%c %.*s %.*s %.*s %.*s|",
                 "dfvb"[variant.kind], (int)variant.uri.len, data + variant.uri.at,
                 (int)variant.quality.len, data + variant.quality.at, (int)variant.type.len,
                 data + variant.type.at, (int)variant.language.len, data + variant.language.at);
    }
    assert_string_equal(got, want);
}

static void
alternates_parsed(void **state)
{
    (void)state;
    variants_are("{\"/darjeeling\" {type message/teapot}},\r\n {\"/earl-grey\" {type message/teapot}}",
                 "d /darjeeling  message/teapot |d /earl-grey  message/teapot |");
    variants_are("{\"/pot-0\" 1 {type message/coffeepot} {language en}}",
                 "d /pot-0 1 message/coffeepot en|");
    variants_are("{\"/pot-0\"}, {\"/pot-1\"}", "f /pot-0   |f /pot-1   |");
    variants_are("proxy-rvsa=\"1.0, 2.5\", {\"a,b\" 0.3}", "v    |d a,b 0.3  |");
    variants_are("{/a}, x, {}, {\"open", "b    |b    |b    |b    |");
    variants_are("{\"/a\" {type x}}}", "d /a  x |");
    variants_are("{\"/a\" {type ", "d /a   |");
    variants_are("", "");
    variants_are(", ,", "");
}

static void
safe_parsed(void **state)
{
    (void)state;
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"Yes", 3), HTCPCP_SAFE_YES);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"no", 2), HTCPCP_SAFE_NO);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"if-user-awake", 13),
                     HTCPCP_SAFE_IF_USER_AWAKE);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"if-monday", 9), HTCPCP_SAFE_IF_OTHER);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"if-", 3), HTCPCP_SAFE_BAD);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"if-a b", 6), HTCPCP_SAFE_BAD);
    assert_int_equal(htcpcp_safe_parse((const uint8_t *)"maybe", 5), HTCPCP_SAFE_BAD);
}

static void
chunks_read(void **state)
{
    static const struct {
        const char *text, *data;
        int phase;
        size_t left;
    } cases[] = {
        {"3\r\nabc\r\n0\r\n\r\n", "abc", HTCPCP_CHUNKS_END, 0},
        {"3;a=b\nabc\n2\nde\n0\nX: y\n\nrest", "abcde", HTCPCP_CHUNKS_END, 4},
        {"A\r\n0123", "0123", HTCPCP_CHUNKS_DATA, 0},
        {"xyz", "", HTCPCP_CHUNKS_BROKEN, 3},
        {"1\r\na\r\n\r\n", "a", HTCPCP_CHUNKS_BROKEN, 2},
        {"1234567890abcdef0\r\n", "", HTCPCP_CHUNKS_BROKEN, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].text), at = 0, got_len = 0;
        const uint8_t *data = page_end_copy(cases[i].text, len);
        struct htcpcp_chunks chunks = {0};
        struct htcpcp_span span;
        char got[64] = "";

        while (htcpcp_chunks_next(&chunks, data, len, &at, &span)) {
            memcpy(got + got_len, data + span.at, span.len);
            got_len += span.len;
        }
        assert_string_equal(got, cases[i].data);
        assert_int_equal(chunks.phase, cases[i].phase);
        assert_int_equal(len - at, cases[i].left);
    }
}

/* Delimiters and words in pseudo-random order. */
static void
any_input_is_survived(void **state)
{
    static const char alphabet[] = "{}\",;=:/?%4pot-C3E8 q.\r\n\\*&x";
    uint32_t number = 2324;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t text[40];
        size_t len = round % sizeof(text);
        struct htcpcp_span all = {0, len}, rest = all;
        struct htcpcp_addition addition;
        struct htcpcp_variant variant;
        struct htcpcp_uri uri;
        const uint8_t *data;

        for (size_t i = 0; i < len; i++) {
            number = number * 1103515245 + 12345;
            text[i] = (uint8_t)alphabet[(number >> 16) % (sizeof(alphabet) - 1)];
        }
        data = page_end_copy(text, len);
        htcpcp_uri_parse(data, all, &uri);
        assert_true(uri.query.at + uri.query.len <= len && uri.path.at + uri.path.len <= len);
        while (htcpcp_addition_next(data, &rest, &addition)) {
            assert_true(addition.all.len > 0 && rest.at + rest.len == len);
        }
        rest = all;
        while (htcpcp_variant_next(data, &rest, &variant)) {
            assert_true(variant.all.len > 0 && rest.at + rest.len == len);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_counted),
        cmocka_unit_test(schemes_found),
        cmocka_unit_test(uris_parsed),
        cmocka_unit_test(utf8_checked),
        cmocka_unit_test(additions_parsed),
        cmocka_unit_test(qvalues_parsed),
        cmocka_unit_test(alternates_parsed),
        cmocka_unit_test(safe_parsed),
        cmocka_unit_test(chunks_read),
        cmocka_unit_test(any_input_is_survived),
    };

    return cmocka_run_group_tests_name("htcpcp_values", tests, NULL, NULL);
}
