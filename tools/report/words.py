# SPDX-License-Identifier: GPL-2.0-or-later
"""How things from captures are written for people and for shells."""
import os
import re
import shlex

# tcphs.outcome: what it means, and the colour of its pictures. In the order of a connection's
# life; those that failed have the warm colours.
OUTCOMES = {
    "unanswered": ("SYN(s), no answer", "#e6ab02"),
    "refused": ("the SYN was answered by a RST", "#d95f02"),
    "unreachable": ("the SYN was answered by an ICMP error", "#8c510a"),
    "aborted": ("the client reset it before completing the handshake", "#e7298a"),
    "half-open": ("the SYN-ACK was never properly acknowledged", "#7570b3"),
    "reset": ("ended by a RST after completion", "#b2182b"),
    "partial": ("the opening was not captured", "#969696"),
    "established": ("completed, still open at the end of the capture", "#a6cee3"),
    "half-closed": ("completed, one side closed", "#5aa2cf"),
    "closed": ("completed, both sides closed in an orderly way", "#1f4e79"),
}


def printable(name):
    """A file name as text, whatever bytes and control characters it is made of."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda match: f"\\x{ord(match.group()):02x}", text)


def quote_for_shell(name):
    """A file name as a word that a shell reads as that name, and no program as an option."""
    if name.startswith("-"):
        name = f"./{name}"
    if printable(name) == name:
        return shlex.quote(name)
    # $'...' is understood by bash, zsh and ksh.
    return "$'" + "".join(
        chr(byte) if 0x20 <= byte < 0x7f and byte not in b"'\\" else f"\\{byte:03o}"
        for byte in os.fsencode(name)) + "'"


def endpoint(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def format_seconds(seconds):
    """Three digits, and a unit that fits: 41.2 µs, 3.02 s."""
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
