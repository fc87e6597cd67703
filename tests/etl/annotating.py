"""What the tests of annotating share: a filled form, one with two faults, and looking at what came back."""

from io import BytesIO

import openpyxl
import pytest

from etl.annotate import annotate
from etl.catalogue import Text
from etl.config import settings
from etl.findings import Finding
from etl.form import load_form
from etl.load import check_files
from etl.reading import read_returns
from tests.builders import Story, cell_of, edit

Q1 = "2025Q1"


def read(content):
    return read_returns(content, load_form(), settings().limits)


def opened(content):
    return openpyxl.load_workbook(BytesIO(content))


def finding(cell, severity="error", sheet="Return", code="K01", **others):
    return Finding(code, severity, Text(en=f"English of {code}.", zh=f"{code}的中文。"), sheet, cell, **others)


def annotated(content, *findings):
    """The workbook with these findings in it."""
    returns = read(content)
    returns[0].findings = list(findings)
    result = annotate(content, returns, load_form(), "sent.xlsx")
    assert result is not None
    return result


@pytest.fixture
def path(writer):
    """A form filled without a fault."""
    values, roster = Story("R1").quarter(Q1)
    return writer.form_of("R1", Q1, values, roster, answers={"jobs_new": "一家企业扩招"})


@pytest.fixture
def sent(path):
    return path.read_bytes()


def at_fault(path, warehouse):
    """The form with two faults, its report, and the cell of the first."""
    place = cell_of(path, "firms_end")
    edit(path, "Return", **{place: 99, cell_of(path, "revenue_amt"): "about 5"})
    (report,) = check_files(warehouse, [path])
    return report, place


def colour(cell):
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type else None
