# SPDX-License-Identifier: GPL-2.0-or-later
"""CMake says what is wrong with the Wireshark that it finds, in a sentence."""
import os
import re
import subprocess

import pytest

import harness

# As much as the configuration reads of what Wireshark installs. As Wireshark's own, the first accepts
# whoever asks for an older version.
PACKAGE_VERSION = """
set(PACKAGE_VERSION {0}.{1}.{2})
if(NOT PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
"""
PACKAGE = """
if("{0}" LESS 4)
    message(FATAL_ERROR "File or directory referenced by variable does not exist !")
endif()
set(Wireshark_MAJOR_VERSION {0})
set(Wireshark_MINOR_VERSION {1})
set(Wireshark_PATCH_VERSION {2})
set(Wireshark_VERSION {0}.{1}.{2})
set(Wireshark_PLUGINS_ENABLED {plugins})
set(Wireshark_PLUGIN_LIBDIR lib/wireshark/plugins/{0}.{1})
set(Wireshark_INSTALL_PREFIX /usr)
add_library(epan SHARED IMPORTED)
set_target_properties(epan PROPERTIES IMPORTED_LOCATION /nowhere/libwireshark.so)
"""


def installed_package():
    """Where CMake would find the Wireshark that is installed, by both names of the folder."""
    cache = (harness.BUILD / "CMakeCache.txt").read_text("utf-8")
    folder = re.search(r"^Wireshark_DIR:PATH=(.*)$", cache, re.MULTILINE)[1]
    return f"{folder};{folder.removeprefix('/usr')};/usr{folder}"


@pytest.fixture
def configure(tmp_path):
    """configure("3.4.10") → (did it work, what it said in one line, where that Wireshark is)"""
    def run(version, *options, plugins=1):
        package = tmp_path / "wireshark"
        package.mkdir(exist_ok=True)
        numbers = version.split(".")
        (package / "WiresharkConfigVersion.cmake").write_text(PACKAGE_VERSION.format(*numbers))
        (package / "WiresharkConfig.cmake").write_text(PACKAGE.format(*numbers, plugins=plugins))
        done = subprocess.run(
            ["cmake", "-G", "Ninja", "-S", harness.SOURCE, "-B", tmp_path / "build",
             "-DBUILD_TESTING=OFF", f"-DWireshark_DIR={package}",
             f"-DCMAKE_IGNORE_PATH={installed_package()}", *options],
            env={**os.environ, "LANG": "C.UTF-8"}, capture_output=True, encoding="utf-8",
            timeout=harness.TIMEOUT_S, check=False)
        return done.returncode == 0, " ".join(done.stderr.split()), package
    return run


@pytest.mark.parametrize("version", ["3.4.10", "3.6.2", "2.6.20"])
def test_too_old(configure, version):
    works, said, package = configure(version)
    assert not works
    assert f"tcphs needs Wireshark 4.0 or newer, and this is {version}, found in {package}." in said


@pytest.mark.parametrize("version", ["4.7.0", "4.8.1", "5.0.0"])
def test_newer_than_tried(configure, version):
    works, said, package = configure(version)
    assert not works
    assert f"tried with Wireshark 4.0 to 4.6, and this is {version}, found in {package}." in said
    option = re.search(r"-D\w+=ON", said)[0]
    works, said, _ = configure(version, option)
    assert works
    assert f"has not been tried with Wireshark {version.rpartition('.')[0]}." in said


@pytest.mark.parametrize("version", ["4.0.0", "4.0.17", "4.4.19", "4.6.9"])
def test_tried(configure, version):
    assert configure(version)[:2] == (True, "")


def test_between_those_tried(configure):
    works, said, _ = configure("4.2.2")
    assert works
    assert "tcphs has not been tried with Wireshark 4.2." in said


def test_without_plugins(configure):
    works, said, _ = configure("4.0.17", plugins=0)
    assert not works
    assert "was built without plugins" in said


def test_without_wireshark(configure):
    works, said, _ = configure("4.0.17", "-DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON")
    assert not works
    assert "Wireshark's development files were not found" in said
    assert "wireshark-dev libwireshark-dev" in said
