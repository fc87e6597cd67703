"""Gives a base its own workbook back with every finding written at its cell: a comment, a colour, and a first sheet
that lists them. The corrected copy can be sent again, and annotated again: what an earlier round left is taken away.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook as Book
from openpyxl.cell import Cell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from etl.editing import NotKept, left_out, open_book, save_book
from etl.findings import Finding
from etl.findings_sheet import (
    FILLS,
    SEVERITY,
    TITLE,
    Listed,
    cell_at,
    counts,
    lines,
    plain,
    write_findings_sheet,
    write_text,
)
from etl.form import Form
from etl.overlooked import MEMORY_SHEET
from etl.reading import ANSWER, HISTORY_SHEET, RETURN_SHEET, ROSTER_SHEET, Return

AUTHOR = "Basewatch"
_READABLE = {"F02", "F03", "F22"}
"""Why a file may be refused although it is a workbook: it holds no return."""
_MOST_IN_A_COMMENT = 8
_HEADER_WITHIN = 60
"""Rows, as the reader looks."""
_EARLIER_NOTE = "—— 原批注 Earlier note · "
"""Before the base's own comment, which stands below ours and comes back when ours goes."""
_EARLIER_ROUND = re.compile(r"-findings(-\d+)?$")


def annotate(content: bytes, returns: Sequence[Return], form: Form, file: str = "") -> bytes | None:
    """The workbook with its findings in it, in both languages and in the order given; `file` is the name it shows. All
    in memory. None when it is no workbook that can be read and written back with every value as it was.

    `content` must be what `returns` were read from: openpyxl parses it here in this process, and is only safe because
    the airlock let the file pass. What the airlock refused is known by its findings, and is not opened.
    """
    if not _is_workbook(returns):
        return None
    try:
        book = open_book(content)
        _forget_earlier_round(book)
        inputs = [
            sheet.title for sheet in book.worksheets if sheet.title in (RETURN_SHEET, ROSTER_SHEET, HISTORY_SHEET)
        ]
        listed = _listed(book, returns)
        _mark(book, listed)
        write_findings_sheet(book, returns, listed, form, file, left_out(content))
        return save_book(book, content, inputs)
    except NotKept:
        return None


def annotate_file(
    path: Path, returns: Sequence[Return], form: Form, folder: Path, annotate: Callable[..., bytes | None] = annotate
) -> Path | None:
    """Writes folder/<name>-findings.xlsx, or -findings-2 and so on where that is taken: no file is ever written over.
    Makes the folder. Returns where it wrote; None as `annotate` does, which may be that of a sandbox."""
    annotated = annotate(path.read_bytes(), returns, form, path.name) if _is_workbook(returns) else None
    if annotated is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    name, number = _EARLIER_ROUND.sub("", path.stem), 1
    while True:
        out = folder / f"{name}-findings{f'-{number}' if number > 1 else ''}.xlsx"
        try:
            with out.open("xb") as target:
                target.write(annotated)
            return out
        except FileExistsError:
            number += 1


def _is_workbook(returns: Sequence[Return]) -> bool:
    """Whether the file was read at all: a refusal stands on a return without a sheet."""
    return all(item.sheet or {finding.code for finding in item.findings} <= _READABLE for item in returns)


def _listed(book: Book, returns: Sequence[Return]) -> list[Listed]:
    columns = {name: _answer_column(book, name) for name in (RETURN_SHEET, ROSTER_SHEET)}
    found = []
    for item in returns:
        for finding in item.findings:
            cell, column = _place(book, finding), columns.get(finding.sheet or "")
            reason = None
            if finding.severity == "query" and cell is not None and column:
                reason = f"{get_column_letter(column)}{cell.row}"
            found.append(Listed(item, finding, cell, reason))
    return found


def _answer_column(book: Book, name: str) -> int | None:
    """The sheet's column of answers; None where it has none, as the rosters of older forms."""
    sheet = book[name] if name in book.sheetnames else None
    if not isinstance(sheet, Worksheet):
        return None
    for line in sheet.iter_rows(max_row=_HEADER_WITHIN):
        for cell in line:
            if str(cell.value).strip().lower() == ANSWER:  # a text with formats of its own is no str
                return cell.column
    return None


def _place(book: Book, finding: Finding) -> Cell | None:
    """The cell that a finding speaks of; of merged cells the first, which is the one that shows."""
    sheet = book[finding.sheet] if finding.sheet in book.sheetnames else None
    if finding.cell is None or not isinstance(sheet, Worksheet):
        return None
    column, row = coordinate_from_string(finding.cell)
    cell = sheet.cell(row, column_index_from_string(column))
    if isinstance(cell, MergedCell):
        around = next(area for area in sheet.merged_cells.ranges if finding.cell in area)
        return cell_at(sheet, around.min_row, around.min_col)
    return cell


# Marking


def _mark(book: Book, listed: Sequence[Listed]) -> None:
    """Colours each cell that has findings and writes them as its comment; notes in the memory what was there."""
    at_cell: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for one in listed:
        if one.cell is not None:
            at_cell[one.cell.parent.title, one.cell.coordinate].append(one)
    if not at_cell:
        return
    memory = book.create_sheet(MEMORY_SHEET)
    memory.sheet_state = "veryHidden"
    for row, here in enumerate(at_cell.values(), start=1):
        cell, findings = here[0].cell, [one.finding for one in here]
        how = _how_to_answer(here)
        assert cell is not None
        _give_inherited_style(cell)
        _remember(memory, row, cell)
        worst = min((finding.severity for finding in findings), key=list(FILLS).index)
        cell.fill = FILLS[worst]
        cell.comment = _comment(findings, how, cell.comment)


