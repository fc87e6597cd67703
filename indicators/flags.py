"""What deserves a look: an indicator past its floor, a pillar in the lowest fifth of the peers, a missing return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from etl import periods
from etl.registry import Base
from indicators.composite import Composite
from indicators.compute import Values
from indicators.definition import Definitions, Floor, Floors, Indicator

FLOOR, PEERS, MISSING_RETURN = "floor", "p20", "missing_return"
A_YEAR = 4
UPPER_RULES = ("max", "max_fall_in_points_over_a_year")
NOISE = 1e-9
"""A value this close to its floor (relative) stands on it."""


@dataclass(frozen=True)
class Flag:
    """One thing to look into. `reference` is what the value was held against."""

    base: str
    kind: str
    code: str = ""
    value: float | None = None
    reference: float | None = None


def flags(
    values: Mapping[str, Values],
    composite: Composite,
    definitions: Definitions,
    period: str,
    quarter: int,
    bases: Sequence[Base],
    columns: Sequence[int],
    returned: np.ndarray,
) -> Iterator[Flag]:
    """Every flag of one quarter. `columns` are the bases' places in the arrays; `returned[base]` in their order."""
    for base, there in zip(bases, returned, strict=True):
        if not there:
            yield Flag(base.code, MISSING_RETURN)
    by_type: dict[str, list[int]] = {}
    for place, base in enumerate(bases):
        if returned[place]:
            by_type.setdefault(base.type, []).append(place)
    for kind, places in by_type.items():
        members, where = [bases[place] for place in places], [columns[place] for place in places]
        for indicator in definitions.of_type(kind):
            if indicator.floor and indicator.floor.judges(kind):
                yield from _past_floor(indicator, values[indicator.code], definitions, period, quarter, members, where)
        for pillar in definitions.pillars:
            yield from _weak_pillar(pillar, composite.scores[pillar][where], definitions, members)


def _past_floor(
    indicator: Indicator,
    values: Values,
    definitions: Definitions,
    period: str,
    quarter: int,
    members: list[Base],
    columns: list[int],
) -> Iterator[Flag]:
    floor, now = indicator.floor, values.value[quarter, columns]
    assert floor is not None
    if floor.rule == "peer_p20":
        limits = _peer_limits(indicator, now, definitions)
    else:
        before = values.value[quarter - A_YEAR, columns] if quarter >= A_YEAR else np.full(now.shape, np.nan)
        eased = np.array([eased_floor(floor, base, definitions.method.floors) for base in members])
        limits = floor_limits(floor, eased, before, periods.quarter(period))
    slack = NOISE * np.maximum(1.0, np.abs(limits))
    if floor.rule == "max" or (floor.rule == "peer_p20" and indicator.direction == "down"):
        past = now > limits + slack
    elif floor.rule == "above":
        past = now <= limits + slack
    else:
        past = now < limits - slack
    for place in np.flatnonzero(past):
        yield Flag(members[place].code, FLOOR, indicator.code, float(now[place]), float(limits[place]))


def floor_limits(floor: Floor, eased: np.ndarray, before: np.ndarray, quarter_of_year: int) -> np.ndarray:
    """The floor in the indicator's own unit, by base; NaN where it needs a year that is not there."""
    match floor.rule:
        case "min_ratio_to_last_year":
            return eased * before
        case "min_per_elapsed_quarter":
            return eased * quarter_of_year
        case "max_fall_in_points_over_a_year":
            return before - eased
    return eased


def eased_floor(floor: Floor, base: Base, rules: Floors) -> float:
    """The floor's number for a base: hardship bases are held to less. Positive lower floors come down; upper floors
    and negative lower ones move further out."""
    value = floor.value_for(base.type)
    assert value is not None
    if not base.hardship:
        return value
    outward = floor.rule in UPPER_RULES or value < 0
    return value * (rules.hardship_upper if outward else rules.hardship_lower)


def _peer_limits(indicator: Indicator, now: np.ndarray, definitions: Definitions) -> np.ndarray:
    """The peers' percentile below which an indicator is weak, the same for all; NaN with too few peers."""
    present = now[~np.isnan(now)]
    peers = definitions.method.peers
    if present.size < peers.least_peers:
        return np.full(now.shape, np.nan)
    share = 100 - peers.weak_below if indicator.direction == "down" else peers.weak_below
    return np.full(now.shape, np.percentile(present, share))


def _weak_pillar(pillar: str, scores: np.ndarray, definitions: Definitions, members: list[Base]) -> Iterator[Flag]:
    peers = definitions.method.peers
    present = scores[~np.isnan(scores)]
    if present.size < peers.least_peers:
        return
    limit = float(np.percentile(present, peers.weak_below))
    for place in np.flatnonzero(scores < limit):
        yield Flag(members[place].code, PEERS, pillar, float(scores[place]), limit)
