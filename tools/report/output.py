# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: output.py FOLDER

Results appear in their folder together and complete, or not at all: they are written in a new
folder inside of it, which nobody else can enter, and renamed from there. Run as a program, this
file makes FOLDER, and fails with a sentence if results cannot be written there.

Root follows no way that somebody else has laid. It goes to the folder step by step: a link on
the way has to be root's own, and the folder itself has to be one of root's in which nobody else
can replace a file. From then on the folder is known by its descriptor, not by its name.
"""
import errno
import os
import secrets
import shutil
import signal
import stat
import sys
from collections import deque
from pathlib import PurePath

from words import printable

NAMES = ("connections.csv", "connections.jsonl", "connections.parquet", "report.html")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MAX_LINKS = 40  # as the kernel has it
ROOT = 0


class Refused(Exception):
    """Says why nothing is written into a folder."""


def parts_of(path):
    """Where a path begins, and the names that it leads through."""
    whole = PurePath(path)
    return ("/", whole.parts[1:]) if whole.is_absolute() else (".", whole.parts)


def open_step(folder, name):
    """A descriptor of what has that name: of a link, not of what it leads to."""
    try:
        return os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(name, dir_fd=folder)
        return os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)


def read_link(link, name, is_last):
    """Where a link leads that root may follow."""
    if is_last:
        raise Refused(f"{name} is a link, which root does not follow")
    if os.fstat(link).st_uid != ROOT:
        raise Refused(f"{name} is a link of somebody else's, which root does not follow")
    return parts_of(os.readlink("", dir_fd=link))


def walk_as_root(path):
    """A descriptor of the folder, which is made if need be."""
    start, names = parts_of(path)
    folder, left, links = os.open(start, os.O_PATH | os.O_DIRECTORY), deque(names), 0
    while left:
        name = left.popleft()
        step = open_step(folder, name)
        kind = os.fstat(step).st_mode
        if stat.S_ISLNK(kind):
            links += 1
            if links > MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            start, names = read_link(step, name, not left)
            os.close(step)
            left.extendleft(reversed(names))
            step = os.open(start, os.O_PATH | os.O_DIRECTORY, dir_fd=folder)
        elif not stat.S_ISDIR(kind):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        os.close(folder)
        folder = step
    return folder


def check_folder(folder):
    """Nobody but root may be able to replace what root writes: the sticky bit sees to that."""
    status = os.fstat(folder)
    if status.st_uid != ROOT:
        raise Refused("it belongs to somebody else, and root writes only into folders of its own")
    others = stat.S_IWOTH | (stat.S_IWGRP if status.st_gid != ROOT else 0)
    if status.st_mode & others and not status.st_mode & stat.S_ISVTX:
        raise Refused("others can replace files in it, which is not safe for root")


def check_file(folder, name, as_root):
    """What is there may be replaced by a result."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        raise Refused(f"{name} in it is a folder")
    if as_root and stat.S_ISLNK(status.st_mode):
        raise Refused(f"{name} in it is a link, which root does not replace")
    if as_root and status.st_uid != ROOT:
        raise Refused(f"{name} in it belongs to somebody else, which root does not replace")


def open_folder(path):
    """A descriptor of the folder, which is made if need be."""
    if os.geteuid() == ROOT:
        folder = walk_as_root(path)
        check_folder(folder)
        return folder
    os.makedirs(path, exist_ok=True)
    return os.open(path, os.O_PATH | os.O_DIRECTORY)


class Output:
    """Within it results are written into the current folder; `publish` gives them their place."""

    def __init__(self, path):
        self._folder = open_folder(path)
        self._new = f".tcphs-report.{secrets.token_hex(8)}"
        self._check_files()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self._new, ignore_errors=True, dir_fd=self._folder)

    def _check_files(self):
        for name in NAMES:
            check_file(self._folder, name, os.geteuid() == ROOT)

    def begin(self):
        """Not done on entering: what a signal interrupts there is not cleaned up on leaving."""
        os.mkdir(self._new, mode=0o700, dir_fd=self._folder)
        os.fchdir(os.open(self._new, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW,
                          dir_fd=self._folder))

    def publish(self, names):
        """Results of an earlier run go, those as well that have no new ones."""
        for name in names:
            flush(name)
        self._check_files()
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            for name in NAMES:
                if name in names:
                    os.rename(name, name, dst_dir_fd=self._folder)
                else:
                    remove(name, self._folder)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def flush(name):
    """Some disks say only now that they are full."""
    file = os.open(name, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def remove(name, folder):
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        pass


def end_by(number, _):
    # Python complains of a signal that comes just when SIG_IGN is set.
    for ending in ENDING:
        signal.signal(ending, lambda *_: None)
    sys.exit(128 + number)


def clean_up_after_signals():
    """A signal ends the program as an exception does."""
    for ending in ENDING:
        signal.signal(ending, end_by)


def main():
    clean_up_after_signals()
    path = sys.argv[1]
    try:
        with Output(path) as output:
            output.begin()
    except (OSError, Refused) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"tcphs-report: {printable(path)} cannot be written: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
