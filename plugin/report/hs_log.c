/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_log.h"

#include <stdio.h>
#include <string.h>

#include "hs_conn.h"
#include "tcp_segment.h"

/* The first acknowledgement of the peer's FIN. */
static bool
acknowledges_fin(const struct hs_note *note)
{
    const struct hs_endpoint *peer = &hs_note_conn(note)->side[!note->side];

    return peer->fin_sent && note->has_ack && note->has_ack_delta && note->ack_delta > 0 &&
           note->ack_rel == (uint32_t)(peer->fin_seq + 1 - peer->base);
}

bool
hs_log_is_event(const struct hs_note *note)
{
    switch ((enum hs_stage)note->stage) {
    case HS_STAGE_SYN:
    case HS_STAGE_SYN_ACK:
    case HS_STAGE_ACK:
    case HS_STAGE_FIN:
    case HS_STAGE_CLOSED:
    case HS_STAGE_RST:
    case HS_STAGE_STRAY:
        return true;
    case HS_STAGE_ESTABLISHED:
    case HS_STAGE_HALF_CLOSED:
    case HS_STAGE_MIDSTREAM:
    case HS_STAGE_COUNT:
        break;
    }
    return note->finding_count > 0 || acknowledges_fin(note);
}

void
hs_log_format_sentence(const struct hs_note *note, char *text, size_t size)
{
    /* The sentence of a stray segment tells the first finding already. */
    const unsigned first = note->stage == HS_STAGE_STRAY ? 1 : 0;

    hs_note_format_sentence(note, text, size);
    for (unsigned i = first; i < note->finding_count; i++) {
        const size_t written = strlen(text);
        char finding[160];

        hs_finding_format(hs_note_finding(note, i), finding, sizeof finding);
        snprintf(text + written, size - written, "; %s", finding);
    }
}

unsigned
hs_log_name_flags(uint16_t flags, const char *names[HS_LOG_FLAGS_MAX])
{
    static const struct {
        uint16_t flag;
        const char *name;
    } table[HS_LOG_FLAGS_MAX] = {
        {TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"}, {TCP_ACK, "ACK"},
        {TCP_URG, "URG"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}, {TCP_AE, "AE"},
    };
    unsigned count = 0;

    for (unsigned i = 0; i < HS_LOG_FLAGS_MAX; i++) {
        if (flags & table[i].flag) {
            names[count++] = table[i].name;
        }
    }
    return count;
}
