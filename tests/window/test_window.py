# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user does with the plugin in the window: tools/check-window runs this on a screen of its own."""
import csv
import os
import re
import threading

import pytest

import scenes
from desktop import PATIENCE_S, TABLES, Table, wait_for, words, xdotool

TREE = "[TCP Handshake"
PROFILE = scenes.PROFILES / "TCP Handshake"
TWELVE = ["syn", "syn-ack", "ack", *["established"] * 6, "fin", "fin", "closed"]
SHOWN = ["No.", "Time", "Source", "Destination", "Stream", "Stage", "Seq", "Ack", "+Seq", "+Ack",
         "Outcome", "Anomaly", "Protocol", "Info"]


def buttons_in_profile():
    """Enabled or not, label, filter, comment of each; a label is Menu//Entry where it is in a menu."""
    lines = [line for line in (PROFILE / "dfilter_buttons").read_text().split("\n")
             if line and not line.startswith("#")]
    return list(csv.reader(lines))


def filters_in_profile():
    saved = re.findall(r'^"[^"]*" (.+)$', (PROFILE / "dfilters").read_text(), re.MULTILINE)
    rules = re.findall(r"^@[^@]+@([^@]+)@", (PROFILE / "colorfilters").read_text(), re.MULTILINE)
    return [*(row[2] for row in buttons_in_profile()), *saved, *rules]


