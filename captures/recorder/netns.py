# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces that carry the recorded traffic and nothing else."""

import itertools
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLIENT_ADDRESS = "10.0.0.1"
SERVER_ADDRESS = "10.0.0.2"
CLIENT_MAC = "02:00:00:00:00:01"
SERVER_MAC = "02:00:00:00:00:02"

PREFIX = "tcphs"

_numbers = itertools.count(1)


class NamespaceError(Exception):
    """The system refused a namespace or a setting in it."""


def run_ip(*arguments: str) -> str:
    """Runs ip(8) in its own process group: Ctrl-C must not end it, because the clean-up needs it."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, process_group=0)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise NamespaceError(reason[-1] if reason else f"ip {' '.join(arguments)} failed")
    return done.stdout


def run_inside(namespace: str, *command: str) -> str:
    return run_ip("netns", "exec", namespace, *command)


def set_sysctl(namespace: str, **settings: int) -> None:
    """Sets net.ipv4 settings; those that this kernel does not have are ignored (-e)."""
    words = [f"net.ipv4.{name}={value}" for name, value in settings.items()]
    run_inside(namespace, "sysctl", "-qew", *words)


def load_rules(namespace: str, hook: str, rule: str) -> None:
    chain = f"chain {hook} {{ type filter hook {hook} priority 0; {rule}; }}"
    run_inside(namespace, "nft", f"table ip recorder {{ {chain}; }}")


def drop_rules(namespace: str) -> None:
    run_inside(namespace, "nft", "flush ruleset")


def remove_namespace(name: str) -> None:
    """Ends the processes in the namespace, which would keep it and its interfaces alive."""
    try:
        for pid in run_ip("netns", "pids", name).split():
            os.kill(int(pid), signal.SIGKILL)
    except (NamespaceError, ProcessLookupError):
        pass
    try:
        run_ip("netns", "del", name)
    except NamespaceError:
        pass


def remove_leftovers() -> None:
    """Removes the namespaces of a recorder that was killed."""
    for line in run_ip("netns", "list").splitlines():
        prefix, _, rest = line.split()[0].partition("-")
        owner = rest.partition("-")[0]
        if prefix == PREFIX and owner.isdigit() and not Path("/proc", owner).exists():
            remove_namespace(line.split()[0])


@contextmanager
def open_namespace(role: str) -> Iterator[str]:
    """A namespace without IPv6, named after this process, so that two recorders can run at once."""
    name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}-{role}"
    try:
        run_ip("netns", "add", name)
        run_inside(name, "sysctl", "-qew", "net.ipv6.conf.all.disable_ipv6=1")
        run_ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        remove_namespace(name)


def lay_cable(one: str, name: str, mac: str, other: str, peer_name: str, *peer_mac: str) -> None:
    run_ip("link", "add", name, "netns", one, "address", mac, "type", "veth",
           "peer", peer_name, "netns", other, *peer_mac)


def join_namespaces(client: str, server: str, wire: str | None = None) -> None:
    """A cable between the two namespaces, with the same addresses every time.

    wire: a namespace where the cable ends twice, at "left" and at "right", and frames have to be
    passed on.
    """
    if wire is None:
        lay_cable(client, "eth0", CLIENT_MAC, server, "eth0", "address", SERVER_MAC)
    else:
        lay_cable(client, "eth0", CLIENT_MAC, wire, "left")
        lay_cable(server, "eth0", SERVER_MAC, wire, "right")
        for end in ("left", "right"):
            run_ip("-n", wire, "link", "set", end, "up")
    for namespace, address in ((client, CLIENT_ADDRESS), (server, SERVER_ADDRESS)):
        run_ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
        run_ip("-n", namespace, "link", "set", "eth0", "up")
    introduce_neighbours(client, server)


def introduce_neighbours(client: str, server: str) -> None:
    """Sets the neighbours, so that the first SYN does not wait for ARP."""
    for namespace, address, mac in ((client, SERVER_ADDRESS, SERVER_MAC),
                                    (server, CLIENT_ADDRESS, CLIENT_MAC)):
        run_ip("-n", namespace, "neighbour", "add", address, "lladdr", mac, "dev", "eth0",
               "nud", "permanent")
