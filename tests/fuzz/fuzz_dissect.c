/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The module as a whole, inside libwireshark: the segments of two connections to HTCPCP's port, in
 * IP packets of several kinds, dissected twice as Wireshark does it: at first without a tree, or
 * with one, as tshark does it. What is said of a segment has to be the same both times. The reports
 * listen, too.
 *
 * One session serves many inputs, which tell each other apart by their addresses: a session an
 * input would be several times slower, and no session ever renewed would eat up the memory.
 */
#include "ws_compat.h"

#include <epan/column-info.h>
#include <epan/column.h>
#include <epan/epan_dissect.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/tvbuff.h>
#include <stdlib.h>
#include <string.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include "harness.h"
#include "input.h"
#include "packet.h"
#include "require.h"

enum {
    INPUTS_A_SESSION = 500,
    HTCPCP_PORT = 5030,
    NS_PER_SECOND = 1000000000
};

/* The frames of an input; what the session asks of a capture file it is answered from here. */
struct packet_provider_data {
    unsigned count;
    frame_data frames[INPUT_RECORDS_MAX];
    struct packet packets[INPUT_RECORDS_MAX];
    guint words[INPUT_RECORDS_MAX]; /* a hash of what was said of the frame at first */
};

/* plugin.c's; Wireshark finds it by its name. */
void plugin_register(void);

/* Asked by LeakSanitizer. Between inputs the session lives on, and libwireshark for ever. */
int __lsan_is_turned_off(void);

static struct packet_provider_data capture;
static epan_t *session;
static column_info columns;
static unsigned inputs_of_session;

/* With FUZZ_PRINT set: what is compared, for whoever looks into a reproducer. */
static bool printing;
static uint32_t last_frame;
static struct packet_line last_line;

int
__lsan_is_turned_off(void)
{
    return 1;
}

