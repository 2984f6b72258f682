/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * HTCPCP in libwireshark (4.0): the octets of two connections. As in Wireshark, each segment is
 * dissected first with or without a tree and then again with one. Methods and codes must be the same
 * both times unless the first time holds data.
 *
 * An input is payload; an octet from 0xf0 on begins the next segment: bit 0 sent by the server,
 * bit 1 on the second connection, bit 2 behind a gap, bit 3 the segment before once more.
 */
#include "ws_compat.h"

#include <epan/column-info.h>
#include <epan/column.h>
#include <epan/epan_dissect.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/tvbuff.h>
#include <stdlib.h>
#include <string.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "harness.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum {
    SEGMENTS_MAX = 64,
    INPUTS_A_SESSION = 500,
    HEADER_BYTES = 40,
};

struct segment {
    frame_data frame;
    uint8_t *packet;
    unsigned len;
    guint words;
    bool waits;
};

struct packet_provider_data {
    unsigned count;
    struct segment segments[SEGMENTS_MAX];
};

/* In plugin.c; Wireshark finds it by its name. */
void plugin_register(void);

/* Called by LeakSanitizer. The session outlives inputs, and libwireshark is never freed. */
int __lsan_is_turned_off(void);

static struct packet_provider_data capture;
static epan_t *session;
static column_info columns;
static unsigned inputs_of_session;
static uint32_t last_frame, input_number;

int
__lsan_is_turned_off(void)
{
    return 1;
}

static const nstime_t *
get_frame_time(struct packet_provider_data *provider, guint32 number)
{
    for (unsigned i = 0; i < provider->count; i++) {
        if (provider->segments[i].frame.num == number) {
            return &provider->segments[i].frame.abs_ts;
        }
    }
    return NULL;
}

static void
renew_session(void)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = get_frame_time};

    if (session != NULL) {
        epan_free(session);
    }
    session = epan_new(&capture, &functions);
    inputs_of_session = 0;
    last_frame = input_number = 0;
}

/* Discards messages of dissectors about malformed packets. */
static void
drop_message(const char *domain, enum ws_log_level level, struct timespec timestamp,
             const char *file, long number, const char *function, const char *format,
             va_list values, void *user)
{
    (void)domain, (void)level, (void)timestamp, (void)file, (void)number, (void)function;
    (void)format, (void)values, (void)user;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    /* No tables of names and no user preferences: they cost time and differ between machines. */
    g_setenv("WIRESHARK_DATA_DIR", "/nonexistent", TRUE);
    g_setenv("HOME", "/nonexistent", TRUE);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
    /* Separate allocations, so that a sanitizer detects an access beyond one. */
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", FALSE);
    g_setenv("G_SLICE", "always-malloc", FALSE);

    ws_log_init_with_writer("fuzz_htcpcp_dissect", drop_message, NULL);
    init_process_policies();
    g_free(configuration_init((*argv)[0], NULL));
    wtap_init(FALSE);
    plugin_register();
    REQUIRE(epan_init(NULL, NULL, FALSE));
    build_column_format_array(&columns, epan_load_settings()->num_cols, TRUE);
    prefs_apply_all();
    renew_session();
    return 0;
}

static void
put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void
put32(uint8_t *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to + 2, value & 0xffff);
}

/* Builds an IPv4 packet with a TCP segment. Each input has other addresses. */
static void
packet_build(struct segment *segment, unsigned control, uint32_t seq, uint32_t ack,
             const uint8_t *payload, unsigned len)
{
    const bool server = control & 1, second = control & 2;
    uint8_t *packet = g_malloc0(HEADER_BYTES + len);

    packet[0] = 0x45;
    put16(packet + 2, HEADER_BYTES + len);
    packet[8] = 64;
    packet[9] = 6;
    put32(packet + 12, (server ? 0x0b000000 : 0x0a000000) + input_number);
    put32(packet + 16, (server ? 0x0a000000 : 0x0b000000) + input_number);
    put16(packet + 20, server ? 5030 : second ? 40001 : 40000);
    put16(packet + 22, server ? (second ? 40001 : 40000) : 5030);
    put32(packet + 24, seq);
    put32(packet + 28, ack);
    packet[32] = 5 << 4;
    packet[33] = 0x18;
    put16(packet + 34, 0xffff);
    if (len > 0) {
        memcpy(packet + HEADER_BYTES, payload, len);
    }
    segment->packet = packet;
    segment->len = HEADER_BYTES + len;
}

