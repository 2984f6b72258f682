/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the parts of the tap have in common: tap-tcphs.c starts the reports, tap-tcphs-NAME.c is
 * the report "-z tcphs,NAME".
 */
#ifndef TAP_TCPHS_PARTS_H
#define TAP_TCPHS_PARTS_H

#include "ws_compat.h"

#include <epan/packet.h>

#include "hs_report.h"
#include "hs_side.h"
#include "tap-tcphs-record.h"
#include "ws_conn.h"
#include "ws_conn_map.h"

enum {
    TAP_ADDRESS_BYTES = 64,                    /* of an address as text */
    TAP_ENDPOINT_BYTES = TAP_ADDRESS_BYTES + 8 /* with brackets and port */
};

/* A report that was asked for. */
struct tap_listener {
    const struct tap_report *report;
    enum hs_report_format format;
    struct ws_conn_map *map;
};

/* A report that can be asked for with "-z NAME[,text|csv|json][,FILTER]". */
struct tap_report {
    const char *name;
    size_t entry_bytes;                                 /* of what it remembers of a connection */
    void (*begin)(const struct tap_listener *listener); /* or NULL */
    void (*learn)(struct tap_listener *listener, const packet_info *pinfo,
                  const struct tcphs_record *record);
    void (*draw)(const struct tap_listener *listener); /* or NULL */
};

extern const struct tap_report tap_conns_report;
extern const struct tap_report tap_events_report;
extern const struct tap_report tap_servers_report;

/* Registers "-z tcphs,tree" and the entry in the window's menu Statistics. */
void tap_tree_register(void);

/* Registers the flow graph of the protocol proto: "-z flow,tcphs", and a type in the window's. */
void tap_flow_register(int proto);

/* The side that counts as the client's: who sent the segment that came first, where the client is
 * not known. */
enum hs_side tap_client_side(const struct hs_conn *conn, enum hs_side first);

/* Writes the source of a flow, as numbers: "2001:db8::1". */
void tap_format_source(const struct ws_flow *flow, char text[TAP_ADDRESS_BYTES]);

/* Writes source and port: "10.0.0.1:80", "[2001:db8::1]:80". */
void tap_format_endpoint(const struct ws_flow *flow, char text[TAP_ENDPOINT_BYTES]);

/* A length of time for text: rounded down to the microsecond. */
struct hs_value tap_brief_duration(int64_t ns);

#endif
