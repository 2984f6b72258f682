# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/packages.sh installs missing packages and shows its progress; tested with a fake apt-get."""
import os
import pty
import re
import subprocess

import pytest

import harness

MISSING = "tcphs-is-no-package"
APT = """#!/bin/bash
here=${0%/*}
echo "apt-get $*" >>"$here/calls"
if [[ $1 == update ]]; then
    echo 'Hit:1 http://mirror.example/debian bookworm InRelease'
    touch "$here/lists"
    exit
fi
echo 'Reading package lists...'
if [[ ! -e $here/lists ]]; then
    echo 'E: Unable to locate package' >&2
    exit 100
fi
echo 'Get:1 http://mirror.example/debian bookworm/main amd64 libcoffee1 amd64 1.2-3 [34 kB]'
echo 'Get:2 http://mirror.example/debian bookworm/main amd64 libtea2 amd64 1.2-3 [34 kB]'
echo 'Unpacking libcoffee1:amd64 (1.2-3) ...'
echo 'Unpacking libtea2:amd64 (1.2-3) ...'
sleep "$APT_SLEEPS"
echo 'Setting up libtea2:amd64 (1.2-3) ...'
"""
SUDO = """#!/bin/bash
while [[ $1 == -* ]]; do shift; done
exec "$@"
"""
INSTALL = 'set -euo pipefail; . "$1"; LOG_EVERY_S=$2; install_packages "$3"'
NEVER = 1_000_000


@pytest.fixture
def machine(tmp_path):
    """A folder of programs in front of the others: apt-get, which knows its lists of packages, and sudo."""
    for name, text in (("apt-get", APT), ("sudo", SUDO)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "lists").touch()
    return tmp_path


def install(machine, every=NEVER, sleeps=0, stderr=subprocess.PIPE):
    return subprocess.run(
        ["bash", "-c", INSTALL, "demo", harness.SOURCE / "tools" / "packages.sh", str(every), MISSING],
        env={"PATH": f"{machine}:{os.environ['PATH']}", "LANG": "C.UTF-8", "APT_SLEEPS": str(sleeps)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8",
        timeout=harness.TIMEOUT_S, check=False)


def without_times(text):
    return re.sub(r"\b\d+ s\b", "N s", text)


def test_a_log_hears_of_each_kind_of_step(machine):
    done = install(machine)
    assert (done.returncode, done.stdout) == (0, "")
    assert without_times(done.stderr).split("\n") == [
        f"Installing {MISSING}", "Installing: N s, fetching libcoffee1",
        "Installing: N s, unpacking libcoffee1", "Installing: N s, setting up libtea2",
        "Installed in N s", ""]


def test_a_log_hears_of_what_takes_long(machine):
    said = without_times(install(machine, every=1, sleeps=4).stderr)
    assert "Installing: N s, unpacking libtea2\n" in said


def test_a_terminal_counts_the_seconds(machine):
    ours, theirs = pty.openpty()
    done = install(machine, sleeps=4, stderr=theirs)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert (done.returncode, done.stdout) == (0, "")
    start, *shown, end = said.split("\r\x1b[K")
    assert start == f"Installing {MISSING}\r\n"
    assert without_times(end) == "Installed in N s\r\n"
    assert all(len(line) < 80 and "\n" not in line for line in shown)
    waited = re.findall(r"Installing: (\d+) s, unpacking libtea2", said)
    assert len(set(waited)) >= 2


def test_lists_of_packages_are_fetched_where_there_are_none(machine):
    (machine / "lists").unlink()
    done = install(machine)
    assert done.returncode == 0
    assert "Installing: N s, fetching the lists of packages\n" in without_times(done.stderr)
    calls = (machine / "calls").read_text().split("\n")
    assert [call.split()[1] for call in calls[:-1]] == ["install", "update", "install"]
    assert all(call.endswith(f" {MISSING}") for call in (calls[0], calls[2]))


def test_what_apt_says_of_a_failure_is_shown(machine):
    (machine / "apt-get").write_text("#!/bin/bash\necho 'E: no space left' >&2\nprintf 'the end'\nexit 100\n")
    done = install(machine)
    assert done.returncode == 1
    assert done.stderr.split("\n") == [
        f"Installing {MISSING}", "E: no space left", "the end",
        f"demo: cannot install {MISSING}", ""]
