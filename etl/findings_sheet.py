"""The sheet that an annotated workbook opens with: what was found, in a list whose links lead to the cells."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from openpyxl import Workbook as Book
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from etl.catalogue import Text
from etl.findings import COLOURS, READING, Finding
from etl.form import Form
from etl.inert import may_be_formula
from etl.reading import ROSTER_SHEET, Return
from etl.workbook import column_letters

TITLE = "核查结果 · Findings"
"""What stands in the sheet's first cell; by it an earlier one is known again, whatever its name is by then."""
NAME = "Findings"

ERROR_COLOUR, QUERY_COLOUR = COLOURS["error"], COLOURS["query"]
FILLS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
SEVERITY = {"error": Text(en="Error", zh="错误"), "query": Text(en="Query", zh="疑问")}

_INK, _GREY, _ACCENT, _LINE = "1B2530", "5B6B7A", "12436D", "D5DBE1"
_FONT = "Microsoft YaHei"
_VERDICT = {
    "rejected": Text(en="To be corrected and sent again", zh="须更正后重新报送"),
    "queries": Text(en="Queries wait for a reason", zh="有疑问待说明"),
    "clean": Text(en="Nothing left to do", zh="没有待处理的问题"),
}
_TO_DO = Text(
    zh="请直接在本文件中更正标色的单元格;数据属实的疑问,请在该行的answer(说明)栏写明原因,报表和名册都有此栏。"
    "保存后报送本文件即可,本页届时重新生成。",
    en="Correct the coloured cells in this same workbook; where a queried value is right, write the reason in the "
    "column “answer” of its row, which Return and Roster both have. Save, and send this file again; this page is then "
    "made anew.",
)
_NOT_HERE = Text(
    zh="本副本未保留以下内容(您自己的文件中仍有,填报数据不受影响):",
    en="Not in this copy (your own file keeps it, and no value is touched): ",
)
_HEADER_ROW = 5
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would take for a coded character ("_x0041_" for "A")."""


@dataclass(frozen=True)
class Listed:
    """A finding with the return it belongs to, the cell that its link leads to, if it has one, and the address of the
    cell where a query can be answered."""

    item: Return
    finding: Finding
    cell: Cell | None
    reason: str | None = None


@dataclass(frozen=True)
class _Column:
    header: str
    width: float


_NUMBER, _SEVERITY, _CODE = _Column("序号\nNo.", 7), _Column("性质\nSeverity", 14), _Column("代码\nCode", 9)
_BASE, _PERIOD = _Column("基地\nBase", 12), _Column("季度\nQuarter", 10)
_SHEET, _CELL = _Column("工作表\nSheet", 11), _Column("单元格\nCell", 10)
_SUBJECT, _VALUE = _Column("指标\nMeasure", 30), _Column("填报值\nValue", 21)
_CHINESE, _ENGLISH = _Column("问题与处理办法", 42), _Column("What is wrong, and what to do", 54)
_ANSWER, _REASON = _Column("基地说明\nAnswer", 24), _Column("说明填于\nAnswer in", 11)
_LINE_HEIGHT = 15.0
"""Points. Rows get their height here, because not every program finds it by itself."""


def write_findings_sheet(
    book: Book,
    returns: Sequence[Return],
    listed: Sequence[Listed],
    form: Form,
    file: str = "",
    left_out: Mapping[str, Sequence[Text]] = MappingProxyType({}),
) -> Worksheet:
    """Puts the list before the workbook's other sheets and opens the workbook on it. `left_out` is what could not be
    kept, by sheet."""
    sheet = book.create_sheet(NAME, 0)
    columns = _columns(returns, listed)
    _write_head(sheet, returns, listed, file, left_out, columns)
    for col, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(col)].width = column.width
        _write_header(cell_at(sheet, _HEADER_ROW, col), column)
    for number, one in enumerate(listed, start=1):
        _write_row(sheet, _HEADER_ROW + number, columns, _values(number, one, form), one)
    _set_up(sheet, len(columns), _HEADER_ROW + len(listed))
    _open_on(book, sheet)
    return sheet


def _columns(returns: Sequence[Return], listed: Sequence[Listed]) -> list[_Column]:
    """The columns that say something: base and quarter only among several, answers only where there are any."""
    names = [_BASE, _PERIOD] if len(returns) > 1 else []
    answers = [_ANSWER] if any(one.finding.answer for one in listed) else []
    reasons = [_REASON] if any(one.reason for one in listed) else []
    places = [_SHEET, _CELL, _SUBJECT, _VALUE]
    return [_NUMBER, _SEVERITY, _CODE, *names, *places, _CHINESE, _ENGLISH, *reasons, *answers]


def lines(text: str, width: float) -> int:
    """How many lines a text takes in that many letters' width, a Chinese character being as wide as two letters."""

    def wide(line: str) -> int:
        return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in line)

    return sum(max(1, math.ceil(wide(line) / width)) for line in text.split("\n"))


