"""How sure every rank is, beside one sort of as many numbers."""

import numpy as np

from indicators.index.tree import Entry, Tree, grow
from indicators.uncertainty import NORMALISATIONS, table_uncertainty
from tests.bench.timing import Row, in_turn

SIZES = ((10_000, 212), (1_000, 15_000))
INDICATORS = 31
LIMIT = 10


def programme_like() -> Tree:
    """31 indicators in three pillars of 35, 35 and 30."""
    pillars = {"A": 35.0, "B": 35.0, "C": 30.0}
    leaves = [Entry(f"I{i:02}", "ABC"[i % 3], 1.0 + i % 4, True) for i in range(INDICATORS)]
    return grow(
        [*leaves, *(Entry(code, "X", weight, False) for code, weight in pillars.items()), Entry("X", "", 1, False)]
    )


def certainty() -> list[Row]:
    """Normalising three ways, the replications and every interval, with 2 % of the values missing, and with none."""
    return [_row(*size, missing) for size in SIZES for missing in (0.0, 0.02)]


def _row(replications: int, bases: int, missing: float) -> Row:
    random = np.random.default_rng(5)
    values = random.lognormal(size=(bases, INDICATORS))
    values[random.random(values.shape) < missing] = np.nan
    numbers, tree = random.random((replications, bases)), programme_like()

    def ours() -> object:
        return table_uncertainty(values, tree, normalisations=NORMALISATIONS, replications=replications, seed=1)

    mine, sort = in_turn(ours, lambda: np.sort(numbers, axis=-1), 12 if bases < 1_000 else 3)
    return (
        f"certainty, {replications:,} × {bases:,} bases{', gaps' if missing else ''}",
        f"{mine / sort:.1f} × np.sort", f"≤ {LIMIT} ×",
        f"{mine * 1000:,.0f} ms beside {sort * 1000:,.0f} ms, np.sort of as many numbers", mine <= LIMIT * sort,
    )  # fmt: skip
