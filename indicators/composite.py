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
    count = np.count_nonzero(~np.isnan(values))
    return (places(values, ties) - 1) / (count - 1) * 100 if count >= 2 else np.full(values.shape, np.nan)


def places(values: np.ndarray, ties: str) -> np.ndarray:
    """1 for the smallest; equal values share the mean of their places ("average") or the first ("min"); NaN where the
    value is missing."""
    present = ~np.isnan(values)
    found = np.full(values.shape, np.nan)
    found[present] = rankdata(values[present], method=ties)
    return found


def rank_descending(values: np.ndarray) -> np.ndarray:
    """1 for the largest; equal values take the best place; NaN where the value is missing."""
    present = np.flatnonzero(~np.isnan(values))
    ranks = np.full(values.shape, np.nan)
    if not present.size:
        return ranks
    order = present[np.argsort(-values[present], kind="stable")]
    ranks[order] = falling_ranks(values[order])
    return ranks


def falling_ranks(falling: np.ndarray) -> np.ndarray:
    """The ranks of values that are there and stand from the largest down."""
    gap = np.abs(np.diff(falling)) > TIE * np.maximum(np.abs(falling[:-1]), np.abs(falling[1:]))
    starts = np.concatenate([[0], np.where(gap, np.arange(1, falling.size), 0)])
    return np.maximum.accumulate(starts) + 1


def weighted_mean(parts: list[np.ndarray], weights: list[float], min_share: float) -> np.ndarray:
    """The weighted mean of what is there; missing where less than `min_share` of the weight is."""
    if not parts or not sum(weights):
        return np.full(parts[0].shape if parts else (0,), np.nan)
    total, there = np.zeros(parts[0].shape), np.zeros(parts[0].shape)
    for part, weight in zip(parts, weights, strict=True):  # one by one: no array is larger than the answer
        missing = np.isnan(part)
        if missing.any():
            total += np.where(missing, 0.0, part) * weight
            there += ~missing * weight
        else:
            total += part * weight
            there += weight
    enough = (there > 0) & (there >= min_share * np.sum(weights) * (1 - TIE))
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
    scores |= aggregates(scores, definitions)
    for code, found in scores.items():
        result.scores[code][members] = found
        result.ranks[code][members] = rank_descending(found)


def aggregates(scores: Mapping[str, np.ndarray], definitions: Definitions) -> dict[str, np.ndarray]:
    """The indicators' scores of one type's bases → those of the pillars and the index, which are there where one of
    their indicators is defined for the type."""
    rules, found = definitions.method.scores, {}
    pillars, weights = [], []
    for pillar in definitions.method.pillars:
        inside = [i for i in definitions.of_pillar(pillar.code) if i.code in scores]
        parts, shares = [scores[i.code] for i in inside], [1.0 if pillar.bonus else i.weight for i in inside]
        if not sum(shares):
            continue
        found[pillar.code] = weighted_mean(parts, shares, rules.min_share)
        if not pillar.bonus:
            pillars.append(found[pillar.code])
            weights.append(sum(shares))
    if pillars:
        found[definitions.method.index.code] = weighted_mean(pillars, weights, rules.min_share)
    return found
