"""Plain cells are set aside unread; nothing that is odd may hide among them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from etl import parts
from etl.config import Limits
from etl.intake import Refused, admit
from etl.places import address
from etl.sieve import sieve
from etl.workbook import Workbook
from tests.etl.archives import SHEET, workbook

PLAIN = (
    '<c r="{}"><v>7</v></c>',
    '<c r="{}"/>',
    '<c r="{}" s="12" t="b"><v>1</v></c>',
    '<c r="{}" s="3"><v>-1.5E-3</v></c>',
)
"""As spreadsheet programs spell a number, a blank, a truth value."""
ODD = (
    '<c r="{}" t="e"><v>#N/A</v></c>', '<c r="{}" t="e"><v>#SPILL!</v></c>', '<c r="{}"><f>1</f></c>',
    '<c r="{}"><f>1</f><v>4</v></c>', '<c r="{}"><v>4&#53;</v></c>', '<c r="{}"><v>4<!-- -->5</v></c>',
    '<!-- <c r="{}"><v>1</v></c> -->', '<c t="e" r="{}"><v>#N/A</v></c>', "<c r='{}'><v>8</v></c>", '<c r="{}">',
    '<c r="{}" t="e"><c r="Z1"><v>1</v></c></c>', '<c r="{}"><f>1</f><c r="Z1"><v>1</v></c></c>', '<c r="{}" t="e">',
    '<c><v>9</v></c>', '<c t="e"><v>#N/A</v></c>', '<x:c r="{}"><v>1</v></x:c>', '<c r="XFD1"><v>1</v></c>', "</c>",
    '<c r="{}" t="inlineStr"><is><t>a&amp;b&#1;_x0001_</t></is></c>', '<c r="{}" t="str"><v>&lt;c</v></c>',
    '<c r="{}" t="inlineStr"><is><r><rPr><vertAlign val="superscript"/></rPr><t>45</t></r></is></c>',
    '<c r="AAAA1"/>', '<c r="A1"/>', '<c r="B00000001"><v>3</v></c>', "<c ", "<v ", "<v>", "</v>", "&#53;", '"', ">", "<",
    "</sheetData><sheetData>", '</row><row r="7" hidden="1">', '</row><row hidden="1">', '</row><row ht="0" r="8">',
    "</row><row>", "<row ", "<f>", ":c ", "\1",
)  # fmt: skip
"""As they do not, or rarely, or as nobody but an attacker does."""


NUMBERS = (1, -2.5, 1e-9, 1.5e300)


def by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for row in range(50):
            sheet.write_row(row, 0, NUMBERS, bold if row % 2 else None)
        sheet.write_blank("B7", None, bold)
        sheet.write("C7", "text")


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for _ in range(50):
        sheet.append(NUMBERS)
    sheet["B7"], sheet["B8"] = None, True
    sheet["B7"].font = Font(bold=True)
    book.save(path)


def spelt_oddly(rows: str) -> str:
    """With an attribute that means nothing in each cell, so that none is plain."""
    return re.sub(r'(<c r="[A-Z]+\d+")', r'\1 vm="0"', rows)


def outcome(content: bytes) -> object:
    """What admission and reading make of a workbook: its refusal, or its one sheet."""
    try:
        return Workbook(content, admit(content, Limits(cells=100_000))).sheet("Return")
    except Refused as refused:
        return str(refused)


def searched_whole(content: bytes) -> object:
    with patch.object(parts, "is_plain", return_value=False):
        return outcome(content)


def rows_of(lines: Sequence[Sequence[str]]) -> str:
    rows = ""
    for row, line in enumerate(lines):
        cells = (cell.format(address(row, col)) for col, cell in enumerate(line))
        rows += f'<row r="{row + 1}">{"".join(cells)}</row>'
    return rows


ROWS = st.lists(st.lists(st.sampled_from(PLAIN * 8 + ODD), max_size=6), max_size=6).map(rows_of)


@given(ROWS)
def test_what_is_read_does_not_depend_on_the_sieve(rows):
    whole = SHEET.format(rows=spelt_oddly(rows)).encode()
    assert sieve(whole).rest == whole
    assert sieve(whole)[1:] == sieve(SHEET.format(rows=rows).encode())[1:]
    assert searched_whole(workbook(spelt_oddly(rows))) == searched_whole(workbook(rows)) == outcome(workbook(rows))


@given(ROWS)
def test_what_is_found_in_the_rest_is_what_is_found_in_the_whole(rows):
    """Also in a sheet that the reader would not take."""
    whole = SHEET.format(rows=rows).encode()
    sieved = sieve(whole)
    if parts.is_plain(sieved):
        assert parts.placed(whole, "S") == whole
        for find in (parts.broken_cells, parts.hidden_lines, parts.may_hold_controls, parts.raised):
            assert listed(find(sieved.rest)) == listed(find(whole))


def listed(found: object) -> object:
    return list(found) if isinstance(found, Iterator) else found


@pytest.mark.parametrize("opens", ['<c r="A1" t="e">', '<c r="A1"><f>1</f>'])
def test_a_cell_does_not_take_the_end_of_a_plain_one(opens):
    assert parts.is_plain(sieve(f"{opens}<v>1</v></c>".encode()))
    assert not parts.is_plain(sieve(f'{opens}<c r="B1"><v>1</v></c></c>'.encode()))
    assert not parts.is_plain(sieve(f'{opens}<c r="B1"><v>1</v></c>'.encode()))


@pytest.mark.parametrize("odd", ODD)
def test_an_oddity_among_plain_cells_is_found(odd):
    first, second = ("".join(f'<c r="{column}{row}"><v>1</v></c>' for column in "ABCDE") for row in (1, 2))
    content = workbook(f'<row r="1">{first}{odd.format("F1")}</row><row r="2">{second}</row>')
    assert outcome(content) == searched_whole(content)


def test_what_stands_around_plain_cells_does_not_grow_together():
    assert sieve(b'<c r="A1"/><<c r="B1"/>!-- <c r="C1"/><c r="D1"/>').rest == b"<<>!-- "


@pytest.mark.parametrize("make", [by_xlsxwriter, by_openpyxl])
def test_numbers_and_blanks_are_plain_whichever_program_writes_them(tmp_path, make):
    """Otherwise nothing would be gained."""
    path = tmp_path / "b.xlsx"
    make(path)
    sieved = admit(path.read_bytes(), Limits())["xl/worksheets/sheet1.xml"]
    assert (sieved.columns, sieved.rows) == (4, 50)
    assert b"<c" not in sieved.rest[sieved.rest.index(b"<sheetData") :]
    assert not sieved.twice
