"""The whole warehouse in one file, taken while it is in use, and put back into an empty database of either kind.

The file is a zip with one list of rows for each table, as they stood at one moment, and a manifest that says how many there
are and what they add up to. Both are checked when it is put back, before anything counts as restored.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, LargeBinary, Table, func, select

from etl import audit, schema
from etl.mistake import Mistake
from etl.schema import metadata
from etl.warehouse import create, insert, reading, require, writing

FORMAT = 1
MANIFEST = "manifest.json"
AT_ONCE = 2_000
_SUM = 2**256


class BadBackup(Mistake):
    """A file that cannot be made or put back; the message says what to do."""


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and the sum of their hashes: the same in whatever order they come."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`seal`: the last of the audit."""

    format: int
    version: str
    taken_at: str
    seal: str
    tables: dict[str, Sum]


def tables() -> list[Table]:
    """All but the one that tells the version of the schema, which the manifest does."""
    return [table for table in metadata.sorted_tables if table is not schema.version]


# Taking it


def back_up(engine: Engine, file: Path, taken_at: datetime, done: Callable[[], None] = lambda: None) -> Manifest:
    """Writes the warehouse to a new file, whole or not at all. `done`: called after each table. Raises BadBackup when there
    is such a file, OSError when it cannot be written."""
    require(engine)
    if file.exists():
        raise BadBackup(f"{file} is there already; name another file")
    part = file.with_name(file.name + ".part")
    try:
        with part.open("xb") as out:
            made = _write(engine, out, taken_at, done)
            out.flush()
            os.fsync(out.fileno())
        read_back(part)
        part.rename(file)
    except FileExistsError:
        raise BadBackup(f"{part} is there: another backup is being made, or was broken off; remove it then") from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return made


def _write(engine: Engine, out: Any, taken_at: datetime, done: Callable[[], None]) -> Manifest:
    sums = {}
    with reading(engine) as connection, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for table in tables():
            adding = Adding()
            with archive.open(_name(table), "w", force_zip64=True) as raw, TextIOWrapper(raw, "utf-8") as lines:
                for row in connection.execute(select(table).execution_options(yield_per=AT_ONCE)):
                    line = _line(row)
                    adding.add(line)
                    lines.write(line + "\n")
            sums[table.name] = adding.sum()
            done()
        made = Manifest(FORMAT, schema.VERSION, taken_at.isoformat(), audit.last_seal(connection), sums)
        archive.writestr(MANIFEST, json.dumps(asdict(made), indent=1))
    return made


def _name(table: Table) -> str:
    return f"{table.name}.jsonl"


def _line(row: Any) -> str:
    """One row as JSON: the same for the same values, whichever engine they come from."""
    return json.dumps([_told(value) for value in row], ensure_ascii=False)


def _told(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, date) else value


class Adding:
    """Adds rows up."""

    def __init__(self) -> None:
        self.rows = self._total = 0

    def add(self, line: str) -> None:
        self.rows += 1
        self._total += int.from_bytes(hashlib.sha256(line.encode()).digest())

    def sum(self) -> Sum:
        return Sum(self.rows, f"{self._total % _SUM:064x}")


# Putting it back


def restore(engine: Engine, file: Path, done: Callable[[], None] = lambda: None) -> Manifest:
    """Puts a backup into an empty database, whole or not at all. Raises BadBackup for a file that is not whole or of another
    version, and for a database that is in use."""
    manifest = read_back(file)
    create(engine)
    with writing(engine) as connection, zipfile.ZipFile(file) as archive:
        _require_empty(connection)
        for table in tables():
            for rows in _batches(archive, table):
                insert(connection, table, rows)
            if manifest.tables[table.name] != sum_of(connection, table):
                raise BadBackup(f"the table {table.name} did not come back as it was; nothing was restored")
            done()
        if audit.verify(connection).broken is not None:
            raise BadBackup("the audit in the backup is broken; nothing was restored")
        audit.note(connection, "warehouse.restored", "warehouse", file=file.name, taken_at=manifest.taken_at)
    return manifest


def read_back(file: Path) -> Manifest:
    """The manifest of a backup that is whole. Raises BadBackup."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            for table in tables():
                adding = Adding()
                for line in _lines(archive, table):
                    adding.add(line)
                if manifest.tables[table.name] != adding.sum():
                    raise BadBackup(f"{file} is damaged (table {table.name}); take another backup")
    except BadBackup:
        raise
    except Exception as error:
        # What a damaged zip makes its reader raise is of every kind; only what the disk itself says is not about the file.
        if isinstance(error, OSError) and error.errno:
            raise
        raise BadBackup(f"{file} is no whole backup ({error}); take another one") from None
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    told = json.loads(archive.read(MANIFEST))
    if told["format"] != FORMAT or told["version"] != schema.VERSION:
        raise BadBackup(
            f"the backup is of version {told['version']} of the schema and this is {schema.VERSION}; restore it with the "
            "version that made it, then run: python -m etl migrate"
        )
    return Manifest(**{**told, "tables": {name: Sum(**one) for name, one in told["tables"].items()}})


def _lines(archive: zipfile.ZipFile, table: Table) -> Iterator[str]:
    with archive.open(_name(table)) as raw, TextIOWrapper(raw, "utf-8", newline="\n") as lines:
        for line in lines:
            yield line.removesuffix("\n")


def _batches(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    readers = [_reader(column.type) for column in table.c]
    names, batch = [column.name for column in table.c], []
    for line in _lines(archive, table):
        values = (
            value if value is None else read(value) for read, value in zip(readers, json.loads(line), strict=True)
        )
        batch.append(dict(zip(names, values, strict=True)))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a column's value of what stands in the file."""
    for known, read in (
        (DateTime, datetime.fromisoformat),
        (Date, date.fromisoformat),
        (LargeBinary, base64.b64decode),
    ):
        if isinstance(kind, known):
            return read
    return lambda value: value


def sum_of(connection: Connection, table: Table) -> Sum:
    """What a table adds up to now."""
    adding = Adding()
    for row in connection.execute(select(table).execution_options(yield_per=AT_ONCE)):
        adding.add(_line(row))
    return adding.sum()


def _require_empty(connection: Connection) -> None:
    used = [table.name for table in tables() if connection.execute(select(func.count()).select_from(table)).scalar()]
    if used:
        raise BadBackup(
            f"the warehouse holds something already ({', '.join(used[:3])} …); a backup is put into an empty one: name it with "
            "DATABASE_URL"
        )
