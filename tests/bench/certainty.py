"""How sure every rank is, beside one sort of as many numbers."""

import time

import numpy as np

from indicators.index.tree import Entry, Tree, grow
from indicators.uncertainty import NORMALISATIONS, table_uncertainty
from tests.bench.timing import Row, in_turn

SIZES = ((10_000, 212), (1_000, 15_000))
INDICATORS = 31
LIMIT, GAPS = 10, 0.02


def programme_like() -> Tree:
    """31 indicators in three pillars of 35, 35 and 30."""
    pillars = {"A": 35.0, "B": 35.0, "C": 30.0}
    leaves = [Entry(f"I{i:02}", "ABC"[i % 3], 1.0 + i % 4, True) for i in range(INDICATORS)]
    return grow(
        [*leaves, *(Entry(code, "X", weight, False) for code, weight in pillars.items()), Entry("X", "", 1, False)]
    )


def certainty() -> list[Row]:
    """Normalising three ways, the replications and every interval: where every value is there, and with gaps."""
    return [row for size in SIZES for row in _rows(*size)]


def _rows(replications: int, bases: int) -> list[Row]:
    random = np.random.default_rng(5)
    numbers, tree = random.random((replications, bases)), programme_like()
    whole = random.lognormal(size=(bases, INDICATORS))
    gaps = np.where(random.random(whole.shape) < GAPS, np.nan, whole)

    def row(table: np.ndarray, missing: str) -> Row:
        mine, sort = in_turn(
            lambda: table_uncertainty(table, tree, normalisations=NORMALISATIONS, replications=replications, seed=1),
            lambda: np.sort(numbers, axis=-1),
            12 if bases < 1_000 else 3,
            time.process_time,
        )
        return (
            f"certainty, {replications:,} × {bases:,} bases, {missing}", f"{mine / sort:.1f} × np.sort",
            f"≤ {LIMIT} ×",
            f"{mine * 1000:,.0f} ms beside {sort * 1000:,.0f} ms of processor time",
            mine <= LIMIT * sort,
        )  # fmt: skip

    return [row(whole, "complete"), row(gaps, f"{GAPS:.0%} missing")]
