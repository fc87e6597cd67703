"""How far out a count lies when units differ among themselves by more than chance: its normal score.

A unit's own chance is centre + spread × X on the logit scale (a proportion) or the log scale (a rate), with X standard
normal; its count is binomial or Poisson given that. P(count ≤ o) is the chance that K + spread × X > centre, where K is
the logit of a Beta(o + 1, n − o), or the log of a Gamma(o + 1) over E: the tails of binomial and Poisson are those of
Beta and Gamma (DLMF 8.17.5, 8.4.10). Without spread that is exact; small counts are summed over Gauss–Hermite nodes;
otherwise the four cumulants of K + spread × X are known, and the Cornish–Fisher expansion (Cornish & Fisher 1938) gives
the score to 0.01. Both hold for counts that are no whole numbers, so limits are smooth.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betainc, betaincc, expit, fdtr, fdtrc, gammainc, gammaincc, ndtr, ndtri

FARTHEST = 37.0
"""Scores are cut here: beyond, a tail is smaller than the smallest double."""
SUMMED_BELOW = 8
"""Beta or Gamma shapes below this are summed over the nodes."""
EXPANDED_WITHIN = 8.0
LARGE = 1e7
"""Beta shapes beyond this are left to Boost's incomplete beta."""
NODES, _weights = np.polynomial.hermite_e.hermegauss(16)
NODE_WEIGHTS = _weights / _weights.sum()


@dataclass(frozen=True)
class Model:
    """Where a set of units lies. Arrays that broadcast against the units."""

    family: "Family"
    centre: np.ndarray
    spread: np.ndarray

    def of(self, units: np.ndarray | slice) -> "Model":
        return Model(self.family, self.centre[units], self.spread[units])


class Family(Protocol):
    """What tells proportions from rates. Arrays of one shape; `count` may be any real number ≥ −1."""

    def target(self, centre: np.ndarray) -> np.ndarray: ...

    def shapes(self, count: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]: ...

    def lower_tail(self, a: np.ndarray, b: np.ndarray, size: np.ndarray, place: np.ndarray) -> np.ndarray: ...

    def upper_tail(self, a: np.ndarray, b: np.ndarray, size: np.ndarray, place: np.ndarray) -> np.ndarray: ...

    def cumulants(self, a: np.ndarray, b: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, ...]: ...

    def sampling_variance(self, size: np.ndarray, centre: np.ndarray) -> np.ndarray: ...

    def largest(self, size: np.ndarray, centre: np.ndarray, spread: np.ndarray) -> np.ndarray: ...


class Proportion:
    """`size` trials each, centre on the logit scale."""

    def target(self, centre):
        return expit(centre)

    def shapes(self, count, size):
        return count + 1.0, size - count

    def lower_tail(self, a, b, size, place):
        return _beta_tail(a, b, place, fdtrc, betaincc)

    def upper_tail(self, a, b, size, place):
        return _beta_tail(a, b, place, fdtr, betainc)

    def cumulants(self, a, b, size):
        first, second = _log_gamma_cumulants(a), _log_gamma_cumulants(b)
        return tuple(x + sign * y for x, y, sign in zip(first, second, (-1, 1, -1, 1), strict=True))

    def sampling_variance(self, size, centre):
        chance = expit(centre)
        return 1 / (size * chance * (1 - chance))

    def largest(self, size, centre, spread):
        return size


class Rate:
    """`size` events expected, centre on the log scale."""

    def target(self, centre):
        return np.exp(centre)

    def shapes(self, count, size):
        return count + 1.0, np.full(count.shape, np.inf)

    def lower_tail(self, a, b, size, place):
        return gammaincc(a, size * np.exp(place))

    def upper_tail(self, a, b, size, place):
        return gammainc(a, size * np.exp(place))

    def cumulants(self, a, b, size):
        mean, *others = _log_gamma_cumulants(a)
        return mean - np.log(size), *others

    def sampling_variance(self, size, centre):
        return 1 / (size * np.exp(centre))

    def largest(self, size, centre, spread):
        return 2 * size * np.exp(centre + 4 * spread) + 60


