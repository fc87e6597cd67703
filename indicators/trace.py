"""The returns of one base behind a number: every operand's file, sheet and cell, and what was found about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from etl import schema
from etl.places import address
from etl.registry import Registry
from indicators.sources import Sources


@dataclass(frozen=True)
class About:
    """Something that was found about an operand's cell, and what the base answered."""

    code: str
    severity: str
    message: str
    message_zh: str
    answer: str | None


@dataclass(frozen=True)
class Operand:
    """One measure of one quarter, and the cell it was read from (None throughout when it is missing)."""

    measure: str
    period: str
    value: float | None
    file: str | None
    sha256: str | None
    sheet: str | None
    cell: str | None
    version: int | None
    missing: str | None = None
    """Why there is no value; "not_asked" counts as 0 where it is added to a measure that is asked."""
    findings: tuple[About, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"findings": [vars(found) for found in self.findings]}


@dataclass(frozen=True)
class _Return:
    version: int
    file: str
    sha256: str
    sheet: str
    figures: Mapping[str, list]
    findings: dict[str, list[About]] = field(default_factory=dict)
    """By measure."""


@dataclass(frozen=True)
class Trace:
    """One base's returns in force by quarter, now or when something was published."""

    registry: Registry
    begun: str | None
    """The first quarter of which any base has a return: what lies before is no history."""
    returns: Mapping[str, _Return]

    def operand(self, measure: str, period: str) -> Operand | None:
        """None where the base's return has no value for it."""
        found = self.returns.get(period)
        if found is None or found.figures.get(measure, [None])[0] is None:
            return None
        value, row, col, *_ = found.figures[measure]
        place = (found.file, found.sha256, found.sheet, address(row, col), found.version)
        return Operand(measure, period, float(value), *place, findings=self.about(measure, period))

    def about(self, measure: str, period: str) -> tuple[About, ...]:
        """What was found about the measure in that quarter's return, a blank too, and what was answered."""
        found = self.returns.get(period)
        return tuple(found.findings.get(measure, ())) if found else ()


def trace_now(connection: Connection, registry: Registry, base: str) -> Trace:
    """As the facts are now."""
    version = schema.return_version.c
    begun = connection.execute(select(func.min(version.period)).where(version.in_force)).scalar()
    in_force = connection.execute(select(version.period, version.version).where(version.base == base, version.in_force))
    return Trace(registry, begun, _returns(connection, base, dict(map(tuple, in_force))))


def trace_of(connection: Connection, sources: Sources, base: str) -> Trace:
    """As they were when something was computed from those sources."""
    begun = min((source.period for source in sources.returns), default=None)
    used = {source.period: source.version for source in sources.returns if source.base == base}
    return Trace(sources.registry, begun, _returns(connection, base, used))


def _returns(connection: Connection, base: str, used: Mapping[str, int]) -> dict[str, _Return]:
    """`used`: the version of each quarter."""
    version, workbook, finding = schema.return_version.c, schema.workbook.c, schema.finding.c
    rows = connection.execute(
        select(version.period, version.version, workbook.name, version.sha256, version.sheet, version.figures)
        .join_from(schema.return_version, schema.workbook, workbook.sha256 == version.sha256)
        .where(version.base == base, version.period.in_(list(used)))
    )
    found = {row.period: _Return(*row[1:]) for row in rows if used[row.period] == row.version}
    about = connection.execute(
        select(schema.finding)
        .where(finding.base == base, finding.period.in_(list(used)), finding.measure.is_not(None))
        .order_by(finding.period, finding.number)
    )
    for row in about:
        if row.period in found and row.version == used[row.period]:
            told = About(row.code, row.severity, row.message_en, row.message_zh, row.answer)
            found[row.period].findings.setdefault(row.measure, []).append(told)
    return found
