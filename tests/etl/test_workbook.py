"""Cells keep their addresses, and what only looks blank is told apart from a blank."""

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from etl.config import Limits
from etl.form import load_form
from etl.intake import admit
from etl.reading import read_returns
from etl.workbook import Workbook, address, column_letters
from tests.etl.archives import SHEET, packed, parts, workbook


def book(tmp_path, fill) -> bytes:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as made:
        fill(made)
    return path.read_bytes()


@given(st.integers(0, 16_383), st.integers(0, 1_048_575))
def test_addresses_are_excels(col, row):
    assert address(row, col) == openpyxl.utils.get_column_letter(col + 1) + str(row + 1)
    assert column_letters(col) == openpyxl.utils.get_column_letter(col + 1)


@pytest.mark.parametrize("place", ["A1", "B2", "C7", "AA30"])
def test_a_cell_keeps_its_address_though_rows_and_columns_before_it_are_empty(tmp_path, place):
    content = book(tmp_path, lambda made: made.add_worksheet("S").write(place, 42))
    sheet = Workbook(content).sheet("S")
    found = [(address(r, c), cell) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if cell != ""]
    assert found == [(place, 42)]


def test_a_place_beyond_the_sheets_edge_is_blank(tmp_path):
    sheet = Workbook(book(tmp_path, lambda made: made.add_worksheet("S").write("A1", 1))).sheet("S")
    assert sheet.cell(99, 99) == ""


def test_error_cells_and_formulas_without_a_result_are_named_and_saved_results_are_read(tmp_path):
    def fill(made):
        sheet = made.add_worksheet("S")
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B1", "=1+1", None, "")
        sheet.write_formula("C1", "=1+1", None, 2)
        sheet.write_blank("D1", None, made.add_format({"bold": True}))
        sheet.write_string("E1", "#DIV/0!")

    sheet = Workbook(book(tmp_path, fill)).sheet("S")
    assert sheet.broken == {"A1": "#DIV/0!", "B1": "formula"}
    assert sheet.rows[0][2] == 2
    assert sheet.rows[0][4] == "#DIV/0!"


def test_a_formula_whose_result_is_an_empty_text_is_named():
    content = workbook('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>')
    assert Workbook(content).sheet("Return").broken == {"A1": "formula"}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [("<c r='A1' t='e'><v>#N/A</v></c>", "#N/A"), ('<c t = "e" r="A1"><v>#N/A</v></c>', "#N/A"),
     ('<c r="A1"><f>B1</f></c>', "formula"), ('<c r="A1"><f ca="1">B1</f><v/></c>', "formula"),
     ('<c r="A1"><f\n>B1</f></c>', "formula")],
)  # fmt: skip
def test_a_broken_cell_is_found_however_the_xml_is_spelt(cell, fault):
    sheet = Workbook(workbook(f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>')).sheet("Return")
    assert sheet.broken == {"A1": fault}


def test_a_broken_cell_is_found_under_a_namespace_prefix():
    rows = '<x:row r="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row>'
    sheet = SHEET.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet", "</x:worksheet")
    sheet = sheet.replace("<sheetData", "<x:sheetData").replace("</sheetData", "</x:sheetData")
    assert Workbook(workbook(rows, sheet=sheet)).sheet("Return").broken == {"A1": "#N/A"}


def test_a_header_is_found_by_its_texts_wherever_it_stands(tmp_path):
    def fill(made):
        sheet = made.add_worksheet("S")
        sheet.write_row("C9", ["Answer", " VALUE ", "Code"])

    found = Workbook(book(tmp_path, fill)).sheet("S").find_header(["code", "value"])
    assert found == (8, {"answer": 2, "value": 3, "code": 4})


def test_a_row_with_only_some_of_the_texts_is_no_header(tmp_path):
    content = book(tmp_path, lambda made: made.add_worksheet("S").write_row("A1", ["code", "worth"]))
    assert Workbook(content).sheet("S").find_header(["code", "value"]) is None


def test_shared_and_inline_texts_are_read_alike(tmp_path):
    shared = book(tmp_path, lambda made: made.add_worksheet("S").write("A1", "合计"))
    inline = tmp_path / "i.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "S"
    made.active["A1"] = "合计"
    made.save(inline)
    assert Workbook(shared).sheet("S").rows == Workbook(inline.read_bytes()).sheet("S").rows == [["合计"]]


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "other/place.xml"])
def test_a_sheet_is_found_wherever_it_lies_in_the_archive(target):
    content = workbook('<row r="1"><c r="A1"><v>7</v></c></row>', target)
    admit(content, Limits())
    assert Workbook(content).sheet("Return").rows == [[7]]


@given(
    st.binary(min_size=1, max_size=3),
    st.floats(0, 1),
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]),
)
def test_a_damaged_part_is_refused_or_read_but_never_breaks_the_program(junk, where, member):
    members = parts(workbook('<row r="1"><c r="A1" t="str"><v>code</v></c><c r="B1" t="str"><v>value</v></c></row>'))
    at = int(where * len(members[member]))
    members[member] = members[member][:at] + junk + members[member][at + len(junk) :]
    assert read_returns(packed(members), load_form(), Limits())[0].rejected
