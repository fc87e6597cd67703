"""What a reader would pass over in silence: what is hidden, merged, beside the table, below it, or on another sheet.

Each of these may be a figure that somebody meant to report, so it is named where it stands. Nothing here changes what
is read.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from etl.cells import holds_number
from etl.findings import Finding, reading_fault
from etl.intake import Refused
from etl.numbers import is_blank, plain_text
from etl.places import address, column_letters
from etl.workbook import Sheet, Workbook

if TYPE_CHECKING:
    from etl.reading import Return, Roster

MEMORY_SHEET = "_basewatch"
"""In an annotated copy (etl/annotate.py), a very hidden sheet with one row for each marked cell: its sheet, its address,
and a cell with the fill that it had before, kept as a format so that Excel and LibreOffice carry it over like any
other."""
OUR_SHEETS = {"Instructions", "Guide", "Checks", "Findings", MEMORY_SHEET}
"""Sheets of ours that hold nothing to be read."""


def other_sheets(book: Workbook, read: Collection[str], headers: Iterable[Collection[str]]) -> Iterator[Finding]:
    """Sheets beside those that are read: one that has the header of a return, and a hidden one with values. What is
    damaged in them is nobody's concern."""
    headers = list(headers)
    for name in book.names:
        if name in read or name in OUR_SHEETS:
            continue
        try:
            sheet = book.sheet(name)
        except Refused:
            continue
        if any(sheet.find_header(header) for header in headers):
            yield reading_fault("F37", sheet=name, read=" / ".join(read))
        elif sheet.hidden and any(not is_blank(cell) for row in sheet.rows for cell in row):
            yield reading_fault("F25", sheet=name)


def hidden(sheet: Sheet, inputs: Mapping[int, Sequence[int]]) -> Iterator[Finding]:
    """A hidden sheet, and hidden rows and columns that hold input. `inputs`: row → its columns that are read."""
    if sheet.hidden:
        yield reading_fault("F24", sheet=sheet.name)
    if not (sheet.hidden_rows or sheet.hidden_columns):
        return
    filled = [(row, col) for row, cols in inputs.items() for col in cols if not is_blank(sheet.cell(row, col))]
    for rows in _runs(sorted({row for row, _ in filled if row in sheet.hidden_rows})):
        col = next(col for row, col in filled if row == rows[0])
        first, last = rows[0] + 1, rows[-1] + 1
        en, zh = (f"row {first}", f"第{first}行") if first == last else (f"rows {first}–{last}", f"第{first}–{last}行")
        yield _unseen(sheet, rows[0], col, {"what": en}, {"what": zh})
    for col in sorted({col for _, col in filled if col in sheet.hidden_columns}):
        row, letters = next(row for row, other in filled if other == col), column_letters(col)
        yield _unseen(sheet, row, col, {"what": f"column {letters}"}, {"what": f"{letters}列"})


def _unseen(sheet: Sheet, row: int, col: int, en: dict[str, str], zh: dict[str, str]) -> Finding:
    value = plain_text(sheet.cell(row, col))[:100]
    return reading_fault("F26", sheet=sheet.name, cell=address(row, col), value=value, en=en, zh=zh)


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Numbers in order, cut where one is left out."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        yield list(map(itemgetter(1), run))


def merged(sheet: Sheet, inputs: Mapping[int, Sequence[int]]) -> Iterator[Finding]:
    """Input cells that are covered by the first cell of a merge: what that cell shows for them, they do not hold."""
    for first, last in sheet.merged:
        area = f"{address(*first)}:{address(*last)}"
        for row in range(first[0], min(last[0], len(sheet.rows) - 1) + 1):
            for col in inputs.get(row, ()):
                if first[1] <= col <= last[1] and (row, col) != first:
                    yield reading_fault("F27", sheet=sheet.name, cell=address(row, col), value=area)


def twice(sheet: Sheet, header: int, columns: Mapping[str, int], known: Collection[str]) -> Iterator[Finding]:
    """Headers that are read and stand there twice."""
    for col, cell in enumerate(sheet.rows[header]):
        text = cell.strip().lower() if isinstance(cell, str) else ""
        if text in known and columns[text] != col:
            first = address(header, columns[text])
            yield reading_fault("F39", sheet=sheet.name, cell=address(header, col), value=text, first=first)


def unknown_columns(sheet: Sheet, header: int, known: Collection[int], code: str) -> Iterator[Finding]:
    """Columns that are not read although cells below the header hold something, at the header or, where that is
    blank, at the first such cell."""
    for col in range(len(sheet.rows[header])):
        if col in known:
            continue
        row = next((r for r in range(header + 1, len(sheet.rows)) if not is_blank(sheet.rows[r][col])), None)
        if row is None:
            continue
        title = plain_text(sheet.cell(header, col))
        place = address(header if title else row, col)
        yield reading_fault(code, sheet=sheet.name, cell=place, value=title[:100] or column_letters(col))


def around_values(
    item: "Return", sheet: Sheet, header: int, columns: Mapping[str, int], read: tuple[str, str, str]
) -> list[Finding]:
    """Around the values of a form, once they are read. `read`: the headers of code, value and answer."""
    _, value, answer = read
    inputs = {entry.row: [columns[value]] for entry in item.entries.values()}
    return [
        *twice(sheet, header, columns, read),
        *_answered(item, hidden(sheet, inputs)),
        *merged(sheet, inputs),
        *_beside_a_blank(item, sheet, header, columns.get(answer)),
    ]


def _answered(item: "Return", findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the measure at whose cell they stand, and its answer."""
    at = {address(entry.row, entry.col): (code, entry.answer) for code, entry in item.entries.items()}
    for finding in findings:
        code, answer = at.get(finding.cell or "", (None, None))
        yield replace(finding, measure=code, answer=answer) if code else finding


def _beside_a_blank(item: "Return", sheet: Sheet, header: int, answer: int | None) -> Iterator[Finding]:
    """Numbers in a column without a header, or for an answer, in a row whose value is blank."""
    named = {finding.cell for finding in item.findings}
    aside = [col for col, title in enumerate(sheet.rows[header]) if is_blank(title) or col == answer]
    for code, entry in item.entries.items():
        place = address(entry.row, entry.col)
        if entry.value is not None or place in named:
            continue
        for col in aside:
            if holds_number(cell := sheet.cell(entry.row, col)):
                beside, value = address(entry.row, col), plain_text(cell)[:100]
                yield reading_fault("F29", sheet=sheet.name, cell=beside, measure=code, value=value, place=place)


def around_roster(
    roster: "Roster", sheet: Sheet, header: int, columns: Mapping[str, int], known: Collection[str]
) -> list[Finding]:
    """Around the cells of a roster. `columns`: every header → its column; `known`: the headers that are read."""
    cols = list(roster.places.values())
    inputs = dict.fromkeys(roster.rows, cols)
    others = sorted(set(range(header + 1, len(sheet.rows))).difference(roster.rows))
    return [
        *twice(sheet, header, columns, known),
        *unknown_columns(sheet, header, [col for text, col in columns.items() if text in known], "F34"),
        *hidden(sheet, inputs),
        *merged(sheet, inputs),
        *_rows_beside(sheet, others),
    ]


def _rows_beside(sheet: Sheet, rows: Iterable[int]) -> Iterator[Finding]:
    """Rows with values only where the roster has no column."""
    for row in rows:
        for col, cell in enumerate(sheet.rows[row]):
            if not is_blank(cell):
                value = plain_text(cell)[:100]
                yield reading_fault("F38", sheet=sheet.name, cell=address(row, col), value=value)
                break
