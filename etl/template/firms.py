"""The roster sheet: one row for every firm that was in the base on any day of the quarter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from etl.config import settings
from etl.form import Form, RosterColumn
from etl.reading import ROSTER_SHEET
from etl.template.style import Styles, fit_to_page

OFFERED_ROWS = 2_000
"""For how many rows the sheet offers choice lists; pasted rows beyond are read just the same."""

_FIRST_ROW = 3
_CELL_STYLE = {"date": "cell_date", "count": "cell_count", "amount": "cell_amount"}


def roster_ranges(form: Form, base_type: str) -> dict[str, str]:
    """Column → its cells as other sheets name them, down to the last row that a roster may have."""
    last = _FIRST_ROW + settings().limits.roster_rows
    columns = enumerate(form.roster_of(base_type))
    names = ((column.code, xl_col_to_name(col, True)) for col, column in columns)
    return {code: f"{ROSTER_SHEET}!{name}${_FIRST_ROW + 1}:{name}${last}" for code, name in names}


def write_roster(
    sheet: Worksheet, form: Form, base_type: str, firms: Sequence[Mapping[str, Any]], styles: Styles
) -> None:
    """The header, formats and choice lists, and the firms that are known. `firms`: column code → value."""
    columns = form.roster_of(base_type)
    sheet.write_string(0, 0, "企业名册:每家企业一行 · Roster: one row a firm", styles["title"])
    sheet.set_row(1, 56)
    last = _FIRST_ROW + max(OFFERED_ROWS, len(firms)) - 1
    cell_styles = [styles[_CELL_STYLE.get(column.value_type, "cell_text")] for column in columns]
    for col, (column, style) in enumerate(zip(columns, cell_styles, strict=True)):
        unit = f" ({column.unit})" if column.unit else ""
        sheet.write_string(1, col, f"{column.name.zh}{unit}\n{column.name.en}", styles["caption"])
        sheet.write_string(2, col, column.code, styles["header"])
        sheet.set_column(col, col, 22 if column.value_type == "text" else 12, style)
        if validation := _validation(column):
            sheet.data_validation(_FIRST_ROW, col, last, col, validation)
    for row, firm in enumerate(firms, start=_FIRST_ROW):
        for col, (column, style) in enumerate(zip(columns, cell_styles, strict=True)):
            _write_cell(sheet, row, col, firm.get(column.code), style)
    sheet.freeze_panes(_FIRST_ROW, 2)
    fit_to_page(sheet, 8, 1, 2)


def _validation(column: RosterColumn) -> dict[str, Any] | None:
    told = {"error_title": "请核对 · Please check", "ignore_blank": True}
    if column.value_type in ("choice", "yes_no"):
        choices = [choice.code for choice in column.choices] or ["yes", "no"]
        return {"validate": "list", "source": choices, **told, "error_message": "、".join(choices)}
    if column.value_type == "count":
        words = "请填不小于0的整数\nEnter a whole number, 0 or more"
        return {"validate": "integer", "criteria": ">=", "value": 0, **told, "error_message": words}
    if column.value_type == "amount":
        words = f"请填不小于0的数字,单位{column.unit}\nEnter a number, 0 or more"
        return {"validate": "decimal", "criteria": ">=", "value": 0, **told, "error_message": words}
    if column.value_type == "date":
        words = "请按日期填写,如2026-09-30\nEnter a date, such as 2026-09-30"
        return {"validate": "date", "criteria": ">=", "value": date(1949, 1, 1), **told, "error_message": words}
    return None


def _write_cell(sheet: Worksheet, row: int, col: int, value: Any, style: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, col, value, style)  # whatever it begins with: no formula, no link
    elif isinstance(value, date):
        sheet.write_datetime(row, col, value, style)  # type: ignore[arg-type]
    elif value is not None:
        sheet.write_number(row, col, value, style)
