# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: selects scenarios and records each until its shape is right."""

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

ATTEMPTS = 30  # on a busy machine a delayed ACK is often sent before the FIN that should carry it

# The exit status for "skipped" in Automake's test harness.
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
        raise CannotRecord("recording needs root, to make network namespaces and to capture in them")
    # Debian's su keeps the PATH of the user, which lacks the folders of administration programs.
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
    """Copies the recording of root, and gives the capture to the owner of its folder."""
    shutil.copyfile(recording, capture)
    owner = capture.parent.stat()
    os.chown(capture, owner.st_uid, owner.st_gid)


def try_scenario(scenario: Scenario, capture: Path) -> str:
    """Records once and returns the fault of the recording, or "". A recording with a fault is not kept."""
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
    print(f"{scenario.name}: not recorded in {ATTEMPTS} attempts, the old capture is unchanged",
          file=sys.stderr)
    return False


def catch_signals(handler: Callable[[int, object], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def stop_recording(_number: int, _frame: object) -> None:
    """Ends the recording with its clean-up, which a second signal does not interrupt."""
    catch_signals(lambda *_: None)
    raise KeyboardInterrupt


def record_scenarios(scenarios: Iterable[Scenario], folder: Path) -> int:
    catch_signals(stop_recording)
    # On one processor a segment is answered before the next one is sent, so the order of frames is constant.
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
                                     description="Records the captures. Needs root.")
    parser.add_argument("--list", action="store_true", help="list the captures and record nothing")
    parser.add_argument("-o", metavar="DIR", dest="folder", type=Path, default=PROGRAMS_FOLDER,
                        help="output folder (default: the folder of this command)")
    parser.add_argument("names", metavar="NAME", nargs="*",
                        help="capture to record (default: all)")
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
