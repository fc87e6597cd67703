"""Returns as a scope may see them: the board of bases and quarters, what waits for a review, one return whole.

Rows of a roster are a firm's own affair: only the base itself reads what a finding says of them, others read the
check's name and the cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import Connection, func, select

from etl import events, periods, returns, schema
from etl.catalogue import Text
from etl.events import BASE, NATION, PROVINCE, Event, events_of_quarter
from etl.findings import Finding
from etl.form import Form, Measure, load_form
from etl.history import History
from etl.reading import ROSTER_SHEET, Entry
from etl.registry import Base, Quarter, Registry
from etl.status import Reporting, reporting, standing
from etl.versions import (
    ACCEPTED,
    CHECKED,
    DRAFT,
    RETURNED,
    SUBMITTED,
    Version,
    figures,
    findings,
    versions,
    versions_of_quarter,
)
from indicators.repository.area import NATIONWIDE, Area
from indicators.repository.changes_of_return import before_of, change, is_big
from indicators.repository.members import UnknownBase
from indicators.repository.spread import percentiles
from indicators.scope import NotAllowed, Scope

LEVELS = {"base": BASE, "province": PROVINCE, "national": NATION}
"""Scope → at which level its people act on returns."""
WAITS_FOR: dict[str | None, str] = {PROVINCE: SUBMITTED, NATION: ACCEPTED}
"""Level → the state in which a return waits for it."""
QUARTERS_SHOWN = 8


def level_of(scope: Scope) -> str | None:
    """At which level the person acts; None: at none."""
    return LEVELS.get(scope.role) if scope.acts else None


# The board


def opened(connection: Connection, scope: Scope) -> tuple[Quarter, ...]:
    """Every quarter for which returns were ever asked, the oldest first."""
    return tuple(Registry(connection).quarters.values())


@dataclass(frozen=True)
class BoardRow:
    """One base, and where it stands in each quarter in which it was asked."""

    base: Base
    cells: Mapping[str, Reporting]


@dataclass(frozen=True)
class Board:
    """Bases × quarters, the newest quarter last."""

    quarters: tuple[Quarter, ...]
    rows: tuple[BoardRow, ...]


def board(
    connection: Connection,
    scope: Scope,
    last: str = "",
    type_code: str = "",
    area: Area = NATIONWIDE,
    quarters: int = QUARTERS_SHOWN,
) -> Board:
    """The scope's bases and the quarters opened up to `last` (default: the newest)."""
    registry = Registry(connection)
    shown = tuple(q for q in registry.quarters.values() if not last or q.period <= last)[-quarters:]
    cells: dict[str, dict[str, Reporting]] = {}
    bases: dict[str, Base] = {}
    for quarter in shown:
        for known in reporting(connection, registry, quarter.period):
            if inside(scope, known.base, type_code, area):
                cells.setdefault(known.base.code, {})[quarter.period] = known
                bases[known.base.code] = known.base
    return Board(shown, tuple(BoardRow(bases[code], cells[code]) for code in sorted(bases)))


def inside(scope: Scope, base: Base, type_code: str, area: Area) -> bool:
    """Whether the scope may see the base, and it is of the chosen type ("": any) and area."""
    return scope.allows_base(base) and type_code in ("", base.type) and area.holds(base.province)


# The queue


@dataclass(frozen=True)
class Waiting:
    """A return that waits for the viewer's level. `since`: the day on which it began to; `answered`: how many of its
    queries have an answer; `unusual`: the sum of its findings' scores."""

    version: Version
    reporting: Reporting
    since: date | None
    queries: int
    answered: int
    unusual: float


def queue(
    connection: Connection, scope: Scope, period: str = "", type_code: str = "", area: Area = NATIONWIDE
) -> tuple[Waiting, ...]:
    """What waits for the scope's level, of one quarter or of all, the most unusual first; nothing for a base."""
    state = WAITS_FOR.get(level_of(scope))
    registry = Registry(connection)
    found: list[Waiting] = []
    for quarter in sorted({waiting for _, waiting in _in_state(connection, state) if period in ("", waiting)}):
        came, happened = versions_of_quarter(connection, quarter), events_of_quarter(connection, quarter)
        counts = _query_counts(connection, quarter)
        for base in registry.bases(quarter):
            newest = came[base.code][-1] if base.code in came else None
            if newest and newest.state == state and inside(scope, base, type_code, area):
                mine = happened.get(base.code, [])
                known = standing(registry, base, quarter, came[base.code], mine)
                begun = [event.day for event in mine if event.event == state]
                asked = counts.get((newest.base, newest.version), (0, 0, 0.0))
                found.append(Waiting(newest, known, begun[-1] if begun else None, *asked))
    return tuple(sorted(found, key=lambda one: (-one.unusual, one.version.period, one.version.base)))


