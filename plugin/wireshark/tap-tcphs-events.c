/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * -z tcphs,events: a log of handshakes. A row is printed as its segment comes, and so remembers
 * nothing of it but the connection's stage; its words are those that were known then.
 */
#include "tap-tcphs-parts.h"

#include <stdio.h>

#include "hs_log.h"

/* What is remembered of a connection. */
struct stage {
    uint8_t latest; /* enum hs_stage */
};

/* The text that the values of a row point to. */
struct row_text {
    char source[TAP_ENDPOINT_BYTES];
    char destination[TAP_ENDPOINT_BYTES];
    char seq[32];
    char ack[32];
    char sentence[HS_LOG_SENTENCE_BYTES];
    const char *flags[HS_LOG_FLAGS_MAX];
    const char *slugs[HS_FINDINGS_MAX];
};

static const struct hs_column columns[] = {
    {"time", false},
    {"stream", true},
    {"frame", true},
    {"source", false},
    {"source_port", true},
    {"destination", false},
    {"destination_port", true},
    {"sender", false},
    {"event", false},
    {"flags", false},
    {"seq_rel", true},
    {"ack_rel", true},
    {"seq", true},
    {"ack", true},
    {"payload", true},
    {"anomalies", false},
    {"sentence", false},
};

/* Rows are printed before there are all: the widths are those of common rows. Numbers are relative,
 * and absolute in parentheses. */
static const struct hs_column text_columns[] = {
    {"time", false},  {"stream", true}, {"frame", true}, {"source", false}, {"destination", false},
    {"event", false}, {"flags", false}, {"seq", false},  {"ack", false},    {"sentence", false},
};
static const unsigned text_widths[] = {27, 6, 6, 21, 21, 11, 7, 14, 14, 0};

enum {
    COLUMN_COUNT = G_N_ELEMENTS(columns),
    TEXT_COLUMN_COUNT = G_N_ELEMENTS(text_columns)
};

static void
begin(const struct tap_listener *listener)
{
    if (listener->format == HS_REPORT_TEXT) {
        hs_report_print_names(stdout, HS_REPORT_TEXT, text_columns, TEXT_COLUMN_COUNT, text_widths);
    } else {
        hs_report_print_names(stdout, listener->format, columns, COLUMN_COUNT, NULL);
    }
}

/* ---- values ---- */

static void
add_header(struct hs_value *value, const packet_info *pinfo, const struct tcphs_record *record)
{
    const uint32_t stream = ws_conn_stream(record->conn);

    value[0] = hs_value_time(record->time_ns);
    value[1] = stream == WS_STREAM_UNKNOWN ? hs_value_unknown() : hs_value_number(stream);
    value[2] = hs_value_number(pinfo->num);
}

static struct hs_value
flags_value(const struct tcphs_record *record, struct row_text *text)
{
    return hs_value_words(text->flags, hs_log_name_flags(record->segment->flags, text->flags));
}

/* Of an error no more is known than what it says, and of which connection. */
static void
make_error_values(const struct hs_conn *conn, struct hs_value *event, struct hs_value *sentence,
                  struct row_text *text)
{
    snprintf(text->sentence, sizeof text->sentence, "%s, for the SYN of frame %u",
             hs_icmp_describe(&conn->icmp), conn->syn_frame);
    *event = hs_value_text("unreachable");
    *sentence = hs_value_text(text->sentence);
}

/* In the order of columns. */
static void
make_values(const packet_info *pinfo, const struct tcphs_record *record, struct row_text *text,
            struct hs_value values[COLUMN_COUNT])
{
    const struct hs_note *note = record->note;
    struct hs_value *value = values + 3;
    struct ws_flow flow, reverse;

