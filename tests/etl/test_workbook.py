"""Cells keep their addresses, and what only looks blank is told apart from a blank."""

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from etl.config import Limits
from etl.form import load_form
from etl.intake import Refused, admit
from etl.places import address, column_letters, column_number
from etl.reading import read_returns
from etl.workbook import Workbook
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
    assert column_number(column_letters(col)) == column_number(column_letters(col).lower()) == col


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


@pytest.mark.parametrize("result", ["<v></v>", "<v/>"])
def test_a_formula_whose_result_is_an_empty_text_is_blank(result):
    content = workbook(f'<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f>{result}</c><c r="B1"><v>1</v></c></row>')
    sheet = Workbook(content).sheet("Return")
    assert (sheet.broken, sheet.cell(0, 0)) == ({}, "")


def test_a_formula_of_a_text_without_a_result_is_named():
    content = workbook('<row r="1"><c r="A1" t="str"><f>B1</f></c><c r="B1"><v>1</v></c></row>')
    assert Workbook(content).sheet("Return").broken == {"A1": "formula"}


@pytest.mark.parametrize(
    ("rows", "place"),
    [('<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row>', "B1"),
     ('<row r="3"><c><v>1</v></c></row><row><c/><c t="e"><v>#N/A</v></c></row>', "B4"),
     ('<row/><row><c r="C2"><v>1</v></c><c t="e"><v>#N/A</v></c></row>', "D2"),
     ('<row r="2"><c t="e" r="b2"><v>#N/A</v></c></row>', "B2")],
)  # fmt: skip
def test_a_broken_cell_without_a_reference_stands_after_the_one_before_it(rows, place):
    assert Workbook(workbook(rows)).sheet("Return").broken == {place: "#N/A"}


@given(st.lists(st.lists(st.sampled_from(["", 'r="C{row}"', 't="str"']), max_size=4), max_size=4))
def test_cells_without_references_are_placed_where_they_are_read(lines):
    """Each holds a formula without a result and, with one, a number: the two must not part."""
    rows = [
        "<row>" + "".join(f"<c {cell.replace('{row}', str(number))}><f>1</f><v>7</v></c>" for cell in line) + "</row>"
        for number, line in enumerate(lines, start=1)
        if sum("{row}" in cell for cell in line) < 2
    ]
    try:
        filled = Workbook(workbook("".join(rows))).sheet("Return").rows
        broken = Workbook(workbook("".join(rows).replace("<v>7</v>", ""))).sheet("Return").broken
    except Refused:  # a cell stands there twice
        return
    assert set(broken) == {address(r, c) for r, row in enumerate(filled) for c, cell in enumerate(row) if cell != ""}


@pytest.mark.parametrize("error", ["#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "Err:502"])
def test_an_error_that_the_reader_does_not_know_is_named_and_the_rest_is_read(error):
    content = workbook(f'<row r="1"><c r="A1" t="e"><v>{error}</v></c><c r="B1"><v>1</v></c></row>')
    sheet = Workbook(content).sheet("Return")
    assert (sheet.broken, sheet.rows) == ({"A1": error}, [["", 1]])


@pytest.mark.parametrize(
    "rows",
    ['<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
     '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
     '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData><row r="2"><c r="A2"><v>2</v></c></row>',
     '<row r="1"><c r="A1"><v>4&#53;</v></c></row>', '<row r="1"><c r="A1"><v>4<!-- -->5</v></c></row>',
     '<row r="1"><c r="A1"><v><![CDATA[45]]></v></c></row>'],
)  # fmt: skip
def test_cells_that_could_be_read_in_two_ways_are_refused(rows):
    with pytest.raises(Refused, match="sheet Return holds"):
        Workbook(workbook(rows)).sheet("Return")


@pytest.mark.parametrize(
    "row", ['r="2" hidden="1"', 'r="2" ht="0" customHeight="1"', "ht='0.0' r='2'", 'hidden="true"']
)
def test_a_row_that_nobody_sees_is_known_however_it_is_hidden(row):
    content = workbook(f'<row r="1"><c r="A1"><v>1</v></c></row><row {row}><c r="A2"><v>1</v></c></row>')
    assert Workbook(content).sheet("Return").hidden_rows == {1}


@pytest.mark.parametrize("column", ['hidden="1"', 'width="0" customWidth="1"'])
def test_a_column_that_nobody_sees_is_known_however_it_is_hidden(column):
    columns = f'<cols><col min="2" max="3" {column}/></cols><sheetData>'
    sheet = SHEET.replace("<sheetData>", columns)
    content = workbook('<row r="1" ht="10"><c r="A1"><v>1</v></c></row>', sheet=sheet)
    assert Workbook(content).sheet("Return").hidden_columns == {1, 2}


def test_an_escaped_text_is_read():
    content = workbook('<row r="1"><c r="A1" t="str"><f>B1</f><v>A&amp;B</v></c></row>')
    assert Workbook(content).sheet("Return").rows == [["A&B"]]


def test_two_sheets_of_one_name_are_refused():
    members = parts(workbook('<row r="1"><c r="A1"><v>1</v></c></row>'))
    book = members["xl/workbook.xml"]
    members["xl/workbook.xml"] = book.replace(b"</sheets>", b'<sheet name="Return" sheetId="2" r:id="rId1"/></sheets>')
    with pytest.raises(Refused, match="two of its sheets have the same name"):
        Workbook(packed(members))


@pytest.mark.parametrize("text", ["4_x0000_5", "4&#1;5", "4\x015"])
def test_a_character_that_no_database_takes_is_replaced_by_one_that_can_be_seen(text):
    content = workbook(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')
    assert Workbook(content).sheet("Return").rows == [["4\ufffd5"]]


def test_a_note_beside_a_number_does_not_become_a_digit(tmp_path):
    def fill(made):
        aside = made.add_format({"font_script": 1})
        sheet = made.add_worksheet("S")
        sheet.write_rich_string("A1", "45", aside, "1")
        sheet.write_rich_string("B1", "m", aside, "2")
        sheet.write_string("C1", "45")

    assert Workbook(book(tmp_path, fill)).sheet("S").rows == [["45^1", "m2", "45"]]


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
