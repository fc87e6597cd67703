"""The Return sheet: one row a measure, with last quarter's and last year's value, a live check and a place to answer."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl import periods
from etl.excel import FAILS, UNKNOWN
from etl.form import Form, Measure
from etl.reading import ANSWER, CODE, VALUE
from etl.template.checks import Live
from etl.template.filling import Filling
from etl.template.layout import CHECK, COLUMNS, FIRST_ROW, LAST_QUARTER, LAST_YEAR, Places
from etl.template.style import Heading, Styles, colour_signs, fit_to_page, write_heading, write_sign

_NUMBER_STYLE = {"count": "count", "amount": "amount", "area": "amount"}

# Column → (caption above it, width); `{last}` and `{year}` are the quarters compared with.
_CAPTIONS = {
    CODE: ("代码\nCode", 20),
    "name_zh": ("指标\n(中文)", 34),
    "name_en": ("Measure\n(English)", 46),
    "unit": ("计量单位\nUnit", 10),
    VALUE: ("本季填报\nThis quarter", 15),
    LAST_QUARTER: ("上季 Last quarter\n{last}", 15),
    LAST_YEAR: ("上年同期 Last year\n{year}", 15),
    CHECK: ("校验\nCheck", 9),
    ANSWER: ("说明(对疑问的答复)\nAnswer to a query", 40),
}


def return_layout(form: Form, base_type: str) -> Places:
    """Where each measure asked of the type will stand, and each section's title."""
    measures: dict[str, int] = {}
    sections: dict[str, int] = {}
    row = FIRST_ROW
    for measure in form.measures_of(base_type):
        if measure.section not in sections:
            sections[measure.section] = row
            row += 1
        measures[measure.code] = row
        row += 1
    return Places(measures, sections)


def write_return(
    sheet: Worksheet, heading: Heading, filling: Filling, places: Places, live: Live, styles: Styles
) -> None:
    """The whole sheet. Only the value and answer cells can be changed."""
    form = heading.form
    write_heading(sheet, heading, styles)
    _write_header(sheet, heading.period, styles)
    for code, row in places.sections.items():
        name = form.sections[code].name
        for col, text in ((COLUMNS["name_zh"], name.zh), (COLUMNS["name_en"], name.en)):
            sheet.write_string(row, col, text, styles["section"])
    for code, row in places.measures.items():
        _write_measure(sheet, row, form, form.measures[code], filling, styles)
        if sign := live.beside(code):
            write_sign(sheet, row, COLUMNS[CHECK], sign, styles)
    _write_sum_of_signs(sheet, places, styles)
    colour_signs(sheet, FIRST_ROW, places.last_row, COLUMNS[CHECK], styles)
    sheet.freeze_panes(FIRST_ROW, COLUMNS["unit"])
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    fit_to_page(sheet, 9, FIRST_ROW - 2, FIRST_ROW - 1)


def _write_header(sheet: Worksheet, period: str, styles: Styles) -> None:
    compared = {"last": periods.shift(period, -1), "year": periods.shift(period, -4)}
    for header, col in COLUMNS.items():
        caption, width = _CAPTIONS[header]
        sheet.set_column(col, col, width)
        sheet.write_string(FIRST_ROW - 2, col, caption.format(**compared), styles["caption"])
        sheet.write_string(FIRST_ROW - 1, col, header, styles["header"])
    sheet.set_row(FIRST_ROW - 2, 28)


def _write_sum_of_signs(sheet: Worksheet, places: Places, styles: Styles) -> None:
    """At the head: how much is still to be done."""
    signs = f"{places.cell(COLUMNS[CHECK], FIRST_ROW)}:{places.cell(COLUMNS[CHECK], places.last_row)}"
    for row, sign, words in ((1, FAILS, "不符 · do not hold"), (2, UNKNOWN, "待填 · still missing")):
        sheet.write_formula(row, COLUMNS[CHECK], f'=COUNTIF({signs},"{sign}")', styles["strong"], 0)
        sheet.write_string(row, COLUMNS[ANSWER], f"{sign} {words}", styles["label"])


def _write_measure(sheet: Worksheet, row: int, form: Form, measure: Measure, filling: Filling, styles: Styles) -> None:
    code, style = measure.code, _NUMBER_STYLE[measure.value_type]
    for header, text, look in (
        (CODE, code, "label"),
        ("name_zh", measure.name.zh, "text"),
        ("name_en", measure.name.en, "text"),
        ("unit", measure.unit, "label"),
    ):
        sheet.write_string(row, COLUMNS[header], text, styles[look])
    _write_number(sheet, row, COLUMNS[VALUE], filling.values.get(code), styles[style])
    for header, value in zip((LAST_QUARTER, LAST_YEAR), filling.earlier.get(code, (None, None)), strict=True):
        _write_number(sheet, row, COLUMNS[header], value, styles[f"known_{style}"])
    if answer := filling.answers.get(code):
        sheet.write_string(row, COLUMNS[ANSWER], answer, styles["input"])  # whatever it begins with: no formula
    else:
        sheet.write_blank(row, COLUMNS[ANSWER], None, styles["input"])
    sheet.data_validation(row, COLUMNS[VALUE], row, COLUMNS[VALUE], _validation(form, measure))


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
