"""What a reader of a history workbook could pass over: each is named at its cell."""

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from etl.config import Limits
from etl.findings import MOST_IN_ALL
from etl.form import load_form
from etl.reading import read_returns
from tests.builders import Story

Q1 = "2025Q1"


@pytest.fixture
def history(writer, tmp_path):
    """A history of three rows, opened; and how to read it once it is saved."""
    values, _ = Story("R1").quarter(Q1)
    path = writer.history([(base, Q1, values) for base in ("R1", "R2", "R3")])
    book = openpyxl.load_workbook(path)

    def read():
        book.save(path)
        items = read_returns(path.read_bytes(), load_form(), Limits())
        return items, [(finding.code, finding.cell) for finding in items[0].findings]

    return book, read


def test_a_historys_column_with_values_but_no_header_is_named(history):
    book, read = history
    place = f"{get_column_letter(book['History'].max_column + 1)}3"
    book["History"][place] = 5
    assert read()[1] == [("F35", place)]


def test_a_historys_hidden_and_merged_rows_are_named(history):
    book, read = history
    book["History"].row_dimensions[3].hidden = True
    book["History"].merge_cells("C2:C4")
    assert read()[1] == [("F26", "A3"), ("F27", "C3"), ("F27", "C4")]


def test_a_hidden_history_is_named(history):
    book, read = history
    book.create_sheet("shown")
    book["History"].sheet_state = "hidden"
    assert read()[1] == [("F24", None)]


def test_what_concerns_the_whole_sheet_is_told_in_full_once_and_every_return_is_refused(history):
    book, read = history
    letters = [get_column_letter(book["History"].max_column + 1 + i) for i in range(300)]
    for place in letters:
        book["History"][f"{place}1"] = f"x{place}"
    items, found = read()
    assert found == [("F10", f"{place}1") for place in letters[:MOST_IN_ALL]]
    assert "100 more cells" in items[0].findings[-1].message.en
    for item in items[1:]:
        (finding,) = item.findings
        assert (finding.code, finding.severity) == ("F10", "error")
        assert f"({MOST_IN_ALL - 1} more) is listed with the return in row 2" in finding.message.en
