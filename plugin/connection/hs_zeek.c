/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_zeek.h"

#include <stdbool.h>

#include "seq.h"

/* Bits of hs_zeek_endpoint.seen: s and h, f, r, i, q, d, a. */
enum zeek_letter {
    LETTER_SYN = 0x01,
    LETTER_FIN = 0x02,
    LETTER_RST = 0x04,
    LETTER_FIN_RST = 0x08,
    LETTER_MULTI = 0x10,
    LETTER_DATA = 0x20,
    LETTER_ACK = 0x40
};

enum {
    REXMITS_MAX = (1 << 23) - 1,
    ZERO_WINDOWS_MAX = (1 << 14) - 1,
    GAPS_MAX = (1 << 11) - 1,
    TOO_LARGE_JUMP = 1048576, /* of a SYN or RST: not believed */
    HELD_MAX = 16384, /* tcp_max_above_hole_without_any_acks: reassembly of that side ends */
    CONTROL_FLAGS = TCP_SYN | TCP_FIN | TCP_RST
};

void
hs_zeek_init(struct hs_zeek *zeek)
{
    /* Data starts after the SYN. */
    *zeek = (struct hs_zeek){.side = {{.delivered = 1}, {.delivered = 1}}};
}

/* Zeek's default likely_server_ports, for TCP: what scripts/base/protocols registers with a "redef
 * likely_server_ports" (dce-rpc, dnp3, dns, ftp, http, imap, irc, krb, ldap, modbus, rdp, smb,
 * smtp, socks, ssh, ssl, xmpp). */
static bool
is_likely_server_port(uint16_t port)
{
    /* clang-format off */
    switch (port) {
    case 21: case 22: case 25: case 53: case 80: case 81: case 88: case 135: case 139: case 143:
    case 389: case 443: case 445: case 502: case 563: case 585: case 587: case 614: case 631:
    case 636: case 989: case 990: case 992: case 993: case 995: case 1080: case 2811: case 3128:
    case 3268: case 3389: case 5222: case 5223: case 5269: case 6666: case 6667: case 6668:
    case 6669: case 8000: case 8080: case 8888: case 20000:
        return true;
    default:
        return false;
    }
    /* clang-format on */
}

/* Adds a letter, given in upper case, in the case of the side's role. */
static void
add_letter(struct hs_zeek *zeek, enum hs_side side, char letter)
{
    if (zeek->letters < HS_ZEEK_HISTORY_MAX) {
        if (letter != '^' && side != (enum hs_side)zeek->originator) {
            letter = (char)(letter - 'A' + 'a');
        }
        zeek->history[zeek->letters++] = letter;
    }
}

/* Adds a letter unless it has been seen from that side. Returns whether it had been. */
static bool
check_letter(struct hs_zeek *zeek, enum hs_side side, enum zeek_letter bit, char letter)
{
    bool seen = zeek->side[side].seen & bit;

    if (!seen) {
        zeek->side[side].seen |= bit;
        add_letter(zeek, side, letter);
    }
    return seen;
}

/* Letters that come with the 1st, 10th, 100th, ... time. */
static void
add_counted_letter(struct hs_zeek *zeek, enum hs_side side, char letter, unsigned count)
{
    while (count % 10 == 0) {
        count /= 10;
    }
    if (count == 1) {
        add_letter(zeek, side, letter);
    }
}

/* The first fragment of a datagram carries data; how much is not known. */
static bool
has_payload(const struct tcp_segment *segment)
{
    return segment->payload_bytes != 0 || !segment->payload_known;
}

static void
set_state(struct hs_zeek_endpoint *endpoint, enum hs_zeek_state state)
{
    if (endpoint->state != state) {
        endpoint->previous = endpoint->state;
        endpoint->state = state;
    }
}

/* Who is the originator: the sender, unless a connection that was not captured from its start
 * comes from a port that servers use (TCP.cc, WantConnection). */
