"""The way back: a base's own workbook with each finding at its cell, which can be corrected and sent again."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import settings as fewer
from hypothesis import strategies as some
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from etl.annotate import AUTHOR, MEMORY_SHEET, annotate
from etl.findings_sheet import ERROR_COLOUR, QUERY_COLOUR, TITLE
from etl.form import load_form
from etl.load import check_files
from tests.builders import Story, cell_of, edit
from tests.etl.annotating import Q1, annotated, at_fault, colour, finding, opened, path, read, sent  # noqa: F401 (fixtures)

AT_RISK = "=+-@\t"


# At the cell


def test_a_finding_stands_at_its_cell_in_both_languages(sent):  # noqa: F811
    cell = opened(annotated(sent, finding("E10")))["Return"]["E10"]
    assert cell.comment.author == AUTHOR
    for words in ("K01", "错误 Error", "English of K01.", "K01的中文。"):
        assert words in cell.comment.text
    assert colour(cell) == ERROR_COLOUR


def test_several_findings_on_a_cell_are_one_comment_in_the_colour_of_the_worst(sent):  # noqa: F811
    result = annotated(sent, finding("E10", "query", code="W01"), finding("E10"), finding("E11", "query"))
    sheet = opened(result)["Return"]
    assert "K01" in sheet["E10"].comment.text
    assert "W01" in sheet["E10"].comment.text
    assert colour(sheet["E10"]) == ERROR_COLOUR
    assert colour(sheet["E11"]) == QUERY_COLOUR


def test_formats_protection_validation_and_panes_are_kept(sent):  # noqa: F811
    before = opened(sent)
    after = opened(annotated(sent, finding("E10"), finding("A6", sheet="Roster")))
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert new.protection.sheet == old.protection.sheet
        assert new.freeze_panes == old.freeze_panes
        assert len(new.data_validations.dataValidation) == len(old.data_validations.dataValidation)
        assert {k: v.width for k, v in new.column_dimensions.items()} == {
            k: v.width for k, v in old.column_dimensions.items()
        }
    old, new = before["Return"]["E10"], after["Return"]["E10"]
    for part in ("number_format", "border", "protection", "font", "alignment"):
        assert repr(getattr(new, part)) == repr(getattr(old, part))


def test_a_blank_cell_keeps_the_format_and_the_freedom_of_its_column(sent):  # noqa: F811
    book = opened(sent)
    place = f"{next(c.column_letter for c in book['Roster'][5] if c.value == 'entry_date')}900"
    cell = opened(annotated(sent, finding(place, sheet="Roster")))["Roster"][place]
    assert cell.number_format == "yyyy-mm-dd"
    assert not cell.protection.locked


def test_a_finding_under_merged_cells_stands_where_they_show(sent):  # noqa: F811
    book = opened(sent)
    book["Return"].merge_cells("J10:K11")
    file = BytesIO()
    book.save(file)
    assert opened(annotated(file.getvalue(), finding("K11")))["Return"]["J10"].comment


# The first sheet


def test_the_list_comes_first_and_leads_to_the_cells(sent):  # noqa: F811
    result = annotated(sent, finding("E10", measure="firms_end", value=61.0), finding(None, sheet=None, code="F02"))
    book = opened(result)
    sheet = book.worksheets[0]
    assert book.active is sheet
    assert sheet["A1"].value == TITLE
    assert [other.title for other in book.worksheets if other.sheet_view.tabSelected] == ["Findings"]
    head = " ".join(str(sheet.cell(row, 1).value) for row in (2, 3, 4))
    for words in ("R1", Q1, "sent.xlsx", "2处错误", "2 errors", "To be corrected"):
        assert words in head
    row = [cell.value for cell in sheet[6]]
    for value in (1, "K01", "Return", "E10", 61, "K01的中文。", "English of K01."):
        assert value in row
    assert load_form().measures["firms_end"].name.en in " ".join(map(str, row))
    (link,) = [cell.hyperlink for line in sheet.iter_rows(min_row=6) for cell in line if cell.hyperlink]
    assert link.location == "'Return'!E10"
    assert link.target is None
    assert sheet.freeze_panes == "A6"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("start", AT_RISK)
def test_text_is_never_a_formula(sent, start):  # noqa: F811
    text = f'{start}HYPERLINK("http://evil","x")'
    book = opened(annotated(sent, finding("E10", value=text, answer=text, measure=text)))
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value == text]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_a_list_of_several_returns_names_base_and_quarter(writer):
    values, _ = Story("R1").quarter(Q1)
    content = writer.history([("R1", Q1, values), ("R1", "2025Q2", values)]).read_bytes()
    returns = read(content)
    returns[1].findings = [finding("C3", "query", sheet="History")]
    book = opened(annotate(content, returns, load_form()) or b"")
    assert {"R1", "2025Q2", "C3"} <= {cell.value for cell in book.worksheets[0][6]}
    assert colour(book["History"]["C3"]) == QUERY_COLOUR


# Where to answer


def header_of(book, sheet, text):
    """The cell of a sheet's header."""
    return next(cell for line in book[sheet].iter_rows(max_row=10) for cell in line if cell.value == text)


