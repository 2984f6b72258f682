/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * -z tcphs,conns: a row for each connection. What segments add up to is counted here, of those that
 * the filter lets through; what the connection says of itself is read when the rows are printed.
 */
#include "tap-tcphs-parts.h"

#include <stdio.h>
#include <string.h>

#include "hs_outcome.h"

/* What the tap counts of a connection, by side. */
struct count {
    int64_t first_ns;
    int64_t last_ns;
    uint64_t bytes[2]; /* payload on the wire, retransmissions included */
    uint32_t segments[2];
    uint32_t first_frame;
    uint32_t last_frame;
    uint8_t first_side; /* enum hs_side: who sent the first one */
    uint8_t anomaly_count;
    uint8_t anomalies[HS_ANOMALY_COUNT]; /* enum hs_anomaly, in the order of their appearance */
};

/* The text that the values of a row point to. */
struct row_text {
    char client[TAP_ENDPOINT_BYTES];
    char server[TAP_ENDPOINT_BYTES];
    const char *slugs[HS_ANOMALY_COUNT];
};

static const struct hs_column columns[] = {
    {"stream", true},       {"start", false},          {"client", false},
    {"client_port", true},  {"server", false},         {"server_port", true},
    {"outcome", false},     {"outcome_by", false},     {"error_frame", true},
    {"icmp_error", false},  {"syn_count", true},       {"synack_count", true},
    {"rtt_server", true},   {"rtt_client", true},      {"setup_time", true},
    {"duration", true},     {"segments_client", true}, {"segments_server", true},
    {"bytes_client", true}, {"bytes_server", true},    {"mss_client", true},
    {"mss_server", true},   {"wscale_client", true},   {"wscale_server", true},
    {"sack", false},        {"timestamps", false},     {"ecn", false},
    {"fastopen", false},    {"multipath", false},      {"closed_by", false},
    {"conn_state", false},  {"history", false},        {"anomalies", false},
    {"first_frame", true},  {"last_frame", true},
};

/* The text form is for eyes: what fits on a line. Numbers of both sides are client/server. */
static const struct hs_column text_columns[] = {
    {"stream", true},   {"start", false}, {"client", false},     {"server", false},
    {"outcome", false}, {"by", false},    {"set-up time", true}, {"duration", true},
    {"segments", true}, {"bytes", true},  {"state", false},      {"anomalies", false},
};

enum {
    COLUMN_COUNT = G_N_ELEMENTS(columns),
    TEXT_COLUMN_COUNT = G_N_ELEMENTS(text_columns)
};

/* ---- counting ---- */

static void
count_anomaly(struct count *count, uint8_t anomaly)
{
    if (memchr(count->anomalies, anomaly, count->anomaly_count) == NULL) {
        count->anomalies[count->anomaly_count++] = anomaly;
    }
}

static void
learn(struct tap_listener *listener, const packet_info *pinfo, const struct tcphs_record *record)
{
    const struct hs_note *note = record->note;
    struct count *count;
    bool added;

    if (note == NULL) {
        return;
    }
    count = (struct count *)ws_conn_map_get(listener->map, record->conn, &added);
    if (added) {
        count->first_ns = record->time_ns;
        count->first_frame = pinfo->num;
        count->first_side = note->side;
    }
    count->last_ns = record->time_ns;
    count->last_frame = pinfo->num;
    count->segments[note->side]++;
    count->bytes[note->side] += note->payload_bytes;
    for (unsigned i = 0; i < note->finding_count; i++) {
        count_anomaly(count, hs_note_finding(note, i)->anomaly);
    }
}

/* ---- values ---- */

/* The frame of the RST or the ICMP error that ended it. */
static uint32_t
error_frame(const struct hs_conn *conn)
{
    switch (hs_conn_outcome(conn)) {
    case HS_OUTCOME_REFUSED:
    case HS_OUTCOME_ABORTED:
    case HS_OUTCOME_RESET:
        return conn->rst_frame;
    case HS_OUTCOME_UNREACHABLE:
        return conn->icmp.frame;
    default:
        return 0;
    }
}

/* What the ICMP error that ended it says, or NULL. */
static const char *
icmp_error(const struct hs_conn *conn)
{
    return hs_conn_outcome(conn) == HS_OUTCOME_UNREACHABLE ? hs_icmp_describe(&conn->icmp) : NULL;
}

