# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: writes the captures and their expected results."""

import argparse
import json
import os
from pathlib import Path

from . import encapsulations, flags, floods, handshakes, options, resets, scans, streams
from .capture import Capture

CAPTURES_FOLDER = Path(__file__).resolve().parent.parent

ANOMALIES_FILE = "expected_anomalies.json"
STAGES_FILE = "expected_made_stages.json"

MAKERS = {
    f"made/{name}.pcap": maker
    for module in (handshakes, options, flags, streams, resets, floods, scans, encapsulations)
    for name, maker in module.CAPTURES.items()
}


def give_to_owner(path: Path) -> None:
    """Gives a file that root has written to the owner of its folder."""
    owner = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)


def make_capture(name: str) -> Capture:
    capture = Capture()
    MAKERS[name](capture)
    return capture


def format_expected(expected: dict[str, dict[str, list[str]]]) -> str:
    """JSON with one line per frame or stream."""
    captures = []
    for name, entries in expected.items():
        lines = ",\n".join(f"    {json.dumps(key)}: {json.dumps(words)}"
                           for key, words in entries.items())
        captures.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}" if lines
                        else f"  {json.dumps(name)}: {{}}")
    return "{\n" + ",\n".join(captures) + "\n}\n"


def replace_expected(path: Path, made: dict[str, dict[str, list[str]]]) -> None:
    """Replaces the expected results of made captures; those of recorded captures remain."""
    known = json.loads(path.read_text()) if path.is_file() else {}
    recorded = {name: words for name, words in known.items() if not name.startswith("made/")}
    path.write_text(format_expected(recorded | made))
    give_to_owner(path)


def make_captures(folder: Path) -> None:
    made = {name: make_capture(name) for name in MAKERS}
    for name, capture in made.items():
        path = folder / name
        for parent in (path.parent.parent, path.parent):
            if not parent.is_dir():
                parent.mkdir(parents=True)
                give_to_owner(parent)
        capture.write_file(path)
        give_to_owner(path)
        print(f"{name}: {len(capture.frames)} frames")
    replace_expected(folder / ANOMALIES_FILE,
                     {name: capture.list_anomalies() for name, capture in made.items()})
    replace_expected(folder / STAGES_FILE,
                     {name: capture.list_stages() for name, capture in made.items()})


def list_captures() -> None:
    for name, maker in MAKERS.items():
        frames = len(make_capture(name).frames)
        print(f"{name:34} {frames:3} frames  {maker.__doc__.splitlines()[0]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make", description="Writes the captures in made/.")
    parser.add_argument("--list", action="store_true", help="list the captures and write nothing")
    parser.add_argument("-o", metavar="DIR", dest="folder", type=Path, default=CAPTURES_FOLDER,
                        help="output folder for made/ and the expected results (default: the folder of "
                             "this command)")
    chosen = parser.parse_args()
    if chosen.list:
        list_captures()
    else:
        make_captures(chosen.folder)
    return 0
