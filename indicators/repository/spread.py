"""How the values of a type's bases are spread: percentiles that name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indicators.definition import load_definitions

SHARES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Spread:
    """Percentiles of `n` values."""

    n: int
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


def enough(others: int) -> bool:
    """Whether so many bases that are not the person's own hide each single one, by the method in force."""
    return others >= load_definitions().method.peers.least_peers


def percentiles(
    values: Sequence[float] | np.ndarray, shares: Sequence[float], others: int | None = None
) -> list[float] | None:
    """The percentiles of the values; None for so few bases that they would give single ones away. `others`: how many of
    them are not the person's own (default: all)."""
    if not enough(len(values) if others is None else others):
        return None
    return [float(share) for share in np.percentile(np.asarray(values, dtype=float), shares)]


def side_of_middle(value, low: float, high: float, direction: str):
    """1 better than the middle half of the peers (beyond `high`, or below `low` where less is better), −1 worse, else 0.
    For a number or an array; 0 for NaN."""
    side = (value > high) * 1 - (value < low) * 1
    return -side if direction == "down" else side
