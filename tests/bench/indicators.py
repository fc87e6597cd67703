"""Indicators from facts, beside pandas, and how time grows with the size of the programme."""

import resource
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from etl import periods, warehouse
from etl.form import load_form
from etl.history import blank_panel
from etl.panel import Panel
from etl.registry import Registry
from indicators.compute import Values, compute
from indicators.cube import Facts, build_cube
from indicators.definition import load_definitions
from tests.bench.timing import Row, in_turn, ratio_row, seconds
from tests.builders import entry, set_up
from tests.indicators.by_hand import by_hand, value_of

FORM, DEFINITIONS = load_form(), load_definitions()
TYPES = list(FORM.types)
MEMORY_LIMIT = 8 * 2**30


def drawn(kinds: list[str], quarters: int) -> Panel:
    """Bases of those types with a random value for every measure that is asked."""
    span = periods.span(periods.shift("2026Q4", 1 - quarters), "2026Q4")
    codes = [f"B{i:05d}" for i in range(len(kinds))]
    panel = blank_panel(FORM, span, codes, {period: dict(zip(codes, kinds, strict=True)) for period in span})
    panel.values[:] = np.random.default_rng(7).integers(1, 1000, panel.values.shape)
    panel.values[:, ~panel.asked[:, panel.types[0]]] = np.nan
    panel.returned[:] = True
    panel.refresh()
    return panel


def mixed(bases: int) -> list[str]:
    """Types in the shares of the programme."""
    shares = [120, 40, 40, 12]
    return [kind for kind, share in zip(TYPES, shares, strict=True) for _ in range(round(bases * share / 212))]


def facts_of(panel: Panel) -> pd.DataFrame:
    quarter, measure, base = np.nonzero(~np.isnan(panel.values))
    names = (np.array(axis, dtype=object) for axis in (panel.periods, panel.measures, panel.bases))
    period_names, measure_names, base_names = names
    return pd.DataFrame(
        {
            "period": pd.Categorical(period_names[quarter], panel.periods),
            "measure": pd.Categorical(measure_names[measure], panel.measures),
            "base": pd.Categorical(base_names[base], panel.bases),
            "value": panel.values[quarter, measure, base],
        }
    )


def in_pandas(facts: pd.DataFrame, types: pd.Series) -> dict[str, pd.Series]:
    """The straightforward way: long → wide, then groupby with shift for each formula."""
    wide = facts.pivot(index=["base", "period"], columns="measure", values="value").sort_index()
    wide["type"] = types.reindex(wide.index.get_level_values("base")).to_numpy()
    found = {}
    for code, (numerator, denominator, factor, kinds) in by_hand(wide).items():
        found[code] = value_of(numerator, denominator, factor).where(wide["type"].isin(kinds.split()))
    return found


def indicators_from_facts(folder: Path) -> Row:
    """All indicators of 212 bases over 12 quarters from facts in memory, beside pandas; equal values first."""
    kinds = mixed(212)
    drawn_panel = drawn(kinds, 12)
    facts = facts_of(drawn_panel)
    engine = warehouse.connect(f"sqlite:///{folder / 'indicators.db'}")
    warehouse.create(engine)
    set_up(
        engine, [entry(code, kind) for code, kind in zip(drawn_panel.bases, kinds, strict=True)], drawn_panel.periods
    )
    with engine.connect() as connection:
        registry = Registry(connection)

    returned = [(period, base) for period in drawn_panel.periods for base in drawn_panel.bases]

    def ours() -> dict[str, Values]:
        given = Facts(facts["period"], facts["measure"], facts["base"], facts["value"], returned)
        return compute(build_cube(given, FORM, registry, drawn_panel.periods), DEFINITIONS, TYPES)

    types = pd.Series(kinds, index=drawn_panel.bases)
    values, expected = ours(), in_pandas(facts, types)
    for code, series in expected.items():
        table = series.unstack("base").loc[list(drawn_panel.periods), list(drawn_panel.bases)].to_numpy()
        np.testing.assert_allclose(values[code].value, table, rtol=1e-9, err_msg=code)
    return ratio_row(
        "38 indicators, 212 bases × 12 quarters", *in_turn(ours, lambda: in_pandas(facts, types)), 10,
        "pandas groupby and shift",
    )  # fmt: skip


def growth() -> list[Row]:
    """The same on arrays at the largest size to plan for; time per value must not grow."""
    sizes, times = (5, 10, 20, 40), []
    for quarters in sizes:
        panel = drawn(mixed(15_000), quarters)
        times.append(seconds(lambda panel=panel: compute(panel, DEFINITIONS, TYPES), 3))
        print(
            f"  15,000 bases × {quarters:>2} quarters: {times[-1]:6.2f} s, {times[-1] / quarters * 1000:5.1f} ms a quarter",
            flush=True,
        )
    exponent = float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return [
        ("growth, 15,000 bases × 5 … 40 quarters", f"time ~ size^{exponent:.2f}", "≤ 1 (±0.1)",
         f"{times[0]:.2f} s → {times[-1]:.2f} s for 8 times the size", exponent <= 1.1),
        ("memory at 15,000 × 40", f"{memory / 2**30:.1f} GB", "< 8 GB", "the whole process at its peak", memory < MEMORY_LIMIT),
    ]  # fmt: skip
