"""A quarter's returns all together, to be taken away: one row a base, its timeliness and every measure's value."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, tuple_

from etl import events, schema
from etl.registry import Quarter, Registry
from etl.status import Reporting, standing
from etl.versions import Version, versions_of_quarter
from indicators.repository import returns
from indicators.repository.area import NATIONWIDE, Area
from indicators.scope import NotAllowed, Scope

AT_ONCE = 200


@dataclass(frozen=True)
class CollectedReturn:
    """One base's quarter. `version`: the newest error-free one, whose values these are; None while there is none."""

    reporting: Reporting
    version: Version | None
    values: Mapping[str, float]


@dataclass(frozen=True)
class Collection:
    quarter: Quarter
    rows: tuple[CollectedReturn, ...]


def collect(
    connection: Connection, scope: Scope, period: str, type_code: str = "", area: Area = NATIONWIDE
) -> Collection:
    """The scope's bases of that quarter by code. No rows of rosters: they are a firm's own affair. Raises NotAllowed
    for a base, which has its own return."""
    if scope.role == "base":
        raise NotAllowed(period)
    registry = Registry(connection)
    came, happened = versions_of_quarter(connection, period), events.events_of_quarter(connection, period)
    newest: dict[str, Version] = {}
    standings: list[Reporting] = []
    for base in registry.bases(period):
        if returns.inside(scope, base, type_code, area):
            mine = came.get(base.code, [])
            standings.append(standing(registry, base, period, mine, happened.get(base.code, [])))
            if valid := [version for version in mine if version.error_free]:
                newest[base.code] = valid[-1]
    figures = _figures(connection, list(newest.values()))
    rows = (CollectedReturn(one, newest.get(one.base.code), figures.get(one.base.code, {})) for one in standings)
    return Collection(registry.quarters[period], tuple(rows))


def _figures(connection: Connection, wanted: list[Version]) -> dict[str, dict[str, float]]:
    """Base → its values without the blanks, of these versions of one quarter."""
    kept, found = schema.return_version.c, {}
    for start in range(0, len(wanted), AT_ONCE):
        keys = [(one.base, one.period, one.version) for one in wanted[start : start + AT_ONCE]]
        rows = connection.execute(
            select(kept.base, kept.figures).where(tuple_(kept.base, kept.period, kept.version).in_(keys))
        )
        for base, cells in rows:
            found[base] = {code: place[0] for code, place in cells.items() if place[0] is not None}
    return found
