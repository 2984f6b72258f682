# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the shell sessions of the documents, and finds the blocks that are none.

A block marked console is a session in the checkout: lines after "$ " (continued after "> ") are run, what
follows has to be what a terminal shows then. One marked console live captures on loopback, so it is run by
root in namespaces of its own; its commands share one shell, whose sleep is idle.py. Directly above every
other block stands <!-- not run: REASON -->, or <!-- run by tests/FILE --> where a test of its own does.
"""
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
import idle

CAPTURES = harness.SOURCE / "captures"
TOOLS = harness.SOURCE / "tools"
# A block in a list is indented.
BLOCK = re.compile(r"^(?P<indent> *)```console(?P<live> live)?\n(?P<text>.*?)^ *```$",
                   re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"(?P<above>[^\n]*)\n(?P<indent> *)```(?P<language>[^`\n]*)\n(?P<text>.*?)^ *```$",
                   re.MULTILINE | re.DOTALL)
MARK = re.compile(r"<!-- (?:not run: (?P<reason>\w.*)|run by (?P<test>tests/\S+)) -->")
LIST_ITEM = re.compile(r"(?:[*+-]|\d+\.) ")
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


def is_run(language):
    return language in ("console", "console live")


def find_unmarked(text):
    """The first lines of a page's blocks that are neither run nor marked, and of those without a fence."""
    found = []
    for fence in FENCE.finditer(f"\n{text}"):
        if not is_run(fence["language"]) and not MARK.fullmatch(fence["above"].strip()):
            found.append(fence["text"].partition("\n")[0])
    return found + find_indented(FENCE.sub("", f"\n{text}"))


def find_indented(text):
    """The first lines of blocks that are code by their indentation alone: none may be, since they hide."""
    found, listed, above = [], False, ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            listed = bool(LIST_ITEM.match(line))
        if line.startswith("    ") and not above.strip() and not listed:
            found.append(line.strip())
        above = line
    return found


def find_tests(text):
    """(test, block) of each block that a test of its own runs."""
    return [(mark["test"], fence["text"]) for fence in FENCE.finditer(text)
            if (mark := MARK.fullmatch(fence["above"].strip())) and mark["test"]]


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
        for path in (harness.SOURCE / "COPYING", *CAPTURES.glob("**/*.pcap"), *CAPTURES.glob("*.py"),
                     *(path for path in TOOLS.glob("**/*") if path.suffix != ".pyc" and path.is_file())):
            self._copy(path, path.relative_to(harness.SOURCE))
        self._copy(harness.MODULE, Path("build", "plugin", "tcphs.so"))
        subprocess.run(["chmod", "-R", "go=rX", self._folder], check=True)
        self._folder.chmod(0o1777)  # some write a capture there
        self._printed = {}
        self._programs = self._make_programs()

    def _copy(self, path, name):
        copy = self._folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)

    def session(self, text):
        return "".join(words + self._run(words) for words in COMMAND.findall(text))

    def _run(self, words):
        """The same line in several pages is run once."""
        if words not in self._printed:
            done = subprocess.run(
                [*harness.as_nobody(), "bash", "-o", "pipefail", "-c", shell_words(words)],
                cwd=self._folder, env=self._private.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                timeout=harness.TIMEOUT_S, check=False)
            assert done.returncode == 0, f"{words}ended with {done.returncode}:\n{done.stdout}"
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
        """sudo without a password, tshark as nobody, and sleep with the clock of idle.py."""
        folder = self._private.root / "programs"
        folder.mkdir(exist_ok=True)
        as_nobody = " ".join(harness.as_nobody())
        for name, command in (("sudo", ""), ("tshark", f"{as_nobody} /usr/bin/tshark"),
                              ("sleep", f"/usr/bin/python3 -ISB '{Path(idle.__file__)}'")):
            program = folder / name
            program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            program.chmod(0o755)
        return folder


def why_not_live():
    """The missing requirement of a live session, or None."""
    if os.geteuid() != 0:
        return "only root can capture"
    missing = [name for name in LIVE_PROGRAMS if not shutil.which(name, path=PATH)]
    return f"needs {', '.join(missing)}" if missing else None
