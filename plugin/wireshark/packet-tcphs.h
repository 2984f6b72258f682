/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The post-dissector tcphs: its registration.
 */
#ifndef PACKET_TCPHS_H
#define PACKET_TCPHS_H

void proto_register_tcphs(void);
void proto_reg_handoff_tcphs(void);

#endif
