/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * -z tcphs,tree, and the window's menu Statistics: stages, outcomes, anomalies, servers.
 *
 * A tree is fed segment by segment and cannot wait for the end. So each connection counts once,
 * under the outcome that it has so far, and moves when its word changes: what is printed or
 * looked at is what is known then, in one pass as in two.
 */
#include "tap-tcphs-parts.h"

#include <epan/stats_tree_priv.h>
#include <epan/tap.h>

#include "hs_histogram.h"
#include "hs_outcome.h"

enum {
    /* Wireshark finds the end of a list of nodes by walking along it. */
    SERVERS_MAX = 1000
};

#define OTHER_SERVERS "other servers"

/* What a tree remembers of a connection. */
struct counted {
    uint8_t outcome; /* enum hs_outcome that it counts under */
    bool setup;      /* whether its set-up time counts */
};

/* What is kept of a tree, beside its nodes. */
struct tree {
    struct ws_conn_map *map;
    GHashTable *servers; /* name of one that has nodes -> struct hs_histogram of its set-up times
                          * in microseconds, or NULL where there are none */
    int stages;
    int outcomes;
    int anomalies;
    int setup;
    int refused;
};

/* stats_tree -> struct tree */
static GHashTable *trees;

static void
free_tree(void *data)
{
    struct tree *tree = (struct tree *)data;

    ws_conn_map_free(tree->map);
    g_hash_table_destroy(tree->servers);
    g_free(tree);
}

static void
init(stats_tree *st)
{
    struct tree *tree = g_new0(struct tree, 1);

    tree->map = ws_conn_map_new(sizeof(struct counted));
    tree->servers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tree->stages = stats_tree_create_node(st, "Stages", 0, STAT_DT_INT, true);
    tree->outcomes = stats_tree_create_node(st, "Outcomes", 0, STAT_DT_INT, true);
    tree->anomalies = stats_tree_create_node(st, "Anomalies", 0, STAT_DT_INT, true);
    tree->setup = stats_tree_create_node(st, "Set-up time by server (us)", 0, STAT_DT_INT, true);
    tree->refused = stats_tree_create_node(st, "Refused by server", 0, STAT_DT_INT, true);
    /* A connection passes through some of these on its way: there they are in any case. */
    for (int i = 0; i < HS_OUTCOME_COUNT; i++) {
        stats_tree_create_node(st, hs_outcome_name((enum hs_outcome)i), tree->outcomes, STAT_DT_INT,
                               false);
    }
    g_hash_table_replace(trees, st, tree);
}

static void
cleanup(stats_tree *st)
{
    g_hash_table_remove(trees, st);
}

/* Writes what the node of the connection's server is called. */
static void
name_server(struct tree *tree, const struct hs_conn *conn, char name[TAP_ENDPOINT_BYTES])
{
    struct ws_flow flow;

    ws_conn_flow(conn, hs_side_peer((enum hs_side)conn->client), &flow);
    tap_format_endpoint(&flow, name);
    if (g_hash_table_contains(tree->servers, name)) {
        return;
    }
    if (g_hash_table_size(tree->servers) < SERVERS_MAX) {
        g_hash_table_insert(tree->servers, g_strdup(name), NULL);
    } else {
        (void)g_strlcpy(name, OTHER_SERVERS, TAP_ENDPOINT_BYTES);
    }
}

static void
add_to_node(stats_tree *st, int parent_id, const char *parent, const char *name, int by)
{
    increase_stat_node(st, parent, 0, true, by);
    increase_stat_node(st, name, parent_id, false, by);
}

static void
count_outcome(stats_tree *st, struct tree *tree, const struct hs_conn *conn,
              enum hs_outcome outcome, int by)
{
    add_to_node(st, tree->outcomes, "Outcomes", hs_outcome_name(outcome), by);
    if (outcome == HS_OUTCOME_REFUSED) {
        char name[TAP_ENDPOINT_BYTES];

        name_server(tree, conn, name);
        add_to_node(st, tree->refused, "Refused by server", name, by);
    }
}

