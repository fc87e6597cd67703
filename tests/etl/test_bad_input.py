"""What cannot be right: a finding with its cell and what to do, in both languages, and nothing loaded."""

import re

import openpyxl
import pytest
import xlsxwriter

from tests.builders import cell_of, codes, dump, edit, load
from tests.etl.archives import packed, parts
from tests.etl.forms import FIRST_FIRM, ROSTER_HEADER

Q1 = "2025Q1"
QUIET = ("workbook", "return_version", "return_event", "finding")
"""Tables in which a refused file leaves its trace: that it came, and why it was refused."""


@pytest.fixture
def told(writer):
    """A good return of a university."""
    return next(writer.quarters("U1", "university", (Q1,)))


def untouched(engine) -> dict:
    return {name: rows for name, rows in dump(engine).items() if name not in QUIET}


def refusal(engine, path):
    """Loads a file that must be refused whole; (its report, the errors)."""
    before = untouched(engine)
    (report,) = load(engine, path)
    assert report.rejected
    assert untouched(engine) == before, "nothing may enter the warehouse"
    errors = [finding for item in report.returns for finding in item.findings if finding.severity == "error"]
    for finding in errors:
        assert len(finding.message.en) > 30
        assert any("一" <= letter <= "鿿" for letter in finding.message.zh)
    return report, errors


def without_sheet(path, sheet):
    book = openpyxl.load_workbook(path)
    del book[sheet]
    book.save(path)
    return path


def test_a_missing_return_sheet(warehouse, told):
    _, (finding,) = refusal(warehouse, without_sheet(told.path, "Return"))
    assert finding.code == "F02"
    assert "Return" in finding.message.en


def test_a_missing_roster_sheet(warehouse, told):
    _, (finding,) = refusal(warehouse, without_sheet(told.path, "Roster"))
    assert (finding.code, finding.sheet) == ("F02", "Roster")


def test_text_where_a_number_belongs(warehouse, told):
    cell = cell_of(told.path, "trainees")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell: "about 30"}))
    assert (finding.code, finding.sheet, finding.cell, finding.measure) == ("F09", "Return", cell, "trainees")
    assert "about 30" in finding.message.en


@pytest.mark.parametrize("text", ["12%", "3万", "12,34", "1e3", "TRUE", "-", "N/A", "1 000"])
def test_text_whose_meaning_is_not_certain_is_never_guessed(warehouse, told, text):
    cell = cell_of(told.path, "trainees")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell: text}))
    assert (finding.code, finding.cell) == ("F09", cell)


def test_a_truth_value_is_no_number(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell_of(told.path, "trainees"): True}))
    assert finding.code == "F09"


@pytest.mark.parametrize("period", ["2026-Q3", "Q3 2026", "2026Q5", "2026", ""])
def test_a_quarter_that_is_none(warehouse, told, period):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", B3=period or None))
    assert (finding.code, finding.cell) == ("F06", "B3")


