/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hs_zeek.h"

enum { CLIENT_PORT = 40000, SERVER_PORT = 50000 }; /* neither is one that Zeek knows */

/* A segment as it looks on the wire. */
struct packet {
    char from;         /* 'C': the client, 'S': the server */
    const char *flags; /* letters of SAFR; 'z': a window of zero, '?': the first of fragments */
    uint32_t seq;      /* counted from the sender's ISN */
    uint32_t ack;      /* counted from the other side's ISN */
    uint32_t payload;
};

#define PACKETS(...) (const struct packet[]){__VA_ARGS__}, \
                     sizeof((const struct packet[]){__VA_ARGS__}) / sizeof(struct packet)

/* The start of most connections. */
#define HANDSHAKE {'C', "S", 0, 0, 0}, {'S', "SA", 0, 1, 0}, {'C', "A", 1, 1, 0}

static struct tcp_segment
make_segment(const struct packet *packet, uint32_t isn, uint32_t peer_isn)
{
    static const struct {
        char letter;
        uint16_t bit;
    } bits[] = {{'S', TCP_SYN}, {'A', TCP_ACK}, {'F', TCP_FIN}, {'R', TCP_RST}};
    struct tcp_segment segment = {
        .seq = isn + packet->seq,
        .ack = strchr(packet->flags, 'A') != NULL ? peer_isn + packet->ack : 0,
        .payload_bytes = packet->payload,
        .window = strchr(packet->flags, 'z') != NULL ? 0 : 8192,
        .header_bytes = TCP_HEADER_MIN_BYTES,
        .payload_known = strchr(packet->flags, '?') == NULL,
    };

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        if (strchr(packet->flags, bits[i].letter) != NULL) {
            segment.flags |= bits[i].bit;
        }
    }
    return segment;
}

/* Plays the packets between two ports and asserts what Zeek says of them, for ISNs that wrap around
 * within the connection and for ones that do not, and with the sides swapped. */
static void
play_ports(const char *conn_state, const char *history, uint16_t client_port, uint16_t server_port,
           const struct packet *packets, size_t count)
{
    static const uint32_t isns[][2] = {
        {0, 0},
        {1000, 500000},
        {UINT32_MAX, UINT32_MAX - 1},
        {UINT32_MAX - 100, INT32_MAX},
        {INT32_MAX - 50u, UINT32_MAX - 20},
    };

    for (size_t run = 0; run < 2 * sizeof isns / sizeof isns[0]; run++) {
        const uint32_t client_isn = isns[run / 2][0], server_isn = isns[run / 2][1];
        const enum hs_side client = run % 2 == 0 ? HS_SIDE_A : HS_SIDE_B;
        struct hs_zeek zeek;

        hs_zeek_init(&zeek);
        for (size_t i = 0; i < count; i++) {
            const bool from_client = packets[i].from == 'C';
            struct tcp_segment segment =
                make_segment(&packets[i], from_client ? client_isn : server_isn,
                             from_client ? server_isn : client_isn);

            segment.src_port = from_client ? client_port : server_port;
            segment.dst_port = from_client ? server_port : client_port;
            hs_zeek_learn(&zeek, from_client ? client : hs_side_peer(client), &segment);
        }
        assert_string_equal(hs_zeek_history(&zeek), history);
        assert_string_equal(hs_zeek_conn_state(&zeek), conn_state);
    }
}

static void
play(const char *conn_state, const char *history, const struct packet *packets, size_t count)
{
    play_ports(conn_state, history, CLIENT_PORT, SERVER_PORT, packets, count);
}

static void
nothing_seen(void **state)
{
    struct hs_zeek zeek;

    (void)state;
    hs_zeek_init(&zeek);
    assert_string_equal(hs_zeek_history(&zeek), "");
    assert_string_equal(hs_zeek_conn_state(&zeek), "OTH");
    assert_true(sizeof zeek <= 96);
}

