"""The form as Excel takes it: no part that it would repair, rules for what is typed, protection, where one begins."""

import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from etl.config import Limits
from etl.rules.live import LONGEST_FORMULA
from etl.template.validation import MESSAGE_LENGTH, TITLE_LENGTH
from tests.builders import cell_of
from tests.etl.forms import FORM, KINDS, ROSTER_HEADER, column, roster_of, written

# What Excel demands of a workbook, so that it opens without a word about repairs


@pytest.fixture(scope="module", params=KINDS)
def parts(request, tmp_path_factory):
    """A filled form's parts: name → bytes."""
    values = {measure.code: 1.0 for measure in FORM.measures_of(request.param)}
    path = written(tmp_path_factory.mktemp("parts"), request.param, values=values, roster=roster_of(3))
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(parts):
    return [(name, ElementTree.fromstring(part)) for name, part in parts.items() if name.startswith("xl/worksheets/s")]


def test_every_part_is_well_formed_xml(parts):
    for name, part in parts.items():
        ElementTree.fromstring(part), name


def test_sheet_names_are_such_as_excel_takes(parts):
    names = [sheet.get("name") for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")]
    assert names == ["Instructions", "Return", "Roster", "Checks", "Guide"]
    assert not [name for name in names if len(name) > 31 or set(name) & set("[]:*?/\\")]


def test_messages_of_validations_are_no_longer_than_excel_takes(parts):
    found = 0
    for name, sheet in sheets(parts):
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            found += 1
            assert len(rule.get("promptTitle", "")) <= TITLE_LENGTH, name
            assert len(rule.get("errorTitle", "")) <= TITLE_LENGTH, name
            assert len(rule.get("prompt", "")) <= MESSAGE_LENGTH, name
            assert len(rule.get("error", "")) <= MESSAGE_LENGTH, name
            assert rule.get("type") in ("whole", "decimal", "date", "list", "textLength")
            for formula in rule:
                assert len(formula.text) <= 255 + 2, (name, formula.text)
    assert found > 80


def test_formulas_are_short_and_hold_only_functions_that_every_excel_knows(parts):
    known = {"ABS", "AND", "COLUMN", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "FIND", "IF", "IFERROR", "INT",
             "ISNUMBER", "LEN", "MAX", "MID", "MIN", "MOD", "N", "NOT", "OR", "SUM", "SUMIFS", "SUMPRODUCT"}  # fmt: skip
    found = 0
    for name, sheet in sheets(parts):
        for tag in ("f", "formula", "formula1", "formula2"):
            for formula in sheet.iter(f"{MAIN}{tag}"):
                found += 1
                text = re.sub(r'"[^"]*"', '""', formula.text or "")
                assert len(formula.text or "") <= LONGEST_FORMULA, name
                assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", text)) <= known, (name, formula.text)
                assert text.count("(") == text.count(")"), (name, formula.text)
                assert most_arguments(text) <= 255, name
    assert found > 200


def most_arguments(formula):
    """The largest number of arguments of any function in a formula."""
    counts, most = [1], 1
    for character in formula:
        if character == "(":
            counts.append(1)
        elif character == ")":
            most = max(most, counts.pop())
        elif character == ",":
            counts[-1] += 1
    return most


def test_the_rules_for_colours_point_at_formats_that_are_there(parts):
    formats = len(ElementTree.fromstring(parts["xl/styles.xml"]).find(f"{MAIN}dxfs"))
    used = [int(rule.get("dxfId")) for _, sheet in sheets(parts) for rule in sheet.iter(f"{MAIN}cfRule")]
    assert len(used) > 10
    assert max(used) < formats


def test_cells_come_in_order_and_once(parts):
    for name, sheet in sheets(parts):
        rows = [int(row.get("r")) for row in sheet.iter(f"{MAIN}row")]
        assert rows == sorted(set(rows)), name
        for row in sheet.iter(f"{MAIN}row"):
            columns = [column_index_from_string(coordinate_from_string(cell.get("r"))[0]) for cell in row]
            assert columns == sorted(set(columns)), name


# What may be typed where


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_has_a_rule_a_word_before_and_a_word_when_it_does_not_fit(tmp_path, kind):
    book = openpyxl.load_workbook(written(tmp_path, kind))
    last = ROSTER_HEADER + Limits().roster_rows
    for name, inputs in (
        ("Return", [cell.coordinate for row in book["Return"] for cell in row if not cell.protection.locked]),
        ("Roster", [f"{cell.column_letter}{row}" for cell in book["Roster"][ROSTER_HEADER] for row in (6, last)]),
    ):
        rules = book[name].data_validations.dataValidation
        for place in inputs:
            (rule,) = [rule for rule in rules if place in rule.sqref]
            assert (rule.showErrorMessage, rule.showInputMessage) == (True, True), (name, place)
            for text in (rule.prompt, rule.error):
                assert re.search("[\u4e00-\u9fff].*[a-z]{3}", text, re.DOTALL), (name, place, text)


def rule_at(sheet, place):
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if place in rule.sqref]
    return rule


