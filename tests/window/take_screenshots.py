# SPDX-License-Identifier: GPL-2.0-or-later
"""take_screenshots.py FOLDER: the pictures of docs/window.md, taken of a real Wireshark."""
import sys
from pathlib import Path

import scenes
from desktop import Desktop, Wireshark, xdotool

WIDTH, HEIGHT = 1280, 800
NO_BYTES = "gui.layout_content_3: NONE"
TREE = "[TCP Handshake"


def press(window, button):
    window.filter_toolbar().find("push button", button).click()
    window.settle()


def handshake(window):
    """The lab's twelve frames, and what is said of the third."""
    window.packet_list().select(2)
    window.details().expand(TREE)


def failures(window):
    """Six connections, five of which were never set up."""
    press(window, "Failed")
    window.packet_list().select(5)
    window.details().expand(TREE)


def signals(window):
    """A RST that its alleged sender contradicts."""
    press(window, "Signals")
    window.main.find("menu item", "Forged").click()
    window.settle()
    window.filter_bar().click()
    xdotool("key", "Home")
    window.packet_list().select(0)
    window.details().expand(TREE)


def statistics(window):
    window.menu("Statistics", "TCP Handshake")
    dialog = window.window("TCP Handshake ·")
    xdotool("search", "--name", "TCP Handshake ·", "windowsize", "--sync", 840, 620)
    return dialog


def flow(window):
    window.menu("Statistics", "Flow Graph")
    dialog = window.window("Flow")
    window.choose(dialog, "TCP Handshakes")
    return dialog


def coffee(window):
    """An order, its headers, and its additions."""
    press(window, "Coffee")
    window.main.find("menu item", "All").click()
    window.settle()
    window.packet_list().select(0)
    window.details().expand("Hyper Text Coffee Pot Control Protocol")


# name of the picture: capture, height of the packet list, what is done
SCENES = {
    "window": ("http_server.pcap", 250, handshake),
    "window-failed": ("", 310, failures),
    "window-signals": ("made/rst_contradicted.pcap", 130, signals),
    "window-statistics": ("", 310, statistics),
    "window-flow": ("", 310, flow),
    "window-coffee": ("coffee_brew.pcap", 200, coffee),
}


def take(desktop, name, picture):
    """Puts the scene of that name on the screen, and takes the picture."""
    capture, pane, act = SCENES[name]
    home = scenes.make_home(WIDTH, HEIGHT, pane, NO_BYTES)
    path = scenes.CAPTURES / capture if capture else scenes.merge_failures()
    with Wireshark(desktop, home, "-r", path) as window:
        shown = act(window)
        complaints = window.complaints()
        if complaints:
            sys.exit(f"{name}: Wireshark complains: {complaints}")
        desktop.screenshot(picture, shown)


def main(folder, names):
    with Desktop(scenes.make_folder(), WIDTH, HEIGHT) as desktop:
        for name in names or SCENES:
            picture = Path(folder) / f"{name}.png"
            take(desktop, name, picture)
            print(picture.name, flush=True)


main(sys.argv[1], sys.argv[2:])
