/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_handshake.h"

#include "seq.h"

static struct hs_elapsed
elapsed_since(enum hs_since since, struct hs_duration duration)
{
    return (struct hs_elapsed){
        .since = duration.unit == HS_DURATION_UNKNOWN ? HS_SINCE_NOTHING : since,
        .duration = duration,
    };
}

void
hs_handshake_start(struct hs_conn *conn, const struct hs_frame *frame)
{
    if (conn->origin_ns == HS_TIME_UNKNOWN) {
        conn->origin_ns = frame->time_ns;
    }
}

/* Times and frames of an acceptable SYN. Only the client's count: in a simultaneous open the
 * server sends one too. */
static struct hs_elapsed
learn_syn(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    const struct hs_frame *frame = x->frame;

    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)x->side;
    }
    if (conn->client != (int)x->side) {
        return elapsed_since(HS_SINCE_NOTHING, (struct hs_duration){0});
    }
    conn->syn_count += (!step->duplicate || conn->syn_frame == 0) && conn->syn_count < UINT16_MAX;
    hs_handshake_start(conn, frame);
    conn->syn_last = hs_duration_between(conn->origin_ns, frame->time_ns);
    if (conn->syn_frame != 0) {
        return elapsed_since(HS_SINCE_FIRST_SYN, conn->syn_last);
    }
    conn->syn_frame = frame->number;
    return elapsed_since(HS_SINCE_NOTHING, (struct hs_duration){0});
}

static struct hs_elapsed
learn_syn_ack(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    const struct hs_frame *frame = x->frame;
    const struct hs_endpoint *client = x->peer;
    const struct hs_duration since_syn =
        hs_duration_between(hs_duration_after(conn->origin_ns, conn->syn_last), frame->time_ns);

    if (conn->client == HS_SIDE_UNKNOWN) {
        conn->client = (int8_t)hs_side_peer(x->side);
    }
    conn->synack_count +=
        (!step->duplicate || conn->synack_frame == 0) && conn->synack_count < UINT16_MAX;
    if (!conn->complete && conn->reset_by != HS_SIDE_UNKNOWN) {
        conn->reset_by = HS_SIDE_UNKNOWN;
        conn->rst_frame = 0;
    }
    if (conn->synack_frame == 0) {
        conn->synack_frame = frame->number;
        conn->rtt_server = since_syn;
        conn->tfo_accepted = client->isn_seen && seq_before(client->base + 1, x->segment->ack);
        conn->tfo_ignored = client->syn_options.payload_bytes > 0 && !conn->tfo_accepted;
    }
    hs_handshake_start(conn, frame);
    conn->synack = hs_duration_between(conn->origin_ns, frame->time_ns);
    return elapsed_since(HS_SINCE_SYN, since_syn);
}

struct hs_elapsed
hs_handshake_learn(struct hs_conn *conn, const struct hs_context *x, const struct hs_step *step)
{
    if (hs_step_has(step, HS_EVENT_SYN)) {
        return learn_syn(conn, x, step);
    }
    if (hs_step_has(step, HS_EVENT_SYN_ACK)) {
        return learn_syn_ack(conn, x, step);
    }
    return elapsed_since(HS_SINCE_NOTHING, (struct hs_duration){0});
}

/* Both SYNs have been acknowledged then. In a simultaneous open it is a SYN-ACK that does it, and there
 * is no third ACK. */
bool
hs_handshake_complete(struct hs_conn *conn, const struct hs_context *x, struct hs_elapsed *elapsed)
{
    const struct hs_frame *frame = x->frame;

    for (int i = 0; i < 2; i++) {
        if (!conn->side[i].isn_known || !conn->side[i].syn_acked) {
            return false;
        }
    }
    if (conn->complete) {
        return false;
    }
    conn->complete = true;
    if (conn->syn_frame != 0) {
        conn->setup = hs_duration_between(conn->origin_ns, frame->time_ns);
    }
    if (!(x->segment->flags & TCP_SYN)) {
        conn->rtt_client =
            hs_duration_between(hs_duration_after(conn->origin_ns, conn->synack), frame->time_ns);
        conn->ack_frame = frame->number;
        *elapsed = elapsed_since(HS_SINCE_SYN_ACK, conn->rtt_client);
    }
    return true;
}
