# SPDX-License-Identifier: GPL-2.0-or-later
"""A screen of its own with a real Wireshark on it, used as by a hand and read as by a screen reader.

Mouse and keyboard are xdotool's. What stands in the window is asked of Qt through AT-SPI, which
assistive programs use; it says nothing of colors, so those are taken from a picture of the screen.
Programs run as who started this one: that must not be root, whose Wireshark ignores plugins.
"""
import os
import re
import subprocess
import time
from pathlib import Path

import gi

import idle

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  (the version comes first)

PATIENCE_S = 600  # for what hangs
SETTLED_S = 0.7
PROFILE = "TCP Handshake"


class NotThere(AssertionError):
    """What was waited for has not come."""


def wait_for(what, probe, patience_s=PATIENCE_S):
    """The first true value that probe() gives; NotThere names `what` where it gives none in time."""
    end = time.monotonic() + patience_s
    while True:
        try:
            value = probe()
        except GLib.Error:  # the widget has gone meanwhile
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise NotThere(f"{what}: not there after {patience_s} s")
        time.sleep(0.1)


# What is started here, on the one screen that a process has.
_programs = []


def start(*command, **options):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    _programs.append(process)
    return process


def settle(seconds=SETTLED_S):
    """Returns when everything on the screen has had nothing to do for so long."""
    idle.pass_time(seconds, lambda: [process.pid for process in _programs if process.poll() is None],
                   PATIENCE_S)