def test_a_query_says_in_which_cell_to_answer(sent):  # noqa: F811
    result = annotated(sent, finding("E10", "query"), finding("A7", "query", sheet="Roster"), finding("E12"))
    book = opened(result)
    columns = {name: header_of(book, name, "answer").column_letter for name in ("Return", "Roster")}
    for name, cell, answer in (("Return", "E10", f"{columns['Return']}10"), ("Roster", "A7", f"{columns['Roster']}7")):
        text = book[name][cell].comment.text
        assert f"write the reason in {answer}" in text
        assert f"请在{answer}写明原因" in text
        links = [c.hyperlink.location for line in book.worksheets[0] for c in line if c.hyperlink]
        assert f"'{name}'!{answer}" in links
    assert "reason" not in book["Return"]["E12"].comment.text, "an error is corrected, not answered"


def test_an_answered_query_is_not_asked_again(sent):  # noqa: F811
    cell = opened(annotated(sent, finding("E10", "query", answer="two moved")))["Return"]["E10"]
    assert "two moved" in cell.comment.text
    assert "write the reason" not in cell.comment.text


def test_a_roster_without_a_column_of_answers_is_told_how_to_get_one(sent):  # noqa: F811
    book = opened(sent)
    header_of(book, "Roster", "answer").value = None
    file = BytesIO()
    book.save(file)
    cell = opened(annotated(file.getvalue(), finding("A7", "query", sheet="Roster")))["Roster"]["A7"]
    assert "add a column headed “answer”" in cell.comment.text


def test_the_cell_to_answer_in_is_left_as_it_is(sent):  # noqa: F811
    before, after = opened(sent)["Roster"], opened(annotated(sent, finding("A7", "query", sheet="Roster")))["Roster"]
    answer = header_of(opened(sent), "Roster", "answer").column
    assert ((7, answer) in after._cells) == ((7, answer) in before._cells)


def test_findings_stay_in_the_order_given(sent):  # noqa: F811
    given = [finding("E12", "query", code="W02"), finding("E10", code="K05a"), finding("E11", "query", code="W01")]
    rows = list(opened(annotated(sent, *given)).worksheets[0].iter_rows(min_row=6, values_only=True))
    assert [row[2] for row in rows] == ["W02", "K05a", "W01"]


# Sent again


def test_reading_it_gives_what_was_sent(sent, path, warehouse):  # noqa: F811
    report, _ = at_fault(path, warehouse)
    result = annotate(path.read_bytes(), report.returns, load_form()) or b""
    assert read(result) == read(path.read_bytes())


def test_the_corrected_copy_is_clean_and_has_its_own_look_again(path, warehouse, tmp_path):  # noqa: F811
    clean = path.read_bytes()
    report, place = at_fault(path, warehouse)
    good = opened(clean)["Return"]
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(annotate(path.read_bytes(), report.returns, load_form()) or b"")
    revenue = cell_of(copy, "revenue_amt")
    edit(copy, "Return", **{place: good[place].value, revenue: good[revenue].value})
    (report,) = check_files(warehouse, [copy])
    assert report.returns[0].findings == []
    after = opened(annotate(copy.read_bytes(), report.returns, load_form()) or b"")
    assert MEMORY_SHEET not in after.sheetnames
    assert after.sheetnames.count("Findings") == 1
    for cell in (place, revenue):
        assert after["Return"][cell].comment is None
        assert repr(after["Return"][cell].fill) == repr(good[cell].fill)
        assert after["Return"][cell].number_format == good[cell].number_format


