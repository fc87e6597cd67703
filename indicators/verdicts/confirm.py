"""Is a missed floor more than noise? Either the peers say so, by the funnel where the indicator has one, or the base's
own history does."""

from enum import IntEnum
from typing import Protocol

import numpy as np


class Confirmed(IntEnum):
    """What is known of a missed floor. Only NOT means that it does not count for a grade."""

    NOT_APPLICABLE = 0  # no funnel, and too little history
    PEERS = 1  # outside the funnel
    HISTORY = 2  # missed all year, or fallen further than usual from its own year before
    NOT = 3  # may be noise


class Limits(Protocol):
    """Between which values an ordinary base of its type and size lies, [base of the panel] in the indicator's unit; NaN:
    no funnel. What a funnel of the indicator gives."""

    @property
    def lower(self) -> np.ndarray: ...

    @property
    def upper(self) -> np.ndarray: ...


def confirmed(
    value: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    upper: np.ndarray,
    missed: np.ndarray,
    history: np.ndarray,
    own_fall: float,
) -> np.ndarray:
    """Confirmed for each [indicator, base] from the last `value`, its funnel `low … high`, `upper[indicator]`,
    `missed[indicator, quarter, base]` and `history[indicator, base]`: the last quarter's own change, in usual changes,
    negative is worse, NaN where there is none. A fall of `own_fall` confirms."""
    upper = upper[:, None]
    there = ~np.isnan(value)  # a blank is no chance
    has_funnel, has_history = there & ~np.isnan(np.where(upper, high, low)), there & ~np.isnan(history)
    outside = np.where(upper, value > high, value < low)
    by_history = missed.all(axis=1) | (history <= -own_fall)
    known = np.where(has_funnel | has_history, np.uint8(Confirmed.NOT), np.uint8(Confirmed.NOT_APPLICABLE))
    return np.where(outside, np.uint8(Confirmed.PEERS), np.where(by_history, np.uint8(Confirmed.HISTORY), known))
