# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/tcphs-report does no harm: signals, full disks, other people's folders, and spreadsheets."""
import csv
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

import harness

pytestmark = pytest.mark.skipif(
    bool(harness.SANITIZER), reason="the tool starts tshark without the sanitizer's runtime")

sys.path.append(str(harness.SOURCE / "tools" / "report"))

import tables  # noqa: E402 (found only with the path above)
from output import NAMES  # noqa: E402

EARLIER = "of an earlier run"
BYTES_A_ROW = 500  # at the least, in the plugin's JSON

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about root")


def write_flood(path, count):
    """A capture of SYNs, each to a port of its own."""
    packets = [struct.pack("!BxHHxxBB2x4s4s", 0x45, 40, number, 64, 6, b"\x0a\0\0\1", b"\x0a\0\0\2")
               + struct.pack("!HHIIBBHHH", 40000, number + 1, 1000, 0, 0x50, 2, 65535, 0, 0)
               for number in range(count)]
    path.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + b"".join(
        struct.pack("<IIII", 1767225600 + number, 0, len(packet), len(packet)) + packet
        for number, packet in enumerate(packets)))


def leave_results(folder):
    """Those of an earlier run."""
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(EARLIER)


def check_earlier(folder):
    """The earlier files are unchanged, and there are no others."""
    assert {path.name: path.read_text() for path in folder.iterdir()} == dict.fromkeys(NAMES, EARLIER)


@pytest.fixture
def ready(new_report, own_capture):
    """A Report with a capture, and with results of an earlier run."""
    mine = new_report()
    shutil.copyfile(own_capture("reset.pcap"), mine.path("a.pcap"))
    leave_results(mine.path("tcphs-report"))
    return mine


def test_results_replace_those_of_an_earlier_run(ready):
    done = ready.run("a.pcap")
    assert done.returncode == 0, done.stderr
    assert len(ready.rows) == len(ready.objects) == 1
    assert "<!DOCTYPE html>" in ready.html
    found = {path.name for path in ready.path("tcphs-report").iterdir()}
    # The Parquet of other captures would be taken for theirs.
    assert found == {*NAMES} - ({"connections.parquet"} if "connections.parquet" not in ready.html
                                else set())
    assert EARLIER not in {path.read_text(errors="replace")
                           for path in ready.path("tcphs-report").iterdir()}


# ---- signals ----

def make_sleeper(report):
    """A tshark that leaves its number in a file, and sleeps instead of reading."""
    tshark = report.path("bin") / "tshark"
    tshark.parent.mkdir()
    tshark.write_text(f"""#!/bin/sh
case " $* " in
    *" -r "*) cd '{report.folder}' && echo $$ >number && mv number started && exec sleep 1000 ;;
esac
exec {shutil.which("tshark")} "$@"
""")
    tshark.chmod(0o755)
    return {"PATH": f"{tshark.parent}:{os.environ['PATH']}"}


def make_sleeping_library(report):
    """A pyarrow that sleeps when the tables are written and the page is not."""
    report.path("lib").mkdir()
    (report.path("lib") / "pyarrow.py").write_text(f"""
import os, time
with open({str(report.path("number"))!r}, "w") as file:
    file.write(str(os.getpid()))
os.rename({str(report.path("number"))!r}, {str(report.path("started"))!r})
time.sleep(1000)
""")
    return {"PYTHONPATH": str(report.path("lib"))}


def wait_for_number(path, process):
    end = time.monotonic() + harness.TIMEOUT_S
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    return int(path.read_text())


def is_running(number):
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        status = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("make_one_sleep", [make_sleeper, make_sleeping_library])
@pytest.mark.parametrize("number, send", [
    (signal.SIGINT, os.killpg),  # Ctrl-C
    (signal.SIGINT, os.kill), (signal.SIGTERM, os.kill), (signal.SIGHUP, os.killpg)])
def test_signal_leaves_nothing(ready, make_one_sleep, number, send):
    process = ready.start("a.pcap", **make_one_sleep(ready))
    asleep = wait_for_number(ready.path("started"), process)
    send(process.pid, number)
    assert process.communicate(timeout=harness.TIMEOUT_S) == ("", "")
    # A shell calls that 130, 143 or 129.
    assert process.returncode == -number
    assert not is_running(asleep)
    assert not list(ready.temporary.iterdir())
    check_earlier(ready.path("tcphs-report"))


# ---- full disks ----

def limit_files(kibibytes):
    """The words before a command none of whose files may be larger."""
    return ["bash", "-c", f'trap "" XFSZ; ulimit -f {kibibytes}; exec "$@"', "bash"]


def least_limit():
    """The module is copied, which has to be possible."""
    return harness.MODULE.stat().st_size // 1024 + 64


