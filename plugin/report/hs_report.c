/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_report.h"

#include <string.h>

enum {
    NS_DIGITS = 9,
    SECS_A_DAY = 86400
};

static const int64_t ns_a_second = 1000000000;

bool
hs_report_parse_argument(const char *argument, enum hs_report_format *format, const char **filter)
{
    static const char *const names[] = {
        [HS_REPORT_TEXT] = "text", [HS_REPORT_CSV] = "csv", [HS_REPORT_JSON] = "json"};

    *format = HS_REPORT_TEXT;
    *filter = NULL;
    if (*argument == '\0') {
        return true;
    }
    if (*argument++ != ',') {
        return false;
    }
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const size_t length = strlen(names[i]);

        if (strncmp(argument, names[i], length) == 0 &&
            (argument[length] == '\0' || argument[length] == ',')) {
            *format = (enum hs_report_format)i;
            argument += length;
            argument += *argument == ',';
            break;
        }
    }
    *filter = *argument == '\0' ? NULL : argument;
    return true;
}

/* ---- values ---- */

/* Writes a number, with zeros in front up to so many digits, and returns the end. snprintf would be
 * most of the cost of a row. */
static char *
put_digits(char *at, uint64_t number, int digits)
{
    char reversed[20];
    int count = 0;

    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || count < digits);
    while (count > 0) {
        *at++ = reversed[--count];
    }
    return at;
}

char *
hs_report_put_number(char *at, uint64_t number)
{
    return put_digits(at, number, 1);
}

/* "3", "0.000016": without the zeros that say nothing. */
static void
format_duration(int64_t ns, char *at)
{
    const uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t fraction = magnitude % (uint64_t)ns_a_second;
    int digits = NS_DIGITS;

    if (ns < 0) {
        *at++ = '-';
    }
    at = put_digits(at, magnitude / (uint64_t)ns_a_second, 1);
    if (fraction != 0) {
        while (fraction % 10 == 0) {
            fraction /= 10;
            digits--;
        }
        *at++ = '.';
        at = put_digits(at, fraction, digits);
    }
    *at = '\0';
}

/* Year, month and day of a day counted from the epoch, in the Gregorian calendar. Years begin in
 * March here, which puts the leap day last: 146097 days are 400 years, and 153 days are 5 months
 * from March on. */
static void
date_of_day(int64_t day, int *year, int *month, int *day_of_month)
{
    const int64_t shifted = day + 719468; /* from 1 March of the year 0 */
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int of_era = (int)(shifted - era * 146097);
    const int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int march_month = (5 * of_year + 2) / 153;

    *day_of_month = of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = (int)(era * 400) + year_of_era + (*month <= 2);
}

static void
format_time(int64_t ns, char *at)
{
    static const char before[] = "--T::";
    int64_t secs = ns / ns_a_second, rest = ns % ns_a_second, day;
    int parts[6]; /* year, month, day, hours, minutes, seconds */

    if (rest < 0) {
        rest += ns_a_second;
        secs--;
    }
    day = secs / SECS_A_DAY;
    secs %= SECS_A_DAY;
    if (secs < 0) {
        secs += SECS_A_DAY;
        day--;
    }
    date_of_day(day, &parts[0], &parts[1], &parts[2]);
    parts[3] = (int)(secs / 3600);
    parts[4] = (int)(secs / 60 % 60);
    parts[5] = (int)(secs % 60);
    at = put_digits(at, (uint64_t)parts[0], 4);
    for (int i = 1; i < 6; i++) {
        *at++ = before[i - 1];
        at = put_digits(at, (uint64_t)parts[i], 2);
    }
    *at++ = '.';
    at = put_digits(at, (uint64_t)(rest / 1000), 6);
    *at++ = 'Z';
    *at = '\0';
}

static void
format_pair(const uint64_t pair[2], char *at)
{
    at = put_digits(at, pair[0], 1);
    *at++ = '/';
    *put_digits(at, pair[1], 1) = '\0';
}

static void
format_words(const struct hs_value *value, char text[HS_REPORT_CELL_BYTES])
{
    size_t written = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < value->as.words.count && written + 1 < HS_REPORT_CELL_BYTES; i++) {
        const size_t room = HS_REPORT_CELL_BYTES - written;
        const int count =
            snprintf(text + written, room, "%s%s", i == 0 ? "" : " ", value->as.words.list[i]);

        written += (size_t)count < room ? (size_t)count : room - 1;
    }
}

const char *
hs_value_format(const struct hs_value *value, char scratch[HS_REPORT_CELL_BYTES])
{
    switch (value->kind) {
    case HS_VALUE_UNKNOWN:
        return "";
    case HS_VALUE_TEXT:
        return value->as.text;
    case HS_VALUE_TRUTH:
        return value->as.truth ? "true" : "false";
    case HS_VALUE_NUMBER:
        *put_digits(scratch, value->as.number, 1) = '\0';
        return scratch;
    case HS_VALUE_PAIR:
        format_pair(value->as.pair, scratch);
        return scratch;
    case HS_VALUE_DURATION:
        format_duration(value->as.ns, scratch);
        return scratch;
    case HS_VALUE_TIME:
        format_time(value->as.ns, scratch);
        return scratch;
    case HS_VALUE_WORDS:
        format_words(value, scratch);
        return scratch;
    }
    return "";
}

/* ---- lines ---- */

/* What is to be printed, on its way to the file in pieces: stdio's cost is by the call. */
struct line {
    FILE *file;
    size_t used;
    char bytes[4096];
};

static void
begin_line(struct line *line, FILE *file)
{
    line->file = file;
    line->used = 0;
}

static void
flush_line(struct line *line)
{
    fwrite(line->bytes, 1, line->used, line->file);
    line->used = 0;
}

