"""What a reader could take for blank, or for nothing: each is read right or named at its cell."""

from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from etl import overlooked
from etl.annotate import MEMORY_SHEET
from etl.findings import MOST_ALIKE
from etl.findings_sheet import NAME
from etl.form import load_form
from etl.load import check_files
from etl.template.guide import GUIDE_SHEET, INSTRUCTIONS_SHEET
from etl.template.live import CHECKS_SHEET
from tests.builders import Story, cell_of, credit_code, edit
from tests.etl.archives import packed, parts
from tests.etl.forms import FIRST_FIRM, ROSTER_HEADER

Q1 = "2025Q1"


@pytest.fixture
def told(writer):
    """A good return of a regional base."""
    return next(writer.quarters("R1", "regional", (Q1,)))


@pytest.fixture
def book(told):
    """The same, opened to be changed."""
    return openpyxl.load_workbook(told.path)


@pytest.fixture
def check(warehouse, told, book):
    """Saves the changed workbook and checks it: (its return, what was found as (code, cell))."""

    def check():
        book.save(told.path)
        (report,) = check_files(warehouse, [told.path])
        (item,) = report.returns
        return item, [(finding.code, finding.cell) for finding in item.findings]

    return check


def column(book, code: str) -> str:
    """The letters of a roster column."""
    return next(cell.column_letter for cell in book["Roster"][ROSTER_HEADER] if cell.value == code)


def values(item) -> dict[str, float]:
    return {code: entry.value for code, entry in item.entries.items() if entry.value is not None}


# Hidden


@pytest.mark.parametrize("sheet", ["Return", "Roster"])
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_that_is_read_is_named(book, check, sheet, state):
    book[sheet].sheet_state = state
    item, found = check()
    assert ("F24", None) in found
    assert item.rejected


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_another_hidden_sheet_is_asked_about_when_it_holds_values(book, check, state):
    book.create_sheet("notes").sheet_state = state
    assert check()[1] == []
    book["notes"]["C3"] = 5
    item, found = check()
    assert found == [("F25", None)]
    assert item.verdict == "queries"
    assert item.findings[0].sheet == "notes"


def test_our_own_sheets_may_be_hidden(book, check):
    assert {INSTRUCTIONS_SHEET, GUIDE_SHEET, CHECKS_SHEET, NAME, MEMORY_SHEET} == overlooked.OUR_SHEETS
    for name in (INSTRUCTIONS_SHEET, GUIDE_SHEET, CHECKS_SHEET):
        book[name].sheet_state = "hidden"
    book.create_sheet(MEMORY_SHEET).sheet_state = "veryHidden"
    book[MEMORY_SHEET]["A1"] = "Return"
    assert check()[1] == []


def test_a_hidden_row_is_read_and_asked_about_at_its_value(told, book, check):
    place = cell_of(told.path, "trainees")
    book["Return"].row_dimensions[int(place[1:])].hidden = True
    item, found = check()
    assert found == [("F26", place)]
    assert values(item) == told.values


def test_a_hidden_row_can_be_answered_like_any_query(told, book, check):
    place = cell_of(told.path, "trainees")
    book["Return"].row_dimensions[int(place[1:])].hidden = True
    book["Return"][cell_of(told.path, "trainees", "answer")] = "meant so"
    item, found = check()
    assert found == [("F26", place)]
    assert item.findings[0].measure == "trainees"
    assert item.verdict == "clean"


def test_rows_that_a_filter_hides_are_asked_about_once_for_each_run(book, check):
    first, second = FIRST_FIRM, FIRST_FIRM + 3
    for row in (first, first + 1, second):
        book["Roster"].row_dimensions[row].hidden = True
    item, found = check()
    assert found == [("F26", f"A{first}"), ("F26", f"A{second}")]
    assert f"rows {first}–{first + 1} of sheet Roster" in item.findings[0].message.en
    assert f"第{first}–{first + 1}行" in item.findings[0].message.zh


def test_a_hidden_column_of_values_is_asked_about_and_one_that_is_not_read_is_not(told, book, check):
    place = cell_of(told.path, "trainees")
    book["Return"].column_dimensions["C"].hidden = True
    assert check()[1] == []
    book["Return"].column_dimensions[place[0]].hidden = True
    item, ((code, cell),) = check()
    assert (code, cell[0]) == ("F26", place[0])
    assert values(item) == told.values


def test_hidden_rows_and_columns_without_values_are_nobodys_business(book, check):
    sheet = book["Roster"]
    sheet.row_dimensions[900].hidden = True
    sheet.column_dimensions.group("BA", "XFD", hidden=True)
    assert check()[1] == []


# Merged


def test_a_value_under_a_merge_is_named_at_its_own_cell(told, book, check):
    first, second = cell_of(told.path, "firms_start"), cell_of(told.path, "firms_entered")
    book["Return"].merge_cells(f"{first}:{second}")
    item, found = check()
    assert ("F27", second) in found
    assert item.value("firms_start") == told.values["firms_start"]


