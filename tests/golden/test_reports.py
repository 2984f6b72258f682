# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports of -z, compared with the fields of the same captures."""
import csv
import io
import json
import re
import subprocess
import tempfile

import pytest

import harness

COLUMNS = ["stream", "start", "client", "client_port", "server", "server_port", "outcome",
           "outcome_by", "error_frame", "icmp_error", "syn_count", "synack_count", "rtt_server", "rtt_client",
           "setup_time", "duration", "segments_client", "segments_server", "bytes_client",
           "bytes_server", "mss_client", "mss_server", "wscale_client", "wscale_server", "sack",
           "timestamps", "ecn", "fastopen", "multipath", "closed_by", "conn_state", "history",
           "anomalies", "first_frame", "last_frame"]

# Columns that are a field of the connection, final with -2.
TEXTS = {"outcome": "tcphs.outcome", "outcome_by": "tcphs.outcome.by",
         "fastopen": "tcphs.fastopen", "closed_by": "tcphs.closed_by",
         "conn_state": "tcphs.conn_state", "history": "tcphs.history"}
NUMBERS = {"stream": "tcp.stream", "syn_count": "tcphs.syn.count",
           "synack_count": "tcphs.synack.count", "mss_client": "tcphs.mss.client",
           "mss_server": "tcphs.mss.server", "wscale_client": "tcphs.wscale.client",
           "wscale_server": "tcphs.wscale.server"}
TIMES = {"rtt_server": "tcphs.rtt.server", "rtt_client": "tcphs.rtt.client",
         "setup_time": "tcphs.setup_time"}
TRUTHS = {"sack": "tcphs.sack", "timestamps": "tcphs.timestamps", "ecn": "tcphs.ecn",
          "multipath": "tcphs.multipath"}
OF_CONNECTION = {**TEXTS, **NUMBERS, **TIMES, **TRUTHS}
OF_SEGMENT = ["frame.number", "frame.time_epoch", "tcphs.sender", "tcp.len", "tcphs.anomaly",
              "tcphs.rst.frame", "tcphs.unreachable.frame", "ip.src", "ipv6.src", "tcp.srcport"]

OWN = ["http_server.pcap", "aborted.pcap", "refused.pcap", "reset.pcap", "half_open.pcap",
       "half_close.pcap", "unanswered.pcap", "unreachable.pcap", "coffee_homepage.pcap",
       "chat.pcap"]
SHARED = ["lab/homepage_coffee.pcapng", "lab/coffee_418_406.pcapng",
          *(f"tcp/zeek/{name}.pcap" for name in (
              "ftp_ipv6", "tcp_missing-syn", "tcp_retransmit-fast009", "tcp_syn-then-rst",
              "tunnels_gre-sample", "wikipedia", "ssh_ssh.client-side-half-duplex"))]


@pytest.fixture(scope="session", params=OWN + SHARED)
def capture(request, own_capture, shared_capture):
    find = own_capture if request.param in OWN else shared_capture
    return find(request.param)


def report(tshark, capture, name, *args):
    """The output of the report, with its line ends; the same in one pass and in two."""
    texts = []
    for passes in ([], ["-2"]):
        command = tshark.command(capture, "-q", *passes, *args, "-z", name)
        done = subprocess.run(command, env=tshark.environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=harness.TIMEOUT_S, check=True)
        harness.check_stderr(done.stderr.decode(), command)
        texts.append(done.stdout.decode())
    assert texts[0] == texts[1], f"{name} differs with -2"
    return texts[0]


def json_rows(tshark, capture, name, *args):
    return [json.loads(line) for line in report(tshark, capture, name, *args).splitlines()]


def csv_rows(tshark, capture, name, *args):
    text = report(tshark, capture, name, *args)
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def value_of_field(column, cell):
    """A cell of -T fields as JSON has it."""
    if cell == "":
        return None
    if column in NUMBERS:
        return int(cell)
    if column in TIMES:
        return float(cell)
    return cell == "1" if column in TRUTHS else cell


