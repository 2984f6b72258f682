/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_note.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const stage_names[HS_STAGE_COUNT] = {
    [HS_STAGE_SYN] = "syn",
    [HS_STAGE_SYN_ACK] = "syn-ack",
    [HS_STAGE_ACK] = "ack",
    [HS_STAGE_ESTABLISHED] = "established",
    [HS_STAGE_FIN] = "fin",
    [HS_STAGE_HALF_CLOSED] = "half-closed",
    [HS_STAGE_CLOSED] = "closed",
    [HS_STAGE_RST] = "rst",
    [HS_STAGE_MIDSTREAM] = "midstream",
    [HS_STAGE_STRAY] = "stray",
};

const char *
hs_stage_name(enum hs_stage stage)
{
    return stage_names[stage];
}

const char *
hs_sender_name(enum hs_sender sender)
{
    switch (sender) {
    case HS_SENDER_CLIENT:
        return "client";
    case HS_SENDER_SERVER:
        return "server";
    case HS_SENDER_UNKNOWN:
        break;
    }
    return NULL;
}

/* "16 us", "1.5 ms", "3.041 s": three significant decimals at most, none that are zero. */
static void
format_duration(int64_t ns, char *text, size_t size)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"s", 1000000000}, {"ms", 1000000}, {"us", 1000}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ns >= units[i].ns) {
            int64_t whole = ns / units[i].ns, thousandths = ns % units[i].ns * 1000 / units[i].ns;
            int digits = 3;

            if (thousandths == 0) {
                snprintf(text, size, "%" PRId64 " %s", whole, units[i].name);
                return;
            }
            while (thousandths % 10 == 0) {
                thousandths /= 10;
                digits--;
            }
            snprintf(text, size, "%" PRId64 ".%0*" PRId64 " %s", whole, digits, thousandths,
                     units[i].name);
            return;
        }
    }
    snprintf(text, size, "%" PRId64 " ns", ns);
}

/* Who sent the segment, as the middle of a sentence. */
static const char *
sender_phrase(const struct hs_note *note)
{
    switch (note->sender) {
    case HS_SENDER_CLIENT:
        return "the client";
    case HS_SENDER_SERVER:
        return "the server";
    case HS_SENDER_UNKNOWN:
        break;
    }
    return "one side";
}

/* What a segment of the open connection brings. */
static void
format_progress(const struct hs_note *note, char *text, size_t size)
{
    if (note->payload_bytes > 0) {
        snprintf(text, size, "%" PRIu32 " byte%s from %s", note->payload_bytes,
                 note->payload_bytes == 1 ? "" : "s", sender_phrase(note));
    } else if (note->has_ack_delta && note->ack_delta > 0) {
        snprintf(text, size, "%s acknowledges %" PRId32 " more", sender_phrase(note),
                 note->ack_delta);
    } else {
        snprintf(text, size, "nothing new from %s", sender_phrase(note));
    }
}

/* When a segment of the handshake came, counted from the one that it answers or repeats; empty for
 * the others. */
static void
format_since(const struct hs_note *note, char *text, size_t size)
{
    static const char *const starts[] = {
        [HS_SINCE_FIRST_SYN] = "the first SYN",
        [HS_SINCE_SYN] = "the SYN",
        [HS_SINCE_SYN_ACK] = "the SYN-ACK",
    };
    char duration[48];

    text[0] = '\0';
    if (note->since != HS_SINCE_NOTHING) {
        format_duration(hs_duration_ns(note->since_duration), duration, sizeof duration);
        snprintf(text, size, ", %s after %s", duration, starts[note->since]);
    }
}

void
hs_note_format_sentence(const struct hs_note *note, char *text, size_t size)
{
    const enum hs_stage stage = note->stage;
    char detail[160];

    switch (stage) {
    case HS_STAGE_SYN:
    case HS_STAGE_SYN_ACK:
    case HS_STAGE_ACK:
    case HS_STAGE_FIN:
    case HS_STAGE_RST:
        format_since(note, detail, sizeof detail);
        snprintf(text, size, "%s from %s%s", hs_stage_name(stage), sender_phrase(note), detail);
        return;
    case HS_STAGE_STRAY:
        detail[0] = '\0';
        if (note->finding_count > 0) {
            hs_finding_format(hs_note_finding(note, 0), detail, sizeof detail);
        }
        snprintf(text, size, "stray from %s, %s", sender_phrase(note), detail);
        return;
    case HS_STAGE_ESTABLISHED:
    case HS_STAGE_HALF_CLOSED:
    case HS_STAGE_CLOSED:
        format_progress(note, detail, sizeof detail);
        snprintf(text, size, "%s, %s", hs_stage_name(stage), detail);
        return;
    case HS_STAGE_MIDSTREAM:
        format_progress(note, detail, sizeof detail);
        snprintf(text, size, "midstream, %s; the opening was not captured", detail);
        return;
    case HS_STAGE_COUNT:
        break;
    }
    text[0] = '\0';
}
