# SPDX-License-Identifier: GPL-2.0-or-later
"""The specification of a recording: the programs that perform it, and its required shape.

A shape has one line for each pair of addresses and ports, in the order of their first frames: the
flags of each segment (S SYN, F FIN, R RST, P PSH, E ECE, C CWR, A ACK) after ">" from the client or
"<" from the server.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .testbed import LOOPBACK, Place, Testbed

PROGRAMS_FOLDER = Path(__file__).resolve().parent.parent

OPENING = ">S <SA >A"


@dataclass(frozen=True)
class Scenario:
    name: str
    description: str
    perform: Callable[[Testbed], None]
    shape: tuple[str, ...]
    programs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    place: Place = LOOPBACK

    def count_frames(self) -> int:
        return sum(len(connection.split()) for connection in self.shape)


def locate_program(name: str) -> tuple[str, str]:
    return sys.executable, str(PROGRAMS_FOLDER / name)
