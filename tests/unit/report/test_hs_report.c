/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hs_report.h"

static void
assert_format(struct hs_value value, const char *expected)
{
    char scratch[HS_REPORT_CELL_BYTES];

    assert_string_equal(hs_value_format(&value, scratch), expected);
}

/* What print writes, without what was printed before. */
static const char *
printed(enum hs_report_format format, const struct hs_column *columns,
        const struct hs_value *values, unsigned count, const unsigned *widths)
{
    static char text[8192];
    FILE *file = tmpfile();
    size_t bytes;

    assert_non_null(file);
    if (values == NULL) {
        hs_report_print_names(file, format, columns, count, widths);
    } else {
        hs_report_print_row(file, format, columns, values, count, widths);
    }
    rewind(file);
    bytes = fread(text, 1, sizeof text - 1, file);
    text[bytes] = '\0';
    fclose(file);
    return text;
}

static void
durations_are_seconds_without_idle_zeros(void **state)
{
    (void)state;
    assert_format(hs_value_duration(0), "0");
    assert_format(hs_value_duration(1), "0.000000001");
    assert_format(hs_value_duration(16000), "0.000016");
    assert_format(hs_value_duration(3000000000), "3");
    assert_format(hs_value_duration(10500000000), "10.5");
    assert_format(hs_value_duration(-1500000000), "-1.5");
    assert_format(hs_value_duration(-1), "-0.000000001");
    assert_format(hs_value_duration(INT64_MAX), "9223372036.854775807");
    assert_format(hs_value_duration(INT64_MIN + 1), "-9223372036.854775807");
    assert_format(hs_value_duration(HS_TIME_UNKNOWN), "");
}

static void
times_are_iso_8601(void **state)
{
    const int64_t second = 1000000000;

    (void)state;
    assert_format(hs_value_time(0), "1970-01-01T00:00:00.000000Z");
    assert_format(hs_value_time(1700000000 * second + 123456789), "2023-11-14T22:13:20.123456Z");
    assert_format(hs_value_time(951782399 * second), "2000-02-28T23:59:59.000000Z");
    assert_format(hs_value_time(951782400 * second), "2000-02-29T00:00:00.000000Z");
    assert_format(hs_value_time(4107542400 * second), "2100-03-01T00:00:00.000000Z");
    assert_format(hs_value_time(1735689599 * second + 999999999), "2024-12-31T23:59:59.999999Z");
    assert_format(hs_value_time(HS_TIME_UNKNOWN), "");
}

static void
times_before_the_epoch_are_rounded_down(void **state)
{
    (void)state;
    assert_format(hs_value_time(-1), "1969-12-31T23:59:59.999999Z");
    assert_format(hs_value_time(-1000), "1969-12-31T23:59:59.999999Z");
    assert_format(hs_value_time(-86400000000000), "1969-12-31T00:00:00.000000Z");
    assert_format(hs_value_time(INT64_MAX), "2262-04-11T23:47:16.854775Z");
    assert_format(hs_value_time(INT64_MIN + 1), "1677-09-21T00:12:43.145224Z");
}

static void
other_values_are_plain(void **state)
{
    static const char *const words[] = {"mss_missing", "port_reused"};

    (void)state;
    assert_format(hs_value_unknown(), "");
    assert_format(hs_value_text(NULL), "");
    assert_format(hs_value_text("syn-ack"), "syn-ack");
    assert_format(hs_value_number(0), "0");
    assert_format(hs_value_number(UINT64_MAX), "18446744073709551615");
    assert_format(hs_value_positive(0), "");
    assert_format(hs_value_positive(7), "7");
    assert_format(hs_value_pair(12, 0), "12/0");
    assert_format(hs_value_pair(UINT64_MAX, UINT64_MAX),
                  "18446744073709551615/18446744073709551615");
    assert_format(hs_value_truth(true), "true");
    assert_format(hs_value_truth(false), "false");
    assert_format(hs_value_words(words, 0), "");
    assert_format(hs_value_words(words, 1), "mss_missing");
    assert_format(hs_value_words(words, 2), "mss_missing port_reused");
}