def connections_by_fields(tshark, capture):
    """stream → the row that the fields of its segments add up to."""
    fields = [*OF_CONNECTION.values(), *OF_SEGMENT]
    rows = {}
    for cells in tshark.fields(capture, fields, "-2", "-Y", "tcphs.stage"):
        segment = dict(zip(fields, cells))
        row = rows.setdefault(segment["tcp.stream"], {
            "anomalies": [], "first_frame": int(segment["frame.number"]), "segments": [],
            "start": float(segment["frame.time_epoch"])})
        for column, field in OF_CONNECTION.items():
            # What was agreed upon is not shown of the segments before the agreement.
            value = value_of_field(column, segment[field])
            row[column] = row.get(column) if value is None else value
        row["error_frame"] = int(segment["tcphs.unreachable.frame"]
                                 or segment["tcphs.rst.frame"] or 0)
        row["anomalies"] += [slug for slug in segment["tcphs.anomaly"].split(",")
                             if slug and slug not in row["anomalies"]]
        sources = segment["ipv6.src"] or segment["ip.src"]
        row["segments"].append((segment["tcphs.sender"], int(segment["tcp.len"]),
                                sources.split(",")[-1], segment["tcp.srcport"]))
        row["last_frame"] = int(segment["frame.number"])
        row["end"] = float(segment["frame.time_epoch"])
    return list(rows.values())


def check_row(found, expected):
    for column in OF_CONNECTION:
        assert found[column] == expected[column], column
    for column in ("anomalies", "first_frame", "last_frame"):
        assert found[column] == expected[column], column
    assert found["duration"] == pytest.approx(expected["end"] - expected["start"], abs=2e-6)
    if found["outcome"] in ("refused", "aborted", "reset", "unreachable"):
        assert found["error_frame"] == expected["error_frame"]
    else:
        assert found["error_frame"] is None
    assert (found["icmp_error"] is None) == (found["outcome"] != "unreachable")
    first = (found["client"], str(found["client_port"]))
    by_client = [(sender, bytes_) for sender, bytes_, *source in expected["segments"]
                 if tuple(source) == first]
    assert found["segments_client"] == len(by_client)
    assert found["segments_server"] == len(expected["segments"]) - len(by_client)
    assert found["bytes_client"] == sum(bytes_ for _, bytes_ in by_client)
    assert (found["bytes_client"] + found["bytes_server"]
            == sum(bytes_ for _, bytes_, *_ in expected["segments"]))
    assert "server" not in {sender for sender, _ in by_client}


def test_json_says_what_the_fields_say(tshark, capture):
    expected = connections_by_fields(tshark, capture)
    found = json_rows(tshark, capture, "tcphs,conns,json")
    assert [row["stream"] for row in found] == [row["stream"] for row in expected]
    for one, other in zip(found, expected):
        assert list(one) == COLUMNS
        check_row(one, other)


def documented_columns(name):
    text = (harness.SOURCE / "docs" / "reports.md").read_text(encoding="utf-8")
    section = text.partition(f"## Columns of `{name}`\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z0-9_, ]+) \|", section, re.MULTILINE)
    return [column for row in rows if row != "name" for column in row.split(", ")]


def test_columns_are_documented(tshark, own_capture):
    assert documented_columns("conns") == COLUMNS
    for name in ("servers", "events"):
        row, *_ = json_rows(tshark, own_capture("reset.pcap"), f"tcphs,{name},json")
        assert documented_columns(name) == list(row), name