def check_failure(done, sentence):
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"tcphs-report: {sentence}\n"


def test_results_that_are_too_large(ready):
    # The rows of one capture are small enough, those of all are not.
    write_flood(ready.path("flood.pcap"), least_limit() * 1024 // (4 * BYTES_A_ROW))
    done = ready.run(*["flood.pcap"] * 5, before=limit_files(least_limit()))
    check_failure(done, "cannot write the results to tcphs-report: File too large")
    check_earlier(ready.path("tcphs-report"))


def test_rows_of_a_capture_that_are_too_large(ready):
    """They are not taken for all that the capture has."""
    write_flood(ready.path("flood.pcap"), least_limit() * 1024 // BYTES_A_ROW)
    done = ready.run("a.pcap", "flood.pcap", before=limit_files(least_limit()))
    check_failure(done, f"cannot write temporary files to {ready.temporary}: is the disk full?")
    check_earlier(ready.path("tcphs-report"))


def test_segments_of_a_capture_that_are_too_large(tmp_path):
    """A result that is cut short is not taken for a capture that could not be read."""
    done = subprocess.run(
        [*limit_files(0), sys.executable, harness.SOURCE / "tools" / "report" / "read_capture.py",
         tmp_path, "1", tmp_path / "missing.pcap"], capture_output=True, check=False,
        timeout=harness.TIMEOUT_S)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


def on_small_disk(folder, kibibytes):
    """The words before a command for which a small disk is there, and whose files are listed."""
    words = ["unshare", "--mount", "bash", "-c",
             f'mount -t tmpfs -o size={kibibytes}k none "$0" && echo "{EARLIER}" > "$0/report.html"\n'
             '"$@"; status=$?; cd "$0" && grep -r . .; exit $status', str(folder)]
    if subprocess.run([*words[:-2], "mount -t tmpfs none /mnt"], capture_output=True,
                      check=False).returncode:
        pytest.skip("needs root's right to mount a small disk")
    return words


def test_disk_that_is_full(ready):
    folder = ready.path("small")
    folder.mkdir()
    write_flood(ready.path("flood.pcap"), 1000)
    done = ready.run("flood.pcap", "-o", "small", before=on_small_disk(folder, 64))
    assert done.returncode == 1
    assert done.stderr == \
        "tcphs-report: cannot write the results to small: No space left on device\n"
    assert done.stdout == f"./report.html:{EARLIER}\n"


def test_disk_that_is_full_of_scratch_files(ready):
    write_flood(ready.path("flood.pcap"), 2000)
    done = ready.run("a.pcap", "flood.pcap",
                     before=on_small_disk(ready.temporary, least_limit() + 256))
    assert done.returncode == 1
    assert done.stderr == \
        f"tcphs-report: cannot write temporary files to {ready.temporary}: is the disk full?\n"
    assert done.stdout == f"./report.html:{EARLIER}\n"
    check_earlier(ready.path("tcphs-report"))


def test_more_captures_than_a_command_line_takes(tmp_path):
    names = [f"{number:040}.pcap" for number in range(60000)]
    assert sum(map(len, names)) > os.sysconf("SC_ARG_MAX")
    (tmp_path / "names").write_text("".join(f"{name}\0" for name in names))
    (tmp_path / "results").mkdir()
    done = subprocess.run(
        ["/usr/bin/python3", harness.SOURCE / "tools" / "report" / "write_report.py",
         "results", "out", "names"], cwd=tmp_path, capture_output=True, encoding="utf-8",
        check=False, timeout=4 * harness.TIMEOUT_S)
    assert done.returncode == 1
    assert done.stdout == "0 connections, 0 of them failed, in 0 captures: out/report.html\n"
    assert done.stderr == "".join(
        f"tcphs-report: {name} could not be read: the process that read it ended early\n"
        for name in names)


# ---- other people's folders ----

@pytest.fixture
def prey(ready):
    """A folder of the victim, to which a link leads."""
    folder = ready.path("prey")
    folder.mkdir()
    (folder / "report.html").write_text(EARLIER)
    yield folder
    assert [path.name for path in folder.iterdir()] == ["report.html"]
    assert (folder / "report.html").read_text() == EARLIER


def give_away(path):
    os.chown(path, harness.NOBODY, harness.NOBODY, follow_symlinks=False)


def make_folder(report, mode=0o755):
    folder = report.path("out")
    folder.mkdir()
    folder.chmod(mode)
    return folder


def refuse(report, out, reason):
    done = report.run("a.pcap", "-o", out)
    check_failure(done, f"cannot write to {out}: {reason}")


@only_root
def test_root_keeps_off_folders_of_others(ready):
    give_away(make_folder(ready))
    refuse(ready, "out", "it belongs to another user, and root writes only into its own folders")
    assert not list(ready.path("out").iterdir())


@only_root
@pytest.mark.parametrize("mode, group", [(0o777, 0), (0o757, 0), (0o775, harness.NOBODY)])
def test_root_keeps_off_folders_that_others_can_change(ready, mode, group):
    os.chown(make_folder(ready, mode), 0, group)
    refuse(ready, "out", "other users can replace files in it, which is not safe for root")
    assert not list(ready.path("out").iterdir())


@only_root
def test_root_follows_no_link(ready, prey):
    ready.path("out").symlink_to(prey)
    refuse(ready, "out", "out is a link, and root does not follow it")
    refuse(ready, "out/", "out is a link, and root does not follow it")


@only_root
def test_root_follows_no_link_of_others_on_the_way(ready, prey):
    ready.path("way").symlink_to(ready.folder)
    give_away(ready.path("way"))
    refuse(ready, "way/prey", "way is a link that belongs to another user, and root does not follow it")
    ready.path("longer").symlink_to("way")
    refuse(ready, "longer/prey", "way is a link that belongs to another user, and root does not follow it")
    ready.path("round").symlink_to("round")
    refuse(ready, "round/prey", "Too many levels of symbolic links")


@only_root
@pytest.mark.parametrize("name", ["report.html", "connections.parquet"])
def test_root_replaces_no_file_of_others(ready, prey, name):
    file = make_folder(ready, 0o1777) / name
    file.write_text(EARLIER)
    give_away(file)
    refuse(ready, "out", f"its file {name} belongs to another user, and root does not replace it")
    file.unlink()
    file.symlink_to(prey / "report.html")
    refuse(ready, "out", f"its file {name} is a link, and root does not replace it")
    assert [path.name for path in ready.path("out").iterdir()] == [name]


@only_root
@pytest.mark.parametrize("out", ["deep/er", "way/out", "sticky"])
def test_root_goes_its_own_ways(ready, out):
    ready.path("real").mkdir()
    ready.path("way").symlink_to("real")
    ready.path("sticky").mkdir()
    ready.path("sticky").chmod(0o1777)
    done = ready.run("a.pcap", "-o", out)
    assert done.returncode == 0, done.stderr
    assert EARLIER not in (ready.path(out) / "report.html").read_text()


def test_folder_in_the_place_of_a_file(ready):
    (make_folder(ready) / "report.html").mkdir()
    if os.geteuid() != 0:
        assert os.access(ready.path("out"), os.W_OK)
    refuse(ready, "out", "its report.html is a folder")


def test_users_link_is_replaced(ready, prey):
    folder = make_folder(ready)
    (folder / "report.html").symlink_to(prey / "report.html")
    shutil.copyfile(harness.MODULE, ready.path("tcphs.so"))
    if os.geteuid() == 0:
        give_away(folder)
    done = ready.run("a.pcap", "-o", "out", before=harness.as_nobody(), module="tcphs.so")
    assert done.returncode == 0, done.stderr
    assert not (folder / "report.html").is_symlink()
    assert "<!DOCTYPE html>" in (folder / "report.html").read_text()


# ---- spreadsheets ----

NAMES_LIKE_FORMULAS = ["=1+1.pcap", "+1.pcap", "-1.pcap", "@SUM(A1).pcap", "\uff1d1.pcap"]


def test_no_name_becomes_a_formula(ready, own_capture):
    harmless = ["a=1.pcap", "'=1.pcap", 'a";=1.pcap', "\t=1.pcap"]
    for name in [*NAMES_LIKE_FORMULAS, *harmless]:
        shutil.copyfile(own_capture("http_server.pcap"), ready.path(name))
    done = ready.run("--", *NAMES_LIKE_FORMULAS, *harmless)
    assert done.returncode == 0, done.stderr
    shown = [*harmless[:-1], "\\x09=1.pcap"]
    assert [row["capture"] for row in ready.rows] == \
        [*(f"'{name}" for name in NAMES_LIKE_FORMULAS), *shown]
    assert [row["capture"] for row in ready.objects] == [*NAMES_LIKE_FORMULAS, *shown]
    # Where the semicolon separates cells, it does not begin one here either.
    with open(ready.path("tcphs-report") / "connections.csv", newline="", encoding="utf-8") as file:
        assert not [cell for row in csv.reader(file, delimiter=";") for cell in row[1:]
                    if cell.startswith("=")]


@pytest.mark.parametrize("value, cell", [
    *((f"{letter}1", f"'{letter}1") for letter in "=+-@\t\r\n"), (["-a", "b"], "'-a b"),
    ("^-", "^-"), ("", ""), (None, ""), (Decimal("-0.000016"), "-0.000016"), (-1, -1)])
def test_only_text_is_disarmed(value, cell):
    assert tables.write_cell(value) == cell
