/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_scan.h"

/* Whom an anomaly is counted for. */
static struct hs_key
key_of(const struct hs_detection *d, enum hs_anomaly kind, bool source)
{
    return hs_key_make(source ? d->route->src : d->route->dst, d->route->address_bytes, 0,
                       (uint8_t)kind);
}

/* The sender or the receiver of the segment as one who takes part, with its port or without. */
static uint64_t
hash_party(const struct hs_detection *d, bool source, bool with_port)
{
    const uint16_t port = source ? d->segment->src_port : d->segment->dst_port;
    const struct hs_key party = hs_key_make(source ? d->route->src : d->route->dst,
                                            d->route->address_bytes, with_port ? port : 0, 0);

    return hs_key_hash(&party);
}

static void
find(const struct hs_detection *d, enum hs_anomaly kind, const struct hs_burst_report *report)
{
    const struct hs_finding finding = {
        .anomaly = (uint8_t)kind,
        .actual = report->in_vain,
        .expected = d->limits->threshold,
        .parties = report->parties,
        .rest = report->good,
        .seconds = (uint16_t)d->limits->seconds,
    };

    hs_findings_append(d->findings, &finding);
}

/* The number of distinct ones is an estimate: what is a little less may be enough. */
static uint32_t
enough_parties(const struct hs_detection *d)
{
    return d->limits->threshold - d->limits->threshold / 4;
}

static void
judge(const struct hs_detection *d, enum hs_anomaly kind, struct hs_burst *burst)
{
    struct hs_burst_report report;

    if (burst != NULL &&
        hs_burst_judge(burst, d->limits, d->frame->time_ns, enough_parties(d), &report)) {
        find(d, kind, &report);
    }
}

/* Counts an attempt for the sender of the segment (or for its receiver), in which the other one takes
 * part. */
static struct hs_burst *
open_attempt(const struct hs_detection *d, enum hs_anomaly kind, bool for_source, bool with_port)
{
    const struct hs_key key = key_of(d, kind, for_source);
    struct hs_burst *burst = hs_burst_table_get(d->table, &key);

    hs_burst_open(burst, d->limits, d->frame->time_ns, hash_party(d, !for_source, with_port));
    return burst;
}

/* Counts an attempt that is in vain at once. */
static struct hs_burst *
fail_attempt(const struct hs_detection *d, enum hs_anomaly kind, bool for_source, bool with_port)
{
    struct hs_burst *burst = open_attempt(d, kind, for_source, with_port);

    hs_burst_settle(burst, d->limits, d->frame->time_ns, false, false);
    return burst;
}

static void
count_probe(const struct hs_detection *d, enum hs_anomaly kind, bool for_source, bool with_port)
{
    judge(d, kind, fail_attempt(d, kind, for_source, with_port));
}

static void
settle(const struct hs_detection *d, enum hs_anomaly kind, bool for_source, bool good, bool turned)
{
    const struct hs_key key = key_of(d, kind, for_source);
    struct hs_burst *burst = hs_burst_table_find(d->table, &key);

    if (burst != NULL) {
        hs_burst_settle(burst, d->limits, d->conn->origin_ns, good, turned);
        if (!good) {
            judge(d, kind, burst);
        }
    }
}

/* ---- the first segment of a connection ---- */

static void
begin_syn(const struct hs_detection *d)
{
    const uint16_t of_stacks =
        TCP_HAS_WSCALE | TCP_HAS_SACK_PERMITTED | TCP_HAS_TIMESTAMPS | TCP_HAS_CUT;
    const bool bare = !(d->segment->options.present & of_stacks);
    const enum hs_anomaly kind = bare ? HS_ANOMALY_SCAN_SYN : HS_ANOMALY_SCAN_CONNECT;

    d->conn->scan_watch = bare ? HS_WATCH_BARE_SYN : HS_WATCH_CONNECT_SYN;
    judge(d, kind, open_attempt(d, kind, true, true));
}

static void
begin_syn_ack(const struct hs_detection *d)
{
    d->conn->scan_watch = HS_WATCH_SYN_ACK;
    judge(d, HS_ANOMALY_BACKSCATTER, open_attempt(d, HS_ANOMALY_BACKSCATTER, true, false));
    judge(d, HS_ANOMALY_SYNACK_REFLECTION,
          open_attempt(d, HS_ANOMALY_SYNACK_REFLECTION, false, true));
}

