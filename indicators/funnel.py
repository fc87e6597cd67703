"""Is it noise? A unit's ratio against its peers': limits that widen where the denominator is small.

Proportions on the arcsine scale, rates with Poisson's exact limits or on the log scale (Spiegelhalter 2005); limits at
95 % and 99.8 %. The default, `calibrated`, takes the limits of the model in indicators/mixture.py.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import elementwise
from scipy.special import chdtri, ndtr

from indicators.mixture import Model, Proportion, Rate, mid_score, scores
from indicators.overdispersion import FEWEST, additive, at_the_edge, calibrated

Kind = Literal["proportion", "rate"]
Overdispersion = Literal["none", "additive", "calibrated"]
Z95, Z998 = 1.959964, 3.090232
PRECISION = {"xrtol": 1e-10, "xatol": 1e-10}
"""Of a limit, as a count."""
FAMILIES = {"proportion": Proportion(), "rate": Rate()}


@dataclass(frozen=True)
class Funnel:
    """Arrays [..., unit], NaN where a unit is missing; `phi`, `tau2`, `target` are [...].

    `z` is how far out a unit lies before over-dispersion is allowed for (`none`, `additive`) or after (`calibrated`);
    `adjusted_z` always after. `tau2` is on the arcsine or log scale (`additive`), the logit or log scale (`calibrated`).
    """

    value: np.ndarray
    z: np.ndarray
    adjusted_z: np.ndarray
    lower_95: np.ndarray
    upper_95: np.ndarray
    lower_998: np.ndarray
    upper_998: np.ndarray
    phi: np.ndarray
    tau2: np.ndarray
    target: np.ndarray

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
    limits = []
    for at in (-Z95, Z95, -Z998, Z998):
        if kind == "proportion":
            limits.append(np.sin(np.clip(centre[..., None] + at * wide, 0, np.pi / 2)) ** 2)
        else:
            adjusted = np.exp(at * wide)
            limits.append(np.where(tau2[..., None] > 0, adjusted, _poisson_limit(below, at)))
    return Funnel(value, z, (y - centre[..., None]) / wide, *limits, phi=phi, tau2=tau2, target=target)


def _poisson_limit(expected: np.ndarray, at: float) -> np.ndarray:
    """χ²⁻¹(α/2; 2E) / 2E below, χ²⁻¹(1 − α/2; 2(E + 1)) / 2E above."""
    tail = ndtr(-abs(at))
    return (
        chdtri(2 * expected, 1 - tail) / (2 * expected) if at < 0 else chdtri(2 * (expected + 1), tail) / (2 * expected)
    )


def _calibrated(above, below, present, kind: Kind) -> Funnel:
    family, shape = FAMILIES[kind], present.shape
    enough = present.any(axis=-1)
    edge = at_the_edge(family, above, below, present)
    fitted = enough & ~edge
    z, limits = np.where(present, 0.0, np.nan), np.where(present, above / below, np.nan) * np.ones((4, *shape))
    phi, tau2 = np.where(enough, 0.0, np.nan), np.where(enough, 0.0, np.nan)
    total = np.where(present, below, 0.0).sum(axis=-1)
    target = np.divide(
        np.where(present, above, 0.0).sum(axis=-1), total, out=np.full(enough.shape, np.nan), where=enough
    )
    if fitted.any():
        there = present[fitted]
        count, size = np.where(there, above[fitted], 0.0), np.where(there, below[fitted], 1.0)
        fit = calibrated(family, count, size, there)
        z[fitted] = np.where(there, mid_score(*scores(fit.model, count, size)), np.nan)
        for row, at in enumerate((-Z95, Z95, -Z998, Z998)):
            limits[row][fitted] = np.where(there, _limit(fit.model, size, at), np.nan)
        phi[fitted], tau2[fitted] = fit.phi[..., 0], fit.model.spread[..., 0] ** 2
        target[fitted] = family.target(fit.model.centre[..., 0])
    return Funnel(above / below, z, z, *limits, phi=phi, tau2=tau2, target=target)


def _limit(model: Model, size: np.ndarray, at: float) -> np.ndarray:
    """The value whose score is `at`; the edge where even that lies within."""
    centre, spread = np.broadcast_to(model.centre, size.shape), np.broadcast_to(model.spread, size.shape)
    largest = model.family.largest(size, centre, spread)

    def beyond(count, size, centre, spread):
        return mid_score(*scores(Model(model.family, centre, spread), count, size)) - at

    low, high = beyond(np.zeros_like(size), size, centre, spread), beyond(largest, size, centre, spread)
    found = np.where(low >= 0, 0.0, largest)
    inside = (low < 0) & (high > 0)
    if inside.any():
        given = size[inside], centre[inside], spread[inside]
        ends = np.zeros_like(given[0]), largest[inside]
        root = elementwise.find_root(beyond, ends, args=given, tolerances=PRECISION, maxiter=80)
        found[inside] = root.x
    return found / size
