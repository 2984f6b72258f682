# SPDX-License-Identifier: GPL-2.0-or-later
"""What the pages in docs/labs tell to do in the window, step by step."""
from desktop import wait_for, words, xdotool

TREE = "[TCP Handshake"
SELECT_AS_FILTER = [*["Down"] * 4, "Right", "Return"]
APPLY_AS_COLUMN = [*["Down"] * 3, "Return"]


def tree_of(window, row):
    """The lines of the details of the packet in that row, with those of TCP Handshake."""
    window.packet_list().select(row)
    window.details().expand(TREE)
    return window.details().lines()


def test_three_way_handshake(start):
    window = start("flask_telnet.pcap")
    assert "[TCP Handshake: ack from the client, 15 us after the SYN-ACK]" in tree_of(window, 2)
    window.details().line("[SYN in frame: 1]").click(repeat=2)
    wait_for("frame 1", lambda: window.details().lines()[0].startswith("Frame 1:"))
    tree_of(window, 2)
    window.right_click("[Stage: ack]", *SELECT_AS_FILTER)
    assert window.filter_bar().text == 'tcphs.stage == "ack"'
    assert "Displayed: 1 " in window.status
    window.apply_filter("")
    window.menu("Statistics", "TCP Handshake")
    dialog = window.window("TCP Handshake ·")
    wait_for("the tree", lambda: {"syn", "syn-ack", "ack", "established"} <= words(dialog))


def test_netcat(start):
    window = start("netcat.pcap")
    window.apply_filter("tcphs.stage == syn || tcphs.stage == syn-ack || tcphs.stage == ack")
    assert window.packet_list().column("No.") == ["1", "2", "3"]
    window.apply_filter("")
    assert {"[Client state: time-wait]", "[Server state: closed]"} <= set(tree_of(window, 7))
    window.packet_list().select(3)
    window.menu("Analyze", "Follow", "TCP Stream")
    wait_for("the stream", lambda: window.window("Follow TCP Stream"))


def test_deep_dive(start):
    window = start("http_server.pcap")
    window.apply_filter("tcphs.stage == established")
    assert window.packet_list().column("No.") == ["4", "5", "6", "7", "8", "9"]
    assert "[Acknowledgement number moved by: 78]" in tree_of(window, 1)
    assert window.packet_list().column("+Ack") == ["0", "78", "0", "185", "0", "33"]


def test_connection_analyser(start):
    window = start("chat.pcap")
    window.apply_filter("tcp.port == 8090")
    assert "Displayed: 15 " in window.status
    assert window.packet_list().column("Stage")[11:] == ["fin", "half-closed", "fin", "closed"]
    assert any(line.startswith("[TCP Handshake: fin from the server") for line in tree_of(window, 11))


def test_connection_analyser_finds_the_flood(start):
    window = start("made/syn_flood.pcap")
    window.menu("Analyze", "Expert Information")
    dialog = window.window("Expert Information")
    wait_for("the floods", lambda: "Too many handshakes with a server are left open" in words(dialog))


def test_coffee_refusals(start):
    window = start("coffee_refusals.pcap")
    window.apply_filter("htcpcp.response.code == 418")
    assert "Displayed: 1 " in window.status


def test_coffee(start):
    window = start("coffee_brew.pcap")
    window.apply_filter("htcpcp")
    assert "Displayed: 10 " in window.status
    window.packet_list().select(0)
    window.details().expand("Hyper Text Coffee Pot Control Protocol")
    window.right_click("Request Method: BREW", *APPLY_AS_COLUMN)
    window.apply_filter("htcpcp.request")
    methods = ["BREW", "GET", "PROPFIND", "WHEN", "GET"]
    assert window.packet_list().column("Request Method") == methods


def test_coffee_goes_to_the_response(start):
    window = start("coffee_brew.pcap")
    window.apply_filter("htcpcp")
    window.packet_list().select(0)
    window.details().expand("Hyper Text Coffee Pot Control Protocol")
    window.details().expand("Accept-Additions")
    lines = [line.strip() for line in window.details().lines()]
    assert "Addition: coconut milk (milk)" in lines
    xdotool("key", "End")  # down to the last line, which the pane shows then
    window.settle()
    window.details().line("[Response in frame: 11]").click(repeat=2)
    wait_for("frame 11", lambda: window.details().lines()[0].startswith("Frame 11:"))
