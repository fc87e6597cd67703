"""What other thresholds would have done to the last published quarters, for those who see the whole programme."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from etl.registry import Base
from indicators.definition import load_definitions
from indicators.rejudge import read_quarters, rejudge
from indicators.repository.publications import publications
from indicators.scope import NotAllowed, Scope
from indicators.verdicts.reasons import RED
from indicators.verdicts.simulate import Change

QUARTERS = 4


@dataclass(frozen=True)
class Rejudged:
    """`lamps` and `grades`: counts as they are, and as they would be (None: no grade). `changes`: who would be judged
    otherwise, each with the base as it was then; those that turn red first, then the newest quarter."""

    periods: tuple[str, ...]
    working: tuple[str, ...]
    """Quarters of `periods` that are not published for good: judged from the data as they are now."""
    before: tuple[str, ...]
    """Quarters that were judged by other thresholds than those of the method now."""
    bases: int
    """That were in the programme in one of the quarters."""
    turn_red: int
    """How many of them would be red in a quarter in which they are not."""
    lamps: tuple[Counter, Counter]
    grades: tuple[Counter, Counter]
    changes: tuple[tuple[Base, Change], ...]


def other_thresholds(connection: Connection, scope: Scope, changed: Mapping[str, float]) -> Rejudged:
    """The newest publication of each of the last four quarters under the method's thresholds with those that are
    `changed`. Raises NotAllowed for who does not see every base, KeyError and ValueError for a threshold that cannot
    be set so, and NotKept."""
    if not scope.everywhere:
        raise NotAllowed("thresholds are simulated over the whole programme")
    method = load_definitions().method.verdicts
    shown = publications(connection, scope)[-QUARTERS:]
    quarters = read_quarters(connection, [known.code for known in shown])
    found = rejudge(quarters, method.changed(**changed))
    known = {(quarter.period, base.code): base for quarter in quarters for base in quarter.bases}
    listed = [(known[change.period, change.base], change) for change in found.changes]
    return Rejudged(
        tuple(quarter.period for quarter in quarters),
        tuple(quarter.period for quarter in quarters if quarter.working),
        tuple(quarter.period for quarter in quarters if quarter.settings != method),
        len({base for _, base in known}),
        len({change.base for _, change in listed if turns_red(change)}),
        found.lamps,
        found.grades,
        tuple(sorted(listed, key=lambda pair: _order(pair[1]))),
    )


def turns_red(change: Change) -> bool:
    return change.lamp[1] == RED != change.lamp[0]


def _order(change: Change) -> tuple:
    year, quarter = change.period.split("Q")
    return (not turns_red(change), -int(year), -int(quarter), change.base)
