"""Opens a sender's workbook to write into it, and saves it with every value as it was sent.

openpyxl keeps formats, validations and protection, but would lose more than that: it turns numbers formatted as dates
into dates (and impossible ones into errors), forgets the results of formulas, the formats within a text, pictures and
charts. Here dates stay the numbers that the file holds, texts keep their formats, each formula gets back the result it
came with, and each sheet its drawing (`etl/carrying.py`).
"""

import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook as Book
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import Text
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS, XML_NS

from etl.carrying import LeftOut, carry_over, find_left_out
from etl.numbers import is_blank
from etl.workbook import Workbook, sheet_parts

Results = Mapping[str, tuple[str, str]]
"""Cell → the type and text of its formula's result, as they stand in the file."""

_MAY_HOLD_FORMULAS = re.compile(rb"<(?:[^\s<>/]+:)?f[\s/>]")
# A formula as openpyxl writes it: the cell's start, its address, the formula, no result.
_WRITTEN = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*)>(<f(?: [^>]*)?(?:/>|>[^<]*</f>))<v ?/></c>')
# A text with formats of its own that stands in its cell, as a workbook that we wrote has them.
_RICH = re.compile(rb"<(?:[^\s<>/]+:)?is>\s*<(?:[^\s<>/]+:)?r[\s>]")


class NotKept(Exception):
    """The workbook cannot be written back with every value as it was."""


class _Rich(CellRichText):
    """A text of which parts have a format of their own. Blanks at the ends of a part are part of it."""

    def to_tree(self) -> Any:
        tree = super().to_tree()
        for text in tree.iter("t"):
            text.set(f"{{{XML_NS}}}space", "preserve")
        return tree


class _Reader(ExcelReader):
    """Leaves dates as the numbers that the file holds, which their format makes dates again wherever it is opened, and
    texts as they are written, formats and escapes such as _x005F_ included."""

    def read_strings(self) -> None:
        table = self.package.find(SHARED_STRINGS)
        if table is not None:
            with self.archive.open(table.PartName[1:]) as part:
                for _, element in ElementTree.iterparse(part):  # noqa: S314 (the airlock refused any DOCTYPE)
                    if element.tag == f"{{{SHEET_MAIN_NS}}}si":
                        cast(list[Any], self.shared_strings).append(_text(element))

    def read_worksheets(self) -> None:
        self.wb._date_formats = self.wb._timedelta_formats = set()  # type: ignore[attr-defined]
        super().read_worksheets()
        for sheet, place in self.parser.find_sheets():
            if place.target in self.valid_files and _RICH.search(self.archive.read(place.target)):
                self._read_rich(self.wb[sheet.name], self.archive.read(place.target))

    def _read_rich(self, sheet: Any, part: bytes) -> None:
        """Texts that stand in their cells, which ExcelReader has read without their formats."""
        for _, element in ElementTree.iterparse(BytesIO(part)):  # noqa: S314
            if element.tag == f"{{{SHEET_MAIN_NS}}}c":
                text, place = element.find(f"{{{SHEET_MAIN_NS}}}is"), element.get("r")
                if element.get("t") == "inlineStr" and text is not None and place and sheet[place].data_type == "s":
                    sheet[place]._value = _text(text)
                element.clear()


def _text(element: ElementTree.Element) -> str | _Rich:
    text: Any = Text.from_tree(cast(Any, element))
    if not any(run.rPr for run in text.r):
        return text.content
    runs = [TextBlock(run.rPr, run.t or "") if run.rPr else run.t or "" for run in text.r]
    return _Rich([text.t, *runs] if text.t else runs)


class _Writer(ExcelWriter):
    """Writes its sheets in memory: a process that may be stopped at any moment leaves no file behind."""

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        out = BytesIO()
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]
        self._archive.writestr(ws.path[1:], out.getvalue())  # type: ignore[attr-defined]  # its stubs do not show it
        self.manifest.append(ws)


