"""What the form works out while it is filled: the checks that look at what the form shows, and the roster's totals."""

from collections.abc import Mapping
from dataclasses import dataclass

from etl.excel import FAILS, HOLDS, UNKNOWN, Cell, NotInForm, check_formula
from etl.form import Check, Form, RosterColumn, Total
from etl.formula import measures
from etl.rules import RULES
from etl.rules.rows import INCUBATING, STATUS


@dataclass(frozen=True)
class LiveCheck:
    """A check as an Excel formula, to be shown beside the measure it speaks of."""

    check: Check
    measure: str
    formula: str


@dataclass(frozen=True)
class LiveTotal:
    """A measure that the roster must add up to: the roster's total as an Excel formula, and by how much they may
    differ (the larger of units and a share of the value)."""

    measure: str
    column: RosterColumn
    formula: str
    units: float
    share: float


def live_checks(form: Form, base_type: str, period: str, cell: Cell) -> list[LiveCheck]:
    """Every formula check that applies to the type and looks only at cells of the form."""
    not_asked = {code for code, measure in form.measures.items() if base_type not in measure.base_types}
    found = []
    for check in form.checks.values():
        if check.formula:
            try:
                text = check_formula(check.tree, cell, period, not_asked, form.tolerances)
            except NotInForm:
                continue
            found.append(LiveCheck(check, measures(check.tree)[0], text))
    return found


def live_totals(form: Form, base_type: str, ranges: Mapping[str, str]) -> list[LiveTotal]:
    """Every roster total of a measure asked of the type. `ranges`: roster column → its cells, as in Excel."""
    asked = {measure.code for measure in form.measures_of(base_type)}
    units, share = _sum_tolerance(form)
    found = []
    for column in form.roster_of(base_type):
        for total in column.totals:
            if total.measure in asked:
                text = _total(ranges[column.code], total, ranges.get(STATUS))
                exact = total.count is not None
                found.append(LiveTotal(total.measure, column, text, 0.0 if exact else units, 0.0 if exact else share))
    return found


def _sum_tolerance(form: Form) -> tuple[float, float]:
    """(units, share) that the catalogue's check on roster sums allows; exact without such a check."""
    for check in form.checks.values():
        if check.rule == "roster_sums":
            chosen = RULES[check.rule].parameters.model_validate(check.parameters)
            return chosen.tolerance_units, chosen.tolerance_share  # type: ignore[attr-defined]
    return 0.0, 0.0


def _total(cells: str, total: Total, status: str | None) -> str:
    inside = f',{status},"{INCUBATING}"' if total.over == INCUBATING and status else ""
    if total.count is None:
        return f"=SUMIFS({cells}{inside})" if inside else f"=SUM({cells})"
    return "=" + "+".join(f'COUNTIFS({cells},"{value}"{inside})' for value in total.count)


def compared(total: LiveTotal, value: str, roster: str) -> str:
    """✓ or ✗ for a total against the return's cell; "?" while that is blank."""
    slack = f"MAX({total.units:g},{total.share:g}*ABS({value}))"
    return f'=IF(COUNT({value})<1,"{UNKNOWN}",IF(ABS({roster}-{value})<={slack},"{HOLDS}","{FAILS}"))'


def combined(results: list[str]) -> str:
    """One sign for several results: ✗ if any fails, ✓ if all hold, else "?"."""
    fails = ",".join(f'{cell}="{FAILS}"' for cell in results)
    holds = ",".join(f'{cell}="{HOLDS}"' for cell in results)
    return f'=IF(OR({fails}),"{FAILS}",IF(AND({holds}),"{HOLDS}","{UNKNOWN}"))'
