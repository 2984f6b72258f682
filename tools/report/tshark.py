# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts tshark so that it has its plugins: tcphs-report sets the environment, see there.

Started by root, Wireshark ignores every plugin but the installed ones, so it is nobody's then. It
gets the capture through its standard input, because nobody may be unable to open it.
"""
import os
import subprocess
import sys

NOBODY = 65534


def identity():
    """Arguments for subprocess: whose process it is, and where its home is."""
    arguments = {"env": {**os.environ, "HOME": os.environ["TCPHS_REPORT_HOME"],
                         "LC_ALL": "C.UTF-8", "TZ": "UTC"}, "cwd": "/"}
    if os.geteuid() == 0:
        arguments.update(user=NOBODY, group=NOBODY, extra_groups=[])
    return arguments


def start_tshark(capture, *words, stdout, stderr):
    """The process that reads `capture`, a file that is open for reading in binary."""
    return subprocess.Popen(["tshark", "-n", "-r", "-", *words], stdin=capture, stdout=stdout,
                            stderr=stderr, **identity())


if __name__ == "__main__":
    sys.exit(subprocess.run(["tshark", *sys.argv[1:]], check=False, **identity()).returncode)
