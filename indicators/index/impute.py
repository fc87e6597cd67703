"""Missing values → the mean or median of the unit's group. What was filled in is told apart from what was given."""

from collections.abc import Callable

import numpy as np

CENTRES: dict[str, Callable[[np.ndarray], np.ndarray | np.floating]] = {
    "group_mean": np.mean,
    "group_median": np.median,
}
METHODS = ("none", *CENTRES)


def impute(values: np.ndarray, how: str, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The filled values and where they were filled, both [unit, code]. groups [unit] are texts.

    A value stays missing where nobody in the group has one, and for a unit whose group is "". Raises ValueError for
    an unknown method.
    """
    if how not in METHODS:
        raise ValueError(f"the methods of imputing are {', '.join(METHODS)}, not {how!r}")
    filled = values.copy()
    if how != "none":
        for group in np.unique(groups[groups != ""]):
            members = np.flatnonzero(groups == group)
            for code in np.flatnonzero(np.isnan(values[members]).any(axis=0)).tolist():
                _fill(filled, members, code, CENTRES[how])
    return filled, np.isnan(values) & ~np.isnan(filled)


def _fill(values: np.ndarray, members: np.ndarray, code: int, centre: Callable) -> None:
    inside = values[members, code]
    there = inside[~np.isnan(inside)]
    if there.size:
        values[members[np.isnan(inside)], code] = centre(there)