static void
words_read(struct segment *segment, const epan_dissect_t *dissection)
{
    static const char *const fields[] = {"htcpcp.request.method", "htcpcp.response.code"};
    GPtrArray *items = proto_all_finfos(dissection->tree);

    segment->words = 0;
    for (guint i = 0; i < items->len; i++) {
        field_info *item = (field_info *)items->pdata[i];

        segment->waits = segment->waits || strcmp(item->hfinfo->abbrev, "htcpcp.held") == 0;
        for (size_t k = 0; k < array_length(fields); k++) {
            if (strcmp(item->hfinfo->abbrev, fields[k]) == 0) {
                char *value = fvalue_to_string_repr(NULL, &item->value, FTREPR_DISPLAY,
                                                    item->hfinfo->display);

                segment->words = segment->words * 31 + g_str_hash(value);
                wmem_free(NULL, value);
            }
        }
    }
    g_ptr_array_free(items, TRUE);
}

static void
dissect(struct segment *segment, bool first, bool with_tree)
{
    epan_dissect_t *dissection = epan_dissect_new(session, with_tree, with_tree);
    const guint words = segment->words;
    guint32 cumulated = 0;
    wtap_rec rec;

    wtap_rec_init(&rec);
    rec.rec_type = REC_TYPE_PACKET;
    rec.presence_flags = WTAP_HAS_CAP_LEN | WTAP_HAS_TS;
    rec.ts.secs = (time_t)last_frame;
    rec.rec_header.packet_header.pkt_encap = WTAP_ENCAP_RAW_IP;
    rec.rec_header.packet_header.caplen = rec.rec_header.packet_header.len = segment->len;
    if (first) {
        frame_data_init(&segment->frame, ++last_frame, &rec, 0, cumulated);
        capture.count++;
    }
    epan_dissect_run(dissection, 0, &rec,
                     tvb_new_real_data(segment->packet, segment->len, (gint)segment->len),
                     &segment->frame, &columns);
    if (first) {
        frame_data_set_after_dissect(&segment->frame, &cumulated);
    }
    if (with_tree) {
        words_read(segment, dissection);
        REQUIRE(first || words == 0 || segment->waits || words == segment->words);
    }
    epan_dissect_free(dissection);
    wtap_rec_cleanup(&rec);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t next[2][2] = {{1, 1}, {1, 1}};
    unsigned control = 0, count = 0;
    size_t at = 0;

    if (++inputs_of_session > INPUTS_A_SESSION) {
        renew_session();
    }
    input_number++;
    capture.count = 0;
    while (at < size && count < SEGMENTS_MAX) {
        struct segment *segment = &capture.segments[count];
        const bool server = control & 1, second = control & 2;
        uint32_t *seq = &next[second][server];
        size_t end = at;

        while (end < size && data[end] < 0xf0) {
            end++;
        }
        memset(segment, 0, sizeof(*segment));
        *seq += control & 4 ? 10 : 0;
        packet_build(segment, control, *seq - (control & 8 ? (uint32_t)(end - at) : 0),
                     next[second][!server], data + at, (unsigned)(end - at));
        *seq += control & 8 ? 0 : (uint32_t)(end - at);
        dissect(segment, true, size & 1);
        count++;
        control = end < size ? data[end] & 0x0f : 0;
        at = end + 1;
    }
    for (unsigned i = 0; i < count; i++) {
        dissect(&capture.segments[i], false, true);
    }
    for (unsigned i = 0; i < count; i++) {
        frame_data_destroy(&capture.segments[i].frame);
        g_free(capture.segments[i].packet);
    }
    return 0;
}
