# SPDX-License-Identifier: GPL-2.0-or-later
"""Deviations from the HTCPCP RFCs, one connection per case.

CASES: name → Case. segments: (sender, octets), CLIENT or SERVER. The expected results:
requests "METHOD URI [command]", responses "code phrase" ("" without a status line), the slugs of
the expert infos, and the contents of the bodies.
"""
import gzip
from dataclasses import dataclass, field

CLIENT, SERVER, CLIENT_RST = "client", "server", "client resets"


@dataclass
class Case:
    about: str
    segments: list
    requests: list
    responses: list
    slugs: set = field(default_factory=set)
    bodies: list = None  # of responses, in order; None: not compared


TYPE = b"Content-Type: application/coffee-pot-command\r\n"
DATE = b"Date: Tue, 27 Jun 2023 12:26:59\r\n"
OK = b"HTCPCP/1.1 200 OK\r\nServer: CoffeePot\r\nContent-Type: message/coffeepot\r\n" + DATE
BREW = b"BREW coffee://ducky HTTP/1.1\r\n" + TYPE
LF = BREW.replace(b"\r\n", b"\n")
JSON = b'{"beverage_type": "Coffee", "additions": ["cream", " whisky"]}'
LIST = b"cream, half-and-half, whole-milk, part-skim, skim, non-dairy"
NOT_ACCEPTABLE = b"HTCPCP/1.1 406 Not Acceptable\r\n\r\n"
TEAPOT = b"HTCPCP/1.1 418 I'm a Teapot\r\n\r\n"
TRACE = b"Traceback (most recent call last):\n" + b"".join(
    b'  File "pot.py", line %d, in pour\n    self.lid.open(%d)\n' % (n, n) for n in range(13))


def split(octets, *places):
    """The octets in segments, divided at these places."""
    ends = [0, *places, len(octets)]
    return [octets[one:two] for one, two in zip(ends, ends[1:])]


def lines(octets):
    """One segment per line."""
    return [line + b"\r\n" for line in octets.split(b"\r\n")[:-1]]


def client(*octets):
    return [(CLIENT, part) for part in octets]


def server(*octets):
    return [(SERVER, part) for part in octets]


BREWED = ["BREW coffee://ducky start"]
STOPPED = ["BREW coffee://ducky stop"]

