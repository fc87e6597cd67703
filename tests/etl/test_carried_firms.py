"""A new quarter's form names the firms that were there at the end of the last one, and nothing of them that may have
changed."""

import openpyxl
import pytest

from etl import periods
from etl.config import settings
from etl.form import load_form
from etl.history import History
from etl.prefill import prefilled, with_firms
from etl.reading import read_returns
from etl.registry import Registry
from etl.warehouse import reading
from tests.builders import load

Q1, Q2, Q3 = "2025Q1", "2025Q2", "2025Q3"
CONSTANT = {"uscc", "firm_name", "industry_code", "reg_date", "entry_date", "founder_group"}


def filling(engine, period):
    form = load_form()
    with reading(engine) as connection:
        history = History(connection, form, Registry(connection))
        return with_firms(prefilled(form, history, "R1", period), form, history, "R1", period)


@pytest.fixture
def told(writer):
    return next(writer.quarters("R1", "regional", (Q1,)))


def incubating(told):
    return [firm for firm in told.roster if firm["status"] == "incubating"]


def test_firms_still_in_incubation_are_carried_with_what_stays_the_same(warehouse, told):
    load(warehouse, told.path)
    firms = filling(warehouse, Q2).roster
    assert [firm["uscc"] for firm in firms] == [firm["uscc"] for firm in incubating(told)]
    by_code = {firm["uscc"]: firm for firm in told.roster}
    for firm in firms:
        assert set(firm) <= CONSTANT
        assert firm == {code: by_code[firm["uscc"]][code] for code in firm}
        assert {"uscc", "entry_date"} <= set(firm)


def test_who_has_left_is_not_carried(warehouse, writer):
    tellings = list(writer.quarters("R1", "regional", periods.span(Q1, "2025Q4")))
    load(warehouse, *(told.path for told in tellings))
    gone = {firm["uscc"] for told in tellings for firm in told.roster if firm["status"] != "incubating"}
    carried = {firm["uscc"] for firm in filling(warehouse, "2026Q1").roster}
    assert gone
    assert carried == {firm["uscc"] for firm in incubating(tellings[-1])}
    assert not carried & gone


def test_what_was_not_accepted_is_not_carried(warehouse, told):
    load(warehouse, told.path, accept=False)
    assert (filling(warehouse, Q2).roster, filling(warehouse, Q2).carried_from) == ((), "")


def test_after_a_quarter_that_is_missing_the_last_accepted_one_counts(warehouse, told):
    load(warehouse, told.path)
    assert filling(warehouse, Q3).carried_from == Q1


def test_the_form_says_that_they_are_carried_and_is_no_return_before_it_is_filled(call, warehouse, told, tmp_path):
    load(warehouse, told.path)
    out = tmp_path / "form.xlsx"
    assert call("template", "--base", "R1", "--period", Q2, "--out", out)[0] == 0
    sheet = openpyxl.load_workbook(out)["Roster"]
    note = sheet.cell(3, 1).value
    assert f"carried over from the end of {Q1}" in note
    assert "请逐家核对" in note
    (item,) = read_returns(out.read_bytes(), load_form(), settings().limits)
    assert [row["uscc"] for row in rows(item)] == [firm["uscc"] for firm in incubating(told)]
    assert "F18" in {finding.code for finding in item.findings}, "each wants its status"


def test_a_first_form_carries_nothing_and_says_nothing_of_it(call, warehouse, tmp_path):
    out = tmp_path / "form.xlsx"
    assert call("template", "--base", "R1", "--period", Q1, "--out", out)[0] == 0
    assert "carried over" not in openpyxl.load_workbook(out)["Roster"].cell(3, 1).value


def rows(item):
    codes = list(item.roster.columns)
    return [dict(zip(codes, cells, strict=True)) for cells in zip(*item.roster.columns.values(), strict=True)]
