# SPDX-License-Identifier: GPL-2.0-or-later
"""Detection of HTCPCP on other ports, in TLS, and in bodies of other protocols."""
import shutil

import pytest

from htcpcp_wire import BREW, CLIENT, COFFEE, SERVER, TEA, WEB, WHEN, streams
from tls_wire import tls_exchange

WANTED = ["tcp.stream", "htcpcp.request.method", "htcpcp.response.code", "http.request.method",
          "http.response.code"]


def not_empty(rows):
    return [row for row in rows if any(row[1:])]


def htcpcp(stream, method, code):
    return [[str(stream), method, "", "", ""], [str(stream), "", code, "", ""]]


def http(stream, method, code):
    return [[str(stream), "", "", method, ""], [str(stream), "", "", "", code]]


def in_tls(tshark, private, folder, messages, alpn=()):
    """The rows WANTED of a TLS connection on port 8443, the same in both passes."""
    segments, keys = tls_exchange(folder, messages, alpn)
    capture = streams(folder / "tls.pcap", [(segments, 8443)])
    one, two = (not_empty(tshark.fields(capture, WANTED, *passes,
                                        "-o", f"tls.keylog_file:{private.readable(keys)}"))
                for passes in ([], ["-2"]))
    assert one == two
    return two


@pytest.mark.parametrize("exchange, method, code", [
    (BREW, "BREW", "201"), (WHEN, "WHEN", "418"), (COFFEE, "GET", "200"), (TEA, "BREW", "403")],
    ids=["brew", "when", "scheme", "version"])
def test_coffee_on_any_port(same_everywhere, tmp_path, exchange, method, code):
    """The connection is HTCPCP from there on."""
    capture = streams(tmp_path / "any.pcap", [(exchange + WEB, 8001)])
    rows = same_everywhere(capture, [*WANTED, "frame.protocols"], own_filter="htcpcp")
    assert not_empty([row[1:6] for row in rows]) == [*htcpcp(0, method, code), *htcpcp(0, "GET", "200")]
    assert not [row for row in rows if "htcpcp:htcpcp" in row[6]]


def test_the_user_gives_a_port_to_http(tshark, tmp_path):
    """Decode As takes precedence over the heuristic."""
    capture = streams(tmp_path / "given.pcap", [(BREW, 8001)])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, WANTED[1:], "-d", "tcp.port==8001,http",
                             "-Y", "http.response || htcpcp", *passes)
        assert rows == [["", "", "", "201"]]


@pytest.mark.parametrize("header", [b"Content-Type: message/teapot", b"accept-additions: Sugar",
                                    b"Content-Type: message/coffee-pot-command"])
def test_headers_replace_a_missing_version(same_everywhere, tmp_path, header):
    capture = streams(tmp_path / "headers.pcap", [
        ([(CLIENT, b"GET /pot-0\r\nHost: a\r\n" + header + b"\r\n\r\n")], 8418)])
    rows = same_everywhere(capture, ["htcpcp.request.method"], own_filter="htcpcp")
    assert [row[1] for row in rows if row[1]] == ["GET"]


def test_other_text_is_not_dissected(tshark, tmp_path):
    capture = streams(tmp_path / "other.pcap", [
        ([(CLIENT, b"EHLO mail\r\n"), (SERVER, b"250 OK\r\n")], 2525),
        ([(CLIENT, b"BREW\r\n"), (SERVER, b"GET / RTSP/1.0\r\n\r\n")], 2526),
        ([(CLIENT, b"OPTIONS * HTTP/1.1\r\n\r\n")], 2527),
        ([(CLIENT, b"BREW"), (CLIENT, b" coffee://x HTTP/1.1\r\n\r\n")], 2528),
        ([(CLIENT, b"GET http://a/coffee:"), (CLIENT, b" HTTP/1.1\r\n\r\n")], 2529),
        ([(CLIENT, b"GET /\r\nHost: a\r\nContent-Type: text/plain\r\n\r\nUse-Pot: x")], 2531),
        ([(CLIENT, b"FETCH coffee:x"), (CLIENT, b"\r\n")], 2530)])
    assert not tshark.fields(capture, ["frame.number"], "-Y", "htcpcp")


def test_on_http_ports_by_preference_or_decode_as(tshark, tmp_path):
    capture = streams(tmp_path / "eighty.pcap", [(BREW, 80)])
    for args in ["-o", "htcpcp.tcp.port:80"], ["-d", "tcp.port==80,htcpcp"]:
        assert tshark.fields(capture, ["htcpcp.request.method"], "-Y", "htcpcp.request", *args) \
            == [["BREW"]]