/* Not known where the clock of the capture stepped back. */
static int64_t
lasted_ns(const struct count *count)
{
    return count->first_ns == HS_TIME_UNKNOWN || count->last_ns == HS_TIME_UNKNOWN ||
                   count->last_ns < count->first_ns
               ? HS_TIME_UNKNOWN
               : count->last_ns - count->first_ns;
}

static struct hs_value
stream_value(const struct hs_conn *conn)
{
    const uint32_t stream = ws_conn_stream(conn);

    return stream == WS_STREAM_UNKNOWN ? hs_value_unknown() : hs_value_number(stream);
}

static struct hs_value
anomalies_value(const struct count *count, struct row_text *text)
{
    for (unsigned i = 0; i < count->anomaly_count; i++) {
        text->slugs[i] = hs_anomaly_slug((enum hs_anomaly)count->anomalies[i]);
    }
    return hs_value_words(text->slugs, count->anomaly_count);
}

static struct hs_value *
add_handshake(struct hs_value *value, const struct hs_conn *conn)
{
    *value++ = hs_value_text(hs_outcome_name(hs_conn_outcome(conn)));
    *value++ = hs_value_text(hs_sender_name(hs_conn_outcome_by(conn)));
    *value++ = hs_value_positive(error_frame(conn));
    *value++ = hs_value_text(icmp_error(conn));
    *value++ = hs_value_positive(conn->syn_count);
    *value++ = hs_value_positive(conn->synack_count);
    *value++ = hs_value_duration(hs_duration_ns(conn->rtt_server));
    *value++ = hs_value_duration(hs_duration_ns(conn->rtt_client));
    *value++ = hs_value_duration(hs_duration_ns(conn->setup));
    return value;
}

static struct hs_value *
add_traffic(struct hs_value *value, const struct count *count, enum hs_side client)
{
    const enum hs_side server = hs_side_peer(client);

    *value++ = hs_value_duration(lasted_ns(count));
    *value++ = hs_value_number(count->segments[client]);
    *value++ = hs_value_number(count->segments[server]);
    *value++ = hs_value_number(count->bytes[client]);
    *value++ = hs_value_number(count->bytes[server]);
    return value;
}

static struct hs_value *
add_agreement(struct hs_value *value, const struct hs_conn *conn)
{
    const struct hs_options *client, *server;
    bool scaled;

    if (!hs_conn_knows_options(conn)) {
        for (int i = 0; i < 9; i++) {
            *value++ = hs_value_unknown();
        }
        return value;
    }
    client = &hs_conn_client(conn)->syn_options;
    server = &hs_conn_server(conn)->syn_options;
    scaled = hs_options_agree(client, server, TCP_HAS_WSCALE);
    *value++ = client->present & TCP_HAS_MSS ? hs_value_number(client->mss) : hs_value_unknown();
    *value++ = server->present & TCP_HAS_MSS ? hs_value_number(server->mss) : hs_value_unknown();
    *value++ = scaled ? hs_value_number(hs_options_window_shift(client)) : hs_value_unknown();
    *value++ = scaled ? hs_value_number(hs_options_window_shift(server)) : hs_value_unknown();
    *value++ = hs_value_truth(hs_options_agree(client, server, TCP_HAS_SACK_PERMITTED));
    *value++ = hs_value_truth(hs_options_agree(client, server, TCP_HAS_TIMESTAMPS));
    *value++ = hs_value_truth(hs_options_agree_ecn(client, server));
    *value++ = hs_value_text(hs_fastopen_name(hs_conn_fastopen(conn)));
    *value++ = hs_value_truth(hs_options_agree_multipath(client, server));
    return value;
}

/* In the order of columns. */
static void
make_values(const struct hs_conn *conn, const struct count *count, struct row_text *text,
            struct hs_value values[COLUMN_COUNT])
{
    const enum hs_side client = tap_client_side(conn, (enum hs_side)count->first_side);
    struct ws_flow request, response;
    struct hs_value *value = values;