def test_a_quarter_that_is_not_open(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", B3="2031Q1"))
    assert (finding.code, finding.cell) == ("F07", "B3")
    assert "2031Q1" in finding.message.en


def test_an_unknown_base(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", B2="U77"))
    assert (finding.code, finding.cell) == ("F05", "B2")
    assert "U77" in finding.message.en


def test_no_base_at_all(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", B2=None))
    assert (finding.code, finding.cell) == ("F04", "B2")


def test_the_form_of_another_type(warehouse, told):
    _, errors = refusal(warehouse, edit(told.path, "Return", B4="regional"))
    assert [(finding.code, finding.cell) for finding in errors] == [("F21", "B4")]


def test_a_measure_that_is_not_asked_of_the_type(warehouse, told):
    book = openpyxl.load_workbook(told.path)
    sheet = book["Return"]
    row = sheet.max_row + 1
    sheet.cell(row, 1, "bond_amt")
    column = next(cell.column for line in sheet.iter_rows() for cell in line if cell.value == "value")
    place = sheet.cell(row, column, 5).coordinate
    book.save(told.path)
    _, errors = refusal(warehouse, told.path)
    assert [(e.code, e.cell, e.measure) for e in errors if e.code == "K15"] == [("K15", place, "bond_amt")]


def test_an_unknown_code(warehouse, told):
    cell = "A" + cell_of(told.path, "trainees")[1:]
    _, errors = refusal(warehouse, edit(told.path, "Return", **{cell: "trainee"}))
    assert ("F10", cell) in [(finding.code, finding.cell) for finding in errors]
    assert "F12" in [finding.code for finding in errors], "and the row of the right code is missed"


def test_a_code_twice(warehouse, told):
    cell = "A" + cell_of(told.path, "trainees")[1:]
    _, errors = refusal(warehouse, edit(told.path, "Return", **{cell: "jobs_new"}))
    assert ("F11", cell) in [(finding.code, finding.cell) for finding in errors]


def test_the_header_row_gone(warehouse, told):
    sheet = openpyxl.load_workbook(told.path)["Return"]
    header = next(cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value == "value")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{header: "wert"}))
    assert finding.code == "F03"


def test_a_roster_without_a_column_it_needs(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Roster", **{f"A{ROSTER_HEADER}": "code"}))
    assert (finding.code, finding.sheet) == ("F03", "Roster")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("status", "left", "F17"), ("hightech", "maybe", "F17"), ("entry_date", "last May", "F16"),
     ("hires", "two", "F09"), ("uscc", None, "F18"), ("status", None, "F18")],
)  # fmt: skip
def test_a_roster_cell_that_cannot_be_read(warehouse, told, column, value, code):
    head = [cell.value for cell in openpyxl.load_workbook(told.path)["Roster"][ROSTER_HEADER]]
    cell = f"{openpyxl.utils.get_column_letter(head.index(column) + 1)}{FIRST_FIRM + 1}"
    _, errors = refusal(warehouse, edit(told.path, "Roster", **{cell: value}))
    assert (code, "Roster", cell) in [(finding.code, finding.sheet, finding.cell) for finding in errors]


def test_the_date_of_leaving_is_needed_of_firms_that_left(warehouse, told):
    head = [cell.value for cell in openpyxl.load_workbook(told.path)["Roster"][ROSTER_HEADER]]
    place = {name: openpyxl.utils.get_column_letter(head.index(name) + 1) for name in ("status", "status_date")}
    path = edit(
        told.path, "Roster", **{f"{place['status']}{FIRST_FIRM}": "exited", f"{place['status_date']}{FIRST_FIRM}": None}
    )
    _, errors = refusal(warehouse, path)
    assert ("F18", f"{place['status_date']}{FIRST_FIRM}") in [(finding.code, finding.cell) for finding in errors]


@pytest.mark.parametrize("value", ["#DIV/0!", "#N/A"])
def test_an_error_cell_is_not_a_blank(warehouse, told, value):
    cell = cell_of(told.path, "trainees")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell: value}))
    assert (finding.code, finding.cell) == ("F13", cell)
    assert value in finding.message.en


def test_a_formula_that_was_never_calculated_is_not_a_blank(warehouse, told):
    cell = cell_of(told.path, "trainees")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell: "=1+1"}))
    assert (finding.code, finding.cell) == ("F14", cell)


def test_a_number_too_large_to_be_one(warehouse, told):
    _, errors = refusal(warehouse, edit(told.path, "Return", **{cell_of(told.path, "trainees"): "9" * 400}))
    assert {finding.code for finding in errors} == {"F09"}


@pytest.mark.parametrize("number", [b"1e999", b"nan", b"-inf"])
def test_a_number_that_is_not_finite(warehouse, told, number):
    cell = cell_of(told.path, "trainees")
    members = parts(told.path.read_bytes())
    sheet = next(name for name, text in members.items() if b">trainees<" in text or name.endswith("sheet2.xml"))
    members[sheet] = re.sub(
        rb'(<c r="' + cell.encode() + rb'"[^>]*>)<v>[^<]*</v>', rb"\1<v>" + number + rb"</v>", members[sheet]
    )
    told.path.write_bytes(packed(members))
    _, errors = refusal(warehouse, told.path)
    assert [(finding.code, finding.cell) for finding in errors] == [("F09", cell)]


def test_a_form_without_its_type_still_misses_the_rows_that_are_gone(warehouse, told):
    cell = "A" + cell_of(told.path, "trainees")[1:]
    _, errors = refusal(warehouse, edit(told.path, "Return", A4=None, **{cell: None}))
    assert "F12" in [finding.code for finding in errors]


