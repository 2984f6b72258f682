/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rows of values as text, as CSV and as JSON lines.
 *
 * What is not known is an empty cell, in JSON null. Numbers, truth and lists are such in JSON; in
 * the other two a list is its words with spaces between, and truth is "true" or "false". Points in
 * time are "2026-01-02T03:04:05.678901Z" (ISO 8601, UTC, rounded down), lengths of time are seconds
 * with as many decimals as it takes, nine at most.
 */
#ifndef HS_REPORT_H
#define HS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hs_duration.h"

enum {
    HS_REPORT_CELL_BYTES = 2048 /* of a list in a cell with its final NUL; a longer one is cut */
};

enum hs_report_format {
    HS_REPORT_TEXT,
    HS_REPORT_CSV, /* RFC 4180: a header, CRLF */
    HS_REPORT_JSON /* one object a line */
};

enum hs_value_kind {
    HS_VALUE_UNKNOWN,
    HS_VALUE_TEXT,
    HS_VALUE_NUMBER,
    HS_VALUE_PAIR,
    HS_VALUE_TRUTH,
    HS_VALUE_DURATION,
    HS_VALUE_TIME,
    HS_VALUE_WORDS
};

/* Points to its text and words, and copies none. Text is UTF-8. */
struct hs_value {
    enum hs_value_kind kind;
    union {
        const char *text;
        uint64_t number;
        bool truth;
        int64_t ns;
        struct {
            const char *const *list;
            unsigned count;
        } words;
        uint64_t pair[2];
    } as;
};

struct hs_column {
    const char *name;
    bool right; /* aligned to the right in text */
};

static inline struct hs_value
hs_value_unknown(void)
{
    return (struct hs_value){.kind = HS_VALUE_UNKNOWN};
}

/* NULL is not known. */
static inline struct hs_value
hs_value_text(const char *text)
{
    return text == NULL ? hs_value_unknown()
                        : (struct hs_value){.kind = HS_VALUE_TEXT, .as.text = text};
}

static inline struct hs_value
hs_value_number(uint64_t number)
{
    return (struct hs_value){.kind = HS_VALUE_NUMBER, .as.number = number};
}

/* Two numbers as one text, "12/9". */
static inline struct hs_value
hs_value_pair(uint64_t first, uint64_t second)
{
    return (struct hs_value){.kind = HS_VALUE_PAIR, .as.pair = {first, second}};
}

/* 0 is not known: frames, and what is counted only where it happened. */
static inline struct hs_value
hs_value_positive(uint64_t number)
{
    return number == 0 ? hs_value_unknown() : hs_value_number(number);
}

static inline struct hs_value
hs_value_truth(bool truth)
{
    return (struct hs_value){.kind = HS_VALUE_TRUTH, .as.truth = truth};
}

/* ns, or HS_TIME_UNKNOWN. */
static inline struct hs_value
hs_value_duration(int64_t ns)
{
    return ns == HS_TIME_UNKNOWN ? hs_value_unknown()
                                 : (struct hs_value){.kind = HS_VALUE_DURATION, .as.ns = ns};
}

/* Nanoseconds since the epoch, or HS_TIME_UNKNOWN. */
static inline struct hs_value
hs_value_time(int64_t ns)
{
    return ns == HS_TIME_UNKNOWN ? hs_value_unknown()
                                 : (struct hs_value){.kind = HS_VALUE_TIME, .as.ns = ns};
}

static inline struct hs_value
hs_value_words(const char *const *list, unsigned count)
{
    return (struct hs_value){.kind = HS_VALUE_WORDS, .as.words = {list, count}};
}

/* Reads what follows the name of a report behind -z: "", ",FORMAT", ",FILTER" or ",FORMAT,FILTER".
 * filter gets the rest of the argument, or NULL. Returns false where it is none of these. */
bool hs_report_parse_argument(const char *argument, enum hs_report_format *format,
                              const char **filter);

/* Writes a number in decimal digits without a final NUL, 20 at most, and returns their end. */
char *hs_report_put_number(char *at, uint64_t number);

/* A value as a cell of text or CSV, unquoted: its own text, or what scratch gets. */
const char *hs_value_format(const struct hs_value *value, char scratch[HS_REPORT_CELL_BYTES]);

/* Makes widths, one a column, wide enough for the names or for a row. */
void hs_report_measure_names(const struct hs_column *columns, unsigned count, unsigned *widths);
void hs_report_measure_row(const struct hs_value *values, unsigned count, unsigned *widths);

/* Prints the names (JSON has none), or a row. widths is for text only. */
void hs_report_print_names(FILE *file, enum hs_report_format format,
                           const struct hs_column *columns, unsigned count, const unsigned *widths);
void hs_report_print_row(FILE *file, enum hs_report_format format, const struct hs_column *columns,
                         const struct hs_value *values, unsigned count, const unsigned *widths);

#endif