static void
long_lists_are_cut(void **state)
{
    static char word[1024];
    const char *const words[] = {word, word, word, word};
    const struct hs_value value = hs_value_words(words, 4);
    char scratch[HS_REPORT_CELL_BYTES];

    (void)state;
    memset(word, 'w', sizeof word - 1);
    assert_int_equal(strlen(hs_value_format(&value, scratch)), HS_REPORT_CELL_BYTES - 1);
}

static void
csv_quotes_what_needs_it(void **state)
{
    static const struct hs_column columns[] = {{"a", false}, {"b,c", false}, {"d", true}};
    static const char *const words[] = {"one", "two"};
    const struct hs_value plain[] = {hs_value_text("x y"), hs_value_unknown(),
                                     hs_value_number(3)};
    const struct hs_value odd[] = {hs_value_text("say \"no\""), hs_value_text("1\r\n2"),
                                   hs_value_words(words, 2)};

    (void)state;
    assert_string_equal(printed(HS_REPORT_CSV, columns, NULL, 3, NULL), "a,\"b,c\",d\r\n");
    assert_string_equal(printed(HS_REPORT_CSV, columns, plain, 3, NULL), "x y,,3\r\n");
    assert_string_equal(printed(HS_REPORT_CSV, columns, odd, 3, NULL),
                        "\"say \"\"no\"\"\",\"1\r\n2\",one two\r\n");
}

static void
json_escapes_and_keeps_types(void **state)
{
    static const struct hs_column columns[] = {{"a", false}, {"b", false}, {"c", true},
                                               {"d", true},  {"e", false}, {"f", false}};
    static const char *const words[] = {"one", "two"};
    const struct hs_value typed[] = {hs_value_unknown(),   hs_value_truth(false),
                                     hs_value_number(3),   hs_value_duration(16000),
                                     hs_value_time(0),     hs_value_words(words, 2)};
    const struct hs_value odd[] = {hs_value_text("\"\\/"), hs_value_text("\x01\t\x1f\x7f"),
                                   hs_value_text("caf\xc3\xa9"), hs_value_words(words, 0),
                                   hs_value_pair(12, 9)};

    (void)state;
    assert_string_equal(printed(HS_REPORT_JSON, columns, NULL, 6, NULL), "");
    assert_string_equal(printed(HS_REPORT_JSON, columns, typed, 6, NULL),
                        "{\"a\":null,\"b\":false,\"c\":3,\"d\":0.000016,"
                        "\"e\":\"1970-01-01T00:00:00.000000Z\",\"f\":[\"one\",\"two\"]}\n");
    assert_string_equal(printed(HS_REPORT_JSON, columns, odd, 5, NULL),
                        "{\"a\":\"\\\"\\\\/\",\"b\":\"\\u0001\\u0009\\u001f\x7f\","
                        "\"c\":\"caf\xc3\xa9\",\"d\":[],\"e\":\"12/9\"}\n");
}

static void
text_is_aligned_and_ends_without_spaces(void **state)
{
    static const struct hs_column columns[] = {{"stream", true}, {"outcome", false}, {"by", false}};
    const struct hs_value refused[] = {hs_value_number(12345678), hs_value_text("refused"),
                                       hs_value_text("server")};
    const struct hs_value closed[] = {hs_value_number(0), hs_value_unknown(), hs_value_text("x")};
    const struct hs_value empty[] = {hs_value_number(0), hs_value_text("closed"),
                                     hs_value_unknown()};
    unsigned widths[3] = {0, 0, 0};

    (void)state;
    hs_report_measure_names(columns, 3, widths);
    hs_report_measure_row(refused, 3, widths);
    assert_int_equal(widths[0], 8);
    assert_int_equal(widths[1], 7);
    assert_int_equal(widths[2], 6);
    assert_string_equal(printed(HS_REPORT_TEXT, columns, NULL, 3, widths),
                        "  stream  outcome  by\n");
    assert_string_equal(printed(HS_REPORT_TEXT, columns, refused, 3, widths),
                        "12345678  refused  server\n");
    assert_string_equal(printed(HS_REPORT_TEXT, columns, closed, 3, widths),
                        "       0           x\n");
    assert_string_equal(printed(HS_REPORT_TEXT, columns, empty, 3, widths),
                        "       0  closed\n");
}

