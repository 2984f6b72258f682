/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_anomaly.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tcp_options.h"

/* In a sentence "{actual}" and "{expected}" stand for the numbers of a finding, "{option}" for the
 * TCP option whose kind is its actual number. */
static const struct {
    const char *slug;
    enum hs_severity severity;
    const char *summary;
    const char *sentence;
} table[HS_ANOMALY_COUNT] = {
    [HS_SYNACK_BAD_ACK] = {"synack_bad_ack", HS_WARN, "The SYN-ACK does not acknowledge the SYN",
                           "acknowledges {actual}, expected {expected}"},
    [HS_ACK_BAD_ACK] = {"ack_bad_ack", HS_WARN,
                        "The ACK of the handshake acknowledges the wrong number",
                        "acknowledges {actual}, expected {expected}"},
    [HS_ACK_BAD_SEQ] = {"ack_bad_seq", HS_WARN,
                        "The ACK of the handshake lies outside the window that was offered",
                        "sequence number {actual}, expected {expected}"},
    [HS_EARLY_ACK] = {"early_ack", HS_NOTE, "A bare ACK before the handshake is complete",
                      "acknowledges {actual}, expected a SYN-ACK or the other side's ACK first"},
    [HS_SYN_CHANGED] = {"syn_changed", HS_NOTE, "The SYN is repeated with another offer",
                        "{option} differs from the SYN before, expected the same offer"},
    [HS_SYNACK_CHANGED] = {"synack_changed", HS_WARN,
                           "The SYN-ACK is repeated with another number or answer",
                           "sequence number or options differ (relative {actual}), expected the "
                           "SYN-ACK of frame {expected} again"},
    [HS_SYNACK_UNSOLICITED] = {"synack_unsolicited", HS_NOTE, "A SYN-ACK without a SYN before it",
                               "no SYN was captured, expected one from the receiver first"},
    [HS_SYNACK_LATE] = {"synack_late", HS_NOTE, "A SYN-ACK after the client gave up",
                        "the client reset the connection in frame {expected}, expected the SYN-ACK "
                        "before that"},
    [HS_SPLIT_HANDSHAKE] = {"split_handshake", HS_WARN,
                            "The server sends SYN and ACK apart and swaps the roles",
                            "the server sent its SYN and its ACK apart, expected one SYN-ACK"},
    [HS_SIMULTANEOUS_OPEN] = {"simultaneous_open", HS_NOTE,
                              "Both sides open the connection at the same time",
                              "a SYN meets the SYN of frame {actual}, expected a SYN-ACK"},
    [HS_SYN_DATA] = {"syn_data", HS_NOTE, "A SYN carries data without Fast Open",
                     "the SYN carries {actual} bytes, expected {expected} without a Fast Open "
                     "cookie"},
    [HS_TFO_DATA_IGNORED] = {"tfo_data_ignored", HS_NOTE,
                             "The server ignores the data of a Fast Open SYN",
                             "acknowledges {actual}, expected {expected} with the SYN's data"},
    [HS_OPTION_NOT_OFFERED] = {"option_not_offered", HS_WARN,
                               "The SYN-ACK has an option that the SYN did not offer",
                               "answers with {option}, expected none: the SYN did not offer it"},
    [HS_OPTION_CHANGED] = {"option_changed", HS_NOTE,
                           "An option does not fit what was agreed upon",
                           "has or lacks {option}, expected what the handshake agreed upon"},
    [HS_TIMESTAMP_BAD_ECHO] = {"timestamp_bad_echo", HS_WARN,
                               "The handshake echoes a timestamp that was not sent",
                               "echoes timestamp {actual}, expected {expected}"},
    [HS_ACK_FIELD_WITHOUT_FLAG] = {"ack_field_without_flag", HS_NOTE,
                                   "An acknowledgement number without the ACK flag",
                                   "acknowledgement field {actual} without ACK, expected "
                                   "{expected}"},
    [HS_SYN_FIN] = {"syn_fin", HS_WARN, "SYN and FIN are both set",
                    "both SYN and FIN are set, expected one of them"},
    [HS_SYN_RST] = {"syn_rst", HS_WARN, "SYN and RST are both set",
                    "both SYN and RST are set, expected one of them"},
    [HS_NULL_FLAGS] = {"null_flags", HS_WARN, "None of SYN, ACK, FIN and RST is set",
                       "none of SYN, ACK, FIN and RST is set, expected ACK"},
    [HS_XMAS_FLAGS] = {"xmas_flags", HS_WARN, "FIN, PSH and URG are set without ACK",
                       "FIN, PSH and URG are set without ACK, expected ACK"},
    [HS_DATA_BEFORE_ESTABLISHED] = {"data_before_established", HS_NOTE,
                                    "The server sends data before the client's ACK",
                                    "{actual} bytes of data, expected the client's ACK of "
                                    "{expected} first"},
    [HS_OUT_OF_WINDOW] = {"out_of_window", HS_WARN, "A segment outside the receiver's window",
                          "sequence number {actual}, expected inside the window, whose nearer edge is "
                          "{expected}"},
    [HS_ACK_UNSEEN_DATA] = {"ack_unseen_data", HS_NOTE,
                            "An acknowledgement of data that was not captured",
                            "acknowledges {actual}, expected at most {expected}"},
    [HS_DATA_AFTER_FIN] = {"data_after_fin", HS_WARN, "Data beyond the sender's FIN",
                           "data up to {actual}, expected none beyond the FIN at {expected}"},
    [HS_FIN_OUT_OF_WINDOW] = {"fin_out_of_window", HS_WARN, "A FIN outside the receiver's window",
                              "FIN at sequence number {actual}, expected inside the window, whose nearer "
                              "edge is {expected}"},
    [HS_PORT_REUSED] = {"port_reused", HS_NOTE,
                        "A new connection between the same addresses and ports",
                        "a new SYN, expected other ports than those of the connection of frame "
                        "{expected}"},
    [HS_MSS_MISSING] = {"mss_missing", HS_NOTE, "A SYN or SYN-ACK without maximum segment size",
                        "no maximum segment size option, expected one (RFC 9293 section 3.7.1)"},
};