def xdotool(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


class Desktop:
    """A screen, a window manager and the bus of the screen readers, gone with the context.

    `scratch` is an empty folder; the screen is so many pixels wide and high. One for a process:
    AT-SPI's library stays with the first bus that it has found.
    """

    def __init__(self, scratch, width, height):
        self.scratch = Path(scratch)
        self._size = width, height
        self._processes = []

    def _start(self, *command, **options):
        process = start(*command, **options)
        self._processes.append(process)
        return process

    def _answer(self, *command):
        """Starts a program that prints where it can be found."""
        return self._start(*command, stdout=subprocess.PIPE, stderr=self._errors,
                           text=True).stdout.readline().strip()

    def __enter__(self):
        runtime = self.scratch / "run"
        runtime.mkdir(mode=0o700)
        self._errors = (self.scratch / "desktop.log").open("w")
        display = self._answer("Xvfb", "-displayfd", "1", "-screen", "0", "{}x{}x24".format(*self._size),
                               "-nolisten", "tcp", "-noreset")
        if not display:
            raise NotThere("Xvfb did not start")
        os.environ.update(DISPLAY=f":{display}", XDG_RUNTIME_DIR=str(runtime),
                          LANG="C.UTF-8", TZ="UTC",
                          QT_QPA_PLATFORM="xcb", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
                          NO_AT_BRIDGE="1")
        for name in ("XAUTHORITY", "XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR", "WAYLAND_DISPLAY"):
            os.environ.pop(name, None)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self._answer(
            "dbus-daemon", "--session", "--print-address", "--nofork")
        self._start("openbox", stdout=self._errors, stderr=self._errors)
        Atspi.init()
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            process.terminate()
            process.wait(PATIENCE_S)
            if process.stdout:
                process.stdout.close()
        self._errors.close()

    def screenshot(self, path, window=None):
        """A picture of the whole screen, or of what a window covers, as a PNG file."""
        crop = []
        if window:
            box = window.box
            crop = ["-crop", f"{box.width}x{box.height}+{box.x}+{box.y}", "+repage"]
        xdotool("mousemove", self._size[0] - 1, self._size[1] - 1)
        settle()
        subprocess.run(["import", "-silent", "-window", "root", *crop, "-strip", "+dither", "-colors", "200",
                        "-define", "png:compression-level=9", f"PNG8:{path}"], check=True)

    def color_at(self, x, y):
        """(red, green, blue), 0 to 255 each, of a point of the screen."""
        told = subprocess.run(["import", "-silent", "-window", "root", "-crop", f"1x1+{x}+{y}",
                               "-depth", "8", "rgb:-"], check=True, capture_output=True).stdout
        return tuple(told[:3])


class Widget:
    """One accessible object, with what is done to it and read of it."""

    def __init__(self, accessible):
        self.accessible = accessible

    @property
    def name(self):
        return self.accessible.get_name() or ""

    @property
    def role(self):
        role = self.accessible.get_role_name()
        # Newer libraries call every kind of button so.
        return "push button" if role == "button" else role

    @property
    def text(self):
        return Atspi.Text.get_text(self.accessible, 0, -1)

    def has(self, state):
        return self.accessible.get_state_set().contains(getattr(Atspi.StateType, state))

    @property
    def box(self):
        return self.accessible.get_extents(Atspi.CoordType.SCREEN)

    def children(self):
        for place in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(place)
            if child:
                yield Widget(child)

    def walk(self, depth=12):
        """Everything below, but no cells of tables and trees: there may be millions."""
        for child in self.children():
            yield child
            if depth and child.role not in ("table", "tree", "tree table"):
                yield from child.walk(depth - 1)

    def find_all(self, role, name=None, showing=True):
        roles = {role} if isinstance(role, str) else set(role)
        return [widget for widget in self.walk()
                if widget.role in roles and (name is None or widget.name == name)
                and (not showing or widget.has("SHOWING"))]

    def find(self, role, name=None, showing=True):
        return wait_for(f"{role} {name or ''}",
                        lambda: self.find_all(role, name, showing))[0]

    def write(self, text):
        """Puts text into a line of input, in the place of what was there."""
        Atspi.EditableText.set_text_contents(self.accessible, text)
        wait_for(f"the text {text}", lambda: self.text == text)

    def click(self, button=1, repeat=1):
        box = self.box
        xdotool("mousemove", box.x + box.width // 2, box.y + box.height // 2,
                "click", "--repeat", repeat, "--delay", 60, button)


class Wireshark:
    """One running Wireshark with packets in it, and its settings in `home`; ends with the context."""

    def __init__(self, desktop, home, *args):
        self.desktop = desktop
        self._log = (desktop.scratch / "wireshark.log").open("w+")
        self._process = start("wireshark", "-C", PROFILE, *map(str, args), stdout=self._log,
                              stderr=self._log, cwd=desktop.scratch,
                              env={**os.environ, "HOME": str(home)})
        try:
            self.application = wait_for("Wireshark", self._find_application)
            self.main = wait_for("the main window", self._find_main)
            wait_for("the packets", lambda: "Packets:" in self.status)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        self._log.close()

    def said(self):
        """What it wrote to its standard output and error so far."""
        return Path(self._log.name).read_text(encoding="utf-8")

    @property
    def version(self):
        """(4, 0)"""
        told = subprocess.run(["wireshark", "--version"], check=True, capture_output=True,
                              text=True).stdout
        return tuple(map(int, re.search(r"(\d+)\.(\d+)\.\d+", told).groups()))

    def _find_application(self):
        ended = self._process.poll()
        if ended is not None:
            raise AssertionError(f"Wireshark ended with {ended}: {self.said()}")
        for application in Widget(Atspi.get_desktop(0)).children():
            if application.accessible.get_process_id() == self._process.pid:
                return application
        return None

    def _find_main(self):
        for window in self.windows():
            if any(child.role == "menu bar" for child in window.children()):
                return window
        return None

    # What stands there.

    def windows(self):
        """The windows that are open, dialogs and message boxes among them."""
        return [window for window in self.application.children() if window.has("SHOWING")]

    def complaints(self):
        """The texts of message boxes."""
        return [label.name for window in self.windows() if window.role in ("alert", "dialog")
                for label in window.find_all("label") if window.role == "alert"]

    @property
    def status(self):
        """ "Packets: 12 · Displayed: 12 (100.0%)" """
        for bar in self.main.children():
            if bar.role == "status bar":
                return next((label.name for label in bar.find_all("label")
                             if label.name.startswith("Packets:")), "")
        return ""

    @property
    def profile(self):
        return next(label.name for label in self.main.find_all("label")
                    if label.name.startswith("Profile:"))

    def packet_list(self):
        return PacketList(self.main.find(TABLES, "Packet list"))

    def details(self):
        return Details(self.main.find(TABLES, "Packet details"))

    # The filter bar.

    def filter_bar(self):
        return self.filter_toolbar().find("text", "Display filter entry")

    def filter_toolbar(self):
        return next(bar for bar in self.main.find_all("tool bar")
                    if bar.find_all("text", "Display filter entry"))

    def type_filter(self, text):
        """Puts text into the bar and gives the color that the bar has then."""
        self.filter_bar().write(text)
        settle(0.3)
        return self.filter_color()

    def filter_color(self):
        """green, yellow, red or white"""
        box = self.filter_bar().box
        # Right of what is typed, left of the buttons at the end; the text may cover one point.
        seen = [color_word(self.desktop.color_at(box.x + box.width - 90, box.y + place))
                for place in (2, box.height - 3)]
        assert seen[0] == seen[1], f"the filter bar has two colors: {seen}"
        return seen[0]

    def apply_filter(self, text):
        """As type_filter; the packets are listed by the filter then."""
        color = self.type_filter(text)
        self.filter_bar().click()
        xdotool("key", "Return")
        self.settle()
        return color

    def settle(self):
        """Waits until what was asked for is listed."""
        settle()
        wait_for("the packets", lambda: "Packets:" in self.status)

    # Menus.

    def right_click(self, line, *keys):
        """In the details. The menu cannot be read, so its entries are counted."""
        self.details().line(line).click(button=3)
        for key in keys:
            xdotool("key", key)
        self.settle()

    def menu(self, *path):
        """Chooses menu("Statistics", "Flow Graph") with the mouse."""
        bar = next(child for child in self.main.children() if child.role == "menu bar")
        item = next(child for child in bar.children() if plain(child.name) == path[0])
        item.click()
        for name in path[1:]:
            item = wait_for(f"{' > '.join(path)}: {name}", lambda: self._menu_item(item, name))
            item.click()
            settle(0.3)

    def _menu_item(self, above, name):
        for item in above.walk(3):
            if plain(item.name) == name and item.has("SHOWING") and item.box.width:
                return item
        return None

    def window(self, title):
        """The window whose title has `title` in it."""
        return wait_for(f"window {title}", lambda: next(
            (window for window in self.windows() if title in window.name), None))

    def choose(self, dialog, item):
        """Takes an item of the combo box, in a dialog, that has it."""
        box = next(box for box in dialog.find_all("combo box")
                   if any(entry.name == item for entry in box.walk(2)))
        box.click()
        xdotool("key", "Home")
        for _ in range(40):
            chosen = next((entry.name for entry in box.walk(2)
                           if entry.role == "list item" and entry.has("SELECTED")), "")
            if chosen == item:
                break
            xdotool("key", "Down")
            settle(0.1)
        xdotool("key", "Return")
        wait_for(item, lambda: box.name == item)
        settle()


TABLES = ("tree", "table", "tree table")


def words(dialog):
    """What stands in the tables of a window."""
    return {cell.name for table in dialog.find_all(TABLES) for cell in table.children()}


def plain(name):
    """A menu's name without the ampersand before its key, and without an ellipsis."""
    return name.replace("&", "").rstrip("…. ")


def color_word(color):
    red, green, blue = color
    if green > red + 20 and green > blue + 20:
        return "green"
    if red > blue + 20 and green > blue + 20:
        return "yellow"
    if red > green + 20:
        return "red"
    return "white"


class Table:
    """A tree or table of Qt's: titles first, then the cells row by row."""

    def __init__(self, widget):
        self.widget = widget
        self.read_titles()

    def read_titles(self):
        self.titles = []
        for child in self.widget.children():
            if child.role != "table column header":
                break
            self.titles.append(child.name)

    def _cell(self, row, column):
        cells = self.widget.accessible
        return Widget(cells.get_child_at_index((row + 1) * len(self.titles) + column))

    def __len__(self):
        return self.widget.accessible.get_child_count() // len(self.titles) - 1

    def cell(self, row, column=0):
        """The cell of a row from 0, in the column of that number or title."""
        return self._cell(row, column if isinstance(column, int) else self.titles.index(column))

    def column(self, column):
        return [self.cell(row, column).name for row in range(len(self))]


class PacketList(Table):
    def rows(self, *titles):
        return [[self.cell(row, title).name for title in titles] for row in range(len(self))]

    def visible_titles(self):
        return [title for place, title in enumerate(self.titles)
                if self.widget.accessible.get_child_at_index(place).get_extents(
                    Atspi.CoordType.SCREEN).width > 0]

    def select(self, row):
        """With a click; with another one where the list was still being made."""
        def is_selected():
            self.read_titles()
            self.cell(row).click()
            settle()
            return self.cell(row).has("SELECTED")
        wait_for(f"the packet in row {row} selected", is_selected)


class Details(Table):
    def lines(self):
        return self.column(0)

    def expand(self, start):
        """Unfolds everything below the line that starts so."""
        self.line(start).click()
        xdotool("key", "shift+Right")
        settle(0.4)

    def line(self, start):
        def find():
            for row in range(len(self)):
                cell = self.cell(row)
                if cell.name.startswith(start):
                    return cell
            return None
        return wait_for(f"the line {start}", find)
