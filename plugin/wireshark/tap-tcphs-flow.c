/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The ladder of handshakes, in the window's Flow Graph and with "-z flow,tcphs,network".
 */
#include "tap-tcphs-parts.h"

#include <epan/tap.h>

#include "hs_log.h"
#include "ws_sequence.h"

static void
replace_address(address *to, const struct ws_flow *flow, const uint8_t *bytes)
{
    address from;

    set_address(&from, flow->address_type, flow->address_bytes, bytes);
    free_address(to);
    copy_address(to, &from);
}

static tap_packet_status
add_arrow(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
          tap_flags_t flags _U_)
{
    seq_analysis_info_t *graph = (seq_analysis_info_t *)data;
    const struct tcphs_record *record = (const struct tcphs_record *)tapped;
    const struct hs_note *note = record->note;
    char sentence[HS_LOG_SENTENCE_BYTES];
    seq_analysis_item_t *arrow;
    struct ws_flow flow;

    if (note == NULL || !hs_log_is_event(note)) {
        return TAP_PACKET_DONT_REDRAW;
    }
    arrow = sequence_analysis_create_sai_with_addresses(pinfo, graph);
    if (arrow == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    /* What pinfo has are the addresses of the innermost packet, be it TCP or not. */
    ws_conn_flow(record->conn, (enum hs_side)note->side, &flow);
    replace_address(&arrow->src_addr, &flow, flow.src);
    replace_address(&arrow->dst_addr, &flow, flow.dst);
    hs_log_format_sentence(note, sentence, sizeof sentence);
    arrow->frame_number = pinfo->num;
    arrow->port_src = flow.src_port;
    arrow->port_dst = flow.dst_port;
    arrow->frame_label = g_strdup(hs_stage_name((enum hs_stage)note->stage));
    arrow->comment = g_strdup(sentence);
    arrow->conv_num = (uint16_t)ws_conn_stream(record->conn);
    arrow->line_style = 1;
    arrow->display = true;
    g_queue_push_tail(graph->items, arrow);
    return TAP_PACKET_REDRAW;
}

void
tap_flow_register(int proto)
{
    register_seq_analysis("tcphs", "TCP Handshakes", proto, "tcphs", TL_REQUIRES_NOTHING,
                          add_arrow);
}
