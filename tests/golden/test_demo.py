# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/demo, from a checkout with a space in its path, as an ordinary user and as root."""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import harness

PRIVATE = {".git", "build*", "__pycache__", ".*cache"}


@pytest.fixture(scope="module")
def checkout():
    """A copy of the checkout that belongs to the unprivileged user, so that both may build."""
    folder = Path(tempfile.mkdtemp(prefix="tcphs-demo-test-"))
    copy = folder / "a check out"
    shutil.copytree(harness.SOURCE, copy, ignore=shutil.ignore_patterns(*PRIVATE))
    (folder / "home").mkdir()
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, harness.NOBODY, harness.NOBODY, follow_symlinks=False)
    (folder / "temporary").mkdir()
    (folder / "temporary").chmod(0o1777)
    yield copy
    shutil.rmtree(folder)


def run_demo(checkout, *args, user, path="", **variables):
    env = {"PATH": f"{path}{os.environ['PATH']}", "HOME": str(checkout.parent / "home"),
           "TMPDIR": str(checkout.parent / "temporary"), "LANG": "C.UTF-8", "CI": "true", **variables}
    before = harness.as_nobody() if user == "nobody" else []
    return subprocess.run([*before, str(checkout / "tools" / "demo"), *map(str, args)], env=env,
                          cwd=checkout, capture_output=True, encoding="utf-8",
                          stdin=subprocess.DEVNULL, timeout=4 * harness.TIMEOUT_S, check=False)


@pytest.fixture(params=["nobody", "root"])
def demo(request, checkout):
    """Runs the demo as an ordinary user, and as root where the tests are root's."""
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("only root can show what root sees")

    def run(*args, **variables):
        return run_demo(checkout, *args, user=request.param, **variables)
    return run


def one_sentence(done):
    assert done.returncode != 0
    assert done.stdout == ""
    assert re.fullmatch(r"demo: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


def stages(text):
    """The words in the column "stage", which follow the place where its title starts."""
    lines = text.split("\n")
    title = next(line for line in lines if line.startswith("no "))
    start = title.index(" stage ")
    return [line[start:].split()[0] for line in lines if re.match(r" *\d+ ", line)]


def test_shows_two_captures(demo, checkout):
    done = demo()
    assert done.returncode == 0, done.stderr
    handshake, coffee = done.stdout.split("captures/coffee")[:2]
    assert stages(handshake) == [
        "syn", "syn-ack", "ack", *["established"] * 6, "fin", "fin", "closed"]
    assert "GET coffee://ducky" in coffee
    assert max(map(len, done.stdout.split("\n"))) <= 120
    assert not list((checkout.parent / "temporary").iterdir())
    readme = (harness.SOURCE / "README.md").read_text("utf-8")
    pasted = re.search(r"^\$ tools/demo\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)[1]
    # The rest of a line is Wireshark's own, and differs between its versions.
    shown = "".join(f"{line[:96].rstrip()}\n" for line in handshake.split("\n"))
    assert f"\n{pasted}" in shown


def test_shows_the_capture_that_is_named(demo):
    done = demo("captures/http_server.pcap")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # neither installed nor built anything a second time
    assert len(stages(done.stdout)) == 12


def test_next_line_works(checkout):
    """As a user. Root's line, which installs for everybody, is not for a test to try."""
    line = run_demo(checkout, "captures/http_server.pcap", user="nobody").stdout.split("\n")[-2]
    done = subprocess.run([*harness.as_nobody(), "bash", "-c", line], cwd=checkout,
                          env={"PATH": os.environ["PATH"], "HOME": str(checkout.parent / "home")},
                          capture_output=True, encoding="utf-8", timeout=harness.TIMEOUT_S,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("[SYN]") == 1


def test_help(demo):
    done = demo("--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: tools/demo")


def test_missing_file(demo):
    assert "the file no/such.pcap does not exist" in one_sentence(demo("no/such.pcap"))


def test_not_a_capture(demo):
    assert "COPYING is not a capture" in one_sentence(demo("COPYING"))


def test_window_without_a_screen(demo):
    assert "DISPLAY" in one_sentence(demo("--gui", "captures/http_server.pcap"))


def test_without_apt(demo):
    """On a system without Debian's packages the demo prints what to install."""
    folder = Path(tempfile.mkdtemp(prefix="tcphs-demo-test-"))
    try:
        folder.chmod(0o755)
        for program in ("bash", "env", "dirname", "setpriv"):
            (folder / program).symlink_to(shutil.which(program))
        said = one_sentence(demo("captures/http_server.pcap", PATH=str(folder)))
    finally:
        shutil.rmtree(folder)
    assert "not found: tshark cmake ninja cc. This system has no apt-get" in said
    assert "install Wireshark 4.0 to 4.6 with tshark" in said


@pytest.mark.parametrize("version", ["3.6.2", "4.7.0"])
def test_version_that_is_not_supported(demo, version):
    folder = Path(tempfile.mkdtemp(prefix="tcphs-demo-test-"))
    try:
        folder.chmod(0o755)
        fake = folder / "tshark"
        fake.write_text(f"#!/bin/sh\necho 'TShark (Wireshark) {version} (made up)'\n")
        fake.chmod(0o755)
        said = one_sentence(demo("captures/http_server.pcap", path=f"{folder}:"))
    finally:
        shutil.rmtree(folder)
    assert f"Wireshark {version} is not supported" in said
