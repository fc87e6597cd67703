"""What deserves a look: an indicator past its floor, a pillar in the lowest fifth of the peers, a missing return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from etl import periods
from etl.registry import Base
from indicators.composite import Composite
from indicators.compute import Values
from indicators.definition import Definitions, Floor, Floors, Indicator, Peers

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


@dataclass(frozen=True)
class Check:
    """Arrays by base: what each was held against (NaN: nothing), and who lies past it."""

    limits: np.ndarray
    past: np.ndarray


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
        yield from _past_floors(values, definitions, periods.quarter(period), quarter, kind, members, where)
        for pillar in definitions.pillars:
            yield from _weak_pillar(pillar, composite.scores[pillar][where], definitions, members)


def _past_floors(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter_of_year: int,
    quarter: int,
    kind: str,
    members: list[Base],
    columns: list[int],
) -> Iterator[Flag]:
    """Floors missed. An indicator that must not flag alone is told only of bases that missed another floor too."""
    hardship, judged = np.array([base.hardship for base in members]), with_floor(definitions, kind)
    checks = [
        check_floor(indicator, values[indicator.code], definitions, quarter_of_year, quarter, kind, hardship, columns)
        for indicator in judged
    ]
    missed = np.array([check.past for check in checks], dtype=bool).reshape(len(checks), len(members))
    counted = speaking(missed, np.array([indicator.alone for indicator in judged], dtype=bool))
    for indicator, check, told in zip(judged, checks, counted, strict=True):
        now = values[indicator.code].value[quarter, columns]
        for place in np.flatnonzero(told):
            yield Flag(members[place].code, FLOOR, indicator.code, float(now[place]), float(check.limits[place]))


def with_floor(definitions: Definitions, kind: str) -> list[Indicator]:
    """The indicators that have a floor for that type of base."""
    return [i for i in definitions.of_type(kind) if i.floor and i.floor.judges(kind)]


def speaking(missed: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """`missed[indicator, …]` without what may not speak alone: where `alone[indicator]` is false, it counts only
    beside another that was missed."""
    beside = missed[alone].any(axis=0) if alone.any() else np.zeros(missed.shape[1:], dtype=bool)
    return np.where(alone.reshape(-1, *[1] * (missed.ndim - 1)), missed, missed & beside)


def check_floor(
    indicator: Indicator,
    values: Values,
    definitions: Definitions,
    quarter_of_year: int,
    quarter: int,
    kind: str,
    hardship: np.ndarray,
    columns: Sequence[int],
) -> Check:
    """One floor in one quarter for bases of one type, at `columns`, with hardship[base]."""
    floor, now = indicator.floor, values.value[quarter, columns]
    assert floor is not None
    if floor.rule == "peer_p20":
        limits = _peer_limits(indicator, now, definitions)
    else:
        before = values.value[quarter - A_YEAR, columns] if quarter >= A_YEAR else np.full(now.shape, np.nan)
        value = floor.value_for(kind)
        assert value is not None
        eased = np.where(hardship, value * easing(floor, value, definitions.method.floors), value)
        limits = floor_limits(floor, eased, before, quarter_of_year)
    slack = NOISE * np.maximum(1.0, np.abs(limits))
    if is_upper(indicator):
        return Check(limits, now > limits + slack)
    return Check(limits, now <= limits + slack if floor.rule == "above" else now < limits - slack)


def is_upper(indicator: Indicator) -> bool:
    """Whether the floor is missed above it."""
    assert indicator.floor is not None
    return indicator.floor.rule == "max" or (indicator.floor.rule == "peer_p20" and indicator.direction == "down")


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
    """The floor's number for a base."""
    value = floor.value_for(base.type)
    assert value is not None
    return value * easing(floor, value, rules) if base.hardship else value


def easing(floor: Floor, value: float, rules: Floors) -> float:
    """By what a hardship base's floor is multiplied: positive lower floors come down; upper floors and negative lower
    ones move further out."""
    outward = floor.rule in UPPER_RULES or value < 0
    return rules.hardship_upper if outward else rules.hardship_lower


def _peer_limits(indicator: Indicator, now: np.ndarray, definitions: Definitions) -> np.ndarray:
    """The peers' percentile below which an indicator is weak, the same for all; NaN with too few peers."""
    present = now[~np.isnan(now)]
    peers = definitions.method.peers
    if present.size < peers.least_peers:
        return np.full(now.shape, np.nan)
    share = 100 - peers.weak_below if indicator.direction == "down" else peers.weak_below
    return np.full(now.shape, np.percentile(present, share))


def check_scores(scores: np.ndarray, peers: Peers) -> Check:
    """Scores of one type against the peers' percentile below which one is weak; no limit with too few peers."""
    present = scores[~np.isnan(scores)]
    limit = np.percentile(present, peers.weak_below) if present.size >= peers.least_peers else np.nan
    return Check(np.full(scores.shape, limit), scores < limit)


def _weak_pillar(pillar: str, scores: np.ndarray, definitions: Definitions, members: list[Base]) -> Iterator[Flag]:
    check = check_scores(scores, definitions.method.peers)
    for place in np.flatnonzero(check.past):
        yield Flag(members[place].code, PEERS, pillar, float(scores[place]), float(check.limits[place]))
