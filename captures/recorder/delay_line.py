# SPDX-License-Identifier: GPL-2.0-or-later
"""A long cable: forwards the frames between two interfaces with a delay.

This replaces netem, which not every kernel has. The virtio header of each frame is forwarded with it,
so that checksums which Linux left to the interface remain unfilled.
"""

import select
import socket
import sys
import time
from collections import deque

SOL_PACKET = 263
PACKET_VNET_HDR = 15
PACKET_OUTGOING = 4
ETH_P_ALL = 0x0003
FRAME_BYTES = 1 << 17


def open_end(interface: str) -> socket.socket:
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    end.bind((interface, ETH_P_ALL))
    return end


def pass_frames(ends: tuple[socket.socket, socket.socket], delay: float) -> None:
    under_way: deque = deque()
    while True:
        timeout = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        readable, _, _ = select.select(ends, (), (), timeout)
        for end in readable:
            frame, address = end.recvfrom(FRAME_BYTES)
            if address[2] != PACKET_OUTGOING:
                other = ends[end is ends[0]]
                under_way.append((time.monotonic() + delay, other, frame))
        while under_way and under_way[0][0] <= time.monotonic():
            _, end, frame = under_way.popleft()
            end.send(frame)


if __name__ == "__main__":
    pass_frames((open_end(sys.argv[1]), open_end(sys.argv[2])), float(sys.argv[3]))
