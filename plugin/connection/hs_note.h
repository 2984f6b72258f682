/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What there is to say of one segment: learnt once, shown whenever its frame is.
 */
#ifndef HS_NOTE_H
#define HS_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hs_anomaly.h"
#include "hs_duration.h"
#include "hs_side.h"

/* Where in the life of its connection a segment stands. */
enum hs_stage {
    HS_STAGE_SYN,
    HS_STAGE_SYN_ACK,
    HS_STAGE_ACK,
    HS_STAGE_ESTABLISHED,
    HS_STAGE_FIN,
    HS_STAGE_HALF_CLOSED,
    HS_STAGE_CLOSED,
    HS_STAGE_RST,
    HS_STAGE_MIDSTREAM,
    HS_STAGE_STRAY,
    HS_STAGE_COUNT
};

enum hs_sender {
    HS_SENDER_UNKNOWN,
    HS_SENDER_CLIENT,
    HS_SENDER_SERVER
};

/* What a time counts from. */
enum hs_since {
    HS_SINCE_NOTHING,
    HS_SINCE_FIRST_SYN,
    HS_SINCE_SYN,
    HS_SINCE_SYN_ACK
};

struct hs_conn;

/* The findings of a segment that has some; allocated as far as the list is used. */
struct hs_oddity {
    const struct hs_conn *conn;
    struct hs_finding list[HS_FINDINGS_MAX];
};

/* One for every segment of a capture: its size counts. */
struct hs_note {
    union {
        const struct hs_conn *conn;     /* while finding_count is 0: see hs_note_conn */
        const struct hs_oddity *oddity; /* else, with finding_count findings */
    };
    uint32_t seq_rel;  /* sequence number, from the sender's base */
    uint32_t ack_rel;  /* acknowledgement number, from the peer's base; with has_ack */
    int32_t seq_delta; /* from the sender's previous segment; with has_seq_delta */
    int32_t ack_delta; /* likewise; with has_ack_delta */
    int32_t seq_gap;   /* from the number expected; with has_seq_gap */
    uint32_t payload_bytes;
    union {
        struct hs_duration since_duration; /* since what it came, see since; not of a RST */
        uint32_t verdict;                  /* enum hs_rst_verdict; only of a RST */
    };
    unsigned stage : 4;        /* enum hs_stage */
    unsigned sender : 2;       /* enum hs_sender */
    unsigned since : 2;        /* enum hs_since */
    unsigned sender_state : 4; /* enum hs_state, after the segment */
    unsigned peer_state : 4;
    unsigned finding_count : 3;
    unsigned has_ack : 1;
    unsigned has_seq_delta : 1;
    unsigned has_ack_delta : 1;
    unsigned has_seq_gap : 1;
    unsigned retransmission : 1; /* what it carries was captured before */
    unsigned duplicate : 1;      /* the same packet was captured before */
    unsigned reordered : 1;      /* it was sent before one that was captured earlier */
    unsigned cut : 1;            /* the options were not captured whole */
    unsigned complete : 1;       /* the handshake is complete, by this segment or before */
    unsigned last : 1;           /* of its frame */
    unsigned side : 1;           /* enum hs_side: who sent it */
};

/* The connection of the segment. */
static inline const struct hs_conn *
hs_note_conn(const struct hs_note *note)
{
    return note->finding_count > 0 ? note->oddity->conn : note->conn;
}

/* The finding of the index, which is below finding_count. */
static inline const struct hs_finding *
hs_note_finding(const struct hs_note *note, unsigned index)
{
    return &note->oddity->list[index];
}

/* The word of the stage: "syn-ack". */
const char *hs_stage_name(enum hs_stage stage);

/* "client" or "server"; NULL for HS_SENDER_UNKNOWN. */
const char *hs_sender_name(enum hs_sender sender);

/* Writes the segment's sentence ("syn-ack from the server, 16 us after the SYN") into text, at most
 * size bytes with the final NUL; a longer one is cut. size is at least 1. */
void hs_note_format_sentence(const struct hs_note *note, char *text, size_t size);

#endif
