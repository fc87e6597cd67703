"""Is it noise? A unit's ratio against its peers': limits that widen where the denominator is small.

Proportions on the arcsine scale, rates with Poisson's exact limits or on the log scale (Spiegelhalter 2005); limits at
95 % and 99.8 %. The default, `calibrated`, takes the limits of the model in indicators/mixture.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import chdtri, ndtr

from indicators.mixture import Model, Proportion, Rate, mid_score, scores
from indicators.overdispersion import FEWEST, Units, additive, calibrated
from indicators.roots import secant

Kind = Literal["proportion", "rate"]
Overdispersion = Literal["none", "additive", "calibrated"]
Z95, Z998 = 1.959964, 3.090232
TAILS = {Z95: 0.025, Z998: 0.001}
"""The shares that lie beyond them, exactly: the two are rounded."""
PRECISION, MOST_LOOKS = 1e-9, 80
"""Of a limit, as a count: it is found when the next step is smaller."""
FARTHEST_START = 30.0
"""On the logit or log scale: where a chance still has digits on both sides."""
FAMILIES = {"proportion": Proportion(), "rate": Rate()}


Limit = Callable[[float, np.ndarray], np.ndarray]
"""(score, denominators [..., unit]) → the value with that score, [..., unit]."""


@dataclass(frozen=True)
class Funnel:
    """Arrays [..., unit], NaN where a unit is missing; `phi`, `tau2`, `target` are [...].

    `z` is how far out a unit lies before over-dispersion is allowed for (`none`, `additive`) or after (`calibrated`);
    `adjusted_z` always after. `tau2` is on the arcsine or log scale (`additive`), the logit or log scale (`calibrated`).
    `limit` gives the limit at any score for any denominator: the curves of a chart.
    """

    value: np.ndarray
    denominator: np.ndarray
    z: np.ndarray
    adjusted_z: np.ndarray
    phi: np.ndarray
    tau2: np.ndarray
    target: np.ndarray
    limit: Limit

    def __getitem__(self, row: int) -> "Funnel":
        """One of several funnels [funnel, unit]."""

        def limit(at: float, size: np.ndarray) -> np.ndarray:
            sizes = np.full((self.target.size, *size.shape), np.nan)
            sizes[row] = size
            return self.limit(at, sizes)[row]

        of_units = (array[row] for array in (self.value, self.denominator, self.z, self.adjusted_z))
        value, denominator, z, adjusted_z = of_units
        return Funnel(value, denominator, z, adjusted_z, self.phi[row], self.tau2[row], self.target[row], limit)

    @cached_property
    def lower_95(self) -> np.ndarray:
        return self.limit(-Z95, self.denominator)

    @cached_property
    def upper_95(self) -> np.ndarray:
        return self.limit(Z95, self.denominator)

    @cached_property
    def lower_998(self) -> np.ndarray:
        return self.limit(-Z998, self.denominator)

    @cached_property
    def upper_998(self) -> np.ndarray:
        return self.limit(Z998, self.denominator)

    @property
    def outlier_95(self) -> np.ndarray:
        return (self.value < self.lower_95) | (self.value > self.upper_95)

    @property
    def outlier_998(self) -> np.ndarray:
        return (self.value < self.lower_998) | (self.value > self.upper_998)

    @property
    def p(self) -> np.ndarray:
        """Two-sided: how often a unit in control lies as far out."""
        return 2 * ndtr(-np.abs(self.adjusted_z))


def funnel(
    numerator: np.ndarray,
    denominator: np.ndarray,
    kind: Kind = "proportion",
    overdispersion: Overdispersion = "calibrated",
    trim: float = 0.1,
) -> Funnel:
    """Funnel limits of units [..., unit], each leading index a funnel of its own.

    `proportion`: numerator of denominator, around the units' common value. `rate`: observed of expected, around 1. A unit
    is missing where either is NaN or the denominator is 0. With fewer than `fewest(…)` units nothing is judged: all NaN.
    Raises ValueError for a negative number, or a proportion whose numerator exceeds its denominator.
    """
    above, below = np.broadcast_arrays(np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float))
    present = ~np.isnan(above) & ~np.isnan(below) & (below != 0)
    if (above[present] < 0).any() or (below[present] < 0).any():
        raise ValueError("a numerator or denominator is negative")
    if kind == "proportion" and (above[present] > below[present]).any():
        raise ValueError("a numerator exceeds its denominator, so the ratio is no proportion")
    present = present & (present.sum(axis=-1, keepdims=True) >= fewest(kind, overdispersion))
    above, below = np.where(present, above, np.nan), np.where(present, below, np.nan)
    if overdispersion == "calibrated":
        return _calibrated(above, below, present, kind)
    return _classical(above, below, present, kind, overdispersion, trim)


def fewest(kind: Kind, overdispersion: Overdispersion) -> int:
    """How many units it takes: three, unless nothing is estimated from them."""
    return 1 if (kind, overdispersion) == ("rate", "none") else FEWEST


def _classical(above, below, present, kind: Kind, overdispersion: Overdispersion, trim: float) -> Funnel:
    value = above / below
    if kind == "proportion":
        total = np.nansum(below, axis=-1)
        target = np.divide(np.nansum(above, axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
        y, centre, sd = np.arcsin(np.sqrt(value)), np.arcsin(np.sqrt(target)), 0.5 / np.sqrt(below)
    else:
        # The log of a count of 0 does not exist; half an event stands for it in the score, not in the value.
        y, sd = np.log(np.maximum(above, 0.5) / below), 1 / np.sqrt(below)
        target, centre = np.where(present.any(axis=-1), 1.0, np.nan), np.zeros(present.shape[:-1])
    z = (y - centre[..., None]) / sd
    phi, tau2 = additive(z, sd, trim if overdispersion == "additive" else 0.0)
    if overdispersion == "none":
        tau2 = np.where(np.isnan(tau2), np.nan, 0.0)
    wide = np.sqrt(sd**2 + tau2[..., None])

    def limit(at: float, size: np.ndarray) -> np.ndarray:
        if kind == "proportion":
            away = at * np.sqrt(0.25 / size + tau2[..., None])
            return np.sin(np.clip(centre[..., None] + away, 0, np.pi / 2)) ** 2
        adjusted = np.exp(at * np.sqrt(1 / size + tau2[..., None]))
        return np.where(tau2[..., None] > 0, adjusted, _poisson_limit(size, at))

    return Funnel(value, below, z, (y - centre[..., None]) / wide, phi, tau2, target, limit)


def _poisson_limit(expected: np.ndarray, at: float) -> np.ndarray:
    """χ²⁻¹(α/2; 2E) / 2E below, χ²⁻¹(1 − α/2; 2(E + 1)) / 2E above."""
    tail = TAILS.get(abs(at)) or ndtr(-abs(at))
    return (
        chdtri(2 * expected, 1 - tail) / (2 * expected) if at < 0 else chdtri(2 * (expected + 1), tail) / (2 * expected)
    )


def _calibrated(above, below, present, kind: Kind) -> Funnel:
    family, enough = FAMILIES[kind], present.any(axis=-1)
    total, pooled = (np.where(present, array, 0.0).sum(axis=-1) for array in (below, above))
    target = np.divide(pooled, total, out=np.full(enough.shape, np.nan), where=enough)
    z, phi, tau2 = np.where(present, 0.0, np.nan), np.where(enough, 0.0, np.nan), np.where(enough, 0.0, np.nan)
    fitted = enough & ((kind == "rate") | ((pooled > 0) & (pooled < total)))
    if not fitted.any():  # nothing happened, or everything did: all units are alike
        return Funnel(above / below, below, z, z, phi, tau2, target, lambda at, size: target[..., None] + 0 * size)
    number = (np.cumsum(fitted) - 1).reshape(fitted.shape)[..., None]
    there = present & fitted[..., None]
    units = Units(family, above[there], below[there], np.broadcast_to(number, there.shape)[there])
    fit = calibrated(units)
    z[there] = mid_score(*units.scores(fit.model))
    phi[fitted], tau2[fitted], target[fitted] = fit.phi, fit.model.spread**2, family.target(fit.model.centre)

    def limit(at: float, size: np.ndarray) -> np.ndarray:
        found = target[..., None] + 0 * size
        asked = fitted[..., None] & ~np.isnan(size)
        found[asked] = _limit(fit.model, size[asked], np.broadcast_to(number, asked.shape)[asked], at)
        return found

    return Funnel(above / below, below, z, z, phi, tau2, target, limit)


def _limit(model: Model, size: np.ndarray, row: np.ndarray, at: float) -> np.ndarray:
    """[unit]: the value whose score is `at` in the unit's set; the edge where even that lies within."""
    sizes, place = np.unique(size, return_inverse=True)
    alike, back = np.unique(row * sizes.size + place, return_inverse=True)  # units of one set and size share a limit
    row, size = alike // sizes.size, sizes[alike % sizes.size]
    return (_count_at(model.of(row), size, at) / size)[back]


