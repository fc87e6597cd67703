"""One cell → its value, or what is wrong with it at its place."""

from collections.abc import Callable
from typing import Any

from etl.findings import Finding, reading_fault, saying
from etl.numbers import Unreadable, is_blank, plain_text, to_date, to_number
from etl.places import address
from etl.workbook import Sheet

_SURE_DIGITS = 1e15
"""Excel keeps 15 digits of a number; a longer code that was typed as one has lost the others."""


class Misread(Exception):
    """A cell that cannot be read; `finding` says why."""

    def __init__(self, finding: Finding):
        super().__init__(finding.message.en)
        self.finding = finding


def choice(cell: Any) -> str:
    return plain_text(cell).lower()


READERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "text": (plain_text, "F09"),
    "choice": (choice, "F17"),
    "yes_no": (choice, "F17"),
    "date": (to_date, "F16"),
    "count": (to_number, "F09"),
    "amount": (to_number, "F09"),
}
"""Value type → how its cells are read, and the fault of one that cannot be."""


def read_cell(sheet: Sheet, row: int, col: int, kind: str, measure: str | None = None) -> Any:
    """The value, None for a blank. Raises Misread for a broken cell and for one that is not of its kind."""
    cell, place = sheet.cell(row, col), address(row, col)
    if is_blank(cell):
        if place in sheet.broken:
            raise Misread(broken(sheet, place, measure))
        return None
    if kind == "text" and isinstance(cell, float) and abs(cell) >= _SURE_DIGITS:
        raise Misread(reading_fault("F36", sheet=sheet.name, cell=place, value=f"{cell:.0f}"))
    read, fault = READERS[kind]
    try:
        return read(cell)
    except Unreadable as unreadable:
        shown = str(unreadable)[:100]
        finding = reading_fault(fault, sheet=sheet.name, cell=place, measure=measure, value=shown)
        raise Misread(saying(finding, *unreadable.advice) if any(unreadable.advice) else finding) from None


def broken(sheet: Sheet, place: str, measure: str | None = None) -> Finding:
    """An error cell, or a formula that was never calculated."""
    error = sheet.broken[place]
    code = "F14" if error == "formula" else "F13"
    return reading_fault(code, sheet=sheet.name, cell=place, measure=measure, value=error)


def too_long(sheet: Sheet, place: str, longest: int) -> Finding:
    most = f"{longest:,}"
    return reading_fault(
        "F19",
        sheet=sheet.name,
        cell=place,
        en={"limit": f"length of a text (at most {most} characters)"},
        zh={"limit": f"文本长度(最多{most}个字符)"},
    )


def holds_number(cell: Any) -> bool:
    """Whether a cell holds a number, typed as one or as text."""
    try:
        return not isinstance(cell, bool) and to_number(cell) is not None
    except Unreadable:
        return False
