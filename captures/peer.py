# SPDX-License-Identifier: GPL-2.0-or-later
"""One end of a connection, which performs the given actions in order.

Actions: say=TEXT, fill=BYTES (as many of "x"), hear (read once), end (read until the other side
closes), wait=SECONDS, finish (close for sending), reset (close with a RST).
"""

import argparse
import contextlib
import socket
import struct
import sys
import time

RECEIVE_BYTES = 65536


def run_actions(connection: socket.socket, actions: list[str]) -> None:
    for action in actions:
        verb, _, detail = action.partition("=")
        if verb == "say":
            connection.sendall(f"{detail}\n".encode())
        elif verb == "fill":
            connection.sendall(b"x" * int(detail))
        elif verb == "hear":
            connection.recv(RECEIVE_BYTES)
        elif verb == "end":
            while connection.recv(RECEIVE_BYTES):
                pass
        elif verb == "wait":
            time.sleep(float(detail))
        elif verb == "finish":
            connection.shutdown(socket.SHUT_WR)
        elif verb == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            sys.exit(f"peer: no such action: {action}")


def open_socket(options: argparse.Namespace) -> socket.socket:
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.receive_buffer:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.receive_buffer)
    if options.keep_alive:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    if options.local_port:
        opened.bind((options.local_host, options.local_port))
    return opened


def accept_connections(options: argparse.Namespace) -> None:
    with open_socket(options) as listener:
        if options.fast_open is not None:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 1)
        listener.listen(options.backlog)
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(ConnectionError):
                run_actions(connection, options.actions)


def make_connection(options: argparse.Namespace) -> None:
    with open_socket(options) as connection:
        address = (options.host, options.port)
        if options.fast_open is None:
            connection.settimeout(options.give_up)
            connection.connect(address)
            connection.settimeout(None)
        else:
            connection.sendto(f"{options.fast_open}\n".encode(), socket.MSG_FASTOPEN, address)
        run_actions(connection, options.actions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="connect to this host instead of waiting for connections")
    parser.add_argument("--port", type=int)
    parser.add_argument("--local-host", default="")
    parser.add_argument("--local-port", type=int)
    parser.add_argument("--fast-open", metavar="TEXT",
                        help="send TEXT in the SYN; when waiting: accept data in SYNs")
    parser.add_argument("--receive-buffer", type=int, metavar="BYTES")
    parser.add_argument("--backlog", type=int, default=128, metavar="CONNECTIONS",
                        help="number of connections that may wait to be accepted")
    parser.add_argument("--keep-alive", action="store_true")
    parser.add_argument("--give-up", type=float, metavar="SECONDS")
    parser.add_argument("actions", nargs="*", metavar="ACTION")
    options = parser.parse_args()
    try:
        if options.host:
            make_connection(options)
        else:
            accept_connections(options)
    except OSError as error:
        sys.exit(f"peer: {error}")


if __name__ == "__main__":
    main()
