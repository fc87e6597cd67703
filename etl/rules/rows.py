"""The roster's columns as arrays, and findings at its rows. What several rules of the roster need."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from etl import periods
from etl.findings import MOST_ALIKE, Finding, and_more
from etl.rules.context import Context

if TYPE_CHECKING:
    from etl.reading import Roster

STATUS, INCUBATING = "status", "incubating"
"""The roster's column that says which firms are still there, and the word for them, as in a total's `over`."""


def numbers(roster: "Roster", column: str) -> np.ndarray:
    """A column as numbers, a blank as 0."""
    cells = np.array(roster.columns[column], dtype=float)
    return np.where(np.isnan(cells), 0.0, cells)


def holds(roster: "Roster", column: str, values: Sequence[str]) -> np.ndarray:
    """Which firms have one of these values in the column."""
    return np.array([cell in values for cell in roster.columns[column]], dtype=bool)


def in_quarter(roster: "Roster", column: str, period: str) -> np.ndarray:
    """Which firms have a date in the column that lies in the quarter, its first and last day included."""
    first, last = periods.starts(period), periods.ends(period)
    return np.array([day is not None and first <= day <= last for day in roster.columns[column]], dtype=bool)


def over(roster: "Roster", which: str) -> np.ndarray | None:
    """The rows that a total runs over; None when it cannot be told."""
    if which != INCUBATING:
        return np.ones(len(roster), dtype=bool)
    return holds(roster, STATUS, [INCUBATING]) if STATUS in roster.columns else None


def at_row(context: Context, column: str, firm: int, en: str, zh: str, **more: Any) -> Finding:
    """A finding at one firm's cell, about this firm and column, with the answer that stands in the firm's row; `more`
    are other fields of a Finding."""
    roster = context.item.roster
    assert roster is not None
    value = roster.columns[column][firm]
    shown = value if isinstance(value, float) else str(value)[:100]
    names = roster.columns.get(roster.key or "")
    name = str(names[firm])[:40] if names and names[firm] else f"row {roster.rows[firm] + 1}"
    place = {"sheet": roster.sheet, "cell": roster.cell(column, firm)}
    finding = context.finding(en, zh, **place, value=shown, about=f"{name} {column}", **more)
    return replace(finding, answer=roster.answers[firm]) if roster.answers else finding


def without(context: Context, firm: int) -> dict[str, float]:
    """What the return's totals of the roster would be without one firm, by measure."""
    roster, found = context.item.roster, {}
    assert roster is not None
    incubating = roster.columns.get(STATUS, [None] * len(roster))[firm] == INCUBATING
    for column in context.form.roster.values():
        cell = roster.columns[column.code][firm] if column.code in roster.columns else None
        for total in column.totals:
            part = float(cell in total.count) if total.count is not None else cell
            stated = context.item.value(total.measure)
            if isinstance(part, float) and stated is not None and (incubating or total.over != INCUBATING):
                found[total.measure] = stated - part
    return found


def listed(firms: Sequence[int], describe: Callable[[int], Finding]) -> Iterator[Finding]:
    """A finding for each firm with one and the same fault, for MOST_ALIKE at most; the last says how many are left."""
    for place, firm in enumerate(firms[:MOST_ALIKE], start=1):
        finding = describe(firm)
        left = len(firms) - MOST_ALIKE
        yield and_more(finding, left) if place == MOST_ALIKE and left > 0 else finding
