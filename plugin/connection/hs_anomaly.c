/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_anomaly.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tcp_options.h"

/* In a sentence "{actual}", "{expected}", "{parties}", "{rest}" and "{seconds}" stand for the numbers
 * of a finding, "{actual MAC}" and "{expected MAC}" for its MAC addresses, "{option}" for the TCP
 * option whose kind is its actual number, "{evidence}" for what evidence there is. */
static const struct {
    const char *slug;
    enum hs_severity severity;
    const char *summary;
    const char *sentence;
} table[HS_ANOMALY_COUNT] = {
    [HS_ANOMALY_SYNACK_BAD_ACK] = {"synack_bad_ack", HS_SEVERITY_WARN,
                                   "The SYN-ACK does not acknowledge the SYN",
                                   "acknowledges {actual}, expected {expected}"},
    [HS_ANOMALY_ACK_BAD_ACK] = {"ack_bad_ack", HS_SEVERITY_WARN,
                                "The ACK of the handshake acknowledges the wrong number",
                                "acknowledges {actual}, expected {expected}"},
    [HS_ANOMALY_ACK_BAD_SEQ] = {"ack_bad_seq", HS_SEVERITY_WARN,
                                "The ACK of the handshake lies outside the window that was offered",
                                "sequence number {actual}, expected {expected}"},
    [HS_ANOMALY_EARLY_ACK] =
        {"early_ack", HS_SEVERITY_NOTE, "A bare ACK before the handshake is complete",
         "acknowledges {actual}, expected a SYN-ACK or the other side's ACK first"},
    [HS_ANOMALY_SYN_CHANGED] = {"syn_changed", HS_SEVERITY_NOTE,
                                "The SYN is repeated with another offer",
                                "{option} differs from the SYN before, expected the same offer"},
    [HS_ANOMALY_SYNACK_CHANGED] =
        {"synack_changed", HS_SEVERITY_WARN,
         "The SYN-ACK is repeated with another number or answer",
         "sequence number or options differ (relative {actual}), expected the "
         "SYN-ACK of frame {expected} again"},
    [HS_ANOMALY_SYNACK_UNSOLICITED] = {"synack_unsolicited", HS_SEVERITY_NOTE,
                                       "A SYN-ACK without a SYN before it",
                                       "no SYN was captured, expected one from the receiver first"},
    [HS_ANOMALY_SYNACK_LATE] =
        {"synack_late", HS_SEVERITY_NOTE, "A SYN-ACK after the client gave up",
         "the client reset the connection in frame {expected}, expected the SYN-ACK "
         "before that"},
    [HS_ANOMALY_SPLIT_HANDSHAKE] =
        {"split_handshake", HS_SEVERITY_WARN,
         "The server sends SYN and ACK apart and swaps the roles",
         "the server sent its SYN and its ACK apart, expected one SYN-ACK"},
    [HS_ANOMALY_SIMULTANEOUS_OPEN] = {"simultaneous_open", HS_SEVERITY_NOTE,
                                      "Both sides open the connection at the same time",
                                      "a SYN meets the SYN of frame {actual}, expected a SYN-ACK"},
    [HS_ANOMALY_SYN_DATA] =
        {"syn_data", HS_SEVERITY_NOTE, "A SYN carries data without Fast Open",
         "the SYN carries {actual} bytes, expected {expected} without a Fast Open "
         "cookie"},
    [HS_ANOMALY_TFO_DATA_IGNORED] =
        {"tfo_data_ignored", HS_SEVERITY_NOTE, "The server ignores the data of a Fast Open SYN",
         "acknowledges {actual}, expected {expected} with the SYN's data"},
    [HS_ANOMALY_OPTION_NOT_OFFERED] =
        {"option_not_offered", HS_SEVERITY_WARN,
         "The SYN-ACK has an option that the SYN did not offer",
         "answers with {option}, expected none: the SYN did not offer it"},
    [HS_ANOMALY_OPTION_CHANGED] =
        {"option_changed", HS_SEVERITY_NOTE, "An option does not fit what was agreed upon",
         "has or lacks {option}, expected what the handshake agreed upon"},
    [HS_ANOMALY_TIMESTAMP_BAD_ECHO] = {"timestamp_bad_echo", HS_SEVERITY_WARN,
                                       "The handshake echoes a timestamp that was not sent",
                                       "echoes timestamp {actual}, expected {expected}"},
    [HS_ANOMALY_ACK_FIELD_WITHOUT_FLAG] = {"ack_field_without_flag", HS_SEVERITY_NOTE,
                                           "An acknowledgement number without the ACK flag",
                                           "acknowledgement field {actual} without ACK, expected "
                                           "{expected}"},
    [HS_ANOMALY_SYN_FIN] = {"syn_fin", HS_SEVERITY_WARN, "SYN and FIN are both set",
                            "both SYN and FIN are set, expected one of them"},
    [HS_ANOMALY_SYN_RST] = {"syn_rst", HS_SEVERITY_WARN, "SYN and RST are both set",
                            "both SYN and RST are set, expected one of them"},
    [HS_ANOMALY_NULL_FLAGS] = {"null_flags", HS_SEVERITY_WARN,
                               "None of SYN, ACK, FIN and RST is set",
                               "none of SYN, ACK, FIN and RST is set, expected ACK"},
    [HS_ANOMALY_XMAS_FLAGS] = {"xmas_flags", HS_SEVERITY_WARN,
                               "FIN, PSH and URG are set without ACK",
                               "FIN, PSH and URG are set without ACK, expected ACK"},
    [HS_ANOMALY_DATA_BEFORE_ESTABLISHED] = {"data_before_established", HS_SEVERITY_NOTE,
                                            "The server sends data before the client's ACK",
                                            "{actual} bytes of data, expected the client's ACK of "
                                            "{expected} first"},
    [HS_ANOMALY_OUT_OF_WINDOW] =
        {"out_of_window", HS_SEVERITY_WARN, "A segment outside the receiver's window",
         "sequence number {actual}, expected inside the window, whose nearer edge is "
         "{expected}"},
    [HS_ANOMALY_ACK_UNSEEN_DATA] = {"ack_unseen_data", HS_SEVERITY_NOTE,
                                    "An acknowledgement of data that was not captured",
                                    "acknowledges {actual}, expected at most {expected}"},
    [HS_ANOMALY_DATA_AFTER_FIN] =
        {"data_after_fin", HS_SEVERITY_WARN, "Data beyond the sender's FIN",
         "data up to {actual}, expected none beyond the FIN at {expected}"},
    [HS_ANOMALY_FIN_OUT_OF_WINDOW] =
        {"fin_out_of_window", HS_SEVERITY_WARN, "A FIN outside the receiver's window",
         "FIN at sequence number {actual}, expected inside the window, whose nearer "
         "edge is {expected}"},
    [HS_ANOMALY_PORT_REUSED] =
        {"port_reused", HS_SEVERITY_NOTE, "A new connection between the same addresses and ports",
         "a new SYN, expected other ports than those of the connection of frame "
         "{expected}"},
    [HS_ANOMALY_MSS_MISSING] =
        {"mss_missing", HS_SEVERITY_NOTE, "A SYN or SYN-ACK without maximum segment size",
         "no maximum segment size option, expected one (RFC 9293 section 3.7.1)"},
    [HS_ANOMALY_RST_OUT_OF_WINDOW] = {"rst_out_of_window", HS_SEVERITY_WARN,
                                      "A RST outside the receiver's window",
                                      "RST at sequence number {actual}, expected {expected}"},
    [HS_ANOMALY_RST_BAD_ACK] =
        {"rst_bad_ack", HS_SEVERITY_WARN,
         "A RST acknowledges what was never sent, or not the SYN that it answers",
         "acknowledges {actual}, expected {expected}"},
    [HS_ANOMALY_RST_CONTRADICTED] =
        {"rst_contradicted", HS_SEVERITY_WARN,
         "The sender of a RST goes on: somebody else sent the RST",
         "sends on after its RST of frame {actual}, expected nothing more"},
    [HS_ANOMALY_RST_SUSPECTED_FORGED] =
        {"rst_suspected_forged", HS_SEVERITY_WARN,
         "A RST with another time to live than its sender's segments",
         "time to live {actual}{evidence}, expected {expected} as in this "
         "side's other segments"},
    [HS_ANOMALY_TTL_CHANGED] =
        {"ttl_changed", HS_SEVERITY_NOTE, "The time to live changes within the handshake",
         "time to live {actual}, expected {expected} as in this side's other "
         "segments"},
    [HS_ANOMALY_MAC_CHANGED] =
        {"mac_changed", HS_SEVERITY_NOTE, "The source MAC address changes within the handshake",
         "comes from MAC {actual MAC}{evidence}, expected {expected MAC} as the "
         "first segment of this side"},
    [HS_ANOMALY_DATA_INJECTED] =
        {"data_injected", HS_SEVERITY_WARN, "Other data with the same number, from another origin",
         "other bytes than before at sequence number {actual}{evidence}, expected "
         "the same from the same origin"},
    [HS_ANOMALY_SYN_FLOOD] =
        {"syn_flood", HS_SEVERITY_WARN, "Too many handshakes with a server are left open",
         "{actual} handshakes with this port left open and {rest} completed within "
         "{seconds} s (clients: about {parties}), expected fewer than {expected} left "
         "open"},
    [HS_ANOMALY_SCAN_SYN] =
        {"scan_syn", HS_SEVERITY_WARN, "An address tries ports with SYNs and opens none",
         "about {parties} ports tried, {actual} in vain and {rest} opened within "
         "{seconds} s, expected fewer than {expected} in vain"},
    [HS_ANOMALY_SCAN_CONNECT] =
        {"scan_connect", HS_SEVERITY_NOTE, "An address tries ports and says nothing to them",
         "about {parties} ports tried, {actual} closed or left without a word and "
         "{rest} used within {seconds} s, expected fewer than {expected} in vain"},
    [HS_ANOMALY_SCAN_FIN] =
        {"scan_fin", HS_SEVERITY_WARN, "An address tries ports with FINs",
         "about {parties} ports got a FIN without connection within {seconds} s, "
         "expected fewer than {expected}"},
    [HS_ANOMALY_SCAN_NULL] =
        {"scan_null", HS_SEVERITY_WARN, "An address tries ports with no flags at all",
         "about {parties} ports got a segment without flags within {seconds} s, "
         "expected fewer than {expected}"},
    [HS_ANOMALY_SCAN_XMAS] =
        {"scan_xmas", HS_SEVERITY_WARN, "An address tries ports with FIN, PSH and URG",
         "about {parties} ports got FIN, PSH and URG within {seconds} s, expected "
         "fewer than {expected}"},
    [HS_ANOMALY_SCAN_ACK] =
        {"scan_ack", HS_SEVERITY_WARN, "An address tries ports with ACKs",
         "about {parties} ports answered an ACK without connection by a RST within "
         "{seconds} s, expected fewer than {expected}"},
    [HS_ANOMALY_SCAN_WINDOW] =
        {"scan_window", HS_SEVERITY_WARN,
         "An address tries ports with ACKs, and the windows of the RSTs differ",
         "about {parties} ports answered an ACK without connection by a RST within "
         "{seconds} s, expected fewer than {expected}; this host's RSTs: {actual} "
         "with a window, {rest} without, expected all alike"},
    [HS_ANOMALY_BACKSCATTER] =
        {"backscatter", HS_SEVERITY_NOTE, "An address answers many that asked nothing",
         "answers to about {parties} addresses that asked nothing within {seconds} "
         "s, expected fewer than {expected}"},
    [HS_ANOMALY_SYNACK_REFLECTION] =
        {"synack_reflection", HS_SEVERITY_WARN, "Many servers answer an address that asked nothing",
         "SYN-ACKs of about {parties} ports that were not asked within "
         "{seconds} s, expected fewer than {expected}"},
};

