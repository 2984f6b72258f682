/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * State of a connection: the position of each direction, requests and their responses, and for each
 * frame the state that is needed to dissect it again.
 */
#ifndef PACKET_HTCPCP_CONV_H
#define PACKET_HTCPCP_CONV_H

#include <epan/packet.h>

#include "htcpcp_stream.h"

/* The longest body that is reassembled. */
#define HTCPCP_BODY_KEPT_MAX (1u << 20)

struct htcpcp_brew;

/* A growing buffer; file scope. */
struct htcpcp_octets {
    uint8_t *octets;
    size_t len;
    size_t capacity;
};

/* Octets that a direction holds over one or more segments. */
struct htcpcp_run {
    struct htcpcp_octets held;
    size_t continued_len; /* number of held octets that were dissected with a later segment */
    uint32_t begun_in;
    uint32_t continued_in;        /* the last of those segments */
    struct htcpcp_note *response; /* begun by the octets if nothing follows, or NULL */
};

/* A request and its responses. The response is known when the request is dissected again. */
struct htcpcp_exchange {
    struct htcpcp_exchange *previous, *next; /* on the same connection */
    struct htcpcp_brew *brew;                /* or NULL */
    const char *uri;
    const char *pot;       /* from Use-Pot, or NULL */
    const char *uri_pot;   /* pot-designator of the URI, else its host, else NULL */
    const char *additions; /* names, separated by commas; NULL: none */
    const char *method;
    const char *version; /* "": none */
    nstime_t request_time;
    enum htcpcp_method command;
    enum htcpcp_body_kind body; /* START, STOP or any other kind */
    unsigned number;            /* on the connection, from 1 */
    unsigned responses;
    uint32_t request_in;
    uint32_t response_in;      /* 0: none */
    uint32_t response_held_in; /* frame of a status line that may be incomplete, or 0 */
    uint32_t busy_with;        /* frame of the request that keeps the pot busy, or 0 */
    bool tea;                  /* Content-Type: message/teapot */
    bool when_without_milk;
    bool has_milk; /* among its additions */
    bool at_root;  /* the path of the URI is "/" */
};

/* One message. */
struct htcpcp_note {
    struct htcpcp_note *next;         /* that begins in the same call of the dissector */
    struct htcpcp_exchange *exchange; /* NULL: a response without a captured request */
    const char *media_type;           /* only if the body continues after the frame */
    const char *encoding;
    struct htcpcp_octets body; /* with a length or in chunks, in several parts; without framing */
    uint32_t frame;
    uint32_t brewed_before;   /* response 418: frame of an order that the same pot brewed, or 0 */
    unsigned response_number; /* of the responses to one request, from 1; 0: a request */
    bool interim;
    bool additional;    /* follows the first response that is not interim */
    bool body_too_long; /* for reassembly */
    bool has_alternates;
    bool has_list;     /* Additions-List */
    bool has_type;     /* Content-Type, so far */
    bool type_missing; /* none when the head ended */
};

/* One call of the dissector. */
struct htcpcp_record {
    struct htcpcp_record *next; /* in the same frame */
    struct htcpcp_stream before;
    struct htcpcp_run *run; /* its first held octets precede those of the call; or NULL */
    size_t held;
    struct htcpcp_run *run_after; /* its first held_after octets are held after the call */
    size_t held_after;
    struct htcpcp_note *current; /* the message before the call, or NULL */
    struct htcpcp_note *notes;   /* of the messages that begin in the call */
    struct htcpcp_note *last_note;
    uint32_t octets;    /* number of octets of the call */
    uint32_t hash;      /* of the first octets */
    bool retransmitted; /* nothing is learnt from the octets */
};

/* One direction. */
struct htcpcp_half {
    struct htcpcp_stream stream;
    struct htcpcp_run *run; /* NULL: nothing is held */
    size_t held;
    struct htcpcp_note *current;
    struct htcpcp_record *record; /* of the previous call */
    uint32_t frame;               /* of that call, like time */
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

/* Whether the frame is dissected for the first time. A TCP header that an ICMP error quotes does not
 * count. */
bool htcpcp_is_first_visit(const packet_info *pinfo);

/* The state of the packet's connection, or NULL. */
struct htcpcp_conv *htcpcp_conv_find(packet_info *pinfo);

/* The record of this call of the dissector. On the first visit the record and, if it is NULL, *conv are
 * created; later visits return the same record, or NULL if there is none. data is that of the call. */
struct htcpcp_record *htcpcp_record_get(tvbuff_t *tvb, packet_info *pinfo, const void *data,
                                        struct htcpcp_conv **conv);

/* Whether the next call of the dissector in this frame had these octets on the first visit. */
bool htcpcp_record_is_of(tvbuff_t *tvb, packet_info *pinfo);

/* Learns the roles: the sender of the packet is the client if its message is a request. */
void htcpcp_roles_learn(packet_info *pinfo, struct htcpcp_conv *conv, bool request);

/* First visit: learns from a part that begins a message. octets are those of the part. */
struct htcpcp_note *htcpcp_message_learn(packet_info *pinfo, struct htcpcp_conv *conv,
                                         struct htcpcp_record *record, const uint8_t *octets,
                                         const struct htcpcp_part *part);

/* First visit: adds the octets of the part to a body that spans several parts. */
void htcpcp_body_learn(struct htcpcp_note *note, const uint8_t *octets,
                       const struct htcpcp_part *part);

/* First visit: stores the state after the call: stream, and the held part unless it is NULL. octets
 * are those of the part. */
void htcpcp_call_learn(packet_info *pinfo, struct htcpcp_conv *conv, struct htcpcp_record *record,
                       const struct htcpcp_stream *stream, struct htcpcp_note *note,
                       const uint8_t *octets, const struct htcpcp_part *part);

/* Whether nothing followed the octets that were held after the call. False in the first pass. */
bool htcpcp_record_is_abandoned(const packet_info *pinfo, const struct htcpcp_record *record);

/* Whether the next response is to a HEAD. */
bool htcpcp_conv_answers_head(const struct htcpcp_conv *conv);

/* A copy of the text in span with file scope. */
const char *htcpcp_text_keep(const uint8_t *octets, struct htcpcp_span span);

#endif
