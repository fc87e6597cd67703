"""What moved most in the returns that wait for a review: the first thing to look at in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from etl import periods
from etl.form import Form, Measure, load_form
from etl.history import History
from etl.registry import Base, Registry
from indicators.repository.returns import BIG, Waiting, before_of, change
from indicators.scope import NotAllowed, Scope

MOST = 3


@dataclass(frozen=True)
class Movement:
    """A measure that changed much. `change` is None where nothing was there before."""

    measure: Measure
    value: float
    before: float
    change: float | None


def movements(
    connection: Connection, scope: Scope, found: Sequence[Waiting]
) -> Mapping[tuple[str, str], tuple[Movement, ...]]:
    """(base, period) → its big changes that weigh most in the sum over the type's bases. Raises NotAllowed."""
    form, registry = load_form(), Registry(connection)
    history = History(connection, form, registry)
    bases = {(one.version.base, one.version.period): one.reporting.base for one in found}
    if any(not scope.allows_base(base) for base in bases.values()):
        raise NotAllowed("movements")
    wanted = {(base, periods.shift(period, -back)) for base, period in bases for back in (0, 1, 4)}
    known = history.figures(sorted(wanted))
    totals = _Totals(history, form)

    def moved(base: Base, period: str) -> tuple[Movement, ...]:
        now, last, year = (known.get((base.code, periods.shift(period, -back)), {}) for back in (0, 1, 4))
        weighed = []
        for measure in form.measures_of(base.type):
            value = now.get(measure.code)
            before = before_of(measure, last.get(measure.code), year.get(measure.code))
            if value is None or before is None or value == before:
                continue
            share = change(value, before)
            if share is None or abs(share) > BIG:
                weight = abs(value - before) / (totals.of(base.type, period, measure.code) or abs(value - before))
                weighed.append((-weight, measure.code, Movement(measure, value, before, share)))
        return tuple(movement for *_, movement in sorted(weighed, key=lambda one: one[:2])[:MOST])

    return {key: moved(base, key[1]) for key, base in bases.items()}


class _Totals:
    """The sums over a type's accepted returns of the quarter before."""

    def __init__(self, history: History, form: Form):
        self._history, self._codes = history, list(form.measures)
        self._known: dict[tuple[str, str], dict[str, float]] = {}

    def of(self, kind: str, period: str, measure: str) -> float:
        if (kind, period) not in self._known:
            panel = self._history.peers(kind, periods.shift(period, -1))
            sums = np.nansum(panel.values[0], axis=1) if panel else np.zeros(len(self._codes))
            self._known[kind, period] = dict(zip(panel.measures if panel else self._codes, sums.tolist(), strict=True))
        return self._known[kind, period].get(measure, 0.0)
