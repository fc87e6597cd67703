"""make bench: how fast, as ratios measured in one run on one machine. Absolute times are shown, never judged."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from etl import periods, warehouse
from etl.checks import Checker
from etl.config import settings
from etl.form import load_form
from etl.history import History, blank_panel
from etl.panel import Panel
from etl.reading import Return, read_returns
from etl.registry import Registry
from etl.template import Filling, write_form
from indicators.compute import Values, compute
from indicators.cube import Facts, build_cube
from indicators.definition import load_definitions
from tests.builders import Story, Writer, entry, load, registered, set_up
from tests.indicators.by_hand import by_hand, value_of

FORM, DEFINITIONS = load_form(), load_definitions()
TYPES = list(FORM.types)
PEERS, ROSTER = 120, 400
MEMORY_LIMIT = 8 * 2**30

Row = tuple[str, str, str, str, bool]
"""What, measured, target, in words, met."""


def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    """The shortest of several runs: what the work costs when nothing else disturbs it."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 12) -> tuple[float, float]:
    """The shortest run of each, taken in turn, so that a busy moment of the machine falls on both."""
    pairs = [(seconds(ours, 1), seconds(theirs, 1)) for _ in range(rounds)]
    return min(mine for mine, _ in pairs), min(other for _, other in pairs)


def ratio_row(name: str, ours: float, theirs: float, target: float, beside: str) -> Row:
    ratio = theirs / ours
    words = f"{ours * 1000:,.0f} ms beside {theirs * 1000:,.0f} ms, {beside}"
    return name, f"{ratio:.1f} × as fast", f"≥ {target:g} ×", words, ratio >= target


def reading(folder: Path) -> Row:
    """One return with a large roster, read and checked with everything, beside openpyxl merely reading it."""
    engine = warehouse.connect(f"sqlite:///{folder / 'reading.db'}")
    warehouse.create(engine)
    quarters = periods.span("2025Q3", "2026Q4")
    set_up(engine, [entry("BIG"), *(entry(f"P{i:03d}") for i in range(PEERS))], quarters)
    writer = Writer(engine, folder)
    peers = {f"P{i:03d}": Story(f"P{i:03d}", size=12) for i in range(PEERS)}
    rows = [(code, period, tale.quarter(period)[0]) for code, tale in peers.items() for period in quarters[:-1]]
    load(engine, writer.history(rows))
    tale = Story("BIG", size=ROSTER)
    for period in quarters:
        path = writer.form_of("BIG", period, *tale.quarter(period))
        if period != quarters[-1]:
            load(engine, path)
    with warehouse.reading(engine) as connection:
        registry = Registry(connection)
        checker = Checker(FORM, registry, History(connection, FORM, registry))

        def ours() -> Return:
            (item,) = read_returns(path.read_bytes(), FORM, settings().limits)
            checker.check([item])
            return item

        item = ours()
        assert not item.rejected, item.findings[:3]
        assert len(item.roster) >= ROSTER
        mine, theirs = in_turn(ours, lambda: pd.read_excel(path, engine="openpyxl", sheet_name=None))
    return ratio_row("read and check a return, 400 firms", mine, theirs, 3, "pandas.read_excel (openpyxl) only reading")


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


def writing_forms(folder: Path) -> Row:
    """A form with a large roster, with its styles, choices and checks, beside a bare dump of the same cells."""
    engine = warehouse.connect(f"sqlite:///{folder / 'forms.db'}")
    warehouse.create(engine)
    set_up(engine, [entry("BIG")], ["2026Q4"])
    base = registered(engine, "BIG", "2026Q4")
    values, roster = Story("BIG", size=ROSTER).quarter("2026Q4")

    def dump() -> None:
        with xlsxwriter.Workbook(folder / "dump.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet("Return")
            for row, (code, value) in enumerate(values.items()):
                sheet.write_row(row, 0, [code, value])
            sheet = book.add_worksheet("Roster")
            columns = [column.code for column in FORM.roster_of(base.type)]
            for row, firm in enumerate(roster):
                sheet.write_row(row, 0, [firm.get(column, "") for column in columns])

    ours, bare = in_turn(
        lambda: write_form(folder / "form.xlsx", FORM, base, "2026Q4", Filling(values, roster=roster)), dump
    )
    words = f"{ours * 1000:,.0f} ms beside {bare * 1000:,.0f} ms, a bare XlsxWriter dump of the same cells"
    return "write a form, 400 firms", f"{ours / bare:.1f} × as long", "≤ 1.5 ×", words, ours / bare <= 1.5


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [reading(folder), indicators_from_facts(folder), *growth(), writing_forms(folder)]
    print(f"\n{'':<40} {'measured':<18} {'target':<12} {'':<7}")
    for what, measured, target, words, met in rows:
        print(f"{what:<40} {measured:<18} {target:<12} {'met' if met else 'MISSED':<7} {words}")
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
