/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The numbers in a finding, where scenario.h looks at its word alone.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "scenario.h"

/* The MAC address with a number, in the scenarios played here. */
#define FINDINGS_MAC(number) {0x02, (number), 0x11, 0x22, 0x33, (number)}

/* Plays the steps, whose words do not matter, and returns what is found in the last of them. Does so for
 * several pairs of ISNs and with the sides swapped, and asserts that it is always the same. conn gets the
 * connection as it was at the end, unless NULL. */
struct hs_findings findings_of_last(struct hs_conn *conn, const struct step *steps, size_t count);

/* Plays the steps and asserts that just one anomaly is found in the last of them, with these numbers. */
void findings_expect(const char *slug, uint32_t actual, uint32_t expected, unsigned evidence,
                     const struct step *steps, size_t count);

/* Plays the steps and asserts that nothing is found in the last of them. */
void findings_expect_none(const struct step *steps, size_t count);

#endif
