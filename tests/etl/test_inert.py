"""What people typed stays text in every file we write, whatever it begins with: never a formula."""

import csv
import io
import re

import openpyxl
import pytest
from typer.testing import CliRunner

from etl.config import ROOT
from etl.form import load_form
from etl.inert import csv_row, for_csv, may_be_formula
from etl.template import write_history
from indicators.__main__ import app
from tests.builders import Story, Writer, entry, load, set_up

Q1 = "2025Q1"
ACTIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "=HYPERLINK(\"http://evil\",\"x\")",
          "-cmd|' /C calc'!A0"]  # fmt: skip
PLAIN = ["", "a=b", "杭州基地", "1-2", "'=1", "R1"]


@pytest.mark.parametrize("text", ACTIVE)
def test_a_text_that_a_program_may_take_for_a_formula_is_made_inert(text):
    assert may_be_formula(text)
    assert for_csv(text) == f"'{text}"
    assert not may_be_formula(for_csv(text))


@pytest.mark.parametrize("value", [*PLAIN, -5, -5.5, 0, None, True])
def test_other_texts_and_numbers_are_written_as_they_are(value):
    assert for_csv(value) is value


def test_a_row_survives_the_way_through_a_file():
    out = io.StringIO()
    csv.writer(out).writerow(csv_row([*ACTIVE, *PLAIN, -5]))
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert row == [f"'{text}" for text in ACTIVE] + PLAIN + ["-5"]


@pytest.mark.parametrize("package", ["etl", "indicators", "dashboard"])
def test_whoever_writes_csv_does_it_that_way(package):
    writers = [
        path for path in (ROOT / package).rglob("*.py") if re.search(r"csv\.(Dict)?[wW]riter\(", path.read_text())
    ]
    assert [path for path in writers if "csv_row(" not in path.read_text()] == []


def texts(path) -> dict[str, list]:
    """Every text of a workbook, with the cells that hold it."""
    found: dict[str, list] = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found.setdefault(str(cell.value), []).append(cell)
    return found


@pytest.mark.parametrize("text", [text for text in ACTIVE if text.isprintable()])
def test_the_form_holds_peoples_words_as_texts(empty_warehouse, tmp_path, text):
    set_up(empty_warehouse, [entry("R1", name_en=text, name_zh=text)], (Q1,))
    writer = Writer(empty_warehouse, tmp_path)
    values, roster = Story("R1").quarter(Q1)
    roster[0]["firm_name"] = text
    path = writer.form_of("R1", Q1, values, roster, answers={"trainees": text})
    cells = texts(path)
    assert {cell.data_type for cell in cells[text]} == {"s"}
    assert {cell.parent.title for cell in cells[text]} == {"Return", "Roster"}


def test_a_history_holds_names_as_texts(tmp_path):
    write_history(tmp_path / "h.xlsx", load_form(), [("=R1", Q1, {})])
    assert [cell.data_type for cell in texts(tmp_path / "h.xlsx")["=R1"]] == ["s"]


def test_a_ranking_as_csv_is_inert(empty_warehouse, tmp_path):
    evil = '=HYPERLINK("http://evil","x")'
    set_up(empty_warehouse, [entry("R1", name_en=evil), entry("R2")], (Q1,))
    writer = Writer(empty_warehouse, tmp_path)
    for base in ("R1", "R2"):
        load(empty_warehouse, writer.form_of(base, Q1, *Story(base).quarter(Q1)))
    run = CliRunner().invoke
    assert run(app, ["compute", "--period", Q1]).exit_code == 0
    told = run(app, ["rank", "--period", Q1, "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert {row["name"] for row in rows if row["base"] == "R1"} == {f"'{evil}"}
