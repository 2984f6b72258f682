/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Attempts that come to nothing, counted in a sliding window, and the moment when there are too
 * many: what floods and scans have in common. One count for each address (and port) that is
 * watched, in a table of fixed size from which the one unused for longest gives way.
 */
#ifndef HS_BURST_H
#define HS_BURST_H

#include <stdbool.h>
#include <stdint.h>

#include "hs_distinct.h"

/* The addresses that a segment has. */
struct hs_route {
    const uint8_t *src;
    const uint8_t *dst;
    uint8_t address_bytes; /* of each; 16 at most */
};

/* An address, with what else tells counts apart. Compared and hashed as bytes: it has no padding,
 * and what is not used is zero. */
struct hs_key {
    uint8_t address[16];
    uint16_t port;
    uint8_t address_bytes;
    uint8_t kind;
};

struct hs_key hs_key_make(const uint8_t *address, uint8_t address_bytes, uint16_t port,
                          uint8_t kind);

/* A hash every bit of which depends on the address and on every other byte of the key. */
uint64_t hs_key_hash(const struct hs_key *key);

/* What is too much. */
struct hs_burst_limits {
    uint32_t seconds;   /* the window; at least 1 */
    uint32_t threshold; /* so many attempts in vain are too many; 0: nothing is */
};

enum {
    HS_BURST_WINDOW_SLOTS = 20,
    HS_BURST_YOUNG_SLOTS = 4, /* an attempt so young may still succeed, or be repeated */
    HS_BURST_SLOTS = HS_BURST_WINDOW_SLOTS + HS_BURST_YOUNG_SLOTS
};

struct hs_burst_slot {
    uint32_t opened;
    uint32_t good; /* of those opened then: succeeded, sooner or later */
    uint32_t bad;  /* of those: failed, sooner or later */
};

/* The attempts on, or of, one address. */
struct hs_burst {
    int64_t latest;     /* the newest slot, counted from the epoch */
    int64_t generation; /* of parties[0]: the number of its window */
    struct hs_burst_slot slots[HS_BURST_SLOTS];
    struct hs_distinct parties[2]; /* who or what took part: in this window, in the one before */
    uint32_t party_count;          /* about how many those are, while parties_counted */
    uint32_t open;                 /* in all slots: opened, and not good */
    uint32_t good;                 /* in all slots */
    bool begun;                    /* or there were none, and the rest says nothing */
    bool parties_counted;
    bool reported;         /* the burst that goes on was reported */
    bool reported_further; /* and so was what came to light later; for who judges that to set */
};

/* What there is to say of a burst. */
struct hs_burst_report {
    uint32_t in_vain;
    uint32_t good;
    uint32_t parties; /* about how many distinct ones took part */
};

/* Adds an attempt in which a party, known by its hash, took part. A time of long ago, as from a clock
 * that was set back, begins anew. */
void hs_burst_open(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t time_ns,
                   uint64_t party);

/* Says how an attempt that was opened at a time ended. turned: it had been said that it ended well. */
void hs_burst_settle(struct hs_burst *burst, const struct hs_burst_limits *limits,
                     int64_t opened_ns, bool good, bool turned);

/* Sums up the attempts on which there is one, as of the latest time of one. Those still
 * waited for are in vain, unless they are young. */
void hs_burst_count(struct hs_burst *burst, struct hs_burst_report *report);

/* Whether at this time attempts in vain have become too many: at least the threshold, and more than
 * half of those that succeed. What is young counts as in vain only where it is ten times the
 * threshold, and ten times what succeeds. True once in a burst, which ends when there is less than half the
 * threshold. parties: how many distinct ones must have taken part. report is filled in then. */
bool hs_burst_judge(struct hs_burst *burst, const struct hs_burst_limits *limits, int64_t time_ns,
                    uint32_t parties, struct hs_burst_report *report);

enum {
    HS_BURST_SETS = 32,
    HS_BURST_WAYS = 8 /* entries whose keys have the same hash, modulo the number of sets */
};

struct hs_burst_entry {
    struct hs_key key;
    uint32_t used; /* when, in uses of the table; 0: never */
    struct hs_burst burst;
};

/* All zero: it is empty. */
struct hs_burst_table {
    uint32_t uses;
    struct hs_burst_entry *latest; /* that was got, or NULL */
    struct hs_burst_entry entries[HS_BURST_SETS][HS_BURST_WAYS];
};

/* The count of a key, or NULL. */
struct hs_burst *hs_burst_table_find(struct hs_burst_table *table, const struct hs_key *key);

/* The count of a key, made where it has none: never NULL. */
struct hs_burst *hs_burst_table_get(struct hs_burst_table *table, const struct hs_key *key);

#endif
