/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The HTCPCP dissector: its registration.
 */
#ifndef PACKET_HTCPCP_H
#define PACKET_HTCPCP_H

void proto_register_htcpcp(void);
void proto_reg_handoff_htcpcp(void);

#endif
