"""Places and ranks. One rule for ties everywhere: values closer than `TIE` are equal, and nothing is rounded before."""

import numpy as np

TIE = 1e-12
"""Two neighbouring values closer than this, relative to the larger, are tied: they differ by rounding only."""

TIES = ("min", "average")
"""What tied values share: the first of their places, or the mean of them."""


def apart(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Whether two values differ by more than rounding; missing ones (NaN) never do."""
    return np.abs(upper - lower) > TIE * np.maximum(np.abs(lower), np.abs(upper))


def places(values: np.ndarray, ties: str = "min", axis: int = -2) -> np.ndarray:
    """1 for the smallest along `axis`, counting the values that are there; NaN where the value is missing.

    values [..., unit, code] by default; a vector of units takes axis=-1. Values tied in a chain, each with its
    neighbour, are all tied. Raises ValueError for an unknown kind of ties.
    """
    if ties not in TIES:
        raise ValueError(f"ties are {' or '.join(TIES)}, not {ties!r}")
    rows = np.moveaxis(np.asarray(values, dtype=float), axis, -1)
    order = np.argsort(rows, axis=-1, kind="stable")  # missing values come last
    return np.moveaxis(places_in_order(rows, order, ties), -1, axis)


def places_in_order(rows: np.ndarray, order: np.ndarray, ties: str = "min") -> np.ndarray:
    """`places` along the last axis of rows [..., unit] for whose order has been seen to: `order` [..., unit] are the
    units from the smallest value up, the missing ones last."""
    ordered = np.take_along_axis(rows, order, axis=-1)
    begins = np.ones(ordered.shape, dtype=bool)
    begins[..., 1:] = apart(ordered[..., :-1], ordered[..., 1:])
    found = _first(begins)
    if ties == "average":
        found = (found + _last(begins, (~np.isnan(ordered)).sum(axis=-1, keepdims=True))) / 2
    found = np.where(np.isnan(ordered), np.nan, found)
    result = np.empty(rows.shape)
    np.put_along_axis(result, order, found, axis=-1)
    return result


def rank(values: np.ndarray, axis: int = -2) -> np.ndarray:
    """1 for the largest; tied values take the best place; NaN where the value is missing. Shape of `values`."""
    return places(-np.asarray(values, dtype=float), "min", axis)


def rank_within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Ranks [..., unit, code] within each group; groups [unit] are texts, and a unit whose group is "" has none."""
    ranks = np.full(np.shape(values), np.nan)
    for group in np.unique(groups[groups != ""]):
        members = groups == group
        ranks[..., members, :] = rank(values[..., members, :])
    return ranks


def _first(begins: np.ndarray) -> np.ndarray:
    """The place, from 1, at which each value's run of ties begins."""
    return np.maximum.accumulate(np.where(begins, np.arange(begins.shape[-1]), 0), axis=-1) + 1


def _last(begins: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The place, from 1, at which each value's run of ties ends, among the first `there` values."""
    size = begins.shape[-1]
    ends = np.where(np.concatenate([begins[..., 1:], np.ones_like(begins[..., :1])], axis=-1), np.arange(size), size)
    last = np.flip(np.minimum.accumulate(np.flip(ends, axis=-1), axis=-1), axis=-1) + 1
    return np.minimum(last, there)
