"""Patterns: tables with numbers, long, empty and on their way; the ranking's grid; the sheet around a cell."""

from datetime import datetime

from dash import html

from dashboard import awaited, grids, sheet_picture, tables
from dashboard import components as c
from dashboard.components import Part
from dashboard.pages import patterns_data as data
from dashboard.pages import ranking_columns, ranking_rows
from dashboard.tables import Column, Table
from dashboard.urls import PATTERNS, State
from dashboard.view import View
from etl.picture import Line
from etl.picture import Table as Sheet
from etl.reading import CODE, RETURN_SHEET, VALUE
from indicators.definition import load_definitions
from indicators.repository import Ranking, RankingRow
from indicators.repository.pictures import GONE, NoPicture, Picture

GRID = "pattern-grid"
MANY = 24


def samples(shown: View) -> list[tuple[str, Part]]:
    return [
        ("table", tables.drawn(_table(shown, 4))),
        ("table_long", html.Div(c.twin(shown, tables.drawn(_table(shown, MANY))))),
        ("table_empty", tables.drawn(_table(shown, 0, "rankings.batch"))),
        ("table_waiting", awaited.place(shown, "pattern-waiting", shown.say("sure.working"), PATTERNS)),
        ("table_failed", _failed(shown)),
        ("grid", _grid(shown)),
        ("sheet", sheet_picture.drawn(shown, _picture())),
        ("sheet_gone", sheet_picture.missing(shown, NoPicture(GONE, "…"))),
    ]


def _table(shown: View, rows: int, head: str = "rankings.base") -> Table:
    """Numbers of several magnitudes, below nought and missing, under one decimal point."""
    columns = (
        Column("base", shown.say(head) + (f" ({rows})" if rows > 4 else "")),
        Column("index", shown.say("attention.index"), decimals=1, number=True),
        Column("value", shown.say("table.value"), unit="%", number=True),
        Column("many", shown.say("table.bases"), decimals=0, number=True),
    )
    values = ((61.24, 3.1, 1_234_567.0), (7.5, -45.3, 12.0), (None, 100.0, 0.0), (100.0, 0.04, None))
    names = [data.NAMES[place % len(data.NAMES)][shown.language] for place in range(rows)]
    return Table("", columns, tuple((name, *values[place % len(values)]) for place, name in enumerate(names)))


def _failed(shown: View) -> Part:
    """As assets/awaited.js leaves a place whose answer did not come."""
    place = awaited.place(shown, "pattern-failed", shown.say("sure.working"), PATTERNS, **c.data(failed="true"))
    return place


def _grid(shown: View) -> Part:
    found = _ranking()
    state = State(type=data.TYPE)
    columns = ranking_columns.definitions_of(shown, state, data.PUBLICATION, found)
    made = grids.grid(shown, GRID, columns, "base", domLayout="autoHeight")
    made.rowData = [ranking_rows.for_grid(shown, row, found) for row in found.rows]  # type: ignore[attr-defined]
    return made


def _ranking() -> Ranking:
    definitions = load_definitions()
    rows = [
        RankingRow(
            member, place + 1 if member.returned else None, max(1.0, place - 1.0), min(4.0, place + 2.0), 71.2 - 9.4 * place,
            (2, -3, 0, None)[place % 4], dict.fromkeys(definitions.pillars, 64.0 - 8 * place), {}, data.VALUES[-8:],
            (*(one.lamp for one in data.verdicts()), "grey")[::-1][place], "ABCD "[place].strip() or None,
        )
        for place, member in enumerate(data.members())
    ]  # fmt: skip
    return Ranking(data.TYPE, 4, 5, tuple(rows), data.SPREAD, definitions, data.QUARTERS[-8:])


def _picture() -> Picture:
    """A sheet of which nothing but the invented cells is there."""
    lines = [Line(row, [f"x{row:02d}", f"…{row}", 10.5 * row]) for row in range(8, 15)]
    sheet = Sheet([0, 1, 3], [CODE, "name_en", VALUE], 6, lines)
    sheet.names[1] = "unit"
    return Picture(f"invented-{datetime(2026, 10, 8):%Y%m%d}.xlsx", RETURN_SHEET, (11, 3), sheet, 3, 2)