static struct hs_histogram *
get_setup_times(struct tree *tree, const char *server)
{
    struct hs_histogram *times = (struct hs_histogram *)g_hash_table_lookup(tree->servers, server);

    if (times == NULL) {
        times = g_new0(struct hs_histogram, 1);
        g_hash_table_insert(tree->servers, g_strdup(server), times);
    }
    return times;
}

/* No function of a tree takes back what it has added up, as a percentile has to that replaces the
 * one before. */
static void
show_percentile(stats_tree *st, int server, const char *name, struct hs_percentile percentile)
{
    const stat_node *parent = (const stat_node *)g_ptr_array_index(st->parents, server);
    const int us = (int)percentile.value;
    stat_node *node;

    (void)set_stat_node(st, name, server, false, (int)percentile.rank);
    node = (stat_node *)g_hash_table_lookup(parent->hash, name);
    node->st_flags |= ST_FLG_AVERAGE;
    node->total.int_total = (int64_t)us * node->counter;
    node->minvalue.int_min = us;
    node->maxvalue.int_max = us;
}

static void
count_setup(stats_tree *st, struct tree *tree, const struct hs_conn *conn, int64_t ns)
{
    const int us = (int)MIN(ns / 1000, INT_MAX);
    char name[TAP_ENDPOINT_BYTES];
    struct hs_histogram *times;
    int server;

    name_server(tree, conn, name);
    times = get_setup_times(tree, name);
    hs_histogram_add(times, (uint32_t)us);
    avg_stat_node_add_value_int(st, "Set-up time by server (us)", 0, true, us);
    server = avg_stat_node_add_value_int(st, name, tree->setup, true, us);
    show_percentile(st, server, "p50", hs_histogram_percentile(times, 50));
    show_percentile(st, server, "p90", hs_histogram_percentile(times, 90));
    show_percentile(st, server, "p99", hs_histogram_percentile(times, 99));
}

static void
count_connection(stats_tree *st, struct tree *tree, const struct hs_conn *conn)
{
    const enum hs_outcome outcome = hs_conn_outcome(conn);
    const int64_t setup_ns = hs_duration_ns(conn->setup);
    bool added;
    struct counted *counted = (struct counted *)ws_conn_map_get(tree->map, conn, &added);

    if (added || counted->outcome != outcome) {
        if (!added) {
            count_outcome(st, tree, conn, (enum hs_outcome)counted->outcome, -1);
        }
        count_outcome(st, tree, conn, outcome, 1);
        counted->outcome = (uint8_t)outcome;
    }
    if (!counted->setup && setup_ns != HS_TIME_UNKNOWN) {
        count_setup(st, tree, conn, setup_ns);
        counted->setup = true;
    }
}

static tap_packet_status
learn(stats_tree *st, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped,
      tap_flags_t flags _U_)
{
    const struct tcphs_record *record = (const struct tcphs_record *)tapped;
    const struct hs_note *note = record->note;
    struct tree *tree = (struct tree *)g_hash_table_lookup(trees, st);

    if (tree == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    count_connection(st, tree, record->conn);
    if (note != NULL) {
        add_to_node(st, tree->stages, "Stages", hs_stage_name((enum hs_stage)note->stage), 1);
        for (unsigned i = 0; i < note->finding_count; i++) {
            add_to_node(st, tree->anomalies, "Anomalies",
                        hs_anomaly_slug((enum hs_anomaly)hs_note_finding(note, i)->anomaly), 1);
        }
    }
    return TAP_PACKET_REDRAW;
}

void
tap_tree_register(void)
{
    trees = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_tree);
    stats_tree_register_plugin("tcphs", "tcphs", "TCP Handshake", TL_REQUIRES_NOTHING, learn, init,
                               cleanup);
}
