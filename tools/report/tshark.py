# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts tshark with the plugin; tcphs-report sets the environment, see there.

As root, Wireshark ignores all plugins that are not installed for all users. For root, tshark therefore
runs as the user nobody. It reads the capture from its standard input, because that user may not be able
to open it.
"""
import os
import subprocess
import sys

NOBODY = 65534


def identity():
    """Arguments for subprocess: the user, the home and the environment of the process."""
    arguments = {"env": {**os.environ, "HOME": os.environ["TCPHS_REPORT_HOME"],
                         "LC_ALL": "C.UTF-8", "TZ": "UTC"}, "cwd": "/"}
    if os.geteuid() == 0:
        arguments.update(user=NOBODY, group=NOBODY, extra_groups=[])
    return arguments


def start_tshark(capture, *words, stdout, stderr):
    """Starts the process that reads `capture`, a file opened for reading in binary mode."""
    return subprocess.Popen(["tshark", "-n", "-r", "-", *words], stdin=capture, stdout=stdout,
                            stderr=stderr, **identity())


if __name__ == "__main__":
    sys.exit(subprocess.run(["tshark", *sys.argv[1:]], check=False, **identity()).returncode)
