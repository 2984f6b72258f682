# SPDX-License-Identifier: GPL-2.0-or-later
"""Where HTCPCP is found: other ports among HTTP, TLS, bodies that other protocols carry."""
import shutil
import ssl
import subprocess

import pytest

import harness
from htcpcp_wire import CLIENT, SERVER, streams

WEB = [(CLIENT, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
       (SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
BREW = [(CLIENT, b"BREW /pot-0 HTTP/1.1\r\nContent-Type: message/coffeepot\r\n"
                 b"Content-Length: 5\r\n\r\nstart"),
        (SERVER, b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")]
WHEN = [(CLIENT, b"WHEN /pot-0 HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        (SERVER, b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n")]
COFFEE = [(CLIENT, b"GET coffee://ducky HTTP/1.1\r\n\r\n"),
          (SERVER, b"HTCPCP/1.1 200 OK\r\n\r\n{}")]
TEA = [(CLIENT, b"BREW /pot-0/chai\r\n\r\nstart"), (SERVER, b"HTCPCP-TEA/1.0 403 Forbidden\r\n\r\n")]
WANTED = ["tcp.stream", "htcpcp.request.method", "htcpcp.response.code", "http.request.method",
          "http.response.code"]


def told(rows):
    return [row for row in rows if any(row[1:])]


def htcpcp(stream, method, code):
    return [[str(stream), method, "", "", ""], [str(stream), "", code, "", ""]]


def http(stream, method, code):
    return [[str(stream), "", "", method, ""], [str(stream), "", "", "", code]]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """HTTP and HTCPCP over HTTP/1.1 by turns, on a port that belongs to neither."""
    path = tmp_path_factory.mktemp("found") / "mixed.pcap"
    return streams(path, [(WEB, 8001), (BREW, 8001), (WEB, 8001), (WHEN, 8001), (BREW, 8001),
                          (WEB + BREW + WHEN, 8001), (COFFEE, 8001), (TEA, 8001), (WEB, 8001)])


EXCHANGES = [*http(0, "GET", "200"), *htcpcp(1, "BREW", "201"), *http(2, "GET", "200"),
             *htcpcp(3, "WHEN", "418"), *htcpcp(4, "BREW", "201"),
             *http(5, "GET", "200"), *htcpcp(5, "BREW", "201"), *htcpcp(5, "WHEN", "418"),
             *htcpcp(6, "GET", "200"), *htcpcp(7, "BREW", "403"), *http(8, "GET", "200")]


def test_brew_and_when_among_http(same_everywhere, mixed):
    rows = same_everywhere(mixed, WANTED, own_filter="htcpcp")
    assert told([row[1:] for row in rows]) == EXCHANGES


@pytest.mark.parametrize("port", [80, 8080])
def test_brew_and_when_on_https_own_ports(same_everywhere, tmp_path, port):
    capture = streams(tmp_path / "own.pcap", [
        (segments, port) for segments in (WEB, BREW, WEB, WHEN, BREW, WEB + BREW + WHEN, COFFEE,
                                          TEA, WEB)])
    rows = same_everywhere(capture, WANTED, own_filter="htcpcp")
    assert told([row[1:] for row in rows]) == EXCHANGES


def cut_off(path, packets):
    """The same capture without its first packets."""
    octets = path.read_bytes()
    header, octets = octets[:24], octets[24:]
    for _ in range(packets):
        octets = octets[16 + int.from_bytes(octets[8:12], "little"):]
    path.write_bytes(header + octets)
    return path


def test_on_port_80_behind_the_handshake(same_everywhere, tmp_path):
    """The capture begins with the BREW: its conversation is tcp's as it would be."""
    capture = cut_off(streams(tmp_path / "late.pcap", [(BREW, 80), (WEB, 80)]), 3)
    rows = same_everywhere(capture, WANTED, own_filter="htcpcp")
    assert told([row[1:] for row in rows]) == [*htcpcp(0, "BREW", "201"), *http(1, "GET", "200")]


@pytest.mark.parametrize("args, http_has_it", [
    (["--disable-heuristic", "htcpcp_tcp"], True), (["--disable-protocol", "htcpcp"], True),
    (["-d", "tcp.port==80,data"], False)],
    ids=["heuristic_off", "protocol_off", "decoded_as_data"])
def test_on_port_80_the_user_decides(tshark, tmp_path, args, http_has_it):
    capture = streams(tmp_path / "eighty.pcap", [
        ([(CLIENT, b"BREW /pot-0 HTTP/1.1\r\n\r\n")], 80)])
    for passes in [], ["-2"]:
        shown = tshark.fields(capture, ["frame.protocols"], "-Y", "tcp.len > 0", *passes, *args)
        assert not any("htcpcp" in row[0] for row in shown)
        assert len(shown) == 1 and http_has_it != shown[0][0].endswith(":data")


def test_the_user_gives_a_port_to_http(tshark, tmp_path):
    """Decode As http of a port that is not http's is the user's word against ours."""
    capture = streams(tmp_path / "given.pcap", [(BREW, 8001)])
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, WANTED[1:], "-d", "tcp.port==8001,http",
                             "-Y", "http.response || htcpcp", *passes)
        assert rows == [["", "", "", "201"]]


@pytest.fixture(scope="module")
def stock():
    """tshark without our module."""
    private = harness.Private(module=None)
    yield harness.Tshark(private)
    private.remove()


WITHOUT_TCPHS = ["--disable-protocol", "tcphs"]


@pytest.mark.parametrize("port", [80, 8001])
def test_http_is_what_it_is_without_us(tshark, stock, tmp_path, port):
    """Line by line as without the module: reassembled, pipelined, upgraded, broken, proxied."""
    body = b"x" * 3000
    upload = [(CLIENT, b"POST /form HTTP/1.1\r\nContent-Length: 14\r\n\r\nBREW "),
              (CLIENT, b"/pot HTTP"), (SERVER, b"HTTP/1.1 204 No Content\r\n\r\n")]
    order = b"BREW coffee://ducky HTTP/1.1\r\n\r\n"
    upload += [(CLIENT, b"POST /form HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (2 * len(order))),
               (CLIENT, order), (CLIENT, order), (SERVER, b"HTTP/1.1 204 No Content\r\n\r\n")]
    page = [(CLIENT, b"GET /page HTTP/1.1\r\n"), (CLIENT, b"Host: a\r\n\r\n"),
            (SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + body[:1000]),
            (SERVER, body[1000:2000]), (SERVER, body[2000:])]
    proxied = [(CLIENT, b"GET http://a/ HTTP/1.1\r\n\r\n"), (SERVER, b"HTTP/1.1 418 Tea\r\n\r\n"),
               (CLIENT, b"PROPFIND * HTTP/1.1\r\n\r\n"), (CLIENT, b"BREW"), (CLIENT, b"\0\1")]
    capture = streams(tmp_path / "http.pcap", [
        (segments, port) for segments in (WEB, WEB + page, upload, proxied, page + WEB)])
    for args in [], ["-2"]:
        expected = stock.run(capture, "-V", *args)
        assert tshark.run(capture, "-V", *args, *WITHOUT_TCPHS) == expected
        assert expected.count("Hypertext Transfer Protocol") > 8


def test_http_is_not_disturbed(tshark, tmp_path):
    """Every field of http is what it is without our heuristic, reassembly included."""
    body = b"x" * 3000
    page = [(CLIENT, b"GET /page HTTP/1.1\r\n"), (CLIENT, b"Host: a\r\n\r\n"),
            (SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + body[:1000]),
            (SERVER, body[1000:2000]), (SERVER, body[2000:])]
    capture = streams(tmp_path / "http.pcap", [(WEB, 8001), (WEB + page, 8001), (WEB, 80),
                                               (page, 80)])
    for args in [], ["-2"]:
        with_ours = tshark.run(capture, "-V", *args)
        assert with_ours == tshark.run(capture, "-V", *args, "--disable-heuristic", "htcpcp_tcp")
        assert "Content length: 3000" in with_ours
        assert with_ours.count("Hypertext Transfer Protocol") == 10


def test_frame_protocols_are_plain(tshark, mixed):
    rows = tshark.fields(mixed, ["frame.protocols"], "-Y", "htcpcp || http")
    assert {row[0].split(":tcp:")[1].split(":")[0] for row in rows} == {"http", "htcpcp"}
    assert not [row for row in rows if "http:htcpcp" in row[0] or "http:http" in row[0]]


def test_heuristic_can_be_turned_off(tshark, mixed):
    assert not tshark.fields(mixed, ["frame.number"], "-Y", "htcpcp", "--disable-heuristic",
                             "htcpcp_tcp")


@pytest.mark.parametrize("header", [b"Content-Type: message/teapot", b"accept-additions: Sugar",
                                    b"Content-Type: message/coffee-pot-command"])
def test_headers_tell_where_the_version_is_missing(same_everywhere, tmp_path, header):
    capture = streams(tmp_path / "headers.pcap", [
        ([(CLIENT, b"GET /pot-0\r\nHost: a\r\n" + header + b"\r\n\r\n")], 8418)])
    rows = same_everywhere(capture, ["htcpcp.request.method"], own_filter="htcpcp")
    assert [row[1] for row in rows if row[1]] == ["GET"]


def test_other_text_is_left_alone(tshark, tmp_path):
    capture = streams(tmp_path / "other.pcap", [
        ([(CLIENT, b"EHLO mail\r\n"), (SERVER, b"250 OK\r\n")], 2525),
        ([(CLIENT, b"BREW\r\n"), (SERVER, b"GET / RTSP/1.0\r\n\r\n")], 2526),
        ([(CLIENT, b"OPTIONS * HTTP/1.1\r\n\r\n")], 2527),
        ([(CLIENT, b"BREW"), (CLIENT, b" coffee://x HTTP/1.1\r\n\r\n")], 2528),
        ([(CLIENT, b"GET http://a/coffee:"), (CLIENT, b" HTTP/1.1\r\n\r\n")], 2529),
        ([(CLIENT, b"GET /\r\nHost: a\r\nContent-Type: text/plain\r\n\r\nUse-Pot: x")], 2531),
        ([(CLIENT, b"FETCH coffee:x"), (CLIENT, b"\r\n")], 2530)])
    assert not tshark.fields(capture, ["frame.number"], "-Y", "htcpcp")


@pytest.mark.parametrize("port", [80, 8001])
@pytest.mark.parametrize("octets", [b"BREW coffee://ducky/pot-0 HTTP/1.1\r\n\r\nstart",
                                    b"PROPFIND %D0%BA%D0%BE%D1%84%D0%B5:pot HTTP/1.1\r\n\r\n"])
def test_first_line_in_two_segments(same_everywhere, tmp_path, octets, port):
    """A method and the scheme of a coffee-url are enough of it."""
    enough = octets.index(b":") + 1
    capture = streams(tmp_path / "cut.pcap", [
        ([(CLIENT, octets[:cut]), (CLIENT, octets[cut:])], port)
        for cut in range(enough, octets.index(b"\r\n") + 2)])
    rows = same_everywhere(capture, ["tcp.stream", "htcpcp.request.method"], own_filter="htcpcp")
    assert [row[1:] for row in rows if row[2]] == [
        [str(stream), octets.split()[0].decode()]
        for stream in range(octets.index(b"\r\n") + 2 - enough)]


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


def tls_exchange(folder, messages, alpn=()):
    """The records of a TLS connection on which these are sent, and a file with its keys."""
    certificate, key, keys = folder / "cert.pem", folder / "key.pem", folder / "keys.log"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pot",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True,
                   timeout=harness.TIMEOUT_S)
    contexts = {CLIENT: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                SERVER: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)}
    contexts[SERVER].load_cert_chain(certificate, key)
    contexts[CLIENT].load_verify_locations(certificate)
    contexts[CLIENT].check_hostname = False
    contexts[CLIENT].keylog_filename = str(keys)
    if alpn:
        for context in contexts.values():
            context.set_alpn_protocols(alpn)
    wires = {side: (ssl.MemoryBIO(), ssl.MemoryBIO()) for side in contexts}
    ends = {side: contexts[side].wrap_bio(*wires[side], server_side=side == SERVER)
            for side in contexts}
    segments = []

    def carry():
        moved = True
        while moved:
            moved = False
            for side, other in (CLIENT, SERVER), (SERVER, CLIENT):
                octets = wires[side][1].read()
                if octets:
                    segments.append((side, octets))
                    wires[other][0].write(octets)
                    moved = True
                try:
                    ends[other].do_handshake()
                except ssl.SSLWantReadError:
                    pass

    try:
        ends[CLIENT].do_handshake()
    except ssl.SSLWantReadError:
        pass
    carry()
    for sender, octets in messages:
        ends[sender].write(octets)
        carry()
        ends[SERVER if sender == CLIENT else CLIENT].read()
    return segments, keys


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
@pytest.mark.parametrize("port", [443, 8443])
def test_over_tls_that_negotiated_http(tshark, stock, private, tmp_path, port):
    """ALPN says http/1.1: http keeps what is its own, with every line as it is without us."""
    segments, keys = tls_exchange(tmp_path, WEB + BREW + WHEN, ["http/1.1"])
    capture = streams(tmp_path / "alpn.pcap", [(segments, port)])
    args = ["-o", f"tls.keylog_file:{private.readable(keys)}"]
    for passes in [], ["-2"]:
        rows = tshark.fields(capture, WANTED, "-Y", "http || htcpcp", *passes, *args)
        assert rows == [*http(0, "GET", "200"), *htcpcp(0, "BREW", "201"), *htcpcp(0, "WHEN", "418")]
    segments, keys = tls_exchange(tmp_path, WEB + WEB, ["http/1.1"])
    capture = streams(tmp_path / "alpn.pcap", [(segments, port)])
    for passes in [], ["-2"]:
        args = ["-V", *passes, "-o", f"tls.keylog_file:{private.readable(keys)}"]
        expected = stock.run(capture, *args)
        assert tshark.run(capture, *args, *WITHOUT_TCPHS) == expected
        assert "Hypertext Transfer Protocol" in expected
