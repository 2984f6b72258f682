# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/mutate: a weak test lets mutants survive, a strong one does not."""
import json
import os
import subprocess

import pytest

import harness

SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"
SOURCE = SPDX + """
#include "limit.h"

int
limit_exceeds(int number, int limit)
{
    return number > limit;
}
"""
HEADER = SPDX + "int limit_exceeds(int number, int limit);\n"
TEST = SPDX + """
#include "limit.h"

int
main(void)
{{
    return {condition} ? 0 : 1;
}}
"""
WEAK = "limit_exceeds(9, 5) && !limit_exceeds(1, 5)"
STRONG = WEAK + " && !limit_exceeds(5, 5)"
OFF_BY_ONE = "limit_exceeds: number > limit -> number >= limit"


@pytest.fixture
def project(tmp_path):
    """project(condition) → a folder with a function, a test of it, and the commands that compile them."""
    pytest.importorskip("clang.cindex", reason="needs python3-clang-14")

    def make(condition, source=SOURCE):
        for folder in ("plugin", "tests/unit", "build"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "plugin" / "limit.h").write_text(HEADER)
        (tmp_path / "plugin" / "limit.c").write_text(source)
        (tmp_path / "tests" / "unit" / "test_limit.c").write_text(TEST.format(condition=condition))
        # Glue is no pure code: it would not compile without Wireshark.
        (tmp_path / "plugin" / "glue.c").write_text("#include <epan/packet.h>\n")
        sources = {"plugin/limit.c": "model", "plugin/glue.c": "tcphs",
                   "tests/unit/test_limit.c": "test_limit"}
        (tmp_path / "build" / "compile_commands.json").write_text(json.dumps([
            {"directory": str(tmp_path / "build"), "file": str(tmp_path / name),
             "command": f"cc -I{tmp_path}/plugin -DLIMIT=1 -O2 -o CMakeFiles/{target}.dir/{name}.o -c {name}"}
            for name, target in sources.items()]))
        return tmp_path

    return make


def mutate(project, *arguments):
    return subprocess.run([harness.SOURCE / "tools" / "mutate", "--build", project / "build", *arguments],
                          capture_output=True, text=True, timeout=harness.TIMEOUT_S, cwd=project,
                          env={**os.environ, "TMPDIR": str(project)})


def counts(done):
    """The last line's numbers: mutants, killed, same, explained, survived."""
    return [int(word) for word in done.stdout.splitlines()[-1].split()[1:]]


def test_weak_test_lets_one_survive(project):
    done = mutate(project(WEAK))
    assert done.stdout.splitlines()[0] == f"plugin/limit.c:8: {OFF_BY_ONE}"
    assert counts(done) == [2, 1, 0, 0, 1]
    assert done.returncode == 1


def test_strong_test_lets_none_survive(project):
    folder = project(STRONG)
    done = mutate(folder, "plugin/limit.c")
    assert counts(done) == [2, 2, 0, 0, 0]
    assert done.returncode == 0, done.stdout + done.stderr
    # The tree is as it was, and nothing is left beside it.
    assert (folder / "plugin" / "limit.c").read_text() == SOURCE
    assert sorted(path.name for path in folder.iterdir()) == ["build", "plugin", "tests"]


def test_explanation_is_matched_by_function_and_change(project):
    folder = project(WEAK)
    explained = folder / "tests" / "unit" / "mutants-explained.txt"
    explained.write_text(f"# Why.\n{OFF_BY_ONE}\n    nobody asks for what lies just on the limit\n")
    done = mutate(folder)
    assert counts(done) == [2, 1, 0, 1, 0]
    assert done.returncode == 0, done.stdout + done.stderr
    # One that is killed needs no explanation.
    done = mutate(project(STRONG))
    assert OFF_BY_ONE in done.stdout and "explains" in done.stdout
    assert done.returncode == 1


def test_endless_loop_is_killed(project):
    loop = "    for (int i = 0; i < 3; i = i + 1) {\n        number += 0 * i;\n    }\n"
    source = SOURCE.replace("    return", loop + "    return")
    done = mutate(project(STRONG, source), "--function", "limit_exceeds")
    assert "i + 1 -> i - 1" not in done.stdout
    assert "i + 1 -> i + 0" not in done.stdout
    assert counts(done)[1] >= 4


def test_fault_of_its_own_is_no_mutants(project):
    done = mutate(project("limit_exceeds(1, 5)"))
    assert "test_limit fails without any fault" in done.stderr
    assert done.returncode == 1


def test_glue_is_refused(project):
    folder = project(STRONG)
    done = mutate(folder, folder / "plugin" / "glue.c")
    assert "no source of the pure code" in done.stderr
    assert done.returncode == 1


def test_mutants_of_the_own_sources():
    """Every source of the pure code is found, wherever it lies, and parsed."""
    pytest.importorskip("clang.cindex", reason="needs python3-clang-14")
    done = subprocess.run([harness.SOURCE / "tools" / "mutate", "--build", harness.BUILD, "--list"],
                          capture_output=True, text=True, timeout=harness.TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    found = {line.split(":")[0].rsplit("/")[-1] for line in done.stdout.splitlines()}
    assert {"hs_judge.c", "hs_state.c", "hs_burst.c", "htcpcp_stream.c"} <= found
    assert not any(name.startswith(("packet-", "tap-", "ws_", "plugin")) for name in found)