static void
begin(struct hs_zeek *zeek, enum hs_side side, const struct tcp_segment *segment)
{
    zeek->begun = 1;
    zeek->originator = side == HS_SIDE_B;
    if ((segment->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN &&
        is_likely_server_port(segment->src_port) &&
        (!is_likely_server_port(segment->dst_port) ||
         (!(segment->flags & TCP_SYN) && segment->src_port < segment->dst_port))) {
        zeek->originator ^= 1u;
        add_letter(zeek, side, '^');
    }
}

/* A connection that began with a SYN-ACK may be a scan. Data or an ACK right after it, from either
 * side, show that the SYN was missed (zeek/zeek pull request 2191). */
static void
flip_after_syn_ack(struct hs_zeek *zeek, const struct tcp_segment *segment)
{
    struct hs_zeek_endpoint *originator = &zeek->side[zeek->originator];

    if (originator->state != HS_ZEEK_SYN_ACK_SENT || (segment->flags & CONTROL_FLAGS) ||
        zeek->side[!zeek->originator].state != HS_ZEEK_INACTIVE ||
        (!has_payload(segment) && !(segment->flags & TCP_ACK))) {
        return;
    }
    /* So far all letters are those of the SYN-ACK's sender, a dozen at most. */
    for (unsigned i = ++zeek->letters - 1; i > 0; i--) {
        zeek->history[i] = (char)(zeek->history[i - 1] - 'A' + 'a');
    }
    zeek->history[0] = '^';
    zeek->originator ^= 1u;
    set_state(originator, HS_ZEEK_ESTABLISHED);
}

/* The numbers that the segment takes up; to Zeek the payload of a RST takes up none. */
static uint32_t
segment_length(const struct tcp_segment *segment)
{
    return (segment->flags & TCP_RST ? 0 : segment->payload_bytes) +
           ((segment->flags & TCP_SYN) != 0) + ((segment->flags & TCP_FIN) != 0);
}

/* Where the sender's numbers start (init_endpoint). A side whose SYN was not captured is given one
 * just before its first segment; a SYN is believed as long as the side has not closed. */
static void
start_numbers(struct hs_zeek_endpoint *sender, const struct tcp_segment *segment)
{
    bool waiting = sender->state == HS_ZEEK_SYN_SENT || sender->state == HS_ZEEK_SYN_ACK_SENT;
    bool syn = segment->flags & TCP_SYN;
    bool over = sender->state == HS_ZEEK_CLOSED ||
                (sender->state == HS_ZEEK_RESET && sender->previous != HS_ZEEK_INACTIVE);

    if (syn ? !over && !(waiting && segment->seq == sender->start)
            : sender->state == HS_ZEEK_INACTIVE) {
        sender->start = segment->seq - !syn;
        sender->last = segment->seq + (syn ? segment_length(segment) : 0);
        sender->acked = 0;
    }
}

/* Whether a number lies before the start of that side's numbers. Numbers that have gone further
 * than half the space cannot tell. */
static bool
is_before_start(const struct hs_zeek_endpoint *endpoint, uint32_t number)
{
    return seq_before(number, endpoint->start) && !seq_before(endpoint->last, endpoint->start);
}

/* The letter of the segment, one or none (update_history), and that of its window (update_window).
 * SYN, FIN and RST come again with another number than the time before; that of a SYN is its start
 * in every state in which Zeek takes a new ISN over. A window of zero tells nothing with or after a
 * RST, nor once the peer has sent all. */
static void
learn_letters(struct hs_zeek *zeek, enum hs_side side, const struct tcp_segment *segment)
{
    struct hs_zeek_endpoint *sender = &zeek->side[side];
    uint32_t seq = segment->seq - sender->start;
    uint32_t fin = seq + segment->payload_bytes;
    char syn_letter = segment->flags & TCP_ACK ? 'H' : 'S';

    switch (segment->flags & CONTROL_FLAGS) {
    case 0:
        if (has_payload(segment)) {
            check_letter(zeek, side, LETTER_DATA, 'D');
        } else if (segment->flags & TCP_ACK) {
            check_letter(zeek, side, LETTER_ACK, 'A');
        }
        break;
    case TCP_SYN:
        if (check_letter(zeek, side, LETTER_SYN, syn_letter) && seq != 0) {
            add_letter(zeek, side, syn_letter);
        }
        break;
    case TCP_FIN:
        if (check_letter(zeek, side, LETTER_FIN, 'F') && fin != sender->last_fin) {
            add_letter(zeek, side, 'F');
        }
        break;
    case TCP_RST:
        if (check_letter(zeek, side, LETTER_RST, 'R') && seq != sender->last_rst) {
            add_letter(zeek, side, 'R');
        }
        sender->last_rst = seq;
        break;
    case TCP_FIN | TCP_RST:
    case TCP_SYN | TCP_FIN | TCP_RST:
        check_letter(zeek, side, LETTER_FIN_RST, 'I');
        break;
    default:
        check_letter(zeek, side, LETTER_MULTI, 'Q');
        break;
    }
    if (segment->flags & TCP_FIN) {
        sender->fin_sent = 1;
        sender->last_fin = fin;
    }
    if (segment->window == 0 && !(segment->flags & TCP_RST) && sender->state != HS_ZEEK_RESET &&
        zeek->side[hs_side_peer(side)].state != HS_ZEEK_CLOSED &&
        sender->zero_windows < ZERO_WINDOWS_MAX) {
        add_counted_letter(zeek, side, 'W', ++sender->zero_windows);
    }
}

/* What the segment acknowledges, as a relative number of the peer; 0 when that means nothing. */
static uint32_t
learn_ack(struct hs_zeek_endpoint *peer, const struct tcp_segment *segment)
{
    uint32_t ack = segment->ack - peer->start;

    if (peer->state == HS_ZEEK_INACTIVE) {
        peer->start = peer->last = segment->ack - 1;
        return 1;
    }
    if (is_before_start(peer, segment->ack)) {
        return 0;
    }
    if (!(segment->flags & TCP_RST) && ack > 1 && !(segment->ack == 0 && ack > TOO_LARGE_JUMP)) {
        peer->acked = 1;
    }
    return ack;
}

/* Moves the sender's highest number on; data that does not is a retransmission, even where it
 * fills a hole (update_last_seq). */
static void
learn_last(struct hs_zeek *zeek, enum hs_side side, const struct tcp_segment *segment)
{
    struct hs_zeek_endpoint *sender = &zeek->side[side];
    uint32_t end = segment->seq + segment_length(segment);
    int32_t moved = seq_diff(end, sender->last);

    if ((segment->flags & (TCP_SYN | TCP_RST)) &&
        (moved > TOO_LARGE_JUMP || moved < -TOO_LARGE_JUMP)) {
        return;
    }
    if ((segment->flags & TCP_FIN) && sender->last == sender->start + 1) {
        sender->last = end;
        return;
    }
    if (sender->state == HS_ZEEK_RESET) {
        return;
    }
    if (moved > 0) {
        sender->last = end;
    } else if (segment->payload_bytes > 0 && sender->rexmits < REXMITS_MAX) {
        add_counted_letter(zeek, side, 'T', ++sender->rexmits);
    }
}

static void
step_close(struct hs_zeek_endpoint *sender, unsigned flags)
{
    if (flags & TCP_FIN) {
        set_state(sender, HS_ZEEK_CLOSED);
    }
    if (flags & TCP_RST) {
        set_state(sender, HS_ZEEK_RESET);
    }
}

/* The first segment of a side (UpdateInactiveState). */
static void
step_inactive(struct hs_zeek *zeek, enum hs_side side, const struct tcp_segment *segment)
{
    struct hs_zeek_endpoint *sender = &zeek->side[side];
    struct hs_zeek_endpoint *peer = &zeek->side[hs_side_peer(side)];
    bool is_originator = side == (enum hs_side)zeek->originator;

    if ((segment->flags & TCP_SYN) && is_originator) {
        set_state(sender, segment->flags & TCP_ACK ? HS_ZEEK_SYN_ACK_SENT : HS_ZEEK_SYN_SENT);
    } else if (segment->flags & TCP_SYN) {
        if (!(segment->flags & TCP_ACK) && peer->state == HS_ZEEK_SYN_ACK_SENT) {
            /* SYN and SYN-ACK were captured in the wrong order. */
            zeek->originator ^= 1u;
            add_letter(zeek, side, '^');
            set_state(peer, HS_ZEEK_ESTABLISHED);
        }
        if (peer->state == HS_ZEEK_SYN_SENT) {
            set_state(peer, HS_ZEEK_ESTABLISHED);
        }
        set_state(sender, HS_ZEEK_ESTABLISHED);
    }
    step_close(sender, segment->flags);
    /* Some acknowledge the SYN before they answer it. */
    if (sender->state == HS_ZEEK_INACTIVE &&
        (is_originator || has_payload(segment) || peer->state != HS_ZEEK_SYN_SENT)) {
        bool missed_syn = (segment->flags & TCP_ACK) && peer->state == HS_ZEEK_ESTABLISHED;

        set_state(sender, missed_syn ? HS_ZEEK_ESTABLISHED : HS_ZEEK_PARTIAL);
    }
}

/* The states after the segment (UpdateStateMachine). No number is tested. */
static void
step_state(struct hs_zeek *zeek, enum hs_side side, const struct tcp_segment *segment)
{
    struct hs_zeek_endpoint *sender = &zeek->side[side];
    struct hs_zeek_endpoint *peer = &zeek->side[hs_side_peer(side)];

    switch ((enum hs_zeek_state)sender->state) {
    case HS_ZEEK_INACTIVE:
        step_inactive(zeek, side, segment);
        break;
    case HS_ZEEK_SYN_SENT:
    case HS_ZEEK_SYN_ACK_SENT:
        step_close(sender, segment->flags);
        break;
    case HS_ZEEK_PARTIAL:
        if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && peer->state == HS_ZEEK_INACTIVE) {
            set_state(sender, HS_ZEEK_SYN_SENT);
        }
        /* fall through */
    case HS_ZEEK_ESTABLISHED:
        if (segment->flags & TCP_RST) {
            set_state(sender, HS_ZEEK_RESET);
        } else if (segment->flags & TCP_FIN) {
            set_state(sender, HS_ZEEK_CLOSED);
            if (peer->state == HS_ZEEK_RESET && peer->previous == HS_ZEEK_CLOSED) {
                set_state(peer, HS_ZEEK_CLOSED); /* a FIN and then a RST is an orderly end */
            }
        }
        break;
    case HS_ZEEK_CLOSED:
    case HS_ZEEK_RESET:
        if ((segment->flags & TCP_RST) && peer->state != HS_ZEEK_CLOSED) {
            set_state(sender, HS_ZEEK_RESET);
        }
        break;
    }
}

