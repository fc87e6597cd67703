"""Outliers that would decide an index alone: winsorised one point at a time, else the indicator's logarithm.

The rule and its thresholds are those of the JRC's COIN tool and of COINr (Becker et al. 2022, JOSS 7(78), 4567): an
indicator passes when its skew or its excess kurtosis is small.
"""

from dataclasses import dataclass

import numpy as np

from indicators.index.rank import apart

MAX_SKEW = 2.0
MAX_KURTOSIS = 3.5
FEWEST = 4
"""With fewer values there is no bias-adjusted kurtosis."""


@dataclass(frozen=True)
class Shape:
    """Skew and excess kurtosis, both bias-adjusted ("type 2": Joanes & Gill 1998, The Statistician 47, 183–189)."""

    skew: float
    kurtosis: float

    @property
    def passes(self) -> bool:
        return abs(self.skew) < MAX_SKEW or self.kurtosis < MAX_KURTOSIS


@dataclass(frozen=True)
class Treatment:
    """What was done to one indicator: "none", "winsorised" or "log"; `high` and `low` are the places of the units that
    were winsorised. `before` and `after` are None where there are too few values, or all are equal."""

    action: str
    before: Shape | None
    after: Shape | None
    high: tuple[int, ...] = ()
    low: tuple[int, ...] = ()
    note: str = ""


def shape_of(values: np.ndarray) -> Shape | None:
    """The shape of the values [unit] that are there; None for fewer than four, or where all are equal."""
    there = values[~np.isnan(values)]
    if there.size < FEWEST or not apart(there.min(), there.max()):
        return None
    away = (there - there.min()) / (there.max() - there.min())  # neither depends on the scale; nothing overflows
    away = away - away.mean()
    squares = away * away
    n, second = there.size, squares.sum()
    skew = np.sqrt(n) * (squares * away).sum() / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = ((n + 1) * (n * (squares * squares).sum() / second**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return Shape(float(skew), float(kurtosis))


def untreated(values: np.ndarray) -> list[Treatment]:
    """What is said of the indicators of values [unit, code] where no treatment was asked for."""
    return [Treatment("none", shape, shape) for shape in map(shape_of, values.T)]


def treat(values: np.ndarray, max_winsorise: int = 5) -> tuple[np.ndarray, list[Treatment]]:
    """The treated values [unit, code] and what was done to each indicator. At most `max_winsorise` points are moved;
    units that are tied move together or not at all. An indicator that still fails is its logarithm instead."""
    treated, done = values.copy(), []
    for code in range(values.shape[1]):
        treated[:, code], treatment = _treat_one(values[:, code], max_winsorise)
        done.append(treatment)
    return treated, done


def _treat_one(values: np.ndarray, max_winsorise: int) -> tuple[np.ndarray, Treatment]:
    before = shape_of(values)
    if before is None:
        few = (~np.isnan(values)).sum() < FEWEST
        return values, Treatment("none", None, None, note="too few values to treat" if few else "constant")
    if before.passes:
        return values, Treatment("none", before, before)
    moved, high, low = winsorise(values, max_winsorise)
    after = shape_of(moved)
    if after is None:
        return values, Treatment("none", before, before, note="winsorising would make all values equal; left as it is")
    if after.passes:
        return moved, Treatment("winsorised", before, after, high, low)
    logarithm = _log(values)
    after = shape_of(logarithm)
    note = "" if after is None or after.passes else "still skewed after the logarithm"
    return logarithm, Treatment("log", before, after, note=note)


def winsorise(values: np.ndarray, most: int) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    """Values [unit] of which the largest (smallest, where the skew is negative) take the next value's place, one step
    after another until they pass; then the places that were moved down and up. Never more than `most` places."""
    moved = values.copy()
    sides: dict[int, tuple[int, ...]] = {1: (), -1: ()}
    while (shape := shape_of(moved)) is not None and not shape.passes:
        side = 1 if shape.skew >= 0 else -1
        signed = side * moved
        top = np.nanmax(signed)
        extreme = tuple(int(i) for i in np.flatnonzero(signed == top))
        if len(extreme) + len(sides[-side]) > most:
            break
        moved[list(extreme)] = side * np.nanmax(signed[signed < top])
        sides[side] = extreme
    return moved, sides[1], sides[-1]


def _log(values: np.ndarray) -> np.ndarray:
    """ln(x − min + 0.01·range): as COINr's log_CT. Keeps the order."""
    lowest, highest = np.nanmin(values), np.nanmax(values)
    return np.log(values - lowest + 0.01 * (highest - lowest))
