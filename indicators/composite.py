"""Values → scores → pillars → index → ranks, within each type of base."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import rankdata

from etl.panel import Why
from indicators.compute import Values
from indicators.definition import Definitions, Indicator, Scores

TIE = 1e-12
"""Two indices closer than this (relative) share a rank; ranks are taken before any rounding."""

HELD_AGAINST = (Why.WITHHELD, Why.NO_RETURN)


@dataclass
class Composite:
    """One quarter: arrays [base] by code of indicator, pillar and index. NaN: missing, or not judged."""

    scores: dict[str, np.ndarray] = field(default_factory=dict)
    ranks: dict[str, np.ndarray] = field(default_factory=dict)


def percentile_rank(values: np.ndarray, ties: str = "average") -> np.ndarray:
    """(rank − 1) / (n − 1) × 100 among the values that are there; missing where there are fewer than two."""
    present = ~np.isnan(values)
    count = present.sum()
    scores = np.full(values.shape, np.nan)
    if count >= 2:
        scores[present] = (rankdata(values[present], method=ties) - 1) / (count - 1) * 100
    return scores


def rank_descending(values: np.ndarray) -> np.ndarray:
    """1 for the largest; equal values take the best place; NaN where the value is missing."""
    present = np.flatnonzero(~np.isnan(values))
    ranks = np.full(values.shape, np.nan)
    if not present.size:
        return ranks
    order = present[np.argsort(-values[present], kind="stable")]
    sorted_values = values[order]
    gap = np.abs(np.diff(sorted_values)) > TIE * np.maximum(np.abs(sorted_values[:-1]), np.abs(sorted_values[1:]))
    starts = np.concatenate([[0], np.where(gap, np.arange(1, order.size), 0)])
    ranks[order] = np.maximum.accumulate(starts) + 1
    return ranks


def weighted_mean(parts: list[np.ndarray], weights: list[float], min_share: float) -> np.ndarray:
    """The weighted mean of what is there; missing where less than `min_share` of the weight is."""
    if not parts or not sum(weights):
        return np.full(parts[0].shape if parts else (0,), np.nan)
    table, weight = np.array(parts), np.array(weights, dtype=float)[:, None]
    present = ~np.isnan(table)
    there = (present * weight).sum(axis=0)
    total = (np.where(present, table, 0.0) * weight).sum(axis=0)
    enough = (there > 0) & (there >= min_share * weight.sum() * (1 - TIE))
    return np.where(enough, total / np.where(there > 0, there, 1.0), np.nan)


def indicator_scores(indicator: Indicator, value: np.ndarray, why: np.ndarray, rules: Scores) -> np.ndarray:
    """Percentile rank in the direction of the indicator; what is withheld scores lowest, and a zero denominator does
    where the definition says so."""
    scores = percentile_rank(-value if indicator.direction == "down" else value, rules.ties)
    if value.size < 2 or np.isnan(value).all():
        return scores  # one base alone, or nothing there: nobody can be compared
    scores[np.isin(why, HELD_AGAINST)] = rules.withheld
    if indicator.zero_denominator == "lowest":
        scores[why == Why.ZERO_DENOMINATOR] = 0.0
    return scores


def composite(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    types: np.ndarray,
    returned: np.ndarray,
    type_names: list[str],
) -> Composite:
    """Scores, pillars, index and ranks of one quarter. `types[base]` and `returned[base]` are that quarter's; a base
    without a return is not scored at all: its missing return speaks for itself."""
    result = Composite()
    size = types.shape[0]
    for code in (*definitions.indicators, *definitions.pillars, definitions.method.index.code):
        result.scores[code], result.ranks[code] = np.full(size, np.nan), np.full(size, np.nan)
    for number, name in enumerate(type_names):
        members = np.flatnonzero((types == number) & returned)
        if members.size:
            _score_type(result, values, definitions, quarter, members, name)
    return result


def components(definitions: Definitions, code: str, base_type: str) -> list[tuple[str, float]]:
    """(what a pillar, or the index, is the weighted mean of for that type of base, its weight); nothing where it is not
    scored. A pillar weighs the sum of its indicators' weights; the indicators of a bonus pillar count equally."""
    if code == definitions.method.index.code:
        found = [(p.code, _weight(definitions, p.code, base_type)) for p in definitions.method.pillars if not p.bonus]
        return [(pillar, weight) for pillar, weight in found if weight]
    inside = [i for i in definitions.of_pillar(code) if i.scored and base_type in i.base_types]
    parts = [(i.code, 1.0 if definitions.pillars[code].bonus else i.weight) for i in inside]
    return parts if sum(weight for _, weight in parts) else []


def _weight(definitions: Definitions, pillar: str, base_type: str) -> float:
    return sum(weight for _, weight in components(definitions, pillar, base_type))


def _score_type(
    result: Composite,
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    members: np.ndarray,
    name: str,
) -> None:
    rules, scores = definitions.method.scores, {}
    for indicator in definitions.of_type(name):
        if indicator.scored:
            of = values[indicator.code]
            scores[indicator.code] = indicator_scores(
                indicator, of.value[quarter, members], of.why[quarter, members], rules
            )
    for code in (*definitions.pillars, definitions.method.index.code):
        if parts := components(definitions, code, name):
            scores[code] = weighted_mean(
                [scores[part] for part, _ in parts], [weight for _, weight in parts], rules.min_share
            )
    for code, found in scores.items():
        result.scores[code][members] = found
        result.ranks[code][members] = rank_descending(found)
