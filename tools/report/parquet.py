# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes connections.parquet from connections.jsonl, if pyarrow or DuckDB is installed.

The types are specified, not inferred, so that the files of several runs have the same columns.
"""
import importlib

from tables import COLUMNS, INTEGER, SECONDS, TEXT, TIME, TRUTH, WORDS

DUCKDB_TYPES = {INTEGER: "BIGINT", SECONDS: "DOUBLE", TEXT: "VARCHAR", TIME: "TIMESTAMPTZ",
                TRUTH: "BOOLEAN", WORDS: "VARCHAR[]"}
TYPED = {"capture": TEXT, **COLUMNS}


def import_module(name):
    """The module, or None if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def write_with_pyarrow(pyarrow, source, target):
    reader = importlib.import_module("pyarrow.json")
    writer = importlib.import_module("pyarrow.parquet")
    types = {INTEGER: pyarrow.int64(), SECONDS: pyarrow.float64(), TEXT: pyarrow.string(),
             TIME: pyarrow.timestamp("us", tz="UTC"), TRUTH: pyarrow.bool_(),
             WORDS: pyarrow.list_(pyarrow.string())}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in TYPED.items()])
    if source.stat().st_size == 0:  # pyarrow.json does not read an empty file
        table = schema.empty_table()
    else:
        table = reader.read_json(source, parse_options=reader.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="error"))
    writer.write_table(table, target)


def one_line(error):
    return " ".join(str(error).split())


def sql_string(text):
    return "'" + str(text).replace("'", "''") + "'"


def duckdb_statement(source, target):
    columns = ", ".join(f"{name}: {sql_string(DUCKDB_TYPES[kind])}"
                        for name, kind in TYPED.items())
    return (f"COPY (SELECT * FROM read_json({sql_string(source)}, "
            f"format = 'newline_delimited', columns = {{{columns}}})) "
            f"TO {sql_string(target)} (FORMAT parquet)")


def write_with_duckdb(duckdb, source, target):
    duckdb.execute(duckdb_statement(source, target))


class NotWritten(Exception):
    """The reason why the file is not written."""


def write_parquet(source, target):
    """Writes the file; returns False if no library is installed."""
    for name, write in (("pyarrow", write_with_pyarrow), ("duckdb", write_with_duckdb)):
        module = import_module(name)
        if module:
            try:
                write(module, source, target)
            except Exception as error:  # any exception of the library
                raise NotWritten(f"cannot write {target.name}: {one_line(error)}") from error
            return True
    return False
