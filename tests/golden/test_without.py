# SPDX-License-Identifier: GPL-2.0-or-later
"""Without HTCPCP traffic the output is the same as without the module: protocols, columns, reassembly."""
import subprocess

import pytest

import harness

COLUMNS = ("gui.column.format:"
           '"No.","%m","Source","%s","Destination","%d","Protocol","%p","Info","%i",'
           '"Protocols","%Cus:frame.protocols:0:R","Reassembled","%Cus:tcp.reassembled_in:0:R"')
FOLDERS = {"own": [harness.SOURCE / "captures"],
           "shared": [harness.SHARED / "captures", harness.SHARED / "cases"]}


@pytest.fixture(scope="module", params=FOLDERS)
def all_captures(request, tmp_path_factory):
    """All captures of a folder, one behind the other: to start tshark takes longer than to read one."""
    captures = sorted(path for folder in FOLDERS[request.param]
                      for path in folder.rglob("*.pcap*"))
    if not captures:
        pytest.skip(f"{harness.SHARED} is absent (TCPHS_SHARED names another folder of samples)")
    merged = tmp_path_factory.mktemp("without") / f"{request.param}.pcapng"
    subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", merged, *captures], check=True)
    return merged


@pytest.mark.parametrize("args", [[], ["-2"]], ids=["one_pass", "two_passes"])
def test_only_coffee_differs(tshark, stock, all_captures, args):
    ours = tshark.run(all_captures, *args, "-o", COLUMNS).splitlines()
    others = stock.run(all_captures, *args, "-o", COLUMNS).splitlines()
    coffee = [line for line in ours if "htcpcp" in line]
    assert coffee and len(ours) == len(others) > 1000
    assert [line for line, other in zip(ours, others)
            if line != other and "htcpcp" not in line] == []


def test_connect_and_a_cut_request_line(tshark, stock):
    path = harness.SHARED / "cases" / "http_connect_changed.pcap"
    if not path.is_file():
        pytest.skip(f"{path} is absent (TCPHS_SHARED names another folder of samples)")
    for args in [], ["-2"]:
        ours = tshark.run(path, *args, "-V", "--disable-protocol", "tcphs")
        assert ours == stock.run(path, *args, "-V")
        assert "Hypertext Transfer Protocol" in ours


@pytest.mark.parametrize("what", ["protocols", "decodes", "heuristic-decodes"])
def test_lists_gain_our_own_entries_alone(tshark, stock, what):
    ours = set(tshark.run(None, "-G", what).splitlines())
    others = set(stock.run(None, "-G", what).splitlines())
    assert others and not others - ours
    assert all("htcpcp" in line or "tcphs" in line for line in ours - others)


@pytest.mark.parametrize("choice, stages", [("tcp", True), ("udp", False)])
def test_decode_as_below_ip(tshark, own_capture, choice, stages):
    """Decode As TCP gives TCP with the stages, and no further output."""
    capture = own_capture("http_server.pcap")
    result = tshark.result(capture, "-d", f"ip.proto==6,{choice}", "-T", "fields",
                           "-e", "tcphs.stage")
    expected = tshark.fields(capture, ["tcphs.stage"]) if stages else [[""]] * 12
    assert [[line] for line in result.stdout.splitlines()] == expected
    assert result.stderr == ""
