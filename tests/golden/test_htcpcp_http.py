# SPDX-License-Identifier: GPL-2.0-or-later
"""HTCPCP in HTTP traffic, with the preference htcpcp.search_http."""
import shutil

import pytest

import harness
from htcpcp_wire import BREW, CLIENT, COFFEE, SERVER, TEA, WEB, WHEN, streams
from test_htcpcp_heur import WANTED, htcpcp, http, not_empty
from tls_wire import tls_exchange


@pytest.fixture(scope="module")
def private():
    folder = harness.Private(preferences="htcpcp.search_http: TRUE\n")
    yield folder
    folder.remove()


@pytest.fixture(scope="module")
def tshark(private):
    return harness.Tshark(private)


@pytest.fixture(scope="module")
def same_everywhere(private, tshark):
    return harness.Everywhere(tshark, harness.Sharkd(private))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """HTTP and HTCPCP with version HTTP/1.1 in turn, on a port of neither."""
    path = tmp_path_factory.mktemp("found") / "mixed.pcap"
    return streams(path, [(WEB, 8001), (BREW, 8001), (WEB, 8001), (WHEN, 8001), (BREW, 8001),
                          (WEB + BREW + WHEN, 8001), (COFFEE, 8001), (TEA, 8001), (WEB, 8001)])


EXCHANGES = [*http(0, "GET", "200"), *htcpcp(1, "BREW", "201"), *http(2, "GET", "200"),
             *htcpcp(3, "WHEN", "418"), *htcpcp(4, "BREW", "201"),
             *http(5, "GET", "200"), *htcpcp(5, "BREW", "201"), *htcpcp(5, "WHEN", "418"),
             *htcpcp(6, "GET", "200"), *htcpcp(7, "BREW", "403"), *http(8, "GET", "200")]


def test_brew_and_when_among_http(same_everywhere, mixed):
    rows = same_everywhere(mixed, WANTED, own_filter="htcpcp")
    assert not_empty([row[1:] for row in rows]) == EXCHANGES


@pytest.mark.parametrize("port", [80, 8080])
def test_brew_and_when_on_https_own_ports(same_everywhere, tmp_path, port):
    capture = streams(tmp_path / "own.pcap", [
        (segments, port) for segments in (WEB, BREW, WEB, WHEN, BREW, WEB + BREW + WHEN, COFFEE,
                                          TEA, WEB)])
    rows = same_everywhere(capture, WANTED, own_filter="htcpcp")
    assert not_empty([row[1:] for row in rows]) == EXCHANGES


def cut_off(path, packets):
    """The same capture without its first packets."""
    octets = path.read_bytes()
    header, octets = octets[:24], octets[24:]
    for _ in range(packets):
        octets = octets[16 + int.from_bytes(octets[8:12], "little"):]
    path.write_bytes(header + octets)
    return path


def test_on_port_80_behind_the_handshake(same_everywhere, tmp_path):
    """The capture begins with the BREW: tcp uses the conversation that is created for it."""
    capture = cut_off(streams(tmp_path / "late.pcap", [(BREW, 80), (WEB, 80)]), 3)
    rows = same_everywhere(capture, WANTED, own_filter="htcpcp")
    assert not_empty([row[1:] for row in rows]) == [*htcpcp(0, "BREW", "201"), *http(1, "GET", "200")]


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


WITHOUT_TCPHS = ["--disable-protocol", "tcphs"]


@pytest.mark.parametrize("port", [80, 8001])
def test_http_is_what_it_is_without_us(tshark, stock, tmp_path, port):
    """The output equals that without the module: reassembled, pipelined, upgraded, broken, proxied."""
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
    """Every field of http is the same as without the heuristic, including reassembly."""
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


@pytest.mark.parametrize("octets", [b"BREW coffee://ducky/pot-0 HTTP/1.1\r\n\r\nstart",
                                    b"PROPFIND %D0%BA%D0%BE%D1%84%D0%B5:pot HTTP/1.1\r\n\r\n"])
def test_first_line_in_two_segments(same_everywhere, tmp_path, octets):
    """A method and the scheme of a coffee-url are sufficient."""
    enough = octets.index(b":") + 1
    capture = streams(tmp_path / "cut.pcap", [
        ([(CLIENT, octets[:cut]), (CLIENT, octets[cut:])], 80)
        for cut in range(enough, octets.index(b"\r\n") + 2)])
    rows = same_everywhere(capture, ["tcp.stream", "htcpcp.request.method"], own_filter="htcpcp")
    assert [row[1:] for row in rows if row[2]] == [
        [str(stream), octets.split()[0].decode()]
        for stream in range(octets.index(b"\r\n") + 2 - enough)]


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the test's certificate")
@pytest.mark.parametrize("port", [443, 8443])
def test_over_tls_that_negotiated_http(tshark, stock, private, tmp_path, port):
    """With ALPN http/1.1 HTTP is dissected as without the module."""
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


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the test's certificate")
@pytest.mark.parametrize("alpn", [[], ["http/1.1"]], ids=["heuristic", "alpn"])
def test_over_tls_by_turns(tshark, private, tmp_path, alpn):
    """The second pass shows all of a connection that begins as HTTP and continues as HTCPCP."""
    segments, keys = tls_exchange(tmp_path, WEB + BREW + WHEN, alpn)
    capture = streams(tmp_path / "turns.pcap", [(segments, 8443)])
    for passes in [], ["-2"]:
        rows = not_empty(tshark.fields(capture, WANTED, *passes,
                                       "-o", f"tls.keylog_file:{private.readable(keys)}"))
        assert rows == [*http(0, "GET", "200"), *htcpcp(0, "BREW", "201"), *htcpcp(0, "WHEN", "418")]
