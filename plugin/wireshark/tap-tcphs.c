/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Queues what the tap has to say of a frame, and starts the reports that are asked for.
 */
#include "tap-tcphs.h"

#include <epan/proto_data.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap-tcphs-parts.h"

/* Key of what a frame has while it is dissected. */
enum {
    FRAME_SEGMENTS
};

static int proto_tcphs = -1;
static int tcphs_tap = -1;

bool
tap_tcphs_is_wanted(void)
{
    return have_tap_listener(tcphs_tap);
}

void
tap_tcphs_keep(packet_info *pinfo, const struct tcp_segment *segment)
{
    wmem_array_t *segments;

    if (!tap_tcphs_is_wanted()) {
        return;
    }
    segments = (wmem_array_t *)p_get_proto_data(pinfo->pool, pinfo, proto_tcphs, FRAME_SEGMENTS);
    if (segments == NULL) {
        segments = wmem_array_sized_new(pinfo->pool, sizeof *segment, 1);
        p_add_proto_data(pinfo->pool, pinfo, proto_tcphs, FRAME_SEGMENTS, segments);
    }
    wmem_array_append(segments, segment, 1);
}

static void
queue_record(packet_info *pinfo, const struct tcphs_record *record)
{
    tap_queue_packet(tcphs_tap, pinfo, wmem_memdup(pinfo->pool, record, sizeof *record));
}

static void
queue_segments(packet_info *pinfo, int64_t time_ns)
{
    const struct hs_note *note = ws_notes_get(pinfo);
    wmem_array_t *segments =
        (wmem_array_t *)p_get_proto_data(pinfo->pool, pinfo, proto_tcphs, FRAME_SEGMENTS);
    const unsigned count = segments == NULL ? 0 : wmem_array_get_count(segments);

    for (unsigned i = 0; note != NULL && i < count; i++) {
        queue_record(
            pinfo, &(struct tcphs_record){hs_note_conn(note), note,
                                          (const struct tcp_segment *)wmem_array_index(segments, i),
                                          time_ns});
        note = note->last ? NULL : note + 1;
    }
}

void
tap_tcphs_queue(packet_info *pinfo, int64_t time_ns)
{
    const struct hs_conn *given_up;

    queue_segments(pinfo, time_ns);
    given_up = ws_conn_get_error(pinfo);
    if (given_up != NULL) {
        queue_record(pinfo, &(struct tcphs_record){given_up, NULL, NULL, time_ns});
    }
}

/* ---- the listener ---- */

static void
reset_listener(void *data)
{
    ws_conn_map_clear(((struct tap_listener *)data)->map);
}

static tap_packet_status
receive_record(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *record,
               tap_flags_t flags _U_)
{
    struct tap_listener *listener = (struct tap_listener *)data;

    listener->report->learn(listener, pinfo, (const struct tcphs_record *)record);
    return TAP_PACKET_REDRAW;
}

static void
draw_listener(void *data)
{
    const struct tap_listener *listener = (const struct tap_listener *)data;

    if (listener->report->draw != NULL) {
        listener->report->draw(listener);
    }
}

static void
finish_listener(void *data)
{
    struct tap_listener *listener = (struct tap_listener *)data;

    ws_conn_map_free(listener->map);
    g_free(listener);
}

/* A report that nobody can get is worth an exit status; the call that starts it can give none
 * before 4.6. */
static WS_NORETURN void
refuse(const struct tap_report *report, const char *reason)
{
    fprintf(stderr, "tshark: -z %s: %s\n", report->name, reason);
    exit(EXIT_FAILURE);
}

static ws_stat_started_t
start_report(const char *argument, void *data)
{
    const struct tap_report *report = (const struct tap_report *)data;
    struct tap_listener *listener = g_new0(struct tap_listener, 1);
    const char *filter;
    GString *error;

    listener->report = report;
    if (!hs_report_parse_argument(argument + strlen(report->name), &listener->format, &filter)) {
        refuse(report, "expected [,text|csv|json][,FILTER] behind it");
    }
    listener->map = ws_conn_map_new(report->entry_bytes);
    error = register_tap_listener("tcphs", listener, filter, TL_REQUIRES_NOTHING, reset_listener,
                                  receive_record, draw_listener, finish_listener);
    if (error != NULL) {
        refuse(report, error->str);
    }
    if (report->begin != NULL) {
        report->begin(listener);
    }
    return WS_STAT_STARTED; /* NOLINT(readability-redundant-control-flow): a value since 4.6 */
}

/* Not as a plugin for taps: sharkd does not ask those to register. */
int
tap_tcphs_register(int proto)
{
    static const struct tap_report *const reports[] = {&tap_conns_report, &tap_events_report,
                                                       &tap_servers_report};

    proto_tcphs = proto;
    tcphs_tap = register_tap("tcphs");
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
        stat_tap_ui ui = {.group = REGISTER_STAT_GROUP_GENERIC,
                          .cli_string = reports[i]->name,
                          .tap_init_cb = start_report};

        register_stat_tap_ui(&ui, (void *)reports[i]);
    }
    tap_tree_register();
    tap_flow_register(proto);
    return tcphs_tap;
}
