# SPDX-License-Identifier: GPL-2.0-or-later
"""A build of an ordinary user, which root installs and uninstalls; and a second one in another folder."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import harness

PARTS = ["CMakeLists.txt", "CMakePresets.json", "COPYING", "README.md", "CHANGELOG.md",
         "cmake", "plugin", "htcpcp", "docs", "profile", "tools"]


def call(*command, user=True, cwd=None, **variables):
    """Runs it as the ordinary user who builds, or as the user who runs the tests."""
    before = harness.as_nobody() if user else []
    done = subprocess.run([*before, *map(str, command)], cwd=cwd or "/", encoding="utf-8",
                          env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
                          capture_output=True, timeout=2 * harness.TIMEOUT_S, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


class Build:
    """A copy of the source, and the module built of it; both the ordinary user's."""

    def __init__(self, source, build, prefix):
        self.source, self.folder, self.prefix = source, build, prefix
        self.module = build / "plugin" / "tcphs.so"
        call("mkdir", "-p", source, build)
        for part in PARTS:
            path = harness.SOURCE / part
            if path.is_dir():
                shutil.copytree(path, source / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(path, source / part)
        call("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}")
        call("cmake", "--build", build, "-t", "tcphs")

    def installed(self):
        return [path for path in self.prefix.rglob("*") if not path.is_dir()]


@pytest.fixture(scope="module")
def place():
    folder = Path(tempfile.mkdtemp(prefix="tcphs-installation-test-"))
    if os.geteuid() == 0:
        os.chown(folder, harness.NOBODY, harness.NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def build(place):
    source = place / "a check out"
    return Build(source, source / "build", place / "a prefix")


def test_the_same_bytes_elsewhere(place, build):
    far = place / "a longer name" / "deep down"
    other = Build(far / "source", far / "build of it", place / "another prefix")
    assert other.module.read_bytes() == build.module.read_bytes()
    assert str(place).encode() not in build.module.read_bytes()


def test_uninstall_takes_all_away(build):
    call("cmake", "--install", build.folder, user=False)
    assert [path.name for path in build.installed() if path.suffix == ".so"] == ["tcphs.so"]
    call("cmake", "--build", build.folder, "-t", "uninstall", user=False)
    assert build.installed() == []


def owned_by_root(folder):
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_uid == 0]


def test_the_user_goes_on_after_root(place, build):
    if os.geteuid() != 0:
        pytest.skip("only root can install as root what an ordinary user has built")
    call("cmake", "--install", build.folder, user=False)
    assert build.installed() and owned_by_root(build.prefix)
    assert owned_by_root(build.folder) == []
    # Ninja finds that CMake has to run again, as root.
    (build.source / "CMakeLists.txt").touch()
    call("cmake", "--build", build.folder, "-t", "uninstall", user=False)
    assert build.installed() == [] and owned_by_root(build.folder) == []

    call("cmake", "--build", build.folder)
    call("cmake", "--install", build.folder, DESTDIR=str(place / "staged"))
    debian = shutil.which("dpkg-shlibdeps") and shutil.which("file")
    call("cpack", "-G", "DEB" if debian else "TGZ", cwd=build.folder)
    packages = [path for path in build.folder.glob("tcphs*") if path.suffix in (".deb", ".gz")]
    assert len(packages) == 1 and packages[0].stat().st_uid == harness.NOBODY


def test_a_list_that_root_has_left_is_no_obstacle(place, build):
    """Files of root that older versions of CMake or of this project have left in the build folder."""
    if os.geteuid() != 0:
        pytest.skip("only root can leave files of root's")
    left = build.folder / "install_manifest.txt"
    left.write_text("/usr/lib/nowhere\n")
    os.chown(left, 0, 0)
    call("cmake", "--install", build.folder, DESTDIR=str(place / "staged again"))
    assert left.stat().st_uid == harness.NOBODY and "tcphs.so" in left.read_text()
