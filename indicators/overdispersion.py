"""How much more units differ than chance explains: the additive variance between them, in two ways.

`additive` is the method of the literature (DerSimonian & Laird 1986; Spiegelhalter 2005) with winsorised scores.
`calibrated` is the product's own: its limits are crossed as often as they say, with outliers in the set or without.
docs/signals.md has the rates that were measured.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import logit, ndtr

from indicators.mixture import Family, Model, Proportion, mid_score, scores
from indicators.roots import secant

SET_ASIDE_BEYOND = 3.090232
"""Units beyond their 99.8 % limits are set aside, and the rest is estimated again."""
WINSORISED_AT = 1.5
"""Where the first estimate, still with every unit, stops counting how far out a unit lies."""
FEWEST = 3
ROUNDS = 2
LOOKS_WITHOUT = 3
"""At the scores without a spread: so many steps bring the centre near enough to tell whether chance explains them."""
WIDEST = 4.0
"""The largest spread that is looked for: an odds ratio of 55 between usual units."""
TOLERANCE, MOST_LOOKS = 1e-9, 60
"""Of a centre, and of a variance beside chance's: each set is done when its own next step is smaller."""
CONTRACTION, NEAR, TINY = 0.3, 0.1, 1e-12
"""How far one step of the centre may foretell the next, and how near the centre must be: in standard deviations, beside
the excess."""


def additive(z: np.ndarray, sampling_sd: np.ndarray, trim: float) -> tuple[np.ndarray, np.ndarray]:
    """(φ, τ²), arrays [...] from scores and standard deviations [..., unit]; NaN: a unit that is not there. Scores are
    winsorised at their `trim` and 1 − `trim` quantiles. φ ≤ 1 means that there is nothing to add."""
    present = ~np.isnan(z)
    count = present.sum(axis=-1)
    some = count > 0
    filled = np.where(some[..., None], z, 0.0)
    low, high = np.nanquantile(filled, [trim, 1 - trim], axis=-1, keepdims=True)
    squares = np.where(present, np.clip(filled, low, high) ** 2, 0.0).sum(axis=-1)
    weight = np.where(present, 1 / sampling_sd**2, 0.0)
    total = weight.sum(axis=-1)
    below = total - np.divide((weight**2).sum(axis=-1), total, out=np.zeros_like(total), where=total > 0)
    phi = np.divide(squares, count, out=np.full(count.shape, np.nan), where=some)
    beyond = (phi > 1) & (count > 1)
    tau2 = np.divide(squares - (count - 1), below, out=np.zeros_like(total), where=beyond)
    return phi, np.where(some, np.maximum(tau2, 0.0), np.nan)


@dataclass(frozen=True)
class Units:
    """The units of several sets, one set after the other: arrays [unit] without NaN. `row`: the set of each, from 0 on,
    none without a unit. Every sum runs over one set alone, so a set comes out the same whatever stands beside it."""

    family: Family
    count: np.ndarray
    size: np.ndarray
    row: np.ndarray

    @cached_property
    def starts(self) -> np.ndarray:
        return np.flatnonzero(np.diff(self.row, prepend=-1))

    def total(self, of_units: np.ndarray) -> np.ndarray:
        """[set]"""
        return np.add.reduceat(of_units, self.starts)

    def scores(self, model: Model) -> tuple[np.ndarray, np.ndarray]:
        """Of a model with arrays [set]; see `mixture.scores`."""
        return scores(model.of(self.row), self.count, self.size)

    def within(self, chosen: np.ndarray) -> "Units":
        """The units that are chosen [unit]; their sets are numbered anew."""
        row = np.unique(self.row[chosen], return_inverse=True)[1]
        return Units(self.family, self.count[chosen], self.size[chosen], row)

    def at_the_edge(self, counted: np.ndarray | float = 1.0) -> np.ndarray:
        """[set]: whether every unit of a proportion counts nothing, or everything: there is no model to fit."""
        if not isinstance(self.family, Proportion):
            return np.zeros(self.starts.size, dtype=bool)
        total = self.total(self.count * counted)
        return (total == 0) | (total >= self.total(self.size * counted))


