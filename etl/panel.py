"""Measures of some bases over consecutive quarters as one dense array, and why a value is missing."""

from collections.abc import Mapping, Sequence
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


_PRESENT, _WITHHELD = np.uint8(Why.PRESENT), np.uint8(Why.WITHHELD)


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
        self._asked_of_all = [bool(row.all()) for row in self.asked]
        self.refresh()

    def refresh(self) -> None:
        """To be called after `types` or `returned` were changed in place."""
        self._all_there = bool((self.types >= 0).all() and self.returned.all())
        self._absent = _nothing_from(self.types, self.returned)

    @classmethod
    def empty(
        cls, periods: Sequence[str], measures: Sequence[str], bases: Sequence[str], types: np.ndarray, asked: np.ndarray
    ) -> "Panel":
        """A panel in which no return has arrived yet."""
        shape = (len(periods), len(measures), len(bases))
        nothing = np.zeros(types.shape, dtype=bool)
        return cls(tuple(periods), tuple(measures), tuple(bases), np.full(shape, np.nan), types, asked, nothing)

    def put(self, quarter: int, base: int, figures: Mapping[str, float] | None) -> None:
        """The accepted return of one base and quarter is this one now; None: there is none any more. In place, and at
        the cost of one return. Figures of measures that are not on the panel are left out."""
        self.values[quarter, :, base] = np.nan
        for code, value in (figures or {}).items():
            if code in self.rows:
                self.values[quarter, self.rows[code], base] = value
        self.returned[quarter, base] = figures is not None
        self._absent[quarter, base] = _nothing_from(self.types[quarter, base], self.returned[quarter, base])
        self._all_there &= figures is not None

    def part(self, quarters: slice = slice(None), bases: slice = slice(None)) -> "Panel":
        """Some quarters and bases of this panel; their values are this panel's own, not copies."""
        return Panel(
            self.periods[quarters],
            self.measures,
            self.bases[bases],
            self.values[quarters, :, bases],
            self.types[quarters, bases],
            self.asked,
            self.returned[quarters, bases],
        )

    def column(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """(values, why) of one measure, each [quarter, base]; a value is NaN exactly where why is not PRESENT."""
        row = self.rows[measure]
        values = self.values[:, row, :]
        blank = np.isnan(values)
        if self._all_there:
            why = blank.view(np.uint8) * _WITHHELD
            if self._asked_of_all[row]:
                return values, why
        else:
            why = np.where(blank & (self._absent == _PRESENT), _WITHHELD, self._absent)
        if not self._asked_of_all[row]:
            asked = np.append(self.asked[row], True)[self.types]  # type −1 reads the appended True
            why = np.where(asked, why, np.uint8(Why.NOT_ASKED))
        absent = why != _PRESENT
        return (values if (absent == blank).all() else np.where(absent, np.nan, values)), why


def _nothing_from(types: np.ndarray, returned: np.ndarray) -> np.ndarray:
    """Why nothing at all can be read from a base and quarter; PRESENT where something can."""
    absent = np.where(types < 0, Why.HISTORY, np.where(returned, Why.PRESENT, Why.NO_RETURN))
    return absent.astype(np.uint8)
