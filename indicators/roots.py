"""Many roots at once, one for each element: the secant method, kept within a bracket."""

import numpy as np


def secant(
    here: np.ndarray, value: np.ndarray, last: np.ndarray, last_value: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Where to look next for the root between `low` and `high`: on the line through two points; half way between the
    two ends where that leaves them. Where the value is 0 it is found."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = here - value * (here - last) / (value - last_value)
    inside = (found > low) & (found < high)
    return np.where(value == 0, here, np.where(inside, found, (low + high) / 2))
