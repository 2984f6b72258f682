# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/plugin-folder.sh makes its folder in TMPDIR, if it can be used there, and removes it."""
import os
import subprocess

import pytest

import harness

SCRIPT = """
set -euo pipefail
. tools/packages.sh
. tools/plugin-folder.sh
make_scratch test
echo "$scratch"
[[ -d $scratch ]]
"""


def make_scratch(**environment):
    return subprocess.run(["bash", "-c", SCRIPT], cwd=harness.SOURCE, check=True, encoding="utf-8",
                          capture_output=True, env={"PATH": os.environ["PATH"], **environment},
                          timeout=harness.TIMEOUT_S).stdout.strip()


@pytest.fixture
def folder(private):
    """A folder that the user nobody can enter; those of pytest are accessible to their owner only."""
    path = private.root / "a scratch"
    path.mkdir(exist_ok=True)
    path.chmod(0o1777)
    return path


def test_is_where_it_is_asked_for(folder):
    scratch = make_scratch(TMPDIR=str(folder))
    assert scratch.startswith(f"{folder}/tcphs-test.")
    assert not list(folder.iterdir())


def test_is_elsewhere_if_nobody_cannot_enter(folder):
    if os.geteuid() != 0:
        pytest.skip("only root has tshark run as somebody else")
    folder.chmod(0o700)
    assert make_scratch(TMPDIR=str(folder)).startswith("/tmp/tcphs-test.")


def test_needs_no_tmpdir():
    assert make_scratch().startswith("/tmp/tcphs-test.")
