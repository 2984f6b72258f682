# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends a few lines to the chat server, one after each answer, until the server closes."""

import argparse
import socket
import sys
import time

LINES = ("Hello, server.", "What is the news?")

# Longer than the server's pause: the server has handled the last line before the next one is sent.
PAUSE_SECONDS = 0.3


def chat_with_server(server: socket.socket) -> None:
    with server.makefile(encoding="utf-8") as answers:
        for line in LINES:
            server.sendall(f"{line}\n".encode())
            if not answers.readline():
                return
            time.sleep(PAUSE_SECONDS)
        answers.read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--give-up", type=float, metavar="SECONDS",
                        help="longest wait for the connection")
    options = parser.parse_args()
    try:
        with socket.create_connection((options.host, options.port), options.give_up) as server:
            server.settimeout(None)
            chat_with_server(server)
    except OSError as error:
        sys.exit(f"chat_client: {error}")


if __name__ == "__main__":
    main()
