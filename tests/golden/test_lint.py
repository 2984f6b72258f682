# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/lint finds a fault of each kind, names the checker that found it, and passes good files."""
import re
import subprocess

import pytest

import harness

ROOT = harness.SOURCE
SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"
# Not to be found in here.
MISSPELT = "rec" + "ieve"

# Of each checker the file with the fault, and what is said of it.
FAULTS = {
    "rules": ("unsigned.c", "int planted;\n", r"unsigned\.c: the SPDX line is missing"),
    "codespell": ("misspelt.md", f"It did not {MISSPELT} it.\n", rf"misspelt\.md:1: {MISSPELT} ==> receive"),
    "shellcheck": ("unquoted.sh", "#!/bin/bash\n# SPDX-License-Identifier: GPL-2.0-or-later\nrm $1\n",
                   r"unquoted\.sh line 3"),
    "flake8": ("unused.py", "# SPDX-License-Identifier: GPL-2.0-or-later\nimport os\n",
               r"unused\.py:2:1: F401"),
    "clang-format": ("crooked.c", SPDX + "int   planted;\n",
                     r"crooked\.c:2: not formatted as by tools/lint --fix"),
    "cppcheck": ("outside.c", SPDX + """
int
planted(void)
{
    int numbers[2] = {0};

    return numbers[2];
}
""", r"outside\.c:8: .*\[arrayIndexOutOfBounds\]"),
    "wireshark": ("packet-planted.c", SPDX + """
#include <stdio.h>

static int hf_planted_unused = -1;

void
planted(char *text)
{
    sprintf(text, "%d", 1);
}
""", r"prohibited APIs in packet-planted\.c: sprintf"),
    "clang-tidy": ("semicolon.c", SPDX + """
int
planted(int number)
{
    if (number > 0);
    return number;
}
""", r"semicolon\.c:6:20: error: .*\[bugprone-suspicious-semicolon"),
}


def lint(*files):
    return subprocess.run([ROOT / "tools" / "lint", *files], capture_output=True, text=True,
                          timeout=harness.TIMEOUT_S)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lint")
    files = []
    for name, text, _said in FAULTS.values():
        files.append(folder / name)
        files[-1].write_text(text)
    return lint(*files)


@pytest.mark.parametrize("checker", FAULTS)
def test_a_fault_is_found(found, checker):
    skipped = re.search(rf"^lint: {checker} +skipped: (.*)", found.stdout, re.M)
    if skipped:
        pytest.skip(skipped[1])
    assert re.search(FAULTS[checker][2], found.stdout), found.stdout
    assert re.search(rf"^lint: {checker} .*: FAULTS FOUND$", found.stdout, re.M), found.stdout
    assert checker in found.stderr.splitlines()[-1]
    assert found.returncode == 1


def test_what_a_patch_leaves_behind_is_found(tmp_path):
    (tmp_path / "page.c.orig").write_text("no longer said\n")
    run = lint(tmp_path / "page.c.orig")
    assert re.search(r"page\.c\.orig: a leftover of an editor or of patch", run.stdout), run.stdout
    assert run.returncode == 1


def test_a_circle_of_includes_is_found(tmp_path):
    files = []
    for name, other in (("north", "south"), ("south", "north")):
        files.append(tmp_path / f"{name}.c")
        files[-1].write_text(f'{SPDX}#include "{other}.h"\n')
    run = lint(*files)
    assert re.search(r"^include each other: (north south|south north)$", run.stdout, re.M), run.stdout
    assert run.returncode == 1
    run = lint(files[0])
    assert "include each other" not in run.stdout


def test_good_files_pass():
    files = ["plugin/connection/hs_side.h", "plugin/connection/hs_reset.c",
             "tools/packages.sh", "tests/golden/test_lint.py"]
    run = lint(*(ROOT / file for file in files))
    assert run.returncode == 0, run.stdout
    assert "FOUND" not in run.stdout
    assert re.search(r"^lint: rules +4 files", run.stdout, re.M)


def test_a_file_that_is_not_there_is_no_success():
    run = lint("no/such/file.c")
    assert (run.returncode, run.stdout) == (1, "")
    assert "does not exist" in run.stderr