static bool
is_open_or_was(const struct hs_zeek_endpoint *endpoint)
{
    return (endpoint->state == HS_ZEEK_CLOSED ? endpoint->previous : endpoint->state) ==
           HS_ZEEK_ESTABLISHED;
}

/* What is held above the hole has become the next to deliver. One hole is all that is remembered:
 * several at a time count as one. */
static void
deliver_held(struct hs_zeek_endpoint *endpoint)
{
    if (endpoint->holding && !seq_before(endpoint->delivered, endpoint->held)) {
        endpoint->delivered = seq_max(endpoint->delivered, endpoint->last - endpoint->start);
        endpoint->holding = 0;
    }
}

/* An acknowledgement of side's data that was not captured: a gap (TCP_Reassembler, AckReceived),
 * reported unless a side was never open or has sent a RST. */
static void
learn_gaps(struct hs_zeek *zeek, enum hs_side side, uint32_t ack)
{
    struct hs_zeek_endpoint *endpoint = &zeek->side[side];

    if (endpoint->fin_sent && seq_before(endpoint->last_fin, ack)) {
        ack = endpoint->last_fin; /* a FIN is no data */
    }
    while (seq_before(endpoint->delivered, ack)) {
        if (is_open_or_was(&zeek->side[HS_SIDE_A]) && is_open_or_was(&zeek->side[HS_SIDE_B]) &&
            endpoint->gaps < GAPS_MAX) {
            add_counted_letter(zeek, side, 'G', ++endpoint->gaps);
        }
        endpoint->delivered =
            endpoint->holding && seq_before(endpoint->held, ack) ? endpoint->held : ack;
        deliver_held(endpoint);
    }
}

