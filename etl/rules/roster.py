"""R02–R05: the roster's rows together give what the return says.

A history workbook has no roster, and then nothing is said; nor where the column that a check needs is not there.
"""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from etl.catalogue import Entry
from etl.findings import Finding
from etl.ordering import suspicion_of
from etl.rules.context import Context, Parameters, Rule
from etl.rules.rows import INCUBATING, STATUS, holds, in_quarter, numbers, over
from etl.wording import number

if TYPE_CHECKING:
    from etl.reading import Roster


class Movement(Entry):
    """A measure that counts roster rows: those with one of these states, and with this date in the quarter."""

    measure: str
    status: list[str] | None = None
    date: str | None = None


class MovementParameters(Parameters):
    movements: list[Movement] = Field(min_length=1)

    def formulas(self) -> list[str]:
        return [movement.measure for movement in self.movements]


def roster_movements(context: Context, parameters: MovementParameters) -> Iterator[Finding]:
    """The roster's firms in incubation, entered, graduated and gone are as many as the return says."""
    roster = context.item.roster
    if roster is None:
        return
    for movement in parameters.movements:
        needed = ([STATUS] if movement.status else []) + ([movement.date] if movement.date else [])
        if all(column in roster.columns for column in needed):
            counted = np.ones(len(roster), dtype=bool)
            if movement.status:
                counted &= holds(roster, STATUS, movement.status)
            if movement.date:
                counted &= in_quarter(roster, movement.date, context.item.period or "")
            yield from _count_agrees(context, movement.measure, int(counted.sum()))


class SumParameters(Parameters):
    tolerance_share: float = Field(ge=0)
    tolerance_units: float = Field(ge=0)


def roster_sums(context: Context, parameters: SumParameters) -> Iterator[Finding]:
    """Each column that adds up to a measure does so, within the larger of the two tolerances; a blank counts as 0."""
    roster = context.item.roster
    if roster is None:
        return
    for column in context.form.roster.values():
        for total in column.totals:
            stated = _asked_value(context, total.measure)
            if total.count is not None or stated is None or column.code not in roster.columns:
                continue
            rows = over(roster, total.over)
            if rows is None:
                continue
            found = float(numbers(roster, column.code)[rows].sum())
            allowed = max(parameters.tolerance_units, parameters.tolerance_share * abs(stated))
            # 1e-9: what adding in another order may change.
            if abs(found - stated) > allowed + 1e-9 * max(1.0, abs(stated)):
                yield _disagreement(context, total.measure, found, stated, "adds up to", "合计")


class CountParameters(Parameters):
    financed: str
    financed_this_year: str
    column: str

    def formulas(self) -> list[str]:
        return [self.financed, self.financed_this_year]


def roster_counts(context: Context, parameters: CountParameters) -> Iterator[Finding]:
    """Firms with finance, in the quarter and since January, and firms with a mark are as many as the return says."""
    roster = context.item.roster
    if roster is None:
        return
    financed = _financed(context, roster)
    if financed is not None:
        yield from _count_agrees(context, parameters.financed, int(financed.sum()))
        yield from _financed_this_year(context, roster, financed, parameters)
    for column in context.form.roster.values():
        for total in column.totals:
            if total.count is None or column.code not in roster.columns:
                continue
            rows = over(roster, total.over)
            if rows is not None:
                marked = holds(roster, column.code, total.count) & rows
                yield from _count_agrees(context, total.measure, int(marked.sum()))


def _financed(context: Context, roster: "Roster") -> np.ndarray | None:
    """Which firms received any finance; None when a column of finance that the type is asked for is not there."""
    columns = [column.code for column in context.form.roster_of(context.base.type) if column.finance]
    if not columns or not all(column in roster.columns for column in columns):
        return None
    return np.any([numbers(roster, column) > 0 for column in columns], axis=0)


def _financed_this_year(
    context: Context, roster: "Roster", financed: np.ndarray, parameters: CountParameters
) -> Iterator[Finding]:
    earlier = context.rosters_this_year()
    if earlier is None or parameters.column not in roster.columns:
        return
    codes = roster.columns[parameters.column]
    known = set().union(*earlier) | {codes[firm] for firm in np.flatnonzero(financed) if codes[firm] is not None}
    yield from _count_agrees(context, parameters.financed_this_year, len(known))


class TeamParameters(Parameters):
    column: str
    """The roster's column of employees."""
    staff: str
    teams: str
    per_team: float = Field(gt=0)

    def formulas(self) -> list[str]:
        return [self.staff, self.teams]


def roster_staff(context: Context, parameters: TeamParameters) -> Iterator[Finding]:
    """The firms' employees fit within all employees, and the rest are no more than the teams can be."""
    roster, staff = context.item.roster, context.value(parameters.staff)
    if roster is None or staff is None or parameters.column not in roster.columns:
        return
    rows = over(roster, INCUBATING)
    if rows is None:
        return
    firms, name = float(numbers(roster, parameters.column)[rows].sum()), context.name(parameters.staff)
    if firms > staff:
        yield context.finding(
            f"The roster's firms in incubation have {number(firms)} employees, "
            f"but {name.en} = {number(staff)} ({number(firms - staff)} less).",
            f"名册在孵企业从业人员合计{number(firms)},而{name.zh}={number(staff)},少{number(firms - staff)}。",
            measure=parameters.staff,
            about=f"{parameters.column}>{parameters.staff}",
            quantity=firms / staff if staff else None,
            anticipated={parameters.staff: firms},
            suspicion=suspicion_of(firms / staff if staff else math.inf),
        )
        return
    teams, gap = context.value(parameters.teams), staff - firms
    if teams is not None and gap > (most := parameters.per_team * teams):
        each, left = number(parameters.per_team), number(gap)
        yield context.finding(
            f"{name.en} = {number(staff)}, {left} more than the {number(firms)} in the roster; "
            f"{number(teams)} teams of at most {each} people cannot explain that.",
            f"{name.zh}={number(staff)},比名册合计{number(firms)}多{left};{number(teams)}个团队、每队最多{each}人,不足以解释。",
            measure=parameters.staff,
            about=f"{parameters.staff}>{parameters.teams}",
            quantity=gap / teams if teams else None,
            anticipated={parameters.staff: firms + most},
            suspicion=suspicion_of(gap / most if most else math.inf),
        )


def _asked_value(context: Context, measure: str) -> float | None:
    """The return's value; None for a blank, and for what the form does not ask of the type."""
    asked = context.base.type in context.form.measures[measure].base_types
    return context.item.value(measure) if asked else None


def _count_agrees(context: Context, measure: str, found: int) -> Iterator[Finding]:
    stated = _asked_value(context, measure)
    if stated is not None and stated != found:
        yield _disagreement(context, measure, found, stated, "gives", "为")


def _disagreement(context: Context, measure: str, found: float, stated: float, verb: str, zh_verb: str) -> Finding:
    name, gap = context.name(measure), number(round(abs(stated - found), 2))
    more = stated > found
    roster, said = number(round(found, 2)), number(stated)
    return context.finding(
        f"{name.en}: the roster {verb} {roster}, but the return says {said} ({gap} {'more' if more else 'less'}).",
        f"{name.zh}:名册{zh_verb}{roster},报表为{said},{'多' if more else '少'}{gap}。",
        measure=measure,
        anticipated={measure: found},
    )


RULES = {
    "roster_movements": Rule(roster_movements, MovementParameters),
    "roster_sums": Rule(roster_sums, SumParameters),
    "roster_counts": Rule(roster_counts, CountParameters, looks_back=True),
    "roster_staff": Rule(roster_staff, TeamParameters),
}
