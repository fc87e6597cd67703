"""The form: what is in it for whom, what is filled in already, and that what is written is what is read."""

import re
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.config import Limits
from etl.load import check_files
from etl.numbers import is_blank, plain_text
from etl.reading import read_returns
from etl.template import write_form, write_history
from tests.builders import cell_of, credit_code, load
from tests.etl.forms import FORM, KINDS, ROSTER_HEADER, a_base, column, roster_of, written
from tests.etl.test_cli import run


def read(path):
    (item,) = read_returns(path.read_bytes(), FORM, Limits())
    return item


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_asks_for_the_measures_of_the_type_and_no_others(tmp_path, kind):
    asked = [measure.code for measure in FORM.measures_of(kind)]
    assert column(written(tmp_path, kind), "Return", "code") == asked


def test_a_measure_that_is_not_asked_is_not_there(tmp_path):
    assert "bond_amt" not in column(written(tmp_path, "university"), "Return", "code")
    assert "bond_amt" in column(written(tmp_path, "regional"), "Return", "code")


@pytest.mark.parametrize("kind", KINDS)
def test_the_roster_has_the_columns_of_the_type(tmp_path, kind):
    sheet = openpyxl.load_workbook(written(tmp_path, kind))["Roster"]
    head = next(row for row in sheet.iter_rows(values_only=True) if "uscc" in row)
    assert [value for value in head if value] == [*(column.code for column in FORM.roster_of(kind)), "answer"]
    assert ("bond" in head) == (kind in ("regional", "enterprise"))


def test_the_head_says_whose_form_it_is(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path))["Return"]
    head = {row[0]: row[1] for row in sheet.iter_rows(max_row=5, values_only=True)}
    assert (head["base"], head["period"], head["type"]) == ("B1", "2026Q3", "regional")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_reads_as_a_return_of_blanks_without_a_fault(tmp_path, kind):
    item = read(written(tmp_path, kind))
    assert item.findings == []
    assert (item.base, item.period, item.stated_type) == ("B1", "2026Q3", kind)
    assert item.entries.keys() == {measure.code for measure in FORM.measures_of(kind)}
    assert {entry.value for entry in item.entries.values()} == {None}
    assert len(item.roster) == 0


def test_last_quarters_closing_number_is_filled_in_as_this_quarters_opening_one(warehouse, writer, tmp_path):
    one = next(writer.quarters("R1", "regional", ("2025Q1",)))
    load(warehouse, one.path)
    out = tmp_path / "next.xlsx"
    assert run("template", "--base", "R1", "--period", "2025Q2", "--out", out)[0] == 0
    item = read(out)
    assert item.value("firms_start") == one.values["firms_end"]
    assert [code for code, entry in item.entries.items() if entry.value is not None] == ["firms_start"]
    assert one.values["trainees"] in column(out, "Return", "last_quarter")


def test_equal_contents_give_equal_files(tmp_path):
    assert written(tmp_path).read_bytes() == written(tmp_path).read_bytes()


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30)
ANSWER = st.one_of(
    TEXT, st.sampled_from(["=1+1", "@A1", "+5", "-5", "http://x.y", "mailto:a@b.c", "'5", "007", "TRUE", "  a"])
)
VALUE = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e9).map(lambda value: round(value, 2)))
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@quick
@given(st.sampled_from(KINDS), st.data())
def test_what_is_written_is_read_back(tmp_path, kind, data):
    codes = [measure.code for measure in FORM.measures_of(kind)]
    values = data.draw(st.dictionaries(st.sampled_from(codes), VALUE))
    answers = data.draw(
        st.dictionaries(st.sampled_from(codes), ANSWER.filter(lambda text: not is_blank(text)), max_size=4)
    )
    item = read(written(tmp_path, kind, values=values, answers=answers))
    assert {finding.code for finding in item.findings} <= {"F29"}, "a number for an answer where the value is blank"
    assert {code: entry.value for code, entry in item.entries.items() if entry.value is not None} == values
    told = {code: entry.answer for code, entry in item.entries.items() if entry.answer is not None}
    assert told == {code: plain_text(text) for code, text in answers.items()}


@quick
@given(st.lists(TEXT.filter(lambda text: not is_blank(text)), min_size=1, max_size=5), st.data())
def test_a_roster_is_read_back(tmp_path, names, data):
    day = st.dates(date(2000, 1, 1), date(2040, 1, 1))
    roster = [
        {
            "uscc": credit_code(i), "firm_name": name, "entry_date": data.draw(day), "status": "exited",
            "status_date": data.draw(day), "employees": data.draw(st.integers(0, 10**6)),
            "revenue": data.draw(VALUE), "hightech": data.draw(st.sampled_from(["yes", "no", None])),
        }
        for i, name in enumerate(names)
    ]  # fmt: skip
    item = read(written(tmp_path, roster=roster))
    assert item.findings == []
    for i, firm in enumerate(roster):
        firm["firm_name"] = plain_text(firm["firm_name"])
        assert {code: item.roster.columns[code][i] for code in firm} == firm


def test_every_value_is_read_from_the_cell_that_it_says(tmp_path):
    values = {measure.code: float(i) for i, measure in enumerate(FORM.measures_of("regional"))}
    path = written(tmp_path, values=values)
    item, sheet = read(path), openpyxl.load_workbook(path)["Return"]
    for code, value in values.items():
        assert sheet[item.cell(code)].value == value
        assert item.cell(code) == cell_of(path, code)


