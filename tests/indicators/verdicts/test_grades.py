"""The grade of a year: quotas by rank, agreement for A, each D condition necessary, proposals only after two years."""

from dataclasses import replace

import numpy as np
import pytest

from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent
from indicators.verdicts.judge import judge
from tests.indicators.verdicts.known import CLOSURE, SETTINGS, nan, ordinary, poor


def graded(known, **settings):
    return judge(known, SETTINGS.changed(**settings)).grade


def spread(count=10, **changed):
    """Bases with an index that falls from the first to the last, sure of their places."""
    known = ordinary(count, sure_top=np.where(np.arange(count) < np.ceil(count / 5), 0.9, 0.0), **changed)
    known.index[:] = np.linspace(90, 30, count)
    return known


@pytest.mark.parametrize(
    ("count", "letters"),
    [(10, "AABBBBCCCC"), (11, "AAABBBBCCCC"), (5, "ABBCC"), (12, "AAABBBBBCCCC")],
)
def test_a_fifth_is_a_two_fifths_b_the_rest_c_and_a_begun_place_counts(count, letters):
    assert graded(spread(count)) == list(letters)


def test_types_are_graded_apart():
    known = spread(10)
    known.types[5:] = "institute"
    assert graded(replace(known, sure_top=np.ones(10))) == list("ABBCCABBCC")


@pytest.mark.parametrize(
    ("sure", "grade", "rule"), [(0.8, "A", "sure"), (0.7999, "B", "unsure"), (nan, "B", "sure_unknown")]
)
def test_a_needs_the_agreement_of_the_replications_else_it_is_b_and_says_so(sure, grade, rule):
    known = spread()
    known.sure_top[0] = sure
    verdicts = judge(known, SETTINGS)
    assert verdicts.grade[0] == grade
    assert rule in [reason.rule for reason in verdicts.reasons[0]]


def test_agreement_alone_makes_no_a():
    known = spread()
    known.sure_top[:] = 1.0
    assert graded(known) == list("AABBBBCCCC")


def test_tied_bases_share_the_better_grade():
    known = spread()
    known.index[:, 2] = known.index[:, 1]
    known.sure_top[:] = 1.0
    assert graded(known)[:4] == ["A", "A", "A", "B"]


@pytest.mark.parametrize(("quarters", "grade"), [(4, "C"), (3, "C"), (2, None)])
def test_a_grade_needs_three_quarters(quarters, grade):
    known = spread()
    known.index[: 4 - quarters, -1] = nan
    verdicts = judge(known, SETTINGS)
    assert verdicts.grade[-1] == grade
    assert ("no_grade" in [r.rule for r in verdicts.reasons[-1]]) == (grade is None)


def test_no_grade_on_data_with_open_errors():
    known = poor(spread())
    known.open_errors[0] = True
    assert graded(known)[0] is None


def test_poor_in_all_three_ways_is_d():
    assert graded(poor(ordinary()))[0] == "D"


def test_the_floors_are_told_once_with_the_lamp_or_else_with_the_grade():
    known = poor(ordinary())
    rules = [(r.rule, r.count) for r in judge(known, SETTINGS).reasons[0] if r.weighs == "D"]
    assert rules == [("composite", None), ("pillar_year", None), ("pillar_year", None), ("floors_confirmed", 3)]
    known.absent[-1, 0] = Absent.IN_REVIEW
    verdicts = judge(known, SETTINGS)
    told = [r.rule for r in verdicts.reasons[0] if r.weighs == "D"]
    assert (verdicts.lamp[0], verdicts.grade[0], told.count("floor_below")) == ("grey", "D", 3)


def well_off(known):
    known.index[:, 0] = 25.0


def one_weak_pillar(known):
    known.year_scores[1, 0] = 30.0


def two_floors(known):
    known.floors.missed[2, -1, 0] = False


def unconfirmed(known):
    known.floors.confirmed[2, 0] = Confirmed.NOT


@pytest.mark.parametrize("spared", [well_off, one_weak_pillar, two_floors, unconfirmed])
def test_each_of_the_d_conditions_is_necessary(spared):
    known = poor(ordinary())
    spared(known)
    verdicts = judge(known, SETTINGS)
    assert verdicts.grade[0] != "D"
    assert verdicts.lamp[0] != "red"


@pytest.mark.parametrize("how", [Confirmed.PEERS, Confirmed.HISTORY, Confirmed.NOT_APPLICABLE])
def test_a_floor_counts_when_it_is_confirmed_or_cannot_be(how):
    known = poor(ordinary())
    known.floors.confirmed[:3, 0] = how
    assert graded(known)[0] == "D"


def test_the_closure_rate_counts_as_one_floor_beside_others():
    known = poor(ordinary())
    known.floors.missed[2, :, 0] = False
    known.floors.missed[CLOSURE, :, 0] = True
    assert graded(known)[0] == "D"
    assert graded(known, floors_missed=1)[0] == "D"
    known.floors.missed[:2, :, 0] = False
    assert graded(known, floors_missed=1)[0] != "D"


@pytest.mark.parametrize(
    ("missed", "grade"), [((1, 2), "D"), ((2, 3), "D"), ((0, 1, 2, 3), "D"), ((0, 2), "D"), ((3,), "C"), ((), "A")]
)
def test_two_missed_returns_of_a_year_are_d_and_one_is_c_at_best(missed, grade):
    known = spread()
    known.absent[list(missed), 0] = Absent.MISSED
    known.index[list(missed), 0] = nan
    assert graded(known)[0] == grade


def test_nobody_gains_by_not_reporting_a_bad_quarter():
    """60, 60, 60 and 20 have the mean 50; without the last return it would be 60."""
    for place in range(10):
        known = spread()
        honest = graded(known)[place]
        known.index[3, place], known.absent[3, place] = nan, Absent.MISSED
        silent = graded(known)[place]
        assert silent >= honest  # a later letter is a worse grade
        assert silent in "CD"


def test_a_capped_grade_says_why():
    known = spread()
    known.index[1, 0], known.absent[1, 0] = nan, Absent.MISSED
    rules = {reason.rule for reason in judge(known, SETTINGS).reasons[0] if reason.weighs == "C"}
    assert rules == {"year_rank", "missed_capped"}


def test_a_recorded_finding_of_false_data_is_d():
    known = spread()
    known.false_data[0] = True
    assert graded(known)[0] == "D"


def test_d_is_no_quota():
    assert "D" not in graded(spread(100))


@pytest.mark.parametrize(
    ("before", "quarter", "proposal"), [("D", 4, "adjust"), ("D", 3, None), ("C", 4, None), (None, 4, None)]
)
def test_two_d_years_propose_an_adjustment_and_only_a_whole_year_does(before, quarter, proposal):
    verdicts = judge(poor(ordinary(quarter=quarter, last_grade=(before, *["D"] * 9))), SETTINGS)
    assert verdicts.proposal == [proposal] + [None] * 9
    assert verdicts.final == (quarter == 4)
    assert ("d_twice" in [r.rule for r in verdicts.reasons[0]]) == (proposal == "adjust")


@pytest.mark.parametrize(("before", "proposal"), [("A", "honour"), ("B", None)])
def test_a_twice_proposes_an_honour(before, proposal):
    verdicts = judge(spread(last_grade=(before, *[None] * 9)), SETTINGS)
    assert verdicts.proposal[0] == proposal
