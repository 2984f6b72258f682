# SPDX-License-Identifier: GPL-2.0-or-later
"""Time that passes only while other processes are idle, so that tests do not fail on a busy machine.

Run as a program it is sleep(1) for the shell of a session, which has a /proc of its own: the others are
all that it sees there but itself and its like.
"""
import os
import sys
import time
from pathlib import Path

LOOK_S = 0.05
BUSY = set("RD")  # on a processor or waiting for one; waiting for a disk
PROGRAM = Path(__file__).name


def look(pids):
    """{thread: its processor time so far} of these processes, None while one of them has work to do."""
    times = {}
    for pid in pids:
        try:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                state, *numbers = (thread / "stat").read_text().rpartition(")")[2].split()
                if state in BUSY:
                    return None
                times[thread.name] = int(numbers[10]) + int(numbers[11])
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            return None
    return times


def pass_time(seconds, list_pids, patience_s=600):
    """Returns when those have been idle for so long, all in all; TimeoutError where they never are."""
    end = time.monotonic() + patience_s
    before = None
    while seconds > 0:
        if time.monotonic() > end:
            raise TimeoutError(f"busy for {patience_s} s")
        now = look(list_pids())
        if now is not None and now == before:
            seconds -= LOOK_S
        before = now
        time.sleep(LOOK_S)


def list_others():
    """The processes that are seen, without those that sleep here."""
    others = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(path.name) != os.getpid() and not any(word.endswith(PROGRAM.encode()) for word in words):
            others.append(int(path.name))
    return others


if __name__ == "__main__":
    pass_time(float(sys.argv[1]), list_others)
