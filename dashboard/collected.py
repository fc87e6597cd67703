"""Writes a quarter's collected returns as a workbook: sheet Returns, one row a base; sheet About, what it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from dashboard import review_words, texts
from dashboard.urls import State
from dashboard.view import View
from etl.catalogue import Text
from etl.clock import local, now
from etl.form import load_form
from indicators.repository.collection import CollectedReturn, Collection

RETURNS, ABOUT = "Returns", "About"
CAPTIONS, HEADER, FIRST = 0, 1, 2
"""The rows of sheet Returns: captions in both languages, codes, then the bases."""


@dataclass(frozen=True)
class Column:
    """What stands in a column of sheet Returns; its words are board.column.<code>."""

    code: str
    width: int
    cell: Callable[[CollectedReturn], Any]


COLUMNS = (
    Column("code", 9, lambda row: row.reporting.base.code),
    Column("name_en", 30, lambda row: row.reporting.base.name.en),
    Column("name_zh", 22, lambda row: row.reporting.base.name.zh),
    Column("type", 12, lambda row: row.reporting.base.type),
    Column("province", 9, lambda row: row.reporting.base.province),
    Column("state", 11, lambda row: row.reporting.state),
    Column("timely", 9, lambda row: _timely(row)),
    Column("days_late", 9, lambda row: review_words.days_late(row.reporting) or None),
    Column("due", 11, lambda row: row.reporting.due),
    Column("first_valid", 11, lambda row: row.reporting.first_valid),
    Column("submitted", 11, lambda row: row.reporting.first_submitted),
    Column("accepted", 11, lambda row: row.reporting.accepted),
    Column("version", 8, lambda row: row.version.version if row.version else None),
    Column("values_from", 12, lambda row: row.version.state if row.version else None),
)


def _timely(row: CollectedReturn) -> str | None:
    if row.reporting.overdue:
        return "overdue"
    return None if row.reporting.late is None else "late" if row.reporting.late else "in time"


def workbook(found: Collection, shown: View, state: State) -> bytes:
    """The file. Every text is written as text, whatever it begins with."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        styles = {
            "text": book.add_format({"valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "number": book.add_format({"num_format": "#,##0"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "caption": book.add_format({"text_wrap": True, "valign": "top", "font_size": 9, "font_color": "#55616D"}),
            "header": book.add_format({"bold": True, "bottom": 1}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _returns(book.add_worksheet(RETURNS), found, styles)
        _about(book.add_worksheet(ABOUT), found, shown, state, styles)
    return file.getvalue()


def both(key: str, **places: object) -> Text:
    return Text(en=texts.speaker("en")(key, **places), zh=texts.speaker("zh")(key, **places))


# Sheet Returns -----------------------------------------------------------------------------------------------------------


def _returns(sheet: Any, found: Collection, styles: dict[str, Any]) -> None:
    measures = list(load_form().measures.values())
    for col, column in enumerate(COLUMNS):
        words = both(f"board.column.{column.code}")
        _head(sheet, col, column.code, _short(words), column.width, styles)
    for col, measure in enumerate(measures, start=len(COLUMNS)):
        unit = load_form().unit(measure.unit)
        words = Text(en=f"{measure.full_name.en} ({unit.en})", zh=f"{measure.full_name.zh}({unit.zh})")
        _head(sheet, col, measure.code, words, 14, styles)
    for line, row in enumerate(found.rows, start=FIRST):
        for col, column in enumerate(COLUMNS):
            _write(sheet, line, col, column.cell(row), styles)
        for col, measure in enumerate(measures, start=len(COLUMNS)):
            _write(sheet, line, col, row.values.get(measure.code), styles, measure.value_type)
    last = max(FIRST, FIRST + len(found.rows) - 1)
    sheet.set_row(CAPTIONS, 64)
    sheet.autofilter(HEADER, 0, last, len(COLUMNS) + len(measures) - 1)
    sheet.freeze_panes(FIRST, 3)


def _head(sheet: Any, col: int, code: str, words: Text, width: int, styles: dict[str, Any]) -> None:
    sheet.write_string(CAPTIONS, col, f"{words.zh}\n{words.en}", styles["caption"])
    sheet.write_string(HEADER, col, code, styles["header"])
    sheet.set_column(col, col, width)


def _short(words: Text) -> Text:
    """A definition's first words, up to its colon."""
    return Text(en=words.en.split(":")[0], zh=words.zh.split("：")[0])


def _write(sheet: Any, line: int, col: int, value: Any, styles: dict[str, Any], kind: str = "") -> None:
    match value:
        case None:
            pass  # blank is not 0
        case date():
            sheet.write_datetime(line, col, value, styles["date"])
        case int() | float():
            sheet.write_number(line, col, value, styles["amount" if kind == "amount" else "number"])
        case _:
            sheet.write_string(line, col, str(value), styles["text"])


# Sheet About -------------------------------------------------------------------------------------------------------------


def _about(sheet: Any, found: Collection, shown: View, state: State, styles: dict[str, Any]) -> None:
    form, made = load_form(), local(now())
    kind = form.types[state.type].name if state.type else both("choose.all_types")
    told = [
        (both("board.about.programme"), form.programme.name),
        (both("board.about.what"), both("board.about.what_told", quarter=found.quarter.period)),
        (both("board.about.bases"), Text(en=str(len(found.rows)), zh=str(len(found.rows)))),
        (both("choose.type"), kind),
        (both("choose.area"), _area(shown, state)),
        (both("board.about.due"), Text(en=str(found.quarter.due), zh=str(found.quarter.due))),
        (both("board.about.made"), Text(en=f"{made:%Y-%m-%d %H:%M}", zh=f"{made:%Y-%m-%d %H:%M}")),
        (both("board.about.by"), Text(en=shown.name, zh=shown.name)),
        (both("board.about.values"), both("board.about.values_told")),
        (both("board.about.blank"), both("board.about.blank_told")),
        (both("board.about.firms"), both("board.about.firms_told")),
    ]
    rows = [(*_pair(name), *_pair(text)) for name, text in told]
    rows += [("", "", "", ""), (*_pair(both("board.about.columns")), "", "")]
    rows += [(column.code, "", *_pair(both(f"board.column.{column.code}"))) for column in COLUMNS]
    rows += [(measure.code, "", *_pair(_defined(measure))) for measure in form.measures.values()]
    for col, width in enumerate((22, 22, 70, 90)):
        sheet.set_column(col, col, width)
    for line, cells in enumerate(rows):
        for col, text in enumerate(cells):
            if text:
                sheet.write_string(line, col, text, styles["wrapped"])


def _pair(text: Text) -> tuple[str, str]:
    return text.zh, text.en


def _defined(measure: Any) -> Text:
    guide = measure.guide or Text(en="", zh="")
    return Text(en=f"{measure.full_name.en}. {guide.en}".strip(), zh=f"{measure.full_name.zh}。{guide.zh}".strip())


def _area(shown: View, state: State) -> Text:
    """The chosen area; without one, the viewer's own."""
    form = load_form()
    code = state.province or (shown.place or "" if shown.scope.role == "province" else "")
    if code in form.provinces:
        return form.provinces[code].name
    return form.regions[state.region].name if state.region else both("choose.everywhere")
