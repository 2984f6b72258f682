# SPDX-License-Identifier: GPL-2.0-or-later
"""Fills page.html. Jinja escapes all text from captures and file names."""
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ladders import draw_ladder
from pictures import draw_outcomes, draw_setup_times, utc
from read_capture import FAILED
from ways import FIRST_SEGMENTS, LAST_SEGMENTS
from words import (OUTCOMES, count_of, endpoint, format_seconds, format_start, printable,
                   quote_for_shell)

HERE = Path(__file__).resolve().parent
MAX_SERVERS_DRAWN = 15
MAX_SERVERS = 25
MAX_CAPTURES = 500
MAX_WAYS_OPEN = 12  # of an outcome


def make_environment():
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters.update(seconds=format_seconds, shell=quote_for_shell, when=format_start,
                               thousands=lambda number: f"{number:,}",
                               percent=lambda share: f"{share:.1%}")
    environment.globals.update(count_of=count_of, endpoint=endpoint)
    return environment


def list_outcomes(summary):
    """One row of the table per outcome that occurs."""
    known = [word for word in OUTCOMES if summary.outcomes[word]]
    others = sorted(set(summary.outcomes) - set(OUTCOMES))
    return [{"word": word, "meaning": OUTCOMES.get(word, ("", ""))[0],
             "colour": OUTCOMES.get(word, ("", "#000000"))[1], "failed": word in FAILED,
             "count": summary.outcomes[word],
             "share": summary.outcomes[word] / summary.connections} for word in known + others]


def list_failures(by_outcome):
    """The ways of each outcome: those that are shown at once, and the others."""
    found = []
    for word in FAILED:
        ways = [{"id": f"{word}-{number}", "group": group,
                 "picture": Markup(draw_ladder(group.ladder, f"{word}-{number}"))}
                for number, group in enumerate(by_outcome.get(word, []), 1)]
        if ways:
            found.append({"word": word, "ways": ways[:MAX_WAYS_OPEN],
                          "others": ways[MAX_WAYS_OPEN:]})
    return found


def period_of(summary):
    period = summary.period()
    if period is None:
        return ""
    return " to ".join(f"{utc(seconds):%Y-%m-%d %H:%M:%S}" for seconds in period) + " UTC"


def write_page(path, content, files, folder):
    """`folder` is the folder in which the commands of the page find the captures."""
    summary, captures = content["summary"], content["captures"]
    timed = summary.busiest_servers(MAX_SERVERS_DRAWN)
    pictures = {"outcomes": draw_outcomes(summary), "setup": draw_setup_times(timed)}
    html = make_environment().get_template("page.html").render(
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        pictures={name: picture and Markup(picture) for name, picture in pictures.items()},
        segments={"first": FIRST_SEGMENTS, "last": LAST_SEGMENTS},
        summary=summary, outcomes=list_outcomes(summary), period=period_of(summary),
        files=files, folder=printable(folder), captures=captures[:MAX_CAPTURES],
        captures_left_out=max(0, len(captures) - MAX_CAPTURES),
        complaints=[capture for capture in captures if capture.reason],
        unread=sum(not capture.read for capture in captures), capture_count=len(captures),
        timed=timed, servers=summary.worst_servers(MAX_SERVERS),
        failures=list_failures(content["failures"]), oddities=content["oddities"],
        odd_counts=summary.anomalies.most_common())
    Path(path).write_text(html, encoding="utf-8")
