"""Places among many values, kept by counting while single values change: no sorting, and the same to the last bit."""

import math

import numpy as np

from indicators.composite import TIE, places

_NEAR = 4 * TIE
"""Values this close (relative) and not equal may differ by rounding only."""


class Places:
    """`values[unit]`, NaN where there is none; how many there are (`count`); `ranks[unit]`: 1 for the largest, equal
    values share the best. All follow every `move`."""

    def __init__(self, values: np.ndarray):
        self.values = values
        self._sort()

    def _sort(self) -> None:
        self.count = int(np.count_nonzero(~np.isnan(self.values)))
        self._first, self.ranks = places(self.values, "min"), places(-self.values, "min")

    def percentiles(self, ties: str) -> np.ndarray:
        """`percentile_rank` of the values: with ties at the mean of their places, (first + last) / 2 − 1 places are
        below; halves and whole numbers are exact, so that fewer passes give the same bits."""
        if self.count < 2:
            return np.full(self.values.shape, np.nan)
        if ties == "min":
            return (self._first - 1) / (self.count - 1) * 100
        twice = self._first - self.ranks
        twice += self.count - 1
        twice /= 2 * (self.count - 1)
        twice *= 100
        return twice

    def move(self, unit: int, new: float) -> None:
        """The unit's value becomes `new`; NaN: it has none. A few passes over the values."""
        old, self.values[unit] = float(self.values[unit]), np.nan
        others = self.count - (old == old)
        before, after = self._beside(old, others), self._beside(new, others)
        self.values[unit] = new
        if before is None or after is None:
            self._sort()
            return
        there = new == new
        self.count = others + there
        self._first += after[1] - before[1]
        self.ranks += after[0] - before[0]
        self._first[unit] = 1 + np.count_nonzero(after[0]) if there else np.nan
        self.ranks[unit] = 1 + np.count_nonzero(after[1]) if there else np.nan

    def _beside(self, value: float, others: int) -> tuple[np.ndarray, np.ndarray] | None:
        """1 where another value is below, and where one is above. None where some are so near that they may be tied
        with it though they do not equal it: that is not for counting to say."""
        slack = _NEAR * abs(value) if math.isfinite(value) else 0.0
        below, above = self.values < value - slack, self.values > value + slack
        if value == value:
            counted = np.count_nonzero(below) + np.count_nonzero(above) + np.count_nonzero(self.values == value)
            if counted != others:
                return None
        return below.view(np.int8), above.view(np.int8)
