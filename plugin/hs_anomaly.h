/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What can be odd about a segment. Each oddity has one word, its slug: the value of
 * tcphs.anomaly, the end of the expert info's name, the end of the constant's name here, the name
 * of the capture that shows it and of its section in docs/anomalies.md.
 */
#ifndef HS_ANOMALY_H
#define HS_ANOMALY_H

#include <stddef.h>
#include <stdint.h>

enum hs_anomaly {
    HS_SYNACK_BAD_ACK,
    HS_ACK_BAD_ACK,
    HS_ACK_BAD_SEQ,
    HS_EARLY_ACK,
    HS_SYN_CHANGED,
    HS_SYNACK_CHANGED,
    HS_SYNACK_UNSOLICITED,
    HS_SYNACK_LATE,
    HS_SPLIT_HANDSHAKE,
    HS_SIMULTANEOUS_OPEN,
    HS_SYN_DATA,
    HS_TFO_DATA_IGNORED,
    HS_OPTION_NOT_OFFERED,
    HS_OPTION_CHANGED,
    HS_TIMESTAMP_BAD_ECHO,
    HS_ACK_FIELD_WITHOUT_FLAG,
    HS_SYN_FIN,
    HS_SYN_RST,
    HS_NULL_FLAGS,
    HS_XMAS_FLAGS,
    HS_DATA_BEFORE_ESTABLISHED,
    HS_OUT_OF_WINDOW,
    HS_ACK_UNSEEN_DATA,
    HS_DATA_AFTER_FIN,
    HS_FIN_OUT_OF_WINDOW,
    HS_PORT_REUSED,
    HS_MSS_MISSING,
    HS_ANOMALY_COUNT
};

/* As Wireshark ranks expert infos. */
enum hs_severity {
    HS_NOTE, /* worth knowing, and often innocent */
    HS_WARN  /* no well-behaved stack and no lossy capture does this */
};

/* An anomaly that was found in a segment. What the two numbers count is the anomaly's own:
 * relative sequence numbers, option kinds, bytes or frames. */
struct hs_finding {
    uint32_t actual;
    uint32_t expected;
    uint8_t anomaly; /* enum hs_anomaly */
};

enum {
    HS_FINDINGS_MAX = 8 /* of one segment; further ones are dropped */
};

struct hs_findings {
    unsigned count;
    struct hs_finding list[HS_FINDINGS_MAX];
};

/* Adds a finding. */
void hs_findings_add(struct hs_findings *findings, enum hs_anomaly anomaly, uint32_t actual,
                     uint32_t expected);

/* The slug, in lower case. */
const char *hs_anomaly_slug(enum hs_anomaly anomaly);

enum hs_severity hs_anomaly_severity(enum hs_anomaly anomaly);

/* What the anomaly is, as a sentence without numbers. */
const char *hs_anomaly_summary(enum hs_anomaly anomaly);

/* Writes what was found, expected against actual ("acknowledges 501, expected 1"), into text, at
 * most size bytes with the final NUL; a longer one is cut. size is at least 1. */
void hs_finding_format(const struct hs_finding *finding, char *text, size_t size);

#endif
