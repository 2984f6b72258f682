/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_compat.h"

#include <epan/packet.h>
#include <epan/export_object.h>
#include <epan/follow.h>
#include <epan/srt_table.h>
#include <epan/stats_tree.h>
#include <epan/tap.h>
#include <string.h>

#include "htcpcp_uri.h"
#include "tap-htcpcp.h"

static int tap = -1;
static int object_tap = -1;
static int follow_tap = -1;

static int node_requests = -1;
static int node_responses = -1;
static int node_languages = -1;
static int node_pots = -1;
static int node_additions = -1;

static const char *const methods[] = {
    [HTCPCP_METHOD_UNKNOWN] = "other", [HTCPCP_METHOD_BREW] = "BREW",
    [HTCPCP_METHOD_GET] = "GET",       [HTCPCP_METHOD_HEAD] = "HEAD",
    [HTCPCP_METHOD_POST] = "POST",     [HTCPCP_METHOD_PROPFIND] = "PROPFIND",
    [HTCPCP_METHOD_WHEN] = "WHEN",
};

bool
htcpcp_tap_is_wanted(void)
{
    return have_tap_listener(tap);
}

bool
htcpcp_tap_objects_are_wanted(void)
{
    return have_tap_listener(object_tap);
}

void
htcpcp_tap_queue(packet_info *pinfo, const struct htcpcp_tap *message)
{
    tap_queue_packet(tap, pinfo, message);
}

void
htcpcp_tap_object_queue(packet_info *pinfo, const struct htcpcp_tap_object *object)
{
    tap_queue_packet(object_tap, pinfo, object);
}

void
htcpcp_tap_follow_queue(packet_info *pinfo, tvbuff_t *tvb)
{
    if (have_tap_listener(follow_tap)) {
        tap_queue_packet(follow_tap, pinfo, tvb);
    }
}

static void
tree_init(stats_tree *st)
{
    node_requests = stats_tree_create_pivot(st, "Requests by method", 0);
    node_responses = stats_tree_create_pivot(st, "Responses by code", 0);
    node_languages = stats_tree_create_pivot(st, "Languages", 0);
    node_pots = stats_tree_create_pivot(st, "Pots", 0);
    node_additions = stats_tree_create_pivot(st, "Additions", 0);
}

static void
additions_tick(stats_tree *st, const char *additions)
{
    char **names = g_strsplit(additions, ", ", -1);

    for (char **name = names; *name != NULL; name++) {
        char *lower = g_utf8_strdown(*name, -1);

        stats_tree_tick_pivot(st, node_additions, lower);
        g_free(lower);
    }
    g_strfreev(names);
}

static tap_packet_status
tree_packet(stats_tree *st, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data,
            tap_flags_t flags _U_)
{
    const struct htcpcp_tap *message = data;

    if (message->begins) {
        stats_tree_tick_pivot(st, message->request ? node_requests : node_responses, message->name);
    }
    for (int i = 0; message->languages != NULL && i < HTCPCP_LANGUAGES_MAX; i++) {
        if (message->languages[i] != NULL) {
            stats_tree_tick_pivot(st, node_languages, message->languages[i]);
        }
    }
    if (message->pot != NULL) {
        stats_tree_tick_pivot(st, node_pots, message->pot);
    }
    if (message->additions != NULL) {
        additions_tick(st, message->additions);
    }
    return TAP_PACKET_REDRAW;
}

static void
srt_init(struct register_srt *srt _U_, GArray *tables)
{
    srt_stat_table *table = init_srt_table("HTCPCP Methods", NULL, tables, array_length(methods),
                                           NULL, "htcpcp.response_for.method", NULL);

    for (int i = 0; i < (int)array_length(methods); i++) {
        init_srt_table_row(table, i, methods[i]);
    }
}

static tap_packet_status
srt_packet(void *tables, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
           tap_flags_t flags _U_)
{
    const struct htcpcp_tap *message = data;
    const struct htcpcp_note *note = message->note;
    const struct htcpcp_exchange *exchange = note != NULL ? note->exchange : NULL;
    srt_stat_table *table;

    if (!message->begins || message->request || exchange == NULL || note->interim ||
        note->frame != exchange->response_in || note->additional) {
        return TAP_PACKET_DONT_REDRAW;
    }
    table = g_array_index(((srt_data_t *)tables)->srt_array, srt_stat_table *, 0);
    add_srt_table_data(table, (int)exchange->command, &exchange->request_time, pinfo);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status
object_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
              tap_flags_t flags _U_)
{
    export_object_list_t *list = tapdata;
    const struct htcpcp_tap_object *object = data;
    export_object_entry_t *entry = g_new0(export_object_entry_t, 1);

    entry->pkt_num = pinfo->num;
    entry->hostname = g_strdup(object->host);
    entry->content_type = g_strdup(object->media_type != NULL ? object->media_type : "");
    entry->filename = g_strdup(object->name);
    entry->payload_len = object->len;
    entry->payload_data = g_malloc(object->len);
    memcpy(entry->payload_data, object->octets, object->len);
    list->add_entry(list->gui_data, entry);
    return TAP_PACKET_REDRAW;
}

void
htcpcp_taps_register(int proto)
{
    tap = register_tap("htcpcp");
    object_tap = register_export_object(proto, object_packet, NULL);
    follow_tap = register_tap("htcpcp_follow");
    register_srt_table(proto, NULL, 1, srt_packet, srt_init, NULL);
}

void
htcpcp_taps_handoff(int proto)
{
    register_follow_t *tcp = get_follow_by_name("TCP");

    stats_tree_register_plugin("htcpcp", "htcpcp", "HTCPCP", 0, tree_packet, tree_init, NULL);
    if (tcp != NULL) {
        register_follow_stream(proto, "htcpcp_follow", get_follow_conv_func(tcp),
                               get_follow_index_func(tcp), get_follow_address_func(tcp),
                               get_follow_port_to_display(tcp),
                               follow_tvb_tap_listener WS_FOLLOW_MORE(tcp));
    }
}
