# SPDX-License-Identifier: GPL-2.0-or-later
"""The ladders on the page of tools/tcphs-report: each failed connection has one, and floods fit."""
import os
import random
import shutil
import sys
from collections import Counter
from itertools import count, product

import pytest

import harness
from report_page import Page, show_in_browser

pytestmark = pytest.mark.skipif(
    bool(harness.SANITIZER), reason="the tool starts tshark without the sanitizer's runtime")

sys.path.append(str(harness.SOURCE / "tools" / "report"))

import failures  # noqa: E402 (found only with the path above)
import ways  # noqa: E402

FAILED = {"unanswered", "refused", "unreachable", "aborted", "half-open", "reset"}
RECORDED = ["unreachable", "aborted", "half_open", "synack_late", "nmap_syn", "reset_in_flight",
            "forged_reset", "made/signatures", "made/synack_bad_ack", "made/rst_bad_ack"]
ALIKE = ("outcome", "outcome_by", "icmp_error", "syn_count", "synack_count", "history",
         "conn_state", "closed_by", "anomalies")
MOST_WAYS = ways.MAX_FINE + ways.MAX_COARSE + 1


# ---- captures ----

def make_sequences():
    """Flags of client (capital) and server, one word a segment: ways to fail, over sixty of them."""
    yield from (["S"] * syns for syns in range(1, 16))
    yield from (["S"] * syns + ["ra"] for syns in range(1, 16))
    for syns, answers in product(range(1, 5), range(1, 6)):
        yield ["S"] * syns + ["sa"] * answers
        yield ["S"] * syns + ["sa"] * answers + ["R"]


def write_capture(path, sequences, network):
    """A connection for each sequence, between hosts of its own."""
    packets = pytest.importorskip("scapy.all")
    frames, clock = [], count(1767225600)
    for number, sequence in enumerate(sequences):
        client = (f"10.{network}.{number // 200}.{number % 200 + 1}", 40000 + number, 1000)
        server = (f"172.{network}.{number // 200}.{number % 200 + 1}", 8000, 9000)
        for flags in sequence:
            (source, sport, seq), (target, dport, acked) = \
                (client, server) if flags.isupper() else (server, client)
            flags = flags.upper()
            frame = packets.IP(src=source, dst=target, id=len(frames) & 0xffff) / packets.TCP(
                sport=sport, dport=dport, flags=flags, seq=seq + ("S" not in flags),
                ack=acked + 1 if "A" in flags else 0,
                options=[("MSS", 1460)] if "S" in flags else [])
            frame.time = next(clock)
            frames.append(frame)
    packets.wrpcap(str(path), frames)


# ---- what holds for every page ----

def command_of(row):
    return f"wireshark -r {row['capture']} -g {row['first_frame']}"


def check_ladder(ladder, rows):
    """Connections that share the ladder have the properties it names, and it has all their segments."""
    drawn, listed = rows[ladder.drawn], [rows[command] for command in ladder.listed]
    assert {row["outcome"] for row in [drawn, *listed]} == {ladder.outcome}
    assert ladder.count >= len(listed) > 0
    if "further cases" in ladder.words:
        return
    assert {row["history"] for row in [drawn, *listed]} == {drawn["history"]}
    if "other properties differ" in ladder.words:
        return
    assert ladder.drawn == ladder.listed[0]
    assert {tuple(row[name] for name in ALIKE) for row in listed} == \
        {tuple(drawn[name] for name in ALIKE)}
    for row in listed:
        segments = int(row["segments_client"]) + int(row["segments_server"])
        if row["outcome"] == "unreachable":
            segments += 1  # the ICMP error
        assert ladder.segments == min(segments, ways.MAX_SEGMENTS)


def check_page(report):
    """Every failed connection belongs to a ladder; returns the ladders."""
    failed = {command_of(row): row for row in report.rows if row["outcome"] in FAILED}
    ladders = Page(report.html).ladders()
    for ladder in ladders:
        check_ladder(ladder, failed)
    listed = Counter(command for ladder in ladders for command in ladder.listed)
    assert set(listed.values()) <= {1} and set(listed) <= set(failed)
    counts = Counter()
    for ladder in ladders:
        counts[ladder.outcome] += ladder.count
    assert counts == Counter(row["outcome"] for row in failed.values())
    assert max(Counter(ladder.outcome for ladder in ladders).values()) <= MOST_WAYS
    return ladders


