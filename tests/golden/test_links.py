# SPDX-License-Identifier: GPL-2.0-or-later
"""Every link between the project's own documents leads somewhere, and every page is linked to."""
import functools
import re
from pathlib import Path

import pytest

import harness

PAGES = harness.list_pages()
README = harness.SOURCE / "README.md"
CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^()\s]+)\)")


@functools.cache
def read_links(page):
    """(path, anchor) of every link that stays in the project; the anchor may be empty."""
    targets = LINK.findall(CODE.sub("", page.read_text("utf-8")))
    return [((page.parent / name).resolve() if name else page, anchor)
            for name, _, anchor in (target.partition("#") for target in targets
                                    if not re.match(r"[a-z]+:", target))]


@functools.cache
def list_anchors(page):
    """As the usual renderers make them of headings, repeated ones numbered."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"),
                  flags=re.MULTILINE | re.DOTALL)
    anchors = []
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = anchors.count(name)
        anchors.append(f"{name}-{count}" if count else name)
    return anchors


def name_page(page):
    return str(page.relative_to(harness.SOURCE))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_links_lead_somewhere(page):
    dead = [f"{path}#{anchor}" for path, anchor in read_links(page)
            if not path.exists() or (anchor and anchor not in list_anchors(path))]
    assert not dead


def test_links_are_found():
    assert len(read_links(README)) > 20
    assert "root-trap" not in list_anchors(README) and "install" in list_anchors(README)


def test_every_page_can_be_reached():
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [path for path, _ in read_links(page)
                    if isinstance(path, Path) and path.suffix == ".md" and path.exists()]
    assert [name_page(page) for page in PAGES if page not in reached] == []
