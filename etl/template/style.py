"""How the form's cells look, and the head that every sheet begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl import periods
from etl.excel import FAILS, HOLDS, UNKNOWN
from etl.findings import COLOURS
from etl.form import Form
from etl.reading import BASE, PERIOD, TYPE
from etl.registry import Base

Styles = dict[str, Format]

INK, ACCENT, QUIET, PAPER = "#1B2530", "#12436D", "#5B6B7A", "#FFFFFF"
INPUT_COLOUR, BAND, FAILS_COLOUR, HOLDS_COLOUR = "#FFF6D6", "#E8EEF4", "#B3470F", "#1D7A70"
INPUT_TAB = "#E0B93B"
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "font_color": INK, "font_scheme": "none"}
LINE = 15
"""Height of a line of text, in points."""

_INPUT = {"bg_color": INPUT_COLOUR, "border": 1, "border_color": "#DCCB94", "locked": False}
_RULED = {"bottom": 1, "bottom_color": "#D5DBE1"}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "title": {"bold": True, "font_size": 15, "font_color": ACCENT},
    "label": {"font_color": QUIET},
    "strong": {"bold": True},
    "lead": {"bold": True, "text_wrap": True, "valign": "top"},
    "body": {"text_wrap": True, "valign": "top"},
    "quiet": {"text_wrap": True, "valign": "top", "font_color": QUIET},
    "step": {"bold": True, "font_size": 16, "font_color": PAPER, "bg_color": ACCENT, "align": "center"},
    "topic": {"bold": True, "font_size": 11, "font_color": ACCENT, "bg_color": BAND, "indent": 1},
    "caption": {"bold": True, "font_color": PAPER, "bg_color": ACCENT, "text_wrap": True, "indent": 1},
    "caption_right": {
        "bold": True,
        "font_color": PAPER,
        "bg_color": ACCENT,
        "text_wrap": True,
        "indent": 1,
        "align": "right",
    },
    "caption_small": {"bold": True, "font_color": PAPER, "bg_color": ACCENT, "text_wrap": True, "font_size": 9},
    "header": {"font_color": QUIET, "bg_color": BAND, "font_size": 8, "indent": 1},
    "section": {"bold": True, "font_color": ACCENT, "bg_color": BAND, "indent": 1},
    "cell": {"indent": 1, "text_wrap": True, **_RULED},
    "cell_quiet": {"font_color": QUIET, "indent": 1, "text_wrap": True, **_RULED},
    "sign": {"align": "center", "bold": True, "font_color": QUIET, **_RULED},
    "link": {"font_color": ACCENT, "underline": 1, **_RULED},
    "known_count": {"num_format": "#,##0", "font_color": QUIET, "indent": 1, "align": "right", **_RULED},
    "known_amount": {"num_format": "#,##0.00", "font_color": QUIET, "indent": 1, "align": "right", **_RULED},
    "count": {"num_format": "#,##0", "align": "right", "indent": 1, **_INPUT},
    "amount": {"num_format": "#,##0.00", "align": "right", "indent": 1, **_INPUT},
    "input": {"text_wrap": True, "indent": 1, **_INPUT},
    "row_text": {"num_format": "@", **_INPUT},
    "row_date": {"num_format": "yyyy-mm-dd", "align": "center", **_INPUT},
    "row_count": {"num_format": "#,##0", **_INPUT},
    "row_amount": {"num_format": "#,##0.00", **_INPUT},
    "free": {"locked": False},
    "holds": {"font_color": HOLDS_COLOUR},
    "fails": {"font_color": PAPER, "bg_color": FAILS_COLOUR},
    "wrong": {"font_color": FAILS_COLOUR},
    **{severity: {"bg_color": f"#{colour}"} for severity, colour in COLOURS.items()},
}
_SIGNS = {HOLDS: "holds", FAILS: "fails", UNKNOWN: "label"}
_ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Heading:
    """What names the form on every sheet."""

    form: Form
    base: Base
    period: str
    due: date | None = None

    @property
    def quarter(self) -> str:
        """The quarter in words, and when its return is due."""
        year, number = self.period[:4], periods.quarter(self.period)
        words = f"{year}年第{'一二三四'[number - 1]}季度 · {_ORDINALS[number - 1]} quarter of {year}"
        return f"{words}   ·   报送期限 due {self.due.isoformat()}" if self.due else words


def styles_of(book: Workbook) -> Styles:
    return {name: book.add_format(FONT | style) for name, style in _STYLES.items()}


def write_heading(sheet: Worksheet, heading: Heading, styles: Styles) -> None:
    """Rows 1 to 4: the programme, then base, period and type with their labels in the first column."""
    form, base = heading.form, heading.base
    kind, name = form.types[base.type].name, form.programme.name
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, f"{name.zh} · {name.en}", styles["title"])
    lines = (
        (BASE, base.code, f"{base.name.zh} · {base.name.en}"),
        (PERIOD, heading.period, heading.quarter),
        (TYPE, base.type, f"{kind.zh} · {kind.en}"),
    )
    for row, (label, text, words) in enumerate(lines, start=1):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["strong"])
        sheet.write_string(row, 2, words, styles["text"])


def write_status(sheet: Worksheet, row: int, signs: str, styles: Styles) -> None:
    """How much is still to be done. `signs`: the cells that hold the signs."""
    fails = f'COUNTIF({signs},"{FAILS}")'
    unknown = f'COUNTIF({signs},"~{UNKNOWN}")'  # by itself "?" would stand for any character
    words = f'"{FAILS} "&{fails}&" 项不符 do not hold     {UNKNOWN} "&{unknown}&" 项待填 still open"'
    sheet.write_string(row, 0, "check", styles["label"])
    write_result(sheet, row, 1, f"={words}", styles["strong"], "")
    for condition, style in ((f"{fails}>0", "wrong"), (f"{fails}+{unknown}=0", "holds")):
        rule = {"type": "formula", "criteria": f"={condition}", "format": styles[style]}
        sheet.conditional_format(row, 1, row, 1, rule)


def colour_signs(sheet: Worksheet, first: int, last: int, col: int, styles: Styles) -> None:
    """✓ ✗ ? in their colours, as they change."""
    for sign, style in _SIGNS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{sign}"', "format": styles[style]}
        sheet.conditional_format(first, col, last, col, rule)


def write_sign(sheet: Worksheet, row: int, col: int, formula: str, styles: Styles) -> None:
    """A formula that gives ✓, ✗ or "?"; until a program has calculated it, "?"."""
    write_result(sheet, row, col, formula, styles["sign"], UNKNOWN)


def write_result(sheet: Worksheet, row: int, col: int, formula: str, style: Format, shown: str) -> None:
    """A formula with the text that is shown until a program has calculated it."""
    sheet.write_formula(row, col, formula, style, shown)  # type: ignore[arg-type]  # its hint forgets texts


def height(texts: Iterable[tuple[str, float]]) -> int:
    """How high a row must be for wrapped texts, each given with its column's width: no program finds it when a
    workbook is only opened."""
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return 6 + LINE * lines


@cache
def _lines(text: str, width: float) -> int:
    """A Chinese character takes the room of two digits, the unit of column widths."""
    return sum(
        max(1, ceil(sum(1.9 if east_asian_width(each) in "WF" else 0.9 for each in line) / (width - 1.5)))
        for line in text.split("\n")
    )


def fit_to_page(sheet: Worksheet, paper: int, *headers: int, landscape: bool = True, wide: int = 1) -> None:
    """So many pages wide, the header rows on every page. `paper`: 9 is A4, 8 is A3."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.fit_to_pages(wide, 0)
    sheet.set_footer("&C&8&P / &N&R&8&A")
    if headers:
        sheet.repeat_rows(min(headers), max(headers))
