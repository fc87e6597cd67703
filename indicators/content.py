"""A publication's content as bytes: the same inputs give the same bytes, whichever warehouse and engine holds them.

One JSON object a line: first what it was made with, then every row of every table in the order of its key. Numbers are
written so that they are read back exactly. When it was made, by whom and under which number are no part of it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Integer, RowMapping, Table, select

from etl import schema

Row = Mapping[str, Any] | RowMapping
Tables = Mapping[Table, list[dict[str, Any]]]
"""The rows of each table, without the publication's name."""

TABLES = (
    schema.standing,
    schema.result,
    schema.group_result,
    schema.flag,
    schema.certainty,
    schema.signal,
    schema.verdict,
)
HEADER = ("period", "method_hash", "definitions_hash", "seed")


def serialise(publication: Row, tables: Tables) -> bytes:
    """UTF-8. `publication` has the keys of HEADER."""
    return "".join(f"{line}\n" for line in _lines(publication, tables)).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_tables(connection: Connection, name: str) -> Tables:
    """A publication's rows as they are stored."""
    found = {}
    for table in TABLES:
        rows = connection.execute(select(*_columns(table)).where(table.c.publication == name)).mappings()
        found[table] = [dict(row) for row in rows]
    return found


def key_of(table: Table, row: Row) -> tuple[str, ...]:
    """What tells a row from the others of its table and publication."""
    return tuple(row[column.name] for column in table.primary_key if column.name != "publication")


def plain(table: Table, row: Row) -> dict[str, Any]:
    """A row with the values that its columns hold: equal rows are equal before and after they were stored."""
    return {column.name: _plain(column, row[column.name]) for column in _columns(table)}


def _lines(publication: Row, tables: Tables) -> Iterator[str]:
    yield _json({name: publication[name] for name in HEADER})
    for table in TABLES:
        for row in sorted(tables[table], key=lambda row: key_of(table, row)):
            yield _json({"table": table.name, **plain(table, row)})


def _columns(table: Table) -> Iterable[Column]:
    return [column for column in table.c if column.name != "publication"]


def _plain(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case Float():
            return float(value) + 0.0  # −0.0, which SQLite does not keep, becomes 0.0
        case Boolean():
            return bool(value)
        case Integer():
            return int(value)
    return str(value)


def _json(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