static const nstime_t *
get_frame_time(struct packet_provider_data *provider, guint32 number)
{
    for (unsigned i = 0; i < provider->count; i++) {
        if (provider->frames[i].num == number) {
            return &provider->frames[i].abs_ts;
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
    last_frame = 0;
    last_line.number = 0;
}

static void
set_preference(const char *preference)
{
    char *text = g_strdup(preference), *error = NULL;

    REQUIRE(prefs_set_pref(text, &error) == PREFS_SET_OK);
    g_free(error);
    g_free(text);
}

/* What a dissector has to say about malformed packets is of no interest here. */
static void
drop_message(const char *domain, enum ws_log_level level, struct timespec timestamp,
             const char *file, long line, const char *function, const char *format, va_list values,
             void *user)
{
    (void)domain, (void)level, (void)timestamp, (void)file, (void)line, (void)function;
    (void)format, (void)values, (void)user;
}

/* As tshark does it with -z. What they print goes nowhere. */
static void
start_reports(void)
{
    static const char *const reports[] = {"tcphs,conns,text", "tcphs,conns,json",
                                          "tcphs,events,csv", "tcphs,servers,json"};

    for (size_t i = 0; i < array_length(reports); i++) {
        REQUIRE(process_stat_cmd_arg(reports[i]));
    }
    start_requested_stats();
    REQUIRE(freopen("/dev/null", "w", stdout) != NULL);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    /* No tables of names, no preferences of the user's: the first cost time, both differ. */
    g_setenv("WIRESHARK_DATA_DIR", "/nonexistent", TRUE);
    g_setenv("HOME", "/nonexistent", TRUE);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
    /* Each allocation for itself, so that a sanitizer sees where it ends. */
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", FALSE);
    g_setenv("G_SLICE", "always-malloc", FALSE);

    ws_log_init_with_writer("fuzz_dissect", drop_message, NULL);
    init_process_policies();
    g_free(configuration_init((*argv)[0], NULL));
    wtap_init(FALSE);
    plugin_register();
    REQUIRE(epan_init(NULL, NULL, FALSE));
    build_column_format_array(&columns, epan_load_settings()->num_cols, TRUE);
    /* Else tcp never sees the first fragment. */
    set_preference("ip.defragment:FALSE");
    prefs_apply_all();
    dissector_add_uint("tcp.port", PACKET_TUNNEL_PORT, find_dissector("ip"));
    printing = getenv("FUZZ_PRINT") != NULL;
    start_reports();
    renew_session();
    return 0;
}

static void
fill_record(const struct packet *packet, int64_t time_ns, wtap_rec *rec)
{
    wtap_rec_init(rec);
    rec->rec_type = REC_TYPE_PACKET;
    rec->presence_flags = WTAP_HAS_CAP_LEN;
    if (time_ns != INT64_MIN) {
        rec->presence_flags |= WTAP_HAS_TS;
        rec->ts.secs = (time_t)(time_ns / NS_PER_SECOND);
        rec->ts.nsecs = (int)(time_ns % NS_PER_SECOND);
    }
    rec->rec_header.packet_header.pkt_encap =
        last_line.ethernet ? WTAP_ENCAP_ETHERNET : WTAP_ENCAP_RAW_IP;
    rec->rec_header.packet_header.caplen = (guint32)packet->captured_bytes;
    rec->rec_header.packet_header.len = (guint32)packet->wire_bytes;
}

/* Whether the post-dissector has to have something to say of the packet. */
static bool
has_header(const struct input_record *record, const struct input_setup *setup)
{
    const size_t wire_bytes = record->way == INPUT_FRAGMENT ? 0 : record->wire_bytes;
    uint8_t header[TCP_HEADER_MAX_BYTES];
    struct tcp_segment segment;
    size_t captured_bytes = record->captured_bytes;

    captured_bytes = captured_bytes < record->header_bytes ? captured_bytes : record->header_bytes;
    input_place_header(record, setup, header);
    return input_is_segment(record) &&
           tcp_segment_parse(header, captured_bytes, wire_bytes, &segment) == TCP_PARSE_OK;
}

/* Whether a field tells of a segment alone. Of its connection more is known later; so it is of
 * HTCPCP's messages, which are held until they are whole. */
static bool
is_settled(const char *field)
{
    static const char *const fields[] = {
        "tcphs.stage",        "tcphs.sender",       "tcphs.seq.rel",        "tcphs.seq.delta",
        "tcphs.seq.gap",      "tcphs.ack.rel",      "tcphs.ack.delta",      "tcphs.anomaly",
        "tcphs.client.state", "tcphs.server.state", "tcphs.retransmission", "tcphs.capture"};

    for (size_t i = 0; i < array_length(fields); i++) {
        if (strcmp(field, fields[i]) == 0) {
            return true;
        }
    }
    return false;
}

static guint
hash_words(const epan_dissect_t *dissection)
{
    GPtrArray *items = proto_all_finfos(dissection->tree);
    guint hash = 0;

    if (printing) {
        fprintf(stderr, "frame %u\n", dissection->pi.num);
    }
    for (guint i = 0; i < items->len; i++) {
        field_info *item = (field_info *)items->pdata[i];

        if (is_settled(item->hfinfo->abbrev)) {
            char *value =
                fvalue_to_string_repr(NULL, &item->value, FTREPR_DISPLAY, item->hfinfo->display);

            if (printing) {
                fprintf(stderr, "  %s: %s\n", item->hfinfo->abbrev, value);
            }
            hash = (hash * 31 + g_str_hash(item->hfinfo->abbrev)) * 31 + g_str_hash(value);
            wmem_free(NULL, value);
        }
    }
    g_ptr_array_free(items, TRUE);
    return hash;
}

static void
dissect_frame(unsigned number, const struct input *input, bool first, bool with_tree)
{
    const struct input_record *record = &input->records[number];
    const struct packet *packet = &capture.packets[number];
    frame_data *frame = &capture.frames[number];
    epan_dissect_t *dissection = epan_dissect_new(session, with_tree, with_tree);
    /* A copy of its own: a sanitizer sees who reads on. */
    uint8_t *bytes = (uint8_t *)g_memdup2(packet->bytes, packet->captured_bytes);
    tvbuff_t *tvb =
        tvb_new_real_data(bytes, (guint)packet->captured_bytes, (gint)packet->wire_bytes);
    wtap_rec rec;

    fill_record(packet, record->time_ns, &rec);
    if (first) {
        guint32 cumulated = 0;

        frame_data_init(frame, ++last_frame, &rec, 0, cumulated);
        capture.count++;
    }
    if (with_tree) {
        epan_dissect_run_with_taps(dissection, 0, &rec, tvb, frame, &columns);
    } else {
        epan_dissect_run(dissection, 0, &rec, tvb, frame, NULL);
    }
    if (first) {
        guint32 cumulated = 0;

        frame_data_set_after_dissect(frame, &cumulated);
    }
    if (with_tree && has_header(record, &input->setup)) {
        REQUIRE(epan_dissect_packet_contains_field(dissection, "tcphs"));
    }
    if (with_tree && first) {
        capture.words[number] = hash_words(dissection);
    } else if (with_tree && capture.words[number] != 0) {
        REQUIRE(capture.words[number] == hash_words(dissection));
    }
    epan_dissect_free(dissection);
    wtap_rec_cleanup(&rec);
    g_free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t ports[INPUT_CONNECTIONS][2] = {{40000, HTCPCP_PORT},
                                                         {HTCPCP_PORT, 40001}};
    static struct input input;
    const bool tree_at_once = size > 1 && data[1] & 0x80;

    if (++inputs_of_session > INPUTS_A_SESSION) {
        renew_session();
    }
    input_decode(data, size, true, &input);
    memcpy(input.setup.port, ports, sizeof ports);
    last_line.number++;
    last_line.one_address = size > 1 && data[1] & 0x40;
    last_line.ethernet = size > 1 && data[1] & 0x20;
    capture.count = 0;
    for (unsigned i = 0; i < input.count; i++) {
        packet_build(&input.records[i], &input.setup, last_line, &capture.packets[i]);
        capture.words[i] = 0;
        dissect_frame(i, &input, true, tree_at_once);
    }
    for (unsigned i = 0; i < input.count; i++) {
        dissect_frame(i, &input, false, true);
    }
    draw_tap_listeners(TRUE);
    reset_tap_listeners();
    for (unsigned i = 0; i < input.count; i++) {
        frame_data_destroy(&capture.frames[i]);
    }
    return 0;
}
