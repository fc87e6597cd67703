"""The Return sheet: one row a measure, with last quarter's and last year's value, a live check and a place to answer."""

from collections.abc import Mapping

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl import periods
from etl.form import Form, Measure
from etl.reading import ANSWER, CODE, VALUE
from etl.template.filling import Filling
from etl.template.layout import CHECK, COLUMNS, FIRST_ROW, LAST_QUARTER, LAST_YEAR, Layout
from etl.template.live import Live
from etl.template.style import (
    Heading,
    Styles,
    colour_signs,
    fit_to_page,
    height,
    write_heading,
    write_sign,
    write_status,
)
from etl.template.validation import answer_validation, measure_validation

_NUMBER_STYLE = {"count": "count", "amount": "amount", "area": "amount"}

# Column → (caption above it, width); `{last}` and `{year}` are the quarters compared with.
_CAPTIONS = {
    CODE: ("代码\nCode", 20),
    "name_zh": ("指标\nMeasure in Chinese", 30),
    "name_en": ("指标英文名\nMeasure in English", 42),
    "unit": ("计量单位\nUnit", 17),
    VALUE: ("本季填报\nThis quarter", 16),
    LAST_QUARTER: ("上季 {last}\nLast quarter", 15),
    LAST_YEAR: ("上年同期 {year}\nLast year", 17),
    CHECK: ("校验\nCheck", 9),
    ANSWER: ("说明:对疑问的答复\nAnswer to a query", 38),
}
_STATUS_ROW = 4


def write_return(
    sheet: Worksheet, heading: Heading, filling: Filling, layout: Layout, live: Live, styles: Styles
) -> None:
    """The whole sheet. Only the value and answer cells can be changed."""
    form = heading.form
    write_heading(sheet, heading, styles)
    column = COLUMNS[CHECK]
    signs = f"{xl_rowcol_to_cell(FIRST_ROW, column)}:{xl_rowcol_to_cell(layout.last_row, column)}"
    write_status(sheet, _STATUS_ROW, signs, styles)
    _write_header(sheet, heading.period, styles)
    for code, row in layout.sections.items():
        name = form.sections[code].name
        for col in COLUMNS.values():
            sheet.write_blank(row, col, None, styles["section"])
        sheet.write_string(row, COLUMNS["name_zh"], name.zh, styles["section"])
        sheet.write_string(row, COLUMNS["name_en"], name.en, styles["section"])
        sheet.set_row(row, 20)
    for code, row in layout.measures.items():
        _write_measure(sheet, row, form, form.measures[code], filling, live.beside(code), styles)
    sheet.data_validation(FIRST_ROW, COLUMNS[ANSWER], layout.last_row, COLUMNS[ANSWER], answer_validation())
    colour_signs(sheet, FIRST_ROW, layout.last_row, COLUMNS[CHECK], styles)
    sheet.freeze_panes(FIRST_ROW, COLUMNS["name_en"])
    first = _first_input(layout, filling.values)
    sheet.set_selection(first, COLUMNS[VALUE], first, COLUMNS[VALUE])
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9, FIRST_ROW - 2, FIRST_ROW - 1)


def _first_input(layout: Layout, values: Mapping[str, float]) -> int:
    """The row to begin at: that of the first measure without a value."""
    return next((row for code, row in layout.measures.items() if code not in values), FIRST_ROW + 1)


def _write_header(sheet: Worksheet, period: str, styles: Styles) -> None:
    """What people read, and below it the words by which the columns are found again."""
    compared = {"last": periods.shift(period, -1), "year": periods.shift(period, -4)}
    for header, col in COLUMNS.items():
        caption, width = _CAPTIONS[header]
        sheet.set_column(col, col, width)
        look = "caption_right" if header in (VALUE, LAST_QUARTER, LAST_YEAR) else "caption"
        sheet.write_string(FIRST_ROW - 2, col, caption.format(**compared), styles[look])
        sheet.write_string(FIRST_ROW - 1, col, header, styles["header"])
    sheet.set_row(FIRST_ROW - 2, 34)


def _write_measure(
    sheet: Worksheet, row: int, form: Form, measure: Measure, filling: Filling, sign: str | None, styles: Styles
) -> None:
    code, style, unit = measure.code, _NUMBER_STYLE[measure.value_type], form.unit(measure.unit)
    texts = {
        CODE: (code, "cell_quiet"),
        "name_zh": (measure.name.zh, "cell"),
        "name_en": (measure.name.en, "cell"),
        "unit": (unit.zh if unit.zh == unit.en else f"{unit.zh} {unit.en}", "cell_quiet"),
    }
    for header, (text, look) in texts.items():
        sheet.write_string(row, COLUMNS[header], text, styles[look])
    _write_number(sheet, row, COLUMNS[VALUE], filling.values.get(code), styles[style])
    for header, value in zip((LAST_QUARTER, LAST_YEAR), filling.earlier.get(code, (None, None)), strict=True):
        _write_number(sheet, row, COLUMNS[header], value, styles[f"known_{style}"])
    if sign:
        write_sign(sheet, row, COLUMNS[CHECK], sign, styles)
    if answer := filling.answers.get(code):
        sheet.write_string(row, COLUMNS[ANSWER], answer, styles["input"])  # whatever it begins with: no formula
    else:
        sheet.write_blank(row, COLUMNS[ANSWER], None, styles["input"])
    sheet.data_validation(row, COLUMNS[VALUE], row, COLUMNS[VALUE], measure_validation(form, measure))
    shown = [(text, _CAPTIONS[header][1]) for header, (text, _) in texts.items()]
    sheet.set_row(row, height([*shown, (answer or "", _CAPTIONS[ANSWER][1])]))


def _write_number(sheet: Worksheet, row: int, col: int, value: float | None, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, col, None, style)
    else:
        sheet.write_number(row, col, value, style)
