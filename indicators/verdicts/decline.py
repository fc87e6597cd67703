"""Is a base getting worse? All its indicators together, each quarter alone, against its own quarters of a year before,
measured by the ups and downs that bases of its size usually have.

A single indicator of a small base says little; thirty that fall together say much. For each indicator:
change = this quarter − mean of the four quarters of the year before, good direction positive, on a scale where large
amounts count by their ratio (asinh of value ÷ median). From it the median change of the peers is taken, so that what
happens to all is no one's fault, and it is divided by the usual change of a base of that size (1.4826 × the median
absolute change, Rousseeuw and Croux 1993, along a power of the size). No indicator counts for more than `FURTHEST`.
The mean over the indicators, divided by *its* usual size in the same way, is the score: it makes no assumption that
indicators are independent.
"""

from dataclasses import dataclass

import numpy as np

SPAN, REFERENCE, RECENT = 8, 4, 3
"""Of SPAN quarters the first REFERENCE are the year before, and the last RECENT are compared with it."""
FURTHEST = 2.0
CONSISTENT = 1.4826
"""Makes the median absolute deviation of normal values their standard deviation."""
LEAST_REFERENCE = 2
"""Quarters of the year before that must be there."""
BANDS = 12
"""Bands of size along which the usual change is fitted."""
LEAST_IN_BAND = 8


@dataclass(frozen=True)
class Changes:
    """How each base changed; the recent quarters in their order, the last one last. NaN: cannot be said."""

    scores: np.ndarray
    """[recent, base]: all indicators together, in usual ups and downs of a base of its size; negative is worse."""
    each: np.ndarray
    """[indicator, recent, base]: the same for each indicator, within ± FURTHEST."""
    now: np.ndarray
    """[indicator, base]: the last quarter alone, in the indicator's unit."""
    before: np.ndarray
    """[indicator, base]: the mean of the quarters of the year before."""


def changes(
    quarterly: np.ndarray,
    up: np.ndarray,
    size: np.ndarray,
    types: np.ndarray,
    least_indicators: int,
    least_peers: int,
) -> Changes:
    """Changes from `quarterly[indicator, 8 quarters, base]`; `up[indicator]` tells whether more is better, `size[base]`
    how large a base is and `types[base]` its type. Raises ValueError with another number of quarters."""
    if quarterly.shape[1] != SPAN:
        raise ValueError(f"changes are told from {SPAN} quarters, not {quarterly.shape[1]}")
    sign = np.where(up, 1.0, -1.0)[:, None, None]
    scale = np.array([_scaled(values) for values in quarterly]).reshape(quarterly.shape) * sign
    moved = scale[:, -RECENT:] - _mean(scale[:, :REFERENCE], 1, LEAST_REFERENCE)[:, None]
    groups = peers(types, least_peers)
    each = np.array([usual(change, size, groups) for change in moved]).reshape(moved.shape)
    each = np.clip(each, -FURTHEST, FURTHEST)
    pooled = _mean(each, 0, least_indicators)
    return Changes(usual(pooled, size, groups), each, quarterly[:, -1], year_before(quarterly))


def year_before(quarterly: np.ndarray) -> np.ndarray:
    """[indicator, base]: the mean of the first four of the eight quarters, of those that are there."""
    return _mean(quarterly[:, :REFERENCE], 1, LEAST_REFERENCE)


def peers(types: np.ndarray, least: int) -> np.ndarray:
    """Group of each base: its type, or −1 (all together) for a type with fewer than `least` bases."""
    kinds, group, counts = np.unique(types, return_inverse=True, return_counts=True)
    return np.where(counts[group] >= least, group, -1) if kinds.size else np.zeros(0, dtype=int)


def usual(change: np.ndarray, size: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """`change[quarter, base]` less the median of the group in that quarter, in usual changes of a base of that size.
    NaN where too few bases are there to know what is usual."""
    centred = np.full(change.shape, np.nan)
    everyone = _median(change)
    for group in np.unique(groups):
        inside = groups == group
        centred[:, inside] = change[:, inside] - (everyone if group < 0 else _median(change[:, inside]))
    spread = np.broadcast_to(usual_change(centred, size), change.shape)
    return np.divide(centred, spread, out=np.full(change.shape, np.nan), where=spread > 0)


def usual_change(centred: np.ndarray, size: np.ndarray) -> np.ndarray:
    """[base]: the usual change of a base of each size, from centred[quarter, base]: medians of |change| in bands of equal
    number by size, and a straight line through them in logarithms. NaN with fewer than three bands."""
    order = np.argsort(size, kind="stable")
    changed = np.abs(centred[:, order]).T
    there = ~np.isnan(changed) & (size[order] >= 0)[:, None]
    sizes, changed = np.log1p(np.broadcast_to(size[order][:, None], changed.shape)[there]), changed[there]
    bands = min(BANDS, changed.size // LEAST_IN_BAND)
    if bands < 3:
        return np.full(size.shape, np.nan)
    middles = np.array([np.median(part) for part in np.array_split(sizes, bands)])
    usual = np.array([np.median(part) for part in np.array_split(changed, bands)])
    fit = usual > 0
    if fit.sum() < 3:
        return np.full(size.shape, np.nan)
    slope, level = _line(middles[fit], np.log(usual[fit]))
    return CONSISTENT * np.exp(level + slope * np.log1p(np.maximum(size, 0)))


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """(slope, level) of the least squares line; flat where all x are equal."""
    room = ((x - x.mean()) ** 2).sum()
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / room) if room > 0 else 0.0
    return slope, float(y.mean() - slope * x.mean())


def _scaled(values: np.ndarray) -> np.ndarray:
    """asinh(value ÷ median |value|): small values as they are, large ones by their ratio."""
    there = np.abs(values[~np.isnan(values)])
    there = there[there > 0]
    return np.arcsinh(values / np.median(there)) if there.size else values


def _mean(table: np.ndarray, axis: int, least: int) -> np.ndarray:
    """The mean along an axis of what is there; NaN with fewer than `least`."""
    there = ~np.isnan(table)
    count = there.sum(axis=axis)
    total = np.where(there, table, 0.0).sum(axis=axis)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count >= max(least, 1))


def _median(table: np.ndarray) -> np.ndarray:
    """[quarter, base] → [quarter, 1]; NaN for a quarter with nothing."""
    found = [np.median(row[~np.isnan(row)]) if (~np.isnan(row)).any() else np.nan for row in table]
    return np.array(found)[:, None]
