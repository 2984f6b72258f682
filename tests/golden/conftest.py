# SPDX-License-Identifier: GPL-2.0-or-later
"""What every golden test works with; harness.py says how it is done."""
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
    """same_everywhere(capture, fields, own_filter="tcphs") → the rows [number, *fields].

    They are the same in one pass, with -2, in sharkd's trees, and for the frames that
    own_filter lets through under that filter, in one pass and with -2. What one pass cannot
    know (a fact about a later frame) is compared among the others with one_pass=False.
    """
    def compare(capture, fields, own_filter="tcphs", one_pass=True):
        wanted = ["frame.number", *fields]
        rows = tshark.fields(capture, wanted, "-2")

        def agree(way, expected, found):
            lines = harness.differing_rows(expected, found)
            assert not lines, "\n".join(
                [f"{capture}: {way} differs from -2 in {wanted}:", *lines])

        def agree_filtered(*passes):
            found = tshark.fields(capture, wanted, *passes, "-Y", own_filter)
            numbers = {row[0] for row in found}
            assert numbers, f"{capture}: no frame matches {own_filter}"
            agree(f"{' '.join(passes)} -Y '{own_filter}'",
                  [row for row in rows if row[0] in numbers], found)
            return numbers

        agree("sharkd", rows, sharkd.fields(capture, wanted))
        matched = agree_filtered("-2")
        if one_pass:
            agree("one pass", rows, tshark.fields(capture, wanted))
            assert agree_filtered() == matched, f"{capture}: {own_filter} needs two passes"
        return rows
    return compare


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
        folder = root / f"work {count}"
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, harness.NOBODY, harness.NOBODY)
        return Report(root / "a check out" / "tools" / "tcphs-report", folder)
    yield make
    shutil.rmtree(root)
