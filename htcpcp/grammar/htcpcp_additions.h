/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Lists of additions: Accept-Additions (RFC 2324 2.2.2.1 with EID 5981, RFC 7168 2.2.1), and the
 * additions-list of a coffee-url, which RFC 2324 3 leaves undefined.
 *
 *   #( addition-type [ accept-params ] )
 *
 * The list has commas. Nearly every client writes semicolons, behind which the RFC has parameters:
 * what stands behind a semicolon without "=" is taken for an addition.
 */
#ifndef HTCPCP_ADDITIONS_H
#define HTCPCP_ADDITIONS_H

#include "htcpcp_text.h"

enum htcpcp_addition_type {
    HTCPCP_ADDITION_UNKNOWN,
    HTCPCP_ADDITION_ANY, /* "*" */
    HTCPCP_ADDITION_MILK,
    HTCPCP_ADDITION_SYRUP,
    HTCPCP_ADDITION_SWEETENER, /* RFC 2324 names the type and defines nothing of it */
    HTCPCP_ADDITION_SPICE,     /* the same */
    HTCPCP_ADDITION_ALCOHOL,
    HTCPCP_ADDITION_SUGAR, /* RFC 7168 2.2.1 */
    HTCPCP_ADDITION_DECAF, /* which there is no option for: RFC 2324 2.2.3 */
    HTCPCP_ADDITION_TYPES
};

#define HTCPCP_Q_NONE (-1)
#define HTCPCP_Q_BAD (-2)

struct htcpcp_addition {
    struct htcpcp_span all; /* with its parameters */
    struct htcpcp_span name;
    struct htcpcp_span params; /* from the first parameter to the last; empty if there are none */
    enum htcpcp_addition_type type;
    bool in_rfc;          /* one of the RFCs has it */
    bool after_semicolon; /* a semicolon stands where the RFC has a comma */
    int q_thousandths;    /* 0 to 1000, HTCPCP_Q_NONE or HTCPCP_Q_BAD */
};

/* Takes the next addition off rest, which begins as the whole list in data. False: there is none
 * left. Any input is allowed. */
bool htcpcp_addition_next(const uint8_t *data, struct htcpcp_span *rest,
                          struct htcpcp_addition *addition);

/* "milk", "syrup", ... */
const char *htcpcp_addition_get_type_name(enum htcpcp_addition_type type);

/* What kind of addition the len octets at name are; *in_rfc as in struct htcpcp_addition. */
enum htcpcp_addition_type htcpcp_addition_find(const uint8_t *name, size_t len, bool *in_rfc);

/* qvalue = "0" [ "." 0*3DIGIT ] | "1" [ "." 0*3("0") ] (RFC 2068 3.9), in thousandths, or
 * HTCPCP_Q_BAD. */
int htcpcp_qvalue_parse(const uint8_t *text, size_t len);

#endif
