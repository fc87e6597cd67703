"""The Checks sheet: every check that can be made while the form is filled, with what should hold and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.form import Form
from etl.reading import RETURN_SHEET
from etl.template.layout import Places
from etl.template.live import LiveCheck, LiveTotal, combined, compared, live_checks, live_totals
from etl.template.style import (
    Heading,
    Styles,
    colour_signs,
    fit_height,
    fit_to_page,
    write_heading,
    write_result,
    write_sign,
)

CHECKS_SHEET = "Checks"
_FIRST_ROW = 7
_SIGN, _VALUE, _ROSTER, _GAP = 1, 4, 5, 6
_CHECK_COLUMNS = (
    ("代码\nCode", 20),
    ("结果\nResult", 9),
    ("应满足", 44),
    ("What should hold", 54),
    ("处理建议", 50),
    ("What to do", 60),
    ("位置\nGo to", 12),
)
_TOTAL_COLUMNS = (
    "代码\nCode",
    "结果\nResult",
    "指标",
    "Measure",
    "报表\nReturn",
    "名册合计\nRoster",
    "相差\nDifference",
)


@dataclass(frozen=True)
class Live:
    """What the form works out: the checks in the sheet's order, then the roster's totals, and the row of each."""

    checks: list[LiveCheck]
    totals: list[LiveTotal]

    @property
    def first_total_row(self) -> int:
        return _FIRST_ROW + len(self.checks) + 3

    def beside(self, measure: str) -> str | None:
        """The formula for the sign beside a measure; None when no check speaks of it."""
        rows = [_FIRST_ROW + i for i, check in enumerate(self.checks) if check.measure == measure]
        rows += [self.first_total_row + i for i, total in enumerate(self.totals) if total.measure == measure]
        return (
            combined([f"{CHECKS_SHEET}!{xl_rowcol_to_cell(row, _SIGN, True, True)}" for row in rows]) if rows else None
        )


def checks_layout(form: Form, base_type: str, period: str, places: Places, ranges: Mapping[str, str]) -> Live:
    """What can be checked live for a base of the type."""
    return Live(live_checks(form, base_type, period, places.value), live_totals(form, base_type, ranges))


def write_checks(sheet: Worksheet, heading: Heading, places: Places, live: Live, styles: Styles) -> None:
    """One row a check, then one row a measure that the roster must add up to."""
    write_heading(sheet, heading, styles)
    for col, (caption, width) in enumerate(_CHECK_COLUMNS):
        sheet.set_column(col, col, width)
        sheet.write_string(_FIRST_ROW - 1, col, caption, styles["header"])
    sheet.set_row(_FIRST_ROW - 1, 28)
    for row, check in enumerate(live.checks, start=_FIRST_ROW):
        _write_check(sheet, row, check, places, styles)
    last = _FIRST_ROW + len(live.checks) - 1
    if live.totals:
        title = "名册与报表核对 · The roster against the return"
        sheet.write_string(live.first_total_row - 2, 0, title, styles["section"])
        for col, caption in enumerate(_TOTAL_COLUMNS):
            sheet.write_string(live.first_total_row - 1, col, caption, styles["header"])
        sheet.set_row(live.first_total_row - 1, 28)
        for row, total in enumerate(live.totals, start=live.first_total_row):
            _write_total(sheet, row, total, heading.form, places, styles)
        last = live.first_total_row + len(live.totals) - 1
    colour_signs(sheet, _FIRST_ROW, last, _SIGN, styles)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    fit_to_page(sheet, 9, _FIRST_ROW - 1, _FIRST_ROW - 1)


def _write_check(sheet: Worksheet, row: int, live: LiveCheck, places: Places, styles: Styles) -> None:
    check = live.check
    sheet.write_string(row, 0, check.code, styles["label"])
    write_sign(sheet, row, _SIGN, live.formula, styles)
    texts = (check.name.zh, check.name.en, check.advice.zh, check.advice.en)
    for col, text in enumerate(texts, start=2):
        sheet.write_string(row, col, text, styles["wrap"])
    fit_height(sheet, row, zip(texts, (width for _, width in _CHECK_COLUMNS[2:6]), strict=True))
    _write_link(sheet, row, len(_CHECK_COLUMNS) - 1, live.measure, places, styles)


def _write_total(sheet: Worksheet, row: int, total: LiveTotal, form: Form, places: Places, styles: Styles) -> None:
    measure = form.measures[total.measure]
    value, roster = places.value(measure.code), xl_rowcol_to_cell(row, _ROSTER)
    assert value is not None
    look = styles["known_count" if measure.value_type == "count" else "known_amount"]
    sheet.write_string(row, 0, measure.code, styles["label"])
    write_sign(sheet, row, _SIGN, compared(total, value, roster), styles)
    sheet.write_string(row, 2, measure.name.zh, styles["text"])
    sheet.write_string(row, 3, measure.name.en, styles["text"])
    write_result(sheet, row, _VALUE, f'=IF(COUNT({value})<1,"",{value})', look, "")
    sheet.write_formula(row, _ROSTER, total.formula, look, 0)
    write_result(sheet, row, _GAP, f'=IF(COUNT({value})<1,"",{roster}-{value})', look, "")


def _write_link(sheet: Worksheet, row: int, col: int, measure: str, places: Places, styles: Styles) -> None:
    place = (places.value(measure) or "").split("!")[-1].replace("$", "")
    sheet.write_url(row, col, f"internal:'{RETURN_SHEET}'!{place}", styles["link"], string=place)
