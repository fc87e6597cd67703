"""What stands in a kept file around a base's numbers, to be shown as a picture of the sheet.

Only what the form or the history asks for is taken: of a form its table of measures, of a history the base's own row. What
somebody wrote beside or above it, the roster and the rows of other bases stay in the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.config import Limits
from etl.form import Form
from etl.intake import admit
from etl.numbers import plain_text
from etl.places import address
from etl.reading import ANSWER, BASE, CODE, HISTORY_SHEET, PERIOD, RECEIVED, RETURN_SHEET, VALUE
from etl.workbook import Sheet, Workbook

NAMES = {"zh": "name_zh", "en": "name_en"}
OF_FORM = (CODE, *NAMES.values(), "unit", VALUE, "last_quarter", "last_year", ANSWER)
"""The columns of the form that hold what was reported, as its header calls them."""
MOST_ROWS = 400
"""Of a form's table; the form itself has about 80."""
LONGEST = 160
"""Characters of a cell that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet: its place from 0, and its cells in the order of Table.columns."""

    row: int
    cells: list[str | float]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: their places from 0, as they stand in the sheet; `header`: the row that names them, of which each name is
    in `names`."""

    columns: list[int]
    names: list[str]
    header: int
    lines: list[Line]


def table(content: bytes, form: Form, limits: Limits, sheet: str, base: str, period: str, row: int) -> Table | None:
    """The base's table in a form, or its own row of a history (`row`, from 0); None where that base's numbers of that
    quarter do not stand there. Raises Refused for a file that cannot be read."""
    if sheet not in (RETURN_SHEET, HISTORY_SHEET):
        return None
    book = Workbook(content, admit(content, limits))
    if sheet not in book.names:
        return None
    found = book.sheet(sheet)
    return _of_form(found, base, period) if sheet == RETURN_SHEET else _of_history(found, form, base, period, row)


def _of_form(sheet: Sheet, base: str, period: str) -> Table | None:
    found = sheet.find_header([CODE, VALUE])
    if found is None:
        return None
    header, columns = found
    head = sheet.labelled(header)
    named = [plain_text(sheet.cell(*head[label])) for label in (BASE, PERIOD) if label in head]
    if named != [base, period]:
        return None
    last = min(len(sheet.rows), header + 1 + MOST_ROWS)
    return _table(sheet, header, {name: columns[name] for name in OF_FORM if name in columns}, range(header + 1, last))


def _of_history(sheet: Sheet, form: Form, base: str, period: str, row: int) -> Table | None:
    found = sheet.find_header([BASE, PERIOD])
    if found is None:
        return None
    header, columns = found
    if [plain_text(sheet.cell(row, columns[label])) for label in (BASE, PERIOD)] != [base, period]:
        return None
    asked = {BASE, PERIOD, RECEIVED, *form.measures}
    return _table(sheet, header, {name: col for name, col in columns.items() if name in asked}, [row])


def _table(sheet: Sheet, header: int, columns: dict[str, int], rows: Sequence[int]) -> Table:
    in_order = sorted(columns.items(), key=lambda pair: pair[1])
    places = [col for _, col in in_order]
    lines = [Line(row, [_plain(sheet, row, col) for col in places]) for row in rows]
    return Table(places, [name for name, _ in in_order], header, lines)


def _plain(sheet: Sheet, row: int, col: int) -> str | float:
    """The cell as a number or a text; of a broken one what the sheet shows."""
    cell: Any = sheet.cell(row, col)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell if cell != "" else sheet.broken.get(address(row, col), ""))[:LONGEST]
