"""A workbook's sheets as cells with their addresses. Knows nothing of measures or rules."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from etl.intake import Refused, no_workbook


def column_letters(col: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, col: int) -> str:
    """Row and column from 0 → "A1"."""
    return f"{column_letters(col)}{row + 1}"


Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each (row, col) from 0."""


@dataclass(frozen=True)
class Sheet:
    """`rows[row][col]`, both from 0 at A1; a blank cell is "". `broken` tells of cells that only look blank."""

    name: str
    rows: list[list[Any]]
    broken: dict[str, str]
    """Address → "#DIV/0!" and the like, or "formula" where no result was saved."""
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    """Cells that are shown as one; only the first of them has a value."""

    def find_header(self, wanted: Iterable[str], within: int = 60) -> tuple[int, dict[str, int]] | None:
        """The first row that holds every wanted text, as (row, {text: col}) with all its texts; None without one."""
        wanted = set(wanted)
        for number, row in enumerate(self.rows[:within]):
            columns: dict[str, int] = {}
            for col, cell in enumerate(row):
                text = cell.strip().lower() if isinstance(cell, str) else ""
                if text:
                    columns.setdefault(text, col)
            if wanted <= columns.keys():
                return number, columns
        return None

    def labelled(self, above: int) -> dict[str, tuple[int, int]]:
        """Texts in the first column above a row, each with the place of the cell at its right."""
        places = ((row, self.rows[row][0]) for row in range(min(above, len(self.rows))) if self.rows[row])
        return {text.strip().lower(): (row, 1) for row, text in places if isinstance(text, str) and text.strip()}

    def cell(self, row: int, col: int) -> Any:
        """The value at a place, "" beyond the sheet's edge."""
        return self.rows[row][col] if row < len(self.rows) and col < len(self.rows[row]) else ""


class Workbook:
    """An opened workbook. Raises Refused when the bytes are none."""

    def __init__(self, content: bytes):
        self._content = content
        with _refusing_damage():
            self._book = CalamineWorkbook.from_object(BytesIO(content))
            sheets = self._book.sheets_metadata
        self.names: list[str] = [sheet.name for sheet in sheets]
        self.hidden = frozenset(sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible)

    def sheet(self, name: str) -> Sheet:
        """One sheet, whole. Raises Refused when its part of the file is damaged."""
        with _refusing_damage():
            found = self._book.get_sheet_by_name(name)
            rows, merged = found.to_python(skip_empty_area=False), found.merged_cell_ranges or ()
        part = self._part(name)
        hidden_rows, hidden_columns = hidden_lines(part)
        broken = dict(_broken_cells(part))
        return Sheet(name, rows, broken, name in self.hidden, hidden_rows, hidden_columns, tuple(merged))

    def _part(self, name: str) -> bytes:
        try:
            return self._archive.read(self._parts[name])
        except (LookupError, ValueError, ElementTree.ParseError):
            raise _damaged() from None

    @cached_property
    def _archive(self) -> ZipFile:
        return ZipFile(BytesIO(self._content))

    @cached_property
    def _parts(self) -> dict[str, str]:
        return sheet_parts(self._archive)


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except (CalamineError, OSError, ValueError):
        raise _damaged() from None
    except BaseException as error:
        # The reader is written in Rust: a place where it did not expect such a cell (a date before all dates) panics,
        # and a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from None


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Sheet name → the member of the archive that holds its cells."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 (the airlock refused any DOCTYPE)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    parts = {}
    for sheet in book.findall(".//{*}sheet"):
        identifier = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(identifier, "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


# A part is read as text: any namespace prefix, either kind of quotes, blanks where XML allows them.
_PREFIX = rb"(?:[^\s<>/!?:]+:)?"
_CELL = re.compile(rb"<" + _PREFIX + rb"c(?=[\s/>])[^>]*?(?:/>|>.*?</" + _PREFIX + rb"c\s*>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")
_IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f(?=[\s/>])")
_RESULT = re.compile(rb"<" + _PREFIX + rb"v(?=[\s/>])[^>]*>(.*?)</", re.DOTALL)


_BARE_FORMULA = re.compile(rb"<f[\s/>]")


def _may_be_broken(part: bytes) -> bool:
    """Whether anything in it could be a formula or an error; costs next to nothing where there is none."""
    return (
        b'"e"' in part or b"'e'" in part or b":f" in part or (b"<f" in part and _BARE_FORMULA.search(part) is not None)
    )


def _broken_cells(part: bytes) -> Iterator[tuple[str, str]]:
    """Error cells and formulas without a saved result: the reader returns both as blank."""
    if not _may_be_broken(part) or not (_FORMULA.search(part) or _IS_ERROR.search(part)):
        return
    for match in _CELL.finditer(part):
        cell = match[0]
        head = cell.partition(b">")[0]
        is_error = _IS_ERROR.search(head) is not None
        if not is_error and not _FORMULA.search(cell):
            continue
        result = _RESULT.search(cell)
        reference = _REFERENCE.search(head)
        if reference and (is_error or result is None or not result[1]):
            place = reference[1].decode().upper()
            yield place, result[1].decode() if is_error and result else "formula"


_UNSEEN = rb"""[^>]*?\shidden\s*=\s*["'](?:1|true)["']"""
_HIDDEN_ROW = re.compile(rb"<" + _PREFIX + rb"row(?=\s)(?=" + _UNSEEN + rb""")[^>]*?\sr\s*=\s*["'](\d{1,7})["']""")
_HIDDEN_COLUMN = re.compile(rb"<" + _PREFIX + rb"col(?=\s)(?=" + _UNSEEN + rb")([^>]*)>")
_FIRST, _LAST = (re.compile(rb"\s" + name + rb"""\s*=\s*["'](\d{1,5})["']""") for name in (b"min", b"max"))


def hidden_lines(part: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """The rows and the columns, from 0, that nobody sees."""
    if b"hidden" not in part:
        return frozenset(), frozenset()
    rows = frozenset(int(match[1]) - 1 for match in _HIDDEN_ROW.finditer(part))
    columns: set[int] = set()
    for match in _HIDDEN_COLUMN.finditer(part):
        first, last = _FIRST.search(match[1]), _LAST.search(match[1])
        if first and last:
            columns.update(range(int(first[1]) - 1, min(int(last[1]), _MOST_COLUMNS)))
    return rows, frozenset(columns)


_MOST_COLUMNS = 16_384


def _damaged() -> Refused:
    return no_workbook("a part of it is damaged", "文件部分内容已损坏")
