# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the shell sessions of the documents.

A block marked console is a session in the checkout: lines after "$ " (continued after "> ") are run, what
follows has to be what they print. One marked console live captures on loopback, so it is run by root in
namespaces of its own; its commands share one shell.
"""
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness

CAPTURES = harness.SOURCE / "captures"
# A block in a list is indented.
BLOCK = re.compile(r"^(?P<indent> *)```console(?P<live> live)?\n(?P<text>.*?)^ *```$",
                   re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ .*\n(?:> .*\n)*", re.MULTILINE)
BETWEEN = "\x1e"
LIVE_PROGRAMS = ("curl", "nc", "tcpdump", "telnet", "unshare")
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"  # Debian's python3 is the one with Flask
NAMESPACES = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")


class Blocks:
    """The sessions of a page."""

    def __init__(self, page):
        self.page = page
        self.matches = list(BLOCK.finditer(page.read_text("utf-8")))

    def texts(self, live):
        return [dedent(found) for found in self.matches if bool(found["live"]) == live]

    def replace(self, rewrite):
        """Writes the page anew; rewrite(text, live) → how the block should read."""
        def whole(found):
            text = rewrite(dedent(found), bool(found["live"]))
            block = f"```console{found['live'] or ''}\n{text}```"
            return re.sub("^(?=.)", found["indent"], block, flags=re.MULTILINE)
        self.page.write_text(BLOCK.sub(whole, self.page.read_text("utf-8")), "utf-8")


def dedent(found):
    return re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)


def shell_words(text):
    return re.sub(r"^[$>] ", "", text, flags=re.MULTILINE)


def tidy(printed):
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


class Shell:
    """session(text) and live(text) → the text of a block as it should read."""

    def __init__(self, private):
        self._private = private
        self._folder = private.root / "checkout"
        for path in CAPTURES.glob("**/*.pcap"):
            self._copy(path)
        for path in CAPTURES.glob("*.py"):
            self._copy(path)
        self._folder.chmod(0o1777)  # some write a capture there
        self._printed = {}
        self._programs = self._make_programs()

    def _copy(self, path):
        copy = self._folder / path.relative_to(harness.SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)

    def session(self, text):
        return "".join(words + self._run(words) for words in COMMAND.findall(text))

    def _run(self, words):
        """The same line in several pages is run once."""
        if words not in self._printed:
            done = subprocess.run(
                [*harness.as_nobody(), "bash", "-o", "pipefail", "-c", shell_words(words)],
                cwd=self._folder, env=self._private.environment(), stdin=subprocess.DEVNULL,
                capture_output=True, encoding="utf-8", timeout=harness.TIMEOUT_S, check=False)
            assert done.returncode == 0, f"{words}ended with {done.returncode}:\n{done.stderr}"
            self._printed[words] = tidy(done.stdout)
        return self._printed[words]

    def live(self, text):
        commands = COMMAND.findall(text)
        script = "ip link set lo up\n" + "".join(
            f"printf '{BETWEEN}'\n{shell_words(words)}" for words in commands)
        # tcpdump gives up root before it writes, tshark has to be nobody to have the plugin.
        folder = Path(tempfile.mkdtemp(prefix="live-", dir=self._private.root))
        shutil.copytree(self._folder, folder, dirs_exist_ok=True)
        folder.chmod(0o1777)
        env = {**self._private.environment(), "PATH": f"{self._programs}:{PATH}",
               "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([*NAMESPACES, "bash", "-c", script], cwd=folder, env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              timeout=harness.TIMEOUT_S, check=False)
        assert done.returncode == 0, f"{text}ended with {done.returncode}:\n{done.stderr}"
        printed = done.stdout.split(BETWEEN)[1:]
        return "".join(words + tidy(lines)
                       for words, lines in zip(commands, printed, strict=True))

    def live_all(self, texts):
        """{text: live(text)}, all at once: they mostly wait."""
        with ThreadPoolExecutor(len(texts)) as pool:
            return dict(zip(texts, pool.map(self.live, texts)))

    def _make_programs(self):
        """sudo that need not ask, and tshark as nobody."""
        folder = self._private.root / "programs"
        folder.mkdir(exist_ok=True)
        as_nobody = " ".join(harness.as_nobody())
        for name, command in (("sudo", ""), ("tshark", f"{as_nobody} /usr/bin/tshark")):
            program = folder / name
            program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            program.chmod(0o755)
        return folder


def why_not_live():
    """What is missing for a live session; None where nothing is."""
    if os.geteuid() != 0:
        return "only root can capture"
    missing = [name for name in LIVE_PROGRAMS if not shutil.which(name, path=PATH)]
    return f"needs {', '.join(missing)}" if missing else None
