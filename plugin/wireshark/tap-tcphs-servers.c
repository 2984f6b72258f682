/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * -z tcphs,servers: a row for each server, an address and a port: how long it takes to set up a
 * connection to it, and how many attempts fail. Connections whose client is not known do not count.
 */
#include "tap-tcphs-parts.h"

#include <stdio.h>

#include "hs_outcome.h"
#include "hs_summary.h"

struct server {
    char address[TAP_ADDRESS_BYTES];
    char endpoint[TAP_ENDPOINT_BYTES];
    uint16_t port;
    unsigned connections;
    unsigned outcomes[HS_OUTCOME_COUNT];
    GArray *setup_ns; /* int64_t */
    struct hs_summary setup;
};

static const struct hs_column columns[] = {
    {"server", false},     {"server_port", true}, {"connections", true}, {"refused", true},
    {"unanswered", true},  {"unreachable", true}, {"aborted", true},     {"half_open", true},
    {"setup_count", true}, {"setup_min", true},   {"setup_mean", true},  {"setup_p50", true},
    {"setup_p90", true},   {"setup_p99", true},   {"setup_max", true},
};

static const struct hs_column text_columns[] = {
    {"server", false},     {"conns", true},   {"refused", true},   {"unanswered", true},
    {"unreachable", true}, {"aborted", true}, {"half-open", true}, {"set up", true},
    {"min", true},         {"mean", true},    {"p50", true},       {"p90", true},
    {"p99", true},         {"max", true},
};

enum {
    COLUMN_COUNT = G_N_ELEMENTS(columns),
    TEXT_COLUMN_COUNT = G_N_ELEMENTS(text_columns)
};

static void
learn(struct tap_listener *listener, const packet_info *pinfo _U_,
      const struct tcphs_record *record)
{
    if (record->note != NULL) {
        ws_conn_map_get(listener->map, record->conn, NULL);
    }
}

/* ---- the servers ---- */

static void
free_server(void *data)
{
    struct server *server = (struct server *)data;

    g_array_free(server->setup_ns, TRUE);
    g_free(server);
}

static struct server *
get_server(GHashTable *by_endpoint, GPtrArray *servers, const struct ws_flow *flow)
{
    char endpoint[TAP_ENDPOINT_BYTES];
    struct server *server;

    tap_format_endpoint(flow, endpoint);
    server = (struct server *)g_hash_table_lookup(by_endpoint, endpoint);
    if (server == NULL) {
        server = g_new0(struct server, 1);
        (void)g_strlcpy(server->endpoint, endpoint, sizeof server->endpoint);
        tap_format_source(flow, server->address);
        server->port = flow->src_port;
        server->setup_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
        g_hash_table_insert(by_endpoint, server->endpoint, server);
        g_ptr_array_add(servers, server);
    }
    return server;
}

static void
add_connection(struct server *server, const struct hs_conn *conn)
{
    const int64_t setup_ns = hs_duration_ns(conn->setup);

    server->connections++;
    server->outcomes[hs_conn_outcome(conn)]++;
    if (setup_ns != HS_TIME_UNKNOWN) {
        g_array_append_val(server->setup_ns, setup_ns);
    }
}

/* The slowest first, by the median; then those to which no connection was set up, the one that
 * refused most first. HS_TIME_UNKNOWN is below every length of time. */
static gint
compare_servers(gconstpointer a, gconstpointer b)
{
    const struct server *one = *(const struct server *const *)a;
    const struct server *other = *(const struct server *const *)b;

    if (one->setup.p50 != other->setup.p50) {
        return one->setup.p50 > other->setup.p50 ? -1 : 1;
    }
    if (one->outcomes[HS_OUTCOME_REFUSED] != other->outcomes[HS_OUTCOME_REFUSED]) {
        return one->outcomes[HS_OUTCOME_REFUSED] > other->outcomes[HS_OUTCOME_REFUSED] ? -1 : 1;
    }
    return strcmp(one->endpoint, other->endpoint);
}

