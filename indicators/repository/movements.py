"""What moved most in the returns that wait for a review: the first thing to look at in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from etl import periods
from etl.form import Measure, load_form
from etl.history import History
from etl.registry import Base, Registry
from indicators.repository.changes_of_return import before_of, change, is_big
from indicators.repository.returns import Waiting
from indicators.scope import NotAllowed, Scope

MOST = 3


@dataclass(frozen=True)
class Movement:
    """A measure that changed much. `change` is None where nothing was there before; `weight`: the difference as a share
    of the national figure of the quarter before."""

    measure: Measure
    value: float
    before: float
    change: float | None
    weight: float


def movements(
    connection: Connection, scope: Scope, found: Sequence[Waiting]
) -> Mapping[tuple[str, str], tuple[Movement, ...]]:
    """(base, period) → its big changes that weigh most in the national figure. Raises NotAllowed."""
    form, registry = load_form(), Registry(connection)
    history = History(connection, form, registry)
    bases = {(one.version.base, one.version.period): one.reporting.base for one in found}
    if any(not scope.allows_base(base) for base in bases.values()):
        raise NotAllowed("movements")
    wanted = {(base, periods.shift(period, -back)) for base, period in bases for back in (0, 1, 4)}
    known = history.figures(sorted(wanted))

    def moved(base: Base, period: str) -> tuple[Movement, ...]:
        now, last, year = (known.get((base.code, periods.shift(period, -back)), {}) for back in (0, 1, 4))
        weighed = []
        for measure in form.measures_of(base.type):
            value = now.get(measure.code)
            before = before_of(measure, last.get(measure.code), year.get(measure.code))
            if value is not None and before is not None and is_big(value, before):
                gap = abs(value - before)
                weight = gap / (abs(history.national(periods.shift(period, -1)).get(measure.code, 0.0)) or gap)
                weighed.append(Movement(measure, value, before, change(value, before), weight))
        return tuple(sorted(weighed, key=lambda one: (-one.weight, one.measure.code))[:MOST])

    return {key: moved(base, key[1]) for key, base in bases.items()}
