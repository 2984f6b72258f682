/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Alternates (RFC 2295 8.3), the menu of a tea pot (RFC 7168 2.1.1):
 *
 *   variant-list        = 1#( variant-description | fallback-variant | list-directive )
 *   variant-description = "{" <"> URI <"> source-quality *variant-attribute "}"
 *   fallback-variant    = "{" <"> URI <"> "}"
 *   variant-attribute   = "{" name value "}"
 *
 * RFC 7168's own examples lack the source-quality, and so do most pots.
 */
#ifndef HTCPCP_ALTERNATES_H
#define HTCPCP_ALTERNATES_H

#include "htcpcp_text.h"

enum htcpcp_variant_kind {
    HTCPCP_VARIANT_DESCRIPTION,
    HTCPCP_VARIANT_FALLBACK,
    HTCPCP_VARIANT_DIRECTIVE, /* proxy-rvsa="1.0" and the like */
    HTCPCP_VARIANT_BAD,       /* none of these */
};

struct htcpcp_variant {
    struct htcpcp_span all;
    struct htcpcp_span uri;      /* without quotes; empty unless it is a variant */
    struct htcpcp_span quality;  /* empty if there is none */
    struct htcpcp_span type;     /* the value of the attribute; empty if there is none */
    struct htcpcp_span language; /* the same */
    enum htcpcp_variant_kind kind;
};

/* Takes the next variant off rest, which begins as the whole list in data. False: there is none
 * left. Any input is allowed. */
bool htcpcp_variant_next(const uint8_t *data, struct htcpcp_span *rest,
                         struct htcpcp_variant *variant);

#endif
