/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The names of all that tcphs shows, for display filters, and what is said of each.
 */
#include "packet-tcphs-fields.h"

int hf_tcphs[FIELD_COUNT];

expert_field ei_tcphs[HS_ANOMALY_COUNT];

hf_register_info tcphs_fields[FIELD_COUNT] = {
    [FIELD_STAGE] = {&hf_tcphs[FIELD_STAGE],
                     {"Stage", "tcphs.stage", FT_STRING, BASE_NONE, NULL, 0,
                      "What this segment is in the life of its connection", HFILL}},
    [FIELD_SENDER] = {&hf_tcphs[FIELD_SENDER],
                      {"Sender", "tcphs.sender", FT_STRING, BASE_NONE, NULL, 0,
                       "Who sent this segment: the client is who sent the first SYN", HFILL}},
    [FIELD_SEQ_REL] =
        {&hf_tcphs[FIELD_SEQ_REL],
         {"Relative sequence number", "tcphs.seq.rel", FT_UINT32, BASE_DEC, NULL, 0,
          "From the sender's initial sequence number, or from the first number seen of it", HFILL}},
    [FIELD_ACK_REL] =
        {&hf_tcphs[FIELD_ACK_REL],
         {"Relative acknowledgement number", "tcphs.ack.rel", FT_UINT32, BASE_DEC, NULL, 0,
          "From the initial sequence number of the other side, or from the first number seen of it",
          HFILL}},
    [FIELD_SEQ_DELTA] = {&hf_tcphs[FIELD_SEQ_DELTA],
                         {"Sequence number moved by", "tcphs.seq.delta", FT_INT32, BASE_DEC, NULL,
                          0, "Since the previous segment of the same sender", HFILL}},
    [FIELD_ACK_DELTA] =
        {&hf_tcphs[FIELD_ACK_DELTA],
         {"Acknowledgement number moved by", "tcphs.ack.delta", FT_INT32, BASE_DEC, NULL, 0,
          "Since the previous segment of the same sender: what is newly acknowledged", HFILL}},
    [FIELD_SEQ_GAP] = {&hf_tcphs[FIELD_SEQ_GAP],
                       {"Distance from the expected sequence number", "tcphs.seq.gap", FT_INT32,
                        BASE_DEC, NULL, 0, "0: in order; above 0: a hole; below 0: old data",
                        HFILL}},
    [FIELD_CLIENT_STATE] =
        {&hf_tcphs[FIELD_CLIENT_STATE],
         {"Client state", "tcphs.client.state", FT_STRING, BASE_NONE, NULL, 0,
          "State of the client after this segment (RFC 9293), as far as segments prove it", HFILL}},
    [FIELD_SERVER_STATE] =
        {&hf_tcphs[FIELD_SERVER_STATE],
         {"Server state", "tcphs.server.state", FT_STRING, BASE_NONE, NULL, 0,
          "State of the server after this segment (RFC 9293), as far as segments prove it", HFILL}},
    [FIELD_RETRANSMISSION] = {&hf_tcphs[FIELD_RETRANSMISSION],
                              {"Retransmission", "tcphs.retransmission", FT_BOOLEAN, BASE_NONE,
                               NULL, 0, "All that this segment carries was sent before", HFILL}},
    [FIELD_CAPTURE] = {&hf_tcphs[FIELD_CAPTURE],
                       {"Capture", "tcphs.capture", FT_STRING, BASE_NONE, NULL, 0,
                        "What the capture did to this segment: duplicate, reordered or cut",
                        HFILL}},
    [FIELD_ANOMALY] = {&hf_tcphs[FIELD_ANOMALY],
                       {"Anomaly", "tcphs.anomaly", FT_STRING, BASE_NONE, NULL, 0,
                        "What is odd about this segment", HFILL}},
    [FIELD_RST_VERDICT] =
        {&hf_tcphs[FIELD_RST_VERDICT],
         {"RST verdict", "tcphs.rst.verdict", FT_STRING, BASE_NONE, NULL, 0,
          "How this RST stands to the numbers of its connection: in-order, in-window, old, "
          "out-of-window or bad-ack",
          HFILL}},
    [FIELD_OUTCOME] = {&hf_tcphs[FIELD_OUTCOME],
                       {"Outcome", "tcphs.outcome", FT_STRING, BASE_NONE, NULL, 0,
                        "How the connection went: so far in one pass, finally with two", HFILL}},
    [FIELD_OUTCOME_BY] = {&hf_tcphs[FIELD_OUTCOME_BY],
                          {"Outcome by", "tcphs.outcome.by", FT_STRING, BASE_NONE, NULL, 0,
                           "Who reset, refused or aborted the connection", HFILL}},
    [FIELD_PARTIAL] = {&hf_tcphs[FIELD_PARTIAL],
                       {"Partial", "tcphs.partial", FT_STRING, BASE_NONE, NULL, 0,
                        "What of the connection was not captured", HFILL}},
    [FIELD_SYN_FRAME] = {&hf_tcphs[FIELD_SYN_FRAME],
                         {"SYN in frame", "tcphs.syn.frame", FT_FRAMENUM, BASE_NONE,
                          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, "The client's first SYN", HFILL}},
    [FIELD_SYNACK_FRAME] = {&hf_tcphs[FIELD_SYNACK_FRAME],
                            {"SYN-ACK in frame", "tcphs.synack.frame", FT_FRAMENUM, BASE_NONE,
                             FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, "The first SYN-ACK", HFILL}},
    [FIELD_ACK_FRAME] = {&hf_tcphs[FIELD_ACK_FRAME],
                         {"ACK in frame", "tcphs.ack.frame", FT_FRAMENUM, BASE_NONE,
                          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0,
                          "The segment that completed the handshake", HFILL}},
    [FIELD_RST_FRAME] = {&hf_tcphs[FIELD_RST_FRAME],
                         {"RST in frame", "tcphs.rst.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
                          "The RST that ended the connection, or would have", HFILL}},
    [FIELD_RST_EFFECT] =
        {&hf_tcphs[FIELD_RST_EFFECT],
         {"RST effect", "tcphs.rst.effect", FT_STRING, BASE_NONE, NULL, 0,
          "What became of that RST: obeyed, ignored by its receiver or contradicted by its sender",
          HFILL}},
    [FIELD_SIGNATURE] = {&hf_tcphs[FIELD_SIGNATURE],
                         {"Signature", "tcphs.signature", FT_STRING, BASE_NONE, NULL, 0,
                          "Where in its life the connection was killed, and by what", HFILL}},
    [FIELD_SYN_COUNT] = {&hf_tcphs[FIELD_SYN_COUNT],
                         {"SYNs", "tcphs.syn.count", FT_UINT32, BASE_DEC, NULL, 0,
                          "How often the client sent its SYN", HFILL}},
    [FIELD_SYNACK_COUNT] = {&hf_tcphs[FIELD_SYNACK_COUNT],
                            {"SYN-ACKs", "tcphs.synack.count", FT_UINT32, BASE_DEC, NULL, 0,
                             "How often the SYN was answered by a SYN-ACK", HFILL}},
    [FIELD_RTT_SERVER] =
        {&hf_tcphs[FIELD_RTT_SERVER],
         {"SYN to SYN-ACK", "tcphs.rtt.server", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the latest SYN to the first SYN-ACK: the way to the server and back", HFILL}},
    [FIELD_RTT_CLIENT] = {&hf_tcphs[FIELD_RTT_CLIENT],
                          {"SYN-ACK to ACK", "tcphs.rtt.client", FT_RELATIVE_TIME, BASE_NONE, NULL,
                           0, "From the latest SYN-ACK to the ACK: the way to the client and back",
                           HFILL}},
    [FIELD_SETUP_TIME] =
        {&hf_tcphs[FIELD_SETUP_TIME],
         {"Set-up time", "tcphs.setup_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first SYN to the completion of the handshake, retries included", HFILL}},
    [FIELD_MSS_CLIENT] = {&hf_tcphs[FIELD_MSS_CLIENT],
                          {"Client MSS", "tcphs.mss.client", FT_UINT16, BASE_DEC, NULL, 0,
                           "Largest segment that the client accepts, in bytes", HFILL}},
    [FIELD_MSS_SERVER] = {&hf_tcphs[FIELD_MSS_SERVER],
                          {"Server MSS", "tcphs.mss.server", FT_UINT16, BASE_DEC, NULL, 0,
                           "Largest segment that the server accepts, in bytes", HFILL}},
    [FIELD_WSCALE_CLIENT] = {&hf_tcphs[FIELD_WSCALE_CLIENT],
                             {"Client window scale", "tcphs.wscale.client", FT_UINT8, BASE_DEC,
                              NULL, 0,
                              "Bits by which the client's windows are shifted, agreed upon",
                              HFILL}},
    [FIELD_WSCALE_SERVER] = {&hf_tcphs[FIELD_WSCALE_SERVER],
                             {"Server window scale", "tcphs.wscale.server", FT_UINT8, BASE_DEC,
                              NULL, 0,
                              "Bits by which the server's windows are shifted, agreed upon",
                              HFILL}},
    [FIELD_SACK] = {&hf_tcphs[FIELD_SACK],
                    {"SACK", "tcphs.sack", FT_BOOLEAN, BASE_NONE, NULL, 0,
                     "Both sides permit selective acknowledgements (RFC 2018)", HFILL}},
    [FIELD_TIMESTAMPS] = {&hf_tcphs[FIELD_TIMESTAMPS],
                          {"Timestamps", "tcphs.timestamps", FT_BOOLEAN, BASE_NONE, NULL, 0,
                           "Both sides use timestamps (RFC 7323)", HFILL}},
    [FIELD_ECN] = {&hf_tcphs[FIELD_ECN],
                   {"ECN", "tcphs.ecn", FT_BOOLEAN, BASE_NONE, NULL, 0,
                    "Both sides use explicit congestion notification (RFC 3168)", HFILL}},
    [FIELD_MULTIPATH] = {&hf_tcphs[FIELD_MULTIPATH],
                         {"Multipath", "tcphs.multipath", FT_BOOLEAN, BASE_NONE, NULL, 0,
                          "Both sides use Multipath TCP (RFC 8684)", HFILL}},
    [FIELD_FASTOPEN] =
        {&hf_tcphs[FIELD_FASTOPEN],
         {"Fast Open", "tcphs.fastopen", FT_STRING, BASE_NONE, NULL, 0,
          "What became of Fast Open (RFC 7413): requested, granted, accepted or ignored", HFILL}},
    [FIELD_CLOSED_BY] = {&hf_tcphs[FIELD_CLOSED_BY],
                         {"Closed by", "tcphs.closed_by", FT_STRING, BASE_NONE, NULL, 0,
                          "Who sent the first FIN", HFILL}},
    [FIELD_CONN_STATE] = {&hf_tcphs[FIELD_CONN_STATE],
                          {"Zeek's conn_state", "tcphs.conn_state", FT_STRING, BASE_NONE, NULL, 0,
                           "How the connection went in the words of Zeek's conn.log", HFILL}},
    [FIELD_HISTORY] =
        {&hf_tcphs[FIELD_HISTORY],
         {"Zeek's history", "tcphs.history", FT_STRING, BASE_NONE, NULL, 0,
          "What happened in the letters of Zeek's conn.log, the client's in upper case", HFILL}},
    [FIELD_UNREACHABLE_FRAME] = {&hf_tcphs[FIELD_UNREACHABLE_FRAME],
                                 {"Unreachable by frame", "tcphs.unreachable.frame", FT_FRAMENUM,
                                  BASE_NONE, NULL, 0, "The ICMP error that quotes the SYN", HFILL}},
    [FIELD_UNREACHABLE_TYPE] = {&hf_tcphs[FIELD_UNREACHABLE_TYPE],
                                {"Unreachable type", "tcphs.unreachable.type", FT_UINT8, BASE_DEC,
                                 NULL, 0, "Type of the ICMP or ICMPv6 error", HFILL}},
    [FIELD_UNREACHABLE_CODE] = {&hf_tcphs[FIELD_UNREACHABLE_CODE],
                                {"Unreachable code", "tcphs.unreachable.code", FT_UINT8, BASE_DEC,
                                 NULL, 0, "Code of the ICMP or ICMPv6 error", HFILL}},
    [FIELD_PREVIOUS_FRAME] =
        {&hf_tcphs[FIELD_PREVIOUS_FRAME],
         {"Previous connection from frame", "tcphs.previous.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "First frame of the connection that had the same addresses and ports before", HFILL}},
    [FIELD_SUPERSEDED_FRAME] =
        {&hf_tcphs[FIELD_SUPERSEDED_FRAME],
         {"Superseded in frame", "tcphs.superseded.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "First frame of the connection that has the same addresses and ports now", HFILL}},
};

static void
register_fields(int proto)
{
    for (enum field field = 0; field < FIELD_COUNT; field++) {
        hf_tcphs[field] = -1;
    }
    proto_register_field_array(proto, tcphs_fields, FIELD_COUNT);
}

static void
register_expert_infos(int proto)
{
    static ei_register_info ei[HS_ANOMALY_COUNT];
    const expert_field not_registered = EI_INIT;

    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        const bool warn = hs_anomaly_severity(anomaly) == HS_SEVERITY_WARN;

        ei_tcphs[anomaly] = not_registered;
        ei[anomaly] = (ei_register_info){
            &ei_tcphs[anomaly],
            {wmem_strdup_printf(wmem_epan_scope(), "tcphs.%s", hs_anomaly_slug(anomaly)),
             PI_SEQUENCE, warn ? PI_WARN : PI_NOTE, hs_anomaly_summary(anomaly), EXPFILL}};
    }
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void
tcphs_fields_register(int proto)
{
    register_fields(proto);
    register_expert_infos(proto);
}
