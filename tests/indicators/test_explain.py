"""From a number back to its cells: the file is opened again, and the cell does hold the operand."""

import openpyxl
import pytest

from etl.form import load_form
from etl.registry import Registry
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import load_definitions
from indicators.explain import Unexplained, explain
from indicators.results import reason
from tests import warehouses
from tests.builders import QUARTERS, Writer, cell_of, edit, load, programme

LAST = QUARTERS[-1]
DEFINITIONS = load_definitions()


def told(engine, base, code, period=LAST):
    with engine.connect() as connection:
        return explain(connection, load_form(), DEFINITIONS, Registry(connection), base, period, code)


def reported(engine, folder):
    """R1 by single returns, U1 by a history workbook; by name."""
    programme(engine, folder)
    writer = Writer(engine, folder)
    single = list(writer.quarters("R1", "regional", QUARTERS[-5:]))
    path = writer.archive({"U1": "university"})
    load(engine, *(one.path for one in single), path)
    return {path.name: path for path in (*(one.path for one in single), path)}


@pytest.fixture
def files(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, reported)


@pytest.mark.parametrize(("base", "kind"), [("R1", "regional"), ("U1", "university")])
def test_every_operand_of_every_indicator_stands_in_the_cell_that_is_named(warehouse, files, base, kind):
    books = {name: openpyxl.load_workbook(path, data_only=True) for name, path in files.items()}
    seen = 0
    for indicator in DEFINITIONS.of_type(kind):
        for operand in told(warehouse, base, indicator.code).operands:
            if operand.measure == "bond_amt" and kind == "university":
                assert operand.cell is None, "it is not asked of a university"
                continue
            sheet = books[operand.file][operand.sheet]
            assert sheet[operand.cell].value == operand.value
            row, seen = sheet[operand.cell].row, seen + 1
            if base == "R1":
                assert operand.period in operand.file, "an earlier quarter's operand stands in an earlier file"
                assert sheet.cell(row, 1).value == operand.measure
            else:
                assert (sheet.cell(row, 1).value, sheet.cell(row, 2).value) == (base, operand.period)
    assert seen > 100


def test_an_indicator_that_is_not_for_the_type_is_missing_for_that_reason(warehouse, files):
    assert told(warehouse, "U1", "COL02").missing == "not_asked"


def test_the_explained_value_is_the_computed_one(warehouse, files):
    form = load_form()
    with warehouse.connect() as connection:
        registry = Registry(connection)
        panel = read_cube(connection, form, registry)
        values = Computed.of(form, DEFINITIONS, registry, panel).values
    for code in DEFINITIONS.indicators:
        for quarter, period in enumerate(QUARTERS):
            for base in ("R1", "U1", "E1"):
                found, of = told(warehouse, base, code, period), values[code]
                value = of.value[quarter, panel.bases.index(base)]
                assert found.value == (None if value != value else value)
                reason = found.missing
                assert (reason is None) == (value == value), (code, base, period)


def test_a_quarter_before_the_first_return_is_missing_for_the_same_reason_on_both_ways(warehouse, writer):
    """The programme opened 2025Q1, but the first return of all came in for 2025Q4."""
    load(warehouse, writer.archive({"R1": "regional"}, QUARTERS[3:4]))
    form = load_form()
    with warehouse.connect() as connection:
        registry = Registry(connection)
        panel = read_cube(connection, form, registry)
        of = Computed.of(form, DEFINITIONS, registry, panel).values["EMP01"]
    assert told(warehouse, "R1", "EMP01", QUARTERS[3]).missing == reason(int(of.why[-1, panel.bases.index("R1")]))


def test_a_blank_operand_has_no_cell_and_makes_the_value_missing(warehouse, writer):
    one = next(writer.quarters("R1", "regional", (LAST,), {LAST: {"mentors": None}}))
    load(warehouse, one.path)
    found = told(warehouse, "R1", "INC10")
    assert (found.value, found.missing) == (None, "withheld")
    assert [(o.measure, o.cell is None) for o in found.operands] == [("firms_end", False), ("mentors", True)]


def test_after_a_correction_the_new_file_is_named(warehouse, writer, tmp_path):
    one = next(writer.quarters("R1", "regional", (LAST,)))
    load(warehouse, one.path)
    cell = cell_of(one.path, "mentors")
    load(warehouse, edit(one.path, "Return", tmp_path / "better.xlsx", **{cell: 9}))
    operand = told(warehouse, "R1", "INC10").operands[1]
    assert (operand.file, operand.cell, operand.value, operand.version) == ("better.xlsx", cell, 9, 2)


def test_the_units_and_paragraphs_are_the_definitions(warehouse, files):
    found = told(warehouse, "R1", "EMP03").as_json()
    assert (found["unit"], found["formula"]) == ("%", "100 * (sum4(jobs_key_new)) / (sum4(jobs_new))")
    assert found["paragraphs"] == ["I-req", "II", "V", "VI", "VII"]
    assert found["value"] == pytest.approx(100 * found["numerator"] / found["denominator"])


@pytest.mark.parametrize(
    ("base", "period", "code"), [("R9", LAST, "EMP01"), ("R1", "2031Q1", "EMP01"), ("R1", LAST, "EMP99")]
)
def test_what_is_not_there_cannot_be_explained(warehouse, base, period, code):
    with pytest.raises(Unexplained):
        told(warehouse, base, code, period)


def test_an_operand_that_is_not_asked_or_too_early_says_so(warehouse, files):
    found = told(warehouse, "U1", "FIN02", QUARTERS[0])
    missing = {
        (operand.measure, operand.period): operand.missing for operand in found.operands if operand.value is None
    }
    assert missing["bond_amt", QUARTERS[0]] == "not_asked"
    assert missing["loan_amt", "2024Q4"] == "history"
