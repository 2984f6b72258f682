/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_burst.h"

#include <stddef.h>
#include <string.h>

#include "bytes.h"

enum {
    IP4_BYTES = 4,
    WORD_BYTES = 4
};

struct hs_key
hs_key_make(const uint8_t *address, uint8_t address_bytes, uint16_t port, uint8_t kind)
{
    struct hs_key key = {.port = port, .address_bytes = address_bytes, .kind = kind};

    _Static_assert(sizeof key == sizeof key.address + WORD_BYTES, "it is hashed in words");
    /* Nearly every address has one of these lengths, which a copy of that length is made for. */
    if (address_bytes == IP4_BYTES) {
        memcpy(key.address, address, IP4_BYTES);
    } else if (address_bytes == sizeof key.address) {
        memcpy(key.address, address, sizeof key.address);
    } else {
        memcpy(key.address, address, address_bytes);
    }
    return key;
}

/* As FNV-1a, by words and so with a wider multiplier; then MurmurHash3's finalizer: the lower bits of
 * FNV alone are weak. */
uint64_t
hs_key_hash(const struct hs_key *key)
{
    const uint8_t *bytes = (const uint8_t *)key;
    const uint64_t multiplier = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    size_t at = 0;

    for (; at < key->address_bytes; at += WORD_BYTES) {
        hash = (hash ^ bytes_read_u32(bytes + at)) * multiplier;
    }
    if (at == IP4_BYTES) {
        hash *= multiplier * multiplier * multiplier; /* three words of zero */
    } else {
        for (; at < sizeof key->address; at += WORD_BYTES) {
            hash *= multiplier;
        }
    }
    hash = (hash ^ bytes_read_u32(bytes + sizeof key->address)) * multiplier;
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

static int64_t
divide_down(int64_t dividend, int64_t divisor)
{
    return dividend / divisor - (dividend % divisor < 0);
}

static int64_t
number_slot(const struct hs_burst_limits *limits, int64_t time_ns)
{
    const int64_t second_ns = 1000000000;

    return divide_down(time_ns, limits->seconds * second_ns / HS_BURST_WINDOW_SLOTS);
}

static struct hs_burst_slot *
slot_at(struct hs_burst *burst, int64_t number)
{
    const int64_t place = number % HS_BURST_SLOTS;

    return &burst->slots[place < 0 ? place + HS_BURST_SLOTS : place];
}

static void
begin(struct hs_burst *burst, int64_t slot)
{
    memset(burst, 0, sizeof *burst);
    burst->begun = true;
    burst->latest = slot;
    burst->generation = divide_down(slot, HS_BURST_WINDOW_SLOTS);
}

/* Makes the slot of a time the newest one, unless it is among those that are kept. */
static void
move_to(struct hs_burst *burst, int64_t slot)
{
    int64_t generation;

    if (burst->begun && burst->latest == slot) {
        return;
    }
    generation = divide_down(slot, HS_BURST_WINDOW_SLOTS);
    if (!burst->begun || slot - burst->latest >= HS_BURST_SLOTS ||
        burst->latest - slot >= HS_BURST_SLOTS) {
        begin(burst, slot);
        return;
    }
    while (burst->latest < slot) {
        struct hs_burst_slot *oldest = slot_at(burst, ++burst->latest);

        burst->open -= oldest->opened - oldest->good;
        burst->good -= oldest->good;
        *oldest = (struct hs_burst_slot){0, 0, 0};
    }
    if (generation > burst->generation) {
        if (generation == burst->generation + 1) {
            burst->parties[1] = burst->parties[0];
        } else {
            memset(&burst->parties[1], 0, sizeof burst->parties[1]);
        }
        memset(&burst->parties[0], 0, sizeof burst->parties[0]);
        burst->generation = generation;
        burst->parties_counted = false;
    }
}

void
hs_burst_open(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t time_ns,
              uint64_t party)
{
    const int64_t number = number_slot(limits, time_ns);

    move_to(burst, number);
    slot_at(burst, number)->opened++;
    burst->open++;
    if (hs_distinct_add(&burst->parties[0], party)) {
        burst->parties_counted = false;
    }
}

void
hs_burst_settle(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t opened_ns,
                bool good, bool turned)
{
    const int64_t number = number_slot(limits, opened_ns);
    struct hs_burst_slot *slot;

    if (!burst->begun || number > burst->latest || number <= burst->latest - HS_BURST_SLOTS) {
        return;
    }
    slot = slot_at(burst, number);
    if (turned && slot->good > 0) {
        slot->good--;
        burst->good--;
        burst->open++;
    }
    if (slot->good + slot->bad < slot->opened) {
        slot->good += good;
        slot->bad += !good;
        burst->good += good;
        burst->open -= good;
    }
}

/* Those still waited for that are young. */
static uint32_t
count_young(struct hs_burst *burst)
{
    uint32_t young = 0;

    for (int age = 0; age < HS_BURST_YOUNG_SLOTS; age++) {
        const struct hs_burst_slot *slot = slot_at(burst, burst->latest - age);

        young += slot->opened - slot->good - slot->bad;
    }
    return young;
}

/* Sketches of parties are read again only when they have changed: that takes as long as all the rest. */
static uint32_t
count_parties(struct hs_burst *burst)
{
    const uint32_t opened = burst->open + burst->good;

    if (!burst->parties_counted) {
        burst->party_count = hs_distinct_count(&burst->parties[0], &burst->parties[1]);
        burst->parties_counted = true;
    }
    /* An estimate may be too high, or reach further back than the attempts. */
    return burst->party_count < opened ? burst->party_count : opened;
}

void
hs_burst_count(struct hs_burst *burst, struct hs_burst_report *report)
{
    report->in_vain = burst->open - count_young(burst);
    report->good = burst->good;
    report->parties = count_parties(burst);
}

bool
hs_burst_judge(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t time_ns,
               uint32_t parties, struct hs_burst_report *report)
{
    const uint64_t many = 10, threshold = limits->threshold;
    uint64_t in_vain;

    move_to(burst, number_slot(limits, time_ns));
    burst->reported &= 2 * (uint64_t)burst->open >= threshold;
    if (burst->reported || threshold == 0 || burst->open < threshold ||
        (burst->parties_counted && burst->party_count < parties)) {
        return false;
    }
    in_vain = burst->open;
    if (in_vain < many * threshold || in_vain <= many * burst->good) {
        in_vain -= count_young(burst);
    }
    if (in_vain < threshold || 2 * in_vain <= burst->good || count_parties(burst) < parties) {
        return false;
    }
    report->in_vain = (uint32_t)in_vain;
    report->good = burst->good;
    report->parties = count_parties(burst);
    burst->reported = true;
    burst->reported_further = false;
    return true;
}

static struct hs_burst_entry *
set_of(struct hs_burst_table *table, const struct hs_key *key)
{
    /* The lower bits choose the register of a sketch: others are taken here. */
    return table->entries[(hs_key_hash(key) >> 40) % HS_BURST_SETS];
}

static bool
is_of(const struct hs_burst_entry *entry, const struct hs_key *key)
{
    return entry->used != 0 && memcmp(&entry->key, key, sizeof *key) == 0;
}

/* The one that was asked for last is often asked for again: in a flood, or by a single source. */
static bool
is_latest(const struct hs_burst_table *table, const struct hs_key *key)
{
    return table->latest != NULL && is_of(table->latest, key);
}

struct hs_burst *
hs_burst_table_find(struct hs_burst_table *table, const struct hs_key *key)
{
    struct hs_burst_entry *set;

    if (is_latest(table, key)) {
        return &table->latest->burst;
    }
    set = set_of(table, key);
    for (int way = 0; way < HS_BURST_WAYS; way++) {
        if (is_of(&set[way], key)) {
            return &set[way].burst;
        }
    }
    return NULL;
}

/* How long ago an entry was used. The count of uses may have wrapped around since. */
static uint32_t
age_of(const struct hs_burst_table *table, const struct hs_burst_entry *entry)
{
    return entry->used == 0 ? UINT32_MAX : table->uses - entry->used;
}

/* The entry of the key, or the one that gives way to it. */
static struct hs_burst_entry *
choose_entry(struct hs_burst_table *table, const struct hs_key *key)
{
    struct hs_burst_entry *set = set_of(table, key), *chosen = &set[0];

    for (int way = 0; way < HS_BURST_WAYS; way++) {
        if (is_of(&set[way], key)) {
            return &set[way];
        }
        if (age_of(table, &set[way]) > age_of(table, chosen)) {
            chosen = &set[way];
        }
    }
    chosen->key = *key;
    chosen->burst.begun = false;
    return chosen;
}

struct hs_burst *
hs_burst_table_get(struct hs_burst_table *table, const struct hs_key *key)
{
    table->uses += table->uses == UINT32_MAX ? 2 : 1;
    if (!is_latest(table, key)) {
        table->latest = choose_entry(table, key);
    }
    table->latest->used = table->uses;
    return &table->latest->burst;
}
