/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Recognition of HTCPCP on any port, without false positives.
 */
#ifndef HTCPCP_CLAIM_H
#define HTCPCP_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number of octets that are examined at most. */
#define HTCPCP_CLAIM_MAX 2048

/* Whether the len octets begin with a start line that no other protocol has: a request with the method
 * BREW or WHEN, with a coffee-url (RFC 2324 3), with a version of HTCPCP or with a header that only
 * HTCPCP has; or a status line with a version of HTCPCP. A request line may end after the scheme. If the
 * octets begin with neither a method in capitals nor the name of HTCPCP, only the first word is read. */
bool htcpcp_claim_is_sure(const uint8_t *octets, size_t len);

#endif
