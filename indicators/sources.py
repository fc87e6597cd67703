"""What results are computed from: which version of each return is in force, what the bases were, who has not reported.

The text of it is kept with a publication, so that it can be computed again after returns and bases have changed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from etl import periods, schema
from etl.catalogue import Text
from etl.clock import today
from etl.form import Form
from etl.panel import Panel
from etl.registry import Base, Quarter, Registry, base_history
from etl.status import Reporting, reporting
from etl.versions import DRAFT, UNDER_REVIEW
from indicators.cases import false_data
from indicators.cube import Facts, build_cube

NOT_DUE, IN_REVIEW, MISSED = "not_due", "in_review", "missed"
FINAL, REVISED = "final", "revised"
SETTLED = (FINAL, REVISED)
"""Vintages that an approver signs, and whose grades count in the year after."""
LAST_QUARTER = "Q4"


@dataclass(frozen=True, order=True)
class Source:
    """A return whose values are the facts of its base and quarter."""

    period: str
    base: str
    version: int
    sha256: str


@dataclass(frozen=True, order=True)
class Absent:
    """A base that was asked for a quarter and has no return in force. `state`: NOT_DUE, IN_REVIEW or MISSED; `errors`:
    what came in last has errors."""

    period: str
    base: str
    state: str
    errors: bool


@dataclass(frozen=True, order=True)
class YearGrade:
    """The grade of a year, of the newest final or revised publication of its last quarter."""

    period: str
    base: str
    grade: str


@dataclass(frozen=True, order=True)
class FalseData:
    """A base whose data of a quarter a person found false; the finding stands."""

    period: str
    base: str


@dataclass(frozen=True)
class Sources:
    """The state of the data. Every part is in order, so equal data are equal, and have the same text and hash."""

    returns: tuple[Source, ...]
    absent: tuple[Absent, ...]
    history: tuple[tuple[date, Base], ...]
    """(valid from, base)."""
    quarters: tuple[Quarter, ...]
    grades: tuple[YearGrade, ...]
    false_data: tuple[FalseData, ...] = ()

    def until(self, period: str) -> "Sources":
        """What the results of that quarter rest on."""
        last = periods.ends(period)
        return Sources(
            tuple(source for source in self.returns if source.period <= period),
            tuple(absent for absent in self.absent if absent.period <= period),
            tuple(entry for entry in self.history if entry[0] <= last),
            tuple(quarter for quarter in self.quarters if quarter.period <= period),
            tuple(grade for grade in self.grades if grade.period == _year_before(period)),
            tuple(found for found in self.false_data if _same_year(found.period, period) and found.period <= period),
        )

    @property
    def text(self) -> str:
        # Whether a quarter is locked changes no result, so it is left out.
        told = {
            "returns": [[s.period, s.base, s.version, s.sha256] for s in self.returns],
            "absent": [[a.period, a.base, a.state, a.errors] for a in self.absent],
            "bases": [[since.isoformat(), asdict(base) | {"name": base.name.model_dump()}]
                      for since, base in self.history],
            "quarters": [[q.period, q.opens.isoformat(), q.due.isoformat()] for q in self.quarters],
            "grades": [[g.period, g.base, g.grade] for g in self.grades],
            "false_data": [[f.period, f.base] for f in self.false_data],
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> "Sources":
        told = json.loads(text)
        return cls(
            tuple(Source(*row) for row in told["returns"]),
            tuple(Absent(*row) for row in told["absent"]),
            tuple((date.fromisoformat(since), _base(base)) for since, base in told["bases"]),
            tuple(
                Quarter(period, date.fromisoformat(opens), date.fromisoformat(due), False)
                for period, opens, due in told["quarters"]
            ),
            tuple(YearGrade(*row) for row in told["grades"]),
            tuple(FalseData(*row) for row in told["false_data"]),
        )

    @property
    def registry(self) -> Registry:
        """The bases and quarters as they were then."""
        return Registry.known(self.history, self.quarters)

    def absence(self, period: str) -> dict[str, Absent]:
        """By base, why no return of that quarter is in force."""
        return {absent.base: absent for absent in self.absent if absent.period == period}


def read_sources(connection: Connection) -> Sources:
    """The state of the data now, of all quarters."""
    version = schema.return_version.c
    rows = connection.execute(
        select(version.period, version.base, version.version, version.sha256).where(version.in_force)
    )
    registry = Registry(connection)
    return Sources(
        tuple(sorted(Source(*row) for row in rows)),
        tuple(sorted(_absent(connection, registry))),
        tuple(base_history(connection)),
        tuple(registry.quarters.values()),
        tuple(sorted(_grades(connection))),
        tuple(sorted(FalseData(period, base) for base, period in false_data(connection))),
    )


def _absent(connection: Connection, registry: Registry) -> Iterable[Absent]:
    for period in registry.quarters:
        for known in reporting(connection, registry, period):
            if not known.in_force:
                errors = DRAFT in (known.state, known.pending)
                yield Absent(period, known.base.code, _why_absent(known), errors)


def _why_absent(known: Reporting) -> str:
    if known.state in UNDER_REVIEW:
        return IN_REVIEW
    return MISSED if known.due is None or today() > known.due else NOT_DUE


def _grades(connection: Connection) -> Iterable[YearGrade]:
    publication, verdict = schema.publication.c, schema.verdict.c
    rows = connection.execute(
        select(publication.publication, publication.period, publication.vintage, publication.number).where(
            publication.vintage.in_(SETTLED), publication.period.like(f"%{LAST_QUARTER}")
        )
    )
    newest = {
        row.period: row.publication for row in sorted(rows, key=lambda row: (SETTLED.index(row.vintage), row.number))
    }
    for period, name in newest.items():
        graded = select(verdict.base, verdict.grade).where(verdict.publication == name, verdict.grade.is_not(None))
        for base, grade in connection.execute(graded):
            yield YearGrade(period, base, grade)


def _year_before(period: str) -> str:
    """The last quarter of the year before."""
    return f"{periods.parse(period)[0] - 1}{LAST_QUARTER}"


def _same_year(period: str, other: str) -> bool:
    return periods.parse(period)[0] == periods.parse(other)[0]


def read_panel(connection: Connection, form: Form, sources: Sources, period: str) -> Panel:
    """The panel that the quarter's results were computed on, from the versions that were in force: as the facts stood
    then, whatever has been accepted since. Returns are never changed, so their own figures are read."""
    version = schema.return_version.c
    wanted = {(source.period, source.base, source.version) for source in sources.returns}
    rows = connection.execute(
        select(version.period, version.base, version.version, version.figures).where(version.period <= period)
    )
    quarters, measures, bases, values = [], [], [], []
    for row in rows:
        if (row.period, row.base, row.version) not in wanted:
            continue
        for measure, (value, *_) in row.figures.items():
            if value is not None:
                quarters.append(row.period)
                measures.append(measure)
                bases.append(row.base)
                values.append(value)
    returned = [(source.period, source.base) for source in sources.returns]
    first = min((source.period for source in sources.returns), default=None)
    span = periods.span(first, period) if first else ()
    return build_cube(Facts(quarters, measures, bases, values, returned), form, sources.registry, span)


def _base(told: dict[str, Any]) -> Base:
    parts: dict[str, Any] = {**told, "name": Text(**told["name"])}
    return Base(**parts)
