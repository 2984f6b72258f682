/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_scan.h"

/* A segment, and what it is counted by. */
struct context {
    struct hs_burst_table *table;
    const struct hs_burst_limits *limits;
    const struct hs_route *route;
    struct hs_conn *conn;
    const struct tcp_segment *segment;
    const struct hs_frame *frame;
    const struct hs_note *note;
    struct hs_findings *findings;
};

/* Whom an anomaly is counted for. */
static struct hs_key
key_of(const struct context *s, enum hs_anomaly kind, bool source)
{
    return hs_key_make(source ? s->route->src : s->route->dst, s->route->address_bytes, 0,
                       (uint8_t)kind);
}

/* The sender or the receiver of the segment as one who takes part, with its port or without. */
static uint64_t
hash_party(const struct context *s, bool source, bool with_port)
{
    const uint16_t port = source ? s->segment->src_port : s->segment->dst_port;
    const struct hs_key party = hs_key_make(source ? s->route->src : s->route->dst,
                                            s->route->address_bytes, with_port ? port : 0, 0);

    return hs_key_hash(&party);
}

static void
find(const struct context *s, enum hs_anomaly kind, const struct hs_burst_report *report)
{
    const struct hs_finding finding = {
        .anomaly = (uint8_t)kind,
        .actual = report->in_vain,
        .expected = s->limits->threshold,
        .parties = report->parties,
        .rest = report->good,
        .seconds = (uint16_t)s->limits->seconds,
    };

    hs_findings_append(s->findings, &finding);
}

/* The number of distinct ones is an estimate: what is a little less may be enough. */
static uint32_t
enough_parties(const struct context *s)
{
    return s->limits->threshold - s->limits->threshold / 4;
}

static void
judge(const struct context *s, enum hs_anomaly kind, struct hs_burst *burst)
{
    struct hs_burst_report report;

    if (burst != NULL &&
        hs_burst_judge(burst, s->limits, s->frame->time_ns, enough_parties(s), &report)) {
        find(s, kind, &report);
    }
}

/* Counts an attempt for the sender of the segment (or for its receiver), in which the other one takes
 * part. */
static struct hs_burst *
open_attempt(const struct context *s, enum hs_anomaly kind, bool for_source, bool with_port)
{
    const struct hs_key key = key_of(s, kind, for_source);
    struct hs_burst *burst = hs_burst_table_get(s->table, &key);

    hs_burst_open(burst, s->limits, s->frame->time_ns, hash_party(s, !for_source, with_port));
    return burst;
}

/* Counts an attempt that is in vain at once. */
static struct hs_burst *
fail_attempt(const struct context *s, enum hs_anomaly kind, bool for_source, bool with_port)
{
    struct hs_burst *burst = open_attempt(s, kind, for_source, with_port);

    hs_burst_settle(burst, s->limits, s->frame->time_ns, false, false);
    return burst;
}

static void
count_probe(const struct context *s, enum hs_anomaly kind, bool for_source, bool with_port)
{
    judge(s, kind, fail_attempt(s, kind, for_source, with_port));
}

static void
settle(const struct context *s, enum hs_anomaly kind, bool for_source, bool good, bool turned)
{
    const struct hs_key key = key_of(s, kind, for_source);
    struct hs_burst *burst = hs_burst_table_find(s->table, &key);

    if (burst != NULL) {
        hs_burst_settle(burst, s->limits, s->conn->origin_ns, good, turned);
        if (!good) {
            judge(s, kind, burst);
        }
    }
}

/* ---- the first segment of a connection ---- */

static void
begin_syn(const struct context *s)
{
    const uint16_t of_stacks =
        TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED | TCP_HAS_TIMESTAMPS | TCP_HAS_CUT;
    const bool bare = !(s->segment->options.present & of_stacks);
    const enum hs_anomaly kind = bare ? HS_ANOMALY_SCAN_SYN : HS_ANOMALY_SCAN_CONNECT;

    s->conn->scan_watch = bare ? HS_WATCH_BARE_SYN : HS_WATCH_CONNECT_SYN;
    judge(s, kind, open_attempt(s, kind, true, true));
}