/* Data as it goes into reassembly (TCP_Reassembler, DataSent). */
static void
learn_data(struct hs_zeek_endpoint *sender, const struct tcp_segment *segment)
{
    uint32_t first = segment->seq - sender->start + ((segment->flags & TCP_SYN) != 0);
    uint32_t end = first + segment->payload_bytes;

    if (!segment->payload_known) {
        sender->gaps = GAPS_MAX; /* from here on it is not known what was captured */
    }
    if (segment->payload_bytes == 0 || (segment->flags & TCP_RST) ||
        is_before_start(sender, segment->seq) || !seq_before(sender->delivered, end)) {
        return;
    }
    if (!seq_before(sender->delivered, first)) {
        sender->delivered = end;
        deliver_held(sender);
    } else if (!sender->holding || seq_before(first, sender->held)) {
        sender->held = first;
        sender->holding = 1;
    }
    if (sender->holding && !sender->acked && end - sender->delivered > HELD_MAX) {
        sender->gaps = GAPS_MAX;
    }
}

void
hs_zeek_learn(struct hs_zeek *zeek, enum hs_side sender, const struct tcp_segment *segment)
{
    enum hs_side peer = hs_side_peer(sender);
    uint32_t ack = 0;
    bool steady = !(segment->flags & CONTROL_FLAGS) &&
                  zeek->side[HS_SIDE_A].state == HS_ZEEK_ESTABLISHED &&
                  zeek->side[HS_SIDE_B].state == HS_ZEEK_ESTABLISHED;

    if (!zeek->begun) {
        begin(zeek, sender, segment);
    }
    if (!steady) { /* most segments change neither roles nor states */
        flip_after_syn_ack(zeek, segment);
        start_numbers(&zeek->side[sender], segment);
    }
    learn_letters(zeek, sender, segment);
    if (segment->flags & TCP_ACK) {
        ack = learn_ack(&zeek->side[peer], segment);
    }
    learn_last(zeek, sender, segment);
    if (!steady) {
        step_state(zeek, sender, segment);
    }
    if (segment->flags & TCP_ACK) {
        learn_gaps(zeek, peer, ack);
    }
    learn_data(&zeek->side[sender], segment);
}
