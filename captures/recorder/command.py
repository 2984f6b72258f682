# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: chooses scenarios and records each until its shape is right."""

import argparse
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .netns import NamespaceError, open_namespace, remove_leftovers
from .scenario import PROGRAMS_FOLDER, Scenario
from .scenarios import SCENARIOS
from .testbed import TestbedError, record_traffic

ATTEMPTS = 30  # on a busy machine an ACK that waits for a FIN often goes alone

# What Automake's test harness takes for "skipped": nothing is wrong, but this is not the place.
EXIT_CANNOT_RECORD = 77

COMMON_PROGRAMS = ("ip", "ss", "sysctl", "tcpdump")
PACKAGES = {
    "chrt": "util-linux", "curl": "curl", "flask": "python3-flask", "ip": "iproute2",
    "nc.openbsd": "netcat-openbsd", "nft": "nftables", "nmap": "nmap", "scapy": "python3-scapy",
    "ss": "iproute2", "sysctl": "procps", "tcpdump": "tcpdump", "telnet": "inetutils-telnet",
}


class CannotRecord(Exception):
    """A privilege or a program is missing."""


def list_missing(scenarios: Iterable[Scenario]) -> list[str]:
    programs = {*COMMON_PROGRAMS}.union(*(scenario.programs for scenario in scenarios))
    modules = set().union(*(scenario.modules for scenario in scenarios))
    missing = [name for name in programs if shutil.which(name) is None]
    missing += [name for name in modules if importlib.util.find_spec(name) is None]
    return sorted({PACKAGES[name] for name in missing})


def check_system(scenarios: Iterable[Scenario]) -> None:
    if os.geteuid() != 0:
        raise CannotRecord("only root can make network namespaces and capture in them")
    # Debian's su leaves root with the PATH of the user, who does not administer.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = list_missing(scenarios)
    if missing:
        raise CannotRecord(f"programs are missing, install from Debian: {' '.join(missing)}")
    try:
        with open_namespace("check"):
            remove_leftovers()
    except NamespaceError as error:
        raise CannotRecord(f"cannot make network namespaces: {error}") from None


def keep_capture(recording: Path, capture: Path) -> None:
    """Gives the capture to whom its folder belongs: root records, others work there."""
    shutil.copyfile(recording, capture)
    owner = capture.parent.stat()
    os.chown(capture, owner.st_uid, owner.st_gid)


def try_scenario(scenario: Scenario, capture: Path) -> str:
    """Records once; returns what is wrong with the recording, which is then not kept."""
    with tempfile.TemporaryDirectory(prefix="tcphs-") as folder:
        try:
            shape = record_traffic(Path(folder), scenario.place, scenario.perform,
                                   scenario.count_frames())
        except TestbedError as error:
            return str(error)
        if len(shape) != len(scenario.shape):
            return f"{len(shape)} connections, expected {len(scenario.shape)}"
        for seen, expected in zip(shape, scenario.shape):
            if seen != expected:
                return f'"{seen}", expected "{expected}"'
        keep_capture(Path(folder, "capture.pcap"), capture)
    return ""


def record_scenario(scenario: Scenario, folder: Path) -> bool:
    for attempt in range(1, ATTEMPTS + 1):
        fault = try_scenario(scenario, folder / f"{scenario.name}.pcap")
        if not fault:
            print(f"{scenario.name}: {scenario.count_frames()} frames", flush=True)
            return True
        print(f"{scenario.name}: attempt {attempt} of {ATTEMPTS}: {fault}", file=sys.stderr)
    print(f"{scenario.name}: given up, the capture is left as it was", file=sys.stderr)
    return False


def catch_signals(handler: Callable[[int, object], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def stop_recording(_number: int, _frame: object) -> None:
    """Ends the recording through its clean-up, which a second signal may not interrupt."""
    catch_signals(lambda *_: None)
    raise KeyboardInterrupt


def record_scenarios(scenarios: Iterable[Scenario], folder: Path) -> int:
    catch_signals(stop_recording)
    # On one processor a segment is answered before the next is sent: the order of frames repeats.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        check_system(scenarios)
        folder.mkdir(parents=True, exist_ok=True)
        failures = sum(not record_scenario(scenario, folder) for scenario in scenarios)
    except CannotRecord as error:
        print(f"record: {error}", file=sys.stderr)
        return EXIT_CANNOT_RECORD
    except KeyboardInterrupt:
        print("record: stopped", file=sys.stderr)
        return 130
    except (NamespaceError, OSError) as error:
        print(f"record: {error}", file=sys.stderr)
        return 1
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="record",
                                     description="Records the captures anew, as root.")
    parser.add_argument("--list", action="store_true", help="list the captures and record nothing")
    parser.add_argument("-o", metavar="DIR", dest="folder", type=Path, default=PROGRAMS_FOLDER,
                        help="where the captures go instead of beside this command")
    parser.add_argument("names", metavar="NAME", nargs="*",
                        help="a capture to record, instead of all")
    options = parser.parse_args()
    known = {scenario.name: scenario for scenario in SCENARIOS}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no such capture: {' '.join(unknown)}")
    chosen = [known[name] for name in options.names] or list(SCENARIOS)
    if options.list:
        for scenario in chosen:
            print(f"{scenario.name:18} {scenario.count_frames():4} frames  {scenario.description}")
        return 0
    return record_scenarios(chosen, options.folder)
