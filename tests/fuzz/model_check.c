/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model_check.h"

#include <string.h>

#include "hs_outcome.h"
#include "hs_reset.h"
#include "require.h"
#include "seq.h"

enum {
    TEXT_BYTES = 200
};

static bool
is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A text that was cut is the beginning of the whole one, and ends in time. */
static void
check_cut_text(const char *whole, const char *cut, size_t size)
{
    REQUIRE(memchr(cut, '\0', size) != NULL);
    REQUIRE(strncmp(whole, cut, size - 1) == 0);
    REQUIRE(strlen(cut) == (strlen(whole) < size ? strlen(whole) : size - 1));
}

static void
check_findings(const struct hs_findings *findings)
{
    REQUIRE(findings->count <= HS_FINDINGS_MAX);
    for (unsigned i = 0; i < findings->count; i++) {
        const struct hs_finding *finding = &findings->list[i];
        const size_t size = 1 + finding->actual % TEXT_BYTES;
        char whole[TEXT_BYTES], *cut = malloc(size);

        REQUIRE(cut != NULL);
        REQUIRE(finding->anomaly < HS_ANOMALY_COUNT);
        REQUIRE(hs_anomaly_slug(finding->anomaly)[0] != '\0');
        REQUIRE(hs_anomaly_summary(finding->anomaly)[0] != '\0');
        REQUIRE(hs_anomaly_severity(finding->anomaly) <= HS_SEVERITY_WARN);
        hs_finding_format(finding, whole, sizeof whole);
        REQUIRE(whole[0] != '\0' && strlen(whole) < sizeof whole - 1);
        REQUIRE(strpbrk(whole, "{}") == NULL);
        hs_finding_format(finding, cut, size);
        check_cut_text(whole, cut, size);
        free(cut);
        for (unsigned j = 0; j < i; j++) {
            REQUIRE(memcmp(&findings->list[j], finding, sizeof *finding) != 0);
        }
    }
}

static void
check_sentence(const struct hs_note *note, const struct hs_findings *findings)
{
    const size_t size = 1 + note->seq_rel % TEXT_BYTES;
    char whole[TEXT_BYTES], *cut = malloc(size);
    struct hs_note complete = *note;
    struct hs_oddity oddity = {.conn = note->conn};

    REQUIRE(cut != NULL);
    memcpy(oddity.list, findings->list, sizeof oddity.list);
    if (findings->count > 0) {
        complete.oddity = &oddity;
    }
    complete.finding_count = findings->count & 15;
    REQUIRE(complete.finding_count == findings->count);
    hs_note_format_sentence(&complete, whole, sizeof whole);
    REQUIRE(strlen(whole) < sizeof whole - 1);
    REQUIRE(strncmp(whole, hs_stage_name(note->stage), strlen(hs_stage_name(note->stage))) == 0);
    REQUIRE(whole[strlen(whole) - 1] != ' ');
    hs_note_format_sentence(&complete, cut, size);
    check_cut_text(whole, cut, size);
    free(cut);
}

void
model_check_segment(const struct tcp_segment *segment, size_t captured_bytes, size_t wire_bytes)
{
    const struct tcp_options *options = &segment->options;

    REQUIRE(segment->header_bytes >= TCP_HEADER_MIN_BYTES);
    REQUIRE(segment->header_bytes <= TCP_HEADER_MAX_BYTES);
    REQUIRE(segment->payload_known == (wire_bytes != 0));
    REQUIRE(segment->payload_bytes == (wire_bytes == 0 ? 0 : wire_bytes - segment->header_bytes));
    REQUIRE((segment->flags & ~0x1ff) == 0);
    REQUIRE((options->present & TCP_HAS_MSS) || options->mss == 0);
    REQUIRE((options->present & TCP_HAS_WSCALE) || options->wscale == 0);
    REQUIRE((options->present & TCP_HAS_TIMESTAMPS) || (options->ts_val | options->ts_ecr) == 0);
    REQUIRE(!(options->present & TCP_HAS_FASTOPEN) ||
            !(options->present & TCP_HAS_FASTOPEN_REQUEST));
    REQUIRE(!(options->present & TCP_HAS_CUT) || captured_bytes < segment->header_bytes);
}

