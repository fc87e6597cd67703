"""An indicator over one quarter alone."""

import numpy as np
import pytest

from etl import formula
from indicators.verdicts.alone import compared, latest, of_one_quarter, quarterly
from tests.indicators.programmes import DEFINITIONS, FORM, drawn, put


@pytest.mark.parametrize(
    ("year", "quarter"),
    [
        ("sum4(jobs_new)", "jobs_new"),
        ("jobs_total - lag4(jobs_total)", "jobs_total - lag1(jobs_total)"),
        ("sum4(firms_graduated) / avg5(firms_end)", "firms_graduated / firms_end"),
        ("lag4(firms_end) + sum4(firms_entered)", "lag1(firms_end) + firms_entered"),
        ("sum4(equity_amt + loan_amt)", "equity_amt + loan_amt"),
        ("-max(sum4(jobs_new), lag1(jobs_new))", "-max(jobs_new, lag1(jobs_new))"),
        ("firms_end / mentors", "firms_end / mentors"),
    ],
)
def test_windows_of_a_year_become_those_of_a_quarter(year, quarter):
    assert of_one_quarter(formula.parse(year)) == formula.parse(quarter)


def test_compared_is_what_counts_in_the_index_and_can_be_told_for_a_quarter():
    codes = {indicator.code for indicator in compared(DEFINITIONS, FORM)}
    assert {"EMP01", "EMP03", "INC03", "FIN02"} <= codes
    assert "FIN01" not in codes  # counts since January
    assert "FIN03" not in codes  # only shown
    assert not any(code.startswith("COL") for code in codes)  # bonus


def test_a_bad_quarter_is_in_its_own_quarter_only():
    panel = drawn(["regional"] * 3, quarters=10)
    put(panel, "jobs_key_new", 0, 50, 0, 50, 50)
    put(panel, "jobs_new", 0, 100, 100, 100, 100)
    (share,) = quarterly(latest(panel, 9, 4), [DEFINITIONS.indicators["EMP03"]])
    assert share[:, 0].tolist() == [50, 0, 50, 50]


def test_the_latest_quarters_are_those_before_and_with_the_one_that_is_judged():
    panel = drawn(["regional"], quarters=10)
    assert latest(panel, 6, 3).periods == panel.periods[4:7]
    assert latest(panel, 1, 3).periods == panel.periods[:2]
    assert np.array_equal(latest(panel, 6, 3).values, panel.values[4:7])
