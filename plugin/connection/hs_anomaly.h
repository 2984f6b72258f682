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
    HS_ANOMALY_SYNACK_BAD_ACK,
    HS_ANOMALY_ACK_BAD_ACK,
    HS_ANOMALY_ACK_BAD_SEQ,
    HS_ANOMALY_EARLY_ACK,
    HS_ANOMALY_SYN_CHANGED,
    HS_ANOMALY_SYNACK_CHANGED,
    HS_ANOMALY_SYNACK_UNSOLICITED,
    HS_ANOMALY_SYNACK_LATE,
    HS_ANOMALY_SPLIT_HANDSHAKE,
    HS_ANOMALY_SIMULTANEOUS_OPEN,
    HS_ANOMALY_SYN_DATA,
    HS_ANOMALY_TFO_DATA_IGNORED,
    HS_ANOMALY_OPTION_NOT_OFFERED,
    HS_ANOMALY_OPTION_CHANGED,
    HS_ANOMALY_TIMESTAMP_BAD_ECHO,
    HS_ANOMALY_ACK_FIELD_WITHOUT_FLAG,
    HS_ANOMALY_SYN_FIN,
    HS_ANOMALY_SYN_RST,
    HS_ANOMALY_NULL_FLAGS,
    HS_ANOMALY_XMAS_FLAGS,
    HS_ANOMALY_DATA_BEFORE_ESTABLISHED,
    HS_ANOMALY_OUT_OF_WINDOW,
    HS_ANOMALY_ACK_UNSEEN_DATA,
    HS_ANOMALY_DATA_AFTER_FIN,
    HS_ANOMALY_FIN_OUT_OF_WINDOW,
    HS_ANOMALY_PORT_REUSED,
    HS_ANOMALY_MSS_MISSING,
    HS_ANOMALY_RST_OUT_OF_WINDOW,
    HS_ANOMALY_RST_BAD_ACK,
    HS_ANOMALY_RST_CONTRADICTED,
    HS_ANOMALY_RST_SUSPECTED_FORGED,
    HS_ANOMALY_TTL_CHANGED,
    HS_ANOMALY_MAC_CHANGED,
    HS_ANOMALY_DATA_INJECTED,
    HS_ANOMALY_SYN_FLOOD,
    HS_ANOMALY_SCAN_SYN,
    HS_ANOMALY_SCAN_CONNECT,
    HS_ANOMALY_SCAN_FIN,
    HS_ANOMALY_SCAN_NULL,
    HS_ANOMALY_SCAN_XMAS,
    HS_ANOMALY_SCAN_ACK,
    HS_ANOMALY_SCAN_WINDOW,
    HS_ANOMALY_BACKSCATTER,
    HS_ANOMALY_SYNACK_REFLECTION,
    HS_ANOMALY_COUNT
};

/* As Wireshark ranks expert infos. */
enum hs_severity {
    HS_SEVERITY_NOTE, /* worth knowing, and often innocent */
    HS_SEVERITY_WARN  /* no well-behaved stack and no lossy capture does this */
};

/* What else shows that a segment does not come from where it says; bits. */
enum hs_evidence {
    HS_EVIDENCE_TTL = 1,          /* another time to live than its sender's */
    HS_EVIDENCE_IP_ID = 2,        /* an IP identification far from its sender's */
    HS_EVIDENCE_NO_TIMESTAMPS = 4 /* none, though the connection uses them */
};

/* An anomaly that was found in a segment. What the two numbers count is the anomaly's own:
 * relative sequence numbers, option kinds, bytes, frames or connections. A MAC address is too long
 * for one: its upper 16 bits are in rest (the actual one's) or in parties (the expected one's). */
struct hs_finding {
    uint32_t actual;
    uint32_t expected;
    uint32_t parties; /* of a burst: about how many distinct ones took part */
    uint32_t rest;    /* of a burst: what does not count */
    uint16_t seconds; /* of a burst: within which the numbers were counted */
    uint8_t anomaly;  /* enum hs_anomaly */
    uint8_t evidence; /* HS_EVIDENCE_... */
};

enum {
    HS_FINDINGS_MAX = 7 /* of one segment; further ones are dropped */
};

struct hs_findings {
    unsigned count;
    struct hs_finding list[HS_FINDINGS_MAX];
};

/* Adds a finding. */
void hs_findings_append(struct hs_findings *findings, const struct hs_finding *finding);

/* Adds a finding of two numbers. */
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
