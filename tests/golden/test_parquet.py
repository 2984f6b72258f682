# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/tcphs-report's Parquet: the values of its JSON, with either of the two libraries.

Debian 12 has neither: there these are skipped. Debian sid has python3-pyarrow and duckdb.
"""
import json
import shutil
import subprocess
import sys
from datetime import timezone

import pytest

import harness

sys.path.append(str(harness.SOURCE / "tools" / "report"))

import parquet  # noqa: E402 (found only with the path above)
from tables import COLUMNS, INTEGER, SECONDS, TEXT, TIME, TRUTH, WORDS  # noqa: E402

VALUES = {INTEGER: 4294967295, SECONDS: 0.000036, TEXT: "it's \"so\"", TIME: "2026-11-20T22:53:45.744431Z",
          TRUTH: True, WORDS: ["syn_flood", "port_reused"]}
KNOWN = {"capture": "a b.pcap", **{name: VALUES[kind] for name, kind in COLUMNS.items()}}
UNKNOWN = {**KNOWN, **{name: [] if kind == WORDS else None for name, kind in COLUMNS.items()}}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "connections.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (UNKNOWN, KNOWN)), encoding="utf-8")
    return path


def read_rows(path):
    rows = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    for row in rows:
        if row["start"]:
            row["start"] = f"{row['start'].astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"
    return rows


def test_pyarrow_writes_what_json_says(source, tmp_path):
    pytest.importorskip("pyarrow")
    assert parquet.write_parquet(source, tmp_path / "connections.parquet")
    assert read_rows(tmp_path / "connections.parquet") == [UNKNOWN, KNOWN]


def test_duckdb_writes_what_json_says(source, tmp_path):
    pytest.importorskip("pyarrow")
    if not shutil.which("duckdb"):
        pytest.skip("needs duckdb")
    target = tmp_path / "connections.parquet"
    subprocess.run(["duckdb", "-c", parquet.duckdb_statement(source, target)], check=True,
                   stdout=subprocess.DEVNULL, timeout=harness.TIMEOUT_S)
    assert read_rows(target) == [UNKNOWN, KNOWN]


def test_nothing_makes_a_file_without_rows(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "connections.jsonl").touch()
    assert parquet.write_parquet(tmp_path / "connections.jsonl", tmp_path / "connections.parquet")
    assert read_rows(tmp_path / "connections.parquet") == []


def test_without_a_library_there_is_none(source, tmp_path, monkeypatch):
    target = tmp_path / "connections.parquet"
    monkeypatch.setattr(parquet, "import_module", lambda name: None)
    assert not parquet.write_parquet(source, target)
    assert not target.exists()


def test_what_cannot_be_written_is_said(source, tmp_path, monkeypatch):
    class Broken:
        @staticmethod
        def execute(statement):
            raise OSError("no room\nat all")

    monkeypatch.setattr(parquet, "import_module",
                        lambda name: Broken if name == "duckdb" else None)
    with pytest.raises(parquet.NotWritten,
                       match="^cannot write connections.parquet: no room at all$"):
        parquet.write_parquet(source, tmp_path / "connections.parquet")
