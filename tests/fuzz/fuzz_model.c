/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The pure model: the segments of two connections, from their header bytes to everything that may
 * be asked about them. Three times: as they are, with the numbers moved, and with the sides
 * swapped. All three must say the same.
 */
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "hs_learn.h"
#include "hs_outcome.h"
#include "input.h"
#include "model_check.h"
#include "require.h"

/* A run of an input through the model. */
struct run {
    const struct input *input;
    struct input_setup setup;
    bool swapped;   /* side A of the input is HS_SIDE_B */
    bool checked;   /* what must hold of any run is checked; of one is enough */
    bool acks_zero; /* a segment acknowledges the number 0 */
    unsigned conn_count;
    struct hs_conn conns[INPUT_CONNECTIONS + INPUT_RECORDS_MAX];
    struct hs_conn *current[INPUT_CONNECTIONS];
    struct model_answer answers[INPUT_RECORDS_MAX];
};

static bool printing;

static enum hs_side
side_in_run(const struct run *run, enum hs_side side)
{
    return run->swapped ? hs_side_peer(side) : side;
}

/* With FUZZ_PRINT set: what is fed, for whoever looks into a reproducer. */
static void
print_segment(const struct input_record *record, const struct tcp_segment *segment,
              enum hs_side side)
{
    if (printing) {
        fprintf(stderr, "connection %u, side %c: flags 0x%03x, seq %u, ack %u (relative), %u bytes",
                record->connection, side == HS_SIDE_A ? 'A' : 'B', segment->flags,
                bytes_read_u32(record->header + 4), bytes_read_u32(record->header + 8),
                segment->payload_bytes);
    }
}

/* And what is said of it. */
static void
print_answer(const struct model_answer *answer)
{
    char sentence[200];

    if (!printing) {
        return;
    }
    fprintf(stderr, ": %s", hs_stage_name(answer->note.stage));
    for (unsigned i = 0; i < answer->findings.count; i++) {
        hs_finding_format(&answer->findings.list[i], sentence, sizeof sentence);
        fprintf(stderr, "; %s: %s", hs_anomaly_slug(answer->findings.list[i].anomaly), sentence);
    }
    fprintf(stderr, "\n");
}

static void
learn_segment(struct run *run, const struct input_record *record, const struct hs_frame *frame,
              const uint8_t *header, struct model_answer *answer)
{
    struct hs_conn *conn = run->current[record->connection];
    const struct hs_conn before = *conn;
    const size_t wire_bytes = record->way == INPUT_FRAGMENT ? 0 : record->wire_bytes;
    struct tcp_segment segment;
    struct model_step step = {
        .segment = &segment,
        .frame = frame,
        .side = side_in_run(run, record->side),
        .before = &before,
        .after = conn,
        .note = &answer->note,
        .findings = &answer->findings,
    };

    answer->parsed =
        tcp_segment_parse(header, record->captured_bytes, wire_bytes, &segment) == TCP_PARSE_OK;
    if (!answer->parsed) {
        return;
    }
    run->acks_zero |= (segment.flags & TCP_ACK) && segment.ack == 0;
    print_segment(record, &segment, step.side);
    hs_learn_segment(conn, step.side, &segment, frame, &answer->note, &answer->findings);
    print_answer(answer);
    if (run->checked) {
        model_check_segment(&segment, record->captured_bytes, wire_bytes);
        model_check_step(&step);
        if (record->captured_again) {
            model_check_duplicate(&step, answer - 1);
        }
    }
}

static void
learn_error(struct run *run, const struct input_record *record, const struct hs_frame *frame,
            const uint8_t *header, struct model_answer *answer)
{
    const struct hs_icmp_error error = {
        .frame = frame->number,
        .version = record->way == INPUT_ICMPV6_ERROR ? 6 : 4,
        .type = record->icmp_type,
        .code = record->icmp_code,
    };

    answer->error = true;
    answer->counted =
        hs_learn_error(run->current[record->connection], side_in_run(run, record->side),
                       bytes_read_u32(header + 4), &error);
    REQUIRE(hs_icmp_describe(&error)[0] != '\0');
}

static void
learn_record(struct run *run, unsigned number)
{
    const struct input_record *record = &run->input->records[number];
    static const struct hs_mac_table macs;
    /* One number of the input serves for all that tells an origin. */
    const struct hs_frame frame = {.number = number + 1,
                                   .time_ns = record->time_ns,
                                   .ip_id = record->ip_id,
                                   .ttl = (uint8_t)(record->ip_id >> 8),
                                   .mac = record->ip_id & 3,
                                   .macs = &macs};
    struct hs_conn **current = &run->current[record->connection];
    uint8_t header[TCP_HEADER_MAX_BYTES], *captured;

    if (*current == NULL || record->new_connection) {
        struct hs_conn *conn = &run->conns[run->conn_count++];

        hs_conn_init(conn, frame.number, *current);
        *current = conn;
    }
    input_place_header(record, &run->setup, header);
    /* A copy of exactly what was captured, so that a sanitizer sees who reads on. */
    captured = malloc(record->captured_bytes + (record->captured_bytes == 0));
    REQUIRE(captured != NULL);
    memcpy(captured, header, record->captured_bytes);
    if (input_is_segment(record)) {
        learn_segment(run, record, &frame, captured, &run->answers[number]);
    } else {
        learn_error(run, record, &frame, header, &run->answers[number]);
    }
    free(captured);
    if (run->checked) {
        model_check_connection(*current);
    }
}