def waiting(connection: Connection, scope: Scope) -> int:
    """How many returns wait for this viewer's level."""
    rows = _in_state(connection, WAITS_FOR.get(level_of(scope)))
    if not rows:
        return 0
    registry = Registry(connection)
    known = (registry.base(base, period) for base, period in rows)
    return sum(base is not None and scope.allows_base(base) for base in known)


def to_do(connection: Connection, scope: Scope, period: str) -> bool:
    """Whether the quarter's return waits for the scope's own base: to be submitted, or with a query that came up
    since."""
    if scope.role != "base" or scope.base is None:
        return False
    registry = Registry(connection)
    if registry.base(scope.base, period) is None or not registry.is_open(scope.base, period):
        return False
    newest = returns.newest(connection, scope.base, period)
    if newest is None or newest.state in (DRAFT, CHECKED, RETURNED):
        return True
    return any(finding.open for finding in findings(connection, newest).values())


def _in_state(connection: Connection, state: str | None) -> list[tuple[str, str]]:
    """(base, period) of the returns that have a version in that state. One that waits is always the newest: while it
    does no other is taken."""
    version = schema.return_version.c
    rows = connection.execute(select(version.base, version.period).where(version.state == state).distinct())
    return [(row.base, row.period) for row in rows] if state else []


def _query_counts(connection: Connection, period: str) -> dict[tuple[str, int], tuple[int, int, float]]:
    """(base, version) → (queries, those with an answer, the sum of their scores)."""
    finding = schema.finding.c
    rows = connection.execute(
        select(finding.base, finding.version, func.count(), func.count(finding.answer), func.sum(finding.score))
        .where(finding.period == period, finding.severity == "query")
        .group_by(finding.base, finding.version)
    )
    return {(base, version): (asked, answered, score) for base, version, asked, answered, score in rows}


# One return


@dataclass(frozen=True)
class Paper:
    """A paper that was handed in with a version."""

    number: int
    version: int
    name: str
    media_type: str
    sha256: str
    size: int
    by: str
    at: object


@dataclass(frozen=True)
class Desk:
    """One base's quarter whole. `findings`: those of the newest version by number; `closed`: why no file is taken now;
    `steps`: what the viewer may do next."""

    base: Base
    quarter: Quarter
    reporting: Reporting
    versions: tuple[Version, ...]
    events: tuple[Event, ...]
    findings: Mapping[int, Finding]
    papers: tuple[Paper, ...]
    closed: Text | None
    steps: tuple[str, ...]
    reopened_until: date | None

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def locked(self) -> bool:
        """Whether the quarter has ended for this base."""
        return self.quarter.locked and self.reopened_until is None

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings.values())

    @property
    def open_queries(self) -> int:
        return sum(finding.severity == "query" and finding.open for finding in self.findings.values())


def desk(connection: Connection, scope: Scope, base: str, period: str) -> Desk:
    """Raises UnknownBase for a base that is not asked in that quarter, NotAllowed for another's."""
    registry = Registry(connection)
    known = known_base(registry, scope, base, period)
    came, happened = versions(connection, base, period), events.events(connection, base, period)
    newest, level = came[-1] if came else None, level_of(scope)
    found = findings(connection, newest) if newest else {}
    return Desk(
        base=known,
        quarter=registry.quarters[period],
        reporting=standing(registry, known, period, came, happened),
        versions=tuple(came),
        events=tuple(happened),
        findings={number: discreet(finding, scope) for number, finding in found.items()},
        papers=papers(connection, base, period),
        closed=returns.closed(connection, registry, base, period),
        steps=tuple(returns.steps_for(newest, level)) if newest and level else (),
        reopened_until=registry.reopened.get((base, period)),
    )


def known_base(registry: Registry, scope: Scope, base: str, period: str) -> Base:
    """The base as it was then, if the scope may see it."""
    known = registry.base(base, period)
    if known is None:
        if scope.role == "base" and scope.base != base:
            raise NotAllowed(base)  # whether another base exists is not a reporter's business
        raise UnknownBase(base)
    if not scope.allows_base(known):
        raise NotAllowed(base)
    return known


