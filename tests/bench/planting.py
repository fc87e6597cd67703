"""Faults as people make them, put into returns that are right. Written apart from the sample's own faults, and from the
rules that should find them: each kind is a function of the right return and last quarter's, and says which cells of
the return it spoilt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from etl import periods
from etl.form import load_form
from tests.builders import credit_code

FORM = load_form()
MONEY = [code for code, measure in FORM.measures.items() if measure.value_type == "amount"]
COLUMNS = [code for code, column in FORM.roster.items() if column.value_type == "amount"]
FLOWS = [code for code, measure in FORM.measures.items() if measure.timing == "flow"]
SLIPS = (0.1, 10.0, 1_000.0, 10_000.0)

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Sent:
    """A base's return for a quarter, and what of it is spoilt: measures, and places in the roster."""

    period: str
    values: Mapping[str, float]
    answers: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = ()
    spoilt: frozenset[str] = frozenset()
    spoilt_rows: frozenset[int] = frozenset()


Plant = Callable[[Sent, Sent | None, np.random.Generator], Sent | None]
"""(right return, last quarter's, chance) → the return with the fault; None where it cannot be had."""


def _sent(right: Sent, values: Mapping[str, float], rows: Rows | None = None, at: Sequence[int] = ()) -> Sent | None:
    """The return with other values and rows; every measure that is now other than it should be is spoilt, whether in
    its cell or by the rows that are to add up to it. None when nothing changed."""
    rows = right.rows if rows is None else rows
    stated = {code for code, value in values.items() if value != right.values.get(code)}
    summed, before = _totals(rows, right.period), _totals(right.rows, right.period)
    told = {code for code in summed if summed[code] != before[code] and code in values}
    spoilt = stated | told
    return Sent(right.period, values, right.answers, rows, frozenset(spoilt), frozenset(at)) if spoilt else None


def _totals(rows: Rows, period: str) -> dict[str, float]:
    """What the rows say of each measure that a roster stands behind."""
    here = [row for row in rows if row["status"] == "incubating"]
    found = {"firms_end": float(len(here)), "firms_entered": float(sum(_in(row["entry_date"], period) for row in rows))}
    for measure, states in (("graduated", ["graduated"]), ("exited", ["exited", "closed"]), ("closed", ["closed"])):
        left = [row for row in rows if row["status"] in states and _in(row["status_date"], period)]
        found[f"firms_{measure}"] = float(len(left))
    money = [code for code, column in FORM.roster.items() if column.finance]
    found["fin_firms"] = float(sum(any(row.get(code) for code in money) for row in rows))
    for code, column in FORM.roster.items():
        for total in column.totals:
            cells = [row.get(code) for row in (rows if total.over == "all" else here)]
            counted = cells if total.count is None else [cell in total.count for cell in cells]
            found[total.measure] = round(sum(float(cell or 0) for cell in counted), 2)
    return found


def _in(day: date | None, period: str) -> bool:
    return day is not None and periods.starts(period) <= day <= periods.ends(period)


def slip(factor: float) -> Plant:
    """Every amount in another unit, the roster's too, so that both still agree."""

    def plant(right: Sent, _: Sent | None, __: np.random.Generator) -> Sent | None:
        rows = [
            {code: round(cell * factor, 2) if code in COLUMNS else cell for code, cell in row.items()}
            for row in right.rows
        ]
        values = {code: round(v * factor, 2) if code in MONEY else v for code, v in right.values.items()}
        summed = _totals(rows, right.period) if rows else {}
        return _sent(right, values | {code: summed[code] for code in MONEY if code in values and code in summed}, rows)

    return plant


def moved(*measures: str) -> Plant:
    """These measures are off by the same few firms, so that they do not follow from last quarter's."""

    def plant(right: Sent, last: Sent | None, rng: np.random.Generator) -> Sent | None:
        if last is None or not all(code in right.values for code in measures):
            return None
        off = int(rng.choice([-3, -2, -1, 1, 2, 3]))
        values = {code: right.values[code] + off for code in measures}
        return _sent(right, {**right.values, **values}) if min(values.values()) >= 0 else None

    return plant


def copied(right: Sent, last: Sent | None, _: np.random.Generator) -> Sent | None:
    """Last quarter's file with the new quarter in its head."""
    return _sent(right, last.values, last.rows) if last else None


def copied_flows(share: float) -> Plant:
    """Last quarter's flows again, or most of them, under stocks and a roster that are right."""

    def plant(right: Sent, last: Sent | None, rng: np.random.Generator) -> Sent | None:
        if last is None:
            return None
        again = {code: last.values[code] for code in FLOWS if code in last.values and rng.random() < share}
        return _sent(right, {**right.values, **again})

    return plant


