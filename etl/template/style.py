"""How the form's cells look, and the head that every sheet begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.excel import FAILS, HOLDS, UNKNOWN
from etl.form import Form
from etl.reading import BASE, PERIOD, TYPE
from etl.registry import Base

Styles = dict[str, Format]

INK, ACCENT, QUIET, PAPER = "#1B2530", "#12436D", "#5B6B7A", "#FFFFFF"
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "font_color": INK, "font_scheme": "none"}
LINE = 14
"""Height of a line of text, in points."""

_INPUT = {"bg_color": "#FFF9E5", "border": 1, "border_color": "#D9CFA8", "locked": False}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "title": {"bold": True, "font_size": 14, "font_color": ACCENT},
    "label": {"font_color": QUIET},
    "strong": {"bold": True},
    "caption": {"font_color": QUIET, "text_wrap": True, "font_size": 9, "valign": "bottom"},
    "header": {"bold": True, "font_color": PAPER, "bg_color": ACCENT},
    "section": {"bold": True, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT},
    "sign": {"align": "center", "bold": True, "font_color": QUIET},
    "link": {"font_color": ACCENT, "underline": 1},
    "known_count": {"num_format": "#,##0", "font_color": QUIET},
    "known_amount": {"num_format": "#,##0.00", "font_color": QUIET},
    "count": {"num_format": "#,##0", **_INPUT},
    "amount": {"num_format": "#,##0.00", **_INPUT},
    "input": {"text_wrap": True, **_INPUT},
    "cell_text": {"num_format": "@", "locked": False},
    "cell_date": {"num_format": "yyyy-mm-dd", "locked": False},
    "cell_count": {"num_format": "#,##0", "locked": False},
    "cell_amount": {"num_format": "#,##0.00", "locked": False},
    "holds": {"font_color": "#1D7A70"},
    "fails": {"font_color": "#FFFFFF", "bg_color": "#B3470F"},
}
_SIGNS = {HOLDS: "holds", FAILS: "fails", UNKNOWN: "label"}


@dataclass(frozen=True)
class Heading:
    """What names the form on every sheet."""

    form: Form
    base: Base
    period: str


def styles_of(book: Workbook) -> Styles:
    return {name: book.add_format(FONT | style) for name, style in _STYLES.items()}


def write_heading(sheet: Worksheet, heading: Heading, styles: Styles) -> None:
    """Rows 1 to 4: the programme, then base, period and type with their labels in the first column."""
    form, base = heading.form, heading.base
    kind, name = form.types[base.type].name, form.programme.name
    sheet.write_string(0, 0, f"{name.zh} · {name.en}", styles["title"])
    lines = (
        (BASE, base.code, f"{base.name.zh} · {base.name.en}"),
        (PERIOD, heading.period, ""),
        (TYPE, base.type, f"{kind.zh} · {kind.en}"),
    )
    for row, (label, text, words) in enumerate(lines, start=1):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["strong"])
        sheet.write_string(row, 2, words, styles["text"])


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


def fit_height(sheet: Worksheet, row: int, texts: Iterable[tuple[str, int]]) -> None:
    """Makes a row high enough for wrapped texts, each given with its column's width: no program does it when a
    workbook is only opened."""
    lines = max((ceil(_width(text) / width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, 4 + LINE * lines)


@cache
def _width(text: str) -> float:
    """In the unit of column widths: a Chinese character takes the room of two digits."""
    return sum(2.1 if east_asian_width(character) in "WF" else 1.05 for character in text)


def fit_to_page(sheet: Worksheet, paper: int, first_header: int, last_header: int) -> None:
    """Landscape, one page wide, the header on every page. `paper`: 9 is A4, 8 is A3."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first_header, last_header)
