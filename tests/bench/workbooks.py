"""Reading and checking a return, and writing a form, beside what others need for less."""

from pathlib import Path

import pandas as pd
import xlsxwriter

from etl import periods, warehouse
from etl.checks import Checker
from etl.config import settings
from etl.form import load_form
from etl.history import History
from etl.reading import Return, read_returns
from etl.registry import Registry
from etl.template import Filling, write_form
from tests.bench.timing import Row, in_turn, ratio_row
from tests.builders import Story, Writer, entry, load, registered, set_up

FORM = load_form()
PEERS, ROSTER = 120, 400


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