def _chosen(right: Sent, rng: np.random.Generator, status: Sequence[str] = ("incubating",)) -> int | None:
    fit = [place for place, row in enumerate(right.rows) if row["status"] in status]
    return int(rng.choice(fit)) if fit else None


def row_removed(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    place = _chosen(right, rng, ("incubating", "graduated", "exited", "closed"))
    return None if place is None else _sent(right, right.values, [*right.rows[:place], *right.rows[place + 1 :]])


def row_doubled(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    place = _chosen(right, rng)
    if place is None:
        return None
    return _sent(right, right.values, [*right.rows, right.rows[place]], [place, len(right.rows)])


def row_added(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """A firm that is not in the base, much like one that is."""
    place = _chosen(right, rng)
    if place is None:
        return None
    stranger = {**right.rows[place], "uscc": credit_code(int(rng.integers(10**6))), "firm_name": "Another firm"}
    return _sent(right, right.values, [*right.rows, stranger], [len(right.rows)])


def _row_changed(right: Sent, place: int, **cells: Any) -> Sent | None:
    rows = [{**row, **cells} if at == place else row for at, row in enumerate(right.rows)]
    return _sent(right, right.values, rows, [place])


def amount_changed(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """One firm's amount, by 1.2 to 10 times what the roster may differ by."""
    summed = _totals(right.rows, right.period)
    fit = [
        (place, code, total.measure)
        for place, row in enumerate(right.rows)
        for code in COLUMNS
        if row.get(code)
        for total in FORM.roster[code].totals
        if total.measure in right.values
    ]
    if not fit:
        return None
    place, code, measure = fit[int(rng.integers(len(fit)))]
    gap = max(1.0, 0.005 * summed[measure]) * float(rng.uniform(1.2, 10))
    return _row_changed(right, place, **{code: round(right.rows[place][code] + gap, 2)})


def total_changed(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """The return's amount under a roster that is right, by 1 to 20 %."""
    fit = [t.measure for code in COLUMNS for t in FORM.roster[code].totals if right.values.get(t.measure, 0) > 200]
    if not fit or not right.rows:
        return None
    code = str(rng.choice(fit))
    changed = right.values[code] * (1 + float(rng.choice([-1, 1])) * float(rng.uniform(0.01, 0.2)))
    return _sent(right, {**right.values, code: round(changed, 2)})


def status_flipped(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """A firm in incubation is said to have left."""
    place = _chosen(right, rng)
    if place is None:
        return None
    day = periods.starts(right.period) + timedelta(days=int(rng.integers(0, 80)))
    return _row_changed(right, place, status=str(rng.choice(["graduated", "exited", "closed"])), status_date=day)


def status_back(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """A firm that has left is said to be in incubation still."""
    place = _chosen(right, rng, ("graduated", "exited", "closed"))
    return None if place is None else _row_changed(right, place, status="incubating", status_date=None)


def mark_flipped(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """One firm's yes is a no."""
    place, column = _chosen(right, rng), str(rng.choice(["hightech", "techsme", "cross_region"]))
    if place is None:
        return None
    return _row_changed(right, place, **{column: "no" if right.rows[place][column] == "yes" else "yes"})


def entry_moved(right: Sent, _: Sent | None, rng: np.random.Generator) -> Sent | None:
    """A firm that came in this quarter is dated before it."""
    fit = [place for place, row in enumerate(right.rows) if _in(row["entry_date"], right.period)]
    if not fit:
        return None
    return _row_changed(right, int(rng.choice(fit)), entry_date=periods.starts(right.period) - timedelta(days=3))


KINDS: dict[str, dict[str, Plant]] = {
    "unit slip of the whole return": {f"× {factor:,g}": slip(factor) for factor in SLIPS},
    "broken continuity": {
        "opening number": moved("firms_start"),
        "opening and closing number": moved("firms_start", "firms_end"),
        "closing number": moved("firms_end"),
        "graduates since start": moved("grads_cum"),
    },
    "copied return": {
        "whole file": copied,
        "all flows": copied_flows(1.0),
        "nine of ten flows": copied_flows(0.9),
    },
    "roster mismatch": {
        "row removed": row_removed,
        "row doubled": row_doubled,
        "row added": row_added,
        "firm's amount changed": amount_changed,
        "total changed": total_changed,
        "status flipped": status_flipped,
        "status flipped back": status_back,
        "mark flipped": mark_flipped,
        "entry moved": entry_moved,
    },
}
"""What the programme's owner asks for: group of faults → kind → how it is planted."""
