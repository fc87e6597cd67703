"""Values on different scales → scores that can be added. Each indicator by itself, over the units that have it.

All functions take values [..., unit, code] of which more is better (see `directed`) and return that shape. A missing
value (NaN) stays missing and counts nowhere. Where nothing can be told apart (fewer than two values, or all of them
equal) min-max and z-scores are missing for every unit, since they have no scale; `without_scale` says where.
"""

from collections.abc import Callable

import numpy as np

from indicators.index.rank import apart, places


def directed(values: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Values [..., unit, code] times the direction [code] (1: more is better; −1: less is)."""
    return values * np.asarray(direction, dtype=float)


def without_scale(values: np.ndarray) -> np.ndarray:
    """[..., code]: whether the values do not differ, or fewer than two are there. Differences by rounding are none."""
    lowest, highest = _ends(values)
    return ~apart(lowest, highest)[..., 0, :]


def minmax(values: np.ndarray, range_: tuple[float, float] = (0.0, 100.0)) -> np.ndarray:
    """(x − min) / (max − min), stretched to the range: its first number for the worst unit, its second for the best."""
    lowest, highest = _ends(values)
    width = np.where(apart(lowest, highest), highest - lowest, np.nan)
    worst, best = range_
    return (values - lowest) / width * (best - worst) + worst


def zscore(values: np.ndarray) -> np.ndarray:
    """(x − mean) / standard deviation with n − 1."""
    lowest, highest = _ends(values)
    scale = np.where(apart(lowest, highest), highest - lowest, np.nan)
    relative = (values - lowest) / scale  # in [0, 1]: nothing over- or underflows, and the z-score is the same
    present = ~np.isnan(relative)
    count = present.sum(axis=-2, keepdims=True)
    mean = np.where(present, relative, 0.0).sum(axis=-2, keepdims=True) / np.maximum(count, 1)
    away = relative - mean
    squares = np.where(present, away**2, 0.0).sum(axis=-2, keepdims=True)
    return away / np.sqrt(np.where(count >= 2, squares / np.maximum(count - 1, 1), np.nan))


def percentile_rank(values: np.ndarray, ties: str = "min", axis: int = -2) -> np.ndarray:
    """(rank − 1) / (n − 1) × 100 among the values that are there; missing where there are fewer than two."""
    count = (~np.isnan(values)).sum(axis=axis, keepdims=True)
    return (places(values, ties, axis) - 1) / np.where(count >= 2, count - 1, np.nan) * 100


METHODS: dict[str, Callable[[np.ndarray, tuple[float, float], str], np.ndarray]] = {
    "minmax": lambda values, range_, _: minmax(values, range_),
    "zscore": lambda values, _, __: zscore(values),
    "rank": lambda values, _, ties: places(values, ties),
    "percentile_rank": lambda values, _, ties: percentile_rank(values, ties),
}


def normalise(
    values: np.ndarray, how: str = "minmax", range_: tuple[float, float] = (0.0, 100.0), ties: str = "min"
) -> np.ndarray:
    """One of METHODS. `range_` is for minmax, `ties` for the two ranks; the others ignore them. The rank is 1 for the
    worst unit. Raises ValueError for an unknown method or kind of ties."""
    if how not in METHODS:
        raise ValueError(f"the methods of normalising are {', '.join(METHODS)}, not {how!r}")
    return METHODS[how](np.asarray(values, dtype=float), range_, ties)


def _ends(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest value over the units, [..., 1, code]; NaN where none is there."""
    lowest = np.where(np.isnan(values), np.inf, values).min(axis=-2, keepdims=True, initial=np.inf)
    highest = np.where(np.isnan(values), -np.inf, values).max(axis=-2, keepdims=True, initial=-np.inf)
    return np.where(np.isinf(lowest), np.nan, lowest), np.where(np.isinf(highest), np.nan, highest)