def _give_inherited_style(cell: Cell) -> None:
    """A cell that was not in the file shows its row's or column's format and protection: it keeps them."""
    if cell.has_style:
        return
    sheet = cast(Worksheet, cell.parent)
    rows = [line for number, line in sheet.row_dimensions.items() if number == cell.row and line.customFormat]
    columns = [
        column
        for letters, column in sheet.column_dimensions.items()
        if (column.min or column_index_from_string(letters)) <= cell.column
        and cell.column <= (column.max or column_index_from_string(letters))
    ]
    for source in [*rows, *columns][:1]:
        cell._style = copy(source._style)


def _how_to_answer(here: Sequence[Listed]) -> str:
    """Where the reason for a query goes; empty where nothing here waits for one."""
    waiting = [one for one in here if one.finding.severity == "query" and one.finding.open]
    if not waiting or waiting[0].finding.sheet not in (RETURN_SHEET, ROSTER_SHEET):
        return ""
    if (reason := waiting[0].reason) is not None:
        return f"如属实,请在{reason}写明原因。\nIf the value is right, write the reason in {reason}."
    return (
        f"如属实,请在表头行增加一列{ANSWER},并在本行该列写明原因。\n"
        f"If the value is right, add a column headed “{ANSWER}” to the header row and write the reason there, in this row."
    )


def _comment(findings: Sequence[Finding], how: str, before: Comment | None) -> Comment:
    sums = counts(findings)
    parts = [f"{AUTHOR} · {sums.zh} · {sums.en}"]
    parts += [_told(finding) for finding in findings[:_MOST_IN_A_COMMENT]]
    if (left := len(findings) - _MOST_IN_A_COMMENT) > 0:
        parts.append(f"…… 另有{left}处,见首页 · {left} more on the first sheet")
    if how:
        parts.append(how)
    if before is not None:
        parts.append(f"{_EARLIER_NOTE}{before.author or ''}\n{before.text}")
    text = plain("\n\n".join(parts))
    return Comment(text, AUTHOR, height=min(60 + 17 * lines(text, 58), 640), width=420)


def _told(finding: Finding) -> str:
    severity = SEVERITY[finding.severity]
    parts = [f"{severity.zh} {severity.en} {finding.code}", finding.message.zh, finding.message.en]
    if finding.answer:
        parts.append(f"基地说明 Answer: {finding.answer}")
    return "\n".join(parts)


# Remembering, and taking away what an earlier round left


@dataclass
class _Memory:
    """The fills that marked cells had before, by (sheet, cell)."""

    fills: dict[tuple[str, str], Any] = field(default_factory=dict)

    def fill(self, cell: Cell | MergedCell) -> Any:
        """The fill before. A cell that was moved, as by sorting, takes that of another in its column, or none."""
        place = (cell.parent.title, cell.coordinate)
        return copy(self.fills.get(place) or self._by_column.get(_column(place)) or PatternFill())

    @cached_property
    def _by_column(self) -> Mapping[tuple[str, str], Any]:
        return {_column(place): fill for place, fill in self.fills.items()}


def _column(place: tuple[str, str]) -> tuple[str, str]:
    return place[0], coordinate_from_string(place[1])[0]


def _remember(memory: Worksheet, row: int, cell: Cell) -> None:
    write_text(cell_at(memory, row, 1), cell.parent.title)
    write_text(cell_at(memory, row, 2), cell.coordinate)
    cell_at(memory, row, 3).fill = cast(Any, copy(cell.fill))


def _recall(memory: Worksheet) -> _Memory:
    recalled = _Memory()
    for sheet, cell, fill in memory.iter_rows(max_col=3):
        place = (str(sheet.value), str(cell.value))
        if re.fullmatch(r"[A-Z]{1,3}\d{1,7}", place[1]):  # people can reach even a very hidden sheet
            recalled.fills[place] = copy(fill.fill)
    return recalled


def _forget_earlier_round(book: Book) -> None:
    """Takes away our comments, colours and sheets, and puts back what was there before them."""
    has_memory = MEMORY_SHEET in book.sheetnames
    memory = _recall(book[MEMORY_SHEET]) if has_memory else _Memory()
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):
            ours = _is_ours(cell.comment)
            if (ours or has_memory) and _has_our_colour(cell):
                cell.fill = memory.fill(cell)
            if ours:
                cell.comment = _comment_before(cell.comment)
    for sheet in book.worksheets:
        first = sheet._cells.get((1, 1))
        if sheet.title == MEMORY_SHEET or (first is not None and first.value == TITLE):
            book.remove(sheet)


def _comment_before(comment: Comment | None) -> Comment | None:
    """The base's own comment, out of ours."""
    _, mark, before = (comment.text if comment else "").partition(_EARLIER_NOTE)
    author, _, text = before.partition("\n")
    return Comment(text, author) if mark else None


def _is_ours(comment: Comment | None) -> bool:
    return comment is not None and (comment.author == AUTHOR or comment.text.startswith(f"{AUTHOR} · "))


_OUR_COLOURS = {fill.fgColor.rgb[-6:] for fill in FILLS.values()}


def _has_our_colour(cell: Cell | MergedCell) -> bool:
    return cell.has_style and cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[-6:] in _OUR_COLOURS
