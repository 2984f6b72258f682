# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the golden tests; harness.py implements them."""
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import harness
from report_page import Report


@pytest.fixture(scope="session")
def private():
    """A private home, plugin folder and copies of captures, gone after the tests."""
    assert harness.MODULE.is_file(), f"{harness.MODULE} is not built, or TCPHS_MODULE is wrong"
    folder = harness.Private()
    yield folder
    folder.remove()


@pytest.fixture(scope="session")
def tshark(private):
    """run(capture, *args) → stdout, fields(capture, fields, *args) → rows, result() unchecked."""
    return harness.Tshark(private)


@pytest.fixture(scope="session")
def stock():
    """tshark without the module."""
    folder = harness.Private(module=None)
    yield harness.Tshark(folder)
    folder.remove()


@pytest.fixture(scope="session")
def sharkd(private):
    """fields(capture, fields) → rows as of tshark.fields, trees(capture) → nested nodes."""
    return harness.Sharkd(private)


@pytest.fixture(scope="session")
def own_capture():
    """own_capture("http_server.pcap") → the path of a recording of the project's own."""
    def find(name):
        path = harness.SOURCE / "captures" / name
        assert path.is_file(), f"captures/{name} is missing: see captures/README.md"
        return path
    return find


@pytest.fixture(scope="session")
def shared_capture():
    """shared_capture("lab/coffee_brew.pcapng") → its path, or the test is skipped."""
    def find(relpath):
        path = harness.SHARED / "captures" / relpath
        if not path.is_file():
            pytest.skip(f"{path} is absent (TCPHS_SHARED names another folder of samples)")
        return path
    return find


@pytest.fixture(scope="session")
def same_everywhere(tshark, sharkd):
    """See harness.Everywhere."""
    return harness.Everywhere(tshark, sharkd)


@pytest.fixture(scope="module")
def new_report():
    """Makes Report objects: a folder each that the unprivileged user can write, and one tool."""
    if os.geteuid() != 0 and not (shutil.which("parallel") and find_spec("matplotlib")
                                  and find_spec("jinja2")):
        pytest.skip("needs parallel, python3-matplotlib and python3-jinja2")
    root = Path(tempfile.mkdtemp(prefix="tcphs-test-report-"))
    root.chmod(0o755)
    shutil.copytree(harness.SOURCE / "tools", root / "a check out" / "tools",
                    ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["chmod", "-R", "go=rX", root], check=True)
    count = 0

    def make():
        nonlocal count
        count += 1
        folder, temporary = root / f"work {count}", root / f"temporary {count}"
        folder.mkdir()
        temporary.mkdir()
        temporary.chmod(0o1777)
        if os.geteuid() == 0:
            os.chown(folder, harness.NOBODY, harness.NOBODY)
        return Report(root / "a check out" / "tools" / "tcphs-report", folder, temporary)
    yield make
    shutil.rmtree(root)