void
hs_findings_append(struct hs_findings *findings, const struct hs_finding *finding)
{
    if (findings->count < HS_FINDINGS_MAX) {
        findings->list[findings->count++] = *finding;
    }
}

void
hs_findings_add(struct hs_findings *findings, enum hs_anomaly anomaly, uint32_t actual,
                uint32_t expected)
{
    hs_findings_append(
        findings,
        &(struct hs_finding){.anomaly = (uint8_t)anomaly, .actual = actual, .expected = expected});
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

static int
write_evidence(unsigned evidence, char *text, size_t size)
{
    return snprintf(text, size, "%s%s%s",
                    evidence & HS_EVIDENCE_TTL ? ", with another time to live" : "",
                    evidence & HS_EVIDENCE_IP_ID ? ", with a foreign IP identification" : "",
                    evidence & HS_EVIDENCE_NO_TIMESTAMPS ? ", without timestamps" : "");
}

static int
write_mac(uint32_t upper, uint32_t lower, char *text, size_t size)
{
    return snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", (unsigned)(upper >> 8 & 0xff),
                    (unsigned)(upper & 0xff), (unsigned)(lower >> 24),
                    (unsigned)(lower >> 16 & 0xff), (unsigned)(lower >> 8 & 0xff),
                    (unsigned)(lower & 0xff));
}