def test_every_fault_of_a_file_is_told_at_once(warehouse, told):
    cells = {cell_of(told.path, code): "x" for code in ("trainees", "mentors", "jobs_new")}
    _, errors = refusal(warehouse, edit(told.path, "Return", **cells))
    assert sorted(cells) == sorted(finding.cell for finding in errors if finding.code == "F09")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_a_file_that_is_no_workbook_gives_one_return_without_base_and_period(warehouse, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    report, (finding,) = refusal(warehouse, path)
    assert [(item.base, item.period, item.verdict) for item in report.returns] == [(None, None, "rejected")]
    assert finding.code == "F01"


def history(tmp_path, lines):
    path = tmp_path / "h.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("History")
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line)
    return path


def test_a_history_names_the_cell_of_an_unknown_base_wherever_its_column_stands(warehouse, tmp_path):
    path = history(tmp_path, [["jobs_new", "period", "base"], [1, Q1, "R77"]])
    _, (finding,) = refusal(warehouse, path)
    assert (finding.code, finding.sheet, finding.cell) == ("F05", "History", "C2")


def test_a_history_names_the_cell_of_a_quarter_that_is_not_open(warehouse, tmp_path):
    _, (finding,) = refusal(warehouse, history(tmp_path, [["base", "period", "jobs_new"], ["R1", "2031Q1", 1]]))
    assert (finding.code, finding.cell) == ("F07", "B2")


def test_a_history_with_a_column_twice_is_refused_because_nobody_knows_which_is_meant(warehouse, tmp_path):
    _, errors = refusal(warehouse, history(tmp_path, [["base", "period", "trainees", "trainees"], ["R1", Q1, 1, 2]]))
    assert ("F11", "D1") in [(finding.code, finding.cell) for finding in errors]


def test_a_history_with_an_unknown_column_is_refused_at_its_header(warehouse, tmp_path):
    _, errors = refusal(warehouse, history(tmp_path, [["base", "period", "trainee"], ["R1", Q1, 1]]))
    assert ("F10", "C1") in [(finding.code, finding.cell) for finding in errors]


def test_a_history_without_rows_says_so(warehouse, tmp_path):
    (report,) = load(warehouse, history(tmp_path, [["base", "period", "trainees"]]))
    assert [(item.base, item.period, item.verdict) for item in report.returns] == [(None, None, "rejected")]


def test_a_text_past_the_limit_is_refused_not_cut(warehouse, told):
    path = edit(told.path, "Roster", **{f"B{FIRST_FIRM}": "x" * 1001})
    _, (finding,) = refusal(warehouse, path)
    assert (finding.code, finding.cell) == ("F19", f"B{FIRST_FIRM}")


def test_an_answer_past_the_limit_is_refused_not_cut(warehouse, told):
    answer = cell_of(told.path, "trainees", "answer")
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{answer: "x" * 1001}))
    assert (finding.code, finding.cell) == ("F19", answer)


def test_a_form_without_its_answers_header_is_refused(warehouse, told):
    header = next(
        cell.coordinate for row in openpyxl.load_workbook(told.path)["Return"].iter_rows() for cell in row
        if cell.value == "answer"
    )  # fmt: skip
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{header: "reason"}))
    assert (finding.code, finding.sheet) == ("F03", "Return")
    assert "answer" in finding.message.en


def test_a_number_with_a_character_that_no_database_takes_is_no_number(warehouse, told):
    _, (finding,) = refusal(warehouse, edit(told.path, "Return", **{cell_of(told.path, "trainees"): "45_x0000_"}))
    assert (finding.code, finding.value) == ("F09", "45\ufffd")


def test_an_open_query_blocks_nothing(warehouse, told):
    (report,) = load(warehouse, edit(told.path, "Return", **{cell_of(told.path, "trainees"): None}))
    assert codes(report) == ["K17"]
    assert report.returns[0].verdict == "queries"


def test_an_answered_query_is_clean(warehouse, told):
    cell = cell_of(told.path, "trainees")
    answer = cell_of(told.path, "trainees", "answer")
    (report,) = load(warehouse, edit(told.path, "Return", **{cell: None, answer: "the register burnt"}))
    assert report.returns[0].verdict == "clean"
