# SPDX-License-Identifier: GPL-2.0-or-later
"""A Flask front for the coffee pot: every requested page is one command to the pot."""

import argparse
import html
import socket

from flask import Flask, abort, request

COMMAND_TYPE = "application/coffee-pot-command"
POT_URI = "coffee://ducky"
POT_ADDRESS = ("127.0.0.1", 5030)
POT_SECONDS = 10.0

# Requests that a pot has to refuse, by expected status: method, URI, type of the body.
REFUSALS = {
    400: ("BREW", "caffeine://ducky", COMMAND_TYPE),
    404: ("BREW", "coffee://psyduck", COMMAND_TYPE),
    415: ("BREW", POT_URI, "application/tea-pot-command"),
    501: ("MILK", POT_URI, COMMAND_TYPE),
}

app = Flask(__name__)


def clean_value(text: str) -> str:
    """Prevents a line break in the browser's address from becoming a header of the request to the pot."""
    return "".join(letter for letter in text if letter.isprintable())


def ask_pot(method: str, uri: str, headers: dict, body: str = "") -> str:
    lines = [f"{method} {uri} HTTP/1.1"]
    lines += [f"{name}: {clean_value(value)}" for name, value in headers.items()]
    message = "\r\n".join(lines) + "\r\n\r\n" + clean_value(body)
    with socket.create_connection(POT_ADDRESS, POT_SECONDS) as pot:
        pot.sendall(message.encode())
        answer = b""
        while part := pot.recv(4096):
            answer += part
    return answer.decode("utf-8", "replace")


def show_answer(answer: str) -> str:
    head, _, body = answer.partition("\r\n\r\n")
    status = head.partition("\r\n")[0]
    return (f"<!DOCTYPE html>\n<title>Coffee</title>\n<h1>{html.escape(status)}</h1>\n"
            f"<pre>{html.escape(body)}</pre>\n")


@app.route("/")
def show_home() -> str:
    method = request.args.get("method", "get").upper()
    headers = {"Content-Type": COMMAND_TYPE}
    if method in ("GET", "PROPFIND", "WHEN"):
        return show_answer(ask_pot(method, POT_URI, headers))
    if method not in ("BREW", "POST"):
        abort(400)
    additions = request.args.getlist("additions")
    if additions:
        headers["Accept-Additions"] = "; ".join(additions)
    headers["Use-Pot"] = request.args.get("pots", "ducky")
    return show_answer(ask_pot(method, POT_URI, headers, request.args.get("message", "start")))


@app.route("/test-<int:status>")
def show_refusal(status: int) -> str:
    if status not in REFUSALS:
        abort(404)
    method, uri, media_type = REFUSALS[status]
    headers = {"Content-Type": media_type, "Use-Pot": "ducky"}
    return show_answer(ask_pot(method, uri, headers, "start"))


@app.errorhandler(OSError)
def show_missing_pot(error: OSError) -> tuple:
    return f"<!DOCTYPE html>\n<h1>No coffee pot</h1>\n<p>{html.escape(str(error))}</p>\n", 502


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5031)
    app.run(host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
