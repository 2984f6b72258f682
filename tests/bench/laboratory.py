# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark with and without the module, and tells instructions, memory and time.

Both plugin folders have names of equal length, and every run has the same environment, capture
name and address layout: whatever moves the stack or the heap moves the counts a little.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(SOURCE / "tests" / "golden"), str(HERE)]

from harness import MODULE, as_nobody, stock_plugins, wireshark_version  # noqa: E402
from make_capture import make_capture  # noqa: E402

STOCK, TCPHS = "stock", "tcphs"
COLLECTED = re.compile(r"Collected : (\d+)")


class Laboratory:
    """A private folder with captures and both plugin folders; removed at the end of a with."""

    def __enter__(self):
        self.root = Path(tempfile.mkdtemp(prefix="tcphs-bench-"))
        self.root.chmod(0o755)
        for name in ("home", "no-extcap", "captures"):
            (self.root / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.root / "home", 65534, 65534)
        for name in (STOCK, TCPHS):
            folder = self.root / name / wireshark_version() / "epan"
            folder.mkdir(parents=True)
            for plugin in (stock_plugins() / "epan").glob("*.so"):
                if plugin.name != "tcphs.so":
                    (folder / plugin.name).symlink_to(plugin)
        shutil.copyfile(MODULE, folder / "tcphs.so")
        shutil.copyfile(HERE / "handshake.lua", self.root / "handshake.lua")
        self.fixed_random = self.root / "fixed_random.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self.fixed_random,
                        HERE / "fixed_random.c"], check=True)
        self._pool = ThreadPoolExecutor(os.cpu_count())
        return self

    def __exit__(self, *_):
        self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def capture(self, kind, packets):
        """The path of a capture, made when it is first asked for."""
        path = self.root / "captures" / f"{kind}-{packets:08}.pcap"
        if not path.exists():
            make_capture(kind, packets, path)
        return path

    def count(self, plugins, capture, *args, seed=1):
        """A future of the instructions that tshark takes to print the capture."""
        return self._pool.submit(self._count, plugins, capture, args, seed)

    def time_and_peak(self, plugins, capture, *args):
        """What tshark takes to print the capture: CPU seconds, bytes of peak resident set."""
        with subprocess.Popen(self._command(capture, args), **self._options(plugins)) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"tshark ended with {process.returncode}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024

    def _count(self, plugins, capture, args, seed):
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        done = subprocess.run(self._command(capture, args, valgrind), stderr=subprocess.PIPE,
                              text=True, check=True, **self._options(plugins, seed))
        return int(COLLECTED.search(done.stderr).group(1))

    def _command(self, capture, args, before=()):
        return [*as_nobody(), "setarch", "-R", "env", f"LD_PRELOAD={self.fixed_random}", *before,
                "tshark", "-n", "-r", str(capture), *args]

    def _options(self, plugins, seed=1):
        return {"cwd": self.root, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                "env": {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
                        "HOME": str(self.root / "home"), "TCPHS_BENCH_SEED": str(seed),
                        "WIRESHARK_PLUGIN_DIR": str(self.root / plugins),
                        "WIRESHARK_EXTCAP_DIR": str(self.root / "no-extcap")}}