static void
check_words(const struct hs_note *note)
{
    static const char *const stages[] = {"syn", "syn-ack",     "ack",    "established", "fin",
                                         "rst", "half-closed", "closed", "midstream",   "stray"};

    REQUIRE(note->stage < HS_STAGE_COUNT);
    REQUIRE(is_among(hs_stage_name(note->stage), stages, sizeof stages / sizeof stages[0]));
    REQUIRE(note->sender_state < HS_STATE_COUNT && note->peer_state < HS_STATE_COUNT);
    REQUIRE((hs_sender_name(note->sender) == NULL) == (note->sender == HS_SENDER_UNKNOWN));
    REQUIRE(note->since == HS_SINCE_NOTHING || hs_duration_ns(note->since_duration) >= 0);
}

static void
check_numbers(const struct model_step *step)
{
    const struct hs_endpoint *sender = &step->before->side[step->side];
    const struct tcp_segment *segment = step->segment;
    const struct hs_note *note = step->note;

    REQUIRE(note->payload_bytes == segment->payload_bytes);
    REQUIRE(note->has_ack == ((segment->flags & TCP_ACK) != 0));
    REQUIRE(note->has_seq_delta == sender->has_sent);
    REQUIRE(note->has_seq_gap == sender->base_known);
    REQUIRE(note->has_seq_delta ? note->seq_delta == seq_diff(segment->seq, sender->last_seq)
                                : note->seq_delta == 0);
    REQUIRE(note->has_seq_gap ? note->seq_gap == seq_diff(segment->seq, sender->next)
                              : note->seq_gap == 0);
    REQUIRE(note->has_ack || (note->ack_rel == 0 && !note->has_ack_delta));
    REQUIRE(!note->has_ack || !sender->has_ack || note->has_ack_delta);
    if (note->has_ack_delta && sender->has_ack) {
        REQUIRE(note->ack_delta == seq_diff(segment->ack, sender->last_ack));
    }
    REQUIRE(note->seq_rel == segment->seq - step->after->side[step->side].base);
    if (note->retransmission) {
        REQUIRE(sender->has_sent && !note->duplicate);
        REQUIRE(!seq_before(sender->next, segment->seq + tcp_segment_length(segment)));
        REQUIRE(!(segment->flags & TCP_SYN) || segment->seq == sender->base);
    }
    REQUIRE(!note->duplicate || (step->frame->ip_id != 0 && note->seq_delta == 0));
    REQUIRE(note->cut == ((segment->options.present & TCP_HAS_CUT) != 0));
}

/* What is learnt once is not forgotten. */
static void
check_progress(const struct model_step *step)
{
    const struct hs_conn *before = step->before, *after = step->after;
    const struct hs_note *note = step->note;

    REQUIRE(after->complete || !before->complete);
    REQUIRE(note->complete == after->complete);
    REQUIRE(note->stage != HS_STAGE_ACK || (after->complete && !before->complete));
    REQUIRE(note->stage != HS_STAGE_ACK || after->ack_frame == step->frame->number);
    REQUIRE(before->client == HS_SIDE_UNKNOWN || after->client == before->client);
    REQUIRE(before->closed_by == HS_SIDE_UNKNOWN || after->closed_by == before->closed_by);
    REQUIRE(before->syn_frame == 0 || after->syn_frame == before->syn_frame);
    REQUIRE(before->synack_frame == 0 || after->synack_frame == before->synack_frame);
    REQUIRE(before->ack_frame == 0 || after->ack_frame == before->ack_frame);
    REQUIRE(after->syn_count - before->syn_count + after->synack_count - before->synack_count <= 1);
    REQUIRE((note->sender == HS_SENDER_UNKNOWN) == (after->client == HS_SIDE_UNKNOWN));
    for (int i = 0; i < 2; i++) {
        REQUIRE(after->side[i].fin_sent || !before->side[i].fin_sent);
        REQUIRE(after->side[i].has_sent || !before->side[i].has_sent);
    }
}

void
model_check_step(const struct model_step *step)
{
    const struct hs_note *note = step->note;

    check_findings(step->findings);
    check_words(note);
    check_numbers(step);
    check_progress(step);
    REQUIRE(note->stage != HS_STAGE_STRAY || step->findings->count > 0);
    REQUIRE(note->conn == step->after);
    check_sentence(note, step->findings);
}

void
model_check_duplicate(const struct model_step *step, const struct model_answer *first)
{
    REQUIRE(step->note->duplicate);
    REQUIRE(step->note->stage != HS_STAGE_STRAY || first->note.stage == HS_STAGE_STRAY);
    REQUIRE(step->after->complete == step->before->complete);
}