def discreet(finding: Finding, scope: Scope) -> Finding:
    """What the scope may read of a finding: the base what is said of its roster, but no other base's name; the nation
    such names, but a roster's firms only as the check's name and the cell; a province neither."""
    if scope.role == "base":
        return replace(finding, for_reviewer=None)
    known = finding.for_reviewer if scope.everywhere else None
    if finding.sheet != ROSTER_SHEET:
        return replace(finding, for_reviewer=known)
    check = load_form().checks.get(finding.code)
    message = check.name if check else Text(en="A fault in the roster.", zh="名册中有问题。")
    return replace(finding, message=message, value=None, for_reviewer=known)


def papers(connection: Connection, base: str, period: str) -> tuple[Paper, ...]:
    paper = schema.attachment.c
    rows = connection.execute(
        select(
            paper.number,
            paper.version,
            paper.name,
            paper.media_type,
            paper.sha256,
            func.length(paper.bytes),
            paper.by,
            paper.at,
        )
        .where(paper.base == base, paper.period == period)
        .order_by(paper.number)
    )
    return tuple(Paper(*row) for row in rows)


# Its values beside others


@dataclass(frozen=True)
class Line:
    """One measure of a return beside last quarter's and last year's value of the base, and the quartiles of the other
    bases of its type (None where there are too few)."""

    measure: Measure
    value: float | None
    answer: str | None
    cell: str | None
    last_quarter: float | None
    last_year: float | None
    peers: tuple[float, float, float] | None
    n_peers: int
    findings: tuple[int, ...]

    @property
    def before(self) -> float | None:
        """What it is compared with."""
        return before_of(self.measure, self.last_quarter, self.last_year)

    @property
    def change(self) -> float | None:
        """As a share of what it is compared with."""
        return None if self.value is None else change(self.value, self.before)

    @property
    def is_big(self) -> bool:
        return is_big(self.value, self.before)


@dataclass(frozen=True)
class Beside:
    """`peers_period`: the quarter that the peers' values are of."""

    lines: tuple[Line, ...]
    peers_period: str | None


def beside(connection: Connection, scope: Scope, base: str, period: str, number: int | None = None) -> Beside:
    """A version's values (default: the newest) beside what they are compared with. Raises as `desk` does."""
    form, registry = load_form(), Registry(connection)
    known = known_base(registry, scope, base, period)
    came = [version for version in versions(connection, base, period) if number in (None, version.version)]
    entries: Mapping[str, Entry] = figures(connection, came[-1]) if came else {}
    found = findings(connection, came[-1]) if came else {}
    last, year = periods.shift(period, -1), periods.shift(period, -4)
    history = History(connection, form, registry)
    known_figures = history.figures([(base, last), (base, year)])
    before, then = known_figures.get((base, last), {}), known_figures.get((base, year), {})
    peers_period, peers = _peers(history, form, known, period)
    lines = []
    for measure in form.measures_of(known.type):
        entry = entries.get(measure.code)
        others = peers.get(measure.code, [])
        quartiles = percentiles(others, (25, 50, 75)) if others else None
        lines.append(
            Line(
                measure=measure,
                value=entry.value if entry else None,
                answer=entry.answer if entry else None,
                cell=entry.cell if entry else None,
                last_quarter=before.get(measure.code),
                last_year=then.get(measure.code),
                peers=(quartiles[0], quartiles[1], quartiles[2]) if quartiles else None,
                n_peers=len(others),
                findings=tuple(n for n, finding in found.items() if finding.measure == measure.code),
            )
        )
    return Beside(tuple(lines), peers_period)


def _peers(history: History, form: Form, base: Base, period: str) -> tuple[str | None, Mapping[str, Sequence[float]]]:
    """The other bases' accepted values by measure: of this quarter when enough have reported, else of the last."""
    for quarter in (period, periods.shift(period, -1)):
        panel = history.peers(base.type, quarter)
        if panel is None:
            continue
        others = np.array([code != base.code for code in panel.bases]) & panel.returned[0]
        values = {code: _known(panel.values[0, panel.rows[code], others]) for code in form.measures}
        if any(percentiles(known, (50,)) for known in values.values()):
            return quarter, values
    return None, {}


def _known(values: np.ndarray) -> Sequence[float]:
    return values[~np.isnan(values)].tolist()
