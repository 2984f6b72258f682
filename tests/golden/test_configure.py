# SPDX-License-Identifier: GPL-2.0-or-later
"""CMake reports an unsupported Wireshark in one message; what is built, and with which options."""
import json
import os
import re
import shlex
import subprocess
from collections import namedtuple

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

Result = namedtuple("Result", "works said package printed")


def installed_package():
    """Where CMake would find the Wireshark that is installed, by both names of the folder."""
    cache = (harness.BUILD / "CMakeCache.txt").read_text("utf-8")
    folder = re.search(r"^Wireshark_DIR:PATH=(.*)$", cache, re.MULTILINE)[1]
    return f"{folder};{folder.removeprefix('/usr')};/usr{folder}"


def clean_environment():
    return {name: value for name, value in os.environ.items()
            if name not in ("CC", "CFLAGS", "CPPFLAGS", "LDFLAGS")}


@pytest.fixture
def configure(tmp_path):
    """configure("3.4.10") → did it work, its complaint in one line, where that Wireshark is, the rest"""
    def run(version, *options, plugins=1):
        package = tmp_path / "wireshark"
        package.mkdir(exist_ok=True)
        numbers = version.split(".")
        (package / "WiresharkConfigVersion.cmake").write_text(PACKAGE_VERSION.format(*numbers))
        (package / "WiresharkConfig.cmake").write_text(PACKAGE.format(*numbers, plugins=plugins))
        done = subprocess.run(
            ["cmake", "-G", "Ninja", "-S", harness.SOURCE, "-B", tmp_path / "build",
             f"-DWireshark_DIR={package}", f"-DCMAKE_IGNORE_PATH={installed_package()}", *options],
            env={**clean_environment(), "LANG": "C.UTF-8"}, capture_output=True, encoding="utf-8",
            timeout=harness.TIMEOUT_S, check=False)
        return Result(done.returncode == 0, " ".join(done.stderr.split()), package, done.stdout)
    return run


@pytest.mark.parametrize("version", ["3.4.10", "3.6.2", "2.6.20"])
def test_too_old(configure, version):
    works, said, package, _ = configure(version)
    assert not works
    assert f"tcphs needs Wireshark 4.0 or newer, but found {version} in {package}." in said


@pytest.mark.parametrize("version", ["4.7.0", "4.8.1", "5.0.0"])
def test_newer_than_tried(configure, version):
    works, said, package, _ = configure(version)
    assert not works
    assert f"tested with Wireshark 4.0 to 4.6, but found {version} in {package}." in said
    option = re.search(r"-D\w+=ON", said)[0]
    works, said, *_ = configure(version, option)
    assert works
    assert f"has not been tested with Wireshark {version.rpartition('.')[0]}." in said


@pytest.mark.parametrize("version", ["4.0.0", "4.0.17", "4.4.19", "4.6.9"])
def test_tried(configure, version):
    assert configure(version)[:2] == (True, "")


def test_between_those_tried(configure):
    works, said, _, printed = configure("4.2.2")
    assert (works, said) == (True, "")
    assert "Building for Wireshark 4.2; tcphs has been tested with 4.0, 4.4, 4.6\n" in printed


def test_without_plugins(configure):
    works, said, *_ = configure("4.0.17", plugins=0)
    assert not works
    assert "was built without plugins" in said


def test_without_wireshark(configure):
    works, said, *_ = configure("4.0.17", "-DCMAKE_DISABLE_FIND_PACKAGE_Wireshark=ON")
    assert not works
    assert "Wireshark's development files were not found" in said
    assert "wireshark-dev libwireshark-dev" in said


# What is built.

def commands(build):
    """The compiler's words for each source, by the path within the checkout."""
    entries = json.loads((build / "compile_commands.json").read_text("utf-8"))
    return {os.path.relpath(entry["file"], harness.SOURCE): shlex.split(entry["command"])
            for entry in entries}


