"""What happened to returns, step by step. Rows are only ever added; states, receipts and timeliness follow from them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select

from etl import audit, schema
from etl.clock import now, today
from etl.warehouse import insert

RECEIVED, ANSWERED, SUBMITTED, TAKEN_BACK, ACCEPTED, FINAL, RETURNED, ATTACHED, REOPENED, REMINDED, RECHECKED = (
    "received",
    "answered",
    "submitted",
    "taken_back",
    "accepted",
    "final",
    "returned",
    "attached",
    "reopened",
    "reminded",
    "rechecked",
)
DOWNLOADED = "downloaded"
"""The base took its form for the first time."""
EVENTS = (
    DOWNLOADED, RECEIVED, ANSWERED, SUBMITTED, TAKEN_BACK, ACCEPTED, FINAL, RETURNED, ATTACHED, REOPENED, REMINDED,
    RECHECKED,
)  # fmt: skip

BASE, PROVINCE, NATION, OPERATOR = "base", "province", "nation", "operator"
"""At which level somebody acts. An operator works on the command line and stands for any of them."""


@dataclass(frozen=True)
class Actor:
    """Who does something, and at which level."""

    name: str
    level: str


COMMAND_LINE = Actor("operator", OPERATOR)


@dataclass(frozen=True)
class Event:
    base: str
    period: str
    number: int
    event: str
    version: int | None
    day: date
    at: datetime
    by: str
    level: str
    reason: str | None


# Made once, because it runs for every return.
_LAST = select(func.max(schema.return_event.c.number)).where(
    *(schema.return_event.c[name] == bindparam(f"of_{name}") for name in ("base", "period"))
)
_EVENT = [schema.return_event.c[name] for name in Event.__dataclass_fields__]


def note(
    connection: Connection,
    base: str,
    period: str,
    actor: Actor,
    *happened: str,
    version: int | None = None,
    reason: str | None = None,
    day: date | None = None,
) -> None:
    """Adds events, in their order. `day`: on which they count as happened (default: today)."""
    table = schema.return_event
    number = (connection.execute(_LAST, {"of_base": base, "of_period": period}).scalar() or 0) + 1
    rest = (version, day or today(), now(), actor.name[:80], actor.level, reason or None)
    rows = [Event(base, period, place, event, *rest) for place, event in enumerate(happened, start=number)]
    insert(connection, table, [vars(row) for row in rows])
    for row in rows:
        key = base, period, row.number
        audit.note(
            connection, f"return.{row.event}", "return_event", *key, by=actor.name, version=version, reason=reason
        )


def events(connection: Connection, base: str, period: str) -> list[Event]:
    """What happened to a base's quarter, oldest first."""
    table = schema.return_event.c
    rows = connection.execute(select(*_EVENT).where(table.base == base, table.period == period).order_by(table.number))
    return [Event(*row) for row in rows]


def events_of_quarter(connection: Connection, period: str) -> dict[str, list[Event]]:
    """Base → what happened to its return of the quarter, oldest first."""
    table = schema.return_event.c
    rows = connection.execute(select(*_EVENT).where(table.period == period).order_by(table.base, table.number))
    found: dict[str, list[Event]] = {}
    for row in rows:
        found.setdefault(row.base, []).append(Event(*row))
    return found
