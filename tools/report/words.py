# SPDX-License-Identifier: GPL-2.0-or-later
"""Formats values from captures for readers and for shells."""
import os
import re
import shlex

# tcphs.outcome: its meaning, and its colour in pictures. In the order of a connection's life; failures
# have warm colours.
OUTCOMES = {
    "unanswered": ("SYNs without an answer", "#e6ab02"),
    "refused": ("a RST answered the SYN", "#d95f02"),
    "unreachable": ("an ICMP error answered the SYN", "#8c510a"),
    "aborted": ("the client reset the connection before the handshake was complete", "#e7298a"),
    "half-open": ("no valid ACK answered the SYN-ACK", "#7570b3"),
    "reset": ("a RST ended the connection after the handshake", "#b2182b"),
    "partial": ("the opening was not captured", "#969696"),
    "established": ("handshake completed, open at the end of the capture", "#a6cee3"),
    "half-closed": ("handshake completed, closed by one side", "#5aa2cf"),
    "closed": ("handshake completed, closed by both sides in order", "#1f4e79"),
}


def printable(name):
    """A file name as text; invalid bytes and control characters are escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda match: f"\\x{ord(match.group()):02x}", text)


def quote_for_shell(name):
    """A file name as a word for a shell, which no program treats as an option."""
    if name.startswith("-"):
        name = f"./{name}"
    if printable(name) == name:
        return shlex.quote(name)
    # bash, zsh and ksh support $'...'.
    return "$'" + "".join(
        chr(byte) if 0x20 <= byte < 0x7f and byte not in b"'\\" else f"\\{byte:03o}"
        for byte in os.fsencode(name)) + "'"


def endpoint(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def format_seconds(seconds):
    """Three digits and a suitable unit: 41.2 µs, 3.02 s."""
    if seconds is None:
        return ""
    seconds = float(seconds)
    for unit, name in ((1e-6, "µs"), (1e-3, "ms")):
        if abs(seconds) < 999.5 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.0f} s" if seconds >= 100 else f"{seconds:.3g} s"


def format_start(start):
    """An ISO 8601 time without its fraction."""
    return f"{start[:19].replace('T', ' ')} UTC" if start else "at an unknown time"


def count_of(number, noun):
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
