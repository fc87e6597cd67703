"""Scores and ranks of many replications of one index at once: other weights, another scale, another mean in each.

A replication is a row of `Draws`. Rows that share a scale and a mean are worked through together: within a parent the
weighted sums of the indicators, and the weights that are there, are matrix products [replication, indicator] ×
[indicator, unit]. For the units that have what most have every aggregate is one product with the indicators' effective
weights; the others, each with its own gaps, are worked out beside them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from indicators.index.aggregate import MEANS, aggregate
from indicators.index.rank import TIE, rank
from indicators.index.tree import Tree

CHUNK = 2**16
"""Values [replication, unit] worked on at once, which fit a processor's cache. Changes speed, never results."""


TIE_IN_BITS = int(TIE * 2**53) + 1
"""Doubles further apart than so many of their last bits are not tied: a last bit is at least 2⁻⁵³ of the number."""

SLICE = 2**18
"""Multiplications in one matrix product (rows × indicators × units); OpenBLAS starts threads beyond so many."""


@dataclass(frozen=True)
class Draws:
    """What differs between replications: `multipliers` [replication, code] of the weights, and by replication the
    place of its scale, the place of its mean, and the place of the indicator that is left out (−1: none is)."""

    multipliers: np.ndarray
    scale: np.ndarray
    mean: np.ndarray
    left_out: np.ndarray

    def __len__(self) -> int:
        return self.multipliers.shape[0]

    def take(self, rows: np.ndarray) -> "Draws":
        """Those replications only."""
        return Draws(self.multipliers[rows], self.scale[rows], self.mean[rows], self.left_out[rows])

    def weights(self, rows: np.ndarray, tree: Tree) -> np.ndarray:
        """[row, code]: the weights of these replications; what is left out weighs nothing."""
        weights = np.asarray(tree.weights) * self.multipliers[rows]
        left_out = self.left_out[rows]
        weights[left_out >= 0, left_out[left_out >= 0]] = 0.0
        return weights


@dataclass(frozen=True)
class _Ready:
    """One scale and mean of some units: the scores as the mean adds them, 0 where they are missing or weigh nothing."""

    how: str
    table: np.ndarray
    """[unit, indicator]"""
    present: np.ndarray
    """[unit, code] as 0 and 1; a single row where all units have the same."""


def scores_of_all(
    scales: Mapping[str, np.ndarray],
    tree: Tree,
    means: Sequence[str],
    min_share: float,
    share_of: str,
    lifted: Mapping[str, np.ndarray] | None = None,
) -> dict[tuple[str, str], np.ndarray]:
    """(scale, mean) → every code's score [unit, code] with the weights as they are. Raises as `aggregate` does.

    `lifted`: the same scales above 0, for means that need that; an arithmetic mean takes them as they are.
    """
    above = scales if lifted is None else lifted
    return {
        (scale, how): aggregate(
            (above if MEANS[how].needs_positive else scales)[scale],
            tree,
            how=how,
            min_share=min_share,
            share_of=share_of,
        )
        for scale, how in product(scales, means)
    }


def replicate(
    whole: Mapping[tuple[str, str], np.ndarray],
    tree: Tree,
    draws: Draws,
    codes: Sequence[str],
    within: np.ndarray,
) -> dict[str, np.ndarray]:
    """Ranks [unit, replication] of those aggregates, 1 for the best; 0: not ranked.

    `whole` is what `scores_of_all` gives, in the order that the draws' places mean: by scale, then by mean. What is
    missing there, for want of scores or of `min_share`, is missing in every replication: whether there is enough to
    judge does not hang on the draw. What is missing in the first of `whole` is never ranked. `within` [unit]: the
    number of the group in which a unit is ranked, below 0: none.
    """
    order, alike = _most_alike_first(whole)
    whole, within = {pair: table[order] for pair, table in whole.items()}, within[order]
    nominal = ~np.isnan(next(iter(whole.values())))
    size = within.shape[0]
    smallest = np.uint16 if size < 2**16 else np.uint32
    ranks = {code: np.zeros((size, len(draws)), dtype=smallest) for code in codes}
    places = {code: tree.codes.index(code) for code in codes}
    members = {code: _members(within, nominal[:, places[code]]) for code in codes}
    for rows, code, values in _scores(whole, tree, draws, places, alike):
        for group in members[code]:
            _place(ranks[code], rows, group, values)
    back = np.argsort(order)
    return {code: table if alike == size else table[back] for code, table in ranks.items()}


