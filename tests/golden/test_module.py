# SPDX-License-Identifier: GPL-2.0-or-later
"""The module as Wireshark meets it: its symbols, its names, where it is installed."""
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

import harness

WORDS = ["syn", "syn-ack", "ack", "established", "fin", "half-closed", "closed", "rst",
         "midstream", "stray", "client", "server", "start", "stop"]
VERSION = harness.wireshark_version()
DESCRIBES = harness.is_at_least(4, 4)


@pytest.fixture(scope="module")
def bare_tshark():
    """tshark as it is without the module."""
    folder = harness.Private(module=None)
    yield harness.Tshark(folder)
    folder.remove()


def registry(tshark, what):
    return [line.split("\t") for line in tshark.run(None, "-G", what).split("\n") if line]


def call(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8",
                          timeout=harness.TIMEOUT_S, check=False, **options)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def test_exports_only_what_wireshark_looks_for():
    lines = call("nm", "-D", "--defined-only", harness.MODULE).splitlines()
    names = {line.split()[-1].partition("@")[0] for line in lines}
    if harness.SANITIZER:
        names = {name for name in names if not name.startswith(("__asan", "__odr_asan"))}
    wanted = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register"}
    assert names == wanted | ({"plugin_describe"} if DESCRIBES else set())


def test_hardened_as_wireshark_is():
    """Untrusted data is parsed in Wireshark's own process: see cmake/Hardening.cmake."""
    if harness.SANITIZER:
        pytest.skip("a build with sanitizers has their checks in place of the compiler's")
    assert re.search(r"^ +GNU_RELRO ", call("readelf", "-lW", harness.MODULE), re.MULTILINE)
    assert re.search(r"\(FLAGS(_1)?\).*\b(BIND_)?NOW\b", call("readelf", "-dW", harness.MODULE))
    symbols = call("readelf", "--dyn-syms", "-W", harness.MODULE)
    imported = set(re.findall(r" UND ([A-Za-z0-9_]+)", symbols))
    assert "__stack_chk_fail" in imported
    # Of this function every call is replaced, whatever is known of its arguments.
    assert "__fprintf_chk" in imported and "fprintf" not in imported


def test_file_name_has_no_lib():
    assert harness.MODULE.name == "tcphs.so"


def test_is_listed_as_plugin(tshark):
    listed = {row[0].strip(): row for row in registry(tshark, "plugins")}
    assert "tcphs.so" in listed
    if DESCRIBES:
        assert "dissector" in listed["tcphs.so"][2]


def test_registers_both_protocols(tshark):
    names = {row[2] for row in registry(tshark, "protocols")}
    assert {"tcphs", "htcpcp"} <= names


def test_adds_only_names_of_its_own(tshark, bare_tshark):
    def by_name(which):
        return sorted((row[2], *row) for row in registry(which, "fields"))
    before, after = by_name(bare_tshark), by_name(tshark)
    stock = {entry[0] for entry in before}
    added = [entry[0] for entry in after if entry[0] not in stock]
    assert added and all(name.partition(".")[0] in ("tcphs", "htcpcp") for name in added)
    assert [entry for entry in after if entry[0] in stock] == before


def test_no_word_is_a_protocol_or_field(tshark):
    names = {row[2] for what in ("protocols", "fields") for row in registry(tshark, what)}
    assert not names.intersection(WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_word_needs_no_quotes(tshark, own_capture, word):
    tshark.run(own_capture("http_server.pcap"), "-c", "1", "-Y", f"tcphs.stage == {word}")


# Installation. The build folder belongs to whoever builds: none of this runs as nobody.

def test_install_goes_into_the_plugin_folder(tmp_path):
    call("cmake", "--install", harness.BUILD, env={**os.environ, "DESTDIR": str(tmp_path)})
    installed = [str(path) for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in installed if path.endswith(f"/plugins/{VERSION}/epan/tcphs.so")]
    assert len([path for path in installed if "/share/" not in path]) == 2  # and tcphs-report


def test_personal_install_and_uninstall(tmp_path):
    env = {**os.environ, "HOME": str(tmp_path)}
    module = tmp_path / f".local/lib/wireshark/plugins/{VERSION}/epan/tcphs.so"
    call("cmake", "--build", harness.BUILD, "-t", "install-user", env=env)
    assert module.read_bytes() == harness.MODULE.read_bytes()
    call("cmake", "--build", harness.BUILD, "-t", "uninstall-user", env=env)
    assert not module.exists()


# What a room sees: with a source's own flags, the headers of the rooms below compile, and no other.

# A source of each room, and its header.
ROOMS = {"segment": "plugin/segment/tcp_segment", "connection": "plugin/connection/hs_conn",
         "detect": "plugin/detect/hs_flood", "report": "plugin/report/hs_log",
         "common": "plugin/wireshark/common/ws_watch", "wireshark": "plugin/wireshark/ws_conn",
         "grammar": "htcpcp/grammar/htcpcp_message", "htcpcp": "htcpcp/packet-htcpcp"}
SEES = {"segment": set(), "connection": {"segment"}, "detect": {"connection", "segment"},
        "report": {"connection", "segment"}, "common": {"segment"},
        "wireshark": {"common", "report", "detect", "connection", "segment"},
        "grammar": set(), "htcpcp": {"common", "segment", "grammar"}}
PURE = ["plugin/segment/tcp_segment", "plugin/connection/hs_conn", "plugin/detect/hs_flood",
        "plugin/report/hs_log", "htcpcp_message"]


def compiles(source, include):
    """Whether a file beside source that includes nothing else does."""
    entries = json.loads((harness.BUILD / "compile_commands.json").read_text("utf-8"))
    entry, = (entry for entry in entries if entry["file"].endswith(f"/{source}.c"))
    words = shlex.split(entry["command"])
    own = {words[words.index("-o") + 1], entry["file"]}
    flags = [word for word in words if word not in own and word not in ("-c", "-o")]
    done = subprocess.run([*flags, "-fsyntax-only", "-x", "c", "-"], cwd=entry["directory"],
                          input=f"#include {include}\n", capture_output=True,
                          encoding="utf-8", timeout=harness.TIMEOUT_S, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_sees_those_below(room):
    seen = {other for other, source in ROOMS.items()
            if compiles(ROOMS[room], f'"{Path(source).name}.h"')}
    assert seen == SEES[room] | {room}


@pytest.mark.parametrize("source", PURE)
def test_pure_code_cannot_include(source):
    assert compiles(source, "<stdint.h>")
    for include in ("<glib.h>", "<epan/packet.h>", "<wireshark/epan/packet.h>"):
        assert not compiles(source, include), include
