"""Measures of some bases over consecutive quarters as one dense array, and why a value is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np


class Why(IntEnum):
    """Why a value is missing. Where two reasons meet, the larger number wins: a value that could not have been
    computed even from a complete return is never held against the base."""

    PRESENT = 0
    ZERO_DENOMINATOR = 1
    WITHHELD = 2  # asked, but left blank
    NO_RETURN = 3  # no accepted return for that quarter
    HISTORY = 4  # the quarter lies before the base's first, or before the data begin
    NOT_ASKED = 5  # the form does not ask it of the base's type


@dataclass
class Panel:
    """`values[quarter, measure, base]` with NaN for blank.

    `types[quarter, base]` indexes `asked[measure, type]`; −1 means that the base was not in the programme then.
    `returned[quarter, base]` tells whether there is a return to read from.
    """

    periods: tuple[str, ...]
    measures: tuple[str, ...]
    bases: tuple[str, ...]
    values: np.ndarray
    types: np.ndarray
    asked: np.ndarray
    returned: np.ndarray
    rows: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.rows = {code: i for i, code in enumerate(self.measures)}
        self.refresh()

    def refresh(self) -> None:
        """To be called after `types` or `returned` were changed in place."""
        # Why nothing at all can be read from a base and quarter.
        self._all_there = bool((self.types >= 0).all() and self.returned.all())
        absent = np.where(self.types < 0, Why.HISTORY, np.where(self.returned, Why.PRESENT, Why.NO_RETURN))
        self._absent = absent.astype(np.uint8)

    @classmethod
    def empty(
        cls, periods: Sequence[str], measures: Sequence[str], bases: Sequence[str], types: np.ndarray, asked: np.ndarray
    ) -> "Panel":
        """A panel in which no return has arrived yet."""
        shape = (len(periods), len(measures), len(bases))
        nothing = np.zeros(types.shape, dtype=bool)
        return cls(tuple(periods), tuple(measures), tuple(bases), np.full(shape, np.nan), types, asked, nothing)

    def column(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """(values, why) of one measure, each [quarter, base]; a value is NaN exactly where why is not PRESENT."""
        row = self.rows[measure]
        values = self.values[:, row, :]
        blank = np.isnan(values)
        if self._all_there:
            why = blank.astype(np.uint8) * np.uint8(Why.WITHHELD)
        else:
            why = np.where(blank & (self._absent == Why.PRESENT), np.uint8(Why.WITHHELD), self._absent)
        if not self.asked[row].all():
            asked = np.append(self.asked[row], True)[self.types]  # type −1 reads the appended True
            why = np.where(asked, why, np.uint8(Why.NOT_ASKED))
        absent = why != Why.PRESENT
        return (values if (absent == blank).all() else np.where(absent, np.nan, values)), why