# ---- the page ----

@pytest.fixture(scope="module")
def many(new_report, own_capture):
    """The tool's work on recordings, and on two captures with the same many ways to fail."""
    made = new_report()
    for name in RECORDED:
        shutil.copyfile(own_capture(f"{name}.pcap"), made.path(f"{name.split('/')[-1]}.pcap"))
    for number in (1, 2):
        write_capture(made.path(f"ways{number}.pcap"), make_sequences(), number)
    made.run(*(f"{name.split('/')[-1]}.pcap" for name in RECORDED), "ways1.pcap", "ways2.pcap")
    assert made.done.returncode == 0, made.done.stderr
    return made


def test_each_failed_connection_has_a_ladder(many):
    ladders = check_page(many)
    assert len(ladders) > 60
    assert {ladder.outcome for ladder in ladders} == FAILED
    listed = {command for ladder in ladders for command in ladder.listed}
    assert listed == {command_of(row) for row in many.rows if row["outcome"] in FAILED}


def test_captures_share_ladders(many):
    shared = [ladder for ladder in check_page(many)
              if {command.split()[2] for command in ladder.listed} >= {"ways1.pcap", "ways2.pcap"}]
    assert len(shared) == len(list(make_sequences()))


def test_ladders_tell_icmp_errors_apart(new_report):
    packets = pytest.importorskip("scapy.all")
    errors, frames = new_report(), []
    for number, code in enumerate((1, 13, 1)):
        syn = packets.IP(src=f"192.0.2.{number}", dst="198.51.100.1") / packets.TCP(
            sport=40000, dport=80, flags="S", options=[("MSS", 1460)])
        frames += [syn, packets.IP(src="198.51.100.9", dst=syn.src) / packets.ICMP(
            type=3, code=code) / syn]
    packets.wrpcap(str(errors.path("errors.pcap")), frames)
    assert errors.run("errors.pcap").returncode == 0, errors.done.stderr
    assert [row["icmp_error"] for row in errors.rows] == [
        "host unreachable", "communication administratively prohibited", "host unreachable"]
    assert [(ladder.words.split(", ")[1], ladder.count) for ladder in check_page(errors)] == [
        ("host unreachable", 2), ("communication administratively prohibited", 1)]


def test_browser_has_every_ladder(many):
    if not shutil.which("chromium"):
        pytest.skip("chromium is not installed")
    html = show_in_browser(many.folder / "tcphs-report" / "report.html")
    assert Page(html).articles == Page(many.html).articles
    assert html.count("<svg") == many.html.count("<svg") > 60


def test_flood_does_not_flood_the_page(new_report):
    flood = new_report()
    write_capture(flood.path("flood.pcap"), [["S"]] * 1000, 9)
    assert flood.run("flood.pcap").returncode == 0, flood.done.stderr
    assert len(flood.rows) == 1000
    ladder, = check_page(flood)
    assert ladder.count == 1000
    assert len(ladder.listed) == failures.MAX_LISTED_ALIKE
    assert f"The first {failures.MAX_LISTED_ALIKE}; the others are in" in flood.html
    assert len(flood.html) < 200_000


def test_too_many_ways_are_told_more_coarsely(new_report):
    hostile, chance = new_report(), random.Random(7)
    write_capture(hostile.path("a.pcap"), [
        ["S"] + chance.choices(["S", "sa", "a", "A", "R", "r", "F", "f", "FA", "PA"],
                               k=chance.randrange(8)) for _ in range(600)], 1)
    assert hostile.run("a.pcap").returncode == 0, hostile.done.stderr
    ladders = check_page(hostile)
    assert any("other properties differ" in ladder.words for ladder in ladders)
    assert any("in further cases" in ladder.words for ladder in ladders)
    assert all(ladder.segments for ladder in ladders)


