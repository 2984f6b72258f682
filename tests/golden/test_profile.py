# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile: its filters are valid and match their names, and its columns and colors work."""
import csv
import json
import os
import re
import subprocess

import pytest

import harness

NAME = "TCP Handshake"
PROFILE = harness.SOURCE / "profile" / NAME
INSTALL = harness.SOURCE / "tools" / "install-profile"
CUSTOM = "%Cus:"

# Each button with a capture and the frames that it lists there.
BUTTONS = {
    "Connections": ("loss.pcap", [1]),
    "Handshakes": ("http_server.pcap", [1, 2, 3]),
    "Failed": ("refused.pcap", [1, 2]),
    "Slow": ("loss.pcap", [4]),
    "Anomalies": ("made/null_flags.pcap", [1, 3, 7]),
    "Outcome//Refused": ("refused.pcap", [1, 2]),
    "Outcome//Unanswered": ("unanswered.pcap", [1, 2, 3]),
    "Outcome//Unreachable": ("unreachable.pcap", [1, 2]),
    "Outcome//Aborted": ("aborted.pcap", [1, 2, 3, 4]),
    "Outcome//Half-open": ("half_open.pcap", [1, 2, 3, 4]),
    "Outcome//Reset": ("reset.pcap", list(range(1, 9))),
    "Outcome//Closed": ("netcat.pcap", list(range(1, 9))),
    "Outcome//Partial": ("made/scan_fin.pcap", list(range(1, 193))),
    "Signals//All": ("made/rst_contradicted.pcap", None),
    "Signals//Floods": ("made/syn_flood.pcap", None),
    "Signals//Scans": ("made/scan_fin.pcap", None),
    "Signals//Forged": ("made/rst_contradicted.pcap", None),
    "Coffee//All": ("coffee_homepage.pcap", None),
    "Coffee//Orders": ("coffee_brew.pcap", [9, 31, 53, 75, 97]),
    "Coffee//Refusals": ("coffee_refusals.pcap", None),
    "Coffee//Teapots": ("coffee_refusals.pcap", [143]),
}


def lines_of(name):
    """The lines of a file of the profile, without comments."""
    text = (PROFILE / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def buttons():
    """{title: filter} of those that are shown."""
    rows = list(csv.reader(lines_of("dfilter_buttons")))
    assert all(len(row) == 4 and row[0] == "TRUE" and row[3] for row in rows), rows
    return {title: expression for _, title, expression, _ in rows}


def saved_filters():
    return dict(re.fullmatch(r'"([^"]+)" (.+)', line).groups() for line in lines_of("dfilters"))


def colors():
    """{name: (filter, background, foreground)}, in the order in which Wireshark asks them."""
    found = {}
    for line in lines_of("colorfilters"):
        name, expression, painted = re.fullmatch(r"@([^@]+)@([^@]+)@(.+)", line).groups()
        found[name] = (expression, *(tuple(map(int, color.split(",")))
                                     for color in re.findall(r"\[([0-9,]+)\]", painted)))
    return found


def columns():
    """[(title, format)]"""
    text = (PROFILE / "preferences").read_text(encoding="utf-8")
    return re.findall(r'^\t"([^"]*)", "([^"]*)",?$', text, re.MULTILINE)


def hidden():
    line = next(line for line in lines_of("preferences") if line.startswith("gui.column.hidden"))
    return line.partition(": ")[2].split(",")


@pytest.fixture(scope="module")
def home(private):
    """The private home with the profile in it, put there as the user would do it."""
    folder = private.home / ".config" / "wireshark" / "profiles" / NAME
    install(private)
    yield folder
    install(private, "--remove")
    assert not folder.exists()


def install(private, *args, status=0):
    # The checkout need not be readable for who is not root, and whose home it is, is all the same.
    env = {name: value for name, value in private.environment().items() if name != "LD_PRELOAD"}
    done = subprocess.run([INSTALL, *args], env=env, capture_output=True, encoding="utf-8",
                          timeout=harness.TIMEOUT_S, check=False)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{harness.NOBODY}:{harness.NOBODY}", private.home],
                       check=True)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def ask(private, home):
    """ask(method, params) of one sharkd that has the profile; answers are sharkd's own."""
    # sharkd takes profiles only together with a socket: here the profile is all of its settings.
    env = {**private.environment(), "WIRESHARK_CONFIG_DIR": str(home)}
    with subprocess.Popen([*harness.as_nobody(), "sharkd", "-"], env=env, cwd=private.root,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, encoding="utf-8") as process:
        def request(method, **params):
            process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                                            "params": params}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())
        yield request
        process.stdin.close()
        process.wait(harness.TIMEOUT_S)


@pytest.fixture(scope="module")
def frames(ask, private, own_capture):
    """frames(capture, filter) → the numbers that the window lists under the filter."""
    loaded = []

    def list_them(name, expression=""):
        if loaded != [name]:
            assert "error" not in ask("load", file=private.readable(own_capture(name)))
            loaded[:] = [name]
        answer = ask("frames", filter=expression) if expression else ask("frames")
        return answer["result"]
    return list_them


