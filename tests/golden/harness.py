# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark and sharkd with the freshly built module, without the user's own settings.

Wireshark started by root silently ignores every plugin outside the system's own folder, so a
test run by root starts it as an unprivileged user, who in turn may be unable to read the
checkout: module and captures are copied to where that user can read them.
"""
import contextlib
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from streams import stream_of_4_0

SOURCE = Path(__file__).resolve().parents[2]
MODULE = Path(os.environ.get("TCPHS_MODULE", SOURCE / "build" / "plugin" / "tcphs.so"))
BUILD = Path(os.environ.get("TCPHS_BUILD", SOURCE / "build"))
SANITIZER = os.environ.get("TCPHS_SANITIZER", "")
SHARED = Path(os.environ.get("TCPHS_SHARED", SOURCE.parent / "shared"))

NOBODY = 65534
# For what hangs: a machine with other work to do may take minutes for a second's worth.
TIMEOUT_S = 600
SEPARATOR = "\x1f"  # cannot be typed into a URI or a header, tab and comma can
PRESENT = "present"
TROUBLE = re.compile(
    r"Dissector bug|Sanitizer|runtime error:|plugin|\b(WARNING|CRITICAL|ERROR)\b")


def forget_caller():
    """Whatever the caller's language, time zone, umask and settings, the tests see the same."""
    for name in list(os.environ):
        if name.startswith(("LC_", "WIRESHARK_", "XDG_")) or name == "LANGUAGE":
            del os.environ[name]
    os.environ.update(LANG="C.UTF-8", TZ="UTC")
    os.umask(0o022)


forget_caller()


def list_pages():
    """The documents of the project, README.md first. Other folders of the checkout contain none."""
    folders = ("captures", "docs", "htcpcp", "plugin", "profile", "tests", "tools")
    return sorted(SOURCE.glob("*.md"), key=lambda page: page.name != "README.md") + sorted(
        page for folder in folders for page in (SOURCE / folder).glob("**/*.md"))


@functools.cache
def wireshark_version():
    """The version that names the plugin folder: "4.0"."""
    told = os.environ.get("TCPHS_WIRESHARK")
    if told:
        return told
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=True).stdout
    return re.search(r"\b(\d+\.\d+)\.\d+", text).group(1)


def stock_plugins():
    """Wireshark's own plugin folder, with TRANSUM and MATE in its subfolder epan."""
    env = {name: value for name, value in os.environ.items() if name != "WIRESHARK_PLUGIN_DIR"}
    text = subprocess.run(["tshark", "-G", "folders"], env=env, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=True).stdout
    return Path(re.search(r"^Global Plugins:\s*(.*)$", text, re.MULTILINE).group(1))


