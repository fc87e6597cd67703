"""How much more units differ than chance explains: the additive variance between them, in two ways.

`additive` is the method of the literature (DerSimonian & Laird 1986; Spiegelhalter 2005) with winsorised scores.
`calibrated` is the product's own: its limits are crossed as often as they say, with outliers in the set or without.
docs/signals.md has the rates that were measured.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit, ndtr

from indicators.mixture import Family, Model, Proportion, mid_score, scores

SET_ASIDE_BEYOND = 3.090232
"""Units beyond their 99.8 % limits are set aside, and the rest is estimated again."""
WINSORISED_AT = 1.5
"""Where the first estimate, still with every unit, stops counting how far out a unit lies."""
FEWEST = 3
ROUNDS, STEPS, DOUBLINGS = 2, 10, 4
WIDEST_FIRST = 0.25
"""The first guess of the spread's upper end; it is doubled where that is too little."""


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
class Fit:
    """Arrays [..., 1]: the model, how much the units differ beside chance (1: not more), and who was set aside
    [..., unit]."""

    model: Model
    phi: np.ndarray
    set_aside: np.ndarray


def calibrated(family: Family, count: np.ndarray, size: np.ndarray, present: np.ndarray) -> Fit:
    """The centre and spread of the units in control; arrays [..., unit] without NaN, at least FEWEST units `present`,
    not all of them at an edge (see `at_the_edge`).

    Paule & Mandel's (1982) condition, that the squared scores add up to what they do by chance, on robust scores: first
    all units with scores winsorised (Huber's proposal 2), then those within the 99.8 % limits, corrected for the cut. A
    count is no score but an interval of scores; the mean over the interval is taken (Dunn & Smyth's 1996 residuals,
    without drawing), so the condition holds exactly for small counts too.
    """
    keep = present.astype(float)
    start = _start(family, count * keep, size * keep)
    fit = _Fitting(family, count, size, keep, WINSORISED_AT, winsorised_square(WINSORISED_AT))
    phi, model = fit.solve(start)
    for _ in range(ROUNDS):
        near = present & (np.abs(mid_score(*scores(model, count, size))) <= SET_ASIDE_BEYOND)
        usable = (near.sum(axis=-1) >= FEWEST) & ~at_the_edge(family, count, size, near)
        keep = np.where(usable[..., None], near, present).astype(float)
        fit = _Fitting(family, count, size, keep, SET_ASIDE_BEYOND, cut_square(SET_ASIDE_BEYOND))
        model = fit.solve(model.centre)[1]
    return Fit(model, phi, present & (keep == 0))


def at_the_edge(family: Family, count: np.ndarray, size: np.ndarray, present: np.ndarray) -> np.ndarray:
    """[...]: whether every unit counts nothing, or everything: there is no model to fit."""
    total = np.where(present, count, 0.0).sum(axis=-1)
    full = isinstance(family, Proportion) & (total >= np.where(present, size, 0.0).sum(axis=-1))
    return full | ((total == 0) & isinstance(family, Proportion))


def winsorised_square(at: float) -> float:
    """The mean of min(Z², at²) for a standard normal Z."""
    return float(2 * ndtr(at) - 1 - 2 * at * _density(at) + 2 * at**2 * ndtr(-at))


def cut_square(at: float) -> float:
    """The mean of Z² among |Z| ≤ at."""
    return float(1 - 2 * at * _density(at) / (2 * ndtr(at) - 1))


@dataclass(frozen=True)
class _Fitting:
    family: Family
    count: np.ndarray
    size: np.ndarray
    keep: np.ndarray
    at: float
    expected: float

    @property
    def centred(self) -> bool:
        """A rate's centre is given: as many as expected."""
        return isinstance(self.family, Proportion)

    def solve(self, centre: np.ndarray) -> tuple[np.ndarray, Model]:
        """(φ, model): the spread at which the excess vanishes, by the Illinois method (Dowell & Jarratt 1971), with
        one Newton step of the centre at each."""
        nothing = np.zeros_like(centre)
        excess, centre = self.look(centre, nothing)
        for _ in range(2):
            excess, centre = self.look(centre, nothing)
        phi, without = excess + 1, centre
        low, low_excess, high = nothing, excess, np.full_like(centre, WIDEST_FIRST)
        high_excess, centre = self.look(centre, high)
        for _ in range(DOUBLINGS):
            more = high_excess > 0
            if not more.any():
                break
            low, low_excess = np.where(more, high, low), np.where(more, high_excess, low_excess)
            high = np.where(more, 2 * high, high)
            high_excess, centre = self.look(centre, high)
        spread, side = high, nothing
        for _ in range(STEPS):
            height = np.maximum(low_excess - high_excess, np.finfo(float).tiny)
            spread = low + (high - low) * np.clip(low_excess / height, 0.02, 0.98)
            excess, centre = self.look(centre, spread)
            wider = excess > 0
            high_excess = np.where(wider, np.where(side > 0, high_excess / 2, high_excess), excess)
            low_excess = np.where(wider, excess, np.where(side < 0, low_excess / 2, low_excess))
            low, high = np.where(wider, spread, low), np.where(wider, high, spread)
            side = np.where(wider, 1.0, -1.0)
        none = phi <= 1
        return phi, Model(self.family, np.where(none, without, centre), np.where(none, 0.0, spread))

    def look(self, centre: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(by what share the squared scores exceed their expectation, a better centre)."""
        first, second = winsorised_moments(*scores(Model(self.family, centre, spread), self.count, self.size), self.at)
        free = self.keep.sum(axis=-1, keepdims=True) - self.centred
        excess = (self.keep * second).sum(axis=-1, keepdims=True) / (free * self.expected) - 1
        if not self.centred:
            return excess, centre
        sd = np.sqrt(self.family.sampling_variance(self.size, centre) + spread**2)
        pull = (self.keep * first / sd).sum(axis=-1, keepdims=True)
        stiffness = (self.keep / sd**2).sum(axis=-1, keepdims=True) * (2 * ndtr(self.at) - 1)
        return excess, centre + np.clip(pull / stiffness, -1, 1)


def _start(family: Family, count: np.ndarray, size: np.ndarray) -> np.ndarray:
    total = size.sum(axis=-1, keepdims=True)
    if not isinstance(family, Proportion):
        return np.zeros_like(total)
    return logit(np.clip(count.sum(axis=-1, keepdims=True) / total, 0.5 / total, 1 - 0.5 / total))


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
