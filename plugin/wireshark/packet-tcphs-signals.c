/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Floods and scans: the counts of a capture, and the preferences that say what is too much.
 */
#include "packet-tcphs-parts.h"

#include <epan/prefs.h>

#include "hs_flood.h"
#include "hs_scan.h"

static unsigned flood_window_s = 10;
static unsigned flood_threshold = 100;
static unsigned scan_window_s = 60;
static unsigned scan_threshold = 50;

/* They live in file scope: NULL until a capture needs them. */
static struct hs_burst_table *floods;
static struct hs_burst_table *scans;

static void
forget_tables(void)
{
    floods = NULL;
    scans = NULL;
}

void
tcphs_signals_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, NULL);

    prefs_register_uint_preference(
        module, "flood_window", "SYN flood: window in seconds",
        "Handshakes with one port of a server are counted over so many seconds", 10,
        &flood_window_s);
    prefs_register_uint_preference(
        module, "flood_threshold", "SYN flood: handshakes left open",
        "So many within the window, and more than half of those completed, are a flood (0: never)",
        10, &flood_threshold);
    prefs_register_uint_preference(module, "scan_window", "Scans: window in seconds",
                                   "What an address tries in vain is counted over so many seconds",
                                   10, &scan_window_s);
    prefs_register_uint_preference(
        module, "scan_threshold", "Scans: ports tried in vain",
        "So many within the window, and more than half of those opened, are a scan (0: never). "
        "Backscatter and reflection count likewise",
        10, &scan_threshold);
    register_init_routine(forget_tables);
}

static struct hs_burst_limits
make_limits(unsigned seconds, unsigned threshold)
{
    return (struct hs_burst_limits){CLAMP(seconds, 1, UINT16_MAX), threshold};
}

void
tcphs_signals_learn(const struct ws_segment *segment, struct hs_conn *conn,
                    const struct hs_frame *frame, const struct hs_note *note,
                    struct hs_findings *findings)
{
    const struct hs_burst_limits flood_limits = make_limits(flood_window_s, flood_threshold);
    const struct hs_burst_limits scan_limits = make_limits(scan_window_s, scan_threshold);
    const struct hs_route route = {segment->flow.src, segment->flow.dst,
                                   segment->flow.address_bytes};
    struct hs_detection detection = {.route = &route,
                                     .conn = conn,
                                     .segment = &segment->tcp,
                                     .frame = frame,
                                     .note = note,
                                     .findings = findings};

    if (floods == NULL) {
        floods = wmem_new0(wmem_file_scope(), struct hs_burst_table);
        scans = wmem_new0(wmem_file_scope(), struct hs_burst_table);
    }
    detection.table = floods;
    detection.limits = &flood_limits;
    hs_flood_learn(&detection);
    detection.table = scans;
    detection.limits = &scan_limits;
    hs_scan_learn(&detection);
}
