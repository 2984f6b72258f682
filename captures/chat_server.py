# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers each line of one client with a line, then closes the connection."""

import argparse
import socket
import struct
import time

ANSWERS = ("Hello, client.", "Nothing but small talk. Goodbye.")

# Longer than the 40 ms for which Linux may hold back an acknowledgement (RFC 9293 section 3.8.6.3),
# so that a separate segment acknowledges every line.
PAUSE_SECONDS = 0.1


def chat_with_client(client: socket.socket, answers: tuple) -> None:
    with client.makefile(encoding="utf-8") as lines:
        for answer in answers:
            if not lines.readline():
                return
            time.sleep(PAUSE_SECONDS)
            client.sendall(f"{answer}\n".encode())
        time.sleep(PAUSE_SECONDS)


def reset_on_close(client: socket.socket) -> None:
    """With a linger time of zero, close() sends a RST instead of a FIN: socket(7)."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--reset", action="store_true",
                        help="reset the connection after the first answer")
    options = parser.parse_args()
    with socket.create_server((options.host, options.port)) as server:
        client, _ = server.accept()
        with client:
            if options.reset:
                reset_on_close(client)
            chat_with_client(client, ANSWERS[:1] if options.reset else ANSWERS)


if __name__ == "__main__":
    main()
