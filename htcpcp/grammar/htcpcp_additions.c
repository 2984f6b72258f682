/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_additions.h"

#include <string.h>

static const char *const type_names[HTCPCP_ADDITION_TYPES] = {
    [HTCPCP_ADDITION_UNKNOWN] = "unknown",     [HTCPCP_ADDITION_ANY] = "any",
    [HTCPCP_ADDITION_MILK] = "milk",           [HTCPCP_ADDITION_SYRUP] = "syrup",
    [HTCPCP_ADDITION_SWEETENER] = "sweetener", [HTCPCP_ADDITION_SPICE] = "spice",
    [HTCPCP_ADDITION_ALCOHOL] = "alcohol",     [HTCPCP_ADDITION_SUGAR] = "sugar",
    [HTCPCP_ADDITION_DECAF] = "decaf",
};

static const struct {
    const char *name;
    enum htcpcp_addition_type type;
    bool in_rfc;
} known[] = {
    {"*", HTCPCP_ADDITION_ANY, true},
    {"Cream", HTCPCP_ADDITION_MILK, true},
    {"Half-and-half", HTCPCP_ADDITION_MILK, true},
    {"Whole-milk", HTCPCP_ADDITION_MILK, true},
    {"Part-Skim", HTCPCP_ADDITION_MILK, true},
    {"Skim", HTCPCP_ADDITION_MILK, true},
    {"Non-Dairy", HTCPCP_ADDITION_MILK, true},
    {"Vanilla", HTCPCP_ADDITION_SYRUP, true},
    {"Almond", HTCPCP_ADDITION_SYRUP, true},
    {"Raspberry", HTCPCP_ADDITION_SYRUP, true},
    {"Chocolate", HTCPCP_ADDITION_SYRUP, true},
    {"Whisky", HTCPCP_ADDITION_ALCOHOL, true},
    {"Rum", HTCPCP_ADDITION_ALCOHOL, true},
    {"Kahlua", HTCPCP_ADDITION_ALCOHOL, true},
    {"Aquavit", HTCPCP_ADDITION_ALCOHOL, true},
    {"Sugar", HTCPCP_ADDITION_SUGAR, true},
    {"Xylitol", HTCPCP_ADDITION_SUGAR, true},
    {"Stevia", HTCPCP_ADDITION_SUGAR, true},
    /* EID 8160 (rejected), and additions that deployed pots offer. */
    {"Saccharine", HTCPCP_ADDITION_SWEETENER, false},
    {"Cyclamate", HTCPCP_ADDITION_SWEETENER, false},
    {"Neotame", HTCPCP_ADDITION_SWEETENER, false},
    {"Aspartame", HTCPCP_ADDITION_SWEETENER, false},
    {"Honey", HTCPCP_ADDITION_SWEETENER, false},
    {"Maple-syrup", HTCPCP_ADDITION_SWEETENER, false},
    {"Agave", HTCPCP_ADDITION_SWEETENER, false},
    {"Chicory", HTCPCP_ADDITION_SPICE, false},
    {"Cocoa", HTCPCP_ADDITION_SPICE, false},
    {"Cinnamon", HTCPCP_ADDITION_SPICE, false},
    {"Cardamom", HTCPCP_ADDITION_SPICE, false},
    {"Nutmeg", HTCPCP_ADDITION_SPICE, false},
    {"Clove", HTCPCP_ADDITION_SPICE, false},
    {"oat milk", HTCPCP_ADDITION_MILK, false},
    {"soya milk", HTCPCP_ADDITION_MILK, false},
    {"coconut milk", HTCPCP_ADDITION_MILK, false},
    {"almond milk", HTCPCP_ADDITION_MILK, false},
    {"milk", HTCPCP_ADDITION_MILK, false},
    {"decaf", HTCPCP_ADDITION_DECAF, false},
    {"decaffeinated", HTCPCP_ADDITION_DECAF, false},
};

const char *
htcpcp_addition_get_type_name(enum htcpcp_addition_type type)
{
    return type_names[type];
}

enum htcpcp_addition_type
htcpcp_addition_find(const uint8_t *name, size_t len, bool *in_rfc)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (htcpcp_word_equal(name, len, known[i].name)) {
            *in_rfc = known[i].in_rfc;
            return known[i].type;
        }
    }
    *in_rfc = false;
    return HTCPCP_ADDITION_UNKNOWN;
}