    ws_conn_flow(conn, client, &request);
    ws_conn_flow(conn, hs_side_peer(client), &response);
    tap_format_source(&request, text->client);
    tap_format_source(&response, text->server);
    *value++ = stream_value(conn);
    *value++ = hs_value_time(count->first_ns);
    *value++ = hs_value_text(text->client);
    *value++ = hs_value_number(request.src_port);
    *value++ = hs_value_text(text->server);
    *value++ = hs_value_number(response.src_port);
    value = add_handshake(value, conn);
    value = add_traffic(value, count, client);
    value = add_agreement(value, conn);
    *value++ = hs_value_text(hs_sender_name(hs_conn_closed_by(conn)));
    *value++ = hs_value_text(hs_zeek_conn_state(&conn->zeek));
    *value++ = hs_value_text(hs_zeek_history(&conn->zeek));
    *value++ = anomalies_value(count, text);
    *value++ = hs_value_number(count->first_frame);
    *value++ = hs_value_number(count->last_frame);
}

/* In the order of text_columns. */
static void
make_text_values(const struct hs_conn *conn, const struct count *count, struct row_text *text,
                 struct hs_value values[TEXT_COLUMN_COUNT])
{
    const enum hs_side client = tap_client_side(conn, (enum hs_side)count->first_side);
    const enum hs_side server = hs_side_peer(client);
    struct ws_flow request, response;
    struct hs_value *value = values;

    ws_conn_flow(conn, client, &request);
    ws_conn_flow(conn, server, &response);
    tap_format_endpoint(&request, text->client);
    tap_format_endpoint(&response, text->server);
    *value++ = stream_value(conn);
    *value++ = hs_value_time(count->first_ns);
    *value++ = hs_value_text(text->client);
    *value++ = hs_value_text(text->server);
    *value++ = hs_value_text(hs_outcome_name(hs_conn_outcome(conn)));
    *value++ = hs_value_text(hs_sender_name(hs_conn_outcome_by(conn)));
    *value++ = tap_brief_duration(hs_duration_ns(conn->setup));
    *value++ = tap_brief_duration(lasted_ns(count));
    *value++ = hs_value_pair(count->segments[client], count->segments[server]);
    *value++ = hs_value_pair(count->bytes[client], count->bytes[server]);
    *value++ = hs_value_text(hs_zeek_conn_state(&conn->zeek));
    *value++ = anomalies_value(count, text);
}

/* ---- printing ---- */

static void
draw_text(const struct tap_listener *listener)
{
    const unsigned count = ws_conn_map_count(listener->map);
    unsigned widths[TEXT_COLUMN_COUNT] = {0};
    struct hs_value values[TEXT_COLUMN_COUNT];
    struct row_text text;
    const struct hs_conn *conn;

    hs_report_measure_names(text_columns, TEXT_COLUMN_COUNT, widths);
    for (unsigned i = 0; i < count; i++) {
        const void *counted = ws_conn_map_at(listener->map, i, &conn);

        make_text_values(conn, (const struct count *)counted, &text, values);
        hs_report_measure_row(values, TEXT_COLUMN_COUNT, widths);
    }
    hs_report_print_names(stdout, HS_REPORT_TEXT, text_columns, TEXT_COLUMN_COUNT, widths);
    for (unsigned i = 0; i < count; i++) {
        const void *counted = ws_conn_map_at(listener->map, i, &conn);

        make_text_values(conn, (const struct count *)counted, &text, values);
        hs_report_print_row(stdout, HS_REPORT_TEXT, text_columns, values, TEXT_COLUMN_COUNT,
                            widths);
    }
}

static void
draw(const struct tap_listener *listener)
{
    struct hs_value values[COLUMN_COUNT];
    struct row_text text;
    const struct hs_conn *conn;

    if (listener->format == HS_REPORT_TEXT) {
        draw_text(listener);
        return;
    }
    hs_report_print_names(stdout, listener->format, columns, COLUMN_COUNT, NULL);
    for (unsigned i = 0; i < ws_conn_map_count(listener->map); i++) {
        const void *counted = ws_conn_map_at(listener->map, i, &conn);

        make_values(conn, (const struct count *)counted, &text, values);
        hs_report_print_row(stdout, listener->format, columns, values, COLUMN_COUNT, NULL);
    }
}

const struct tap_report tap_conns_report = {
    .name = "tcphs,conns",
    .entry_bytes = sizeof(struct count),
    .learn = learn,
    .draw = draw,
};