def test_a_value_that_a_label_was_merged_over_is_named(told, book, check):
    place = cell_of(told.path, "trainees")
    book["Return"].merge_cells(f"B{place[1:]}:{place}")
    assert ("F27", place) in check()[1]


def test_a_merge_that_begins_at_the_value_is_read(told, book, check):
    place = cell_of(told.path, "trainees")
    book["Return"].merge_cells(f"{place}:{chr(ord(place[0]) + 1)}{place[1:]}")
    item, found = check()
    assert found == []
    assert values(item) == told.values


def test_firms_merged_into_one_cell_are_named(book, check):
    book["Roster"].merge_cells(f"A{FIRST_FIRM}:A{FIRST_FIRM + 1}")
    assert ("F27", f"A{FIRST_FIRM + 1}") in check()[1]


# Dates


def test_dates_in_the_1904_system_are_read_right(told, book, check):
    book.epoch = CALENDAR_MAC_1904
    item, found = check()
    assert found == []
    assert item.roster.columns["entry_date"] == [firm["entry_date"] for firm in told.roster]


def test_a_date_typed_as_text_is_read(told, book, check):
    book["Roster"][f"{column(book, 'entry_date')}{FIRST_FIRM}"] = "2023年5月8日"
    item, found = check()
    assert found == []
    assert item.roster.columns["entry_date"][0] == date(2023, 5, 8)


@pytest.mark.parametrize("typed", [45_054, "45054", "20230508"])
def test_a_number_for_a_date_is_named_with_the_day_it_may_mean(book, check, typed):
    cell = book["Roster"][f"{column(book, 'entry_date')}{FIRST_FIRM}"]
    cell.value, cell.number_format = typed, "General"
    item, found = check()
    assert found == [("F16", cell.coordinate)]
    assert "2023-05-08" in item.findings[0].message.en
    assert "2023-05-08" in item.findings[0].message.zh


# Numbers


@pytest.mark.parametrize(
    "typed", ["１２", " 12 ", "12\u3000", "\u200b12", "12\u00a0", "\ufeff12", "1２", "+12", "12.0"]
)
def test_a_number_typed_as_text_is_read_right(told, book, check, typed):
    book["Return"][cell_of(told.path, "mentors")] = typed
    assert check()[0].value("mentors") == 12


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12%", "0.12"), ("3万", "3 where the row"), ("1.5亿", "150,000,000 where it does not"), ("(123)", "-123"), ("1.234,5", "1,234.5"),
     ("1e5", "100,000"), ("1 000", "1,000"), ("1\u00a0000", "1,000"), ("12人", "12"), ("约30", "30"), ("-", "enter 0"),
     ("无", "enter 0"), ("/", "enter 0"), ("N/A", "enter 0")],
)  # fmt: skip
def test_a_text_that_may_mean_a_number_is_named_with_what_it_may_mean(told, book, check, typed, meant):
    place = cell_of(told.path, "trainees")
    book["Return"][place] = typed
    item, found = check()
    assert found == [("F09", place)]
    assert meant in item.findings[0].message.en


def test_a_code_that_lost_its_last_digits_as_a_number_is_named(book, check):
    book["Roster"][f"A{FIRST_FIRM}"] = 913301000000000123
    assert ("F36", f"A{FIRST_FIRM}") in check()[1]


# Beside the table, below it, above it


def test_a_value_in_a_row_without_a_code_is_named(told, book, check):
    below = f"{cell_of(told.path, 'trainees')[0]}{book['Return'].max_row + 2}"
    book["Return"][below] = 7
    assert check()[1] == [("F28", below)]


def test_a_note_below_the_table_is_not(told, book, check):
    below = f"{cell_of(told.path, 'trainees')[0]}{book['Return'].max_row + 2}"
    book["Return"][below] = "填报人:王五"
    assert check()[1] == []


@pytest.mark.parametrize("beside", ["answer", "new"])
def test_a_number_beside_a_blank_value_is_named(told, book, check, beside):
    place = cell_of(told.path, "trainees")
    answer = cell_of(told.path, "trainees", "answer")
    wrong = answer if beside == "answer" else f"{get_column_letter(book['Return'].max_column + 2)}{place[1:]}"
    book["Return"][place], book["Return"][wrong] = None, 35
    assert ("F29", wrong) in check()[1]


def test_a_number_beside_a_value_is_a_note(told, book, check):
    book["Return"][f"{get_column_letter(book['Return'].max_column + 2)}{cell_of(told.path, 'trainees')[1:]}"] = 35
    assert check()[1] == []


def test_a_label_in_place_of_a_code_is_named_and_so_is_the_row_that_is_missed(told, book, check):
    place = "A" + cell_of(told.path, "trainees")[1:]
    book["Return"][place] = load_form().measures["trainees"].name.zh
    assert {("F10", place)} < set(check()[1])


@pytest.mark.parametrize("header", ["value", "answer", "code"])
def test_a_header_that_stands_there_twice_is_named(book, check, header):
    row = next(cell.row for cell in book["Return"]["A"] if cell.value == "code")
    place = f"{get_column_letter(book['Return'].max_column + 1)}{row}"
    book["Return"][place] = header
    assert check()[1] == [("F39", place)]


