"""The part of a kept file that may be shown around a base's number: its own, and only what was asked for."""

import openpyxl
import pytest

from etl.config import settings
from etl.form import load_form
from etl.intake import Refused
from etl.picture import LONGEST, OF_FORM, table
from etl.places import address
from etl.reading import HISTORY_SHEET, RETURN_SHEET, ROSTER_SHEET
from etl.sandbox import Sandbox
from etl.template.layout import COLUMNS
from tests.builders import Story, edit

PERIOD, BASE, OTHER = "2026Q3", "R1", "R2"
SECRET = "Ms Li, 138 0000 0000"


@pytest.fixture
def form_file(writer):
    values, roster = Story(BASE).quarter(PERIOD)
    return writer.form_of(BASE, PERIOD, values, roster)


@pytest.fixture
def archive(writer):
    return writer.archive({BASE: "regional", OTHER: "regional"}, ("2026Q2", PERIOD))


def read(path, sheet=RETURN_SHEET, base=BASE, period=PERIOD, row=0):
    return table(path.read_bytes(), load_form(), settings().limits, sheet, base, period, row)


def rows_of(path, sheet):
    return list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


def test_every_number_stands_where_it_stands_in_the_file(form_file):
    found, sheet = read(form_file), openpyxl.load_workbook(form_file, data_only=True)[RETURN_SHEET]
    numbers = 0
    for line in found.lines:
        for col, cell in zip(found.columns, line.cells, strict=True):
            written = sheet[address(line.row, col)].value
            assert cell == ("" if written is None else written)
            numbers += isinstance(cell, float)
    assert numbers > len(load_form().measures) / 2
    assert found.header < found.lines[0].row


def test_the_columns_are_the_forms():
    assert set(OF_FORM) < set(COLUMNS)


def test_what_is_written_beside_and_above_the_table_stays_in_the_file(form_file, tmp_path):
    noted = edit(form_file, RETURN_SHEET, tmp_path / "noted.xlsx", K8="contact", K12=SECRET, C3=SECRET)
    assert SECRET not in str(read(noted))


def test_a_long_text_is_cut(form_file, tmp_path):
    answered = edit(form_file, RETURN_SHEET, tmp_path / "long.xlsx", I12="x" * 900)
    assert max(len(cell) for line in read(answered).lines for cell in line.cells if isinstance(cell, str)) == LONGEST


@pytest.mark.parametrize(("base", "period"), [(OTHER, PERIOD), (BASE, "2026Q2"), ("", "")])
def test_another_bases_form_is_not_shown(form_file, base, period):
    assert read(form_file, base=base, period=period) is None


def test_a_roster_is_never_shown(form_file):
    assert read(form_file, ROSTER_SHEET) is None


def test_of_a_history_only_the_own_row_is_taken(archive):
    header, *rows = rows_of(archive, HISTORY_SHEET)
    for place, written in enumerate(rows, start=1):
        for base in (BASE, OTHER):
            for period in ("2026Q2", PERIOD):
                found = read(archive, HISTORY_SHEET, base, period, place)
                if (base, period) != written[:2]:
                    assert found is None
                    continue
                assert [line.row for line in found.lines] == [place]
                shown = ["" if written[col] is None else written[col] for col in found.columns]
                assert found.lines[0].cells == shown
                assert found.names == [header[col] for col in found.columns]


def test_a_history_without_that_row_has_nothing_to_show(archive):
    assert read(archive, HISTORY_SHEET, row=10_000) is None


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "none.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(Refused):
        read(path)


def test_a_child_process_reads_the_same(form_file):
    sandbox = Sandbox(load_form(), settings().limits)
    try:
        assert sandbox.picture(form_file.read_bytes(), RETURN_SHEET, BASE, PERIOD, 0) == read(form_file)
        with pytest.raises(Refused):
            sandbox.picture(b"not a workbook", RETURN_SHEET, BASE, PERIOD, 0)
    finally:
        sandbox.stop()