static void
opening(void **state)
{
    (void)state;
    play("S0", "S", PACKETS({'C', "S", 0, 0, 0}));
    play("S0", "S", PACKETS({'C', "S", 0, 0, 0}, {'C', "S", 0, 0, 0}));
    /* Zeek holds a connection for established at the SYN-ACK, whatever it acknowledges. */
    play("S1", "Sh", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 0, 0}));
    play("S1", "ShG", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 777, 0}));
    play("S1", "ShA", PACKETS(HANDSHAKE));
    play("S1", "Ss", PACKETS({'C', "S", 0, 0, 0}, {'S', "S", 0, 0, 0}));
    /* Some acknowledge the SYN before they answer it. */
    play("S0", "Sa", PACKETS({'C', "S", 0, 0, 0}, {'S', "A", 1, 1, 0}));
    play("S1", "Sah", PACKETS({'C', "S", 0, 0, 0}, {'S', "A", 1, 1, 0}, {'S', "SA", 0, 1, 0}));
    play("OTH", "Sd", PACKETS({'C', "S", 0, 0, 0}, {'S', "A", 1, 1, 5}));
    play("S0", "AS", PACKETS({'C', "A", 1, 1, 0}, {'C', "S", 0, 0, 0}));
}

static void
refused_and_reset(void **state)
{
    (void)state;
    play("REJ", "Sr", PACKETS({'C', "S", 0, 0, 0}, {'S', "RA", 0, 1, 0}));
    play("REJ", "ShrR", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 1, 0}, {'S', "R", 1, 0, 0},
                                {'C', "R", 1, 0, 0}));
    play("RSTR", "ShADrR", PACKETS(HANDSHAKE, {'C', "A", 1, 1, 10}, {'S', "R", 1, 0, 0},
                                   {'C', "R", 11, 0, 0}));
    play("RSTR", "ShAr", PACKETS(HANDSHAKE, {'S', "R", 1, 0, 0}));
    play("RSTO", "ShAR", PACKETS(HANDSHAKE, {'C', "RA", 1, 1, 0}));
    play("RSTO", "ShR", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 1, 0}, {'C', "R", 1, 0, 0}));
    play("RSTOS0", "SR", PACKETS({'C', "S", 0, 0, 0}, {'C', "R", 1, 0, 0}));
    play("RSTOS0", "SdR", PACKETS({'C', "S", 0, 0, 0}, {'S', "A", 1, 1, 5}, {'C', "R", 1, 0, 0}));
    play("OTH", "SAR", PACKETS({'C', "S", 0, 0, 0}, {'C', "A", 1, 1, 0}, {'C', "R", 1, 0, 0}));
    play("OTH", "R", PACKETS({'C', "R", 1, 0, 0}));
    play_ports("RSTRH", "^hr", CLIENT_PORT, 80,
               PACKETS({'S', "SA", 0, 1, 0}, {'S', "R", 1, 0, 0}));
}

static void
closing(void **state)
{
    (void)state;
    play("S2", "ShAFa", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'S', "A", 1, 2, 0}));
    play("S3", "ShAf", PACKETS(HANDSHAKE, {'S', "FA", 1, 1, 0}, {'C', "A", 1, 2, 0}));
    play("SF", "ShADadFf",
         PACKETS(HANDSHAKE, {'C', "A", 1, 1, 78}, {'S', "A", 1, 79, 0}, {'S', "A", 1, 79, 185},
                 {'C', "A", 79, 186, 0}, {'C', "FA", 79, 186, 0}, {'S', "FA", 186, 80, 0},
                 {'C', "A", 80, 187, 0}));
    play("SH", "SF", PACKETS({'C', "S", 0, 0, 0}, {'C', "FA", 1, 1, 0}));
    play_ports("SHR", "^hf", CLIENT_PORT, 80,
               PACKETS({'S', "SA", 0, 1, 0}, {'S', "FA", 1, 1, 0}));
    /* Once both have closed, a RST changes nothing. */
    play("SF", "ShAFfR", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'S', "FA", 1, 2, 0},
                                 {'C', "R", 2, 0, 0}));
    /* A FIN and then a RST of one side, then the FIN of the other. */
    play("RSTO", "ShAFR", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'C', "R", 2, 0, 0}));
    play("SF", "ShAFRf", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'C', "R", 2, 0, 0},
                                 {'S', "FA", 1, 2, 0}));
}

