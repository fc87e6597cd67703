"""How many returns of each quarter are in: counts only, which every scope may see, for whoever looks after the quarters."""

from dataclasses import dataclass

from sqlalchemy import Connection

from etl.registry import Quarter, Registry
from etl.status import reporting
from etl.versions import ACCEPTED, FINAL, SUBMITTED
from indicators.scope import Scope

HANDED_IN = (FINAL, ACCEPTED, SUBMITTED)
"""States in which the return is not the base's to work on."""


@dataclass(frozen=True)
class QuarterCount:
    """Of how many bases a return is expected, handed in, accepted for good."""

    quarter: Quarter
    expected: int
    handed_in: int
    final: int


def quarter_counts(connection: Connection, scope: Scope) -> tuple[QuarterCount, ...]:
    """Every quarter that was ever opened, the oldest first."""
    registry = Registry(connection)
    return tuple(_count(connection, registry, quarter) for quarter in registry.quarters.values())


def _count(connection: Connection, registry: Registry, quarter: Quarter) -> QuarterCount:
    states = [known.state for known in reporting(connection, registry, quarter.period)]
    return QuarterCount(quarter, len(states), sum(state in HANDED_IN for state in states), states.count(FINAL))