def as_csv(value):
    """A value of JSON as the cell of the same column in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["conns", "servers", "events"])
def test_csv_says_what_json_says(tshark, capture, name):
    in_json = json_rows(tshark, capture, f"tcphs,{name},json")
    in_csv = csv_rows(tshark, capture, f"tcphs,{name},csv")
    assert len(in_json) == len(in_csv)
    for one, other in zip(in_json, in_csv):
        assert list(one) == list(other)
        for column, value in one.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert float(other[column]) == value
            else:
                assert other[column] == as_csv(value)


def test_start_is_utc(tshark, own_capture):
    row, = json_rows(tshark, own_capture("http_server.pcap"), "tcphs,conns,json")
    (epoch,), *_ = tshark.fields(own_capture("http_server.pcap"), ["frame.time_epoch"])
    stamp = subprocess.run(["date", "-u", "-d", f"@{epoch}", "+%Y-%m-%dT%H:%M:%S.%6NZ"],
                           capture_output=True, text=True, check=True).stdout.strip()
    assert row["start"] == stamp


def test_text_is_a_table_of_common_width(tshark, own_capture):
    text = report(tshark, own_capture("refused.pcap"), "tcphs,conns")
    head, row = text.splitlines()
    assert head.split() == ["stream", "start", "client", "server", "outcome", "by", "set-up",
                            "time", "duration", "segments", "bytes", "state", "anomalies"]
    assert re.fullmatch(r" +0  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z  10\.0\.0\.1:\d+  "
                        r"10\.0\.0\.2:\d+  refused  server +0\.\d+ +1/1 +0/0  REJ", row)
    assert len(head) <= 160 and row.index("refused") == head.index("outcome")
    assert text == report(tshark, own_capture("refused.pcap"), "tcphs,conns,text")


def test_client_of_a_partial_connection_sent_first(tshark, own_capture, tmp_path):
    """Without the opening the client is unknown; the side that sent first is listed as the client."""
    cut = tmp_path / "cut.pcap"
    subprocess.run(["editcap", "-F", "pcap", own_capture("http_server.pcap"), cut, "1-4"],
                   check=True)
    row, = json_rows(tshark, cut, "tcphs,conns,json")
    (source, port), *_ = tshark.fields(cut, ["ip.src", "tcp.srcport"])
    assert row["outcome"] == "partial"
    assert (row["client"], row["client_port"]) == (source, int(port))
    assert row["sack"] is None and row["syn_count"] is None


def test_filter_picks_the_segments_that_count(tshark, own_capture):
    capture = own_capture("coffee_homepage.pcap")
    rows = json_rows(tshark, capture, "tcphs,conns,json,tcp.flags.fin==1 and tcp.stream in {0,1}")
    assert {row["stream"] for row in rows} == {0, 1}
    assert {row["segments_client"] + row["segments_server"] for row in rows} == {2}
    assert {row["outcome"] for row in rows} == {"closed"}


@pytest.mark.parametrize("name", ["conns", "servers", "events"])
@pytest.mark.parametrize("rest, reason", [
    (",csv,tcp.port ==", "Filter"), (",tcp.nonsense == 1", "tcp.nonsense"), ("x", "expected [")])
def test_bad_argument_is_refused(tshark, own_capture, name, rest, reason):
    done = tshark.result(own_capture("http_server.pcap"), "-q", "-z", f"tcphs,{name}{rest}")
    assert done.returncode != 0
    assert done.stdout == ""
    assert f"-z tcphs,{name}: " in done.stderr and reason in done.stderr


def test_without_connections_only_names_are_left(tshark, own_capture, tmp_path):
    empty = tmp_path / "empty.pcap"
    subprocess.run(["editcap", "-F", "pcap", "-r", own_capture("http_server.pcap"), empty, "99"],
                   check=True)
    for capture, args in ((empty, []),
                          (own_capture("http_server.pcap"), ["--disable-protocol", "tcphs"])):
        assert report(tshark, capture, "tcphs,conns,json", *args) == ""
        assert report(tshark, capture, "tcphs,conns,csv", *args) == ",".join(COLUMNS) + "\r\n"
        assert report(tshark, capture, "tcphs,servers,csv", *args).count("\r\n") == 1
        assert report(tshark, capture, "tcphs,events", *args).count("\n") == 1
        assert "Outcomes" in report(tshark, capture, "tcphs,tree", *args)
        assert report(tshark, capture, "flow,tcphs,network", *args) == ""


def test_log_tells_the_handshake(tshark, own_capture):
    capture = own_capture("http_server.pcap")
    rows = json_rows(tshark, capture, "tcphs,events,json")
    assert [(row["frame"], row["event"]) for row in rows] == [
        (1, "syn"), (2, "syn-ack"), (3, "ack"), (4, "established"), (10, "fin"), (11, "fin"),
        (12, "closed")]
    assert rows[1]["flags"] == ["SYN", "ACK"]
    raw = tshark.fields(capture, ["frame.number", "ip.src", "tcp.srcport", "ip.dst",
                                  "tcp.dstport", "tcphs.seq.rel", "tcphs.ack.rel", "tcp.seq_raw",
                                  "tcp.ack_raw", "tcp.len"])
    for row in rows:
        cells = raw[row["frame"] - 1]
        told = [row[name] for name in ("frame", "source", "source_port", "destination",
                                       "destination_port", "seq_rel", "ack_rel", "seq", "ack",
                                       "payload")]
        if row["event"] == "syn":
            assert row["ack_rel"] is None and row["ack"] is None
            cells[6], cells[8], told[6], told[8] = "", "", "", ""
        assert list(map(str, told)) == cells
    text = report(tshark, capture, "tcphs,events").splitlines()
    assert len(text) == 1 + len(rows)
    for line, row in zip(text[1:], rows):
        assert row["time"] in line and line.endswith(row["sentence"])
        assert f"{row['seq_rel']} ({row['seq']})" in line


def test_log_tells_what_ended_an_attempt(tshark, own_capture):
    assert [(row["event"], row["sentence"])
            for row in json_rows(tshark, own_capture("unreachable.pcap"), "tcphs,events,json")] \
        == [("syn", "syn from the client"),
            ("unreachable", "communication administratively prohibited, for the SYN of frame 1")]


def test_servers_sum_up_exactly(tshark, own_capture, shared_capture):
    capture = shared_capture("lab/homepage_coffee.pcapng")
    conns = json_rows(tshark, capture, "tcphs,conns,json")
    for server in json_rows(tshark, capture, "tcphs,servers,json"):
        times = sorted(row["setup_time"] for row in conns
                       if (row["server"], row["server_port"])
                       == (server["server"], server["server_port"]))
        assert server["connections"] == server["setup_count"] == len(times)
        assert (server["setup_min"], server["setup_max"]) == (times[0], times[-1])
        assert server["setup_mean"] == pytest.approx(sum(times) / len(times))
        for percent in (50, 90, 99):
            rank = -(-len(times) * percent // 100)
            assert server[f"setup_p{percent}"] == times[rank - 1]
    refused, = json_rows(tshark, own_capture("refused.pcap"), "tcphs,servers,json")
    assert (refused["refused"], refused["setup_count"], refused["setup_p50"]) == (1, 0, None)


def tree_counts(text):
    """The names and counts of a stats tree; nodes that count nothing left out."""
    lines = [re.match(r" *(.*?)  +(-?\d+) ", line) for line in text.splitlines()]
    return [(line[1], int(line[2])) for line in lines if line and int(line[2]) != 0]


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_tree_counts_each_connection_once(tshark, shared_capture, passes):
    text = tshark.run(shared_capture("lab/homepage_coffee.pcapng"), "-q", *passes,
                      "-z", "tcphs,tree")
    assert tree_counts(text) == [
        ("Stages", 40), ("established", 19), ("fin", 6), ("syn-ack", 3), ("syn", 3),
        ("half-closed", 3), ("closed", 3), ("ack", 3), ("Outcomes", 3), ("closed", 3),
        ("Set-up time by server (us)", 3),
        ("127.0.0.1:5031", 2), ("p99", 2), ("p90", 2), ("p50", 1),
        ("127.0.0.1:5030", 1), ("p99", 1), ("p90", 1), ("p50", 1)]


def read_percentiles(text):
    """{server: {percentile: (count, average, minimum, maximum)}} of a stats tree."""
    times, server = {}, None
    section = text.partition("Set-up time by server")[2].partition("Refused by server")[0]
    for line in section.splitlines()[1:]:
        name, *numbers = line.split()[:5] or [""]
        if line.startswith("  p"):
            times[server][name] = tuple(map(float, numbers))
        elif line.startswith(" "):
            server = name
            times[server] = {}
    return times


@pytest.mark.parametrize("name", ["crowd", "coffee_brew"])
def test_tree_has_the_percentiles_of_servers(tshark, own_capture, name):
    capture = own_capture(f"{name}.pcap")
    shown = read_percentiles(tshark.run(capture, "-q", "-z", "tcphs,tree"))
    servers = json_rows(tshark, capture, "tcphs,servers,json")
    assert len(shown) == len(servers)
    for server in servers:
        rows = shown[f"{server['server']}:{server['server_port']}"]
        for percent in (50, 90, 99):
            count, average, minimum, maximum = rows[f"p{percent}"]
            exact = int(server[f"setup_p{percent}"] * 1e6 + 1e-6)
            assert exact <= maximum <= exact + exact // 128
            assert count == -(-server["setup_count"] * percent // 100)
            assert minimum == maximum == pytest.approx(average)


@pytest.mark.parametrize("passes", [[], ["-2"]])
@pytest.mark.parametrize("name, outcome", [("unreachable", "unreachable"), ("refused", "refused"),
                                           ("reset", "reset"), ("half_open", "half-open")])
def test_tree_moves_a_connection_to_its_last_word(tshark, own_capture, name, outcome, passes):
    counts = tree_counts(tshark.run(own_capture(f"{name}.pcap"), "-q", *passes,
                                    "-z", "tcphs,tree"))
    start = counts.index(("Outcomes", 1))
    assert counts[start + 1] == (outcome, 1)
    assert ("Refused by server", 1) in counts if name == "refused" else True


def test_two_trees_keep_apart(tshark, shared_capture):
    text = tshark.run(shared_capture("lab/homepage_coffee.pcapng"), "-q",
                      "-z", "tcphs,tree,tcp.stream == 1", "-z", "tcphs,tree")
    assert sorted(count for name, count in tree_counts(text) if name == "Outcomes") == [1, 3]


def ask_sharkd(private, capture, **params):
    """The answers of sharkd to a tap request, after it has loaded the capture."""
    requests = [{"jsonrpc": "2.0", "id": 1, "method": "load",
                 "params": {"file": private.readable(capture)}},
                {"jsonrpc": "2.0", "id": 2, "method": "tap", "params": params}]
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run([*harness.as_nobody(), "sharkd", "-"], env=private.environment(),
                              cwd=private.root, stdout=subprocess.PIPE, stderr=errors, text=True,
                              input="".join(json.dumps(request) + "\n" for request in requests),
                              timeout=harness.TIMEOUT_S, check=True)
        errors.seek(0)
        harness.check_stderr(errors.read(), ["sharkd"])
    return json.loads(done.stdout.splitlines()[-1])["result"]["taps"]


def test_sharkd_has_the_tree_and_the_ladder(private, own_capture):
    capture = own_capture("reset.pcap")
    tree, = ask_sharkd(private, capture, tap0="stat:tcphs")
    outcomes = {node["name"]: node["count"]
                for top in tree["stats"] if top["name"] == "Outcomes" for node in top["sub"]}
    assert {name for name, count in outcomes.items() if count} == {"reset"}
    flow, = ask_sharkd(private, capture, tap0="seqa:tcphs")
    assert flow["nodes"] == ["10.0.0.1", "10.0.0.2"]
    assert [arrow["n"] for arrow in flow["flows"]] == [[0, 1], [1, 0], [0, 1], [1, 0]]
    assert [arrow["c"].split()[0] for arrow in flow["flows"]] == ["syn", "syn-ack", "ack", "rst"]


def test_ladder_has_stage_words(tshark, own_capture):
    text = report(tshark, own_capture("reset.pcap"), "flow,tcphs,network")
    labels = re.findall(r"^\|\d+\.\d+ *\| +([a-z-]+)", text, re.MULTILINE)
    assert labels == ["syn", "syn-ack", "ack", "rst"]
    assert re.search(r"10\.0\.0\.1 .*\n.*10\.0\.0\.2", text)
    assert re.search(r"syn-ack +\| +\|syn-ack from the server, \d+ us after the SYN", text)
    assert len(re.findall(r"\(\d+\)  -+>  \(8090\)", text)) == 2
    assert len(re.findall(r"\(\d+\)  <-+  \(8090\)", text)) == 2
    assert text == report(tshark, own_capture("reset.pcap"), "flow,tcphs,standard")


def test_listeners_do_not_change_what_is_shown(tshark, own_capture):
    """A listener makes the headers be copied on every visit; nothing is learnt from them twice."""
    capture = own_capture("http_server.pcap")
    fields = ["tcphs.stage", "tcphs.seq.rel", "tcphs.syn.count", "tcphs.retransmission"]
    plain = tshark.fields(capture, fields, "-2")
    listened = tshark.fields(capture, fields, "-2", "-z", "tcphs,conns,json")
    assert listened[:len(plain)] == plain
