"""Writes a table as .xlsx or .csv with its metadata, so that a number that left the product can still be placed."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from dashboard import numbers
from dashboard.tables import Column, Table, Value
from dashboard.view import View
from etl.clock import local, now
from etl.form import load_form
from etl.inert import csv_row
from indicators.repository import Publication

DATA, ABOUT = "Data", "About"
BOM = "\ufeff"
"""By it a spreadsheet program knows that a .csv is UTF-8."""
WIDEST = 48


def metadata(view: View, table: Table, publication: Publication | None) -> list[tuple[str, str]]:
    """What the numbers are: (words, value), for the sheet About and the head of a .csv."""
    say, made = view.say, local(now())
    told = [(say("file.title"), table.title), (say("file.programme"), load_form().programme.name[view.language])]
    if publication:
        told += [
            (say("file.publication"), publication.code),
            (say("file.quarter"), numbers.quarter(publication.period, view.language)),
            (say("file.status"), _status(view, publication)),
            (say("file.as_of"), numbers.day(publication.created_at, view.language)),
            (say("file.method"), publication.method_hash),
            (say("file.definitions"), publication.definitions_hash),
        ]
    told += list(table.about)
    return [*told, (say("file.made"), f"{made:%Y-%m-%d %H:%M}"), (say("file.by"), view.name)]


def _status(view: View, publication: Publication) -> str:
    vintage = view.say(f"vintage.{publication.vintage}")
    return view.say("vintage.unsigned", vintage=vintage) if publication.unsigned else vintage


def as_csv(view: View, table: Table, publication: Publication | None) -> bytes:
    """Lines of metadata that begin with #, then the columns' codes, then the rows."""
    file = StringIO()
    for name, value in metadata(view, table, publication):
        file.write(f"# {_one_line(name)}: {_one_line(value)}\r\n")
    writer = csv.writer(file)
    writer.writerow([column.code for column in table.columns])
    writer.writerows(csv_row(row) for row in table.rows)
    return f"{BOM}{file.getvalue()}".encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_xlsx(view: View, table: Table, publication: Publication | None) -> bytes:
    """Sheet Data: the columns in words, their codes, the rows. Sheet About: the metadata. Texts are written as texts."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        styles = {
            "words": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "code": book.add_format({"font_size": 9, "font_color": "#55616D", "bottom": 1}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _data(book.add_worksheet(DATA), view, table, styles)
        sheet = book.add_worksheet(ABOUT)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 80)
        for line, (name, value) in enumerate(metadata(view, table, publication)):
            sheet.write_string(line, 0, name, styles["words"])
            sheet.write_string(line, 1, value, styles["wrapped"])
    return file.getvalue()


def _data(sheet: Any, view: View, table: Table, styles: dict[str, Any]) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, _head(view, column), styles["words"])
        sheet.write_string(1, place, column.code, styles["code"])
        sheet.set_column(place, place, _width(column, [row[place] for row in table.rows]))
    for line, row in enumerate(table.rows, start=2):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif value is not None:
                sheet.write_number(line, place, value)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(2, len(table.rows) + 1), len(table.columns) - 1)


def _head(view: View, column: Column) -> str:
    return f"{column.words} ({numbers.unit_name(column.unit, view.language)})" if column.unit else column.words


def _width(column: Column, values: Sequence[Value]) -> int:
    texts = [len(value) for value in values if isinstance(value, str)]
    return min(WIDEST, max(12, len(column.code) + 3, *texts) if texts else max(12, len(column.code) + 3))