def test_capture_that_is_gone_when_read_again(new_report, own_capture):
    gone = new_report()
    shutil.copyfile(own_capture("aborted.pcap"), gone.path("aborted.pcap"))
    fake = gone.path("tshark")
    fake.write_text(f'#!/bin/sh\n[ "$4" != -Y ] || exit 2\nexec {shutil.which("tshark")} "$@"\n')
    fake.chmod(0o755)
    gone.run("aborted.pcap", PATH=f"{gone.folder}:{os.environ['PATH']}")
    assert gone.done.returncode == 0, gone.done.stderr
    article, = Page(gone.html).articles
    assert "The segments are missing: the capture had changed when it was read the second time." \
        in article["p"]
    assert article["code"] == ["wireshark -r aborted.pcap -g 1"]


# ---- rows alone ----

def make_row(stream, history, syns=1, outcome="reset"):
    return {"stream": stream, "outcome": outcome, "outcome_by": "client", "icmp_error": None,
            "syn_count": syns, "synack_count": 1, "closed_by": None, "history": history, "conn_state": "RSTO",
            "anomalies": [], "segments_client": syns, "segments_server": 1, "start": None,
            "client": "192.0.2.1", "client_port": stream, "server": "198.51.100.1",
            "server_port": 80, "duration": 0, "first_frame": stream}


def make_rows(chance, histories):
    return [make_row(stream, chance.choice(histories), chance.randrange(1, 9),
                     chance.choice(["reset", "aborted"]))
            for stream in range(chance.randrange(1, 900))]


def read_firsts(rows):
    """The results of read_capture.py for a capture with these rows."""
    found = ways.Ways()
    for row in rows:
        found.add(row)
    return [{"row": row, "first": [], "last": [], "left_out": 0}
            for row in found.firsts().values()]


def gather(captures):
    """The groups that come of captures with these rows; each connection is in one."""
    gathered = failures.Failures()
    for capture, rows in enumerate(captures):
        taker = gathered.of_capture(capture, read_firsts(rows))
        for row in rows:
            taker.add(row)
    groups = gathered.groups()
    assert {outcome: sum(group.count for group in found) for outcome, found in groups.items()} == \
        Counter(row["outcome"] for rows in captures for row in rows)
    assert max(map(len, groups.values())) <= MOST_WAYS
    return [group for found in groups.values() for group in found]


def check_drawn(group):
    """The ladder is that of a connection with the properties that the page names."""
    row = group.ladder["row"]
    assert row["outcome"] == group.outcome
    if group.level != ways.REST:
        assert f"history {row['history']}" in group.words.split(", ")
    if group.level == ways.FINE:
        assert (group.capture, row["stream"]) == (
            group.listed[0].capture, group.listed[0].first_frame)


@pytest.mark.parametrize("kinds", [5, 18, 3000])
def test_ladder_is_of_a_connection_that_went_alike(kinds):
    chance = random.Random(kinds)
    histories = [f"S{number}" for number in range(kinds)]
    groups = gather([make_rows(chance, chance.sample(histories, min(kinds, 99)))
                     for _ in range(20)])
    for group in groups:
        check_drawn(group)
    assert sum(len(group.listed) for group in groups) <= failures.MAX_LISTED


def test_capture_with_more_ways_than_the_page():
    """The page does not distinguish connections that were grouped when their capture was read."""
    first = [f"a{number}" for number in range(ways.MAX_FINE)]
    known_to_the_page = first[:ways.MAX_COARSE]
    second = [*(["b"] * ways.MAX_FINE), *known_to_the_page, "c", "d"]
    groups = gather([[make_row(stream, history) for stream, history in enumerate(first)],
                     [make_row(stream, history, 1 if history != "b" else 2 + stream)
                      for stream, history in enumerate(second)]])
    for group in groups:
        check_drawn(group)
    # The second capture's further histories: "b", all but one of those known, and three left.
    assert [(group.level, group.count) for group in groups[ways.MAX_FINE:]] == [
        (ways.COARSE, ways.MAX_FINE), *[(ways.COARSE, 1)] * (ways.MAX_COARSE - 1), (ways.REST, 3)]