static void
check_zeek(const struct hs_zeek *zeek)
{
    static const char *const states[] = {"S0",   "S1",     "SF",    "REJ", "S2",  "S3", "RSTO",
                                         "RSTR", "RSTOS0", "RSTRH", "SH",  "SHR", "OTH"};
    const char *history = hs_zeek_history(zeek);

    REQUIRE(is_among(hs_zeek_conn_state(zeek), states, sizeof states / sizeof states[0]));
    REQUIRE(memchr(history, '\0', HS_ZEEK_HISTORY_MAX + 1) != NULL);
    REQUIRE(strspn(history, "^SHADFRCGTWIQshadfrcgtwiq") == strlen(history));
}

static bool
is_duration(struct hs_duration duration)
{
    const int64_t ns = hs_duration_ns(duration);

    return ns >= 0 || ns == HS_TIME_UNKNOWN;
}

static void
check_agreement(const struct hs_conn *conn)
{
    const struct hs_options *client = &hs_conn_client(conn)->syn_options;
    const struct hs_options *server = &hs_conn_server(conn)->syn_options;
    const enum hs_fastopen fastopen = hs_conn_fastopen(conn);

    REQUIRE((hs_fastopen_name(fastopen) == NULL) == (fastopen == HS_FASTOPEN_NONE));
    REQUIRE(hs_options_window_shift(client) <= 14 && hs_options_window_shift(server) <= 14);
    REQUIRE(hs_options_agree(client, server, TCP_HAS_WSCALE) ==
            hs_options_agree(server, client, TCP_HAS_WSCALE));
    REQUIRE(hs_options_agree_multipath(client, server) ==
            hs_options_agree_multipath(server, client));
    REQUIRE(!hs_options_agree_ecn(client, server) || !hs_options_agree_ecn(server, client));
    REQUIRE(!conn->tfo_accepted || !conn->tfo_ignored);
}

static void
check_outcome(const struct hs_conn *conn)
{
    static const char *const words[] = {"unanswered", "refused",     "unreachable", "aborted",
                                        "half-open",  "established", "half-closed", "closed",
                                        "reset",      "partial"};
    const enum hs_outcome outcome = hs_conn_outcome(conn);
    const enum hs_sender by = hs_conn_outcome_by(conn);
    const bool has_doer = outcome == HS_OUTCOME_REFUSED || outcome == HS_OUTCOME_ABORTED ||
                          outcome == HS_OUTCOME_RESET;

    REQUIRE(is_among(hs_outcome_name(outcome), words, sizeof words / sizeof words[0]));
    REQUIRE((by != HS_SENDER_UNKNOWN) == has_doer);
    REQUIRE(outcome != HS_OUTCOME_REFUSED || by == HS_SENDER_SERVER);
    REQUIRE(outcome != HS_OUTCOME_ABORTED || by == HS_SENDER_CLIENT);
    REQUIRE(outcome != HS_OUTCOME_UNREACHABLE || hs_icmp_describe(&conn->icmp)[0] != '\0');
    REQUIRE(!conn->complete || outcome == HS_OUTCOME_ESTABLISHED || outcome == HS_OUTCOME_RESET ||
            outcome == HS_OUTCOME_CLOSED || outcome == HS_OUTCOME_HALF_CLOSED);
    REQUIRE(!conn->complete || conn->client != HS_SIDE_UNKNOWN);
}

void
model_check_connection(const struct hs_conn *conn)
{
    check_outcome(conn);
    check_zeek(&conn->zeek);
    REQUIRE(is_duration(conn->rtt_server) && is_duration(conn->rtt_client) &&
            is_duration(conn->setup));
    REQUIRE(conn->client == HS_SIDE_UNKNOWN || (hs_conn_client(conn) != hs_conn_server(conn) &&
                                                hs_conn_client(conn) == &conn->side[conn->client]));
    REQUIRE((conn->syn_frame == 0) == (conn->syn_count == 0));
    REQUIRE((conn->synack_frame == 0) == (conn->synack_count == 0));
    REQUIRE(conn->reset_by == HS_SIDE_UNKNOWN || conn->rst_frame != 0);
    REQUIRE(conn->reset_by != HS_SIDE_UNKNOWN || conn->rst_frame == 0 ||
            conn->rst_effect == HS_EFFECT_CONTRADICTED);
    REQUIRE(conn->client != HS_SIDE_UNKNOWN || hs_conn_closed_by(conn) == HS_SENDER_UNKNOWN);
    for (int i = 0; i < 2; i++) {
        const enum hs_state state = conn->side[i].state;

        REQUIRE(state < HS_STATE_COUNT);
        REQUIRE((hs_state_name(state) == NULL) == (state == HS_STATE_UNSEEN));
    }
    if (hs_conn_knows_options(conn)) {
        check_agreement(conn);
    }
    (void)hs_conn_is_one_sided(conn);
}