def test_rows_and_columns_may_be_moved_because_all_is_found_by_header(tmp_path):
    path = written(tmp_path, values={"trainees": 7.0})
    book = openpyxl.load_workbook(path)
    book["Return"].insert_rows(8, 3)
    book["Return"].insert_cols(3, 2)
    book.save(path)
    assert read(path).value("trainees") == 7


# The roster's answers


def test_an_answer_in_a_roster_row_is_read_with_its_row(tmp_path):
    firms = roster_of(3)
    firms[1]["answer"] = "=迁入前已在孵"
    item = read(written(tmp_path, roster=firms))
    assert item.findings == []
    assert item.roster.answers == [None, "=迁入前已在孵", None]


def test_an_answer_alone_is_no_firm(tmp_path):
    path = written(tmp_path, roster=roster_of(1))
    book = openpyxl.load_workbook(path)
    answer = next(cell for cell in book["Roster"][ROSTER_HEADER] if cell.value == "answer")
    book["Roster"].cell(ROSTER_HEADER + 9, answer.column).value = "a note"
    book.save(path)
    assert len(read(path).roster) == 1


def test_a_query_on_a_firm_is_answered_in_the_firms_row(warehouse, writer, tmp_path):
    told = next(writer.quarters("R1", "regional", ("2025Q1",)))
    told.roster[0]["industry_code"] = "Z99"
    told.roster[1]["industry_code"] = "Z98"
    told.roster[1]["answer"] = "新行业,暂无代码"
    path = writer.form_of("R1", "2025Q1", told.values, told.roster)
    (report,) = check_files(warehouse, [path])
    (item,) = report.returns
    assert [(finding.code, finding.answer, finding.open) for finding in item.findings] == [
        ("R06", None, True), ("R06", "新行业,暂无代码", False),
    ]  # fmt: skip


def test_an_older_form_without_that_column_is_read_without_a_fault(warehouse, writer):
    told = next(writer.quarters("R1", "regional", ("2025Q1",)))
    book = openpyxl.load_workbook(told.path)
    answer = next(cell for cell in book["Roster"][ROSTER_HEADER] if cell.value == "answer")
    book["Roster"].delete_cols(answer.column)
    book.save(told.path)
    (report,) = check_files(warehouse, [told.path])
    assert report.returns[0].findings == []
    assert report.returns[0].roster.answers == []


# What it tells


def test_the_first_sheet_says_when_it_is_due_and_whom_to_ask(tmp_path):
    path = tmp_path / "f.xlsx"
    write_form(path, FORM, a_base(), "2026Q3", due=date(2026, 10, 20))
    sheet = openpyxl.load_workbook(path)["Instructions"]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for words in ("Due: 2026-10-20", "报送期限:2026-10-20", "provincial coordinator of Zhejiang", "浙江", "空白不等于0",
                  "A blank is not 0", "Answering a query"):  # fmt: skip
        assert words in text
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert {sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight} <= {None, 1, "1"}, "on one page"


def test_the_command_tells_the_due_day_of_the_quarter(warehouse, tmp_path):
    out = tmp_path / "r.xlsx"
    assert run("template", "--base", "R1", "--period", "2025Q2", "--out", out)[0] == 0
    assert "2025-07-20" in str(openpyxl.load_workbook(out)["Return"]["C3"].value)


def test_a_form_can_be_written_into_memory(tmp_path):
    file = BytesIO()
    write_form(file, FORM, a_base(), "2026Q3")
    assert file.getvalue() == written(tmp_path).read_bytes()


def test_what_is_no_number_is_refused_when_a_roster_is_written(tmp_path):
    with pytest.raises(ValueError, match="nan"):
        written(tmp_path, roster=roster_of(1, employees=float("nan")))


def test_days_of_every_age_are_written_as_excel_counts_them(tmp_path):
    days = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(1949, 10, 1), date(2026, 9, 30)]
    firms = [firm | {"reg_date": day} for firm, day in zip(roster_of(len(days)), days, strict=True)]
    part = zipfile.ZipFile(written(tmp_path, roster=firms)).read("xl/worksheets/sheet3.xml").decode()
    assert re.findall(r'<c r="D\d+" s="\d+"><v>(\d+)</v>', part) == ["1", "59", "61", "18172", "46295"]


def test_a_history_is_read_back(tmp_path):
    rows = [
        ("B1", "2026Q1", {"trainees": 1.0, "loan_amt": 2.25}),
        ("B2", "2026Q1", {}),
        ("B1", "2026Q2", {"trainees": 0.0}),
    ]
    path = tmp_path / "h.xlsx"
    write_history(path, FORM, rows)
    items = read_returns(path.read_bytes(), FORM, Limits())
    found = [(i.base, i.period, {c: e.value for c, e in i.entries.items() if e.value is not None}) for i in items]
    assert found == rows


def test_the_roster_prints_in_pages_that_can_be_read(tmp_path):
    """A4, some columns a page, and on each page whose row it is."""
    sheet = openpyxl.load_workbook(written(tmp_path))["Roster"]
    assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert sheet.print_title_cols == "$A:$B"