int
htcpcp_qvalue_parse(const uint8_t *text, size_t len)
{
    int value = 0, digit = 100;

    if (len == 0 || len > strlen("0.123") || (text[0] != '0' && text[0] != '1') ||
        (len > 1 && text[1] != '.')) {
        return HTCPCP_Q_BAD;
    }
    value = (text[0] - '0') * 1000;
    for (size_t i = 2; i < len; i++) {
        if (!htcpcp_is_digit(text[i])) {
            return HTCPCP_Q_BAD;
        }
        value += (text[i] - '0') * digit;
        digit /= 10;
    }
    return value <= 1000 ? value : HTCPCP_Q_BAD;
}

static bool
is_separator(uint8_t c)
{
    return c == ',' || c == ';' || c == '&';
}

/* The end of the piece that begins at offset at: a separator outside quotes, or end. */
static size_t
piece_find_end(const uint8_t *data, size_t at, size_t end)
{
    bool quoted = false;

    for (; at < end; at++) {
        if (data[at] == '"') {
            quoted = !quoted;
        } else if (quoted && data[at] == '\\') {
            at += at + 1 < end ? 1 : 0;
        } else if (!quoted && is_separator(data[at])) {
            break;
        }
    }
    return at;
}

/* Splits "name = value". Without "=" *value is the whole piece, and the result is false. */
static bool
parameter_split(const uint8_t *data, struct htcpcp_span piece, struct htcpcp_span *name,
                struct htcpcp_span *value)
{
    const uint8_t *equals = piece.len > 0 ? memchr(data + piece.at, '=', piece.len) : NULL;
    size_t at;

    *value = piece;
    if (equals == NULL) {
        return false;
    }
    at = (size_t)(equals - data);
    *name = htcpcp_span_trim(data, piece.at, at);
    *value = htcpcp_span_trim(data, at + 1, piece.at + piece.len);
    return true;
}

/* Whether the parameter gives the type of an addition, as some clients send: "milk-type=Cream". */
static bool
is_type_name(const uint8_t *data, struct htcpcp_span name)
{
    static const char suffix[] = "-type";

    return name.len > strlen(suffix) &&
           htcpcp_word_equal(data + name.at + name.len - strlen(suffix), strlen(suffix), suffix);
}

static void
parameters_take(const uint8_t *data, struct htcpcp_span *rest, struct htcpcp_addition *addition)
{
    const size_t end = rest->at + rest->len;
    size_t at = rest->at;

    while (at < end && data[at] == ';') {
        size_t piece_at_end = piece_find_end(data, at + 1, end);
        struct htcpcp_span piece = htcpcp_span_trim(data, at + 1, piece_at_end), name, value;

        if (!parameter_split(data, piece, &name, &value) || is_type_name(data, name)) {
            break;
        }
        if (addition->params.len == 0) {
            addition->params.at = piece.at;
        }
        addition->params.len = piece.at + piece.len - addition->params.at;
        addition->all.len = piece.at + piece.len - addition->all.at;
        if (addition->q_thousandths == HTCPCP_Q_NONE &&
            htcpcp_word_equal(data + name.at, name.len, "q")) {
            addition->q_thousandths = htcpcp_qvalue_parse(data + value.at, value.len);
        }
        at = piece_at_end;
    }
    *rest = (struct htcpcp_span){at, end - at};
}

bool
htcpcp_addition_next(const uint8_t *data, struct htcpcp_span *rest,
                     struct htcpcp_addition *addition)
{
    const size_t end = rest->at + rest->len;
    struct htcpcp_span name;
    bool semicolon = false;
    size_t at = rest->at, next;

    while (at < end && (is_separator(data[at]) || htcpcp_is_space(data[at]))) {
        semicolon = data[at] == ';' || (semicolon && htcpcp_is_space(data[at]));
        at++;
    }
    *rest = (struct htcpcp_span){at, end - at};
    if (at == end) {
        return false;
    }
    next = piece_find_end(data, at, end);
    *addition = (struct htcpcp_addition){.all = htcpcp_span_trim(data, at, next),
                                         .after_semicolon = semicolon,
                                         .q_thousandths = HTCPCP_Q_NONE};
    if (!parameter_split(data, addition->all, &name, &addition->name) ||
        !is_type_name(data, name)) {
        addition->name = addition->all;
    }
    addition->type =
        htcpcp_addition_find(data + addition->name.at, addition->name.len, &addition->in_rfc);
    *rest = (struct htcpcp_span){next, end - next};
    parameters_take(data, rest, addition);
    return true;
}