def test_round_after_round_changes_nothing_more(sent):  # noqa: F811
    findings = [finding("E10"), finding("A6", "query", sheet="Roster")]
    once = annotated(sent, *findings)
    twice = annotated(annotated(once, *findings), *findings)
    assert opened(twice).sheetnames == opened(once).sheetnames
    assert opened(twice)["Return"]["E10"].comment.text == opened(once)["Return"]["E10"].comment.text
    last = opened(annotated(twice))
    assert colour(last["Return"]["E10"]) == colour(opened(sent)["Return"]["E10"])
    assert colour(last["Roster"]["A6"]) == colour(opened(sent)["Roster"]["A6"])


def test_the_bases_own_comment_and_colour_come_back(sent):  # noqa: F811
    book = opened(sent)
    book["Return"]["E10"].comment = Comment("Asked Li\n=on Monday", "Wang")
    book["Return"]["E10"].fill = PatternFill("solid", fgColor="00FF00")
    file = BytesIO()
    book.save(file)
    once = annotated(annotated(file.getvalue(), finding("E10")), finding("E10"))
    assert "Asked Li\n=on Monday" in opened(once)["Return"]["E10"].comment.text
    cell = opened(annotated(once))["Return"]["E10"]
    assert (cell.comment.text, cell.comment.author) == ("Asked Li\n=on Monday", "Wang")
    assert colour(cell) == "00FF00"


def test_a_marked_row_that_was_moved_loses_its_marks_too(sent):  # noqa: F811
    book = opened(annotated(sent, finding("A6", sheet="Roster")))
    book["Roster"].move_range("A6:Z6", rows=300)
    book["Roster"]["A306"].fill = PatternFill("solid", fgColor=ERROR_COLOUR)
    book["Roster"]["A306"].comment = Comment(f"{AUTHOR} · 1", "someone")
    file = BytesIO()
    book.save(file)
    cell = opened(annotated(file.getvalue()))["Roster"]["A306"]
    assert (colour(cell), cell.comment) == (colour(opened(sent)["Roster"]["A6"]), None)


def test_a_sheet_of_the_bases_own_called_findings_is_left_alone(sent):  # noqa: F811
    book = opened(sent)
    book.create_sheet("Findings")["B2"] = "ours"
    file = BytesIO()
    book.save(file)
    after = opened(annotated(annotated(file.getvalue(), finding("E10")), finding("E10")))
    assert after["Findings"]["B2"].value == "ours"
    assert after.worksheets[0]["A1"].value == TITLE
    assert len(after.sheetnames) == len(book.sheetnames) + 2


# Nothing lost


