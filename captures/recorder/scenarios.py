# SPDX-License-Identifier: GPL-2.0-or-later
"""The connections of the labs, and the kinds of failure of a connection."""

import sys
import time

from . import netns
from .oddities import ODDITIES
from .scenario import OPENING, Scenario, locate_program
from .signals import SIGNALS
from .testbed import CABLE, Testbed

# The one line of the deep-dive lab, whose frame 8 carries 33 bytes.
INDEX_PAGE = b"<h1>TCP HANDSHAKE Learning</h1>\r\n"

EXCHANGE = " >PA <A <PA >A"
SERVER_CLOSES = " <FA >FA <A"
SERVER_CLOSES_FIRST = " <FA >A >FA <A"
CLIENT_CLOSES = " >FA <FA >A"

# The header and the body of a page are sent in two segments.
PAGE = f"{OPENING}{EXCHANGE} <PA >A{SERVER_CLOSES}"
COMMAND = f"{OPENING}{EXCHANGE}{SERVER_CLOSES}"

# The server sends a question and closes its side; the answer follows the acknowledgement of its FIN.
QUESTION = f"{OPENING} <PA >A <FA >A"

# The browser's connection to the web front, then the web front's connection to the pot.
COFFEE_PAGE = (PAGE, COMMAND)

BREW_SECONDS = 1.5


def open_flask(bed: Testbed) -> None:
    bed.start_server(5000, *locate_program("coffee_web.py"), "--port", "5000")
    bed.start_client("telnet", "localhost", "5000")


def fetch_page(bed: Testbed, address: str) -> None:
    """curl and the server both close after the page; at idle priority curl closes second."""
    bed.run_client("chrt", "--idle", "0", "curl", "-s", address)


def serve_page(bed: Testbed) -> None:
    (bed.folder / "index.html").write_bytes(INDEX_PAGE)
    bed.start_server(8002, sys.executable, "-m", "http.server", "8002")
    fetch_page(bed, "http://127.0.0.1:8002/")


def pass_line(bed: Testbed) -> None:
    bed.start_server(2222, "nc.openbsd", "-l", "-p", "2222")
    bed.start_client("nc.openbsd", "-N", "127.0.0.1", "2222", says="Hello from the other side.\n")


def answer_after_close(bed: Testbed) -> None:
    bed.start_server(2222, "nc.openbsd", "-l", "-N", "-p", "2222",
                     says="How many beans make five?\n")
    client = bed.start_client("nc.openbsd", "-N", "127.0.0.1", "2222")
    bed.wait_for_frames(len(QUESTION.split()))
    bed.tell_program(client, "Two in each hand and one in the mouth.\n")


def chat_and_close(bed: Testbed) -> None:
    bed.start_server(8090, *locate_program("chat_server.py"))
    bed.start_client(*locate_program("chat_client.py"))


def browse_coffee(bed: Testbed, *addresses: str) -> None:
    for address in addresses:
        fetch_page(bed, f"http://127.0.0.1:5031{address}")


def open_coffee_house(bed: Testbed) -> None:
    bed.start_server(5030, *locate_program("coffee_pot.py"), "--brew-seconds", str(BREW_SECONDS))
    bed.start_server(5031, *locate_program("coffee_web.py"))


def show_coffee_home(bed: Testbed) -> None:
    open_coffee_house(bed)
    browse_coffee(bed, "/")


def brew_coffee(bed: Testbed) -> None:
    open_coffee_house(bed)
    browse_coffee(bed, "/?method=brew&message=start&pots=ducky"
                       "&additions=coconut+milk&additions=almond+milk")
    brewed_at = time.monotonic() + BREW_SECONDS
    browse_coffee(bed, "/?method=get", "/?method=propfind")
    time.sleep(max(0.0, brewed_at - time.monotonic()))
    browse_coffee(bed, "/?method=when", "/?method=get")


def refuse_coffee(bed: Testbed) -> None:
    open_coffee_house(bed)
    browse_coffee(
        bed, "/test-400", "/test-404", "/?method=brew&additions=tea",
        "/?method=brew&additions=cream", "/?method=brew&additions=whisky",
        "/test-415", "/?method=brew&pots=tea", "/test-501")


def knock_on_closed_port(bed: Testbed) -> None:
    bed.start_client("nc.openbsd", netns.SERVER_ADDRESS, "2222")


