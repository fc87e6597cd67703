"""The faults that real returns have, planted in some of the sample's and written down, so that finding them can be
tested: amounts in another unit, a broken stock of firms, last quarter's return sent again, a roster that disagrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from etl.form import Form
from sample_data import rates
from sample_data.figures import FIRMS_END, FIRMS_START
from sample_data.programme import Member

WHOLE_SLIPS = 0.75
"""Share of the unit slips that took the whole return rather than one cell."""
FACTORS = {10_000: 0.4, 1_000: 0.25, 10: 0.2, 0.1: 0.15}
CORRECTED = "已更正上一版报表的错误 · Corrects an error of the version before"


@dataclass(frozen=True)
class Draft:
    """A return before it is written."""

    values: Mapping[str, float]
    answers: Mapping[str, str] = field(default_factory=dict)
    roster: Sequence[Mapping[str, Any]] = ()


Planted = tuple[Draft, dict[str, Any]]
"""The faulty return, and what the truth file says of the fault."""


def plan(members: Sequence[Member], quarters: Sequence[str], rng: np.random.Generator) -> dict[tuple[str, str], str]:
    """(base, quarter) → the kind of fault planted there, at most one. In the last quarter, where nothing is corrected
    yet, bases with a fate are spared: their decline or excellence is to be seen."""
    spots = [
        (member.base.code, quarter)
        for member in members
        for quarter in quarters
        if quarter != quarters[-1] or not (member.star or member.declines_in is not None)
    ]
    total, order = len(members) * len(quarters), [spots[i] for i in rng.permutation(len(spots))]
    planned, next_ = {}, 0
    for kind, share in rates.FAULTS.items():
        count = max(1, round(share * total))
        planned.update(dict.fromkeys(order[next_ : next_ + count], kind))
        next_ += count
    return planned


def plant(kind: str, form: Form, right: Draft, last: Draft, rng: np.random.Generator) -> Planted:
    """The return with a fault of that kind. `last` is the base's right return of the quarter before."""
    if kind == "unit_slip":
        return _unit_slip(form, right, rng)
    if kind == "stock_continuity":
        return _stock_continuity(right, rng)
    if kind == "copied":
        return Draft(last.values, last.answers, last.roster), {"measures": _changed(right, last)}
    return _roster_mismatch(right, rng)


def corrected(right: Draft, faulty: Draft) -> Draft:
    """The right return, with the reason given at every figure that was different."""
    return Draft(right.values, dict.fromkeys(_changed(right, faulty), CORRECTED) | dict(right.answers), right.roster)


def _changed(right: Draft, other: Draft) -> list[str]:
    codes = dict.fromkeys([*right.values, *other.values])
    return [code for code in codes if right.values.get(code) != other.values.get(code)]


def _unit_slip(form: Form, right: Draft, rng: np.random.Generator) -> Planted:
    """Mostly every amount, the roster's too, so that only its size betrays it; sometimes one cell."""
    factor = float(rng.choice(list(FACTORS), p=list(FACTORS.values())))
    amounts = [code for code, value in right.values.items() if form.measures[code].value_type == "amount" and value]
    columns = [code for code, column in form.roster.items() if column.value_type == "amount"]
    whole = rng.random() < WHOLE_SLIPS
    record: dict[str, Any] = {"extent": "return" if whole else "cell", "factor": factor}
    if not whole:
        rostered = {total.measure for column in form.roster.values() for total in column.totals}
        alone = [code for code in amounts if code not in rostered and right.values[code] >= 1]
        code = str(rng.choice(alone))
        slipped = {**right.values, code: round(right.values[code] * factor, 2)}
        return Draft(slipped, right.answers, right.roster), record | {"measures": [code]}
    rows = [
        row | {code: round(row[code] * factor, 2) for code in columns if code in row} for row in map(dict, right.roster)
    ]
    values = dict(right.values) | {code: round(right.values[code] * factor, 2) for code in amounts}
    for code in columns:
        for total in form.roster[code].totals:
            if total.measure in amounts:
                values[total.measure] = round(sum(row.get(code, 0.0) for row in rows), 2)
    return Draft(values, right.answers, rows), record | {"measures": amounts}


def _stock_continuity(right: Draft, rng: np.random.Generator) -> Planted:
    """The quarter opens with another number than the last closed with, or the closing number is added up wrongly."""
    off = int(rng.integers(1, 4))
    opening = rng.random() < 0.5
    measures = [FIRMS_START, FIRMS_END] if opening else [FIRMS_END]
    values = dict(right.values) | {code: right.values[code] + off for code in measures}
    record = {"how": "opening" if opening else "closing", "measures": measures}
    return Draft(values, right.answers, right.roster), record


def _roster_mismatch(right: Draft, rng: np.random.Generator) -> Planted:
    """A few firms in incubation are missing from the roster, or stand in it twice."""
    here = [i for i, row in enumerate(right.roster) if row["status"] == "incubating"]
    chosen = set(map(int, rng.choice(here, min(len(here), int(rng.integers(1, 4))), replace=False)))
    missing = rng.random() < 0.5
    rows = [row for i, row in enumerate(right.roster) if not (missing and i in chosen)]
    if not missing:
        rows += [right.roster[i] for i in sorted(chosen)]
    firms = [right.roster[i]["uscc"] for i in sorted(chosen)]
    return Draft(right.values, right.answers, rows), {"how": "missing" if missing else "doubled", "firms": firms}