def plain(text: str) -> str:
    """Text without the characters that no workbook may hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode()


def write_text(cell: Cell, text: str) -> None:
    """Puts text into a cell that stays text, whatever it begins with (= + - @ tab): never a formula."""
    cell.value = _LOOKS_ESCAPED.sub("_x005F_", plain(text))
    cell.data_type = "s"
    cell.quotePrefix = may_be_formula(text)


def counts(findings: Iterable[Finding]) -> Text:
    """ "2 errors, 1 query (1 answered)"."""
    found = list(findings)
    errors = sum(finding.severity == "error" for finding in found)
    queries = len(found) - errors
    answered = sum(not finding.open for finding in found)
    kinds = [(errors, "error", "errors", "错误"), (queries, "query", "queries", "疑问")]
    english = ", ".join(f"{n} {one if n == 1 else more}" for n, one, more, _ in kinds if n) or "0 findings"
    chinese = ",".join(f"{n}处{name}" for n, _, _, name in kinds if n) or "0处"
    if answered:
        english, chinese = f"{english} ({answered} answered)", f"{chinese}(已说明{answered}处)"
    return Text(en=english, zh=chinese)


def _write_head(
    sheet: Worksheet,
    returns: Sequence[Return],
    listed: Sequence[Listed],
    file: str,
    left_out: Mapping[str, Sequence[Text]],
    columns: Sequence[_Column],
) -> None:
    verdicts = [item.verdict for item in returns]
    verdict = _VERDICT[min(verdicts, key=list(_VERDICT).index, default="clean")]
    sums = counts(one.finding for one in listed)
    told = "\n".join(([_TO_DO.zh, _TO_DO.en] if listed else []) + _told_left_out(left_out))
    height = 8 if not told else max(36, 6 + _LINE_HEIGHT * lines(told, sum(column.width for column in columns)))
    head = [
        (TITLE, Font(_FONT, 14, bold=True, color=_ACCENT), 26),
        (_identity(returns, file), Font(_FONT, 10, color=_GREY), 18),
        (f"{verdict.zh}:{sums.zh} · {verdict.en}: {sums.en}", Font(_FONT, 11, bold=True, color=_INK), 20),
        (told, Font(_FONT, 10, color=_INK), min(height, 400)),
    ]
    for row, (text, font, height) in enumerate(head, start=1):
        cell = cell_at(sheet, row, 1)
        write_text(cell, text)
        cell.font, cell.alignment = font, Alignment(vertical="center", wrap_text=row == len(head))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
        sheet.row_dimensions[row].height = height


def _told_left_out(left_out: Mapping[str, Sequence[Text]]) -> list[str]:
    if not left_out:
        return []
    chinese = ";".join(f"工作表“{name}”的{'、'.join(kind.zh for kind in kinds)}" for name, kinds in left_out.items())
    english = "; ".join(f"{', '.join(kind.en for kind in kinds)} of sheet “{name}”" for name, kinds in left_out.items())
    return [f"{_NOT_HERE.zh}{chinese}。", f"{_NOT_HERE.en}{english}."]


def cell_at(sheet: Worksheet, row: int, col: int) -> Cell:
    """A cell of this sheet, where none is covered by a merged one."""
    return cast(Cell, sheet.cell(row, col))


def _identity(returns: Sequence[Return], file: str) -> str:
    if len(returns) == 1:
        names = [f"基地 Base {returns[0].base or '–'}", f"季度 Quarter {returns[0].period or '–'}"]
    else:
        names = [f"{len(returns)}份报表 returns"]
    return "   ·   ".join(names + ([f"文件 File {file}"] if file else []))


def _write_header(cell: Cell, column: _Column) -> None:
    write_text(cell, column.header)
    cell.font = Font(_FONT, 10, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=_ACCENT)
    cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="left", indent=1)


def _values(number: int, one: Listed, form: Form) -> dict[_Column, Any]:
    finding, severity = one.finding, SEVERITY[one.finding.severity]
    place = one.cell.coordinate if one.cell is not None else finding.cell
    return {
        _NUMBER: number,
        _SEVERITY: f"{severity.zh} {severity.en}",
        _CODE: finding.code,
        _BASE: one.item.base,
        _PERIOD: one.item.period,
        _SHEET: finding.sheet,
        _CELL: place,
        _SUBJECT: _subject(one.item, finding, form),
        _VALUE: _stated(finding, form),
        _CHINESE: finding.message.zh,
        _ENGLISH: finding.message.en,
        _REASON: one.reason,
        _ANSWER: finding.answer,
    }


def _stated(finding: Finding, form: Form) -> float | str | None:
    """The value; that of a measure as a number, although it is kept as a text. What could not be read stays as it is."""
    value = finding.value
    if finding.measure in form.measures and isinstance(value, str) and finding.code not in READING:
        with suppress(ValueError):
            return float(value) if math.isfinite(float(value)) else value
    return value


def _subject(item: Return, finding: Finding, form: Form) -> str | None:
    """What the cell is about: its measure, or its column of the roster."""
    about = form.measures.get(finding.measure or "")
    if about is None and item.roster and finding.cell and finding.sheet == ROSTER_SHEET:
        column = coordinate_from_string(finding.cell)[0]
        codes = [code for code, col in item.roster.places.items() if column_letters(col) == column]
        about = form.roster[codes[0]] if codes else None
    return f"{about.full_name.zh}\n{about.full_name.en}" if about else None


def _write_row(sheet: Worksheet, row: int, columns: list[_Column], values: dict[_Column, Any], one: Listed) -> None:
    for col, column in enumerate(columns, start=1):
        _write_value(cell_at(sheet, row, col), column, values[column], one)
    most = max(lines(str(values[column] or ""), column.width - 1.5) for column in columns)
    sheet.row_dimensions[row].height = min(_LINE_HEIGHT * most + 6, 400)


def _write_value(cell: Cell, column: _Column, value: Any, one: Listed) -> None:
    cell.font = Font(_FONT, 10, color=_INK)
    is_number = not isinstance(value, str) and column is _VALUE
    cell.alignment = Alignment(vertical="top", wrap_text=True, horizontal="right" if is_number else "left", indent=1)
    cell.border = Border(bottom=Side("thin", color=_LINE))
    if isinstance(value, str):
        write_text(cell, value)
    elif value is not None:
        cell.value = value
        cell.number_format = "#,##0" if float(value).is_integer() else "#,##0.00"
    if column is _NUMBER:
        cell.fill = FILLS[one.finding.severity]
    if column is _SEVERITY:
        cell.font = Font(_FONT, 10, bold=True, color=_INK)
    if column is _CELL and one.cell is not None:
        _link(cell, one.cell.parent.title, one.cell.coordinate)
    if column is _REASON and one.reason is not None:
        _link(cell, one.finding.sheet or "", one.reason)


def _link(cell: Cell, sheet: str, address: str) -> None:
    place = f"{quote_sheetname(sheet)}!{address}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, tooltip=place)
    cell.font = Font(_FONT, 10, color=_ACCENT, underline="single")


def _set_up(sheet: Worksheet, width: int, last: int) -> None:
    """What stays in view, and how it prints."""
    sheet.row_dimensions[_HEADER_ROW].height = 32
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{get_column_letter(width)}{last}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = _ACCENT
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.75, footer=0.3)


def _open_on(book: Book, sheet: Worksheet) -> None:
    """Opens the workbook on the sheet alone: of several chosen sheets each would take what is typed into one."""
    book.active = 0
    for view in book.views:
        view.firstSheet = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
