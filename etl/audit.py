"""Who did what to which row, from where and when. Rows only ever come in, each sealed with the one before it: a row that
is changed, taken out or put in breaks the chain, and the last seal, kept elsewhere, shows that none is missing at the end.

What happens in a transaction is noted while it runs and written just before it ends, so that nothing is done without its
row, no row tells of what was not done, and writers queue for the chain only for a moment.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from etl.clock import now
from etl.schema_access import audit

COMMAND = "command"
START = "0" * 64
"""What the first row is sealed with."""
AT_ONCE = 10_000
_LOCK = 20_200_730  # any number that nothing else of this database locks
_acting: ContextVar[tuple[str, str]] = ContextVar("acting", default=("operator", COMMAND))


@dataclass(frozen=True)
class Entry:
    """One row. `detail`: JSON as it is stored, whose letters count."""

    number: int
    at: datetime
    by: str
    origin: str
    action: str
    subject: str
    detail: str
    hash: str


@dataclass(frozen=True)
class Verified:
    """`entries` rows hold together, the last with the seal `last`. `broken`: the number of the first that does not."""

    entries: int
    last: str
    broken: int | None = None


def act_as(by: str = "operator", origin: str = COMMAND) -> None:
    """Who acts from now on, in this thread or task."""
    _acting.set((by, origin))


@contextmanager
def acting(by: str, origin: str) -> Iterator[None]:
    """Whoever acts within, and from where: what is noted there names them."""
    before = _acting.set((by, origin))
    try:
        yield
    finally:
        _acting.reset(before)


def note(connection: Connection, action: str, subject: str, *key: object, by: str = "", **detail: object) -> None:
    """Notes what the transaction does. `subject`, `key`: the table and key of the row; `by`: who, if not whoever acts.
    To be called within `warehouse.writing`."""
    actor, origin = _acting.get()
    noted: list[dict[str, Any]] = connection.get_execution_options()["notes"]
    noted.append(
        {
            "at": now(),
            "by": (by or actor)[:80],
            "origin": origin[:60],
            "action": action,
            "subject": "/".join([subject, *map(str, key)])[:200],
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        }
    )


def seal(connection: Connection) -> None:
    """Writes what was noted. The last thing that a transaction does."""
    noted: list[dict[str, Any]] = connection.get_execution_options()["notes"]
    if not noted:
        return
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyhow
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    number, last = connection.execute(_LAST).first() or (0, START)
    for row in noted:
        number += 1
        row["number"] = number
        row["hash"] = last = _seal(last, row)
    connection.execute(insert(audit), noted)
    noted.clear()


_LAST = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
_SEALED = ("number", "at", "by", "origin", "action", "subject", "detail")


def _seal(before: str, row: dict[str, Any]) -> str:
    told = json.dumps([before, *(str(row[name]) for name in _SEALED)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def last_seal(connection: Connection) -> str:
    """Of the newest row."""
    found = connection.execute(_LAST).first()
    return found.hash if found else START


def verify(connection: Connection, known: Sequence[tuple[int, str]] = ()) -> Verified:
    """Whether the chain holds from its first row to its last. `known`: (number, seal) of rows as they were noted down
    elsewhere, which must be there still."""
    last, count = START, 0
    expected = dict(known)
    for entry in _all(connection):
        count += 1
        wanted = _seal(last, vars(entry))
        if entry.number != count or entry.hash != wanted or expected.pop(count, wanted) != wanted:
            return Verified(count - 1, last, count)
        last = wanted
    return Verified(count, last, min(expected, default=None))


def _all(connection: Connection) -> Iterator[Entry]:
    after = _PAGE.where(audit.c.number > bindparam("after"))
    number = 0
    while page := [Entry(*row) for row in connection.execute(after, {"after": number})]:
        yield from page
        number = page[-1].number


_PAGE = select(*(audit.c[name] for name in Entry.__dataclass_fields__)).order_by(audit.c.number).limit(AT_ONCE)


def entries(
    connection: Connection,
    action: str = "",
    by: str = "",
    subject: str = "",
    before: int | None = None,
    most: int = 100,
) -> list[Entry]:
    """The newest first. `action`, `subject`: how they begin; `by`: who; `before`: only of smaller numbers."""
    wanted = [
        *([audit.c.action.startswith(action, autoescape=True)] if action else []),
        *([audit.c.subject.startswith(subject, autoescape=True)] if subject else []),
        *([audit.c.by == by] if by else []),
        *([audit.c.number < before] if before else []),
    ]
    query = _PAGE.where(*wanted).order_by(None).order_by(audit.c.number.desc()).limit(most)
    return [Entry(*row) for row in connection.execute(query)]
