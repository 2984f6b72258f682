# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tools/tcphs-report, and reads the page that it writes."""
import csv
import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser

import harness

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Report:
    """One run of the tool, on files of a folder. `temporary` is where its scratch folder is."""

    def __init__(self, tool, folder, temporary):
        self.tool = tool
        self.folder = folder
        self.temporary = temporary
        self.done = None

    def _call(self, args, before, module, variables):
        """The arguments for subprocess: the command, and the options of its start."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8",
               "CI": "true", "TMPDIR": str(self.temporary), **variables}
        plugin = ["--plugin", module] if module else []
        return [*before, str(self.tool), *map(str, plugin), *map(str, args)], {
            "env": env, "cwd": self.folder, "encoding": "utf-8", "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    def run(self, *args, before=(), module=harness.MODULE, **variables):
        command, how = self._call(args, before, module, variables)
        self.done = subprocess.run(command, **how, timeout=4 * harness.TIMEOUT_S, check=False)
        assert not list(self.temporary.iterdir())
        return self.done

    def start(self, *args, before=(), module=harness.MODULE, **variables):
        """The process, which leads a group of its own as that of an interactive shell does."""
        command, how = self._call(args, before, module, variables)
        return subprocess.Popen(command, **how, start_new_session=True)

    @property
    def html(self):
        return (self.folder / "tcphs-report" / "report.html").read_text(encoding="utf-8")

    @property
    def rows(self):
        with open(self.folder / "tcphs-report" / "connections.csv", newline="",
                  encoding="utf-8") as file:
            return list(csv.DictReader(file))

    @property
    def objects(self):
        text = (self.folder / "tcphs-report" / "connections.jsonl").read_text(encoding="utf-8")
        return [json.loads(line, parse_float=Decimal, parse_int=Decimal)
                for line in text.splitlines()]

    def path(self, name):
        return self.folder / name


class Page(HTMLParser):
    """The parts of the page that the tests read. Elements that are not closed in order fail at once."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.ids = Counter()
        self.references = []
        self.texts = {}  # the texts of each element, by tag
        self.tables = {}  # the rows of each table, by id
        self.articles = []  # each one's texts, by tag: the failed connections
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        self.references += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag in VOID:
            return
        self.open.append((tag, attributes.get("id"), []))
        if tag == "article":
            self.articles.append({})
        if tag == "table":
            self.tables[attributes["id"]] = []
        elif tag == "tr":
            self._table().append([])

    def handle_endtag(self, tag):
        begun, _, pieces = self.open.pop()
        assert begun == tag, f"</{tag}> ends <{begun}>"
        text = re.sub(r"\s+", " ", "".join(pieces)).strip()
        self.texts.setdefault(tag, []).append(text)
        if any(name == "article" for name, _, _ in self.open):
            self.articles[-1].setdefault(tag, []).append(text)
        if tag in ("th", "td"):
            self._table()[-1].append(text)

    def handle_data(self, data):
        for _, _, pieces in self.open:
            pieces.append(data)

    def _table(self):
        return next(self.tables[name] for tag, name, _ in reversed(self.open) if tag == "table")

    def ladders(self):
        """A Ladder for each article."""
        return [Ladder(article) for article in self.articles]


class Ladder:
    """One picture, and the connections that share it."""

    def __init__(self, texts):
        commands = [text for text in texts["code"] if text.startswith("wireshark")]
        self.drawn = commands[0]
        self.listed = commands[1:] or commands
        found = re.match(r"([\d,]+) connections? like ", texts["h4"][0])
        self.count = int(found.group(1).replace(",", "")) if found else 1
        self.words = texts["p"][0]
        self.outcome = re.match(r"[a-z-]+", self.words).group()
        self.segments = len(re.findall(r"\bFrame \d", texts["desc"][0]))


def show_in_browser(path):
    """The page as headless Chromium has it after loading."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             f"--user-data-dir={home}/profile", "--dump-dom", path.as_uri()],
            env={"PATH": os.environ["PATH"], "HOME": home}, capture_output=True,
            encoding="utf-8", timeout=harness.TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