def _beta_tail(a, b, place, of_f, of_beta):
    """A tail of Beta(a, b) at expit(place), read off the F distribution (Abramowitz & Stegun 26.6.2: the same function
    of the odds): ten times as fast as Boost's incomplete beta, and no digit of 1 − x is lost far up. Up to LARGE both
    give the same score to 1e-10."""
    a, b, place = np.broadcast_arrays(a, b, place)
    large = np.maximum(a, b) > LARGE
    found = of_f(2 * a, 2 * b, b / a * np.exp(place))
    if large.any():
        found[large] = of_beta(a[large], b[large], expit(place[large]))
    return found


def _log_gamma_cumulants(shape: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean to fourth cumulant of the log of a Gamma(shape): the polygamma functions (DLMF 5.11.2, 5.15.8), to 1e-7
    from the shapes that are not summed."""
    r = 1 / shape
    return (
        np.log(shape) - r / 2 - r**2 / 12 + r**4 / 120,
        r + r**2 / 2 + r**3 / 6 - r**5 / 30,
        -(r**2) - r**3 - r**4 / 2,
        2 * r**3 + 3 * r**4 + 2 * r**5,
    )


def scores(model: Model, count: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The normal scores of P(O < count) and P(O ≤ count): between them lies the count."""
    return _score(model, count - 1, size), _score(model, count, size)


def mid_score(below: np.ndarray, upto: np.ndarray) -> np.ndarray:
    """The normal score of the middle between two tails, P(O < o) + ½ P(O = o) (Lancaster 1961)."""
    right = below + upto > 0  # from the smaller tail, so that nothing is lost far out
    sign = np.where(right, -1.0, 1.0)
    return sign * ndtri(_inside((ndtr(sign * below) + ndtr(sign * upto)) / 2))


def _score(model: Model, count: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Φ⁻¹ of P(O ≤ count), between ±FARTHEST."""
    a, b = model.family.shapes(count, size)
    centre, spread = np.broadcast_to(model.centre, a.shape), np.broadcast_to(model.spread, a.shape)
    found = np.where(a <= 0, -FARTHEST, FARTHEST)
    inside = (a > 0) & (b > 0)
    exact = inside & (spread == 0)
    summed = inside & ~exact & (np.minimum(a, b) < SUMMED_BELOW)
    for where, way in ((exact, _exact), (summed, _summed), (inside & ~exact & ~summed, _expanded)):
        if where.any():
            found[where] = way(model.family, a[where], b[where], size[where], centre[where], spread[where])
    return np.clip(found, -FARTHEST, FARTHEST)


def _exact(family, a, b, size, centre, spread):
    return _from_smaller_tail(family, a, b, size, centre, centre, None)


def _summed(family, a, b, size, centre, spread):
    places = centre[:, None] - spread[:, None] * NODES
    return _from_smaller_tail(family, a[:, None], b[:, None], size[:, None], places, centre, NODE_WEIGHTS)


def _from_smaller_tail(family, a, b, size, places, centre, weights):
    """Φ⁻¹ of the weighted mean of the tails at `places`, from the tail that is the smaller, so that nothing is lost far
    out."""
    found = np.empty(centre.shape)
    small = (a - 1).reshape(-1) < (size.reshape(-1) * family.target(centre))
    for where, tail, sign in ((small, family.lower_tail, 1), (~small, family.upper_tail, -1)):
        if where.any():
            chances = tail(a[where], b[where], size[where], places[where])
            found[where] = sign * ndtri(_inside(chances if weights is None else np.einsum("ij,j->i", chances, weights)))
    return found


def _expanded(family, a, b, size, centre, spread):
    mean, variance, third, fourth = family.cumulants(a, b, size)
    variance = variance + spread**2
    w = (centre - mean) / np.sqrt(variance)
    skew, excess = third / variance**1.5, fourth / variance**2
    c = np.clip(w, -EXPANDED_WITHIN, EXPANDED_WITHIN)
    return -(w - skew / 6 * (c**2 - 1) - excess / 24 * (c**3 - 3 * c) + skew**2 / 36 * (4 * c**3 - 7 * c))


def _inside(chance: np.ndarray) -> np.ndarray:
    return np.clip(chance, np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
