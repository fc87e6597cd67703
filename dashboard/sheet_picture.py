"""The sheet around a cell, drawn as it stands in the file: letters above, numbers beside, the cell outlined."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View
from etl.picture import NAMES
from etl.places import address, column_letters
from etl.reading import BASE, CODE, HISTORY_SHEET, PERIOD
from indicators.repository.pictures import NoPicture, Picture

ROWS, COLUMNS = 4, 3
"""How far around the cell the sheet is shown."""
LABELS = (CODE, BASE, PERIOD)
"""The columns that are shown however far they are: without them a row says nothing."""


def missing(view: View, error: NoPicture) -> html.P:
    """Why there is no picture."""
    return html.P(view.say(f"picture.{error.why}", file=error.file), className="no-picture")


def drawn(view: View, found: Picture) -> html.Figure:
    lines, places = found.around(ROWS, COLUMNS)
    places = _columns(view, found, places)
    header = html.Tr(
        [
            _number(found.table.header),
            *(html.Td(found.table.names[place], className=_width(found, place)) for place in places),
        ],
        className="sheet-header",
    )
    rows: list[Part] = []
    if lines and lines[0].row > found.table.header + 1:
        rows.append(html.Tr(html.Td("⋮", colSpan=len(places) + 1), className="gap", **c.aria(hidden="true")))
    rows += [_row(view, found, line.row, line.cells, places) for line in lines]
    letters = html.Tr([html.Td(""), *(html.Th(column_letters(found.table.columns[p]), scope="col") for p in places)])
    key = "picture.own_row" if found.sheet == HISTORY_SHEET else "picture.caption"
    caption = view.say(key, file=found.file, sheet=found.sheet, cell=address(*found.cell))
    grid = html.Table([html.Thead(letters), html.Tbody([header, *rows])], className="sheet-picture")
    frame = html.Div(grid, className="table-frame", tabIndex="0", role="region", **c.aria(label=caption))
    return html.Figure([frame, html.Figcaption(caption)], className="sheet-figure")


def _columns(view: View, found: Picture, near: Sequence[int]) -> list[int]:
    """The near columns and those that name a row; of the names in two languages the viewer's."""
    other = {name for language, name in NAMES.items() if language != view.language}
    names = found.table.names
    return [
        place
        for place, name in enumerate(names)
        if place == found.column or ((place in near or name in LABELS) and name not in other)
    ]


def _number(row: int) -> html.Th:
    return html.Th(str(row + 1), scope="row")


def _width(found: Picture, place: int) -> str:
    """Texts may be long, numbers stay on a line."""
    return "wide" if found.table.names[place] in NAMES.values() else ""


def _row(view: View, found: Picture, row: int, cells: Sequence[str | float], places: Sequence[int]) -> html.Tr:
    parts = [
        _cell(view, cells[place], (row, place) == (found.cell[0], found.column), found.table.names[place])
        for place in places
    ]
    return html.Tr([_number(row), *parts], className="this-row" if row == found.cell[0] else "")


def _cell(view: View, value: str | float, is_it: bool, name: str) -> html.Td:
    number = isinstance(value, float)
    words = numbers.exact(value) if isinstance(value, float) else value
    kind = " ".join(filter(None, ["number" if number else "", "wide" if name in NAMES.values() else ""]))
    if not is_it:
        return html.Td(words, className=kind)
    spoken = html.Span(view.say("picture.this_cell"), className="unseen")
    return html.Td([spoken, words or view.say("picture.blank")], className=f"{kind} this-cell".strip())
