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
RETURNS, ROUNDS = 20, 8
"""So many returns, one after the other, take about as long as computing once, and are as likely disturbed."""
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


Returns = list[tuple[str, dict[str, float]]]


def drawn_returns(panel: Panel, random: np.random.Generator) -> list[Returns]:
    """For each of two times ROUNDS, and one before, returns of bases of the largest type with another value for every measure that is
    asked. Every second base has had no return of the last quarter yet; the others correct theirs."""
    asked = [code for code, row in panel.rows.items() if panel.asked[row, 0]]
    drawn_bases = random.choice(np.flatnonzero(panel.types[-1] == 0), (2 * ROUNDS + 1, RETURNS), replace=False)
    for base in drawn_bases[:, ::2].flat:
        panel.put(QUARTERS - 1, base, None)
    figures = random.integers(1, 1000, (*drawn_bases.shape, len(asked))).astype(float)
    return [
        [(panel.bases[base], dict(zip(asked, values, strict=True))) for base, values in zip(bases, drawn, strict=True)]
        for bases, drawn in zip(drawn_bases, figures.tolist(), strict=True)
    ]


def patching() -> Row:
    """Returns of the largest type, one by one, each to every score and rank of its type, in the quarter's `peers`; then
    the same with the Composite of all types read after each. Both equal to computing anew before and after the clock
    runs, and both judged."""
    panel = drawn(mixed(BASES), QUARTERS)
    waiting, last = drawn_returns(panel, np.random.default_rng(11)), panel.periods[-1]
    live = Live(panel, DEFINITIONS, TYPES)
    quarter = live.quarter(last)

    def patched() -> None:
        for base, figures in waiting.pop():
            live.accept(base, last, figures)

    def read() -> None:
        for base, figures in waiting.pop():
            live.accept(base, last, figures)
            _ = quarter.composite

    def anew() -> Composite:
        return recompute(panel, QUARTERS - 1)

    def equal() -> bool:
        return same(quarter.composite, anew())

    patched()
    assert equal()
    ours, theirs = in_turn(patched, anew, ROUNDS, time.process_time)
    assert equal()
    whole, again = in_turn(read, anew, ROUNDS, time.process_time)
    assert equal()
    one, all_types, full = ours / RETURNS, whole / RETURNS, min(theirs, again)
    words = (
        f"{one * 1000:,.1f} ms, with the Composite of all types {all_types * 1000:,.1f} ms ({all_types / full:.1%}), "
        f"beside {full * 1000:,.0f} ms, the quarter computed anew for all bases"
    )
    name = "one accepted return → ranks, 15,000 bases"
    return name, f"{one / full:.1%} of the time", f"≤ {SHARE:.0%}", words, max(one, all_types) <= SHARE * full