def by_hand(cells, roster=(), **options):
    """A form as any program may write it: `cells` of (code, value, format) and roster rows of values."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("Return")
        for row, line in enumerate((("base", "R1"), ("period", Q1), ("type", "regional"), ("code", "value", "answer"))):
            sheet.write_row(row, 0, line)
        for row, (code, value, *form) in enumerate(cells, start=4):
            sheet.write_string(row, 0, code)
            kind = book.add_format({"num_format": form[0]}) if form else None
            if isinstance(value, tuple):
                sheet.write_formula(row, 1, value[0], kind, value[1])
            elif isinstance(value, str):
                sheet.write_string(row, 1, value, kind)
            elif isinstance(value, date | datetime):
                sheet.write_datetime(row, 1, value, kind or book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
            else:
                sheet.write(row, 1, value, kind)
            sheet.write_string(row, 2, "=1+1")
        firms = book.add_worksheet("Roster")
        firms.write_row(0, 0, list(load_form().roster))
        for row, line in enumerate(roster, start=1):
            for col, value in enumerate(line):
                if isinstance(value, date):
                    firms.write_datetime(row, col, value, book.add_format({"num_format": "yyyy-mm-dd"}))
                elif isinstance(value, str):
                    firms.write_string(row, col, value)
                else:
                    firms.write(row, col, value)
    return file.getvalue()


MEASURES = list(load_form().measures)
texts = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
values = some.one_of(
    some.none(),
    some.floats(-9e8, 9e8),
    some.integers(-9 * 10**8, 9 * 10**8),
    some.booleans(),
    texts,
    some.sampled_from([*AT_RISK, "=1+1", "#N/A", " 12 ", "１２", "x" * 5000, "12%", "a\nb", "_x0041_"]),
    some.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)).map(lambda day: day.replace(microsecond=0)),
    some.sampled_from([("=1+2", 3), ("=A1", "text"), ("=1/0", "#DIV/0!"), ("=NA()", "#N/A"), ("=1=1", True)]),
)
formats = some.sampled_from(["General", "0.00", "yyyy-mm-dd", "@", "[h]:mm", "hh:mm"])
firms = some.lists(
    some.tuples(
        some.sampled_from(["91330100MA0000001X", "000000000000000018", "=cmd"]),
        texts,
        texts,
        some.dates(date(1950, 1, 1), date(2100, 1, 1)) | texts | some.integers(0, 10**9),
    ),
    max_size=6,
)


@fewer(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.tuples(values, formats), min_size=1, max_size=12), firms, some.booleans())
def test_no_value_is_lost(cells, roster, since_1904):
    lines = [(code, *cell) for code, cell in zip(MEASURES, cells, strict=False)]
    content = by_hand(lines, roster, **({"date_1904": True} if since_1904 else {}))
    returns = read(content)
    result = annotate(content, returns, load_form())
    assert result is not None
    assert read(result) == read(content)


def test_a_formula_keeps_its_result_and_stays_a_formula(sent):  # noqa: F811
    content = by_hand([("firms_end", ("=40+2", 42)), ("firms_start", ('="a"&"<b"', "a<b"))])
    result = annotated(content, finding("B5"))
    item = read(result)[0]
    assert item.value("firms_end") == 42
    assert not [one for one in item.findings if one.code == "F14"]
    assert opened(result)["Return"]["B5"].value == "=40+2"
    assert openpyxl.load_workbook(BytesIO(result), data_only=True)["Return"]["B6"].value == "a<b"


def test_the_forms_own_checks_keep_formula_and_result(sent):  # noqa: F811
    result = annotated(sent, finding("E10"))
    before, after = (openpyxl.load_workbook(BytesIO(each), data_only=True) for each in (sent, result))
    for name in before.sheetnames:
        for line in before[name].iter_rows():
            for cell in line:
                assert (after[name][cell.coordinate].value or "") == (cell.value or "")


def test_a_number_that_is_no_date_stays_that_number(sent):  # noqa: F811
    content = by_hand([("firms_end", 20260930, "yyyy-mm-dd"), ("firms_start", -5, "yyyy-mm-dd")])
    sheet = zipfile.ZipFile(BytesIO(annotated(content, finding("B5")))).read("xl/worksheets/sheet2.xml")
    assert b"<v>20260930</v>" in sheet
    assert b"<v>-5</v>" in sheet


# What cannot be annotated


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_not_annotated(content):
    assert annotate(content, read(content), load_form()) is None


def test_a_workbook_without_a_return_gets_the_list():
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Other").write(0, 0, 1)
    content = file.getvalue()
    book = opened(annotate(content, read(content), load_form()) or b"")
    assert "F02" in {cell.value for cell in book.worksheets[0][6]}


def test_values_that_would_be_lost_are_not_sent_back():
    """Values under merged cells, which openpyxl drops."""
    content = by_hand([("firms_end", 1), ("firms_start", 2)])
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="B5:B6"/></mergeCells>')
            target.writestr(name, part)
    returns = read(file.getvalue())
    assert returns[0].value("firms_start") == 2
    assert annotate(file.getvalue(), returns, load_form()) is None
