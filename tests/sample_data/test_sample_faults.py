"""What is planted is written down, is really in the files, is found by the checks, and is corrected afterwards."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from etl import periods
from etl.config import settings
from etl.form import load_form
from sample_data import faults, rates
from sample_data.faults import Draft
from tests.sample_data.conftest import QUARTERS

FORM = load_form()
FOUND_BY = {"stock_continuity": {"K01", "K02"}, "copied": {"W03"}, "roster_mismatch": {"R01", "R02", "R03", "R04"}}


def draft(**changes: Any) -> Draft:
    firm = {"status": "incubating", "employees": 5, "loan": 0.0, "hightech": "no"}
    roster = [firm | {"uscc": f"code {i}", "loan": 10.07 * i} for i in range(4)]
    values = {"firms_start": 4, "firms_end": 4, "loan_amt": 60.42, "subsidy_amt": 3.33, "jobs_new": 2}
    return Draft(values | changes, {}, roster)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_every_kind_is_planted_and_each_return_has_one_fault_at_most(sample):
    planted = sample.truth["faults"]
    assert {fault["kind"] for fault in planted} == set(rates.FAULTS)
    assert len({(fault["base"], fault["period"]) for fault in planted}) == len(planted)


def test_each_is_found_in_its_file(sample):
    for name, fault in sample.faulty.items():
        found = {finding.code for item in sample.reports[name].returns for finding in item.findings}
        if fault["kind"] in FOUND_BY:
            assert found & FOUND_BY[fault["kind"]], (name, fault["kind"], found)


def test_each_is_followed_by_a_corrected_version_but_in_the_last_quarter(sample):
    for fault in sample.truth["faults"]:
        assert (fault["corrected"] is None) == (fault["period"] == QUARTERS[-1])
        assert fault["corrected"] is None or not sample.reports[fault["corrected"]].rejected


def test_the_figures_named_are_those_that_differ(sample):
    for name, fault in sample.faulty.items():
        if fault["corrected"] and "measures" in fault:
            wrong, right = (sample.reports[file].returns[0].entries for file in (name, fault["corrected"]))
            assert set(fault["measures"]) == {code for code in right if wrong[code].value != right[code].value}


def test_every_workbook_has_its_day(sample):
    days = {row["file"]: date.fromisoformat(row["received"]) for row in sample.table("deliveries.csv")}
    assert set(days) == set(sample.reports)
    late = {entry["file"]: entry["days"] for entry in sample.truth["late"]}
    for name, day in days.items():
        if name in sample.faulty and (again := sample.faulty[name]["corrected"]):
            assert timedelta(2) <= days[again] - day <= timedelta(10)
        if "-20" in name and "corrected" not in name:
            due = periods.ends(name[-11:-5]) + timedelta(days=settings().due_days)
            assert (day - due).days == late.get(name, min((day - due).days, 0))
            assert day > periods.ends(name[-11:-5])


def test_faults_have_their_shares(rng):
    class Member:
        def __init__(self, i):
            self.base, self.star, self.declines_in = type("Base", (), {"code": f"B{i}"}), i < 4, 7 if i > 203 else None

    members = [Member(i) for i in range(212)]
    planned = faults.plan(members, ("2026Q1", "2026Q2", "2026Q3", "2026Q4"), rng)  # type: ignore[arg-type]
    kinds = list(planned.values())
    assert {kind: kinds.count(kind) for kind in rates.FAULTS} == {
        "unit_slip": 17,
        "stock_continuity": 42,
        "copied": 8,
        "roster_mismatch": 25,
    }
    spared = {member.base.code for member in members if member.star or member.declines_in}
    assert not {base for base, period in planned if period == "2026Q4"} & spared


def test_a_whole_return_slips_with_its_roster(rng, monkeypatch):
    monkeypatch.setattr(faults, "WHOLE_SLIPS", 1.0)
    wrong, told = faults.plant("unit_slip", FORM, draft(), draft(), rng)
    assert told["measures"] == ["loan_amt", "subsidy_amt"]
    assert wrong.values["loan_amt"] == pytest.approx(sum(row["loan"] for row in wrong.roster), abs=0.005)
    assert wrong.values["subsidy_amt"] == pytest.approx(3.33 * told["factor"], abs=0.005)
    assert wrong.values["jobs_new"] == 2


def test_a_single_cell_slips_where_no_roster_stands_behind_it(rng, monkeypatch):
    monkeypatch.setattr(faults, "WHOLE_SLIPS", 0.0)
    wrong, told = faults.plant("unit_slip", FORM, draft(), draft(), rng)
    assert told["measures"] == ["subsidy_amt"]
    assert wrong.roster == draft().roster


def test_a_corrected_return_gives_its_reason_at_every_figure_that_changed(rng):
    right = draft()
    wrong, _ = faults.plant("copied", FORM, right, draft(jobs_new=7), rng)
    assert faults.corrected(right, wrong).answers == {"jobs_new": faults.CORRECTED}


def test_a_roster_mismatch_names_its_firms(rng):
    wrong, told = faults.plant("roster_mismatch", FORM, draft(), draft(), rng)
    named = [row["uscc"] for row in wrong.roster if row["uscc"] in told["firms"]]
    assert len(named) == {"missing": 0, "doubled": 2 * len(told["firms"])}[told["how"]]
