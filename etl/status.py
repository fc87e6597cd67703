"""Who has reported: derived from what came in, never from a button."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from etl import schema
from etl.registry import Base, Registry
from etl.returns import ACCEPTED, REJECTED

MISSING = "missing"


@dataclass(frozen=True)
class Reporting:
    """Where one base stands with one quarter. `state`: missing, or that of the accepted (else the newest) version;
    `first_valid`: the day of the first error-free version."""

    base: Base
    period: str
    state: str
    versions: int
    first_received: date | None
    first_valid: date | None
    late: bool | None
    """Whether the first error-free version came after the due day; None while there is none."""


def reporting(connection: Connection, registry: Registry, period: str) -> list[Reporting]:
    """Every base expected in that quarter, by code."""
    version = schema.return_version.c
    rows = connection.execute(
        select(version.base, version.version, version.state, version.received)
        .where(version.period == period)
        .order_by(version.base, version.version)
    )
    by_base: dict[str, list] = {}
    for row in rows:
        by_base.setdefault(row.base, []).append(row)
    quarter = registry.quarters.get(period)
    due = quarter.due if quarter else None
    return [_standing(base, period, by_base.get(base.code, []), due) for base in registry.bases(period)]


def _standing(base: Base, period: str, versions: list, due: date | None) -> Reporting:
    if not versions:
        return Reporting(base, period, MISSING, 0, None, None, None)
    accepted = [row for row in versions if row.state == ACCEPTED]
    valid = [row.received for row in versions if row.state != REJECTED]
    first_valid = min(valid, default=None)
    return Reporting(
        base,
        period,
        (accepted or versions)[-1].state,
        len(versions),
        min(row.received for row in versions),
        first_valid,
        first_valid > due if first_valid and due else None,
    )
