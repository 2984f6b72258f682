# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes connections.parquet from connections.jsonl, with pyarrow or DuckDB if one is there.

The types are told, not guessed: the files of several runs have the same columns.
"""
import importlib

from tables import COLUMNS, INTEGER, SECONDS, TEXT, TIME, TRUTH, WORDS

DUCKDB_TYPES = {INTEGER: "BIGINT", SECONDS: "DOUBLE", TEXT: "VARCHAR", TIME: "TIMESTAMPTZ",
                TRUTH: "BOOLEAN", WORDS: "VARCHAR[]"}
TYPED = {"capture": TEXT, **COLUMNS}


def import_module(name):
    """None where it is not installed."""
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
    if source.stat().st_size == 0:  # which pyarrow.json does not read
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
    """Says why."""


def write_parquet(source, target):
    """Whether there is a library that writes it."""
    for name, write in (("pyarrow", write_with_pyarrow), ("duckdb", write_with_duckdb)):
        module = import_module(name)
        if module:
            try:
                write(module, source, target)
            except Exception as error:  # whatever the library raises
                raise NotWritten(f"{target.name} could not be written: {one_line(error)}") from error
            return True
    return False