static void
midstream(void **state)
{
    (void)state;
    play("OTH", "D", PACKETS({'C', "A", 1, 1, 10}));
    play("OTH", "DdA", PACKETS({'C', "A", 1, 1, 10}, {'S', "A", 1, 11, 20}, {'C', "A", 11, 21, 0}));
    play("SF", "DaFfA", PACKETS({'C', "A", 1, 1, 10}, {'S', "A", 1, 11, 0}, {'C', "FA", 11, 1, 0},
                                {'S', "FA", 1, 12, 0}, {'C', "A", 12, 2, 0}));
    play("OTH", "", PACKETS({'C', "", 1, 0, 0}));
}

static void
flipped_by_port(void **state)
{
    const struct packet data = {'S', "A", 1, 1, 10}, syn_ack = {'S', "SA", 0, 1, 0};

    (void)state;
    play_ports("OTH", "^d", CLIENT_PORT, 80, &data, 1);
    play_ports("OTH", "D", CLIENT_PORT, 110, &data, 1);
    /* Both are likely: the higher port is the server's, unless this may be a scan. */
    play_ports("OTH", "^d", 8080, 80, &data, 1);
    play_ports("OTH", "D", 80, 8080, &data, 1);
    play_ports("OTH", "H", 8080, 80, &syn_ack, 1);
    play_ports("OTH", "^h", CLIENT_PORT, 6667, &syn_ack, 1);
    play_ports("S0", "S", 80, SERVER_PORT, PACKETS({'C', "S", 0, 0, 0}));
    play_ports("S1", "^hADd", CLIENT_PORT, 80,
               PACKETS({'S', "SA", 0, 1, 0}, {'C', "A", 1, 1, 0}, {'C', "A", 1, 1, 10},
                       {'S', "A", 1, 11, 20}));
}

static void
flipped_after_a_syn_ack(void **state)
{
    (void)state;
    play("OTH", "H", PACKETS({'S', "SA", 0, 1, 0}));
    play("REJ", "Hr", PACKETS({'S', "SA", 0, 1, 0}, {'C', "R", 1, 0, 0}));
    play("S1", "^hA", PACKETS({'S', "SA", 0, 1, 0}, {'C', "A", 1, 1, 0}));
    play("S1", "^hD", PACKETS({'S', "SA", 0, 1, 0}, {'C', "A", 1, 1, 10}));
    play("OTH", "^hd", PACKETS({'S', "SA", 0, 1, 0}, {'S', "A", 1, 1, 10}));
    play("OTH", "^hwa", PACKETS({'S', "SAz", 0, 1, 0}, {'S', "A", 1, 1, 0}));
    /* SYN and SYN-ACK in the wrong order. */
    play("S1", "Hs^A", PACKETS({'S', "SA", 0, 1, 0}, {'C', "S", 0, 0, 0}, {'C', "A", 1, 1, 0}));
}

static void
letters_of_control_flags(void **state)
{
    (void)state;
    /* A SYN-ACK with another ISN while the connection lives is another start. */
    play("S1", "Sh", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 1, 0}, {'S', "SA", 0, 1, 0}));
    play("S1", "Sh", PACKETS({'C', "S", 0, 0, 0}, {'S', "SA", 0, 1, 0}, {'S', "SA", 90, 1, 0}));
    /* After its FIN it is one more. */
    play("S3", "ShAfh", PACKETS(HANDSHAKE, {'S', "FA", 1, 1, 0}, {'S', "SA", 90, 1, 0}));
    /* A repeated FIN and RST: the same number is the same one. */
    play("S2", "ShAF", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'C', "FA", 1, 1, 0}));
    play("S2", "ShAFF", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'C', "FA", 1, 1, 10}));
    play("S2", "ShAFT", PACKETS(HANDSHAKE, {'C', "FA", 11, 1, 0}, {'C', "FA", 1, 1, 10}));
    play("RSTR", "ShAr", PACKETS(HANDSHAKE, {'S', "R", 1, 0, 0}, {'S', "R", 1, 0, 0}));
    play("RSTR", "ShArr", PACKETS(HANDSHAKE, {'S', "R", 1, 0, 0}, {'S', "R", 5, 0, 0},
                                  {'S', "R", 5, 0, 0}));
    /* Two of the three flags. */
    play("RSTO", "ShAI", PACKETS(HANDSHAKE, {'C', "FR", 1, 0, 0}, {'C', "FR", 9, 0, 0}));
    play("OTH", "I", PACKETS({'C', "SFR", 1, 0, 0}));
    play("SH", "Q", PACKETS({'C', "SF", 0, 0, 0}, {'C', "SF", 7, 0, 0}));
    play("REJ", "Qq", PACKETS({'C', "SR", 0, 0, 0}, {'S', "SRA", 0, 1, 0}));
}

