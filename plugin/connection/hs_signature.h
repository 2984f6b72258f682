/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where in its life a connection was killed, and by what: one word that makes thousands of them
 * groupable. After the classes of "Global, Passive Detection of Connection Tampering" (SIGCOMM 2023).
 */
#ifndef HS_SIGNATURE_H
#define HS_SIGNATURE_H

#include "hs_conn.h"

/* The word so far, "post-psh-rst-ack"; NULL where the connection was not killed, where a FIN came
 * before that, and where its opening was not captured. It is <where>-<what>:
 *   post-syn  before the handshake was complete
 *   post-ack  after it, before any data
 *   post-psh  after one segment of data from the client, and none from the server
 *   later     after more
 * rst       by a RST without ACK
 * rst-ack   by one with it
 * icmp      by an ICMP error; post-syn only
 * timeout   nothing answered any more: the handshake was never completed, or the only data was
 *           repeated and never acknowledged */
const char *hs_conn_signature(const struct hs_conn *conn);

#endif