void
hs_findings_add(struct hs_findings *findings, enum hs_anomaly anomaly, uint32_t actual,
                uint32_t expected)
{
    if (findings->count < HS_FINDINGS_MAX) {
        findings->list[findings->count++] =
            (struct hs_finding){.anomaly = (uint8_t)anomaly, .actual = actual, .expected = expected};
    }
}

const char *
hs_anomaly_slug(enum hs_anomaly anomaly)
{
    return table[anomaly].slug;
}

enum hs_severity
hs_anomaly_severity(enum hs_anomaly anomaly)
{
    return table[anomaly].severity;
}

const char *
hs_anomaly_summary(enum hs_anomaly anomaly)
{
    return table[anomaly].summary;
}

static const char *
name_option(uint32_t kind)
{
    switch (kind) {
    case TCP_KIND_MSS:
        return "maximum segment size";
    case TCP_KIND_WSCALE:
        return "window scale";
    case TCP_KIND_SACK_PERMITTED:
        return "SACK permitted";
    case TCP_KIND_TIMESTAMPS:
        return "timestamps";
    case TCP_KIND_MPTCP:
        return "Multipath TCP";
    default:
        return "an option";
    }
}

void
hs_finding_format(const struct hs_finding *finding, char *text, size_t size)
{
    const char *sentence = table[finding->anomaly].sentence;
    size_t written = 0;

    text[0] = '\0';
    while (*sentence != '\0' && written + 1 < size) {
        const size_t plain = strcspn(sentence, "{");
        const size_t room = size - written;
        int count;

        if (plain > 0) {
            count = snprintf(text + written, room, "%.*s", (int)plain, sentence);
            sentence += plain;
        } else if (strncmp(sentence, "{option}", 8) == 0) {
            count = snprintf(text + written, room, "%s", name_option(finding->actual));
            sentence += 8;
        } else if (strncmp(sentence, "{actual}", 8) == 0) {
            count = snprintf(text + written, room, "%" PRIu32, finding->actual);
            sentence += 8;
        } else {
            count = snprintf(text + written, room, "%" PRIu32, finding->expected);
            sentence += strlen("{expected}");
        }
        written += (size_t)count < room ? (size_t)count : room - 1;
    }
}
