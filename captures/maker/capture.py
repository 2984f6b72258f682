# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture under construction: its clock, its frames, and the expected results of each."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scapy.layers.l2 import Ether
from scapy.packet import Packet

# 2026-01-01 00:00:00 UTC
START_US = 1767225600 * 1_000_000

CLIENT_MAC = "02:00:00:00:00:01"
SERVER_MAC = "02:00:00:00:00:02"

FILE_HEADER = struct.Struct("<IHHiIII")
FRAME_HEADER = struct.Struct("<IIII")
MAGIC = 0xA1B2C3D4
SNAP_BYTES = 262144
LINK_ETHERNET = 1

HOP_US = 10_000


@dataclass(frozen=True)
class Words:
    """The expected results of a segment."""
    stream: int
    stage: str
    anomalies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    time_us: int
    data: bytes
    words: Words | None


def name_macs(from_client: bool) -> dict[str, str]:
    source, destination = (CLIENT_MAC, SERVER_MAC) if from_client else (SERVER_MAC, CLIENT_MAC)
    return {"src": source, "dst": destination}


def wrap_in_ethernet(packet: Packet, from_client: bool) -> list[bytes]:
    return [bytes(Ether(**name_macs(from_client)) / packet)]


def replace_source(frame: bytes, mac: str) -> bytes:
    return frame[:6] + bytes.fromhex(mac.replace(":", "")) + frame[12:]


@dataclass
class Capture:
    """wrap: returns the frames that carry an IP packet."""
    link_type: int = LINK_ETHERNET
    wrap: Callable[[Packet, bool], list[bytes]] = wrap_in_ethernet
    now_us: int = START_US
    hop_us: int = HOP_US
    frames: list[Frame] = field(default_factory=list)
    streams: int = 0

    def wait(self, microseconds: int) -> None:
        self.now_us += microseconds

    def open_stream(self) -> int:
        self.streams += 1
        return self.streams - 1

    def add_packet(self, packet: Packet, from_client: bool, words: Words,
                   mac: str | None = None) -> None:
        """Adds a packet. Its results belong to its last frame, in which Wireshark reassembles it.

        mac: the source address of its Ethernet frames, instead of the sender's own.
        """
        *fragments, last = [frame if mac is None else replace_source(frame, mac)
                            for frame in self.wrap(packet, from_client)]
        self.frames += [Frame(self.now_us, fragment, None) for fragment in fragments]
        self.frames.append(Frame(self.now_us, last, words))

    def write_file(self, path: Path) -> None:
        with path.open("wb") as output:
            output.write(FILE_HEADER.pack(MAGIC, 2, 4, 0, 0, SNAP_BYTES, self.link_type))
            for frame in self.frames:
                seconds, microseconds = divmod(frame.time_us, 1_000_000)
                length = len(frame.data)
                output.write(FRAME_HEADER.pack(seconds, microseconds, length, length))
                output.write(frame.data)

    def list_anomalies(self) -> dict[str, list[str]]:
        """The anomalies of the frames that have any, by frame number."""
        return {str(number): sorted(frame.words.anomalies)
                for number, frame in enumerate(self.frames, 1)
                if frame.words and frame.words.anomalies}

    def list_stages(self) -> dict[str, list[str]]:
        """The stage of each segment, by stream."""
        stages: dict[str, list[str]] = {str(stream): [] for stream in range(self.streams)}
        for frame in self.frames:
            if frame.words:
                stages[str(frame.words.stream)].append(frame.words.stage)
        return stages