@dataclass(frozen=True)
class Fit:
    """The model and how much the units differ beside chance (1: not more), arrays [set]; who was set aside [unit]."""

    model: Model
    phi: np.ndarray
    set_aside: np.ndarray


def calibrated(units: Units) -> Fit:
    """The centre and spread of the units in control; at least FEWEST units a set, not all of them at an edge.

    Paule & Mandel's (1982) condition, that the squared scores add up to what they do by chance, on robust scores: first
    all units with scores winsorised (Huber's proposal 2), then those within the 99.8 % limits, corrected for the cut. A
    count is no score but an interval of scores; the mean over the interval is taken (Dunn & Smyth's 1996 residuals,
    without drawing), so the condition holds exactly for small counts too.
    """
    kept = np.ones(units.count.shape, dtype=bool)
    phi, model = _Condition(units, WINSORISED_AT, winsorised_square(WINSORISED_AT)).solve(_start(units))
    for _ in range(ROUNDS):
        near = np.abs(mid_score(*units.scores(model))) <= SET_ASIDE_BEYOND
        usable = (units.total(near.astype(int)) >= FEWEST) & ~units.at_the_edge(near)
        kept = near | ~usable[units.row]
        _, model = _Condition(units.within(kept), SET_ASIDE_BEYOND, cut_square(SET_ASIDE_BEYOND)).solve(model)
    return Fit(model, phi, ~kept)


def _start(units: Units) -> Model:
    total = units.total(units.size)
    centre = np.zeros_like(total)
    if isinstance(units.family, Proportion):
        centre = logit(np.clip(units.total(units.count) / total, 0.5 / total, 1 - 0.5 / total))
    return Model(units.family, centre, np.zeros_like(total))


def winsorised_square(at: float) -> float:
    """The mean of min(Z², at²) for a standard normal Z."""
    return float(2 * ndtr(at) - 1 - 2 * at * _density(at) + 2 * at**2 * ndtr(-at))


def cut_square(at: float) -> float:
    """The mean of Z² among |Z| ≤ at."""
    return float(1 - 2 * at * _density(at) / (2 * ndtr(at) - 1))