@pytest.mark.parametrize("preset", [(), ("--preset", "release")], ids=["plain", "release"])
def test_the_plugin_alone_without_a_warning(configure, tmp_path, preset):
    works, said, _, printed = configure("4.0.17", *preset)
    assert (works, said) == (True, "")
    assert "The tests are not built: to build them, use the preset dev or -DBUILD_TESTING=ON\n" in printed
    assert {source.partition("/")[0] for source in commands(tmp_path / "build")} == {"plugin", "htcpcp"}


@pytest.mark.parametrize("how", [("--preset", "dev"), ("--preset", "release", "-DBUILD_TESTING=ON")],
                         ids=["dev", "option"])
def test_the_tests_as_well(configure, tmp_path, how):
    works, said, _, printed = configure("4.0.17", *how)
    assert (works, said) == (True, "")
    assert "are not built" not in printed
    sources = set(commands(tmp_path / "build"))
    assert {"plugin/wireshark/plugin.c", "tests/unit/connection/test_hs_judge.c",
            "tests/fuzz/replay.c"} <= sources


def test_the_tests_without_their_packages(configure):
    works, said, *_ = configure("4.0.17", "-DBUILD_TESTING=ON",
                                "-DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON")
    assert not works
    assert "The tests need pkg-config, cmocka and pytest. " \
        "On Debian: apt-get install pkg-config libcmocka-dev " in said
    assert "To build the plugin without tests, set -DBUILD_TESTING=OFF." in said


def test_harnesses_of_libfuzzer_alone(configure, tmp_path):
    works, said, *_ = configure("4.0.17", "-DTCPHS_FUZZ=ON")
    assert (works, said) == (True, "")
    tests = {source for source in commands(tmp_path / "build") if source.startswith("tests/")}
    assert "tests/fuzz/fuzz_model.c" in tests and "tests/fuzz/replay.c" not in tests
    assert not [source for source in tests if not source.startswith("tests/fuzz/")]


# With which options; what came of them is looked up in the module by test_module.

HARDENED = {"-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-Wformat", "-Werror=format-security"}


def link_words(build):
    """The words with which the module is linked, the linker's own set free: -z now."""
    rule = re.search(r"^build plugin/tcphs\.so: .*?\n\n", (build / "build.ninja").read_text("utf-8"),
                     re.MULTILINE | re.DOTALL)[0]
    return " ".join(re.split(r"[\s,]+", rule.replace("-Xlinker", "").replace("-Wl", "")))


def test_release_is_hardened(configure, tmp_path):
    assert configure("4.0.17").works
    for source, words in commands(tmp_path / "build").items():
        assert HARDENED <= set(words), source
    assert "-z relro -z now" in link_words(tmp_path / "build")


@pytest.mark.parametrize("options", [("-DTCPHS_SANITIZE=ON",), ("-DCMAKE_C_FLAGS=-fsanitize=address",),
                                     ("-DCMAKE_BUILD_TYPE=Debug",)])
def test_not_fortified(configure, tmp_path, options):
    """By the sanitizers, which have checks of their own; and where nothing is optimized."""
    assert configure("4.0.17", *options).works
    assert "-D_FORTIFY_SOURCE=2" not in commands(tmp_path / "build")["plugin/segment/hs_mac.c"]


def test_flags_of_the_user_win(configure, tmp_path):
    own = "-O2 -D_FORTIFY_SOURCE=1 -fno-stack-protector -fcf-protection=none -Wno-format-security"
    assert configure("4.0.17", "-DCMAKE_BUILD_TYPE=None", f"-DCMAKE_C_FLAGS={own}",
                     "-DCMAKE_MODULE_LINKER_FLAGS=-Wl,-z,norelro -Wl,-z,lazy").works
    words = commands(tmp_path / "build")["plugin/segment/hs_mac.c"]
    assert set(own.split()) <= set(words)
    families = r"-D_FORTIFY|-f(no-)?stack-protector|-fcf-|-W.*format-security"
    assert len([word for word in words if re.match(families, word)]) == 4
    linked = link_words(tmp_path / "build")
    assert "-z norelro" in linked and "-z lazy" in linked
    assert "-z relro" not in linked and "-z now" not in linked
