/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The interface of Wireshark's Flow Graph. Debian's library exports its functions, and Debian's
 * development package lacks its header: there, what tcphs uses is declared here.
 */
#ifndef WS_SEQUENCE_H
#define WS_SEQUENCE_H

#include "ws_compat.h"

#include <epan/packet_info.h>
#include <epan/tap.h>

#ifdef WS_HAS_SEQUENCE_ANALYSIS_H
#include <epan/sequence_analysis.h>
#else

/* An arrow. Only Wireshark makes these, so that members behind the last one here do not matter. */
typedef struct _seq_analysis_item {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label; /* on the arrow; this and the next two are freed with g_free */
    char *time_str;
    char *comment; /* on the right */
    uint16_t conv_num;
    unsigned fg_color;
    unsigned bg_color;
    ws_bool_t has_color_filter;
    ws_bool_t display;
    unsigned src_node;
    unsigned dst_node;
    uint16_t line_style; /* width in pixels */
} seq_analysis_item_t;

/* A graph. Likewise. */
typedef struct _seq_analysis_info {
    const char *name;
    ws_bool_t any_addr;
    int nconv;
    GQueue *items;
} seq_analysis_info_t;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                         const char *tap_listener, unsigned tap_flags,
                                         tap_packet_cb tap_func);
WS_DLL_PUBLIC seq_analysis_item_t *
sequence_analysis_create_sai_with_addresses(packet_info *pinfo, seq_analysis_info_t *sainfo);

#endif

#endif
