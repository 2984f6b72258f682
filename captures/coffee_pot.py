# SPDX-License-Identifier: GPL-2.0-or-later
"""A coffee pot that implements HTCPCP (RFC 2324) with the message format of the coffee lab.

One request and one response per connection; the pot closes first; neither side sends Content-Length.
"""

import argparse
import json
import socketserver
import threading
import time
from dataclasses import dataclass

COMMAND_TYPE = "application/coffee-pot-command"
POTS = ("ducky",)
BEAN = {
    "name": "Monte Copey", "profile": "Cocoa, Plum, Caramel", "origin": "Tarraz\u00fa, Costa Rica",
    "type": "Single Origin", "strength": "3/5", "roast": "Medium",
}

# RFC 2324 section 3, in lower case: schemes and the digits of an escape are case-insensitive.
COFFEE_SCHEMES = {
    "koffie", "q%c3%a6hv%c3%a6", "%d9%82%d9%87%d9%88%d8%a9", "akeita", "koffee", "kahva", "kafe",
    "caf%c3%e8", "%e5%92%96%e5%95%a1", "kava", "k%c3%a1va", "kaffe", "coffee", "kafo", "kohv",
    "kahvi", "%4baffee", "%ce%ba%ce%b1%cf%86%ce%ad", "%e0%a4%95%e0%a5%8c%e0%a4%ab%e0%a5%80",
    "%e3%82%b3%e3%83%bc%e3%83%92%e3%83%bc", "%ec%bb%a4%ed%94%bc", "%d0%ba%d0%be%d1%84%d0%b5",
    "%e0%b8%81%e0%b8%b2%e0%b9%81%e0%b8%9f",
}

# RFC 2324 section 2.2.2.1, and the four milks that the lab adds.
MILKS = ("cream", "half-and-half", "whole-milk", "part-skim", "skim", "non-dairy",
         "oat milk", "soya milk", "coconut milk", "almond milk")
FLAVOURS = ("vanilla", "almond", "raspberry", "chocolate", "whisky", "rum", "kahlua", "aquavit")
ADDITIONS = MILKS + FLAVOURS

REQUEST_LIMIT_BYTES = 8192
SILENCE_SECONDS = 5.0
BODY_SECONDS = 0.5


@dataclass
class Request:
    method: str
    scheme: str
    pot: str
    headers: dict
    body: str

    def list_additions(self) -> list:
        """The lab separates additions by semicolons, the RFC by commas."""
        names = self.headers.get("accept-additions", "").replace(",", ";").split(";")
        return [name.strip() for name in names if name.strip()]


def parse_request(text: str) -> Request | None:
    head, _, body = text.partition("\r\n\r\n")
    start_line, *header_lines = head.split("\r\n")
    words = start_line.split(" ")
    if len(words) != 3 or "://" not in words[1]:
        return None
    scheme, _, pot = words[1].partition("://")
    headers = {}
    for line in header_lines:
        name, colon, value = line.partition(":")
        if not colon:
            return None
        headers[name.strip().lower()] = value.strip()
    return Request(words[0], scheme.lower(), pot.partition("/")[0], headers, body.strip())


def format_time(seconds: float) -> str:
    """Local time without a zone, as the lab writes it."""
    return time.strftime("%a, %d %b %Y %H:%M:%S", time.localtime(seconds))


def write_success(body: str = "") -> str:
    return ("HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\nContent-Type: message/coffeepot\r\n"
            f"Date: {format_time(time.time())}\r\n\r\n{body}")


def write_refusal(status: str, body: str = "") -> str:
    return f"HTCPCP/1.1 {status}\r\n\r\n{body}"


class Pot:
    """Brews one order at a time. Then the milk pours until WHEN, or for pour_seconds."""

    def __init__(self, brew_seconds: float, pour_seconds: float):
        self.brew_seconds = brew_seconds
        self.pour_seconds = pour_seconds
        self.brewed_at = 0.0
        self.ready_at = 0.0
        self.additions: list = []
        self.started_at = 0.0
        self.lock = threading.Lock()

    def answer_request(self, request: Request | None) -> str:
        if request is None or request.scheme not in COFFEE_SCHEMES:
            return write_refusal("400 Bad Request")
        command = self.COMMANDS.get(request.method)
        if command is None:
            return write_refusal("501 Not Implemented")
        if request.headers.get("content-type") != COMMAND_TYPE:
            return write_refusal("415 Unsupported Media Type")
        if request.pot not in POTS:
            return write_refusal("404 Not Found")
        if request.headers.get("use-pot") == "tea":
            return write_refusal("418 I'm a Teapot")
        with self.lock:
            return command(self, request)

    def brew_coffee(self, request: Request) -> str:
        now = time.time()
        if request.body == "stop":
            self.ready_at = now
            return write_success()
        if request.body != "start":
            return write_refusal("400 Bad Request")
        if now < self.ready_at:
            return write_refusal("406 Not Acceptable", "Pot is busy")
        additions = request.list_additions()
        if any(name.lower() not in ADDITIONS for name in additions):
            return write_refusal("406 Not Acceptable", ", ".join(ADDITIONS))
        with_milk = any(name.lower() in MILKS for name in additions)
        self.additions = additions
        self.started_at = now
        self.brewed_at = now + self.brew_seconds
        self.ready_at = self.brewed_at + (self.pour_seconds if with_milk else 0.0)
        return write_success()

    def describe_brew(self, _request: Request) -> str:
        if time.time() >= self.ready_at:
            return write_success("{}")
        return write_success(json.dumps({
            "date": format_time(self.started_at),
            "beverage_type": "Coffee",
            "additions": self.additions,
            "brew_time_end": format_time(self.brewed_at),
            "pouring_milk": format_time(self.brewed_at),
            "coffee_bean": BEAN,
        }))

    def describe_bean(self, _request: Request) -> str:
        return write_success(json.dumps(BEAN))

    def stop_milk(self, _request: Request) -> str:
        """The lab's two codes: 299 milk has stopped pouring, 298 milk is not pouring."""
        now = time.time()
        if not self.brewed_at <= now < self.ready_at:
            return write_success("298")
        self.ready_at = now
        return write_success("299")

    COMMANDS = {"BREW": brew_coffee, "POST": brew_coffee, "GET": describe_brew,
                "PROPFIND": describe_bean, "WHEN": stop_milk}


class PotHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            data = self.read_request()
            if data:
                request = parse_request(data.decode("utf-8", "replace"))
                self.request.sendall(self.server.pot.answer_request(request).encode())
        except OSError:
            return

    def read_request(self) -> bytes:
        self.request.settimeout(SILENCE_SECONDS)
        data = b""
        while b"\r\n\r\n" not in data and len(data) < REQUEST_LIMIT_BYTES:
            part = self.request.recv(4096)
            if not part:
                return data
            data += part
        if data.startswith((b"BREW ", b"POST ")) and data.endswith(b"\r\n\r\n"):
            data += self.read_late_body()
        return data

    def read_late_body(self) -> bytes:
        """No header has the length of a body: it ends if nothing arrives within BODY_SECONDS."""
        self.request.settimeout(BODY_SECONDS)
        try:
            return self.request.recv(4096)
        except TimeoutError:
            return b""


class PotServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple, pot: Pot):
        super().__init__(address, PotHandler)
        self.pot = pot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=5030)
    parser.add_argument("--brew-seconds", type=float, default=30.0)
    parser.add_argument("--pour-seconds", type=float, default=30.0)
    options = parser.parse_args()
    pot = Pot(options.brew_seconds, options.pour_seconds)
    with PotServer(("127.0.0.1", options.port), pot) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