    add_header(values, pinfo, record);
    if (note == NULL) {
        for (unsigned i = 3; i < COLUMN_COUNT; i++) {
            values[i] = hs_value_unknown();
        }
        make_error_values(record->conn, &values[8], &values[COLUMN_COUNT - 1], text);
        return;
    }
    ws_conn_flow(record->conn, (enum hs_side)note->side, &flow);
    ws_conn_flow(record->conn, hs_side_peer((enum hs_side)note->side), &reverse);
    tap_format_source(&flow, text->source);
    tap_format_source(&reverse, text->destination);
    hs_log_format_sentence(note, text->sentence, sizeof text->sentence);
    for (unsigned i = 0; i < note->finding_count; i++) {
        text->slugs[i] = hs_anomaly_slug((enum hs_anomaly)hs_note_finding(note, i)->anomaly);
    }
    *value++ = hs_value_text(text->source);
    *value++ = hs_value_number(flow.src_port);
    *value++ = hs_value_text(text->destination);
    *value++ = hs_value_number(flow.dst_port);
    *value++ = hs_value_text(hs_sender_name((enum hs_sender)note->sender));
    *value++ = hs_value_text(hs_stage_name((enum hs_stage)note->stage));
    *value++ = flags_value(record, text);
    *value++ = hs_value_number(note->seq_rel);
    *value++ = note->has_ack ? hs_value_number(note->ack_rel) : hs_value_unknown();
    *value++ = hs_value_number(record->segment->seq);
    *value++ = note->has_ack ? hs_value_number(record->segment->ack) : hs_value_unknown();
    *value++ = hs_value_number(note->payload_bytes);
    *value++ = hs_value_words(text->slugs, note->finding_count);
    *value++ = hs_value_text(text->sentence);
}

/* In the order of text_columns. */
static void
make_text_values(const packet_info *pinfo, const struct tcphs_record *record, struct row_text *text,
                 struct hs_value values[TEXT_COLUMN_COUNT])
{
    const struct hs_note *note = record->note;
    struct hs_value *value = values + 3;
    struct ws_flow flow, reverse;

    add_header(values, pinfo, record);
    if (note == NULL) {
        for (unsigned i = 3; i < TEXT_COLUMN_COUNT; i++) {
            values[i] = hs_value_unknown();
        }
        make_error_values(record->conn, &values[5], &values[TEXT_COLUMN_COUNT - 1], text);
        return;
    }
    ws_conn_flow(record->conn, (enum hs_side)note->side, &flow);
    ws_conn_flow(record->conn, hs_side_peer((enum hs_side)note->side), &reverse);
    tap_format_endpoint(&flow, text->source);
    tap_format_endpoint(&reverse, text->destination);
    snprintf(text->seq, sizeof text->seq, "%u (%u)", note->seq_rel, record->segment->seq);
    snprintf(text->ack, sizeof text->ack, "%u (%u)", note->ack_rel, record->segment->ack);
    hs_log_format_sentence(note, text->sentence, sizeof text->sentence);
    *value++ = hs_value_text(text->source);
    *value++ = hs_value_text(text->destination);
    *value++ = hs_value_text(hs_stage_name((enum hs_stage)note->stage));
    *value++ = flags_value(record, text);
    *value++ = hs_value_text(text->seq);
    *value++ = note->has_ack ? hs_value_text(text->ack) : hs_value_unknown();
    *value++ = hs_value_text(text->sentence);
}

/* ---- the log ---- */

static void
print(const struct tap_listener *listener, const packet_info *pinfo,
      const struct tcphs_record *record)
{
    struct row_text text;

    if (listener->format == HS_REPORT_TEXT) {
        struct hs_value values[TEXT_COLUMN_COUNT];

        make_text_values(pinfo, record, &text, values);
        hs_report_print_row(stdout, HS_REPORT_TEXT, text_columns, values, TEXT_COLUMN_COUNT,
                            text_widths);
    } else {
        struct hs_value values[COLUMN_COUNT];

        make_values(pinfo, record, &text, values);
        hs_report_print_row(stdout, listener->format, columns, values, COLUMN_COUNT, NULL);
    }
}

static void
learn(struct tap_listener *listener, const packet_info *pinfo, const struct tcphs_record *record)
{
    const struct hs_note *note = record->note;
    struct stage *stage;
    bool added;

    if (note == NULL) {
        print(listener, pinfo, record);
        return;
    }
    stage = (struct stage *)ws_conn_map_get(listener->map, record->conn, &added);
    if (added || stage->latest != note->stage || hs_log_is_event(note)) {
        print(listener, pinfo, record);
    }
    stage->latest = note->stage;
}

const struct tap_report tap_events_report = {
    .name = "tcphs,events",
    .entry_bytes = sizeof(struct stage),
    .begin = begin,
    .learn = learn,
};
