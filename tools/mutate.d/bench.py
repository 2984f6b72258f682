# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds mutants outside the tree and runs the unit tests on them.

All pure code becomes one shared library, so that a mutant costs one object and one link, and the
test programs are linked once.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LIBRARY = "libpure.so"
# An endless loop is killed by what it uses of the processor, whatever else the machine does.
CPU_FACTOR, CPU_MORE_S = 10, 2
# What waits without using any.
WALL_S = 600
# The targets whose sources see Wireshark: no unit test runs them.
GLUE = {"tcphs", "tcphs_common", "tcphs_wireshark"}
KEPT_FLAGS = ("-I", "-D", "-isystem", "-std", "-pthread")
FAST = ("-w", "-O0", "-fPIC", "-Werror=implicit-function-declaration")


class Command:
    """One entry of compile_commands.json."""

    def __init__(self, entry):
        words = shlex.split(entry["command"])
        folder = Path(entry["directory"])
        self.path = Path(os.path.normpath(folder / entry["file"]))
        output = words[words.index("-o") + 1] if "-o" in words else ""
        match = re.search(r"([^/]+)\.dir/", output)
        self.target = match[1] if match else ""
        self.compiler = words[0]
        self.flags = []
        for index, word in enumerate(words):
            if word == "-isystem":
                self.flags += words[index:index + 2]
            elif word.startswith(KEPT_FLAGS) and "_FORTIFY_SOURCE" not in word:
                self.flags.append(word)

    def compile(self, output, source=None, options=FAST):
        """source: the text in place of the file's own. Returns whether it compiles."""
        command = [self.compiler, *self.flags, *options, "-iquote", self.path.parent, "-o", output, "-c"]
        what = [self.path] if source is None else ["-x", "c", "-"]
        return subprocess.run(command + what, input=source, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0


class Project:
    """The commands of a build, sorted: pure code, glue, tests and what they share."""

    def __init__(self, build):
        commands = [Command(entry) for entry in json.loads((build / "compile_commands.json").read_text())]
        self.root = Path(os.path.commonpath([command.path.parent for command in commands]))
        self.pure, self.glue, self.programs, self.support = {}, {}, {}, {}
        for command in commands:
            folder = command.path.relative_to(self.root).parts[0]
            if folder in ("plugin", "htcpcp"):
                kind = self.glue if command.target in GLUE else self.pure
            elif command.target.startswith("test_") and command.path.stem == command.target:
                kind = self.programs
            elif command.target == "test_support":
                kind = self.support
            else:
                continue
            kind[command.path] = command

    def show(self, path):
        return str(path.relative_to(self.root))


def list_symbols(path):
    """What an object or program defines, and what it asks for."""
    defined, wanted = set(), set()
    for line in subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout.splitlines():
        kind, name = line.split()[-2:]
        (wanted if kind == "U" else defined).add(name)
    return defined, wanted


class Bench:
    """Objects, programs, and how long each program runs without a fault. folder: all is built there."""

    def __init__(self, project, folder, jobs):
        self.project, self.folder, self.jobs = project, folder, jobs
        self.pool = ThreadPoolExecutor(jobs)
        self.local = threading.local()
        self.kills, self.optimized = {}, {}
        self.lock = threading.Lock()
        self.objects = self.compile_all(project.pure)
        self.link(LIBRARY, self.objects.values(), folder)
        # An archive, so that a program asks only for what it uses.
        support = folder / "libsupport.a"
        subprocess.run(["ar", "rcs", support, *self.compile_all(project.support).values()], check=True)
        tests = self.compile_all(project.programs)
        libraries = shlex.split(subprocess.run(["pkg-config", "--libs", "cmocka"], check=True,
                                               capture_output=True, text=True).stdout)
        self.programs = list(self.pool.map(
            lambda path: self.link(path.stem, [tests[path], support, folder / LIBRARY, *libraries], folder,
                                   shared=False), tests))
        self.seconds = {}
        for program in self.programs:
            self.measure(program)
        self.users = self.find_users()

    def compile_all(self, commands):
        objects = {path: self.folder / f"{path.stem}.o" for path in commands}

        def compile_one(path):
            if not commands[path].compile(objects[path]):
                raise SystemExit(f"mutate: {path} does not compile")

        list(self.pool.map(compile_one, commands))
        return objects

    def link(self, name, what, folder, shared=True):
        compiler = next(iter(self.project.pure.values())).compiler
        # Programs ask for the library by its bare name, and so get that of the folder they are run with.
        options = ["-shared", f"-Wl,-soname={name}"] if shared else []
        done = subprocess.run([compiler, *options, "-o", folder / name, *what],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"mutate: cannot link {name}: {done.stderr}")
        return folder / name

    def run(self, program, folder, limit_s):
        """Whether the program passes with the library of a folder."""
        command = ["prlimit", f"--cpu={int(limit_s)}", "--core=0", program]
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=WALL_S, cwd=folder,
                                  env={**os.environ, "LD_LIBRARY_PATH": str(folder)}).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def measure(self, program):
        start = time.monotonic()
        if not self.run(program, self.folder, WALL_S):
            raise SystemExit(f"mutate: {program.name} fails without any fault")
        self.seconds[program] = time.monotonic() - start

    def find_users(self):
        """Of each pure file the programs that a linker would give its object to."""
        symbols = {path: list_symbols(output) for path, output in self.objects.items()}
        home = {name: path for path, (defined, _) in symbols.items() for name in defined}
        users = {path: [] for path in symbols}
        for program in self.programs:
            queue, seen = list(list_symbols(program)[1]), set()
            while queue:
                path = home.get(queue.pop())
                if path is not None and path not in seen:
                    seen.add(path)
                    queue += symbols[path][1]
            for path in seen:
                users[path].append(program)
        return users

    # ---- mutants ----

    def own_folder(self):
        """A folder for each thread."""
        if not hasattr(self.local, "folder"):
            self.local.folder = self.folder / f"thread-{threading.get_ident()}"
            self.local.folder.mkdir()
        return self.local.folder

    def optimize(self, command, source, folder):
        """The object that a compiler which optimizes makes of a text."""
        output = folder / "optimized.o"
        command.compile(output, source, ("-w", "-O2", "-fPIC"))
        return output.read_bytes()

    def is_same_code(self, command, mutated, folder):
        """Whether a compiler that optimizes sees no difference."""
        if command.path not in self.optimized:
            self.optimized[command.path] = self.optimize(command, command.path.read_bytes(), folder)
        return self.optimize(command, mutated, folder) == self.optimized[command.path]

    def try_mutant(self, path, mutant):
        """"stillborn", "killed", "same" or "survived"."""
        folder, command = self.own_folder(), self.project.pure[path]
        mutated = mutant.apply(path.read_bytes())
        if not command.compile(folder / "mutant.o", mutated):
            return "stillborn"
        others = [output for other, output in self.objects.items() if other != path]
        self.link(LIBRARY, [*others, folder / "mutant.o"], folder)

        def order(program):
            """What killed most of this file's mutants comes first."""
            return -self.kills.get((path, program), 0), self.seconds[program]

        for program in sorted(self.users[path], key=order):
            if not self.run(program, folder, CPU_MORE_S + CPU_FACTOR * self.seconds[program]):
                with self.lock:
                    self.kills[path, program] = self.kills.get((path, program), 0) + 1
                return "killed"
        return "same" if self.is_same_code(command, mutated, folder) else "survived"

    def try_all(self, path, mutants):
        """The fate of each."""
        return list(self.pool.map(lambda mutant: self.try_mutant(path, mutant), mutants))


class Captures:
    """The module with a mutant, put to a golden test."""

    def __init__(self, bench, test):
        self.bench, self.test = bench, test
        self.glue = bench.compile_all({path: command for path, command in bench.project.glue.items()})

    def kills(self, path, mutant):
        folder = self.bench.folder / "module"
        folder.mkdir(exist_ok=True)
        mutated = mutant.apply(path.read_bytes())
        self.bench.project.pure[path].compile(folder / "mutant.o", mutated)
        others = [output for other, output in self.bench.objects.items() if other != path]
        # tshark has brought Wireshark's libraries along when it loads the module.
        module = self.bench.link("tcphs.so", [*self.glue.values(), *others, folder / "mutant.o"], folder)
        scratch = folder / "scratch"
        done = subprocess.run(["/usr/bin/python3", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider",
                               f"--basetemp={scratch}", self.test], cwd=self.bench.project.root,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={**os.environ, "TCPHS_MODULE": str(module), "PYTHONDONTWRITEBYTECODE": "1"})
        shutil.rmtree(scratch, ignore_errors=True)
        return done.returncode != 0
