"""Writes a base's workbook: the return form with what is known filled in, the roster, and how to fill both.

The same writer makes the forms that bases download, the sample programme's returns and, as a history workbook, an
archive of earlier quarters. The reader finds every part by its header, so the layout may change freely.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.form import Form, Measure, RosterColumn
from etl.reading import ANSWER, BASE, CODE, HISTORY_SHEET, PERIOD, RETURN_SHEET, ROSTER_SHEET, TYPE, VALUE
from etl.registry import Base

INSTRUCTIONS_SHEET = "Instructions"
ROSTER_ROWS = 2_000
"""For how many roster rows the form offers choice lists and formats."""

_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14, "font_color": "#12436D"},
    "label": {"font_color": "#5B6B7A"},
    "strong": {"bold": True},
    "caption": {"font_color": "#5B6B7A", "text_wrap": True, "font_size": 9, "valign": "bottom"},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D"},
    "section": {"bold": True, "font_color": "#12436D", "bottom": 1, "bottom_color": "#12436D"},
    "known_count": {"num_format": "#,##0", "font_color": "#5B6B7A"},
    "known_amount": {"num_format": "#,##0.00", "font_color": "#5B6B7A"},
    "count": {"num_format": "#,##0", "bg_color": "#FFF9E5", "border": 1, "border_color": "#D9CFA8", "locked": False},
    "amount": {
        "num_format": "#,##0.00",
        "bg_color": "#FFF9E5",
        "border": 1,
        "border_color": "#D9CFA8",
        "locked": False,
    },
    "input": {"bg_color": "#FFF9E5", "border": 1, "border_color": "#D9CFA8", "locked": False, "text_wrap": True},
    "cell_text": {"num_format": "@", "locked": False},
    "cell_date": {"num_format": "yyyy-mm-dd", "locked": False},
    "cell_count": {"num_format": "#,##0", "locked": False},
    "cell_amount": {"num_format": "#,##0.00", "locked": False},
}
_NUMBER_STYLE = {"count": "count", "amount": "amount", "area": "amount"}
_ROSTER_STYLE = {"date": "cell_date", "count": "cell_count", "amount": "cell_amount"}

# Column of the Return sheet → (header that the reader looks for, caption above it, width).
_RETURN_COLUMNS = (
    (CODE, "代码\nCode", 20),
    ("name_zh", "指标\n(中文)", 34),
    ("name_en", "Measure\n(English)", 46),
    ("unit", "计量单位\nUnit", 10),
    (VALUE, "本季填报\nThis quarter", 15),
    ("last_quarter", "上季\nLast quarter", 13),
    ("last_year", "上年同期\nLast year", 13),
    (ANSWER, "说明(对疑问的答复)\nAnswer to a query", 40),
)
_FIRST_ROW = 7

_INSTRUCTIONS = (
    (
        "请在“Return”工作表的黄色单元格填写本季数据,在“Roster”工作表逐行填写本季任何一天在孵的企业(含已离开的)。",
        "Fill the yellow cells of the sheet Return, and in the sheet Roster one row for every firm that was in the base "
        "on any day of the quarter, leavers too.",
    ),
    (
        "金额单位均为万元,保留两位小数。空白不等于0:没有发生请填0;确实无法取得的留空,并在说明栏写明原因。",
        "Money is in 10,000 yuan (万元) with two decimals. A blank is not 0: enter 0 where there was nothing; leave blank "
        "what cannot be known, and give the reason in the answer column.",
    ),
    (
        "请勿更改代码、表头或工作表名称。",
        "Do not change codes, headers or the names of the sheets.",
    ),
)


@dataclass(frozen=True)
class Filling:
    """What a form is written with. `earlier` gives by measure last quarter's and last year's value."""

    values: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    roster: Sequence[Mapping[str, Any]] = ()


def write_form(path: Path, form: Form, base: Base, period: str, filling: Filling | None = None) -> None:
    """Writes one base's form for one quarter. The folder must exist."""
    filling = filling or Filling()
    with xlsxwriter.Workbook(path, {"in_memory": True, "default_format_properties": _FONT}) as book:
        styles = {name: book.add_format(_FONT | style) for name, style in _STYLES.items()}
        guide, sheet = book.add_worksheet(INSTRUCTIONS_SHEET), book.add_worksheet(RETURN_SHEET)
        _write_instructions(guide, form, base, period, styles)
        _write_return(sheet, form, base, period, filling, styles)
        if form.roster:
            _write_roster(book.add_worksheet(ROSTER_SHEET), form, base, filling.roster, styles)
        sheet.activate()


