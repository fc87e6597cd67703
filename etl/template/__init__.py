"""Writes a base's workbook: the return form with what is known filled in, the roster, live checks, and how to fill it.

The same writer makes the forms that bases download, the sample programme's returns and, as a history workbook, an
archive of earlier quarters. The reader finds every part by its header, so the layout may change freely.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, cast

import xlsxwriter

from etl.form import Form
from etl.reading import BASE, HISTORY_SHEET, PERIOD, RECEIVED, RETURN_SHEET, ROSTER_SHEET
from etl.registry import Base
from etl.template.checks import write_checks
from etl.template.figures import write_return
from etl.template.filling import Filling
from etl.template.firms import write_roster
from etl.template.guide import GUIDE_SHEET, INSTRUCTIONS_SHEET, write_guide, write_instructions
from etl.template.layout import Layout, layout_of
from etl.template.live import CHECKS_SHEET, Live, live_of
from etl.template.sheet import FormSheet
from etl.template.style import ACCENT, FONT, INPUT_TAB, Heading, styles_of

__all__ = ["Filling", "write_form", "write_history"]

_MADE = {"created": datetime(2000, 1, 1)}  # equal contents give equal bytes, whenever they were written

Target = Path | IO[bytes]
"""A file's name, or an open binary file, such as one in memory."""


def write_form(
    target: Target, form: Form, base: Base, period: str, filling: Filling | None = None, due: date | None = None
) -> None:
    """Writes one base's form for one quarter, to a file whose folder must exist, or into an open one. `due`: the day
    that it tells."""
    filling = filling or Filling()
    heading = Heading(form, base, period, due)
    layout, live = _planned(form, base.type, period)
    with _open(target) as book:
        styles = styles_of(book)
        write_instructions(_sheet(book, INSTRUCTIONS_SHEET), heading, styles)
        figures = _sheet(book, RETURN_SHEET, INPUT_TAB)
        write_return(figures, heading, filling, layout, live, styles)
        if form.roster:
            write_roster(_sheet(book, ROSTER_SHEET, INPUT_TAB), heading, layout, filling, styles)
        write_checks(_sheet(book, CHECKS_SHEET, ACCENT), heading, layout, live, styles)
        write_guide(_sheet(book, GUIDE_SHEET), heading, styles)
        figures.activate()


def _sheet(book: xlsxwriter.Workbook, name: str, tab: str = "") -> FormSheet:
    sheet = cast(FormSheet, book.add_worksheet(name, FormSheet))
    if tab:
        sheet.set_tab_color(tab)
    return sheet


@cache
def _planned(form: Form, base_type: str, period: str) -> tuple[Layout, Live]:
    layout = layout_of(form, base_type)
    return layout, live_of(form, base_type, period, layout)


def write_history(
    target: Target,
    form: Form,
    rows: Iterable[tuple[str, str, Mapping[str, float]]],
    received: Mapping[tuple[str, str], date] | None = None,
) -> None:
    """Writes a history workbook: one row for each (base, period) with its values, and where it is known the day on which
    it came in."""
    with _open(target) as book:
        header = book.add_format({"bold": True})
        sheet = book.add_worksheet(HISTORY_SHEET)
        days = [RECEIVED] if received else []
        sheet.write_row(0, 0, [BASE, PERIOD, *form.measures, *days], header)
        look = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 2)
        for line, (base, period, values) in enumerate(rows, start=1):
            sheet.write_string(line, 0, base)
            sheet.write_string(line, 1, period)
            for col, code in enumerate(form.measures, start=2):
                if (value := values.get(code)) is not None:
                    sheet.write_number(line, col, value)
            if received and (base, period) in received:
                sheet.write_datetime(line, 2 + len(form.measures), received[base, period], look)  # type: ignore[arg-type]


def _open(target: Target) -> xlsxwriter.Workbook:
    # In memory: no temporary files. The font is copied because XlsxWriter writes into what it is given.
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_format_properties": dict(FONT)})
    book.set_properties(_MADE)
    return book
