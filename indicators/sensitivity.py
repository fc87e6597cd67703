"""Which choice matters most? Sobol' indices of the ranks' mean shift from the nominal ones.

Explained is the mean over the units of |rank − nominal rank|, one number a replication. The factors are the scale, the
mean, the indicator left out, and for each aggregate the weights of its children together. The first-order index is the
share of the variance that a factor explains alone; the total index also counts what it does together with others
(Sobol' 1993; estimators of Saltelli et al. 2010, Comput. Phys. Commun. 181, 259–270, as SciPy has them). Both are
estimates: from few points a share can come out below 0, above 1, or the first above the total. They are given as they
are, each with its standard error (of bootstrap resamples of the points, as Archer, Saltelli & Sobol' 1997, J. Stat.
Comput. Simul. 58, 99–120).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc, sobol_indices

from indicators.index.rank import rank
from indicators.index.tree import Tree
from indicators.replications import Draws, replicate, scores_of_all
from indicators.uncertainty import NOISE, candidates

SCALE, MEAN, LEFT_OUT = "scale", "mean", "left_out"
RESAMPLES = 200
NEAR = 1e-9
ROUGH = 0.05
"""A standard error above this leaves the order of the factors open."""


@dataclass(frozen=True)
class Factor:
    """A choice: its code (SCALE, MEAN, LEFT_OUT, or an aggregate, for the weights of its children), the share of the
    variance it explains alone, and with others, and their standard errors."""

    code: str
    first: float
    total: float
    first_error: float = 0.0
    total_error: float = 0.0

    @property
    def possible(self) -> bool:
        """Whether shares can be so: those that cannot come from too few points."""
        return -NEAR <= self.first <= self.total + NEAR <= 1 + 2 * NEAR


@dataclass(frozen=True)
class Sensitivity:
    """The factors, the most important first, and the mean of what they explain: by how many places ranks shift; from so
    many `points` for each index."""

    factors: tuple[Factor, ...]
    shift: float
    points: int = 0

    @property
    def rough(self) -> bool:
        """Whether there are too few points to tell the factors' order."""
        return any(max(one.first_error, one.total_error) > ROUGH for one in self.factors)


def sensitivity(
    scales: Mapping[str, np.ndarray],
    tree: Tree,
    *,
    means: Sequence[str] = ("arithmetic",),
    lifted: Mapping[str, np.ndarray] | None = None,
    code: str | None = None,
    min_share: float = 0.0,
    share_of: str = "number",
    noise: float = NOISE,
    leave_one_out: bool = True,
    power: int = 9,
    seed: int = 0,
) -> Sensitivity:
    """`scales` and the other arguments as in `simulate`; `code` is the last aggregate unless given. Works through
    2^power × (factors + 2) replications. A factor that cannot vary has the indices 0, as have all where no rank moves.
    """
    top = code or tree.codes[-1]
    groups = _columns(tree)
    whole = scores_of_all(scales, tree, means, min_share, share_of, lifted)
    names, drop = list(scales), candidates(tree, leave_one_out)
    nominal = rank(next(iter(whole.values()))[:, tree.codes.index(top)], axis=0)
    within = np.zeros(nominal.size, dtype=int)

    def shifts(points: np.ndarray) -> np.ndarray:
        """[replication, column] in 0 … 1 → the mean shift of each."""
        *_, scale, mean, left_out = points.T
        draws = Draws(
            1 + noise * (2 * points[:, : len(tree.codes)] - 1),
            (scale * len(names)).astype(int),
            (mean * len(means)).astype(int),
            drop[(left_out * drop.size).astype(int)],
        )
        ranks = replicate(whole, tree, draws, (top,), within)[top]
        away = np.abs(ranks - nominal[:, None])
        counted = (ranks > 0) & ~np.isnan(nominal)[:, None]
        return np.where(counted, away, 0.0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)

    size = len(tree.codes) + 3
    points = qmc.Sobol(2 * size, rng=np.random.Generator(np.random.PCG64(seed))).random_base2(power)
    one, other = points[:, :size], points[:, size:]
    at_one, at_other = shifts(one), shifts(other)
    mixed = []
    for columns in groups.values():
        crossed = one.copy()
        crossed[:, columns] = other[:, columns]
        mixed.append(shifts(crossed))
    both = np.concatenate([at_one, at_other])
    if np.ptp(both) == 0:
        return Sensitivity(tuple(Factor(name, 0.0, 0.0) for name in groups), float(both.mean()), len(points))
    shares = _shares(at_one, at_other, np.array(mixed))
    errors = _errors(at_one, at_other, np.array(mixed), seed)
    found = zip(groups, shares.T.tolist(), errors.T.tolist(), strict=True)
    factors = [Factor(name, *of, *error) for name, of, error in found]
    return Sensitivity(tuple(sorted(factors, key=lambda factor: -factor.total)), float(both.mean()), len(points))


def _shares(one: np.ndarray, other: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """[first or total, factor] from what is explained at [point], [point] and [factor, point]."""
    if np.ptp([one, other]) == 0:  # nothing varies among these points
        return np.zeros((2, len(mixed)))
    func = {"f_A": one[None].copy(), "f_B": other[None].copy(), "f_AB": mixed[:, None].copy()}
    found = sobol_indices(func=func, n=one.size)
    return np.array([np.ravel(found.first_order), np.ravel(found.total_order)])


def _errors(one: np.ndarray, other: np.ndarray, mixed: np.ndarray, seed: int) -> np.ndarray:
    """The standard errors of the shares: how they vary between resamples of the points."""
    draw = np.random.Generator(np.random.PCG64(seed))
    picks = (draw.integers(one.size, size=one.size) for _ in range(RESAMPLES))
    return np.std([_shares(one[pick], other[pick], mixed[:, pick]) for pick in picks], axis=0, ddof=1)


def _columns(tree: Tree) -> dict[str, list[int]]:
    """Factor → the columns of a point that it moves: a multiplier by code, then scale, mean and left-out indicator."""
    last = len(tree.codes)
    weights = {tree.codes[parent]: list(children) for parent, children in tree.families}
    return {SCALE: [last], MEAN: [last + 1], LEFT_OUT: [last + 2], **weights}