def filters_in_documents():
    """What stands in the column "filter" of any table of README.md and docs."""
    found = []
    for page in [scenes.ROOT / "README.md", *(scenes.ROOT / "docs").glob("**/*.md")]:
        column = None
        for line in page.read_text(encoding="utf-8").split("\n"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
            if len(cells) < 3:
                column = None
            elif column is None:
                column = cells.index("filter") if "filter" in cells else -1
            elif column > 0 and "`" in cells[column]:
                found += re.findall(r"`([^`]+)`", cells[column].replace("\\|", "|"))
    return found


# The list of packets.

def test_columns_are_filled(start):
    window = start("http_server.pcap")
    packets = window.packet_list()
    assert window.profile == "Profile: TCP Handshake"
    assert packets.visible_titles() == SHOWN
    assert packets.column("Stage") == TWELVE
    assert packets.column("Outcome") == ["closed"] * 12
    assert packets.column("+Ack") == ["", "1", "1", "0", "78", "0", "185", "0", "33", "0", "1", "1"]
    assert packets.column("Set-up time") == ["0.000036000"] * 12


def test_colors_tell_the_stages(start, desktop):
    window = start("http_server.pcap")
    packets = window.packet_list()
    rules = dict(re.findall(r"^@([^@]+)@[^@]+@\[([0-9,]+)\]",
                            (PROFILE / "colorfilters").read_text(), re.MULTILINE))
    packets.select(3)  # the selected row has another color
    for row, rule in [(0, "SYN"), (1, "SYN-ACK"), (2, "ACK of the handshake"), (9, "FIN"),
                      (11, "Half-closed, closed")]:
        box = packets.cell(row, "Anomaly").box  # where nothing is written
        seen = desktop.color_at(box.x + box.width // 2, box.y + box.height // 2)
        assert seen == tuple(int(part) // 257 for part in rules[rule].split(",")), rule


# The details of a packet.

def test_tree_is_there(start):
    window = start("http_server.pcap")
    window.packet_list().select(2)
    window.details().expand(TREE)
    lines = window.details().lines()
    assert "[TCP Handshake: ack from the client, 17 us after the SYN-ACK]" in lines
    assert {"[Stage: ack]", "[Client state: established]", "[Outcome: closed]",
            "[SYN-ACK in frame: 2]", "[Zeek's history: ShADadfF]"} <= set(lines)


def test_coffee_tree_is_there(start):
    window = start("coffee_brew.pcap")
    window.apply_filter("htcpcp")
    assert "Displayed: 10 " in window.status
    window.packet_list().select(0)
    window.details().expand("Hyper Text Coffee Pot Control Protocol")
    lines = window.details().lines()
    assert "Request Method: BREW" in [line.strip() for line in lines]


@pytest.mark.parametrize("line, frame", [("[SYN in frame: 1]", 1), ("[SYN-ACK in frame: 2]", 2)])
def test_double_click_goes_to_the_linked_frame(start, line, frame):
    window = start("http_server.pcap")
    window.packet_list().select(9)
    window.details().expand(TREE)
    window.details().line(line).click(repeat=2)
    wait_for(f"frame {frame}", lambda: window.details().lines()[0].startswith(f"Frame {frame}:"))


def test_go_to_linked_packet_from_an_icmp_error(start):
    window = start("unreachable.pcap")
    window.packet_list().select(0)
    window.details().expand(TREE)
    window.details().line("[Unreachable by frame: 2]").click()
    window.menu("Go", "Go to Linked Packet")
    wait_for("frame 2", lambda: window.details().lines()[0].startswith("Frame 2:"))


# Right clicks on a line of the details.

def test_apply_as_filter(start):
    window = start("http_server.pcap")
    window.packet_list().select(9)
    window.details().expand(TREE)
    window.right_click("[Stage: fin]", *["Down"] * 4, "Right", "Return")
    assert window.filter_bar().text == 'tcphs.stage == "fin"'
    assert window.filter_color() == "green"
    assert window.packet_list().column("No.") == ["10", "11"]


def test_apply_as_column(start):
    window = start("http_server.pcap")
    window.packet_list().select(9)
    window.details().expand(TREE)
    window.right_click("[SYNs: 1]", *["Down"] * 3, "Return")
    assert "SYNs" in window.packet_list().visible_titles()
    assert window.packet_list().column("SYNs") == ["1"] * 12


def test_decode_as_htcpcp(start):
    window = start("http_server.pcap")
    assert "HTCPCP" not in window.packet_list().column("Protocol")
    window.packet_list().select(3)
    window.menu("Analyze", "Decode As")
    dialog = window.window("Decode As")
    entries = Table(dialog.find(TABLES))
    window.settle()
    if not len(entries):
        dialog.find_all("push button", "")[0].click()  # the plus sign
        wait_for("an entry", lambda: len(entries))
    entries.cell(0, "Current").click(repeat=2)
    window.settle()
    xdotool("type", "HTCPCP")
    xdotool("key", "Return")
    window.settle()
    dialog.find("push button", "OK").click()
    wait_for("HTCPCP", lambda: window.packet_list().column("Protocol")[3] == "HTCPCP")


# Filters.

def test_filters_are_green(start):
    """Those of the profile, and those that the documents name."""
    window = start("http_server.pcap")
    documented = filters_in_documents()
    assert len(documented) > 10
    colors = {text: window.type_filter(text)
              for text in dict.fromkeys([*filters_in_profile(), *documented])}
    assert {text: color for text, color in colors.items() if color != "green"} == {}


def test_bad_filter_is_red(start):
    window = start("http_server.pcap")
    assert window.type_filter("tcphs.stage == data") == "red"
    assert window.type_filter("") == "white"


@pytest.mark.parametrize("capture, path, count", [
    ("refused.pcap", ["Failed"], 2),
    ("http_server.pcap", ["Connections"], 1),
    ("http_server.pcap", ["Handshakes"], 3),
    ("loss.pcap", ["Slow"], 1),
    ("made/null_flags.pcap", ["Anomalies"], 3),
    ("reset.pcap", ["Outcome", "Reset"], 8),
    ("made/rst_contradicted.pcap", ["Signals", "Forged"], 2),
    ("coffee_refusals.pcap", ["Coffee", "Teapots"], 1),
])
def test_buttons(start, capture, path, count):
    window = start(capture)
    window.filter_toolbar().find("push button", path[0]).click()
    if path[1:]:
        # Not every version's menus can be read: count down to the entry.
        entries = [row[1] for row in buttons_in_profile() if row[1].startswith(f"{path[0]}//")]
        window.settle()
        for key in [*["Down"] * (entries.index("//".join(path)) + 1), "Return"]:
            xdotool("key", key)
    wait_for(f"{count} packets", lambda: f"Displayed: {count} " in window.status)
    assert window.filter_color() == "green"


def test_return_applies_a_filter_to_the_whole_capture(start):
    """While a capture is read a filter sees what is known so far; Return asks it anew."""
    window = start("refused.pcap", "-Y", "tcphs.outcome == refused")
    wait_for("one packet", lambda: "Displayed: 1 " in window.status)
    window.filter_bar().click()
    xdotool("key", "Return")
    wait_for("both packets", lambda: "Displayed: 2 " in window.status)


def test_live_capture(run):
    """What a later packet tells is seen in the rows above after a reload."""
    pipe = scenes.make_folder() / "pipe"
    os.mkfifo(pipe)
    recorded = (scenes.CAPTURES / "refused.pcap").read_bytes()
    first = 24 + 16 + int.from_bytes(recorded[32:36], "little")  # file header, packet header, SYN
    seen = threading.Event()

    def capture():
        with pipe.open("wb", buffering=0) as file:
            file.write(recorded[:first])
            seen.wait(PATIENCE_S)
            file.write(recorded[first:])

    thread = threading.Thread(target=capture)
    thread.start()
    try:
        window = run("-k", "-i", pipe)
        wait_for("the SYN", lambda: window.packet_list().column("Outcome") == ["unanswered"])
    finally:
        seen.set()
        thread.join()
    wait_for("the RST", lambda: window.packet_list().column("Outcome") == ["unanswered", "refused"])
    window.menu("View", "Reload")
    wait_for("both", lambda: window.packet_list().column("Outcome") == ["refused", "refused"])


# Statistics, and other windows.

@pytest.mark.parametrize("capture, path, title, rows", [
    ("http_server.pcap", ["TCP Handshake"], "TCP Handshake ·", {"Stages", "Outcomes", "closed"}),
    ("coffee_brew.pcap", ["HTCPCP"], "HTCPCP ·", {"BREW"}),
    ("coffee_brew.pcap", ["Service Response Time", "HTCPCP"], "HTCPCP Service Response Time",
     {"BREW"}),
])
def test_statistics(start, capture, path, title, rows):
    window = start(capture)
    window.menu("Statistics", *path)
    dialog = window.window(title)
    wait_for(f"{rows}", lambda: rows <= words(dialog))


def test_statistics_under_a_filter(start):
    window = start("http_server.pcap")
    window.menu("Statistics", "TCP Handshake")
    dialog = window.window("TCP Handshake ·")
    dialog.find("text", "Display filter entry").write("tcphs.stage == fin")
    dialog.find("push button", "Apply").click()
    wait_for("the filtered tree", lambda: "fin" in words(dialog) and "ack" not in words(dialog))


def test_flow_graph(start):
    window = start("reset.pcap")
    window.menu("Statistics", "Flow Graph")
    dialog = window.window("Flow")
    window.choose(dialog, "TCP Handshakes")
    # SYN, SYN-ACK, ACK, RST of the eight segments
    wait_for("4 items", lambda: dialog.find_all("label", "2 node(s), 4 item(s) "))


def test_follow_stream(start):
    window = start("coffee_brew.pcap")
    if window.version < (4, 2):
        pytest.skip("the menu lists Wireshark's own streams only; tshark -z follow,htcpcp works")
    window.apply_filter("htcpcp.request")
    window.packet_list().select(0)
    window.menu("Analyze", "Follow", "HTCPCP Stream")
    dialog = window.window("Follow HTCPCP Stream")
    wait_for("BREW", lambda: any("BREW coffee://ducky" in text.text
                                 for text in dialog.find_all("text")))


def test_export_objects(start):
    window = start("coffee_brew.pcap")
    window.menu("File", "Export Objects", "HTCPCP")
    wait_for("JSON", lambda: words(window.window("HTCPCP object list")))


def test_expert_information(start):
    window = start("made/ack_bad_ack.pcap")
    window.menu("Analyze", "Expert Information")
    dialog = window.window("Expert Information")
    expected = {"The ACK of the handshake acknowledges the wrong number", "TCPHS"}
    wait_for("the anomaly", lambda: expected <= words(dialog))


def test_about_lists_the_plugin(start):
    window = start("http_server.pcap")
    window.menu("Help", "About Wireshark")
    dialog = window.window("About Wireshark")
    dialog.find("page tab", "Plugins").click()
    wait_for("tcphs.so", lambda: "tcphs.so" in words(dialog))
    xdotool("key", "Escape")
