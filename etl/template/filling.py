"""What a form is written with, apart from what the catalogue says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl import periods
from etl.form import Form
from etl.history import History


@dataclass(frozen=True)
class Filling:
    """Values and answers by measure; `roster` rows by column, `answer` among them. `earlier` gives by measure last
    quarter's and last year's value, for comparison."""

    values: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    roster: Sequence[Mapping[str, Any]] = ()


def what_is_known(form: Form, history: History, base: str, period: str) -> Filling:
    """Last quarter's and last year's values, and what must equal one of last quarter's."""
    last, year = periods.shift(period, -1), periods.shift(period, -4)
    figures = history.figures([(base, last), (base, year)])
    before, then = figures.get((base, last), {}), figures.get((base, year), {})
    values = {code: before[earlier] for code, earlier in form.carried.items() if earlier in before}
    return Filling(values, earlier={code: (before.get(code), then.get(code)) for code in form.measures})
