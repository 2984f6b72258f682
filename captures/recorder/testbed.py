# SPDX-License-Identifier: GPL-2.0-or-later
"""One running recording: its namespaces, tcpdump, and the programs whose traffic is recorded."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import frames, netns

DELAY_LINE = Path(__file__).resolve().parent / "delay_line.py"

CAPTURE_FILTER = "(tcp or icmp)"
POLL_SECONDS = 0.02
WAIT_SECONDS = 60.0
# The capacity of tcpdump's buffer is counted in frames of the greatest length. With the default length
# it holds eight frames, but a scan sends hundreds per millisecond.
LONGEST_FRAME_BYTES = 16384
BUFFER_KIB = 16384
SETTLE_SECONDS = 0.2


class TestbedError(Exception):
    """A program of the recording failed."""


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@dataclass(frozen=True)
class Place:
    """Where client and server are: together on a loopback, or at the two ends of a cable.

    delay: of each frame on the cable, in seconds. server_sees: the capture is made at the server's end.
    missed: the frames that are not captured, as a filter of tcpdump.
    """
    apart: bool = False
    delay: float = 0
    server_sees: bool = False
    missed: str = ""


LOOPBACK = Place()
CABLE = Place(apart=True)


class Testbed:
    """Client and server, in one namespace with its loopback, or in two with a cable."""

    def __init__(self, client: str, server: str, folder: Path):
        self.client = client
        self.server = server
        self.wire = ""  # between them, where the cable is long
        self.folder = folder
        self.capture = folder / "capture.pcap"
        self.programs: list[subprocess.Popen] = []

    def start_program(self, namespace: str, *command: str, says: str) -> subprocess.Popen:
        """Starts a program in its own process group, so that Ctrl-C reaches only the recorder.

        It does not get its own session, because priorities apply within a session: see autogroups in
        sched(7).
        """
        with (self.folder / "log").open("a") as log:
            program = subprocess.Popen(
                ["ip", "netns", "exec", namespace, *command], stdin=subprocess.PIPE,
                stdout=log, stderr=log, text=True, cwd=self.folder, process_group=0)
        self.programs.append(program)
        if says:
            self.tell_program(program, says)
        return program

    def tell_program(self, program: subprocess.Popen, text: str) -> None:
        """Writes all input of a program and closes it; without any input it stays open."""
        try:
            with program.stdin:
                program.stdin.write(text)
        except BrokenPipeError:
            raise TestbedError(f"a program ended too early: {self.read_last_word()}") from None

    def start_server(self, port: int, *command: str, says: str = "") -> None:
        """Returns when the port is open. It is not tested by a connection, which would be captured."""
        server = self.start_program(self.server, *command, says=says)
        wait_until(lambda: server.poll() is not None or self.is_listening(port))
        if server.poll() is not None or not self.is_listening(port):
            raise TestbedError(f"the server did not open port {port}: {self.read_last_word()}")

    def is_listening(self, port: int) -> bool:
        return netns.run_inside(self.server, "ss", "-Hltn", f"sport = :{port}") != ""

    def start_client(self, *command: str, says: str = "") -> subprocess.Popen:
        return self.start_program(self.client, *command, says=says)

    def run_client(self, *command: str) -> None:
        client = self.start_client(*command)
        try:
            client.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise TestbedError(f"a client did not end: {self.read_last_word()}") from None

    def wait_for_frames(self, count: int) -> None:
        """Returns when the frames are captured, or after a timeout: the shape shows missing frames."""
        wait_until(lambda: frames.count_frames(self.capture) >= count)

    def wait_for_ends(self, count: int) -> None:
        """Returns when that many packet sockets are open on the wire."""
        # There is one line per socket below the header line.
        if not wait_until(lambda: netns.run_inside(
                self.wire, "cat", "/proc/net/packet").count("\n") > count):
            raise TestbedError(f"the programs did not open the wire: {self.read_last_word()}")

    def read_last_word(self) -> str:
        lines = (self.folder / "log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it says nothing"

    def stop_programs(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()
            program.stdin.close()


def name_packets(place: Place) -> str:
    return CAPTURE_FILTER + (f" and not ({place.missed})" if place.missed else "")


@contextmanager
def open_sniffer(namespace: str, interface: str, packets: str, capture: Path) -> Iterator[None]:
    """Runs tcpdump with the capture as its standard output, so that it can drop root privileges."""
    command = ["ip", "netns", "exec", namespace, "tcpdump", "-i", interface, "-U",
               "--immediate-mode", "-s", str(LONGEST_FRAME_BYTES), "-B", str(BUFFER_KIB),
               "-w", "-", packets]
    with capture.open("wb") as output, subprocess.Popen(
            command, stdout=output, stderr=subprocess.PIPE, text=True, process_group=0) as sniffer:
        try:
            last_word = ""
            for last_word in sniffer.stderr:
                if "listening on" in last_word:
                    break
            else:
                raise TestbedError(f"tcpdump did not start: {last_word.strip()}")
            yield
        finally:
            sniffer.terminate()
            sniffer.communicate()


@contextmanager
def open_cable(testbed: Testbed, delay: float) -> Iterator[None]:
    """Joins client and server; for a delay, with a namespace and a program between them."""
    if not delay:
        netns.join_namespaces(testbed.client, testbed.server)
        yield
        return
    with netns.open_namespace("wire") as wire:
        testbed.wire = wire
        netns.join_namespaces(testbed.client, testbed.server, wire)
        testbed.start_program(wire, sys.executable, str(DELAY_LINE), "left", "right", str(delay),
                              says="")
        testbed.wait_for_ends(2)
        yield


@contextmanager
def open_testbed(folder: Path, place: Place) -> Iterator[Testbed]:
    """Yields while the capture is running; the capture ends before the programs."""
    with ExitStack() as stack:
        client = stack.enter_context(netns.open_namespace("client"))
        server = stack.enter_context(netns.open_namespace("server")) if place.apart else client
        testbed = Testbed(client, server, folder)
        if place.apart:
            stack.enter_context(open_cable(testbed, place.delay))
        stack.callback(testbed.stop_programs)
        stack.enter_context(open_sniffer(server if place.server_sees else client,
                                         "eth0" if place.apart else "lo",
                                         name_packets(place), testbed.capture))
        yield testbed


def record_traffic(folder: Path, place: Place, perform: Callable[[Testbed], None],
                   frame_count: int) -> list[str]:
    """Performs the scenario until all frames are captured, and returns their shape."""
    with open_testbed(folder, place) as testbed:
        perform(testbed)
        testbed.wait_for_frames(frame_count)
        time.sleep(SETTLE_SECONDS + 2 * place.delay)
    return frames.read_shape(folder / "capture.pcap")
