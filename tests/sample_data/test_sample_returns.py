"""The sample's returns pass the form's checks, look like published figures, and are the same for the same seed."""

from statistics import mean, median

import pytest

from etl.config import settings
from etl.form import load_form
from etl.load import collect
from etl.reading import read_returns
from etl.rules.credit_code import is_valid
from tests.sample_data.conftest import QUARTERS, make

FORM = load_form()


def cells(folder):
    """Every value and every roster cell of every return."""
    found = {}
    for path in collect([folder]):
        for item in read_returns(path.read_bytes(), FORM, settings().limits):
            values = {code: (entry.value, entry.answer) for code, entry in item.entries.items()}
            found[path.name, item.base, item.period] = values, item.roster and item.roster.columns
    return found


@pytest.fixture(scope="session")
def values(sample):
    """(base, period) → its right values."""
    found = {}
    for report in sample.right.values():
        for item in report.returns:
            found[item.base, item.period] = {code: entry.value for code, entry in item.entries.items()}
    return found


def total(values, code, quarters=QUARTERS, bases=None):
    found = [figures.get(code) for (b, p), figures in values.items() if p in quarters and b in (bases or {b})]
    return sum(value or 0 for value in found)


def test_the_same_seed_gives_the_same_sample_whatever_the_number_of_processes(sample, tmp_path):
    again = make(tmp_path / "again", workers=2)
    for name in ("bases.csv", "deliveries.csv", "truth.json", "README.txt"):
        assert (again / name).read_bytes() == (sample.folder / name).read_bytes(), name
    assert cells(again) == cells(sample.folder)


def test_every_base_has_a_return_for_every_quarter(sample, values):
    codes = {row["code"] for row in sample.table("bases.csv")}
    last = {fault["base"] for fault in sample.truth["faults"] if fault["corrected"] is None}
    assert set(values) == {(c, p) for c in codes for p in QUARTERS} - {(c, QUARTERS[-1]) for c in last}


def test_nothing_is_wrong_in_a_right_return(sample):
    found = [
        (name, finding.code, finding.measure)
        for name, report in sample.right.items()
        for item in report.returns
        for finding in item.findings
        if finding.severity == "error"
    ]
    assert found == []


def test_a_right_return_raises_less_than_one_question(sample):
    returns = [item for name, report in sample.right.items() if "corrected" not in name for item in report.returns]
    assert mean(len(item.findings) for item in returns) < 1


def test_a_blank_always_comes_with_its_reason(sample):
    blanks = [
        entry
        for name, report in sample.right.items()
        for item in report.returns
        for entry in item.entries.values()
        if entry.value is None and item.sheet == "Return"
    ]
    assert blanks
    assert all(entry.answer for entry in blanks)


def test_firms_are_invented_and_their_codes_right_and_their_own(sample):
    owner = {}
    for report in sample.right.values():
        for item in report.returns:
            columns = item.roster.columns if item.roster else {"uscc": [], "firm_name": []}
            for code, name in zip(columns["uscc"], columns["firm_name"], strict=True):
                assert is_valid(code)
                assert code[4:8] == "9999"
                assert name.startswith("示例企业")
                assert owner.setdefault(code, (item.base, name)) == (item.base, name)
    assert len(owner) > 16 * 4


@pytest.mark.parametrize(
    ("above", "below", "least", "most"),
    [
        ("posts_filled", ("posts_offered",), 0.35, 0.6),
        ("jobs_total", ("firms_end", "teams_end"), 3, 20),
        ("jobs_highedu", ("jobs_total",), 0.65, 0.92),
        ("jobs_grad_new", ("jobs_new",), 0.1, 0.5),
        ("grads_alive", ("grads_cum",), 0.75, 0.95),
        ("rd_amt", ("revenue_amt",), 0.04, 0.11),
        ("ip_valid", ("firms_end",), 1.2, 3.2),
        ("ip_invention", ("ip_valid",), 0.1, 0.26),
        ("loan_credit_amt", ("loan_amt",), 0.15, 0.5),
        ("space_firms_sqm", ("space_total_sqm",), 0.6, 0.97),
    ],
)
def test_figures_lie_around_the_published_ones(values, above, below, least, most):
    ratios = [
        total(values, above, bases={base}) / sum(total(values, code, bases={base}) for code in below)
        for base in {base for base, _ in values}
        if sum(total(values, code, bases={base}) for code in below)
    ]
    assert least <= median(ratios) <= most


def test_public_money_moves_several_times_as_much_private_money(values):
    private = sum(total(values, code) for code in ("equity_amt", "loan_amt", "bond_amt", "other_fin_amt"))
    assert 1 < private / (total(values, "subsidy_amt") + total(values, "rent_relief_amt")) < 10


def test_graduates_are_hired_in_the_third_quarter_most(values):
    by_quarter = [total(values, "jobs_grad_new", (f"2026Q{number}",)) for number in (1, 2, 3, 4)]
    assert max(by_quarter) == by_quarter[2]


def test_a_declining_base_shrinks_in_people_and_finance(values, sample):
    for fate in sample.truth["decliners"]:
        last = [values[fate["base"], period] for period in QUARTERS if (fate["base"], period) in values]
        assert last[-1]["jobs_total"] < 0.85 * last[0]["jobs_total"]
        assert last[-1]["firms_end"] < last[0]["firms_end"]


def test_a_sample_that_begins_within_a_year_knows_who_was_financed_since_january(values):
    firsts = [figures for (_, period), figures in values.items() if period == "2025Q3"]
    assert sum(figures["fin_firms_ytd"] for figures in firsts) > sum(figures["fin_firms"] for figures in firsts)
