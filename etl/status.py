"""Who has reported: derived from what came in and what happened to it, never from a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from etl import events
from etl.clock import today
from etl.events import Event, events_of_quarter
from etl.registry import Base, Registry
from etl.versions import Version, versions_of_quarter

MISSING = "missing"


@dataclass(frozen=True)
class Reporting:
    """Where one base stands with one quarter, by the days on which things happened.

    `state`: that of the version whose values are facts, else of the newest; missing when nothing came. `pending`: the
    newest version's state where it is another one. `first_valid`: the day of the first error-free version. `in_force`:
    some version's values are facts.
    """

    base: Base
    period: str
    state: str
    pending: str | None
    versions: int
    first_received: date | None
    first_valid: date | None
    first_submitted: date | None
    accepted: date | None
    due: date | None
    reminded: date | None
    in_force: bool = False

    @property
    def late(self) -> bool | None:
        """Whether the first error-free version came after the due day; None while there is none."""
        return self.first_valid > self.due if self.first_valid and self.due else None

    @property
    def overdue(self) -> bool:
        """Whether the due day has passed without an error-free version."""
        return self.first_valid is None and self.due is not None and today() > self.due


def reporting(connection: Connection, registry: Registry, period: str) -> list[Reporting]:
    """Every base expected in that quarter, by code."""
    came, happened = versions_of_quarter(connection, period), events_of_quarter(connection, period)
    return [
        standing(registry, base, period, came.get(base.code, []), happened.get(base.code, []))
        for base in registry.bases(period)
    ]


def standing(
    registry: Registry, base: Base, period: str, came: Sequence[Version], happened: Sequence[Event]
) -> Reporting:
    """Where a base stands, from its versions and events of the quarter, oldest first."""
    quarter = registry.quarters.get(period)
    in_force = next((version for version in came if version.in_force), None)
    newest = came[-1] if came else None
    shown = in_force or newest
    return Reporting(
        base=base,
        period=period,
        state=shown.state if shown else MISSING,
        pending=newest.state if newest and shown and newest.version != shown.version else None,
        versions=len(came),
        first_received=min((version.received for version in came), default=None),
        first_valid=min((version.received for version in came if version.error_free), default=None),
        first_submitted=_first(happened, events.SUBMITTED),
        accepted=_first(happened, events.ACCEPTED),
        due=quarter.due if quarter else None,
        reminded=_last(happened, events.REMINDED),
        in_force=in_force is not None,
    )


def _first(happened: Sequence[Event], event: str) -> date | None:
    # Of most returns nothing is to be told, and there are thousands.
    return min((one.day for one in happened if one.event == event), default=None) if happened else None


def _last(happened: Sequence[Event], event: str) -> date | None:
    return max((one.day for one in happened if one.event == event), default=None) if happened else None
