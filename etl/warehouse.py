"""The warehouse: its engine, its transactions and the few statements that differ between SQLite and PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from etl import audit, schema, schema_access
from etl.config import settings
from etl.schema import metadata

assert schema_access.account.metadata is metadata  # its tables are among those that are made
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ONE_STATE: dict[str, dict[str, Any]] = {"sqlite": {}, "postgresql": {"isolation_level": "REPEATABLE READ"}}
"""What a transaction needs so that each of its statements sees what the first one saw."""
_ROWS_AT_ONCE = 1_000
_WORTH_COPYING = 50
"""From so many rows on COPY is quicker than INSERT, whose rows the driver sends in batches."""


class Unreachable(Exception):
    """The warehouse cannot be used; the message says what to do."""


class OtherSchema(Unreachable):
    """The database answers, but its tables are not those of this version."""


@cache
def connect(url: str | None = None) -> Engine:
    """The engine for a database URL (default: the configured one). Raises Unreachable for a URL that is no such."""
    url = url or settings().database_url
    try:
        target = make_url(url)
        if target.get_backend_name() not in _INSERT:
            raise Unreachable("DATABASE_URL must begin with sqlite: or postgresql:")
        engine = create_engine(target)
    except (SQLAlchemyError, ValueError, ImportError, OSError) as error:
        raise Unreachable(f"DATABASE_URL cannot be used ({error}); correct it") from None
    if target.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once, so that two writers queue instead of failing when both turn from reading.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the warehouse, whatever is written meanwhile. Raises Unreachable when there is
    none."""
    with (
        _told(),
        engine.connect().execution_options(**_ONE_STATE[engine.dialect.name]) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything inside happens and is in the audit, or nothing."""
    with _told(), engine.connect().execution_options(writes=True, notes=[]) as connection, connection.begin():
        yield connection
        audit.seal(connection)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).split("\n")[0]
        raise Unreachable(
            f"the warehouse cannot be used ({reason}); check DATABASE_URL, or run: python -m etl init"
        ) from error


def create(engine: Engine) -> bool:
    """Makes the tables, all of them or none, and an SQLite file's folder. False when there are tables already; raises
    Unreachable when those are not of this version."""
    if file := _sqlite_file(engine):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(f"{file.parent} cannot be made ({error.strerror}); correct DATABASE_URL") from None
    with writing(engine) as connection:
        fresh = not inspect(connection).get_table_names()
        if fresh:
            metadata.create_all(connection)
            insert(connection, schema.version, [{"version_num": schema.VERSION}])
    require(engine)
    return fresh


def _sqlite_file(engine: Engine) -> Path | None:
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


def require(engine: Engine) -> None:
    """Raises Unreachable unless the warehouse is there, OtherSchema unless it has its tables. Makes nothing."""
    file = _sqlite_file(engine)
    if file and not file.exists():
        raise Unreachable(f"there is no warehouse at {file}; correct DATABASE_URL, or run: python -m etl init")
    with reading(engine) as connection:
        found = version_of(connection)
    match found:
        case schema.VERSION:
            return
        case "":
            raise OtherSchema("the warehouse has no tables yet; run: python -m etl init")
        case None:
            raise OtherSchema("the warehouse was made by an earlier version; run: python -m etl migrate")
    if found > schema.VERSION:
        raise OtherSchema(f"the warehouse was made by a later version ({found}); install that one")
    raise OtherSchema(f"the warehouse is at version {found} of the schema; run: python -m etl migrate")


def version_of(connection: Connection) -> str | None:
    """The version that the tables are at; None for those of before there were versions, "" where there are none."""
    there = inspect(connection).get_table_names()
    if schema.version.name in there:
        return connection.execute(select(schema.version.c.version_num)).scalar_one()
    return None if there else ""


def insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds rows; every row gives the same columns."""
    rows = list(rows)
    if not rows:
        return
    # The rows go to the driver as they are, but for columns whose type the driver does not know: several times as fast
    # as through the compiler, for the many small rows of facts and rosters.
    statement, order, bound = _prepared_insert(table, tuple(rows[0]), connection.dialect)
    if bound:
        rows = [{**row, **{name: bind(row[name]) for name, bind in bound}} for row in rows]
    if connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING:
        _copy(connection, table, rows)
        return
    given = [tuple(map(row.__getitem__, order)) for row in rows] if order else [dict(row) for row in rows]
    connection.exec_driver_sql(statement, given)


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """PostgreSQL's own way for many rows. `rows`: their values as the driver knows them."""
    quote = connection.dialect.identifier_preparer
    names = list(rows[0])
    into = f"{quote.format_table(table)} ({', '.join(map(quote.quote, names))})"
    cursor: Any = connection.connection.cursor()
    with _told_by_driver(), cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


@contextmanager
def _told_by_driver() -> Iterator[None]:
    """What the driver itself raises becomes what SQLAlchemy would have made of it."""
    import psycopg  # only where it is used

    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance("COPY", None, error, psycopg.Error, connection_invalidated=False) from error


Bind = Callable[[Any], Any]


@cache
def _prepared_insert(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[str] | None, list[tuple[str, Bind]]]:
    """The statement, the order of its values where the driver takes them by place, and what makes of a column's value
    one that the driver knows."""
    compiled = table.insert().compile(dialect=dialect, column_keys=list(columns))
    binds = ((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in columns)
    return compiled.string, compiled.positiontup, [(name, bind) for name, bind in binds if bind]


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows, or replaces those with the same key; every row gives the same columns."""
    rows = list(rows)
    if not rows:
        return
    statement = _INSERT[connection.dialect.name](table)
    keys = [column.name for column in table.primary_key]
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=others)
        if others
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(statement, rows[start : start + _ROWS_AT_ONCE])