/* Letters that come with the 1st, 10th, 100th, ... time. */
static void
counted_letters(void **state)
{
    static const struct {
        unsigned times;
        const char *history;
    } cases[] = {{1, "ShADT"},      {9, "ShADT"},       {10, "ShADTT"},
                 {99, "ShADTT"},    {100, "ShADTTT"},   {10000, "ShADTTTTT"},
                 {99999, "ShADTTTTT"}, {1000000, "ShADTTTTTTT"}, {9000000, "ShADTTTTTTT"}};
    const struct packet opening_packets[] = {HANDSHAKE, {'C', "A", 1, 1, 10}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hs_zeek zeek;
        struct tcp_segment segment;

        hs_zeek_init(&zeek);
        for (size_t j = 0; j < sizeof opening_packets / sizeof opening_packets[0]; j++) {
            segment = make_segment(&opening_packets[j], 0, 0);
            hs_zeek_learn(&zeek, opening_packets[j].from == 'C' ? HS_SIDE_A : HS_SIDE_B, &segment);
        }
        for (unsigned j = 0; j < cases[i].times; j++) {
            hs_zeek_learn(&zeek, HS_SIDE_A, &segment);
        }
        assert_string_equal(hs_zeek_history(&zeek), cases[i].history);
    }
}

static void
retransmissions(void **state)
{
    (void)state;
    /* Whatever does not move the highest number on, even where it is new. */
    play("S1", "ShADT", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 10}, {'C', "A", 1, 1, 10}));
    play("S1", "ShAD", PACKETS(HANDSHAKE, {'C', "A", 1, 1, 10}, {'C', "A", 6, 1, 10}));
    play("RSTO", "ShADR", PACKETS(HANDSHAKE, {'C', "A", 1, 1, 10}, {'C', "R", 11, 0, 0},
                                  {'C', "A", 1, 1, 10}));
    /* The payload of a RST takes up no number, so that it looks sent before. */
    play("RSTO", "ShADRT", PACKETS(HANDSHAKE, {'C', "A", 1, 1, 10}, {'C', "R", 11, 0, 5}));
    play("RSTO", "ShADR", PACKETS(HANDSHAKE, {'C', "A", 1, 1, 10}, {'C', "R", 2000000, 0, 5}));
}

static void
zero_windows(void **state)
{
    (void)state;
    play("S1", "ShAaw", PACKETS(HANDSHAKE, {'S', "Az", 1, 1, 0}, {'S', "Az", 1, 1, 0}));
    play("S0", "SW", PACKETS({'C', "Sz", 0, 0, 0}));
    play("REJ", "Sr", PACKETS({'C', "S", 0, 0, 0}, {'S', "RAz", 0, 1, 0}));
    /* After the peer's FIN there is nothing to receive; after its own there is. */
    play("S2", "ShAFa", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'S', "Az", 1, 2, 0}));
    play("S2", "ShAFW", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'C', "Az", 2, 1, 0}));
    play("RSTO", "ShAR", PACKETS(HANDSHAKE, {'C', "R", 1, 0, 0}, {'C', "Az", 1, 1, 0}));
}

