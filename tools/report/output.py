# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: output.py FOLDER

Results appear in their folder together and complete, or not at all: they are written into a new
folder inside it, which no other user can enter, and renamed from there. Run as a program, this
file makes FOLDER, and fails with a message if results cannot be written there.

Root follows no links of other users. It goes to the folder step by step: a link on the way must
belong to root, and the folder itself must belong to root and must not let other users replace a
file. From then on the folder is identified by its descriptor, not by its name.
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
MAX_LINKS = 40  # the same as in the kernel
ROOT = 0


class Refused(Exception):
    """The reason why nothing is written into a folder."""


def parts_of(path):
    """The start of a path, and the names of its steps."""
    whole = PurePath(path)
    return ("/", whole.parts[1:]) if whole.is_absolute() else (".", whole.parts)


def open_step(folder, name):
    """A descriptor of the entry with that name; of a link itself, not of its target."""
    try:
        return os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(name, dir_fd=folder)
        return os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)


def read_link(link, name, is_last):
    """The target of a link, if root may follow it."""
    if is_last:
        raise Refused(f"{name} is a link, and root does not follow it")
    if os.fstat(link).st_uid != ROOT:
        raise Refused(f"{name} is a link that belongs to another user, and root does not follow it")
    return parts_of(os.readlink("", dir_fd=link))


def walk_as_root(path):
    """A descriptor of the folder, which is made if necessary."""
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
    """Only root may be able to replace what root writes. In a shared folder the sticky bit ensures this."""
    status = os.fstat(folder)
    if status.st_uid != ROOT:
        raise Refused("it belongs to another user, and root writes only into its own folders")
    others = stat.S_IWOTH | (stat.S_IWGRP if status.st_gid != ROOT else 0)
    if status.st_mode & others and not status.st_mode & stat.S_ISVTX:
        raise Refused("other users can replace files in it, which is not safe for root")


def check_file(folder, name, as_root):
    """Refuses an existing entry that a result may not replace."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        raise Refused(f"its {name} is a folder")
    if as_root and stat.S_ISLNK(status.st_mode):
        raise Refused(f"its file {name} is a link, and root does not replace it")
    if as_root and status.st_uid != ROOT:
        raise Refused(f"its file {name} belongs to another user, and root does not replace it")


def open_folder(path):
    """A descriptor of the folder, which is made if necessary."""
    if os.geteuid() == ROOT:
        folder = walk_as_root(path)
        check_folder(folder)
        return folder
    os.makedirs(path, exist_ok=True)
    return os.open(path, os.O_PATH | os.O_DIRECTORY)


class Output:
    """Inside the context, results are written into the current folder; `publish` moves them to theirs."""

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
        """Makes the new folder. Not in __enter__: if a signal interrupts that, __exit__ does not run."""
        os.mkdir(self._new, mode=0o700, dir_fd=self._folder)
        os.fchdir(os.open(self._new, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW,
                          dir_fd=self._folder))

    def publish(self, names):
        """Replaces the results of an earlier run, and removes those that have no new result."""
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
    """Some file systems report only now that they are full."""
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
    # Not SIG_IGN: Python reports an error if a signal arrives while it is being set.
    for ending in ENDING:
        signal.signal(ending, lambda *_: None)
    sys.exit(128 + number)


def clean_up_after_signals():
    """Makes signals end the program like an exception."""
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
        print(f"tcphs-report: cannot write to {printable(path)}: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