def write_history(path: Path, form: Form, rows: Iterable[tuple[str, str, Mapping[str, float]]]) -> None:
    """Writes a history workbook: one row for each (base, period) with its values."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        header = book.add_format({"bold": True})
        sheet = book.add_worksheet(HISTORY_SHEET)
        sheet.write_row(0, 0, [BASE, PERIOD, *form.measures], header)
        sheet.freeze_panes(1, 2)
        for line, (base, period, values) in enumerate(rows, start=1):
            sheet.write_string(line, 0, base)
            sheet.write_string(line, 1, period)
            for col, code in enumerate(form.measures, start=2):
                if (value := values.get(code)) is not None:
                    sheet.write_number(line, col, value)


def _write_head(sheet: Worksheet, form: Form, base: Base, period: str, styles: dict[str, Format]) -> None:
    kind = form.types[base.type].name
    name = form.programme.name
    sheet.write_string(0, 0, f"{name.zh} · {name.en}", styles["title"])
    for row, (label, text, words) in enumerate(
        (
            (BASE, base.code, f"{base.name.zh} · {base.name.en}"),
            (PERIOD, period, ""),
            (TYPE, base.type, f"{kind.zh} · {kind.en}"),
        ),
        start=1,
    ):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["strong"])
        sheet.write_string(row, 2, words, styles["text"])


def _write_return(
    sheet: Worksheet, form: Form, base: Base, period: str, filling: Filling, styles: dict[str, Format]
) -> None:
    _write_head(sheet, form, base, period, styles)
    for col, (header, caption, width) in enumerate(_RETURN_COLUMNS):
        sheet.set_column(col, col, width)
        sheet.write_string(_FIRST_ROW - 2, col, caption, styles["caption"])
        sheet.write_string(_FIRST_ROW - 1, col, header, styles["header"])
    sheet.set_row(_FIRST_ROW - 2, 28)
    row, section = _FIRST_ROW, None
    for measure in form.measures_of(base.type):
        if measure.section != section:
            section = measure.section
            name = form.sections[section].name
            sheet.write_string(row, 1, name.zh, styles["section"])
            sheet.write_string(row, 2, name.en, styles["section"])
            row += 1
        _write_measure(sheet, row, form, measure, filling, styles)
        row += 1
    sheet.freeze_panes(_FIRST_ROW, 3)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST_ROW - 2, _FIRST_ROW - 1)


def _write_measure(
    sheet: Worksheet, row: int, form: Form, measure: Measure, filling: Filling, styles: dict[str, Format]
) -> None:
    code, style = measure.code, _NUMBER_STYLE[measure.value_type]
    sheet.write_string(row, 0, code, styles["label"])
    sheet.write_string(row, 1, measure.name.zh, styles["text"])
    sheet.write_string(row, 2, measure.name.en, styles["text"])
    sheet.write_string(row, 3, measure.unit, styles["label"])
    _write_number(sheet, row, 4, filling.values.get(code), styles[style])
    for col, value in enumerate(filling.earlier.get(code, (None, None)), start=5):
        _write_number(sheet, row, col, value, styles[f"known_{style}"])
    if answer := filling.answers.get(code):
        sheet.write_string(row, 7, answer, styles["input"])  # whatever it begins with: no formula, no link
    else:
        sheet.write_blank(row, 7, None, styles["input"])
    sheet.data_validation(row, 4, row, 4, _validation(form, measure))


def _write_number(sheet: Worksheet, row: int, col: int, value: float | None, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, col, None, style)
    else:
        sheet.write_number(row, col, value, style)


def _validation(form: Form, measure: Measure) -> dict[str, Any]:
    whole = measure.value_type == "count"
    unit = form.unit(measure.unit)
    kind = ("整数", "Whole number") if whole else ("数字", "Number")
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": measure.min,
        "maximum": measure.max,
        "ignore_blank": True,
        "error_title": "请核对 · Please check",
        "error_message": f"{kind[0]},{measure.min:,.0f}–{measure.max:,.0f} {unit.zh}\n"
        f"{kind[1]}, {measure.min:,.0f}–{measure.max:,.0f} {unit.en}",
    }


def _write_roster(
    sheet: Worksheet, form: Form, base: Base, firms: Sequence[Mapping[str, Any]], styles: dict[str, Format]
) -> None:
    columns = form.roster_of(base.type)
    sheet.write_string(0, 0, "企业名册:每家企业一行 · Roster: one row a firm", styles["title"])
    sheet.set_row(1, 56)
    last = max(ROSTER_ROWS, len(firms)) + 2
    for col, column in enumerate(columns):
        unit = f" ({column.unit})" if column.unit else ""
        sheet.write_string(1, col, f"{column.name.zh}{unit}\n{column.name.en}", styles["caption"])
        sheet.write_string(2, col, column.code, styles["header"])
        sheet.set_column(col, col, 22 if column.value_type == "text" else 12, styles[_roster_style(column)])
        if choices := _choices(column):
            sheet.data_validation(3, col, last, col, {"validate": "list", "source": choices})
    for row, firm in enumerate(firms, start=3):
        for col, column in enumerate(columns):
            _write_firm_cell(sheet, row, col, firm.get(column.code), styles[_roster_style(column)])
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)


def _roster_style(column: RosterColumn) -> str:
    return _ROSTER_STYLE.get(column.value_type, "cell_text")


def _choices(column: RosterColumn) -> list[str]:
    return ["yes", "no"] if column.value_type == "yes_no" else [choice.code for choice in column.choices]


def _write_firm_cell(sheet: Worksheet, row: int, col: int, value: Any, style: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, col, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, col, value, style)  # type: ignore[arg-type]
    elif value is not None:
        sheet.write_number(row, col, value, style)


def _write_instructions(sheet: Worksheet, form: Form, base: Base, period: str, styles: dict[str, Format]) -> None:
    _write_head(sheet, form, base, period, styles)
    for col, width in enumerate((20, 34, 46, 60, 70)):
        sheet.set_column(col, col, width)
    row = 5
    for zh, en in _INSTRUCTIONS:
        sheet.write_string(row, 0, zh, styles["text"])
        sheet.write_string(row + 1, 0, en, styles["label"])
        row += 2
    row += 1
    for col, header in enumerate(("代码 · Code", "指标", "Measure", "填报说明", "How to count")):
        sheet.write_string(row, col, header, styles["header"])
    for line, measure in enumerate(form.measures_of(base.type), start=row + 1):
        texts = (measure.code, measure.name.zh, measure.name.en)
        guide = (measure.guide.zh, measure.guide.en) if measure.guide else ("", "")
        for col, text in enumerate((*texts, *guide)):
            sheet.write_string(line, col, text, styles["wrap"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