def as_nobody():
    """The words before a command that must not run as root: none for an ordinary user."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


class Private:
    """A folder that the unprivileged user can read: a home, the module, copies of captures."""

    def __init__(self, module=MODULE, preferences=""):
        self.root = Path(tempfile.mkdtemp(prefix="tcphs-test-"))
        self.root.chmod(0o755)
        self.home = self.root / "home"
        self.home.mkdir()
        if preferences:
            settings = self.home / ".config" / "wireshark"
            settings.mkdir(parents=True)
            (settings / "preferences").write_text(preferences)
        (self.root / "captures").mkdir()
        (self.root / "no-extcap").mkdir()
        self.temporary = self.root / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)
        # WIRESHARK_PLUGIN_DIR replaces the system's folder: link in what that one has. A module
        # in the personal folder would lose against one that is installed there already.
        folder = self.root / "plugins" / wireshark_version() / "epan"
        folder.mkdir(parents=True)
        for stock in (stock_plugins() / "epan").glob("*.so"):
            if stock.name != "tcphs.so":
                (folder / stock.name).symlink_to(stock)
        if module:
            shutil.copyfile(module, folder / "tcphs.so")
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
        self._copies = {}

    def environment(self):
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC",
               "HOME": str(self.home), "TMPDIR": str(self.temporary),
               "WIRESHARK_PLUGIN_DIR": str(self.root / "plugins"),
               # -G plugins would start every extcap program, which hangs under the sanitizer.
               "WIRESHARK_EXTCAP_DIR": str(self.root / "no-extcap")}
        if SANITIZER:
            # tshark is not instrumented: the runtime has to come first, and wmem has to hand
            # every block to malloc(), or an overflow inside wmem goes unseen.
            env.update(LD_PRELOAD=SANITIZER, WIRESHARK_DEBUG_WMEM_OVERRIDE="simple",
                       G_SLICE="always-malloc", ASAN_OPTIONS="detect_leaks=0",
                       UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        return env

    def readable(self, capture):
        """The path of a capture, or of its copy, that the unprivileged user can open."""
        path = Path(capture).resolve()
        if os.geteuid() != 0:
            return str(path)
        stat = path.stat()
        key = (path, stat.st_mtime_ns, stat.st_size)
        if key not in self._copies:
            folder = self.root / "captures" / str(len(self._copies))
            folder.mkdir()
            self._copies[key] = shutil.copyfile(path, folder / path.name)
        return str(self._copies[key])

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def check_stderr(stderr, command):
    assert not TROUBLE.search(stderr), f"{' '.join(command)}\nsaid:\n{stderr}"


class Tshark:
    def __init__(self, private):
        self._private = private

    def command(self, capture, *args, enable=()):
        """The argument list that reads `capture`; None for a call without one (-G, -i)."""
        read = [] if capture is None else ["-n", "-r", self._private.readable(capture)]
        return [*as_nobody(), "tshark", *read,
                *(word for name in enable for word in ("--enable-protocol", name)),
                *map(str, args)]

    def environment(self):
        return self._private.environment()

    def result(self, capture, *args, enable=()):
        """The finished process, whatever its status and output."""
        return subprocess.run(self.command(capture, *args, enable=enable),
                              env=self.environment(), cwd=self._private.root,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              errors="backslashreplace", timeout=TIMEOUT_S, check=False)

    def run(self, capture, *args, enable=()):
        """The output of a process that succeeded and printed no error."""
        done = self.result(capture, *args, enable=enable)
        assert done.returncode == 0, \
            f"{' '.join(done.args)}\nended with {done.returncode}:\n{done.stderr}"
        check_stderr(done.stderr, done.args)
        return done.stdout

    def fields(self, capture, fields, *args, enable=()):
        """One row of strings a frame, "" where absent, several values joined by commas.

        Booleans and tcp.stream read as in 4.0; line ends in a value stay escaped (\\r\\n).
        """
        wanted = [word for field in fields for word in ("-e", own_spelling(field))]
        text = self.run(capture, *args, "-T", "fields", "-E", f"separator={SEPARATOR}", *wanted,
                        enable=enable)
        return [[one_version(capture, *cell) for cell in zip(fields, line.split(SEPARATOR))]
                for line in text.split("\n")[:-1]]


def is_at_least(major, minor):
    return tuple(map(int, wireshark_version().split("."))) >= (major, minor)


def own_spelling(field):
    """_ws.col.Info and _ws.col.Protocol are written in lower case from 4.2 on."""
    return field.lower() if is_at_least(4, 2) and field.startswith("_ws.col.") else field


def one_version(capture, field, cell):
    """A cell as Wireshark 4.0 prints it: 4.2 and later print True where that one prints 1."""
    if field == "tcp.stream" and is_at_least(4, 4):
        return stream_of_4_0(capture, cell)
    return ",".join({"True": "1", "False": "0"}.get(value, value) for value in cell.split(","))


class Sharkd:
    """sharkd dissects each frame anew for its tree, as the window's details pane does."""

    COLUMNS = {"_ws.col.protocol": 4, "_ws.col.info": 6}  # places in the default profile

    def __init__(self, private):
        self._private = private

    def trees(self, capture):
        """The proto tree of every frame in turn, as sharkd's own nested nodes."""
        return [tree for tree, _ in self._frames(capture)]

    def fields(self, capture, fields):
        """Rows as Tshark.fields() gives them.

        A field without a value reads "present". Hidden items are missing: no pane shows them.
        """
        return [[one_version(capture, *cell) for cell in zip(fields, row)] for row in (
            self._row(tree, columns, fields) for tree, columns in self._frames(capture))]

    def _frames(self, capture):
        with self.conversation() as ask:
            ask("load", file=self._private.readable(capture))
            return [(ask("frame", frame=entry["num"], proto=True)["tree"], entry["c"])
                    for entry in ask("frames")]

    @contextlib.contextmanager
    def conversation(self):
        """A running sharkd: ask(method, **parameters) → its answer."""
        command = [*as_nobody(), "sharkd", "-"]
        with tempfile.TemporaryFile("w+") as errors, subprocess.Popen(
                command, env=self._private.environment(), cwd=self._private.root,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                encoding="utf-8", errors="backslashreplace") as process:

            def ask(method, **params):
                request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answer = json.loads(process.stdout.readline() or '{"error": "sharkd went away"}')
                assert "error" not in answer, f"sharkd {method} {params}: {answer['error']}"
                return answer["result"]

            try:
                yield ask
            finally:
                process.stdin.close()
                ended = process.wait(TIMEOUT_S)
                errors.seek(0)
                complaint = errors.read()
                check_stderr(complaint, command)
            assert ended == 0, f"sharkd ended with {ended}:\n{complaint}"

    def _row(self, tree, columns, fields):
        values = {field: [] for field in fields}
        for node in walk(tree):
            name, equals, value = node.get("f", "").partition(" == ")
            if name in values:
                values[name].append(bare(value) if equals else PRESENT)
        for field in fields:
            if field.lower() in self.COLUMNS:
                values[field] = [columns[self.COLUMNS[field.lower()]]]
        return [",".join(values[field]) for field in fields]


