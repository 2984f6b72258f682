/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two endpoints of a connection.
 */
#ifndef HS_SIDE_H
#define HS_SIDE_H

/* An index into what a connection has two of. Which address it is, is the caller's choice; it only
 * has to be the same for every segment of the connection. */
enum hs_side {
    HS_SIDE_UNKNOWN = -1,
    HS_SIDE_A,
    HS_SIDE_B
};

static inline enum hs_side
hs_side_peer(enum hs_side side)
{
    return side == HS_SIDE_A ? HS_SIDE_B : HS_SIDE_A;
}

#endif
