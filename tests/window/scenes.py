# SPDX-License-Identifier: GPL-2.0-or-later
"""What the window is shown with: captures, and a home in which the profile is installed.

tools/window.sh lays captures and profile beside this folder.
"""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CAPTURES = ROOT / "captures"
PROFILES = ROOT / "profile"
TITLE_BAR = 24
# One connection for each way to fail, all between the same two hosts.
FAILURES = ("refused", "unanswered", "unreachable", "half_open", "aborted", "reset")


def make_folder():
    """A folder that goes when tools/window.sh has ended."""
    return Path(tempfile.mkdtemp(prefix="window-", dir=os.environ["HOME"]))


def make_home(width, height, upper_pane=0, preferences=""):
    """A home with the profile: the window covers the screen, the packet list is upper_pane high."""
    home = make_folder()
    settings = home / ".config" / "wireshark"
    shutil.copytree(PROFILES, settings / "profiles")
    (settings / "recent_common").write_text(
        f"gui.geometry_main_x: 0\ngui.geometry_main_y: 0\n"
        f"gui.geometry_main_width: {width}\ngui.geometry_main_height: {height - TITLE_BAR}\n")
    for folder in (settings / "profiles").iterdir():
        with (folder / "preferences").open("a") as file:
            file.write(f"\ngui.update.enabled: FALSE\n{preferences}\n")
        if upper_pane:
            with (folder / "recent").open("a") as file:
                file.write(f"\ngui.geometry_main_upper_pane: {upper_pane}\n")
    return home


def merge_failures():
    """The path of a capture with one connection behind the other, each of which fails otherwise."""
    merged = make_folder() / "failures.pcap"
    subprocess.run(["mergecap", "-F", "pcap", "-w", str(merged),
                    *(str(CAPTURES / f"{name}.pcap") for name in FAILURES)], check=True)
    return merged
