"""A workbook's sheets as cells with their addresses. Knows nothing of measures or rules."""

import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from types import MappingProxyType
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from etl import parts
from etl.intake import Refused, no_workbook
from etl.sieve import Sieved, sieve

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
    """An opened workbook. Raises Refused when the bytes are none, or when its sheets cannot be told apart.

    `sieved`: what etl.intake.admit gave for these bytes, so that no sheet is unpacked and searched again.
    """

    def __init__(self, content: bytes, sieved: Mapping[str, Sieved] = MappingProxyType({})):
        self._content, self._sieved = content, sieved
        with _refusing_damage():
            self._book = CalamineWorkbook.from_object(BytesIO(content))
            sheets = self._book.sheets_metadata
        self.names: list[str] = [sheet.name for sheet in sheets]
        self.hidden = frozenset(sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible)
        if len(set(self.names)) < len(self.names):
            raise no_workbook("two of its sheets have the same name", "有两个同名的工作表")
        if any(parts.printable(name) != name for name in self.names):
            raise no_workbook("the name of a sheet holds a control character", "工作表名称含控制字符")

    def sheet(self, name: str) -> Sheet:
        """One sheet, whole. Raises Refused when its part of the file is damaged or can be read in two ways."""
        written, part = self._searched(name)
        broken = dict(parts.broken_cells(part))
        book = self._book if parts.READABLE.issuperset(broken.values()) else self._with_readable_errors(name)
        with _refusing_damage():
            found = book.get_sheet_by_name(name)
            rows, merged = found.to_python(skip_empty_area=False), found.merged_cell_ranges or ()
            raised = self._raised | parts.raised(written)
        if self._may_hold_controls or parts.may_hold_controls(written):
            rows = [[parts.printable(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        if raised:
            rows = [[raised.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        hidden_rows, hidden_columns = parts.hidden_lines(part)
        return Sheet(name, rows, broken, name in self.hidden, hidden_rows, hidden_columns, tuple(merged))

    def _searched(self, name: str) -> tuple[bytes, bytes]:
        """A sheet's part as it is written, and with the place in every cell; both without what need not be searched."""
        try:
            member = self._parts[name]
            sieved = self._sieved.get(member) or sieve(self._archive.read(member))
            if parts.is_plain(sieved):
                return sieved.rest, sieved.rest
            written = self._archive.read(member)
        except (LookupError, ValueError, ElementTree.ParseError):
            raise _damaged() from None
        return written, parts.placed(written, name)

    def _with_readable_errors(self, name: str) -> CalamineWorkbook:
        """The workbook, with errors that the reader knows in a sheet."""
        changed = BytesIO()
        with zipfile.ZipFile(changed, "w") as archive:
            for member in self._archive.namelist():
                part = self._archive.read(member)
                archive.writestr(member, parts.with_readable_errors(part) if member == self._parts[name] else part)
        with _refusing_damage():
            return CalamineWorkbook.from_object(BytesIO(changed.getvalue()))

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(BytesIO(self._content))

    @cached_property
    def _parts(self) -> dict[str, str]:
        return parts.sheet_parts(self._archive)

    @cached_property
    def _shared(self) -> bytes:
        """The texts that cells refer to."""
        return b"".join(self._archive.read(name) for name in self._archive.namelist() if name.lower().endswith(_SHARED))

    @cached_property
    def _may_hold_controls(self) -> bool:
        return parts.may_hold_controls(self._shared)

    @cached_property
    def _raised(self) -> dict[str, str]:
        return parts.raised(self._shared)


_SHARED = "sharedstrings.xml"


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except (CalamineError, ElementTree.ParseError, OSError, ValueError):
        raise _damaged() from None
    except BaseException as error:
        # The reader is written in Rust: a place where it did not expect such a cell (a date before all dates) panics,
        # and a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from None


def _damaged() -> Refused:
    return no_workbook("a part of it is damaged", "文件部分内容已损坏")
