# SPDX-License-Identifier: GPL-2.0-or-later
"""The one difference between versions of Wireshark that the golden tests see: tcp.stream.

To tcphs a connection begins with a SYN of another number, in every version. To Wireshark's tcp it
does so too, and since 4.4 also with a SYN-ACK of another number, and with a SYN, be it the same
once more, after a RST or FIN. The captures in which that happens, and what 4.0 calls the streams
of 4.4 and 4.6 there:
"""

STREAMS_OF_4_0 = {
    "captures/client_restarted.pcap": "0 1 1",
    "captures/synack_late.pcap": "0 0",
    "captures/made/early_ack.pcap": "0 0 1 2",
    "captures/made/mac_changed.pcap": "0 1 1 2 3 4 5",
    "captures/made/rst_bad_ack.pcap": "0 0 1 2 3",
    "captures/made/rst_contradicted.pcap": "0 1 1 2 3 4 5 6 7 7 8",
    "captures/made/synack_changed.pcap": "0 0 1 2 3",
    "captures/tcp/zeek/pop3_pop3.pcap": "0 0 0 1 1 1 2 3 4 5 6",
}


def stream_of_4_0(capture, stream):
    """A cell with tcp.stream as 4.0 has it, from one of 4.4 or later."""
    for name, streams in STREAMS_OF_4_0.items():
        if stream and str(capture).endswith(f"/{name}"):
            return streams.split()[int(stream)]
    return stream
