/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The symbols that Wireshark looks for in a plugin, and the registration of both protocols.
 */
#include "ws_compat.h"

#include <epan/packet.h>
#include <epan/proto.h>

#include "packet-htcpcp.h"
#include "packet-tcphs.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = TCPHS_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WS_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WS_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
#ifdef WS_PLUGIN_DESCRIBES
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t
plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif

void
plugin_register(void)
{
    static proto_plugin tcphs, htcpcp;

    tcphs.register_protoinfo = proto_register_tcphs;
    tcphs.register_handoff = proto_reg_handoff_tcphs;
    proto_register_plugin(&tcphs);

    htcpcp.register_protoinfo = proto_register_htcpcp;
    htcpcp.register_handoff = proto_reg_handoff_htcpcp;
    proto_register_plugin(&htcpcp);
}
