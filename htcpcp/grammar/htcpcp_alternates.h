/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Alternates (RFC 2295 8.3), which lists the varieties of a tea pot (RFC 7168 2.1.1):
 *
 *   variant-list        = 1#( variant-description | fallback-variant | list-directive )
 *   variant-description = "{" <"> URI <"> source-quality *variant-attribute "}"
 *   fallback-variant    = "{" <"> URI <"> "}"
 *   variant-attribute   = "{" name value "}"
 *
 * The examples in RFC 7168 and most pots omit the source-quality.
 */
#ifndef HTCPCP_ALTERNATES_H
#define HTCPCP_ALTERNATES_H

#include "htcpcp_text.h"

enum htcpcp_variant_kind {
    HTCPCP_VARIANT_DESCRIPTION,
    HTCPCP_VARIANT_FALLBACK,
    HTCPCP_VARIANT_DIRECTIVE, /* such as proxy-rvsa="1.0" */
    HTCPCP_VARIANT_BAD,       /* invalid */
};

struct htcpcp_variant {
    struct htcpcp_span all;
    struct htcpcp_span uri;      /* without quotes; empty: not a variant */
    struct htcpcp_span quality;  /* empty: none */
    struct htcpcp_span type;     /* value of the attribute; empty: none */
    struct htcpcp_span language; /* likewise */
    enum htcpcp_variant_kind kind;
};

/* Removes the next variant from rest, which is the whole list in data at first. Returns false if
 * the list is empty. Any input is allowed. */
bool htcpcp_variant_next(const uint8_t *data, struct htcpcp_span *rest,
                         struct htcpcp_variant *variant);

#endif