static void
put_bytes(struct line *line, const char *bytes, size_t count)
{
    if (count > sizeof line->bytes - line->used) {
        flush_line(line);
    }
    if (count > sizeof line->bytes) {
        fwrite(bytes, 1, count, line->file);
        return;
    }
    memcpy(line->bytes + line->used, bytes, count);
    line->used += count;
}

static void
put_char(struct line *line, char c)
{
    if (line->used == sizeof line->bytes) {
        flush_line(line);
    }
    line->bytes[line->used++] = c;
}

static void
put_text(struct line *line, const char *text)
{
    put_bytes(line, text, strlen(text));
}

/* ---- text ---- */

static void
widen(unsigned *width, size_t bytes)
{
    if (bytes > *width) {
        *width = (unsigned)bytes;
    }
}

void
hs_report_measure_names(const struct hs_column *columns, unsigned count, unsigned *widths)
{
    for (unsigned i = 0; i < count; i++) {
        widen(&widths[i], strlen(columns[i].name));
    }
}

void
hs_report_measure_row(const struct hs_value *values, unsigned count, unsigned *widths)
{
    char scratch[HS_REPORT_CELL_BYTES];

    for (unsigned i = 0; i < count; i++) {
        widen(&widths[i], strlen(hs_value_format(&values[i], scratch)));
    }
}

static void
put_spaces(struct line *line, unsigned count)
{
    while (count-- > 0) {
        put_char(line, ' ');
    }
}

/* Spaces go in front of a cell and not behind it: no line ends in one. owed is what the cells
 * before left open. */
static void
put_text_cell(struct line *line, const struct hs_column *column, const char *cell, unsigned width,
              unsigned *owed)
{
    const unsigned length = (unsigned)strlen(cell), fill = width > length ? width - length : 0;

    if (length > 0) {
        put_spaces(line, *owed + (column->right ? fill : 0));
        put_bytes(line, cell, length);
        *owed = column->right ? 0 : fill;
    } else {
        *owed += width;
    }
    *owed += 2;
}

/* ---- CSV ---- */

static void
put_csv_cell(struct line *line, const char *cell)
{
    if (cell[strcspn(cell, "\",\r\n")] == '\0') {
        put_text(line, cell);
        return;
    }
    put_char(line, '"');
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') {
            put_char(line, '"');
        }
        put_char(line, *cell);
    }
    put_char(line, '"');
}

/* ---- JSON (RFC 8259) ---- */

static void
put_json_char(struct line *line, char c)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char code = (unsigned char)c;

    if (code < 0x20) {
        put_text(line, "\\u00");
        put_char(line, hex[code >> 4]);
        put_char(line, hex[code & 0xf]);
        return;
    }
    if (c == '"' || c == '\\') {
        put_char(line, '\\');
    }
    put_char(line, c);
}

static void
put_json_string(struct line *line, const char *text)
{
    put_char(line, '"');
    for (; *text != '\0'; text++) {
        put_json_char(line, *text);
    }
    put_char(line, '"');
}

static void
put_json_value(struct line *line, const struct hs_value *value)
{
    char scratch[HS_REPORT_CELL_BYTES];

    switch (value->kind) {
    case HS_VALUE_UNKNOWN:
        put_text(line, "null");
        return;
    case HS_VALUE_WORDS:
        put_char(line, '[');
        for (unsigned i = 0; i < value->as.words.count; i++) {
            put_text(line, i == 0 ? "" : ",");
            put_json_string(line, value->as.words.list[i]);
        }
        put_char(line, ']');
        return;
    case HS_VALUE_TEXT:
    case HS_VALUE_PAIR:
    case HS_VALUE_TIME:
        put_json_string(line, hs_value_format(value, scratch));
        return;
    case HS_VALUE_NUMBER:
    case HS_VALUE_TRUTH:
    case HS_VALUE_DURATION:
        put_text(line, hs_value_format(value, scratch));
        return;
    }
}

/* ---- rows ---- */

void
hs_report_print_names(FILE *file, enum hs_report_format format, const struct hs_column *columns,
                      unsigned count, const unsigned *widths)
{
    struct line line;
    unsigned owed = 0;

    begin_line(&line, file);
    if (format == HS_REPORT_JSON) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (format == HS_REPORT_CSV) {
            put_text(&line, i == 0 ? "" : ",");
            put_csv_cell(&line, columns[i].name);
        } else {
            put_text_cell(&line, &columns[i], columns[i].name, widths[i], &owed);
        }
    }
    put_text(&line, format == HS_REPORT_CSV ? "\r\n" : "\n");
    flush_line(&line);
}

void
hs_report_print_row(FILE *file, enum hs_report_format format, const struct hs_column *columns,
                    const struct hs_value *values, unsigned count, const unsigned *widths)
{
    static const char *const ends[] = {
        [HS_REPORT_TEXT] = "\n", [HS_REPORT_CSV] = "\r\n", [HS_REPORT_JSON] = "}\n"};
    struct line line;
    char scratch[HS_REPORT_CELL_BYTES];
    unsigned owed = 0;

    begin_line(&line, file);
    for (unsigned i = 0; i < count; i++) {
        const char *cell;

        if (format == HS_REPORT_JSON) {
            put_char(&line, i == 0 ? '{' : ',');
            put_json_string(&line, columns[i].name);
            put_char(&line, ':');
            put_json_value(&line, &values[i]);
            continue;
        }
        cell = hs_value_format(&values[i], scratch);
        if (format == HS_REPORT_CSV) {
            put_text(&line, i == 0 ? "" : ",");
            put_csv_cell(&line, cell);
        } else {
            put_text_cell(&line, &columns[i], cell, widths[i], &owed);
        }
    }
    put_text(&line, ends[format]);
    flush_line(&line);
}