static GPtrArray *
collect_servers(const struct ws_conn_map *map)
{
    GHashTable *by_endpoint = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *servers = g_ptr_array_new_with_free_func(free_server);

    for (unsigned i = 0; i < ws_conn_map_count(map); i++) {
        const struct hs_conn *conn;

        (void)ws_conn_map_at(map, i, &conn);
        if (conn->client != HS_SIDE_UNKNOWN) {
            struct ws_flow flow;

            ws_conn_flow(conn, hs_side_peer((enum hs_side)conn->client), &flow);
            add_connection(get_server(by_endpoint, servers, &flow), conn);
        }
    }
    g_hash_table_destroy(by_endpoint);
    for (unsigned i = 0; i < servers->len; i++) {
        struct server *server = (struct server *)g_ptr_array_index(servers, i);

        server->setup =
            hs_summary_make((int64_t *)(void *)server->setup_ns->data, server->setup_ns->len);
    }
    g_ptr_array_sort(servers, compare_servers);
    return servers;
}

/* ---- values ---- */

static struct hs_value *
add_counts(struct hs_value *value, const struct server *server)
{
    static const enum hs_outcome failures[] = {HS_OUTCOME_REFUSED, HS_OUTCOME_UNANSWERED,
                                               HS_OUTCOME_UNREACHABLE, HS_OUTCOME_ABORTED,
                                               HS_OUTCOME_HALF_OPEN};

    *value++ = hs_value_number(server->connections);
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        *value++ = hs_value_number(server->outcomes[failures[i]]);
    }
    *value++ = hs_value_number(server->setup.count);
    return value;
}

static void
add_times(struct hs_value *value, const struct hs_summary *setup,
          struct hs_value (*make)(int64_t ns))
{
    *value++ = make(setup->minimum);
    *value++ = make(setup->mean);
    *value++ = make(setup->p50);
    *value++ = make(setup->p90);
    *value++ = make(setup->p99);
    *value++ = make(setup->maximum);
}

static void
make_values(const struct server *server, struct hs_value values[COLUMN_COUNT])
{
    values[0] = hs_value_text(server->address);
    values[1] = hs_value_number(server->port);
    add_times(add_counts(values + 2, server), &server->setup, hs_value_duration);
}

static void
make_text_values(const struct server *server, struct hs_value values[TEXT_COLUMN_COUNT])
{
    values[0] = hs_value_text(server->endpoint);
    add_times(add_counts(values + 1, server), &server->setup, tap_brief_duration);
}

/* ---- printing ---- */

static void
print_text(GPtrArray *servers)
{
    unsigned widths[TEXT_COLUMN_COUNT] = {0};
    struct hs_value values[TEXT_COLUMN_COUNT];

    hs_report_measure_names(text_columns, TEXT_COLUMN_COUNT, widths);
    for (unsigned i = 0; i < servers->len; i++) {
        make_text_values((const struct server *)g_ptr_array_index(servers, i), values);
        hs_report_measure_row(values, TEXT_COLUMN_COUNT, widths);
    }
    hs_report_print_names(stdout, HS_REPORT_TEXT, text_columns, TEXT_COLUMN_COUNT, widths);
    for (unsigned i = 0; i < servers->len; i++) {
        make_text_values((const struct server *)g_ptr_array_index(servers, i), values);
        hs_report_print_row(stdout, HS_REPORT_TEXT, text_columns, values, TEXT_COLUMN_COUNT,
                            widths);
    }
}

static void
draw(const struct tap_listener *listener)
{
    GPtrArray *servers = collect_servers(listener->map);
    struct hs_value values[COLUMN_COUNT];

    if (listener->format == HS_REPORT_TEXT) {
        print_text(servers);
    } else {
        hs_report_print_names(stdout, listener->format, columns, COLUMN_COUNT, NULL);
        for (unsigned i = 0; i < servers->len; i++) {
            make_values((const struct server *)g_ptr_array_index(servers, i), values);
            hs_report_print_row(stdout, listener->format, columns, values, COLUMN_COUNT, NULL);
        }
    }
    g_ptr_array_free(servers, TRUE);
}

const struct tap_report tap_servers_report = {
    .name = "tcphs,servers",
    .entry_bytes = 0,
    .learn = learn,
    .draw = draw,
};