CASES = {
    # Bodies without a length: case 1
    "body_without_length": Case(
        "a command after the blank line, without Content-Length",
        client(BREW + b"Use-Pot: ducky\r\n\r\nstart") + server(OK + b"\r\n"),
        BREWED, ["200 OK"], {"date_without_zone"}, bodies=[]),
    "body_behind_bare_lf": Case(
        "a command after LF LF", client(LF + b"\nstart") + server(OK + b"\r\n" + JSON),
        BREWED, ["200 OK"], {"bare_line_feed"}, bodies=[JSON]),
    "body_behind_header": Case(
        "a command directly after the last header line",
        client(LF + b"Use-Pot: ducky\nstart") + server(OK + b"\r\n"),
        BREWED, ["200 OK"], {"missing_blank_line"}),
    # 2
    "client_resets": Case(
        "a body without a FIN: the client resets the connection",
        client(BREW + b"\r\nstart") + server(OK + b"\r\n" + JSON) + [(CLIENT_RST, b"")],
        BREWED, ["200 OK"], bodies=[JSON]),
    # 3
    "several_responses": Case(
        "a busy pot refuses, and then accepts",
        client(BREW + b"\r\nstart") + server(NOT_ACCEPTABLE + b"Pot is busy", OK + b"\r\n"),
        BREWED, ["406 Not Acceptable", "200 OK"], {"several_responses"}, [b"Pot is busy"]),
    "several_responses_at_once": Case(
        "the same in one segment: only the next status line ends the first body",
        client(BREW + b"\r\nstart") + server(NOT_ACCEPTABLE + b"Pot is busy" + OK + b"\r\n"),
        BREWED, ["406 Not Acceptable", "200 OK"], {"several_responses"}, [b"Pot is busy"]),
    "errors_and_no_end": Case(
        "a pot that reports an error and continues",
        client(b"MILK caffeine://psyduck HTTP/1.1\r\n" + TYPE + b"\r\nstart")
        + server(b"HTCPCP/1.1 400 Bad Request\n\n", b"HTCPCP/1.1 404 Not Found\r\n\r\n",
                 b"HTCPCP/1.1 404 Not Found\r\n\r\nHTCPCP/1.1 415 Unsupported Media Type\r\n\r\n"),
        ["MILK caffeine://psyduck start"],
        ["400 Bad Request", "404 Not Found", "404 Not Found", "415 Unsupported Media Type"],
        {"several_responses", "scheme_not_coffee"}),
    # 4
    "status_line_in_body": Case(
        "a 200 whose body is another status line",
        client(BREW + b"\r\nbrew!") + server(OK + b"\r\nHTCPCP/1.1 400 Bad Request\r\n\r\n"),
        ["BREW coffee://ducky"], ["200 OK", "400 Bad Request"],
        {"body_not_command", "several_responses"}),
    # 5
    "no_status_line": Case(
        "a response that consists of a body only",
        client(b"GET coffee://ducky HTTP/1.1\r\n" + TYPE + b"\r\n") + server(JSON),
        ["GET coffee://ducky"], [""], {"missing_status_line"}, [JSON]),
    "no_status_line_null": Case(
        "the same with the body `null`",
        client(b"PROPFIND coffee://ducky HTTP/1.1\r\n" + TYPE + b"\r\n") + server(b"null"),
        ["PROPFIND coffee://ducky"], [""], {"missing_status_line"}, [b"null"]),
    "no_answer": Case(
        "no response", client(BREW + b"\r\nstart"), BREWED, [], {"unanswered_request"}),
    # 6
    "no_blank_line_json": Case(
        "JSON in place of a header line or the blank line",
        client(b"GET coffee://ducky HTTP/1.1\n" + TYPE[:-2] + b"\n") + server(OK + JSON),
        ["GET coffee://ducky"], ["200 OK"], {"missing_blank_line"}, [JSON]),
    "no_blank_line_prose": Case(
        "text in place of a header line or the blank line",
        client(b"WHEN coffee://ducky HTTP/1.1\n" + TYPE[:-2])
        + server(OK + b"Milk is not pouring."),
        ["WHEN coffee://ducky"], ["200 OK"], {"missing_blank_line"}, [b"Milk is not pouring."]),
    "no_blank_line_no_body": Case(
        "a header without its end", client(BREW + b"\r\nstart") + server(OK),
        BREWED, ["200 OK"], bodies=[]),
    # 7
    "blank_line_inside": Case(
        "a blank line before the headers that HTCPCP adds",
        client(LF + b"\nAccept-Additions: cream; whisky\nUse-Pot: ducky\nstart")
        + server(OK + b"\r\n"),
        BREWED, ["200 OK"], {"blank_line_in_header", "semicolon_separator"}),
    # 8
    "line_ends_mixed": Case(
        "LF and CRLF in one message",
        client(b"BREW coffee://ducky HTTP/1.1\n" + TYPE + b"Use-Pot: ducky\n\r\nstop\n")
        + server(b"HTCPCP/1.1 200 OK\nServer: CoffeePot\r\n\n" + JSON),
        STOPPED, ["200 OK"], bodies=[JSON]),
    "status_line_without_end": Case(
        "a status line without a line end, and nothing more",
        client(b"BREW\n") + server(b"HTCPCP/1.0 200 OK"), ["BREW"], ["200 OK"]),
    "status_line_without_end_then_body": Case(
        "the same, and a header and a body in the next segments",
        client(b"GET\n") + server(b"HTCPCP/1.0 200 OK", b"Content-Type: text/plain\n", b"empty\n"),
        ["GET"], ["200 OK"], {"missing_blank_line"}, [b"empty\n"]),
    # 9
    "no_version": Case(
        "a request line without version",
        client(b"BREW /pot-0/peppermint\r\nContent-Type: message/teapot\r\n\r\nstart\r\n")
        + server(b"HTCPCP-TEA/1.0 200 OK\r\n\r\n"),
        ["BREW /pot-0/peppermint start"], ["200 OK"], {"missing_version"}),
    "no_uri": Case(
        "a method alone", client(b"BREW\n") + server(TEAPOT), ["BREW"],
        ["418 I'm a Teapot"], {"missing_uri"}),
    # 10
    "length_too_large": Case(
        "20 octets more announced than sent, and the connection continues",
        client(BREW + b"Content-Length: 25\r\n\r\nstart") + server(OK + b"Content-Length: 0\r\n\r\n")
        + client(b"GET coffee://ducky HTTP/1.1\r\n\r\n") + server(OK + b"\r\n" + JSON),
        [*BREWED, "GET coffee://ducky"], ["200 OK", "200 OK"], {"body_short"}, [JSON]),
    "length_too_small": Case(
        "3 of 5 octets announced",
        client(BREW + b"Content-Length: 3\r\n\r\nstart") + server(OK + b"\r\n"),
        ["BREW coffee://ducky"], ["200 OK"], set()),
    # 11
    "line_per_segment": Case(
        "one header line per segment, the status line separate from its line end",
        client(*lines(BREW + b"Use-Pot: ducky\r\n\r\n"), b"start")
        + server(b"HTCPCP-TEA/1.0 300 Multiple Options", b"\r\n", b'Alternates: ',
                 b'{"/darjeeling" {type message/teapot}}', b",\r\n",
                 b'{"/earl-grey" {type message/teapot}}', b"\r\n", b"\r\n"),
        BREWED, ["300 Multiple Options"], {"alternates_without_quality"}),
    "line_per_segment_whole": Case(
        "the same with every line end in the segment of its line",
        client(*lines(BREW + b"Use-Pot: ducky\r\n\r\n"), b"stop")
        + server(*lines(OK + b"\r\n"), JSON),
        STOPPED, ["200 OK"], bodies=[JSON]),
    "method_split": Case(
        "segments that end inside the method, between CR and LF, inside the command and inside the code",
        client(*split(BREW + b"\r\nstop", 3, len(BREW) - 1, len(BREW) + 4))
        + server(*split(OK + b"\r\n" + JSON, 13, 60)),
        STOPPED, ["200 OK"], bodies=[JSON]),
    "sugar": Case(
        "so much sugar that the request exceeds the segment size (RFC 7168 2.2.1)",
        client(*split(BREW + b"Accept-Additions: " + b", ".join([b"Sugar"] * 400)
                      + b"\r\n\r\nstart", 1448, 2800)) + server(OK + b"\r\n"),
        BREWED, ["200 OK"], {"many_additions"}),
    "body_in_next_segment": Case(
        "head and body in separate segments, in both directions",
        client(BREW + b"\r\n", b"stop") + server(OK + b"\r\n", JSON),
        STOPPED, ["200 OK"], bodies=[JSON]),
    "body_in_pieces": Case(
        "an announced body in three segments",
        client(b"GET coffee://ducky HTTP/1.1\r\n\r\n")
        + server(OK + b"Content-Length: %d\r\n\r\n" % len(JSON) + JSON[:5], JSON[5:20], JSON[20:]),
        ["GET coffee://ducky"], ["200 OK"], bodies=[JSON]),
    # 12
    "keep_alive": Case(
        "GET first, then BREW, on one connection",
        client(b"GET /pot-0 HTTP/1.1\r\nHost: pot\r\n\r\n")
        + server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        + client(b"BREW /pot-0 HTTP/1.1\r\nContent-Type: message/coffeepot\r\n"
                 b"Content-Length: 5\r\n\r\nstart")
        + server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        + client(b"WHEN /pot-0 HTTP/1.1\r\nHost: pot\r\n\r\n")
        + server(b"HTTP/1.1 406 Not Acceptable\r\nAdditions-List: MILK\r\n"
                 b"Content-Length: 0\r\n\r\n"),
        ["GET /pot-0", "BREW /pot-0 start", "WHEN /pot-0"],
        ["200 OK", "200 OK", "406 Not Acceptable"], {"when_without_milk"}),
    "pipelined": Case(
        "the next request directly after the command",
        client(BREW + b"\r\nstartGET coffee://ducky HTTP/1.1\r\n\r\n")
        + server(OK + b"\r\n" + OK + b"\r\n" + JSON),
        [*BREWED, "GET coffee://ducky"], ["200 OK", "200 OK"], bodies=[JSON]),
    "folded": Case(
        "a header line folded into the next",
        client(b"BREW /pot-1 HTTP/1.1\r\nAccept-Additions: Cream,\r\n\tWhisky\r\n\r\nstart")
        + server(OK + b"\r\n"), ["BREW /pot-1 start"], ["200 OK"]),
    "folded_over_segments": Case(
        "a header line folded into the next, which is in the next segment",
        client(b"BREW /pot-1 HTTP/1.1\r\nAccept-Additions: Cream,\r\n", b"\tWhisky\r\n\r\nstart")
        + server(OK + b"\r\n"), ["BREW /pot-1 start"], ["200 OK"], {"content_type_missing"}),
    "alternates_unindented": Case(
        "a list of Alternates whose lines are not indented",
        client(b"BREW / HTCPCP-TEA/1.0\r\nContent-Type: message/teapot\r\n\r\nstart")
        + server(b'HTCPCP-TEA/1.0 300 Multiple Options\r\nAlternates: {"/a" {type message/teapot}}'
                 b',\r\n{"/pot-1" 0.5 {type message/coffeepot} {language en}}\r\n\r\n'),
        ["BREW / start"], ["300 Multiple Options"], {"alternates_without_quality"}),
    # 13
    "version_differs": Case(
        "an HTCPCP request with an HTTP response",
        client(b"BREW /pot HTCPCP/1.0\r\n\r\nstart") + server(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ["BREW /pot start"], ["400 Bad Request"], {"version_differs", "content_type_missing"}),
    # 14
    "line_ends_behind_body": Case(
        "CR LF CR LF after the command",
        client(b"BREW /pot HTCPCP/1.0\r\nAccept-Additions: milk-type=Cream; alcohol-type=Whisky;"
               b"\r\n\r\nstart\r\n\r\n") + server(b"HTTP/1.0 200 OK\r\n\r\n"),
        ["BREW /pot start"], ["200 OK"], {"semicolon_separator"}),
    # 15
    "stack_trace": Case(
        "418 with a stack trace", client(b"BREW /pot HTTP/1.1\r\n\r\nstart") + server(TEAPOT + TRACE),
        ["BREW /pot start"], ["418 I'm a Teapot"], bodies=[TRACE]),
    "html_and_cookie": Case(
        "an HTML page and a cookie",
        client(b"GET /pot-1?Cream HTTP/1.1\r\nCookie: sessionid=1\r\n\r\n")
        + server(b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n"
                 b"Set-Cookie: sessionid=2; HttpOnly\r\n\r\n<!DOCTYPE html><p>No coffee</p>"),
        ["GET /pot-1?Cream"], ["503 Service Unavailable"],
        bodies=[b"<!DOCTYPE html><p>No coffee</p>"]),
    # Features of HTTP
    "chunked": Case(
        "a chunked body, with segments that end anywhere",
        client(b"GET /pot-1 HTTP/1.1\r\n\r\n")
        + server(*split(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        b'6;x=y\r\n{"a": \r\n4\r\n[1]}\r\n0\r\n\r\n', 50, 62)),
        ["GET /pot-1"], ["200 OK"], bodies=[b'{"a": [1]}']),
    "gzip": Case(
        "a compressed body",
        client(b"GET /pot-1 HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n")
        + server(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (
            len(gzip.compress(JSON, mtime=0)), gzip.compress(JSON, mtime=0))),
        ["GET /pot-1"], ["200 OK"], bodies=[JSON]),
    "head": Case(
        "HEAD: a length and no body",
        client(b"HEAD /pot-1 HTTP/1.1\r\n\r\nGET /pot-1 HTTP/1.1\r\n\r\n")
        + server(b"HTTP/1.1 406 Not Acceptable\r\nContent-Length: 60\r\n\r\n"
                 b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        ["HEAD /pot-1", "GET /pot-1"], ["406 Not Acceptable", "200 OK"], bodies=[b"{}"]),
    "interim": Case(
        "100 before the response",
        client(b"BREW /pot-1 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        + server(b"HTTP/1.1 100 Continue\r\n\r\n") + client(b"start")
        + server(b"HTTP/1.1 201 Created\r\n\r\n"),
        ["BREW /pot-1 start"], ["100 Continue", "201 Created"]),
    # Unusual values
    "odd_words": Case(
        "a deprecated method, a spelling that is not UTF-8, decaf, a port, Safe in a request",
        client(b"POST caf%C3%E8://pot:80/pot-1/a/b HTTP/1.1\r\n"
               b"Accept-Additions: decaf, Cream;q=2, , Gin\r\nSafe: Yes\r\n\r\nstart")
        + server(b"HTCPCP/1.1 300 Multiple Choices\r\nSafe: maybe\r\n\r\n",
                 b"HTCPCP/1.1 406 Not Acceptable\r\n\r\n"),
        ["POST caf%C3%E8://pot:80/pot-1/a/b start"], ["300 Multiple Choices", "406 Not Acceptable"],
        {"post_deprecated", "scheme_invalid_utf8", "decaf", "uri_has_port", "uri_too_long_path",
         "addition_bad_q", "unknown_addition", "safe_in_request", "safe_malformed",
         "multiple_choices", "multiple_without_alternates", "not_acceptable_without_list"}),
    "odd_tea": Case(
        "tea at / without a menu; a spelling from a rejected erratum; a malformed menu",
        client(b"BREW coffee:/ HTTP/1.1\r\nContent-Type: message/teapot\r\n\r\nstart")
        + server(b"HTCPCP-TEA/1.0 200 OK\r\n\r\n")
        + client(b"BREW caff%C3%A8:/ HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nstart")
        + server(b"HTTP/1.1 300 Multiple Options\r\nAlternates: {/a}, {\"/b\"}\r\n\r\n"),
        ["BREW coffee:/ start", "BREW caff%C3%A8:/ start"], ["200 OK", "300 Multiple Options"],
        {"root_without_alternates", "scheme_rejected", "alternates_malformed",
         "content_type_foreign"}),
    "odd_pots": Case(
        "a response without a request, a teapot that has brewed, a body that cannot be decoded",
        server(b"HTCPCP/1.1 503 Service Unavailable\r\n\r\n")
        + client(BREW + b"\r\nstart") + server(OK + b"\r\n")
        + client(BREW + b"\r\nstart") + server(b"HTCPCP/1.1 406 Not Acceptable\r\n\r\nPot is busy")
        + client(BREW + b"\r\nstart") + server(TEAPOT)
        + client(b"GET coffee://ducky HTTP/1.1\r\n\r\n")
        + server(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")
        + client(b"GET coffee://ducky HTTP/1.1\r\n\r\n")
        + server(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        [*BREWED * 3, "GET coffee://ducky", "GET coffee://ducky"],
        ["503 Service Unavailable", "200 OK", "406 Not Acceptable", "418 I'm a Teapot", "200 OK",
         "200 OK"],
        {"unasked_response", "pot_busy", "teapot_that_brewed", "body_not_decoded",
         "chunks_malformed", "content_type_as_printed"}),
    "hostile": Case(
        "an endless head, endlessly nested JSON, endless header lines",
        client(b"BREW / HTTP/1.1\r\nUse-Pot: " + b"x" * 30000)
        + server(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200,
                 b"HTTP/1.1 200 OK\r\n" + b"a:\n" * 600 + b"\n"),
        ["BREW /"], ["200 OK", "200 OK"],
        {"head_too_long", "deep_json", "many_headers"}),
    "length_of_nothing": Case(
        "lengths that are none: a word, and one beyond 64 bits",
        client(BREW + b"Content-Length: many\r\n\r\nstart")
        + server(OK + b"Content-Length: 18446744073709551616\r\n\r\n" + JSON),
        BREWED, ["200 OK"], {"content_length_malformed"}, [JSON]),
    "body_too_long": Case(
        "an announced body that is longer than the limit",
        client(b"GET / HTTP/1.1\r\n\r\n")
        + server(b"HTTP/1.1 200 OK\r\nContent-Length: 1060000\r\n\r\n", *[b"milk" * 13250] * 20),
        ["GET /"], ["200 OK"], {"body_too_long"}),
}
