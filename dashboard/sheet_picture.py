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
            *(html.Td(found.table.names[place], className=_kind(found, place)) for place in places),
        ],
        className="sheet-header",
    )
    rows: list[Part] = []
    if lines and lines[0].row > found.table.header + 1:
        rows.append(html.Tr([html.Td("⋮", colSpan=len(places) + 1)], className="gap", **c.aria(hidden="true")))
    rows += [_row(view, found, line.row, line.cells, places) for line in lines]
    letters = html.Tr([html.Td(""), *(_letter(found, place) for place in places)])
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


def _letter(found: Picture, place: int) -> html.Th:
    return html.Th(column_letters(found.table.columns[place]), scope="col", className=_kind(found, place))


def _number(row: int) -> html.Th:
    return html.Th(str(row + 1), scope="row")


def _kind(found: Picture, place: int) -> str:
    """Texts may be long, numbers stay on a line; on a phone only what is next to the cell has room."""
    if found.table.names[place] in NAMES.values():
        return "wide"
    far = abs(found.table.columns[place] - found.cell[1]) > 1 and found.table.names[place] not in (BASE, PERIOD)
    return "far" if far else ""


def _row(view: View, found: Picture, row: int, cells: Sequence[str | float], places: Sequence[int]) -> html.Tr:
    parts = []
    for place in places:
        value, kind = cells[place], _kind(found, place)
        kind = kind if isinstance(value, str) else f"{kind} number".strip()
        words = value if isinstance(value, str) else numbers.exact(value)
        is_it = (row, place) == (found.cell[0], found.column)
        parts.append(_this_cell(view, words, kind) if is_it else html.Td(words, className=kind))
    return html.Tr([_number(row), *parts], className="this-row" if row == found.cell[0] else "")


def _this_cell(view: View, words: str, kind: str) -> html.Td:
    spoken = html.Span(view.say("picture.this_cell"), className="unseen")
    return html.Td([spoken, words or view.say("picture.blank")], className=f"{kind} this-cell".strip())
