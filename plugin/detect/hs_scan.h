/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Scans by kind, and answers that nobody asked for. Counted by address: of who tries ports, of who
 * answers without being asked, of who is answered without having asked.
 *
 *   scan_syn      SYNs that real stacks do not send (no option but a maximum segment size), refused,
 *                 unanswered, or reset by their sender once they are answered; the latter also
 *                 with other options
 *   scan_connect  SYNs as stacks send them, refused or unanswered, or connections that the client
 *                 ends without having sent data
 *   scan_fin, scan_null, scan_xmas  first segments with just these flags
 *   scan_ack      first segments with ACK alone, answered by a RST with the number that they
 *                 acknowledge
 *   scan_window   the same, where some RSTs of one host have a window and others have none: on some
 *                 systems that tells open ports from closed ones. Said instead of scan_ack if that
 *                 is seen by then, else in addition
 *   backscatter   SYN-ACKs, and RSTs with the number 0, to many addresses that sent no SYN
 *   synack_reflection  SYN-ACKs from many ports to an address that sent no SYN
 */
#ifndef HS_SCAN_H
#define HS_SCAN_H

#include "hs_detection.h"

/* What is waited for in a connection. */
enum hs_scan_watch {
    HS_WATCH_NOTHING,
    HS_WATCH_BARE_SYN,    /* how a SYN ends that no real stack sends */
    HS_WATCH_BARE_OPEN,   /* whether its sender uses the connection that came of it */
    HS_WATCH_CONNECT_SYN, /* likewise for SYNs of real stacks */
    HS_WATCH_CONNECT_OPEN,
    HS_WATCH_SYN_ACK, /* whether a connection comes of a SYN-ACK without SYN */
    HS_WATCH_ACK      /* whether an ACK without connection is answered by a RST */
};

/* Adds a segment to what its addresses are counted for, once its connection has learnt from it.
 * Nothing happens but for the first segment of a connection, and what follows it while that is
 * watched. Finds the anomaly of a scan on the segment with which it is noticed. A segment whose
 * time is not known does not count. */
void hs_scan_learn(const struct hs_detection *d);

#endif
