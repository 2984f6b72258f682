/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lists of additions: Accept-Additions (RFC 2324 2.2.2.1 with EID 5981, RFC 7168 2.2.1), and the
 * additions-list of a coffee-url, which RFC 2324 3 leaves undefined.
 *
 *   #( addition-type [ accept-params ] )
 *
 * The RFC separates additions by commas and parameters by semicolons. Nearly every client separates
 * additions by semicolons: text after a semicolon that has no "=" is parsed as an addition.
 */
#ifndef HTCPCP_ADDITIONS_H
#define HTCPCP_ADDITIONS_H

#include "htcpcp_text.h"

enum htcpcp_addition_type {
    HTCPCP_ADDITION_UNKNOWN,
    HTCPCP_ADDITION_ANY, /* "*" */
    HTCPCP_ADDITION_MILK,
    HTCPCP_ADDITION_SYRUP,
    HTCPCP_ADDITION_SWEETENER, /* RFC 2324 defines no values for this type */
    HTCPCP_ADDITION_SPICE,     /* nor for this one */
    HTCPCP_ADDITION_ALCOHOL,
    HTCPCP_ADDITION_SUGAR, /* RFC 7168 2.2.1 */
    HTCPCP_ADDITION_DECAF, /* deliberately not in RFC 2324 (2.2.3) */
    HTCPCP_ADDITION_TYPES
};

#define HTCPCP_Q_NONE (-1)
#define HTCPCP_Q_BAD (-2)

struct htcpcp_addition {
    struct htcpcp_span all; /* name and parameters */
    struct htcpcp_span name;
    struct htcpcp_span params; /* from the first parameter to the last; empty: none */
    enum htcpcp_addition_type type;
    bool in_rfc;          /* RFC 2324 or RFC 7168 lists it */
    bool after_semicolon; /* a semicolon separates it from the one before */
    int q_thousandths;    /* 0 to 1000, HTCPCP_Q_NONE or HTCPCP_Q_BAD */
};

/* Removes the next addition from rest, which is the whole list in data at first. Returns false if
 * the list is empty. Any input is allowed. */
bool htcpcp_addition_next(const uint8_t *data, struct htcpcp_span *rest,
                          struct htcpcp_addition *addition);

/* "milk", "syrup", ... */
const char *htcpcp_addition_get_type_name(enum htcpcp_addition_type type);

/* The type of the addition with the name of len octets; sets *in_rfc as in struct
 * htcpcp_addition. */
enum htcpcp_addition_type htcpcp_addition_find(const uint8_t *name, size_t len, bool *in_rfc);

/* qvalue = "0" [ "." 0*3DIGIT ] | "1" [ "." 0*3("0") ] (RFC 2068 3.9), in thousandths, or
 * HTCPCP_Q_BAD. */
int htcpcp_qvalue_parse(const uint8_t *text, size_t len);

#endif
