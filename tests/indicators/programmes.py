"""Panels made in memory: some bases of some types over some quarters, with values drawn or given."""

import numpy as np

from etl import periods
from etl.catalogue import Text
from etl.form import load_form
from etl.history import blank_panel
from etl.panel import Panel
from etl.registry import Base
from indicators.composite import Composite, composite
from indicators.compute import Values, compute
from indicators.definition import load_definitions

FORM, DEFINITIONS = load_form(), load_definitions()
TYPES = list(FORM.types)
LAST = "2026Q4"


def base(code: str, kind: str = "regional", province: str = "ZJ", hardship: bool = False) -> Base:
    return Base(code, Text(en=code, zh=code), kind, province, hardship, "active", None)


def drawn(kinds: list[str], seed: int = 0, quarters: int = 8) -> Panel:
    """Every measure of every base a random number from 1 to 100, every return there."""
    span = periods.span(periods.shift(LAST, 1 - quarters), LAST)
    codes = [f"B{i:02d}" for i in range(len(kinds))]
    panel = blank_panel(FORM, span, codes, {period: dict(zip(codes, kinds, strict=True)) for period in span})
    panel.values[:] = np.random.default_rng(seed).integers(1, 100, panel.values.shape)
    panel.returned[:] = True
    panel.refresh()
    return panel


def computed(panel: Panel) -> dict[str, Values]:
    return compute(panel, DEFINITIONS, TYPES)


def scored(panel: Panel, values: dict[str, Values] | None = None, quarter: int = -1) -> Composite:
    """The composite of one quarter."""
    values = values or computed(panel)
    quarter %= len(panel.periods)
    return composite(values, DEFINITIONS, quarter, panel.types[quarter], panel.returned[quarter], TYPES)


def put(panel: Panel, measure: str, base: int, *values: float) -> None:
    """The last quarters' values of a measure of one base."""
    panel.values[-len(values) :, panel.rows[measure], base] = values