def test_a_count_is_whole_and_within_its_range(tmp_path):
    path = written(tmp_path)
    rule, measure = (
        rule_at(openpyxl.load_workbook(path)["Return"], cell_of(path, "firms_end")),
        FORM.measures["firms_end"],
    )
    assert (rule.type, rule.operator or "between") == ("whole", "between")
    assert (float(rule.formula1), float(rule.formula2)) == (measure.min, measure.max)


@pytest.mark.parametrize(
    ("column", "kind", "first", "second"),
    [
        ("uscc", "textLength", "18", "18"),
        ("status", "list", '"incubating,graduated,exited,closed"', None),
        ("hightech", "list", '"yes,no"', None),
        ("entry_date", "date", "61", "46295"),
        ("employees", "whole", "0", None),
        ("revenue", "decimal", "0", "100000000"),
        ("answer", "textLength", "0", "1000"),
    ],
)
def test_what_a_roster_column_takes(tmp_path, column, kind, first, second):
    sheet = openpyxl.load_workbook(written(tmp_path))["Roster"]
    cell = next(cell for cell in sheet[ROSTER_HEADER] if cell.value == column)
    rule = rule_at(sheet, f"{cell.column_letter}400")
    assert (rule.type, rule.formula1) == (kind, first)
    assert rule.formula2 == second


def test_units_stand_in_the_headers_in_both_languages(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path))
    captions = {below.value: above.value for above, below in zip(book["Roster"][4], book["Roster"][5], strict=True)}
    assert captions["revenue"] == "本季营业收入 (万元)\nRevenue this quarter (10k yuan)"
    assert captions["uscc"].startswith("* "), "what must be filled has a star"
    assert "万元 10k yuan" in column(tmp_path / "f.xlsx", "Return", "unit")


# What is protected, and where one begins


def test_only_inputs_can_be_changed_and_nothing_asks_for_a_password(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, roster=roster_of(2)))
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    free = {cell.coordinate for row in book["Return"] for cell in row if not cell.protection.locked}
    columns = {cell.value: cell.column_letter for cell in book["Return"][8]}
    assert {place.rstrip("0123456789") for place in free} == {columns["value"], columns["answer"]}
    assert len(free) == 2 * len(FORM.measures_of("regional"))
    assert all(cell.protection.locked for row in book["Roster"]["A1:AE5"] for cell in row)


def test_rows_can_be_added_sorted_and_filtered_in_the_roster(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path))["Roster"]
    for action in ("insertRows", "deleteRows", "sort", "autoFilter"):
        assert getattr(sheet.protection, action) is False, "False: not protected against"
    assert [d.protection.locked for d in sheet.column_dimensions.values()] == [False] * len(sheet.column_dimensions)
    assert max(dimension.max for dimension in sheet.column_dimensions.values()) == 16_384


def test_it_opens_on_the_first_cell_to_fill(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, values={"space_total_sqm": 5.0}))
    assert book.active.title == "Return"
    first = cell_of(tmp_path / "f.xlsx", "space_firms_sqm")
    assert [view.activeCell for view in book["Return"].sheet_view.selection if view.pane == "bottomRight"] == [first]


def test_the_words_before_a_choice_say_what_its_codes_mean(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path))["Roster"]
    letter = {cell.value: cell.column_letter for cell in sheet[ROSTER_HEADER]}
    assert "incubating 在孵" in rule_at(sheet, f"{letter['status']}6").prompt
    assert "overseas 海外人才" in rule_at(sheet, f"{letter['founder_group']}6").prompt