def every_filter():
    return [*buttons().values(), *saved_filters().values(),
            *(expression for expression, *_ in colors().values())]


@pytest.mark.parametrize("expression", sorted(set(every_filter())))
def test_filters_are_good(ask, expression):
    """Compiled without an error, and without the warning that makes the filter bar yellow."""
    answer = ask("check", filter=expression)
    assert answer.get("result") == {"status": "OK"}, answer


def test_bad_filters_are_told(ask):
    assert "error" in ask("check", filter="tcphs.stage == data")


@pytest.mark.parametrize("title", BUTTONS)
def test_buttons_list_what_they_say(frames, title):
    capture, expected = BUTTONS[title]
    found = [frame["num"] for frame in frames(capture, buttons()[title])]
    assert found
    assert len(found) < len(frames(capture)) or expected == found
    if expected is not None:
        assert found == expected


def test_every_button_is_tried():
    assert set(buttons()) == set(BUTTONS)


def test_signals_are_all_there():
    """The button of all signals has the signals that docs/signals.md lists."""
    page = (harness.SOURCE / "docs" / "signals.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z_]+)`", page.partition("Generated captures")[2],
                            re.MULTILINE)) | {"scan_xmas"}
    found = set(re.search(r"\{(.*)\}", buttons()["Signals//All"]).group(1).split(", "))
    assert found == listed
    parts = [set(re.search(r"\{(.*)\}", buttons()[f"Signals//{part}"]).group(1).split(", "))
             for part in ("Floods", "Scans", "Forged")]
    assert found == set.union(*parts)
    assert sum(map(len, parts)) == len(found)


def rule_names(found):
    """Which rule has painted each of the frames: sharkd tells the colors, of eight bits each."""
    names = {"".join(f"{value // 256:x}" for value in back): name
             for name, (_, back, _) in colors().items()}
    return [names[frame["bg"]] for frame in found]


@pytest.mark.parametrize("capture, expected", [
    ("http_server.pcap", ["SYN", "SYN-ACK", "ACK of the handshake", *["Established"] * 6,
                          "FIN", "FIN", "Half-closed, closed"]),
    ("refused.pcap", ["Failed: refused", "RST"]),
    ("unreachable.pcap", ["Failed: unreachable", "ICMP error of a connection"]),
    ("half_open.pcap", ["Failed: unanswered, half-open, aborted"] * 4),
])
def test_colors(frames, capture, expected):
    assert rule_names(frames(capture)) == expected


@pytest.mark.parametrize("capture, expected", [
    ("made/null_flags.pcap", "Anomaly"),
    ("loss.pcap", "Sent again"),
    ("coffee_homepage.pcap", "Coffee"),
    ("coffee_refusals.pcap", "Teapot"),
    ("coffee_refusals.pcap", "Coffee refused"),
    ("made/scan_ack.pcap", "Middle of a connection not captured from its start"),
])
def test_color_is_used(frames, capture, expected):
    assert expected in rule_names(frames(capture))


def luminance(color):
    parts = [value / 65535 for value in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colors_can_be_read():
    """The contrast that WCAG 2 asks for, and no two rules that look the same."""
    rules = colors()
    for name, (_, back, fore) in rules.items():
        dark, light = sorted((luminance(back), luminance(fore)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
    assert len({back for _, back, _ in rules.values()}) == len(rules)


def test_columns_show_the_fields(tshark, home, own_capture):
    assert home.is_dir()
    capture = own_capture("http_server.pcap")
    shown = [(title, form) for title, form in columns() if form not in hidden()]
    wanted = {title: form[len(CUSTOM):].split(":")[0] for title, form in shown
              if form.startswith(CUSTOM)}
    fields = tshark.fields(capture, wanted.values())
    text = tshark.run(capture, "-C", NAME, "-T", "tabs")
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    places = {title: 1 + place for place, (title, _) in enumerate(shown)}
    # tshark writes an arrow, in a column of its own, between the addresses.
    for title in [title for title in places if places[title] > places["Destination"]]:
        places[title] += 1
    assert [[row[places[title] - 1].strip() for title in wanted] for row in rows] == fields


def test_columns_have_widths():
    widths = next(line for line in lines_of("recent") if line.startswith("column.width"))
    told = widths.partition(": ")[2].split(", ")
    assert told[::2] == [form.partition(":0:R")[0] for _, form in columns()]
    assert all(re.fullmatch(r"\d+(:[LCR])?", width) for width in told[1::2])
    assert set(hidden()) <= {form for _, form in columns()}


def test_installation_keeps_what_was_altered(private, home):
    assert "Installed" in install(private)
    (home / "recent").write_text("column.width: %m, 70\n")
    assert "Installed" in install(private)
    with (home / "dfilters").open("a") as file:
        file.write('"mine" tcp.port == 1\n')
    assert "--replace" in install(private, status=1)
    assert "mine" in (home / "dfilters").read_text()
    assert "Installed" in install(private, "--replace")
    assert "mine" not in (home / "dfilters").read_text()


def test_installation_tells_wrong_options(private):
    assert "unknown option --no" in install(private, "--no", status=1)
