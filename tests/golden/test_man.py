# SPDX-License-Identifier: GPL-2.0-or-later
"""The man pages: clean to formatter and linter, with the words, options and reports that there are."""
import re
import shlex
import shutil
import subprocess

import pytest

import harness
from test_docs import print_model

MAN = harness.SOURCE / "docs" / "man"
PAGES = sorted(MAN.glob("*.[0-9]"))
# Both say nothing about a page that is clean.
CHECKERS = {
    "groff": ["groff", "-man", "-Tutf8", "-ww", "-z"],
    "mandoc": ["mandoc", "-T", "lint"],
}


def plain(page):
    """The text of a page without roff's escapes and fonts."""
    text = (MAN / page).read_text("utf-8")
    for escaped, letter in ((r"\-", "-"), (r"\(aq", "'"), (r"\e", "\\")):
        text = text.replace(escaped, letter)
    return text


def list_terms(text, heading):
    """The bold words that are explained below a heading."""
    part = re.search(rf"^\.S[HS] {heading}\n(.*?)^\.S[HS] ", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\.TP\n\.B (\S+)$", part[1], re.MULTILINE)


def list_examples(page):
    """The commands of a page's examples, those of several lines as one."""
    return [" ".join(text.splitlines()) for text in
            re.findall(r"^\.EX\n(.*?)^\.EE\n", plain(page), re.MULTILINE | re.DOTALL)]


def test_pages():
    assert [page.name for page in PAGES] == ["tcphs-report.1", "tcphs.4"]


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_clean(page, checker):
    if not shutil.which(checker):
        pytest.skip(f"needs {checker}")
    done = subprocess.run([*CHECKERS[checker], page], capture_output=True, encoding="utf-8",
                          timeout=harness.TIMEOUT_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_version_is_the_projects(page):
    version = re.search(r"project\(tcphs VERSION (\S+)",
                        (harness.SOURCE / "CMakeLists.txt").read_text("utf-8"))[1]
    title = re.search(r"^\.TH .*$", plain(page.name), re.MULTILINE)[0]
    assert f'"tcphs {version}"' in title


@pytest.mark.parametrize("heading", ["Stages", "Outcomes"])
def test_words_are_explained(heading):
    assert list_terms(plain("tcphs.4"), heading) == print_model(heading.lower()).split()


def test_reports_are_named(tshark):
    help_text = tshark.result(None, "-z", "help")
    offered = {name for name in (help_text.stdout + help_text.stderr).split()
               if re.match(r"(tcphs|htcpcp),", name)}
    named = set(re.findall(r"-z ((?:tcphs|htcpcp),\w+)", plain("tcphs.4")))
    assert named and named == offered


def test_options_are_those_of_the_tool():
    said = subprocess.run([harness.SOURCE / "tools" / "tcphs-report", "--help"], check=True,
                          capture_output=True, encoding="utf-8",
                          timeout=harness.TIMEOUT_S).stdout
    options = set(re.findall(r"(?:^  |, )(--?\w+)", said, re.MULTILINE))
    text = plain("tcphs-report.1")
    part = text[text.index(".SH OPTIONS"):text.index(".SH FILES")]
    assert options == {option for line in re.findall(r"^\.B[IR]? (.*)", part, re.MULTILINE)
                       for option in re.findall(r"(?<![\w-])--?\w+", line)}
    for name in ("connections.csv", "connections.jsonl", "connections.parquet", "report.html"):
        assert name in said and f".I {name}" in text


def test_examples_are_found():
    assert [len(list_examples(page.name)) for page in PAGES] == [1, 2]


@pytest.mark.parametrize("command", list_examples("tcphs.4"))
def test_examples_of_the_plugin_print_something(tshark, own_capture, command):
    words = shlex.split(command)
    place = words.index("-r")
    assert (words[0], words[place + 1]) == ("tshark", "my.pcap")
    assert tshark.run(own_capture("made/synack_bad_ack.pcap"), *words[1:place], *words[place + 2:])


def test_example_of_the_tool_is_one_that_is_run():
    """test_docs.py runs those of batch.md."""
    command, = list_examples("tcphs-report.1")
    assert f"```console\n$ {command} " in (harness.SOURCE / "docs" / "batch.md").read_text("utf-8")