def walk(nodes):
    """Every node of a sharkd tree in the order in which tshark prints it."""
    for node in nodes:
        yield node
        yield from walk(node.get("n", ()))


def bare(value):
    """A value of sharkd's filter expression as -T fields prints it: no quotes round a string."""
    if not value.startswith('"'):
        return value
    return re.sub(r'\\(["\\])', r"\1", value[1:-1])


def canonical(cell):
    """Numbers and bytes that tshark and sharkd write differently: 0x0002 is 0x2, 02:04 is 0204."""
    if re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2})+", cell):
        return cell.replace(":", "")
    return re.sub(r"\b0x0*(?=[0-9a-f])", "0x", cell)


def differing_rows(expected, found):
    """Lines that say where two lists of rows differ; none when they agree."""
    lines = []
    for place in range(max(len(expected), len(found))):
        one = expected[place] if place < len(expected) else None
        other = found[place] if place < len(found) else None
        if one is None or other is None or not all(map(same_cell, one, other)):
            lines += [f"  expected {one}", f"  found    {other}"]
    return lines


def same_cell(one, other):
    if other and set(other.split(",")) == {PRESENT}:
        return one != ""
    return canonical(one) == canonical(other)


class Everywhere:
    """same_everywhere(capture, fields, own_filter="tcphs") → the rows [number, *fields].

    They are the same in one pass, with -2, in sharkd's trees, and for the frames that
    own_filter lets through under that filter, in one pass and with -2. What one pass cannot
    know (a fact about a later frame) is compared among the others with one_pass=False.
    """

    def __init__(self, tshark, sharkd):
        self._tshark, self._sharkd = tshark, sharkd

    def __call__(self, capture, fields, own_filter="tcphs", one_pass=True):
        wanted = ["frame.number", *fields]
        rows = self._tshark.fields(capture, wanted, "-2")

        def agree(way, expected, found):
            lines = differing_rows(expected, found)
            assert not lines, "\n".join(
                [f"{capture}: {way} differs from -2 in {wanted}:", *lines])

        def agree_filtered(*passes):
            found = self._tshark.fields(capture, wanted, *passes, "-Y", own_filter)
            numbers = {row[0] for row in found}
            assert numbers, f"{capture}: no frame matches {own_filter}"
            agree(f"{' '.join(passes)} -Y '{own_filter}'",
                  [row for row in rows if row[0] in numbers], found)
            return numbers

        agree("sharkd", rows, self._sharkd.fields(capture, wanted))
        matched = agree_filtered("-2")
        if one_pass:
            agree("one pass", rows, self._tshark.fields(capture, wanted))
            assert agree_filtered() == matched, f"{capture}: {own_filter} needs two passes"
        return rows