/* Lines are printed in pieces: none is lost where one ends. */
static void
long_lines_are_whole(void **state)
{
    static const struct hs_column columns[] = {{"a", true}, {"b", false}};
    static char text[5000];

    (void)state;
    for (size_t length = 4000; length < sizeof text; length++) {
        const struct hs_value values[] = {hs_value_text(text), hs_value_text(text + length - 3)};
        const char *line;

        memset(text, 'x', length);
        text[length] = '\0';
        line = printed(HS_REPORT_CSV, columns, values, 2, NULL);
        assert_int_equal(strspn(line, "x"), length);
        assert_string_equal(line + length, ",xxx\r\n");
        line = printed(HS_REPORT_JSON, columns, values, 2, NULL);
        assert_memory_equal(line, "{\"a\":\"", 6);
        assert_int_equal(strspn(line + 6, "x"), length);
        assert_string_equal(line + 6 + length, "\",\"b\":\"xxx\"}\n");
    }
}

static void
wide_columns_are_filled(void **state)
{
    static const struct hs_column columns[] = {{"a", true}, {"b", false}};
    static char text[4501];
    const unsigned widths[] = {5500, 1};
    const struct hs_value values[] = {hs_value_text(text), hs_value_text("end")};
    const char *line;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    line = printed(HS_REPORT_TEXT, columns, values, 2, widths);
    assert_int_equal(strspn(line, " "), 1000);
    assert_int_equal(strspn(line + 1000, "x"), 4500);
    assert_string_equal(line + 5500, "  end\n");
}

static void
assert_argument(const char *argument, enum hs_report_format format, const char *filter)
{
    enum hs_report_format found_format;
    const char *found_filter;

    assert_true(hs_report_parse_argument(argument, &found_format, &found_filter));
    assert_int_equal(found_format, format);
    if (filter == NULL) {
        assert_null(found_filter);
    } else {
        assert_string_equal(found_filter, filter);
    }
}

static void
arguments_are_format_and_filter(void **state)
{
    enum hs_report_format format;
    const char *filter;

    (void)state;
    assert_argument("", HS_REPORT_TEXT, NULL);
    assert_argument(",", HS_REPORT_TEXT, NULL);
    assert_argument(",text", HS_REPORT_TEXT, NULL);
    assert_argument(",csv", HS_REPORT_CSV, NULL);
    assert_argument(",json,", HS_REPORT_JSON, NULL);
    assert_argument(",json,tcp.port in {1,2}", HS_REPORT_JSON, "tcp.port in {1,2}");
    assert_argument(",tcp.port in {1,2}", HS_REPORT_TEXT, "tcp.port in {1,2}");
    assert_argument(",csvfile", HS_REPORT_TEXT, "csvfile");
    assert_argument(",csv,json", HS_REPORT_CSV, "json");
    assert_false(hs_report_parse_argument("x", &format, &filter));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_seconds_without_idle_zeros),
        cmocka_unit_test(times_are_iso_8601),
        cmocka_unit_test(times_before_the_epoch_are_rounded_down),
        cmocka_unit_test(other_values_are_plain),
        cmocka_unit_test(long_lists_are_cut),
        cmocka_unit_test(csv_quotes_what_needs_it),
        cmocka_unit_test(json_escapes_and_keeps_types),
        cmocka_unit_test(text_is_aligned_and_ends_without_spaces),
        cmocka_unit_test(long_lines_are_whole),
        cmocka_unit_test(wide_columns_are_filled),
        cmocka_unit_test(arguments_are_format_and_filter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
