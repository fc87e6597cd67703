"""One accepted return: its ranks patched in place, beside the whole quarter computed anew."""

import time

import numpy as np

from etl.panel import Panel
from indicators.composite import Composite, composite
from indicators.compute import compute
from indicators.live import Live, reach
from tests.bench.indicators import DEFINITIONS, TYPES, drawn, mixed
from tests.bench.timing import Row, in_turn

BASES, QUARTERS, SHARE = 15_000, 16, 0.05
RETURNS = 20
"""So many, one after the other, take about as long as computing once, and are as likely disturbed."""
BACK = reach(DEFINITIONS)


def recompute(panel: Panel, at: int) -> Composite:
    """The quarter anew for all bases: its indicators from as many quarters as their formulas look back to, and no more;
    then scores and ranks of every type."""
    part = panel.part(slice(at - BACK, at + 1))
    values = compute(part, DEFINITIONS, TYPES)
    return composite(values, DEFINITIONS, BACK, part.types[BACK], part.returned[BACK], TYPES)


def same(one: Composite, other: Composite) -> bool:
    """To the last bit."""
    return all(
        np.array_equal(table, vars(other)[name][code], equal_nan=True)
        for name, tables in vars(one).items()
        for code, table in tables.items()
    )


def drawn_returns(panel: Panel, random: np.random.Generator) -> list[tuple[str, dict[str, float]]]:
    """Bases of the largest type, each with another value for every measure that it is asked."""
    asked = [code for code, row in panel.rows.items() if panel.asked[row, 0]]
    bases = random.choice(np.flatnonzero(panel.types[-1] == 0), RETURNS, replace=False)
    draws = random.integers(1, 1000, (RETURNS, len(asked))).astype(float)
    return [
        (panel.bases[base], dict(zip(asked, values, strict=True)))
        for base, values in zip(bases, draws.tolist(), strict=True)
    ]


def patching() -> Row:
    """Returns of the largest type, one by one, each to the ranks of its type; equal to computing anew before and after
    the clock runs."""
    panel, random = drawn(mixed(BASES), QUARTERS), np.random.default_rng(11)
    last = panel.periods[-1]
    live = Live(panel, DEFINITIONS, TYPES)
    quarter, waiting = live.quarter(last), [drawn_returns(panel, random) for _ in range(10)]

    def patched() -> None:
        for base, figures in waiting.pop():
            live.accept(base, last, figures)

    patched()
    assert same(quarter.composite, recompute(panel, QUARTERS - 1))
    ours, theirs = in_turn(patched, lambda: recompute(panel, QUARTERS - 1), 8, time.process_time)
    assert same(quarter.composite, recompute(panel, QUARTERS - 1))
    one = ours / RETURNS
    words = f"{one * 1000:,.1f} ms beside {theirs * 1000:,.0f} ms, the quarter computed anew for all bases"
    name = "one accepted return → ranks, 15,000 bases"
    return name, f"{one / theirs:.1%} of the time", f"≤ {SHARE:.0%}", words, one <= SHARE * theirs