# The roster's columns


def test_columns_in_another_order_are_read_right(told, book, check):
    sheet = book["Roster"]
    for line in sheet.iter_rows(min_row=ROSTER_HEADER, max_row=ROSTER_HEADER + len(told.roster)):
        shown = [(cell.value, cell.number_format) for cell in line]
        for cell, (value, style) in zip(line, reversed(shown), strict=True):
            cell.value, cell.number_format = value, style
    item, found = check()
    assert found == []
    assert item.roster.columns["employees"] == [firm["employees"] for firm in told.roster]


def test_rows_in_another_order_are_read_right(told, book, check):
    first, second = cell_of(told.path, "trainees"), cell_of(told.path, "mentors")
    for a, b in ((first, second), *(("A" + x[1:], "A" + y[1:]) for x, y in [(first, second)])):
        book["Return"][a].value, book["Return"][b].value = book["Return"][b].value, book["Return"][a].value
    item, _ = check()
    assert values(item) == told.values


def test_a_column_that_was_renamed_is_missed_and_its_values_are_named(book, check):
    place = f"{column(book, 'hires')}{ROSTER_HEADER}"
    book["Roster"][place] = "hire"
    item, found = check()
    assert {("F20", f"A{ROSTER_HEADER}"), ("F34", place)} <= set(found)
    assert item.rejected


def test_a_column_of_the_bases_own_is_asked_about_and_blocks_nothing(book, check):
    letters = get_column_letter(book["Roster"].max_column + 1)
    book["Roster"][f"{letters}{ROSTER_HEADER}"] = "备注"
    assert check()[1] == []
    book["Roster"][f"{letters}{FIRST_FIRM}"] = "重点企业"
    item, found = check()
    assert found == [("F34", f"{letters}{ROSTER_HEADER}")]
    assert not item.rejected


def test_values_in_a_column_without_a_header_are_named_at_the_first(book, check):
    place = f"{get_column_letter(book['Roster'].max_column + 2)}{FIRST_FIRM}"
    book["Roster"][place] = 3
    assert check()[1] == [("F34", place)]


def test_a_roster_column_that_stands_there_twice_is_named(book, check):
    place = f"{get_column_letter(book['Roster'].max_column + 1)}{ROSTER_HEADER}"
    book["Roster"][place] = "hires"
    assert check()[1] == [("F39", place)]


def test_a_row_with_values_only_where_nothing_is_read_is_named(told, book, check):
    letters = get_column_letter(book["Roster"].max_column + 1)
    place = f"{letters}{FIRST_FIRM + 2 + len(told.roster)}"
    book["Roster"][place] = "杭州某公司"
    assert ("F38", place) in check()[1]


def test_a_fault_of_many_rows_is_named_at_twenty_and_counted(warehouse, writer):
    values, roster = Story("R1", size=60).quarter(Q1)
    path = writer.form_of("R1", Q1, values, [firm | {"industry_code": None} for firm in roster])
    letters = column(openpyxl.load_workbook(path), "hires")
    edit(path, "Roster", **{f"{letters}{FIRST_FIRM + i}": "two" for i in range(len(roster))})
    (report,) = check_files(warehouse, [path])
    found = [finding for finding in report.returns[0].findings if finding.code == "F09"]
    assert len(found) == MOST_ALIKE
    assert f"{len(roster) - MOST_ALIKE} more rows" in found[-1].message.en


# Other sheets


@pytest.mark.parametrize("source", ["Return", "Roster"])
@pytest.mark.parametrize("name", ["", "我的副本"])
def test_a_second_sheet_that_looks_like_a_return_is_named(book, check, source, name):
    copy = book.copy_worksheet(book[source])
    copy.title = name or f"{source} (2)"
    item, found = check()
    assert ("F37", None) in found
    assert copy.title in item.findings[0].message.en


def test_a_return_beside_a_history_is_named(book, check):
    book.create_sheet("History").append(["base", "period", "trainees"])
    assert check()[1] == [("F37", None)]


def test_other_sheets_with_other_things_are_nobodys_business(book, check):
    book.create_sheet("台账").append(["日期", datetime(2025, 1, 2), 5])
    assert check()[1] == []


def test_an_unknown_error_on_another_sheet_is_nobodys_business(warehouse, told, book):
    book.create_sheet("台账").append(["#N/A"])
    book.save(told.path)
    members = parts(told.path.read_bytes())
    told.path.write_bytes(packed({name: text.replace(b"<v>#N/A<", b"<v>&lt;<") for name, text in members.items()}))
    (report,) = check_files(warehouse, [told.path])
    assert report.returns[0].findings == []


def test_a_firm_of_an_odd_code_keeps_its_text(told, book, check):
    book["Roster"][f"A{FIRST_FIRM}"] = f" {credit_code(77).lower()}\u200b"
    item, _ = check()
    assert item.roster.columns["uscc"][0] == credit_code(77).lower()
