/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SYN floods: more handshakes with one port of a server left open than are completed. Counted by
 * address and port of the server, so that it does not matter what Wireshark takes for one stream.
 */
#ifndef HS_FLOOD_H
#define HS_FLOOD_H

#include "hs_detection.h"

/* Adds a segment to what its server is counted for, once its connection has learnt from it. Nothing
 * happens but for a SYN, and what follows it until that is answered for: by the completion of
 * the handshake, by a RST, by data from the client where the rest was not captured, or by
 * another SYN of the same number (who sends that has not got the answer, and cares). Finds
 * HS_ANOMALY_SYN_FLOOD on the segment with which a flood is noticed. A segment whose time is not known does
 * not count. */
void hs_flood_learn(const struct hs_detection *d);

#endif
