"""What is known of a base before it fills its form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from etl import periods
from etl.form import Form
from etl.history import History
from etl.rules.rows import INCUBATING, STATUS
from etl.template import Filling


def prefilled(form: Form, history: History, base: str, period: str) -> Filling:
    """Last quarter's and last year's values, and what must equal one of last quarter's."""
    last, year = periods.shift(period, -1), periods.shift(period, -4)
    figures = history.figures([(base, last), (base, year)])
    before, then = figures.get((base, last), {}), figures.get((base, year), {})
    values = {code: before[earlier] for code, earlier in form.carried.items() if earlier in before}
    return Filling(values, earlier={code: (before.get(code), then.get(code)) for code in form.measures})


def with_firms(filling: Filling, form: Form, history: History, base: str, period: str) -> Filling:
    """The same with the firms that were in incubation at the end of the last accepted quarter: of each what stays the
    same. Everything else is blank, so that nobody sends last quarter's figures again."""
    quarter, rows = history.last_roster(base, period)
    firms = [_kept(form, row) for row in rows if row.get(STATUS) == INCUBATING]
    return replace(filling, roster=firms, carried_from=quarter) if firms else filling


def _kept(form: Form, row: Mapping[str, Any]) -> dict[str, Any]:
    constant = {code: column for code, column in form.roster.items() if column.constant and code in row}
    return {
        code: date.fromisoformat(row[code]) if column.value_type == "date" else row[code]
        for code, column in constant.items()
    }
