# SPDX-License-Identifier: GPL-2.0-or-later
"""The two pictures of all connections: outcomes over time, and set-up times of servers."""
from datetime import datetime, timezone

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from svg import as_inline_svg, make_figure
from words import OUTCOMES, count_of, endpoint, format_seconds

WIDTH_INCHES = 11
MAX_PERIODS = 5
GAP_SHARE = 0.2  # of a period: a longer gap splits it,
SHORTEST_GAP_S = 60  # if it is longer than this
# Years, months, days, hours, minutes, seconds.
TICKS = ["%Y", "%b", "%d", "%H:%M", "%H:%M", ":%S.%f"]
BARS = 60  # of all periods together
SHORTEST_PERIOD_S = 1
SHORTEST_S = 1e-6


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


def largest_gap(times):
    """(seconds, index of its end): the longest time without a start, if it is long enough to split."""
    gap, place = max(((later - earlier, place) for place, (earlier, later)
                      in enumerate(zip(times, times[1:]), 1)), default=(0, 0))
    return (gap, place) if gap > GAP_SHARE * (times[-1] - times[0]) else (0, 0)


def split_periods(times):
    """Splits sorted times into at most MAX_PERIODS periods, because captures may be years apart."""
    periods = [times]
    while len(periods) < MAX_PERIODS:
        (gap, place), index = max((largest_gap(period), index)
                                  for index, period in enumerate(periods))
        if gap < SHORTEST_GAP_S:
            break
        period = periods[index]
        periods[index:index + 1] = [period[:place], period[place:]]
    return periods


def title_of(period):
    begin, end = utc(period[0]), utc(period[-1])
    if begin.date() == end.date():
        return f"{begin:%Y-%m-%d %H:%M}"
    return f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}"


def draw_period(axes, summary, period, bars):
    first, last = period[0], period[-1]
    if last - first < SHORTEST_PERIOD_S:
        middle = (first + last) / 2
        first, last = middle - SHORTEST_PERIOD_S / 2, middle + SHORTEST_PERIOD_S / 2
    step = (last - first) / bars
    edges = [first + step * place for place in range(bars + 1)]
    bottom = [0] * bars
    for word, starts in summary.starts.items():
        heights = [0] * bars
        for start in starts:
            if period[0] <= start <= period[-1]:
                heights[min(bars - 1, int((start - first) / step))] += 1
        if any(heights):
            axes.bar([date2num(utc(edge)) for edge in edges[:-1]], heights, bottom=bottom,
                     width=step / 86400, align="edge", color=colour_of(word), linewidth=0)
            bottom = [below + height for below, height in zip(bottom, heights)]
    axes.set_xlim(date2num(utc(first)), date2num(utc(last)))
    # With fewer than five ticks it has no interval for 89 seconds or minutes, and prints a warning.
    locator = AutoDateLocator(minticks=2, maxticks=max(5, bars // 5))
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(
        locator, tz=timezone.utc, formats=TICKS, show_offset=False))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_title(title_of(period), fontsize=9, loc="left")


def colour_of(word):
    return OUTCOMES.get(word, ("", "#000000"))[1]


def draw_legend(axes, words):
    axes.axis("off")
    axes.legend([Patch(color=colour_of(word)) for word in words], words, loc="center",
                ncols=min(len(words), 6), frameon=False)


def draw_outcomes(summary):
    """None without connections."""
    times = sorted(start for starts in summary.starts.values() for start in starts)
    if not times:
        return None
    periods = split_periods(times)
    figure = make_figure(WIDTH_INCHES, 3.8)
    # A period with few connections is narrow.
    widths = [min(len(period), 10) + 8 for period in periods]
    grid = figure.add_gridspec(2, len(periods), height_ratios=(6, 1), width_ratios=widths)
    first = None
    for place, period in enumerate(periods):
        axes = figure.add_subplot(grid[0, place], sharey=first)
        draw_period(axes, summary, period, BARS * widths[place] // sum(widths))
        axes.tick_params(labelleft=first is None)
        first = first or axes
    first.set_ylabel("connections started")
    first.yaxis.set_major_locator(MaxNLocator(integer=True))
    words = [word for word, starts in summary.starts.items() if starts]
    draw_legend(figure.add_subplot(grid[1, :]), words)
    counts = ", ".join(f"{summary.outcomes[word]:,} {word}" for word in words)
    return as_inline_svg(figure, "outcomes", "Outcomes over time",
                         f"{count_of(len(times), 'connection')} by the time of the first segment "
                         f"(UTC): {counts}.")


def draw_setup_times(servers):
    """One box per server, on a logarithmic axis; None without servers."""
    if not servers:
        return None
    servers = servers[::-1]  # matplotlib counts from below
    times = [[max(seconds, SHORTEST_S) for seconds in server.setup_times] for server in servers]
    names = [f"{endpoint(server.address, server.port)}  ({len(server.setup_times):,})"
             for server in servers]
    figure = make_figure(WIDTH_INCHES, 1.1 + 0.34 * len(servers))
    axes = figure.add_subplot()
    axes.boxplot(times, vert=False, whis=(1, 99), widths=0.6, patch_artist=True,
                 boxprops={"facecolor": "#a6cee3", "edgecolor": "#1f4e79"},
                 medianprops={"color": "#b2182b", "linewidth": 2},
                 whiskerprops={"color": "#1f4e79"}, capprops={"color": "#1f4e79"},
                 showfliers=False)  # one point per connection would make the page large
    axes.set_yticks(range(1, len(names) + 1), names)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=8))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_seconds(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("set-up time: box 25 to 75 %, line 50 %, whiskers 1 to 99 %")
    return as_inline_svg(figure, "setup", "Distribution of set-up time per server",
                         "The numbers are in the table below.")