@dataclass(frozen=True)
class _Condition:
    """That the squared scores, winsorised at ±`at`, have their `expected` mean in every set."""

    units: Units
    at: float
    expected: float

    def solve(self, start: Model) -> tuple[np.ndarray, Model]:
        """(φ, model), arrays [set]: without a spread first, and with one where that is too little. `start` is a guess."""
        centre, nothing = start.centre, np.zeros_like(start.centre)
        phi = nothing
        for _ in range(LOOKS_WITHOUT if isinstance(start.family, Proportion) else 1):
            excess, step = self.look(centre, nothing)
            phi, centre = excess + 1, centre + step
        chance = self.chance(centre)
        first = np.where(start.spread > 0, start.spread**2, chance * (phi - 1))
        search = _Search(centre, np.where(phi > 1, np.minimum(first, WIDEST**2), 0.0), phi, chance)
        rows, part = np.arange(phi.size), self
        for _ in range(MOST_LOOKS):
            moves = search.move(rows, *part.look(search.centre[rows], np.sqrt(search.variance[rows])))
            if not moves.all():
                part, rows = replace(part, units=part.units.within(moves[part.units.row])), rows[moves]
            if not rows.size:
                break
        return phi, Model(start.family, search.centre, np.sqrt(search.variance))

    def chance(self, centre: np.ndarray) -> np.ndarray:
        """[set]: the variance that chance alone gives a unit, the harmonic mean."""
        units = self.units
        weight = 1 / units.family.sampling_variance(units.size, centre[units.row])
        return units.total(np.ones_like(weight)) / units.total(weight)

    def look(self, centre: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(by what share the squared scores exceed their expectation, a step to a better centre), arrays [set]."""
        units, centred = self.units, isinstance(self.units.family, Proportion)
        first, second = winsorised_moments(*units.scores(Model(units.family, centre, spread)), self.at)
        free = units.total(np.ones_like(second)) - centred
        excess = units.total(second) / (free * self.expected) - 1
        if not centred:
            return excess, np.zeros_like(centre)
        sd = np.sqrt(units.family.sampling_variance(units.size, centre[units.row]) + spread[units.row] ** 2)
        stiffness = units.total(1 / sd**2) * (2 * ndtr(self.at) - 1)
        return excess, np.clip(units.total(first / sd) / stiffness, -1, 1)


class _Search:
    """The way to each set's centre and variance between units; arrays [set], the variance 0 where φ ≤ 1.

    The centre takes a Newton step at each look. The variance is moved where the centre is so near that the sign of the
    excess is certain, along a secant: 1 − 1 / (1 + excess) is a straight line of the variance where all units are as
    large, and nearly one elsewhere. It is positive at `low` and negative at `high`.
    """

    def __init__(self, centre: np.ndarray, variance: np.ndarray, phi: np.ndarray, chance: np.ndarray) -> None:
        self.centre, self.variance, self.chance = centre, variance, chance
        self.without = phi <= 1
        self.low, self.high = np.zeros_like(centre), np.full_like(centre, WIDEST**2)
        self.last, self.last_lack = np.zeros_like(centre), 1 - 1 / np.maximum(phi, TINY)
        self.last_step = np.zeros_like(centre)

    def move(self, rows: np.ndarray, excess: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Moves these sets on; whether each of them has moved at all."""
        here, before, lack = self.variance[rows], self.last_step[rows], 1 - 1 / np.maximum(1 + excess, TINY)
        near = np.abs(step) <= NEAR * np.abs(lack) * np.sqrt(here + self.chance[rows])
        there = np.where(self.without[rows], 0.0, np.where(near, self._next(rows, lack, near), here))
        again = np.divide(step, before, out=np.zeros_like(step), where=before != 0)
        step = step / (1 - np.clip(again, -CONTRACTION, CONTRACTION))
        self.variance[rows], self.last_step[rows] = there, np.where(there == here, step, 0.0)
        self.centre[rows] += step
        moves = np.abs(there - here) > TOLERANCE * (there + self.chance[rows])
        return moves | (np.abs(step) > TOLERANCE)

    def _next(self, rows: np.ndarray, lack: np.ndarray, near: np.ndarray) -> np.ndarray:
        here, last, last_lack = self.variance[rows], self.last[rows], self.last_lack[rows]
        low = np.where(near & (lack > 0), here, self.low[rows])
        high = np.where(near & (lack < 0), here, self.high[rows])
        self.low[rows], self.high[rows] = low, high
        self.last[rows], self.last_lack[rows] = np.where(near, here, last), np.where(near, lack, last_lack)
        return secant(here, lack, last, last_lack, low, high)


def winsorised_moments(below: np.ndarray, upto: np.ndarray, at: float) -> tuple[np.ndarray, np.ndarray]:
    """The means of Z and Z², winsorised at ±`at`, for a standard normal Z between two scores."""
    right = below + upto > 0  # mirrored, so that no tail is lost
    low, high = np.where(right, -upto, below), np.where(right, -below, upto)
    chance = ndtr(high) - ndtr(low)
    c, d = np.clip(low, -at, at), np.clip(high, -at, at)
    left = ndtr(np.minimum(high, -at)) - ndtr(np.minimum(low, -at))
    beyond = ndtr(-np.maximum(low, at)) - ndtr(-np.maximum(high, at))
    first = _density(c) - _density(d) + at * (beyond - left)
    second = ndtr(d) - ndtr(c) - (d * _density(d) - c * _density(c)) + at**2 * (left + beyond)
    thick = chance > 1e-10
    middle = np.clip(mid_score(low, high), -at, at)
    chance = np.where(thick, chance, 1.0)
    mean = np.where(thick, first / chance, middle)
    return np.where(right, -mean, mean), np.where(thick, second / chance, middle**2)


def _density(z):
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