static void
begin_syn_ack(const struct context *s)
{
    s->conn->scan_watch = HS_WATCH_SYN_ACK;
    judge(s, HS_ANOMALY_BACKSCATTER, open_attempt(s, HS_ANOMALY_BACKSCATTER, true, false));
    judge(s, HS_ANOMALY_SYNACK_REFLECTION,
          open_attempt(s, HS_ANOMALY_SYNACK_REFLECTION, false, true));
}

static void
begin_connection(const struct context *s)
{
    const uint16_t xmas = TCP_FIN | TCP_PSH | TCP_URG;
    const uint16_t flags = s->segment->flags & (xmas | TCP_SYN | TCP_RST | TCP_ACK);

    if (flags == 0) {
        count_probe(s, HS_ANOMALY_SCAN_NULL, true, true);
    } else if (flags == TCP_FIN) {
        count_probe(s, HS_ANOMALY_SCAN_FIN, true, true);
    } else if (flags == xmas) {
        count_probe(s, HS_ANOMALY_SCAN_XMAS, true, true);
    } else if (flags == TCP_ACK && s->segment->payload_bytes == 0) {
        s->conn->scan_watch = HS_WATCH_ACK;
    } else if (flags == (TCP_RST | TCP_ACK) && s->segment->seq == 0) {
        /* A closed port answers a SYN so (RFC 9293 section 3.10.7.1). */
        count_probe(s, HS_ANOMALY_BACKSCATTER, true, false);
    } else if ((flags & TCP_SYN) && !(flags & TCP_RST)) {
        if (flags & TCP_ACK) {
            begin_syn_ack(s);
        } else {
            begin_syn(s);
        }
    }
}

/* ---- what follows it ---- */

static bool
goes_on(const struct hs_conn *conn)
{
    const uint8_t state = conn->side[conn->client].state;

    return conn->complete || (state >= HS_STATE_ESTABLISHED && state != HS_STATE_CLOSED);
}

/* The SYN was refused, or its sender reset what came of it. */
static void
end_syn(const struct context *s, enum hs_anomaly kind)
{
    const bool by_client = s->conn->reset_by == s->conn->client;

    s->conn->scan_watch = HS_WATCH_NOTHING;
    if (by_client && kind == HS_ANOMALY_SCAN_CONNECT && s->conn->synack_frame != 0) {
        /* Half-open scanning with a stack's own options. */
        settle(s, kind, true, true, false);
        count_probe(s, HS_ANOMALY_SCAN_SYN, true, true);
    } else {
        settle(s, kind, by_client, false, false);
    }
}

static void
follow_syn(const struct context *s, enum hs_anomaly kind)
{
    const bool from_client = s->note->sender == HS_SENDER_CLIENT;

    if (goes_on(s->conn)) {
        settle(s, kind, from_client, true, false);
        s->conn->scan_watch =
            kind == HS_ANOMALY_SCAN_SYN ? HS_WATCH_BARE_OPEN : HS_WATCH_CONNECT_OPEN;
    } else if (s->conn->reset_by != HS_SIDE_UNKNOWN) {
        end_syn(s, kind);
    } else {
        const struct hs_key key = key_of(s, kind, from_client);

        judge(s, kind, hs_burst_table_find(s->table, &key));
    }
}

/* Once the client has sent data the connection is of use. */
static void
follow_open(const struct context *s, enum hs_anomaly kind)
{
    const struct hs_conn *conn = s->conn;
    const bool ended = conn->closed_by != HS_SIDE_UNKNOWN || conn->reset_by != HS_SIDE_UNKNOWN;

    if (conn->client_data > 0) {
        s->conn->scan_watch = HS_WATCH_NOTHING;
    } else if (ended) {
        s->conn->scan_watch = HS_WATCH_NOTHING;
        if (s->note->sender == HS_SENDER_CLIENT) {
            settle(s, kind, true, false, true);
        }
    }
}

static void
follow_syn_ack(const struct context *s)
{
    const bool reset = s->note->stage == HS_STAGE_RST;
    const bool from_server = s->note->sender == HS_SENDER_SERVER;

    if (s->note->stage == HS_STAGE_SYN_ACK || s->note->stage == HS_STAGE_STRAY) {
        return;
    }
    settle(s, HS_ANOMALY_BACKSCATTER, from_server, !reset, false);
    settle(s, HS_ANOMALY_SYNACK_REFLECTION, !from_server, !reset, false);
    s->conn->scan_watch = HS_WATCH_NOTHING;
}

