# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws a failed connection as a ladder: two sides, and one arrow per segment."""
from svg import as_inline_svg, make_figure
from words import endpoint, format_seconds

CLIENT, SERVER, NETWORK = 0.0, 1.0, 0.72
ROW_INCHES = 0.34
ODD_ROWS = 1.55  # of a segment with anomalies, which are written below it
WIDTH_INCHES = 5.2
COLOURS = {"syn": "#1f4e79", "syn-ack": "#1f4e79", "ack": "#1f4e79", "rst": "#b2182b",
           "fin": "#8a4b00", "half-closed": "#8a4b00", "closed": "#8a4b00", "stray": "#b2182b",
           "icmp error": "#8c510a"}
OTHER_COLOUR = SIDE_COLOUR = "#404040"
ODD_COLOUR = "#b2182b"


def describe_segment(segment):
    """The text on the arrow."""
    if segment["stage"] == "icmp error":
        return f"icmp error, type {segment['type']} code {segment['code']}"
    parts = [segment["stage"], f"seq {segment['seq']}"]
    if segment["ack"]:
        parts.append(f"ack {segment['ack']}")
    if segment["bytes"]:
        parts.append(f"{segment['bytes']} bytes")
    if segment["again"]:
        parts.append("(again)")
    return " ".join(parts)


def describe_anomalies(segment):
    return ", ".join(segment["anomalies"])


def describe_left_out(count):
    return f"{count:,} more segment{'' if count == 1 else 's'}"


def describe_ladder(ladder):
    """The picture as text."""
    start = ladder["first"][0]["time"] if ladder["first"] else 0

    def sentences(segments):
        return [f"Frame {segment['frame']}, after {format_seconds(segment['time'] - start)}, "
                f"{segment['sender']}: {describe_segment(segment)}"
                + (f", {describe_anomalies(segment)}." if segment["anomalies"] else ".")
                for segment in segments]

    between = [f"{describe_left_out(ladder['left_out'])}."] if ladder["left_out"] else []
    return " ".join([*sentences(ladder["first"]), *between, *sentences(ladder["last"])])


def title_of(row):
    return (f"Segments between client {endpoint(row['client'], row['client_port'])} and server "
            f"{endpoint(row['server'], row['server_port'])}: {row['outcome']}")


def draw_segment(axes, height, segment, start):
    """Returns the number of rows of the segment."""
    colour = COLOURS.get(segment["stage"], OTHER_COLOUR)
    begin, end = {"client": (CLIENT, SERVER), "server": (SERVER, CLIENT),
                  "network": (NETWORK, CLIENT)}[segment["sender"]]
    axes.annotate("", xy=(end, height + 0.28), xytext=(begin, height),
                  arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0,
                              "linestyle": "--" if segment["sender"] == "network" else "-"})
    middle = (begin + end) / 2
    axes.text(middle, height + 0.06, describe_segment(segment), ha="center", va="bottom",
              color=colour, fontsize=9,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8})
    small = {"va": "center", "fontsize": 8, "color": SIDE_COLOUR}
    axes.text(-0.03, height + 0.14, f"+{format_seconds(segment['time'] - start)}", ha="right",
              **small)
    axes.text(1.03, height + 0.14, f"frame {segment['frame']}", ha="left", **small)
    if not segment["anomalies"]:
        return 1
    axes.text(middle, height + 0.24, describe_anomalies(segment), ha="center", va="top",
              fontsize=8, color=ODD_COLOUR)
    return ODD_ROWS


def draw_gap(axes, height, count):
    axes.text(0.5, height + 0.14, f"… {describe_left_out(count)} …", ha="center", va="center",
              fontsize=9, color=SIDE_COLOUR)
    return 1


def draw_rows(axes, ladder):
    """Returns the number of rows."""
    start = ladder["first"][0]["time"] if ladder["first"] else 0
    height = 0
    for segment in ladder["first"]:
        height += draw_segment(axes, height, segment, start)
    if ladder["left_out"]:
        height += draw_gap(axes, height, ladder["left_out"])
    for segment in ladder["last"]:
        height += draw_segment(axes, height, segment, start)
    return height


def draw_ladder(ladder, name):
    """The picture of one connection that read_capture.py has collected."""
    figure = make_figure(WIDTH_INCHES, 1)
    axes = figure.add_subplot()
    axes.axis("off")
    rows = draw_rows(axes, ladder)
    for place, name_of_side in ((CLIENT, "client"), (SERVER, "server")):
        axes.plot([place, place], [-0.2, rows], color=SIDE_COLOUR, linewidth=1.2)
        axes.text(place, -0.3, name_of_side, ha="center", fontweight="bold")
    axes.set_xlim(-0.25, 1.25)
    axes.set_ylim(rows + 0.1, -0.75)
    figure.set_figheight(0.55 + ROW_INCHES * rows)
    return as_inline_svg(figure, name, title_of(ladder["row"]), describe_ladder(ladder))