def _count_at(model: Model, size: np.ndarray, at: float) -> np.ndarray:
    """[unit]: the count with that score, by secants from where the normal approximation has it."""

    def beyond(count: np.ndarray, units: np.ndarray | slice = slice(None)) -> np.ndarray:
        return mid_score(*scores(model.of(units), count, size[units])) - at

    family, nothing = model.family, np.zeros_like(size)
    most = family.largest(size, model.centre, model.spread)
    within, reached = beyond(nothing) < 0, beyond(most) > 0
    found = np.where(within, most, 0.0)
    units = np.flatnonzero(within & reached)
    low, high = nothing[units], most[units]
    away = at * np.hypot(model.spread, np.sqrt(family.sampling_variance(size, model.centre)))
    place = np.clip(model.centre + away, -FARTHEST_START, FARTHEST_START)
    here = np.clip(size * family.target(place), 0.01 * most, 0.99 * most)[units]
    variance = family.sampling_variance(size, place)
    slope = (variance / np.hypot(model.spread, np.sqrt(variance)))[units]
    last, last_value = here - 1, None
    for _ in range(MOST_LOOKS):
        value = beyond(here, units)
        low, high = np.where(value < 0, here, low), np.where(value < 0, high, here)
        new = secant(here, value, last, value - slope if last_value is None else last_value, low, high)
        moves = np.abs(new - here) > PRECISION * (1 + new)
        found[units] = new
        units, low, high, last, last_value, here = (a[moves] for a in (units, low, high, here, value, new))
        if not units.size:
            break
    return found
