"""Totals → ratios: an indicator divided by a measure of size."""

import numpy as np


def denominate(values: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    """values / denominators, both [unit, code]; a column of ones leaves its indicator as it is.

    Missing where either is missing or the denominator is 0. Raises ValueError for a negative denominator, which would
    turn more into less.
    """
    if (denominators < 0).any():
        raise ValueError("a denominator is negative")
    return np.divide(values, denominators, out=np.full(values.shape, np.nan), where=denominators > 0)
