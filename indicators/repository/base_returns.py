"""The returns of one base over the last quarters as they stand now, and what its rosters add up to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from etl import periods, schema
from etl.events import events
from etl.form import RosterColumn, load_form
from etl.registry import Registry
from etl.status import Reporting, standing
from etl.versions import versions
from indicators.repository.changes import LEAST
from indicators.repository.members import named
from indicators.repository.publications import Publication
from indicators.repository.returns import QUARTERS_SHOWN
from indicators.scope import NotAllowed, Scope

COUNTED = "count"
"""The kind of roster column that can be added up to a number of people or things."""


@dataclass(frozen=True)
class BaseReturn:
    """One quarter. `errors`, `queries` and `open_queries` of the newest version; `sent_back`, `submitted`: the day on
    which it was, where that is where it stands."""

    reporting: Reporting
    errors: int
    queries: int
    open_queries: int

    @property
    def period(self) -> str:
        return self.reporting.period

    @property
    def state(self) -> str:
        """Where the newest version stands, which may be a correction of the one in force."""
        return self.reporting.pending or self.reporting.state


@dataclass(frozen=True)
class RosterTotals:
    """`firms`: rows of the roster; `sums`: by column, of the columns that count; None where so few firms are in them
    that a sum would tell of one."""

    period: str
    firms: int
    sums: Mapping[str, float | None]


def base_returns(
    connection: Connection, scope: Scope, base: str, last: str = "", quarters: int = QUARTERS_SHOWN
) -> tuple[BaseReturn, ...]:
    """The quarters up to `last` (default: the newest) in which the base was asked and was the scope's, the newest first.
    Raises NotAllowed where a base asks for another."""
    if scope.role == "base" and scope.base != base:
        raise NotAllowed(base)
    registry, found = Registry(connection), []
    asked = [period for period in registry.quarters if not last or period <= last]
    for period in reversed(asked):
        known = registry.base(base, period)
        if known is not None and scope.allows_base(known) and len(found) < quarters:
            came, happened = versions(connection, base, period), events(connection, base, period)
            counts = _counts(connection, base, period, came[-1].version) if came else Counter()
            reporting = standing(registry, known, period, came, happened)
            queries = counts["query", False] + counts["query", True]
            errors = counts["error", False] + counts["error", True]
            found.append(BaseReturn(reporting, errors, queries, counts["query", False]))
    return tuple(found)


def _counts(connection: Connection, base: str, period: str, version: int) -> Counter[tuple[str, bool]]:
    """(severity, whether it has an answer) → how many findings."""
    finding = schema.finding.c
    rows = connection.execute(
        select(finding.severity, finding.answer.is_not(None), func.count())
        .where(finding.base == base, finding.period == period, finding.version == version)
        .group_by(finding.severity, finding.answer.is_not(None))
    )
    return Counter({(severity, bool(answered)): count for severity, answered, count in rows})


def roster_totals(
    connection: Connection, scope: Scope, publication: Publication, base: str
) -> tuple[RosterTotals | None, RosterTotals | None]:
    """Of the publication's quarter and of the same a year before, from the accepted rosters; None where there is none.
    Rows of a roster are a firm's own affair: others than the base itself get no sum over fewer than LEAST firms.
    Raises NotAllowed, UnknownBase as `profile` does."""
    named(connection, scope, publication, base)
    registry, year_ago = Registry(connection), periods.shift(publication.period, -4)
    then = registry.base(base, year_ago)
    allowed = then is not None and scope.allows_base(then)
    now = _totals(connection, scope, base, publication.period)
    return now, _totals(connection, scope, base, year_ago) if allowed else None


def _totals(connection: Connection, scope: Scope, base: str, period: str) -> RosterTotals | None:
    roster = schema.roster.c
    rows = connection.execute(select(roster.details).where(roster.period == period, roster.base == base)).scalars()
    firms = list(rows)
    if not firms:
        return None
    shown = scope.role == "base" or len(firms) >= LEAST
    sums = {
        column.code: sum(float(firm.get(column.code) or 0) for firm in firms) if shown else None
        for column in counted_columns()
    }
    return RosterTotals(period, len(firms), sums)


def counted_columns() -> list[RosterColumn]:
    """The roster's columns that count people or things, without those that are part of another."""
    return [c for c in load_form().roster.values() if c.value_type == COUNTED and not c.part_of]
