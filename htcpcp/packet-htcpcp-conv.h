/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is remembered of a connection: how far each direction has got, which response answers which
 * request, and of each frame what it takes to tell its messages again.
 */
#ifndef PACKET_HTCPCP_CONV_H
#define PACKET_HTCPCP_CONV_H

#include <epan/packet.h>

#include "htcpcp_stream.h"

/* Octets kept of a body that comes in several segments. */
#define HTCPCP_BODY_KEPT_MAX (1u << 20)

struct htcpcp_brew;

/* Octets that only grow in number; file scope. */
struct htcpcp_octets {
    uint8_t *octets;
    size_t len;
    size_t capacity;
};

/* What a direction holds from one segment for the next, and what those add to it. */
struct htcpcp_run {
    struct htcpcp_octets held;
    size_t continued_len; /* the first so many octets came again with a later segment */
    uint32_t begun_in;
    uint32_t continued_in;        /* the frame of the last of those segments */
    struct htcpcp_note *response; /* that the octets begin, if they never go on; else NULL */
};

/* A request and what answers it. What one pass cannot know when it shows the request, such as the
 * response, is there when it is shown again. */
struct htcpcp_exchange {
    struct htcpcp_exchange *previous, *next; /* on the same connection */
    struct htcpcp_brew *brew;                /* that it belongs to, or NULL */
    const char *uri;
    const char *pot;       /* the one that Use-Pot names, or NULL */
    const char *uri_pot;   /* the pot in the URI, or else its host; NULL if there is neither */
    const char *additions; /* the names, with commas; NULL if there are none */
    const char *method;
    const char *version; /* "" if the request line has none */
    nstime_t request_time;
    enum htcpcp_method command;
    enum htcpcp_body_kind body; /* START, STOP, or anything else */
    unsigned number;            /* on the connection, from 1 */
    unsigned responses;
    uint32_t request_in;
    uint32_t response_in;      /* 0: none yet */
    uint32_t response_held_in; /* the frame of a status line that may never go on, or 0 */
    uint32_t busy_with;        /* the request that kept the pot busy, 0: none */
    bool tea;                  /* Content-Type: message/teapot */
    bool when_without_milk;
    bool has_milk; /* among its additions */
    bool at_root;  /* the URI's path is "/" */
};

/* One message. */
struct htcpcp_note {
    struct htcpcp_note *next;         /* that begins in the same call */
    struct htcpcp_exchange *exchange; /* NULL: a response to nothing that was seen */
    const char *media_type;           /* only if the body goes on beyond the frame */
    const char *encoding;
    struct htcpcp_octets body; /* announced or in chunks, in more than one part; without framing */
    uint32_t frame;
    uint32_t brewed_before;   /* of a 418: the request that the same pot has brewed for, or 0 */
    unsigned response_number; /* of those to one request, from 1; 0: it is the request */
    bool interim;
    bool additional;    /* not the first that is not interim */
    bool body_too_long; /* to be kept */
    bool has_alternates;
    bool has_list;     /* Additions-List */
    bool has_type;     /* Content-Type, so far */
    bool type_missing; /* there was none when the head ended */
};

/* One call of the dissector. */
struct htcpcp_record {
    struct htcpcp_record *next; /* in the same frame */
    struct htcpcp_stream before;
    struct htcpcp_run *run; /* the first held octets of which come first, or NULL */
    size_t held;
    struct htcpcp_run *run_after; /* the first held_after octets of which are held */
    size_t held_after;
    struct htcpcp_note *current; /* the message in progress before it, or NULL */
    struct htcpcp_note *notes;   /* of the messages that begin in it */
    struct htcpcp_note *last_note;
    uint32_t octets;    /* how many the call was given */
    uint32_t hash;      /* of the first of them */
    bool retransmitted; /* octets that have come before: nothing is learnt from them */
};

/* One direction. */
struct htcpcp_half {
    struct htcpcp_stream stream;
    struct htcpcp_run *run; /* NULL: nothing is held */
    size_t held;
    struct htcpcp_note *current;
    struct htcpcp_record *record; /* of the call before */
    uint32_t frame;               /* of that call, as time */
    nstime_t time;
    uint32_t next_seq;
    bool seq_known;
};

struct htcpcp_conv {
    address end; /* of halves[0] */
    uint32_t port;
    struct htcpcp_half halves[2];
    struct htcpcp_exchange *last;
    struct htcpcp_exchange *unanswered; /* the oldest */
};

void htcpcp_conv_register(int proto);

/* Whether this is the first time that the frame's octets are dissected. A TCP header quoted by an
 * ICMP error is no part of the connection's course. */
bool htcpcp_is_first_visit(const packet_info *pinfo);

/* What is remembered of the connection that the packet belongs to; NULL if nothing is. */
struct htcpcp_conv *htcpcp_conv_find(packet_info *pinfo);

/* The record of this call of the dissector. On the first visit it is new, and *conv is created if
 * need be; afterwards it is the same again. data is what TCP or TLS told the dissector. NULL:
 * nothing was recorded. */
struct htcpcp_record *htcpcp_record_get(tvbuff_t *tvb, packet_info *pinfo, const void *data,
                                        struct htcpcp_conv **conv);

/* Whether the next call of the dissector in this frame was given these octets on the first visit. */
bool htcpcp_record_is_of(tvbuff_t *tvb, packet_info *pinfo);

/* Learns which side is the client: the packet's sender, if its message is a request. */
void htcpcp_roles_learn(packet_info *pinfo, struct htcpcp_conv *conv, bool request);

/* Learns, on the first visit, from a part that begins a message. octets are the part's. */
struct htcpcp_note *htcpcp_message_learn(packet_info *pinfo, struct htcpcp_conv *conv,
                                         struct htcpcp_record *record, const uint8_t *octets,
                                         const struct htcpcp_part *part);

/* Learns, on the first visit, from the octets of a body that does not lie in one part. */
void htcpcp_body_learn(struct htcpcp_note *note, const uint8_t *octets,
                       const struct htcpcp_part *part);

/* Learns, on the first visit, where the call ends: stream is what is left of it, and part, unless
 * it is NULL, what is held. octets are the part's. */
void htcpcp_call_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_record *record,
                       const struct htcpcp_stream *stream, struct htcpcp_note *note,
                       const uint8_t *octets, const struct htcpcp_part *part);

/* Whether what the call left held never went on: the second pass knows. */
bool htcpcp_record_is_abandoned(const packet_info *pinfo, const struct htcpcp_record *record);

/* Whether the next response answers a HEAD. */
bool htcpcp_conv_answers_head(const struct htcpcp_conv *conv);

/* A text of the octets in file scope, for what outlives the packet. */
const char *htcpcp_text_keep(const uint8_t *octets, struct htcpcp_span span);

#endif