/* Counts the RST of one host to another one's ACK, for the two of them: without a window it is good.
 * Systems differ in the windows of their RSTs; only how a host's own differ tells its ports apart. */
static struct hs_burst *
count_window(const struct context *s)
{
    const uint64_t pair[] = {hash_party(s, true, false), hash_party(s, false, false)};
    const struct hs_key key =
        hs_key_make((const uint8_t *)pair, sizeof pair, 0, HS_ANOMALY_SCAN_WINDOW);
    struct hs_burst *windows = hs_burst_table_get(s->table, &key);
    const int64_t now_ns = s->frame->time_ns;

    hs_burst_open(windows, s->limits, now_ns, hash_party(s, true, true));
    hs_burst_settle(windows, s->limits, now_ns, s->segment->window == 0, false);
    return windows;
}

/* An ACK scan, until the windows are seen to differ: a window scan then. */
static void
count_answer(const struct context *s)
{
    struct hs_burst *windows = count_window(s);
    struct hs_burst *answers = fail_attempt(s, HS_ANOMALY_SCAN_ACK, false, true);
    struct hs_burst_report report, of_host = {.good = 0};
    const bool noticed =
        hs_burst_judge(answers, s->limits, s->frame->time_ns, enough_parties(s), &report);

    if (!answers->reported || answers->reported_further) {
        return;
    }
    if (windows->open > 0) {
        hs_burst_count(windows, &of_host);
    }
    if (of_host.good > 0) {
        hs_burst_count(answers, &report);
        report.good = of_host.good;
        report.in_vain = of_host.in_vain;
        answers->reported_further = true;
        find(s, HS_ANOMALY_SCAN_WINDOW, &report);
    } else if (noticed) {
        find(s, HS_ANOMALY_SCAN_ACK, &report);
    }
}

static void
follow_ack(const struct context *s)
{
    const struct hs_endpoint *a = &s->conn->side[HS_SIDE_A], *b = &s->conn->side[HS_SIDE_B];
    /* The one that has sent an ACK. A RST without ACK is no such. */
    const struct hs_endpoint *prober = a->has_ack ? a : b;
    const uint16_t flags = s->segment->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK);

    s->conn->scan_watch = HS_WATCH_NOTHING;
    if (flags == TCP_RST && s->segment->seq == prober->last_ack) {
        count_answer(s);
    }
}

static void
follow_connection(const struct context *s)
{
    switch ((enum hs_scan_watch)s->conn->scan_watch) {
    case HS_WATCH_BARE_SYN:
        follow_syn(s, HS_ANOMALY_SCAN_SYN);
        break;
    case HS_WATCH_CONNECT_SYN:
        follow_syn(s, HS_ANOMALY_SCAN_CONNECT);
        break;
    case HS_WATCH_BARE_OPEN:
        follow_open(s, HS_ANOMALY_SCAN_SYN);
        break;
    case HS_WATCH_CONNECT_OPEN:
        follow_open(s, HS_ANOMALY_SCAN_CONNECT);
        break;
    case HS_WATCH_SYN_ACK:
        follow_syn_ack(s);
        break;
    case HS_WATCH_ACK:
        follow_ack(s);
        break;
    case HS_WATCH_NOTHING:
        break;
    }
}

void
hs_scan_learn(struct hs_burst_table *table, const struct hs_burst_limits *limits,
              const struct hs_route *route, struct hs_conn *conn, const struct tcp_segment *segment,
              const struct hs_frame *frame, const struct hs_note *note,
              struct hs_findings *findings)
{
    const struct context context = {table, limits, route, conn, segment, frame, note, findings};
    const bool first = frame->number == conn->first_frame;

    if ((!first && conn->scan_watch == HS_WATCH_NOTHING) || note->duplicate ||
        frame->time_ns == HS_TIME_UNKNOWN) {
        return;
    }
    if (first && conn->scan_watch == HS_WATCH_NOTHING) {
        begin_connection(&context);
    } else {
        follow_connection(&context);
    }
}
