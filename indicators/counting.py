"""Places among many values, kept by counting while single values change: no sorting, and the same to the last bit."""

from typing import NamedTuple

import numpy as np

from indicators.index.rank import TIE, places

_NEAR = 4 * TIE
"""Values this close (relative) and not equal may differ by rounding only."""


class Places:
    """`values[unit]`, finite, NaN where there is none; how many there are (`count`); `ranks[unit]`: 1 for the largest, equal
    values share the best. All follow every `move`."""

    def __init__(self, values: np.ndarray):
        self.values = values
        self._sort()

    def _sort(self) -> None:
        self.count = int(np.count_nonzero(~np.isnan(self.values)))
        self._first, self.ranks = places(self.values, "min", -1), places(-self.values, "min", -1)

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
        self._first += after.above - before.above
        self.ranks += after.below - before.below
        self._first[unit] = 1 + after.count_below if there else np.nan
        self.ranks[unit] = 1 + after.count_above if there else np.nan

    def _beside(self, value: float, others: int) -> "_Beside | None":
        """None where some of the other values are so near that they may be tied with this one though they do not equal
        it: that is not for counting to say."""
        if value != value:
            return _BESIDE_NONE
        slack = _NEAR * abs(value)
        below, above = self.values < value - slack, self.values > value + slack
        counts = int(np.count_nonzero(below)), int(np.count_nonzero(above))
        apart = sum(counts)
        if apart != others and apart + np.count_nonzero(self.values == value) != others:
            return None
        return _Beside(below.view(np.int8), above.view(np.int8), *counts)


class _Beside(NamedTuple):
    """[unit]: 1 where another value is below, and where one is above; and how many are."""

    below: np.ndarray
    above: np.ndarray
    count_below: int
    count_above: int


_BESIDE_NONE = _Beside(np.zeros(1, np.int8), np.zeros(1, np.int8), 0, 0)
