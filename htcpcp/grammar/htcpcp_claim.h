/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whether octets on any port are coffee beyond doubt.
 */
#ifndef HTCPCP_CLAIM_H
#define HTCPCP_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A start line is looked for in so many octets; what lies behind them makes no difference. */
#define HTCPCP_CLAIM_MAX 2048

/* Whether the len octets begin with a start line that no other protocol has: a request by BREW or WHEN, of a
 * coffee-url (RFC 2324 3), or with the version or a header that only HTCPCP has, or a status line with
 * HTCPCP's version. A request line may be cut off behind the scheme. Of octets that begin with neither a
 * method in capitals nor HTCPCP's name, no more than the first word is read. */
bool htcpcp_claim_is_sure(const uint8_t *octets, size_t len);

#endif
