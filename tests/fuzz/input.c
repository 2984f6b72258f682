/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <string.h>

#include "bytes.h"

enum {
    PORTS_BYTES = 4, /* of a header, which an input leaves out */
    SEQ_OFFSET = 4,
    ACK_OFFSET = 8,
    DATA_OFFSET = 12,
    FLAGS_OFFSET = 13
};

/* What is left of an input. */
struct reader {
    const uint8_t *bytes;
    size_t left;
};

static uint8_t
read_u8(struct reader *reader)
{
    if (reader->left == 0) {
        return 0;
    }
    reader->left--;
    return *reader->bytes++;
}

static uint16_t
read_u16(struct reader *reader)
{
    const unsigned high = read_u8(reader);

    return (uint16_t)(high << 8 | read_u8(reader));
}

static void
write_u32(uint8_t *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    }
}

static void
read_setup(struct reader *reader, struct input_setup *setup, int64_t *time_ns)
{
    /* With some of them the numbers wrap around, or pass the middle of their space. */
    static const uint32_t isns[][2] = {
        {1000, 500000},
        {0, 0},
        {UINT32_MAX, UINT32_MAX - 1},
        {UINT32_MAX - 100, INT32_MAX},
        {INT32_MAX - 50u, UINT32_MAX - 20},
        {1u << 31, INT32_MAX},
        {UINT32_MAX - 5000, 1u << 31},
        {UINT32_MAX, 0},
    };
    static const int64_t starts_ns[] = {1700000000000000000, 0, -5000000000,
                                        INT64_MAX - 5000000000};
    /* Zeek's words know some ports as those of servers. */
    static const uint16_t ports[][2] = {{40000, 50000}, {40000, 80}, {80, 40000}, {22, 80}};
    const uint8_t first = read_u8(reader), second = read_u8(reader);

    *time_ns = starts_ns[first >> 3 & 3];
    for (unsigned i = 0; i < INPUT_CONNECTIONS; i++) {
        memcpy(setup->isn[i], isns[(first + i) & 7], sizeof setup->isn[i]);
        memcpy(setup->port[i], ports[second >> 2 * i & 3], sizeof setup->port[i]);
    }
}

/* Moves the clock on, or back. It stops where 64 bits end. */
static void
move_clock(int64_t *time_ns, uint8_t step)
{
    static const int64_t units_ns[] = {1,         1000,       1000000,      10000000,
                                       100000000, 1000000000, 100000000000, 10000000000000};
    const int64_t move_ns = units_ns[step >> 4 & 7] * (step & 15);

    if (step & 0x80) {
        *time_ns = *time_ns < INT64_MIN + 1 + move_ns ? INT64_MIN + 1 : *time_ns - move_ns;
    } else {
        *time_ns = *time_ns > INT64_MAX - move_ns ? INT64_MAX : *time_ns + move_ns;
    }
}

static void
read_header(struct reader *reader, struct input_record *record)
{
    size_t wanted = TCP_HEADER_MIN_BYTES - PORTS_BYTES;

    memset(record->header, 0, sizeof record->header);
    if (reader->left > DATA_OFFSET - PORTS_BYTES) {
        const size_t offset = (size_t)(reader->bytes[DATA_OFFSET - PORTS_BYTES] >> 4) * 4;

        if (offset > TCP_HEADER_MIN_BYTES) {
            wanted = offset - PORTS_BYTES;
        }
    }
    record->wire_bytes = PORTS_BYTES + wanted;
    if (wanted > reader->left) {
        wanted = reader->left;
    }
    memcpy(record->header + PORTS_BYTES, reader->bytes, wanted);
    reader->bytes += wanted;
    reader->left -= wanted;
    record->header_bytes = PORTS_BYTES + wanted;
}

static void
read_payload(struct reader *reader, struct input_record *record)
{
    size_t bytes = record->payload_bytes;

    if (bytes > reader->left) {
        bytes = reader->left;
    }
    record->payload = reader->bytes;
    record->payload_there = bytes;
    reader->bytes += bytes;
    reader->left -= bytes;
}

/* Reads what a record has of its own unless it repeats another one. */
static void
read_content(struct reader *reader, uint8_t control, bool with_payload, struct input_record *record)
{
    uint8_t cut = 0;

    record->side = control & INPUT_FROM_B ? HS_SIDE_B : HS_SIDE_A;
    record->connection = control & INPUT_OTHER ? 1 : 0;
    record->payload_bytes = read_u16(reader);
    record->icmp_type = (uint8_t)(record->payload_bytes >> 8);
    record->icmp_code = (uint8_t)record->payload_bytes;
    record->ip_id = read_u16(reader);
    if (control & INPUT_CUT) {
        cut = read_u8(reader);
    }
    read_header(reader, record);
    record->payload = NULL;
    record->payload_there = 0;
    if (!input_is_segment(record)) {
        record->payload_bytes = 0;
    } else if (with_payload) {
        read_payload(reader, record);
    }
    record->wire_bytes += record->payload_bytes;
    record->captured_bytes = record->header_bytes + record->payload_there;
    if ((control & INPUT_CUT) && cut < record->captured_bytes) {
        record->captured_bytes = cut;
    }
    if ((control & INPUT_CUT) && (control & INPUT_SHORT)) {
        record->wire_bytes = record->captured_bytes;
    }
}

static void
read_record(struct reader *reader, bool with_payload, int64_t *time_ns, struct input *input)
{
    struct input_record *record = &input->records[input->count];
    const uint8_t control = read_u8(reader);
    const uint8_t way = read_u8(reader);

    if ((control & INPUT_REPEAT) && input->count > 0) {
        *record = record[-1];
        record->captured_again =
            record->ip_id != 0 && !(control & (INPUT_NEW_ID | INPUT_NEW_CONNECTION));
        record->ip_id = (uint16_t)(record->ip_id + ((control & INPUT_NEW_ID) != 0));
        move_clock(time_ns, read_u8(reader));
    } else {
        record->captured_again = false;
        record->way = way % INPUT_WAY_COUNT;
        move_clock(time_ns, read_u8(reader));
        read_content(reader, control, with_payload, record);
    }
    record->new_connection = control & INPUT_NEW_CONNECTION;
    record->time_ns = control & INPUT_TIMELESS ? INT64_MIN : *time_ns;
    input->count++;
}

void
input_decode(const uint8_t *data, size_t size, bool with_payload, struct input *input)
{
    struct reader reader = {.bytes = data, .left = size};
    int64_t time_ns;

    read_setup(&reader, &input->setup, &time_ns);
    input->count = 0;
    while (reader.left > 0 && input->count < INPUT_RECORDS_MAX) {
        read_record(&reader, with_payload, &time_ns, input);
    }
}

void
input_place_header(const struct input_record *record, const struct input_setup *setup,
                   uint8_t header[TCP_HEADER_MAX_BYTES])
{
    const enum hs_side peer = hs_side_peer(record->side);
    const uint32_t *isn = setup->isn[record->connection];
    const uint16_t *port = setup->port[record->connection];

    memcpy(header, record->header, TCP_HEADER_MAX_BYTES);
    write_u32(header, (uint32_t)port[record->side] << 16 | port[peer]);
    write_u32(header + SEQ_OFFSET, bytes_read_u32(header + SEQ_OFFSET) + isn[record->side]);
    if (header[FLAGS_OFFSET] & TCP_ACK) {
        write_u32(header + ACK_OFFSET, bytes_read_u32(header + ACK_OFFSET) + isn[peer]);
    }
}

bool
input_is_segment(const struct input_record *record)
{
    return record->way < INPUT_ICMP_ERROR;
}