def scores(whole: Mapping[tuple[str, str], np.ndarray], tree: Tree, draws: Draws, code: str) -> np.ndarray:
    """The scores [replication, unit] of one aggregate; NaN: missing. `whole` and what is missing as in `replicate`.
    Where a scale has scores below 0, all of its scores are raised by the same, up to 0."""
    order, alike = _most_alike_first(whole)
    found = np.empty((len(draws), order.size))
    ordered, places = {pair: table[order] for pair, table in whole.items()}, {code: tree.codes.index(code)}
    for rows, _, values in _scores(ordered, tree, draws, places, alike):
        found[np.ix_(rows, order)] = values
    return found


def _scores(
    whole: Mapping[tuple[str, str], np.ndarray], tree: Tree, draws: Draws, places: Mapping[str, int], alike: int
) -> Iterator[tuple[np.ndarray, str, np.ndarray]]:
    """Some replications, a code, and its scores in them [replication, unit], until all have been. The first `alike`
    units have the same."""
    means = len({how for _, how in whole})
    for number, ((_, how), table) in enumerate(whole.items()):
        chosen = np.flatnonzero((draws.scale == number // means) & (draws.mean == number % means))
        if not chosen.size:
            continue
        parts = _ready(table, tree, how, alike)
        for rows in _chunks(chosen, len(table)):
            weights = draws.weights(rows, tree)
            for found in zip(*(_values(weights, part, tree, places) for part in parts), strict=True):
                yield rows, found[0][0], _beside([values for _, values in found])


def _most_alike_first(whole: Mapping[tuple[str, str], np.ndarray]) -> tuple[np.ndarray, int]:
    """(an order of the units, how many come first): those who have the same scores as most. For them every aggregate is
    one product; only the others need masks."""
    present = ~np.isnan(np.concatenate(list(whole.values()), axis=1))
    if not len(present):
        return np.arange(0), 0
    _, kind, number = np.unique(np.packbits(present, axis=1), axis=0, return_inverse=True, return_counts=True)
    usual = kind == np.argmax(number)
    return np.argsort(~usual, kind="stable"), int(usual.sum())


def _beside(tables: list[np.ndarray]) -> np.ndarray:
    return tables[0] if len(tables) == 1 else np.concatenate(tables, axis=1)


def _chunks(rows: np.ndarray, units: int) -> Iterator[np.ndarray]:
    step = max(1, CHUNK // max(units, 1))
    for start in range(0, rows.size, step):
        yield rows[start : start + step]


def _members(within: np.ndarray, judged: np.ndarray) -> list[np.ndarray]:
    """The units of each group that are ranked at all."""
    return [np.flatnonzero((within == group) & judged) for group in np.unique(within[judged & (within >= 0)])]


def _ready(whole: np.ndarray, tree: Tree, how: str, alike: int) -> list[_Ready]:
    """The first `alike` units, who have the same, and the others. Scores below 0 are all moved up by the same, which
    moves every mean by it and no rank: sums of numbers of both signs cancel, and would differ by rounding where units
    are equal."""
    present = ~np.isnan(whole)
    scores, weighs = whole[:, : tree.indicators], np.asarray(tree.weights)[: tree.indicators] > 0
    usable = present[:, : tree.indicators] & weighs
    table = MEANS[how].to(np.where(usable, scores, 1.0))
    if how == "arithmetic":
        table = table - min(table.min(initial=0.0, where=usable), 0.0) + 0.0  # and no −0
    table = np.where(usable, table, 0.0)
    first = _Ready(how, table[:alike], present[:1].astype(float))
    return [first, _Ready(how, table[alike:], present[alike:].astype(float))] if alike < len(table) else [first]


def _values(
    weights: np.ndarray, ready: _Ready, tree: Tree, places: Mapping[str, int]
) -> Iterator[tuple[str, np.ndarray]]:
    """Each code and its values [row, unit]: at least 0, NaN where missing."""
    masses = _masses(weights, ready.present, tree)
    alike = len(ready.present) == 1
    values = {} if alike else _means(weights, ready.table, masses, tree)
    for code, place in places.items():
        value = _sums(_effective(weights, masses, tree, place), ready.table) if alike else values[place]
        there = masses[place].there
        if ready.how != "arithmetic":
            value = MEANS[ready.how].back(value if there.all() else np.where(there, value, 1.0))
        yield code, value if there.size == 1 else np.where(there, value, np.nan)


@dataclass(frozen=True)
class _Mass:
    """Of an aggregate: the weight of its children that are there [row, unit], 1 where it is missing, and where it is
    there: one single True where it always is, which makes what is multiplied by it small."""

    weight: np.ndarray
    there: np.ndarray


def _masses(weights: np.ndarray, present: np.ndarray, tree: Tree) -> dict[int, _Mass]:
    masses: dict[int, _Mass] = {}
    for parent, children in tree.families:
        leaves, others = _kinds(children, tree)
        mass = _sums(weights[:, leaves], present[:, leaves])
        for child in others:
            mass = mass + weights[:, [child]] * masses[child].there
        if present[:, parent].all() and mass.min(initial=np.inf) > 0:
            masses[parent] = _Mass(mass, np.ones((1, 1), dtype=bool))
        else:
            there = (mass > 0) & (present[:, parent] > 0)
            masses[parent] = _Mass(np.where(there, mass, 1.0), there)
    return masses


def _means(weights: np.ndarray, table: np.ndarray, masses: Mapping[int, _Mass], tree: Tree) -> dict[int, np.ndarray]:
    """Place of each aggregate → its weighted mean of what is there [row, unit]; of no meaning where it is not."""
    value: dict[int, np.ndarray] = {}
    for parent, children in tree.families:
        leaves, others = _kinds(children, tree)
        total = _sums(weights[:, leaves], table[:, leaves])
        for child in others:
            total += (weights[:, [child]] * masses[child].there) * value[child]
        total /= masses[parent].weight
        value[parent] = total
    return value


def _effective(weights: np.ndarray, masses: Mapping[int, _Mass], tree: Tree, top: int) -> np.ndarray:
    """[row, indicator]: the share of each indicator in `top`, where all units have the same ones."""
    share = np.zeros((len(weights), len(tree.codes)))
    share[:, top] = 1.0
    for parent, children in reversed(tree.families):
        below = list(children)
        share[:, below] += share[:, [parent]] * masses[parent].there * weights[:, below] / masses[parent].weight
    return share[:, : tree.indicators]


def _sums(weights: np.ndarray, table: np.ndarray) -> np.ndarray:
    """[row, indicator] and [unit, indicator] → sums [row, unit]. In slices so small that the library of linear algebra
    takes one thread for each: for products this thin, threads that wait for a busy core cost more than they save."""
    step = SLICE // max(table.size, 1)
    if not 8 <= step < len(weights):
        return weights @ table.T
    whole = len(weights) // step * step
    sums = np.empty((len(weights), len(table)))
    np.matmul(
        weights[:whole].reshape(-1, step, weights.shape[1]), table.T, out=sums[:whole].reshape(-1, step, len(table))
    )
    np.matmul(weights[whole:], table.T, out=sums[whole:])
    return sums


def _kinds(children: Sequence[int], tree: Tree) -> tuple[list[int], list[int]]:
    """Which children are indicators, and which are aggregates."""
    return [c for c in children if c < tree.indicators], [c for c in children if c >= tree.indicators]


def _place(ranks: np.ndarray, rows: np.ndarray, group: np.ndarray, values: np.ndarray) -> None:
    """Writes the ranks of one group."""
    if group.size == len(ranks):
        ranks[:, rows] = rank_rows(values, ranks.dtype).T
    else:
        ranks[np.ix_(group, rows)] = rank_rows(values[:, group], ranks.dtype).T


def rank_rows(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Values [row, unit] of at least 0 → ranks, 1 for the largest; 0 for NaN. Ties take the best place, by the rule of
    `indicators.index.rank`.

    Sorting numbers is twice as fast as sorting places by them. The bits of a double from 0 up, read as a whole number,
    are in its order, so the unit's place can ride in the lowest bits (8 for 212 units, of 52). Rows where two
    neighbours are then nearer than that and TIE can tell, or where one is missing, are ranked again the exact way.
    """
    units = values.shape[1]
    riders = 2 ** max(units - 1, 1).bit_length() - 1
    keys = ~np.ascontiguousarray(values).view(np.int64)  # the complement: the largest first
    keys &= ~riders
    keys |= np.arange(units)
    keys.sort(axis=1)
    unsure = (keys[:, 1:] - keys[:, :-1] < TIE_IN_BITS + 2 * riders).any(axis=1) | np.isnan(values).any(axis=1)
    keys &= riders
    keys += (np.arange(len(keys)) * units)[:, None]  # places in the flat array: much faster than along an axis
    found = np.empty(keys.shape, dtype)
    found.ravel()[keys.ravel()] = np.broadcast_to(np.arange(1, units + 1, dtype=dtype), keys.shape).ravel()
    if unsure.any():
        exact = rank(values[unsure], axis=1)
        found[unsure] = np.where(np.isnan(exact), 0, exact)
    return found