static void
begin_connection(const struct hs_detection *d)
{
    const uint16_t xmas = TCP_FIN | TCP_PSH | TCP_URG;
    const uint16_t flags = d->segment->flags & (xmas | TCP_SYN | TCP_RST | TCP_ACK);

    if (flags == 0) {
        count_probe(d, HS_ANOMALY_SCAN_NULL, true, true);
    } else if (flags == TCP_FIN) {
        count_probe(d, HS_ANOMALY_SCAN_FIN, true, true);
    } else if (flags == xmas) {
        count_probe(d, HS_ANOMALY_SCAN_XMAS, true, true);
    } else if (flags == TCP_ACK && d->segment->payload_bytes == 0) {
        d->conn->scan_watch = HS_WATCH_ACK;
    } else if (flags == (TCP_RST | TCP_ACK) && d->segment->seq == 0) {
        /* A closed port answers a SYN so (RFC 9293 section 3.10.7.1). */
        count_probe(d, HS_ANOMALY_BACKSCATTER, true, false);
    } else if ((flags & TCP_SYN) && !(flags & TCP_RST)) {
        if (flags & TCP_ACK) {
            begin_syn_ack(d);
        } else {
            begin_syn(d);
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
end_syn(const struct hs_detection *d, enum hs_anomaly kind)
{
    const bool by_client = d->conn->reset_by == d->conn->client;

    d->conn->scan_watch = HS_WATCH_NOTHING;
    if (by_client && kind == HS_ANOMALY_SCAN_CONNECT && d->conn->synack_frame != 0) {
        /* Half-open scanning with a stack's own options. */
        settle(d, kind, true, true, false);
        count_probe(d, HS_ANOMALY_SCAN_SYN, true, true);
    } else {
        settle(d, kind, by_client, false, false);
    }
}

static void
follow_syn(const struct hs_detection *d, enum hs_anomaly kind)
{
    const bool from_client = d->note->sender == HS_SENDER_CLIENT;

    if (goes_on(d->conn)) {
        settle(d, kind, from_client, true, false);
        d->conn->scan_watch =
            kind == HS_ANOMALY_SCAN_SYN ? HS_WATCH_BARE_OPEN : HS_WATCH_CONNECT_OPEN;
    } else if (d->conn->reset_by != HS_SIDE_UNKNOWN) {
        end_syn(d, kind);
    } else {
        const struct hs_key key = key_of(d, kind, from_client);

        judge(d, kind, hs_burst_table_find(d->table, &key));
    }
}

/* Once the client has sent data the connection is of use. */
static void
follow_open(const struct hs_detection *d, enum hs_anomaly kind)
{
    const struct hs_conn *conn = d->conn;
    const bool ended = conn->closed_by != HS_SIDE_UNKNOWN || conn->reset_by != HS_SIDE_UNKNOWN;

    if (conn->client_data > 0) {
        d->conn->scan_watch = HS_WATCH_NOTHING;
    } else if (ended) {
        d->conn->scan_watch = HS_WATCH_NOTHING;
        if (d->note->sender == HS_SENDER_CLIENT) {
            settle(d, kind, true, false, true);
        }
    }
}

static void
follow_syn_ack(const struct hs_detection *d)
{
    const bool reset = d->note->stage == HS_STAGE_RST;
    const bool from_server = d->note->sender == HS_SENDER_SERVER;

    if (d->note->stage == HS_STAGE_SYN_ACK || d->note->stage == HS_STAGE_STRAY) {
        return;
    }
    settle(d, HS_ANOMALY_BACKSCATTER, from_server, !reset, false);
    settle(d, HS_ANOMALY_SYNACK_REFLECTION, !from_server, !reset, false);
    d->conn->scan_watch = HS_WATCH_NOTHING;
}

/* Counts the RST of one host to another one's ACK, for the two of them: without a window it is good.
 * Systems differ in the windows of their RSTs; only how a host's own differ tells its ports apart. */
static struct hs_burst *
count_window(const struct hs_detection *d)
{
    const uint64_t pair[] = {hash_party(d, true, false), hash_party(d, false, false)};
    const struct hs_key key =
        hs_key_make((const uint8_t *)pair, sizeof pair, 0, HS_ANOMALY_SCAN_WINDOW);
    struct hs_burst *windows = hs_burst_table_get(d->table, &key);
    const int64_t now_ns = d->frame->time_ns;

    hs_burst_open(windows, d->limits, now_ns, hash_party(d, true, true));
    hs_burst_settle(windows, d->limits, now_ns, d->segment->window == 0, false);
    return windows;
}

/* An ACK scan, until the windows are seen to differ: a window scan then. */
static void
count_answer(const struct hs_detection *d)
{
    struct hs_burst *windows = count_window(d);
    struct hs_burst *answers = fail_attempt(d, HS_ANOMALY_SCAN_ACK, false, true);
    struct hs_burst_report report, of_host = {.good = 0};
    const bool noticed =
        hs_burst_judge(answers, d->limits, d->frame->time_ns, enough_parties(d), &report);

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
        find(d, HS_ANOMALY_SCAN_WINDOW, &report);
    } else if (noticed) {
        find(d, HS_ANOMALY_SCAN_ACK, &report);
    }
}

static void
follow_ack(const struct hs_detection *d)
{
    const struct hs_endpoint *a = &d->conn->side[HS_SIDE_A], *b = &d->conn->side[HS_SIDE_B];
    /* The one that has sent an ACK. A RST without ACK is no such. */
    const struct hs_endpoint *prober = a->has_ack ? a : b;
    const uint16_t flags = d->segment->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK);

    d->conn->scan_watch = HS_WATCH_NOTHING;
    if (flags == TCP_RST && d->segment->seq == prober->last_ack) {
        count_answer(d);
    }
}

static void
follow_connection(const struct hs_detection *d)
{
    switch ((enum hs_scan_watch)d->conn->scan_watch) {
    case HS_WATCH_BARE_SYN:
        follow_syn(d, HS_ANOMALY_SCAN_SYN);
        break;
    case HS_WATCH_CONNECT_SYN:
        follow_syn(d, HS_ANOMALY_SCAN_CONNECT);
        break;
    case HS_WATCH_BARE_OPEN:
        follow_open(d, HS_ANOMALY_SCAN_SYN);
        break;
    case HS_WATCH_CONNECT_OPEN:
        follow_open(d, HS_ANOMALY_SCAN_CONNECT);
        break;
    case HS_WATCH_SYN_ACK:
        follow_syn_ack(d);
        break;
    case HS_WATCH_ACK:
        follow_ack(d);
        break;
    case HS_WATCH_NOTHING:
        break;
    }
}

void
hs_scan_learn(const struct hs_detection *d)
{
    const bool first = d->frame->number == d->conn->first_frame;

    if ((!first && d->conn->scan_watch == HS_WATCH_NOTHING) || d->note->duplicate ||
        d->frame->time_ns == HS_TIME_UNKNOWN) {
        return;
    }
    if (first && d->conn->scan_watch == HS_WATCH_NOTHING) {
        begin_connection(d);
    } else {
        follow_connection(d);
    }
}
