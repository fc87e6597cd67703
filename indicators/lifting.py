"""Scores above 0, as a geometric or harmonic mean of the programme's scores needs them: all scales on 1 … 100.

A geometric mean with one score of 0 is 0 whatever the others are, and of scores below 0 there is none. Percentile ranks
and min-max lie on 0 … 100 by what they are: x becomes 1 + 0.99 x. Z-scores have no ends of their own: the lowest of all
becomes 1 and the highest 100, by one map for all indicators, since a map for each would be min-max again. A map is
straight and rises, so that order, ties, gaps, and the worst score for what is withheld stay as they are.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from indicators.index.tree import Tree

Ends = tuple[float, float]
LIFTED: Ends = 1.0, 100.0
SPANS: Mapping[str, Ends] = {"percentile_rank": (0.0, 100.0), "minmax": (0.0, 100.0)}
"""The scales whose ends do not hang on the bases."""


def lifted(scales: Mapping[str, np.ndarray], ends: Mapping[str, Ends]) -> dict[str, np.ndarray]:
    """The same scores by scale, with the `ends` of each at 1 and 100."""
    return {name: stretched(scores, ends[name], LIFTED) for name, scores in scales.items()}


def ends_of(parts: Sequence[tuple[Mapping[str, np.ndarray], Tree]]) -> dict[str, Ends]:
    """Scale → what becomes 1 and what becomes 100, the same for all parts: scores [unit, indicator] by scale, each part
    with its tree. An indicator that weighs nothing has no say."""
    names = {name: None for scales, _ in parts for name in scales}  # once each, in their order
    return {
        name: SPANS.get(name) or _ends([_that_weigh(scales[name], tree) for scales, tree in parts]) for name in names
    }


def stretched(scores: np.ndarray, ends: Ends, onto: Ends) -> np.ndarray:
    """The straight map of `ends` onto two other numbers. Where both ends are the same, all becomes the lower one."""
    (lowest, highest), (low, high) = ends, onto
    return (scores - lowest) / ((highest - lowest) or 1.0) * (high - low) + low


def _that_weigh(scores: np.ndarray, tree: Tree) -> np.ndarray:
    return scores[:, np.asarray(tree.weights[: tree.indicators]) > 0]


def _ends(tables: Sequence[np.ndarray]) -> Ends:
    """The lowest and the highest score that is there; where none is, any two do."""
    there = np.concatenate([table[~np.isnan(table)] for table in tables])
    return (float(there.min()), float(there.max())) if there.size else LIFTED