/* With the numbers of the sides moved by shift. */
static void
run_input(struct run *run, const struct input *input, const uint32_t shift[2])
{
    run->input = input;
    run->setup = input->setup;
    run->acks_zero = false;
    run->conn_count = 0;
    for (int i = 0; i < INPUT_CONNECTIONS; i++) {
        run->setup.isn[i][HS_SIDE_A] += shift[HS_SIDE_A];
        run->setup.isn[i][HS_SIDE_B] += shift[HS_SIDE_B];
        run->current[i] = NULL;
    }
    for (unsigned i = 0; i < input->count; i++) {
        run->answers[i] = (struct model_answer){.parsed = false};
        learn_record(run, i);
    }
}

/* ---- two runs of one input ---- */

static void
require_same_note(const struct hs_note *a, const struct hs_note *b)
{
    REQUIRE(a->seq_rel == b->seq_rel && a->ack_rel == b->ack_rel);
    REQUIRE(a->has_seq_delta == b->has_seq_delta && a->seq_delta == b->seq_delta);
    REQUIRE(a->has_ack_delta == b->has_ack_delta && a->ack_delta == b->ack_delta);
    REQUIRE(a->has_seq_gap == b->has_seq_gap && a->seq_gap == b->seq_gap);
    REQUIRE(a->has_ack == b->has_ack && a->payload_bytes == b->payload_bytes);
    REQUIRE(a->stage == b->stage && a->sender == b->sender);
    REQUIRE(a->since == b->since);
    REQUIRE(hs_duration_ns(a->since_duration) == hs_duration_ns(b->since_duration));
    REQUIRE(a->sender_state == b->sender_state && a->peer_state == b->peer_state);
    REQUIRE(a->retransmission == b->retransmission && a->duplicate == b->duplicate);
    REQUIRE(a->reordered == b->reordered && a->cut == b->cut && a->complete == b->complete);
}

static void
require_same_answer(const struct model_answer *a, const struct model_answer *b)
{
    REQUIRE(a->parsed == b->parsed && a->error == b->error && a->counted == b->counted);
    if (!a->parsed) {
        return;
    }
    REQUIRE(a->findings.count == b->findings.count);
    for (unsigned i = 0; i < a->findings.count; i++) {
        const struct hs_finding *one = &a->findings.list[i], *other = &b->findings.list[i];

        REQUIRE(one->anomaly == other->anomaly);
        REQUIRE(one->actual == other->actual && one->expected == other->expected);
    }
    require_same_note(&a->note, &b->note);
}

static void
require_same_connection(const struct hs_conn *a, const struct hs_conn *b)
{
    REQUIRE(hs_conn_outcome(a) == hs_conn_outcome(b));
    REQUIRE(hs_conn_outcome_by(a) == hs_conn_outcome_by(b));
    REQUIRE(hs_conn_closed_by(a) == hs_conn_closed_by(b));
    REQUIRE(hs_conn_is_one_sided(a) == hs_conn_is_one_sided(b));
    REQUIRE(hs_conn_knows_options(a) == hs_conn_knows_options(b));
    REQUIRE(!hs_conn_knows_options(a) || hs_conn_fastopen(a) == hs_conn_fastopen(b));
    REQUIRE(a->syn_frame == b->syn_frame && a->synack_frame == b->synack_frame);
    REQUIRE(a->ack_frame == b->ack_frame && a->rst_frame == b->rst_frame);
    REQUIRE(a->syn_count == b->syn_count && a->synack_count == b->synack_count);
    REQUIRE(hs_duration_ns(a->rtt_server) == hs_duration_ns(b->rtt_server));
    REQUIRE(hs_duration_ns(a->rtt_client) == hs_duration_ns(b->rtt_client));
    REQUIRE(hs_duration_ns(a->setup) == hs_duration_ns(b->setup) && a->complete == b->complete);
    REQUIRE(a->tfo_accepted == b->tfo_accepted && a->tfo_ignored == b->tfo_ignored);
    REQUIRE(a->icmp.frame == b->icmp.frame);
    REQUIRE(a->superseded_frame == b->superseded_frame && a->previous_frame == b->previous_frame);
}

static void
require_same_zeek(const struct hs_zeek *a, const struct hs_zeek *b)
{
    REQUIRE(strcmp(hs_zeek_conn_state(a), hs_zeek_conn_state(b)) == 0);
    REQUIRE(strcmp(hs_zeek_history(a), hs_zeek_history(b)) == 0);
}

static void
require_same_run(const struct run *a, const struct run *b)
{
    /* To Zeek, and in a RST, the acknowledgement number 0 itself means something. */
    if (a->acks_zero || b->acks_zero) {
        return;
    }
    for (unsigned i = 0; i < a->input->count; i++) {
        require_same_answer(&a->answers[i], &b->answers[i]);
    }
    REQUIRE(a->conn_count == b->conn_count);
    for (unsigned i = 0; i < a->conn_count; i++) {
        require_same_connection(&a->conns[i], &b->conns[i]);
        require_same_zeek(&a->conns[i].zeek, &b->conns[i].zeek);
    }
}

/* By how much the numbers of the two sides are moved: anything, and the same for the same input. */
static void
choose_shift(const uint8_t *data, size_t size, uint32_t shift[2])
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 1099511628211u;
    }
    shift[HS_SIDE_A] = (uint32_t)hash;
    shift[HS_SIDE_B] = (uint32_t)(hash >> 32);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    printing = getenv("FUZZ_PRINT") != NULL;
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t none[2];
    static struct input input;
    static struct run plain = {.checked = true}, shifted, swapped = {.swapped = true};
    uint32_t shift[2];

    input_decode(data, size, false, &input);
    choose_shift(data, size, shift);
    run_input(&plain, &input, none);
    run_input(&shifted, &input, shift);
    require_same_run(&plain, &shifted);
    run_input(&swapped, &input, none);
    require_same_run(&plain, &swapped);
    return 0;
}
