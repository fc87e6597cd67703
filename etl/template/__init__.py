"""Writes a base's workbook: the return form with what is known filled in, the roster, live checks, and how to fill it.

The same writer makes the forms that bases download, the sample programme's returns and, as a history workbook, an
archive of earlier quarters. The reader finds every part by its header, so the layout may change freely.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO

import xlsxwriter

from etl.form import Form
from etl.reading import BASE, HISTORY_SHEET, PERIOD, RETURN_SHEET, ROSTER_SHEET
from etl.registry import Base
from etl.template.checks import CHECKS_SHEET, Live, checks_layout, write_checks
from etl.template.figures import return_layout, write_return
from etl.template.filling import Filling
from etl.template.firms import roster_ranges, write_roster
from etl.template.guide import INSTRUCTIONS_SHEET, write_guide
from etl.template.layout import Places
from etl.template.style import FONT, Heading, styles_of

__all__ = ["Filling", "write_form", "write_history"]

_MADE = {"created": datetime(2000, 1, 1)}  # equal contents give equal bytes, whenever they were written


def write_form(path: Path | IO[bytes], form: Form, base: Base, period: str, filling: Filling | None = None) -> None:
    """Writes one base's form for one quarter, to a file whose folder must exist, or into an open one."""
    filling = filling or Filling()
    heading = Heading(form, base, period)
    places, live = _layout(form, base.type, period)
    with _open(path) as book:
        styles = styles_of(book)
        write_guide(book.add_worksheet(INSTRUCTIONS_SHEET), heading, styles)
        sheet = book.add_worksheet(RETURN_SHEET)
        write_return(sheet, heading, filling, places, live, styles)
        if form.roster:
            write_roster(book.add_worksheet(ROSTER_SHEET), form, base.type, filling.roster, styles)
        write_checks(book.add_worksheet(CHECKS_SHEET), heading, places, live, styles)
        sheet.activate()


@cache
def _layout(form: Form, base_type: str, period: str) -> tuple[Places, Live]:
    places = return_layout(form, base_type)
    return places, checks_layout(form, base_type, period, places, roster_ranges(form, base_type))


def write_history(path: Path, form: Form, rows: Iterable[tuple[str, str, Mapping[str, float]]]) -> None:
    """Writes a history workbook: one row for each (base, period) with its values."""
    with _open(path) as book:
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


def _open(path: Path | IO[bytes]) -> xlsxwriter.Workbook:
    # In memory: no temporary files. The font is copied because XlsxWriter writes into what it is given.
    book = xlsxwriter.Workbook(path, {"in_memory": True, "default_format_properties": dict(FONT)})
    book.set_properties(_MADE)
    return book
