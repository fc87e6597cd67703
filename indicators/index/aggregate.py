"""Scores of the indicators → scores of every aggregate, up the tree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indicators.index.rank import TIE
from indicators.index.tree import Tree

Transform = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Mean:
    """A quasi-arithmetic mean: back(Σ w·to(x) / Σ w)."""

    to: Transform
    back: Transform
    needs_positive: bool


MEANS = {
    "arithmetic": Mean(np.asarray, np.asarray, False),
    "geometric": Mean(np.log, np.exp, True),
    "harmonic": Mean(np.reciprocal, np.reciprocal, True),
}

SHARES = ("number", "weight")


class NotPositive(ValueError):
    """A geometric or harmonic mean of a score that is not above 0: which unit (its place), which code, which score."""

    def __init__(self, unit: int, code: str, score: float, how: str):
        super().__init__(f"{code} of unit {unit} is {score:g}; a {how} mean needs scores above 0")
        self.unit, self.code, self.score, self.how = unit, code, score, how


def aggregate(
    scores: np.ndarray,
    tree: Tree,
    weights: np.ndarray | None = None,
    how: str = "arithmetic",
    min_share: float = 0.0,
    share_of: str = "number",
) -> np.ndarray:
    """Every code's score [..., unit, code] (in the tree's order) from the indicators' scores [..., unit, indicator].

    `weights` [..., code] are the tree's own unless given; leading axes of both (replications) are broadcast. Within a
    parent, missing children (NaN) drop out and the weights of the others are re-scaled. An aggregate is missing where
    less than `min_share` (0 to 1) of its children are there, counted or weighed (`share_of`: "number", "weight"), or
    where those that are there weigh nothing. Raises NotPositive for a geometric or harmonic mean of a score ≤ 0 that
    has a weight, and ValueError for weights that are negative or no numbers, or an unknown mean or share.
    """
    if how not in MEANS:
        raise ValueError(f"the means are {', '.join(MEANS)}, not {how!r}")
    if share_of not in SHARES:
        raise ValueError(f"a share is one of {' or '.join(SHARES)}, not {share_of!r}")
    scores = np.asarray(scores, dtype=float)
    weighed = np.asarray(tree.weights if weights is None else weights, dtype=float)
    if not (np.isfinite(weighed) & (weighed >= 0)).all():
        raise ValueError("a weight is a number of at least 0")
    columns = list(np.moveaxis(scores, -1, 0))  # each [..., unit], by code
    weight = list(np.moveaxis(weighed, -1, 0)[..., None])  # each [..., 1], by code
    for _, children in tree.families:  # in the order of the codes, children first
        if MEANS[how].needs_positive:
            _check_positive(columns, weight, children, tree, how)
        columns.append(family_mean(columns, weight, children, MEANS[how], min_share, share_of))
    shape = (*np.broadcast_shapes(scores.shape[:-2], weighed.shape[:-1]), scores.shape[-2])
    return np.stack([np.broadcast_to(column, shape) for column in columns], axis=-1)


def family_mean(
    columns: Sequence[np.ndarray] | Mapping[int, np.ndarray],
    weight: Sequence[Any],
    children: Sequence[int],
    mean: Mean,
    min_share: float,
    share_of: str,
) -> np.ndarray:
    """The scores [..., unit] of one aggregate from those of its children. `columns` [..., unit] and `weight` (numbers, or
    [..., 1]) are by code, `children` their places; the rest is as for `aggregate`, and is not checked.

    Child after child, so that no array is larger than the answer and the order of adding is always the same.
    """
    total, there, count = np.zeros(()), np.zeros(()), np.zeros(())
    for child in children:
        column, use = columns[child], ~np.isnan(columns[child])
        # A score that has no weight may be ≤ 0 also for means that need more.
        counts = use & (column > 0) if mean.needs_positive else use
        if counts.all():  # nothing to leave out: the same bits with fewer passes
            part, use = mean.to(column), True
        else:
            part = _without(mean.to(_without(column, ~counts, 1.0)), ~counts, 0.0)
        total = total + weight[child] * part
        there, count = there + weight[child] * use, count + use
    whole, found = (len(children), count) if share_of == "number" else (sum(weight[c] for c in children), there)
    enough = (there > 0) & (found >= min_share * whole * (1 - TIE))
    return np.where(enough, mean.back(np.where(enough, total / np.where(enough, there, 1.0), 1.0)), np.nan)


def _without(values: np.ndarray, where: np.ndarray, instead: float) -> np.ndarray:
    """A copy with another number in some places; several times as fast as np.where when these are few."""
    found = np.array(values)
    np.copyto(found, instead, where=where)
    return found


def _check_positive(
    columns: list[np.ndarray], weight: list[np.ndarray], children: tuple[int, ...], tree: Tree, how: str
) -> None:
    for child in children:
        wrong = (columns[child] < np.finfo(float).tiny) & (weight[child] > 0)
        if wrong.any():
            place = np.argwhere(wrong)[0]
            score = np.broadcast_to(columns[child], wrong.shape)[tuple(place)]
            raise NotPositive(int(place[-1]), tree.codes[child], float(score), how)
