"""Invented programmes of which the truth is known: most bases go on as ever, some decline slowly, some collapse, some
have one bad quarter. The bases are the sample's, with all that makes them differ and all chance of their firms; what is
planted is only how badly a base does, quarter by quarter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from etl import periods
from etl.form import load_form
from etl.history import blank_panel
from etl.panel import Panel
from etl.registry import Base
from sample_data import figures, programme, rates, traits
from sample_data.firms import Incubator
from sample_data.programme import Member

FORM = load_form()
LAST, QUARTERS, BEGINS = "2026Q4", 16, 11
"""Declines begin in quarter BEGINS, counted from 0; the quarters before are history."""
STEADY, SLOW, COLLAPSE, DIP = "steady", "slow decline", "collapse", "one bad quarter"
STRAIN = {
    STEADY: lambda since: np.zeros(since.shape),
    SLOW: lambda since: np.clip(0.15 * (since + 1), 0, 1),
    COLLAPSE: lambda since: (since >= 0) * 1.0,
    DIP: lambda since: (since == 0) * 1.0,
}
"""Fate → how badly a base does in each quarter since the beginning: 0 as ever, 1 in full decline."""
FATES = {SLOW: 8, COLLAPSE: 6, DIP: 4}
"""Of 212 bases, whatever their size; the others are steady."""


@dataclass(frozen=True)
class Simulated:
    """One programme. Arrays by base."""

    panel: Panel
    bases: list[Base]
    fate: np.ndarray
    firms: np.ndarray
    """In incubation when the programme begins."""


def simulated(seed: int, count: int = 212, shrink: float = 15) -> Simulated:
    """A programme whose bases have `shrink` times fewer firms than real ones; the same seed, the same programme."""
    quarters = periods.span(periods.shift(LAST, 1 - QUARTERS), LAST)
    chance = np.random.default_rng(seed)
    with _shrunk(shrink):
        members = programme.bases(FORM, count, QUARTERS, chance)
    fate = np.full(count, STEADY, dtype=object)
    drawn = iter(chance.permutation(count).tolist())
    for kind, number in FATES.items():
        for _ in range(round(number * count / 212)):
            fate[next(drawn)] = kind
    bases = [member.base for member in members]
    codes = [base.code for base in bases]
    types = {base.code: base.type for base in bases}
    panel = blank_panel(FORM, quarters, codes, dict.fromkeys(quarters, types))
    since = np.arange(QUARTERS) - BEGINS
    for place, member in enumerate(members):
        told = _lived(member, quarters, STRAIN[fate[place]](since), np.random.default_rng([seed, place]))
        for quarter, values in enumerate(told):
            panel.values[quarter, [panel.rows[code] for code in values], place] = list(values.values())
    panel.returned[:] = True
    panel.refresh()
    return Simulated(panel, bases, fate, np.array([member.firms for member in members]))


def _lived(
    member: Member, quarters: tuple[str, ...], strain: np.ndarray, chance: np.random.Generator
) -> list[dict[str, float]]:
    own = traits.draw(member, chance)
    incubator = Incubator(member, own, quarters[0], chance)
    lived = [incubator.quarter(period, trouble) for period, trouble in zip(quarters, strain.tolist(), strict=True)]
    return figures.measures(FORM, replace(member, declines_in=None), own, lived, strain, chance)


@contextmanager
def _shrunk(factor: float) -> Iterator[None]:
    before = rates.SHRINK
    rates.SHRINK = factor
    try:
        yield
    finally:
        rates.SHRINK = before