def test_media_types_that_http_carries(same_everywhere, tmp_path):
    order = b"POST /pot-0 HTTP/1.1\r\nContent-Type: message/%s\r\nContent-Length: 5\r\n\r\nstart"
    answer = b'HTTP/1.1 200 OK\r\nContent-Type: message/coffeepot\r\nContent-Length: 8\r\n\r\n{"a": 1}'
    capture = streams(tmp_path / "types.pcap", [
        ([(CLIENT, order % b"coffeepot"), (SERVER, answer)], 80),
        ([(CLIENT, order % b"teapot; a=b")], 80),
        ([(CLIENT, order.replace(b"message/%s", b"application/coffee-pot-command"))], 80)])
    rows = same_everywhere(capture, ["http.request.method", "htcpcp.command", "json.key"],
                           own_filter="htcpcp")
    assert [row[1:] for row in rows if any(row[1:])] == [
        ["POST", "start", ""], ["", "", "a"], ["POST", "start", ""], ["POST", "start", ""]]


def test_heuristic_can_be_turned_off(tshark, tmp_path):
    capture = streams(tmp_path / "any.pcap", [(BREW, 8001)])
    assert tshark.fields(capture, ["frame.number"], "-Y", "htcpcp")
    assert not tshark.fields(capture, ["frame.number"], "-Y", "htcpcp", "--disable-heuristic",
                             "htcpcp_tcp")


@pytest.mark.parametrize("octets", [b"BREW coffee://ducky/pot-0 HTTP/1.1\r\n\r\nstart",
                                    b"PROPFIND %D0%BA%D0%BE%D1%84%D0%B5:pot HTTP/1.1\r\n\r\n"])
def test_first_line_in_two_segments(same_everywhere, tmp_path, octets):
    """A method and the scheme of a coffee-url are sufficient."""
    enough = octets.index(b":") + 1
    capture = streams(tmp_path / "cut.pcap", [
        ([(CLIENT, octets[:cut]), (CLIENT, octets[cut:])], 8001)
        for cut in range(enough, octets.index(b"\r\n") + 2)])
    rows = same_everywhere(capture, ["tcp.stream", "htcpcp.request.method"], own_filter="htcpcp")
    assert [row[1:] for row in rows if row[2]] == [
        [str(stream), octets.split()[0].decode()]
        for stream in range(octets.index(b"\r\n") + 2 - enough)]


def h2_frame(kind, flags, stream, payload):
    return (len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            + payload)


def h2_headers(stream, **fields):
    """HEADERS with literal fields, none indexed (RFC 7541 6.2.2)."""
    block = b""
    for name, value in fields.items():
        name = name.replace("__", ":").replace("_", "-").encode()
        block += b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value.encode()
    return h2_frame(1, 4, stream, block)


@pytest.mark.parametrize("media_type, body, command, key", [
    ("message/coffeepot", b"start", "start", ""), ("message/teapot", b"stop", "stop", ""),
    ("message/coffeepot", b'{"a": 1}', "", "a")])
def test_media_types_that_http2_carries(tshark, tmp_path, media_type, body, command, key):
    order = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + h2_frame(4, 0, 0, b"")
             + h2_headers(1, __method="BREW", __scheme="http", __path="/pot-0", __authority="pot",
                          content_type=media_type)
             + h2_frame(0, 1, 1, body))
    capture = streams(tmp_path / "h2.pcap", [
        ([(CLIENT, order), (SERVER, h2_frame(4, 0, 0, b""))], 8001)])
    for passes in [], ["-2"]:
        assert tshark.fields(capture, ["htcpcp.command", "json.key"], "-Y", "htcpcp", *passes,
                             "-d", "tcp.port==8001,http2") == [[command, key]]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the test's certificate")
@pytest.mark.parametrize("port, args", [(8443, []), (8444, ["-o", "htcpcp.tls.port:8444"]),
                                        (8443, ["-d", "tls.port==8443,htcpcp"])],
                         ids=["heuristic", "preference", "decode_as"])
def test_over_tls(tshark, private, tmp_path, port, args):
    segments, keys = tls_exchange(tmp_path, BREW + WHEN)
    capture = streams(tmp_path / "tls.pcap", [(segments, port)])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, WANTED[1:], "-Y", "htcpcp", *passes, *args,
                             "-o", f"tls.keylog_file:{private.readable(keys)}")
        assert rows == [["BREW", "", "", ""], ["", "201", "", ""],
                        ["WHEN", "", "", ""], ["", "418", "", ""]]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the test's certificate")
def test_tls_of_http_stays_http(tshark, private, tmp_path):
    """http takes the connection with its first request, and dissects a later BREW."""
    rows = in_tls(tshark, private, tmp_path, WEB + BREW + WEB)
    assert rows[:2] == http(0, "GET", "200") and rows[-2:] == http(0, "GET", "200")
    assert not any(row[1] or row[2] for row in rows)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the test's certificate")
def test_tls_of_coffee_stays_coffee(tshark, private, tmp_path):
    rows = in_tls(tshark, private, tmp_path, BREW + WEB + WHEN)
    assert rows == [*htcpcp(0, "BREW", "201"), *htcpcp(0, "GET", "200"), *htcpcp(0, "WHEN", "418")]
