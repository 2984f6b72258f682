# SPDX-License-Identifier: GPL-2.0-or-later
"""RSTs, signatures, floods and scans: their words, their sentences, their preferences."""
import pytest

import harness

CAPTURES = harness.SOURCE / "captures"

# The verdict on each RST, in order.
VERDICTS = {
    "rst_out_of_window": ["out-of-window", "out-of-window", "old", "old", "in-order", "in-window"],
    "rst_bad_ack": ["bad-ack", "bad-ack", "bad-ack", "in-order", "in-order"],
    "rst_contradicted": ["in-order"] * 7 + ["in-window"] + ["in-order"] * 5,
    "rst_suspected_forged": ["in-order"] * 7,
    "signatures": ["in-order"] * 9,
    # Nothing to measure it by.
    "null_flags": [""],
    # Recorded: genuine, a firewall's, forged.
    "reset_by_client": ["in-order"],
    "reset_unread": ["in-order"],
    "reset_in_flight": ["old"] * 5 + ["in-order"],
    "reset_crash": ["in-order"],
    "reject_syn": ["in-order"],
    "reject_data": ["in-order"],
    "reject_then_data": ["in-order"] * 2,
    "forged_reset": ["in-order"] * 3,
}

# What became of the RST of each connection, and the connection's signature.
ENDS = {
    "rst_out_of_window": [("", ""), ("", ""), ("obeyed", "later-rst"), ("obeyed", "post-ack-rst")],
    "rst_bad_ack": [("", ""), ("obeyed", "later-rst-ack"), ("obeyed", "post-ack-rst-ack"),
                    ("obeyed", "later-rst-ack")],
    "rst_contradicted": [("contradicted", ""), ("contradicted", ""), ("ignored", "later-rst"),
                         ("obeyed", ""), ("obeyed", "later-rst-ack"), ("obeyed", "later-rst"),
                         ("obeyed", "later-rst"), ("", ""), ("obeyed", "later-rst-ack")],
    "signatures": [("", "post-syn-timeout"), ("obeyed", "post-syn-rst"),
                   ("obeyed", "post-syn-rst-ack"), ("obeyed", "post-ack-rst"),
                   ("obeyed", "post-ack-rst-ack"), ("obeyed", "post-psh-rst"),
                   ("obeyed", "post-psh-rst-ack"), ("", "post-psh-timeout"),
                   ("obeyed", "later-rst"), ("obeyed", "later-rst-ack"), ("", ""),
                   ("obeyed", "")],
    "reset_by_client": [("obeyed", "post-psh-rst-ack")],
    "reset_unread": [("obeyed", "post-psh-rst-ack")],
    "reset_in_flight": [("obeyed", "")],
    "reset_crash": [("obeyed", "")],
    "reject_syn": [("obeyed", "post-syn-rst-ack")],
    "reject_data": [("obeyed", "later-rst")],
    # Of the RSTs that follow, those of the deceived client say nothing new.
    "reject_then_data": [("contradicted", "")],
    "forged_reset": [("contradicted", "")],
}

BURSTS = ["syn_flood", "scan_syn", "scan_connect", "scan_fin", "scan_null", "scan_xmas",
          "scan_ack", "scan_window", "backscatter", "synack_reflection"]


def path_of(name):
    """A capture that is made or, where none of that name is, recorded."""
    made = CAPTURES / "made" / f"{name}.pcap"
    return made if made.exists() else CAPTURES / f"{name}.pcap"


@pytest.mark.parametrize("name", VERDICTS)
def test_verdict_on_each_rst(same_everywhere, name):
    rows = same_everywhere(path_of(name), ["tcphs.stage", "tcphs.rst.verdict"])
    assert [verdict for _, stage, verdict in rows if stage == "rst"] == VERDICTS[name]
    assert not [row for row in rows if row[1] != "rst" and row[2]]


@pytest.mark.parametrize("name", ENDS)
def test_end_of_each_connection(same_everywhere, name):
    rows = same_everywhere(path_of(name), ["tcp.stream", "tcphs.rst.effect", "tcphs.signature"],
                           one_pass=False)
    ends = {int(stream): (effect, signature) for _, stream, effect, signature in rows}
    assert ends == dict(enumerate(ENDS[name]))
    assert len({tuple(row[1:]) for row in rows}) == len(ends)


@pytest.mark.parametrize("signature", ["post-psh-rst-ack", "post-syn-timeout"])
def test_signatures_are_typed_without_quotes(tshark, signature):
    streams = {cells[0] for cells in tshark.fields(
        path_of("signatures"), ["tcp.stream"], "-2", "-Y", f"tcphs.signature == {signature}")}
    assert streams == {str(number) for number, end in enumerate(ENDS["signatures"])
                       if end[1] == signature}


def read_sentence(tshark, slug, *args):
    rows = tshark.fields(path_of(slug), ["_ws.expert.message"], "-E", "occurrence=l", *args,
                         "-Y", f"tcphs.{slug}")
    return [cells[0] for cells in rows]


def test_sentence_of_a_flood(tshark):
    first, second, third = read_sentence(tshark, "syn_flood")
    assert first.startswith("TCP handshake: 103 handshakes with this port left open and 0 completed"
                            " within 10 s (clients: about ")
    assert first.endswith("expected fewer than 100 left open")
    assert second.split("(")[0] == first.split("(")[0]
    assert "(clients: about 1)" in third


def test_sentence_of_evidence(tshark):
    assert "time to live 243, with a foreign IP identification, without timestamps, expected 64" in \
        read_sentence(tshark, "rst_suspected_forged")[0]


@pytest.mark.parametrize("slug", BURSTS)
def test_bursts_are_found_in_one_pass_and_two(tshark, slug):
    assert read_sentence(tshark, slug) == read_sentence(tshark, slug, "-2") != []


@pytest.mark.parametrize("slug", BURSTS)
def test_threshold_of_nothing_switches_off(tshark, slug):
    kind = "flood" if slug == "syn_flood" else "scan"
    assert read_sentence(tshark, slug, "-o", f"tcphs.{kind}_threshold:0") == []
    assert read_sentence(tshark, slug, "-o", f"tcphs.{kind}_threshold:100000") == []


def test_windows_are_kept(tshark):
    """The floods' SYNs are three seconds old when they are noticed: not within a second."""
    assert len(read_sentence(tshark, "syn_flood", "-o", "tcphs.flood_window:12")) == 3
    assert "within 12 s" in read_sentence(tshark, "syn_flood", "-o", "tcphs.flood_window:12")[0]
    shortest = read_sentence(tshark, "syn_flood", "-o", "tcphs.flood_window:1")
    assert not [sentence for sentence in shortest if sentence.startswith("TCP handshake: 103")]
    assert read_sentence(tshark, "syn_flood", "-o", "tcphs.flood_window:0") == shortest
