"""What the tests of the form share: writing one, and looking into it."""

from datetime import date

import openpyxl

from etl.catalogue import Text
from etl.form import load_form
from etl.registry import Base
from etl.template import Filling, write_form
from tests.builders import credit_code

FORM = load_form()
KINDS = list(FORM.types)
ROSTER_HEADER, FIRST_FIRM = 5, 6
"""Rows of the roster sheet, from 1."""


def a_base(kind="regional") -> Base:
    return Base("B1", Text(en="Base one", zh="一号基地"), kind, "ZJ", False, "active", 1)


def written(tmp_path, kind="regional", **filling):
    path = tmp_path / "f.xlsx"
    write_form(path, FORM, a_base(kind), "2026Q3", Filling(**filling))
    return path


def column(path, sheet, header):
    """The values below a header."""
    for row in openpyxl.load_workbook(path)[sheet].iter_rows():
        for cell in row:
            if cell.value == header:
                below = cell.parent.iter_rows(
                    min_row=cell.row + 1, min_col=cell.column, max_col=cell.column, values_only=True
                )
                return [value for (value,) in below if value is not None]
    raise AssertionError(f"{sheet} has no header {header}")


def roster_of(count, **more):
    """Firms about which nothing is wrong."""
    return [
        {"uscc": credit_code(i), "firm_name": f"Firm {i}", "industry_code": "I65", "reg_date": date(2020, 1, 2),
         "entry_date": date(2024, 1, 2), "status": "incubating", **more}
        for i in range(count)
    ]  # fmt: skip