static bool
is_word(const char *word, size_t letters, const char *whole)
{
    return strlen(whole) == letters && strncmp(word, whole, letters) == 0;
}

/* Writes what a word in braces, of so many letters, stands for. Returns what snprintf does. */
static int
write_word(const struct hs_finding *finding, const char *word, size_t letters, char *text,
           size_t size)
{
    const struct {
        const char *word;
        uint32_t number;
    } numbers[] = {
        {"actual", finding->actual}, {"expected", finding->expected}, {"parties", finding->parties},
        {"rest", finding->rest},     {"seconds", finding->seconds},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (is_word(word, letters, numbers[i].word)) {
            return snprintf(text, size, "%" PRIu32, numbers[i].number);
        }
    }
    if (is_word(word, letters, "actual MAC")) {
        return write_mac(finding->rest, finding->actual, text, size);
    }
    if (is_word(word, letters, "expected MAC")) {
        return write_mac(finding->parties, finding->expected, text, size);
    }
    if (is_word(word, letters, "option")) {
        return snprintf(text, size, "%s", name_option(finding->actual));
    }
    return write_evidence(finding->evidence, text, size);
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
        } else {
            const size_t letters = strcspn(++sentence, "}");

            count = write_word(finding, sentence, letters, text + written, room);
            sentence += letters + 1;
        }
        written += (size_t)count < room ? (size_t)count : room - 1;
    }
}
