/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the segments of an endpoint come from, as far as their frames tell: time to live, address on the
 * link, and the first bytes of its latest data.
 */
#ifndef HS_ORIGIN_H
#define HS_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_conn.h"
#include "hs_context.h"
#include "hs_step.h"

/* Whether a time to live is neither one that the endpoint's latest segments came with nor that of its
 * SYN: a route that changes moves it by one or two. false where either is not known (0). */
bool hs_origin_is_foreign_ttl(const struct hs_endpoint *endpoint, uint8_t ttl);

/* Whether the connection makes use of where the segment comes from on its link: in a handshake it
 * does. */
bool hs_origin_wants_mac(const struct hs_conn *conn, enum hs_side side,
                         const struct tcp_segment *segment);

/* Forgets the sample of the sender's data where next, the number that it is to go on with, leaves it too
 * far behind. */
void hs_origin_lose_sample(struct hs_endpoint *sender, uint32_t next);

/* Keeps the origin of an acceptable segment without RST, and of its data, to compare the next ones with. */
void hs_origin_learn(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step);

#endif