static void
gaps(void **state)
{
    (void)state;
    /* Data that is acknowledged, but was not captured. */
    play("S1", "ShAaG", PACKETS(HANDSHAKE, {'S', "A", 1, 101, 0}));
    play("S1", "ShADaG", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 10}, {'S', "A", 1, 21, 0}));
    play("S1", "ShADa", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 10}, {'S', "A", 1, 1, 0}));
    play("S1", "ShADTa", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 10}, {'C', "A", 1, 1, 10},
                                 {'S', "A", 1, 21, 0}));
    play("S1", "ShADTaG", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 10}, {'C', "A", 1, 1, 5},
                                  {'S', "A", 1, 21, 0}));
    /* The SYN's and the FIN's numbers are no data; a FIN beyond a hole is no end. */
    play("S2", "ShAFa", PACKETS(HANDSHAKE, {'C', "FA", 1, 1, 0}, {'S', "A", 1, 2, 0}));
    play("S2", "ShAFaG", PACKETS(HANDSHAKE, {'C', "FA", 5, 1, 0}, {'S', "A", 1, 6, 0}));
    /* Not reported of a side that was never open, nor by and after a RST. */
    play("OTH", "Aa", PACKETS({'C', "A", 1, 1, 0}, {'S', "A", 1, 101, 0}));
    play("RSTR", "ShAr", PACKETS(HANDSHAKE, {'S', "RA", 1, 101, 0}));
    /* An ACK of what lies before the start. */
    play("S1", "ShAa", PACKETS(HANDSHAKE, {'S', "A", 1, (uint32_t)-5, 0}));
    /* Too much above a hole, and nothing acknowledged. */
    play("S1", "ShADa", PACKETS(HANDSHAKE, {'C', "A", 11, 1, 20000}, {'S', "A", 1, 20011, 0}));
    /* A fragment's length is not known. */
    play("S1", "ShADa", PACKETS(HANDSHAKE, {'C', "A?", 1, 1, 0}, {'S', "A", 1, 101, 0}));
}

/* The one capture of Zeek's whose packets hold headers only: tcp/retransmit-fast009.pcap begins
 * like this, and Zeek sees no data in it. */
static void
gaps_one_by_one(void **state)
{
    (void)state;
    play("S1", "ShAaG", PACKETS(HANDSHAKE, {'S', "A", 1, 475, 0}, {'S', "A", 1, 475, 0}));
    play("S1", "ShAaGG", PACKETS(HANDSHAKE, {'S', "A", 1, 11, 0}, {'S', "A", 1, 21, 0},
                                 {'S', "A", 1, 31, 0}, {'S', "A", 1, 41, 0}, {'S', "A", 1, 51, 0},
                                 {'S', "A", 1, 61, 0}, {'S', "A", 1, 71, 0}, {'S', "A", 1, 81, 0},
                                 {'S', "A", 1, 91, 0}, {'S', "A", 1, 101, 0}));
}

static void
history_is_bounded(void **state)
{
    static const char *const states = " S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH ";
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct hs_zeek zeek;

        hs_zeek_init(&zeek);
        for (int i = 0; i < 200; i++) {
            uint32_t r[6];
            char word[16] = " ";

            for (int j = 0; j < 6; j++) {
                random = random * 1664525 + 1013904223;
                r[j] = random >> 8;
            }
            hs_zeek_learn(&zeek, r[0] % 2 ? HS_SIDE_A : HS_SIDE_B,
                          &(struct tcp_segment){
                              .seq = r[1] % 3 ? r[1] % 64 : random,
                              .ack = r[2] % 3 ? r[2] % 64 : random * 5,
                              .payload_bytes = r[3] % 4 ? 0 : r[3] % 70000,
                              .src_port = (uint16_t)(r[4] % 100),
                              .dst_port = (uint16_t)(r[5] % 100),
                              .flags = (uint16_t)(r[4] >> 4 & 0x1ff),
                              .window = r[5] >> 4 & 1,
                              .payload_known = r[0] >> 4 & 31,
                          });
            strcat(word, hs_zeek_conn_state(&zeek));
            assert_non_null(strstr(states, strcat(word, " ")));
            assert_true(strlen(hs_zeek_history(&zeek)) <= HS_ZEEK_HISTORY_MAX);
            assert_int_equal(strspn(hs_zeek_history(&zeek), "^ADFGHIQRSTWadfghiqrstw"),
                             strlen(hs_zeek_history(&zeek)));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_seen),
        cmocka_unit_test(opening),
        cmocka_unit_test(refused_and_reset),
        cmocka_unit_test(closing),
        cmocka_unit_test(midstream),
        cmocka_unit_test(flipped_by_port),
        cmocka_unit_test(flipped_after_a_syn_ack),
        cmocka_unit_test(letters_of_control_flags),
        cmocka_unit_test(counted_letters),
        cmocka_unit_test(retransmissions),
        cmocka_unit_test(zero_windows),
        cmocka_unit_test(gaps),
        cmocka_unit_test(gaps_one_by_one),
        cmocka_unit_test(history_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