def knock_unheard(bed: Testbed) -> None:
    """Without linear timeouts, which Linux 6.5 introduced, every timeout is twice the one before."""
    netns.load_rules(bed.server, "input", "drop")
    netns.set_sysctl(bed.client, tcp_syn_retries=2, tcp_syn_linear_timeouts=0)
    bed.start_client("nc.openbsd", netns.SERVER_ADDRESS, "2222")


def knock_at_firewall(bed: Testbed) -> None:
    netns.load_rules(bed.server, "input", "tcp dport 2222 reject with icmp type admin-prohibited")
    bed.start_client("nc.openbsd", netns.SERVER_ADDRESS, "2222")


def reset_chat(bed: Testbed) -> None:
    bed.start_server(8090, *locate_program("chat_server.py"),
                     "--host", netns.SERVER_ADDRESS, "--reset")
    bed.start_client(*locate_program("chat_client.py"), "--host", netns.SERVER_ADDRESS)


def hold_back_ack(bed: Testbed) -> None:
    netns.load_rules(bed.client, "output", "tcp flags & syn == 0 drop")
    netns.set_sysctl(bed.server, tcp_synack_retries=2)
    bed.start_server(2222, "nc.openbsd", "-l", "-p", "2222")
    bed.start_client("nc.openbsd", netns.SERVER_ADDRESS, "2222")


def give_up_early(bed: Testbed) -> None:
    """The client waits less than one second, after which the lost SYN-ACK is repeated."""
    netns.load_rules(bed.client, "input", "drop")
    bed.start_server(8090, *locate_program("chat_server.py"), "--host", netns.SERVER_ADDRESS)
    bed.run_client(*locate_program("chat_client.py"),
                   "--host", netns.SERVER_ADDRESS, "--give-up", "0.3")
    netns.drop_rules(bed.client)


SCENARIOS = (
    Scenario("flask_telnet",
             "telnet opens a connection to a Flask server: the handshake alone",
             open_flask, (OPENING,), ("telnet",), ("flask",)),
    Scenario("http_server",
             "curl fetches the page of a python3 -m http.server: handshake, data, close",
             serve_page, (PAGE,), ("curl", "chrt")),
    Scenario("netcat",
             "netcat passes a line of text to netcat, the client closes",
             pass_line, (f"{OPENING} >PA <A{CLIENT_CLOSES}",), ("nc.openbsd",)),
    Scenario("half_close",
             "netcat asks and closes its side, the client answers before it closes too",
             answer_after_close, (f"{QUESTION} >PA <A >FA <A",), ("nc.openbsd",)),
    Scenario("chat",
             "client and server chat, the server closes, a moment later the client",
             chat_and_close, (f"{OPENING}{EXCHANGE * 2}{SERVER_CLOSES_FIRST}",)),
    Scenario("coffee_homepage",
             "the browser requests the home page, the web front sends GET to the pot",
             show_coffee_home, COFFEE_PAGE, ("curl", "chrt"), ("flask",)),
    Scenario("coffee_brew",
             "BREW with two milks, GET while brewing, PROPFIND, WHEN, GET afterwards",
             brew_coffee, COFFEE_PAGE * 5, ("curl", "chrt"), ("flask",)),
    Scenario("coffee_refusals",
             "400, 404, 406 (addition), a good BREW, 406 (busy), 415, 418, 501",
             refuse_coffee, COFFEE_PAGE * 8, ("curl", "chrt"), ("flask",)),
    Scenario("refused",
             "a closed port: a RST answers the SYN",
             knock_on_closed_port, (">S <RA",), ("nc.openbsd",), place=CABLE),
    Scenario("unanswered",
             "a firewall drops the SYN, which is repeated twice",
             knock_unheard, (">S >S >S",), ("nc.openbsd", "nft"), place=CABLE),
    Scenario("unreachable",
             "a firewall answers the SYN with an ICMP error",
             knock_at_firewall, (">S <ICMP",), ("nc.openbsd", "nft"), place=CABLE),
    Scenario("reset",
             "the server ends a chat with a RST",
             reset_chat, (f"{OPENING}{EXCHANGE} <RA",), place=CABLE),
    Scenario("half_open",
             "the client's ACK is lost, the SYN-ACK is repeated twice",
             hold_back_ack, (">S <SA <SA <SA",), ("nc.openbsd", "nft"), place=CABLE),
    Scenario("aborted",
             "the client gives up before the SYN-ACK reaches it, and resets when it does",
             give_up_early, (">S <SA <SA >R",), ("nft",), place=CABLE),
    *ODDITIES,
    *SIGNALS,
)