def open_book(content: bytes) -> Book:
    """The workbook, to be changed and given to save_book. Raises NotKept when openpyxl cannot read it."""
    try:
        with _quiet():
            reader = _Reader(BytesIO(content))
            reader.read()
    except Exception as error:  # whatever a strange file makes of a parser
        raise NotKept(str(error)) from error
    reader.wb.iso_dates = True  # a cell that was sent as an ISO date stays one
    for sheet in [*reader.wb.worksheets, *reader.wb.chartsheets]:
        cast(Any, sheet)._charts, cast(Any, sheet)._images = [], []  # the drawings are carried over as they are
    return reader.wb


def left_out(content: bytes) -> LeftOut:
    """What save_book cannot keep of the sheets of this workbook. Raises NotKept when that cannot be told."""
    try:
        return find_left_out(content)
    except Exception as error:
        raise NotKept(str(error)) from error


def save_book(book: Book, original: bytes, inputs: Iterable[str]) -> bytes:
    """The changed workbook as a file. `original` is what it was opened from; raises NotKept unless the sheets named in
    `inputs` hold the same values in both."""
    file = BytesIO()
    try:
        with _quiet(), ZipFile(file, "w", ZIP_DEFLATED) as archive:
            _Writer(book, archive).write_data()
        written = carry_over(original, _with_results(file.getvalue(), dict(_results(original))))
    except Exception as error:
        raise NotKept(str(error)) from error
    for name in inputs:
        if _values(original, name) != _values(written, name):
            raise NotKept(f"the values of sheet {name} would change")
    return written


def _quiet() -> warnings.catch_warnings:
    """openpyxl warns of parts that it does not know; what matters of them is compared afterwards."""
    return warnings.catch_warnings(action="ignore")


def _results(content: bytes) -> Iterator[tuple[str, Results]]:
    """Each sheet's name with the results of its formulas."""
    with ZipFile(BytesIO(content)) as archive:
        for name, part in sheet_parts(archive).items():
            if part in archive.namelist() and _MAY_HOLD_FORMULAS.search(archive.read(part)):
                yield name, dict(_results_in(archive.read(part)))


def _results_in(part: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for _, element in ElementTree.iterparse(BytesIO(part)):  # noqa: S314 (the airlock refused any DOCTYPE)
        if element.tag.endswith("}c"):
            result, place = element.find("{*}v"), element.get("r")
            if element.find("{*}f") is not None and result is not None and place:
                yield place, (element.get("t", "n"), result.text or "")
            element.clear()


def _with_results(written: bytes, results: Mapping[str, Results]) -> bytes:
    """The file with each formula's result put back behind it."""
    if not any(results.values()):
        return written
    file = BytesIO()
    with ZipFile(BytesIO(written)) as source, ZipFile(file, "w") as target:
        known = {part: results[name] for name, part in sheet_parts(source).items() if results.get(name)}
        for member in source.infolist():
            content = source.read(member)
            if member.filename in known:
                content = _put_back(content, known[member.filename])
            target.writestr(member, content)
    return file.getvalue()


def _put_back(part: bytes, results: Results) -> bytes:
    def put(match: re.Match[bytes]) -> bytes:
        kind, text = results.get(match[2].decode(), ("n", ""))
        typed = b"" if kind == "n" else f' t="{kind}"'.encode()
        return b"%b%b>%b<v>%b</v></c>" % (match[1], typed, match[3], escape(text).encode())

    return _WRITTEN.sub(put, part)


def _values(content: bytes, name: str) -> tuple[list[list[Any]], dict[str, str]]:
    """What a reader finds in a sheet: without the blanks at its edges, and a text of blanks counting as one."""
    sheet = Workbook(content).sheet(name)
    rows = [_trimmed(row) for row in sheet.rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows, sheet.broken


def _trimmed(row: list[Any]) -> list[Any]:
    cells = ["" if is_blank(cell) else cell for cell in row]
    while cells and cells[-1] == "":
        cells.pop()
    return cells
