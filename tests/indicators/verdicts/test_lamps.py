"""Each rule of the lamps at its edge."""

import numpy as np
import pytest

from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent
from indicators.verdicts.judge import judge
from tests.indicators.verdicts.known import CLOSURE, SETTINGS, miss, nan, ordinary, poor

MISSED, PENDING, NOT_DUE, THERE = Absent.MISSED, Absent.IN_REVIEW, Absent.NOT_DUE, Absent.THERE


def lamp(known, at=0, **settings):
    return judge(known, SETTINGS.changed(**settings)).lamp[at]


def rules(known, at=0, weighs=None):
    return [r.rule for r in judge(known, SETTINGS).reasons[at] if weighs is None or r.weighs == weighs]


def test_a_base_about_which_nothing_stands_out_is_green_and_says_so():
    verdicts = judge(ordinary(), SETTINGS)
    assert verdicts.lamp == ["green"] * 10
    assert all(reasons[0].rule == "in_order" for reasons in verdicts.reasons)


@pytest.mark.parametrize(
    ("absent", "colour", "rule"),
    [
        ([THERE, THERE, THERE, MISSED], "yellow", "missed"),
        ([THERE, THERE, MISSED, MISSED], "red", "missed_running"),
        ([THERE, MISSED, THERE, MISSED], "yellow", "missed"),
        ([THERE, MISSED, MISSED, THERE], "green", "in_order"),
        ([THERE, THERE, MISSED, PENDING], "grey", "in_review"),
        ([THERE, THERE, MISSED, NOT_DUE], "grey", "not_due"),
        ([THERE, THERE, THERE, PENDING], "grey", "in_review"),
        ([Absent.NOT_IN] * 4, "grey", "not_in"),
    ],
)
def test_one_missed_return_is_yellow_two_running_are_red_and_a_pending_one_is_not_missed(absent, colour, rule):
    known = ordinary()
    known.absent[:, 0] = absent
    if absent[-1] != THERE:
        known.index[-1, 0] = nan
    assert (lamp(known), rules(known, weighs=colour)) == (colour, [rule])


def test_the_number_of_missed_returns_is_told():
    known = ordinary()
    known.absent[1:, 0] = MISSED
    (reason,) = [r for r in judge(known, SETTINGS).reasons[0] if r.weighs == "red"]
    assert (reason.rule, reason.quarters) == ("missed_running", 3)


def test_open_errors_are_grey_whatever_else_there_is():
    known = poor(ordinary())
    known.open_errors[0] = True
    assert (lamp(known), rules(known, weighs="grey")) == ("grey", ["open_errors"])


def test_a_file_with_errors_does_not_excuse_a_missed_return():
    known = ordinary()
    known.open_errors[0], known.absent[-2:, 0] = True, MISSED
    assert lamp(known) == "red"


@pytest.mark.parametrize("why", ["history", "no_peers", "blank"])
def test_without_an_index_the_lamp_is_grey_and_says_why(why):
    known = ordinary(index_why=np.array([why] + [""] * 9))
    known.index[-1, 0] = nan
    (reason,) = [r for r in judge(known, SETTINGS).reasons[0] if r.weighs == "grey"]
    assert (lamp(known), reason.rule, reason.quality) == ("grey", "no_index", why)


def test_false_data_are_red_even_where_nothing_can_be_judged():
    known = ordinary()
    known.false_data[0] = known.open_errors[0] = True
    assert lamp(known) == "red"


@pytest.mark.parametrize(
    ("scores", "colour"),
    [
        ([0, -2.0, -2.0], "red"),
        ([0, -2.0, -1.99], "yellow"),
        ([0, -1.99, -2.0], "yellow"),
        ([-9, -9, -1.39], "green"),
        ([0, -1.4, -1.4], "yellow"),
        ([0, -1.39, -1.4], "green"),
        ([0, nan, -9], "green"),
        ([0, -2, nan], "green"),
    ],
)
def test_a_fall_shows_when_each_of_two_quarters_running_is_past_the_limit(scores, colour):
    known = ordinary()
    known.changes.scores[:, 0] = scores
    assert lamp(known) == colour


@pytest.mark.parametrize("worst", range(3))
def test_one_bad_quarter_alone_is_never_red_however_bad(worst):
    known = ordinary()
    known.changes.scores[worst, 0] = -99.0
    known.index[worst, 0] = known.pillar_scores[:, worst, 0] = 0.0
    miss(known, 10, quarters=slice(worst, worst + 1))
    assert lamp(known) != "red"


def test_a_very_bad_last_quarter_alone_lights_nothing():
    known = miss(ordinary(), 10, quarters=slice(3, 4))
    known.changes.scores[-1, 0], known.pillar_scores[:, -1, 0], known.index[-1, 0] = -99.0, 0.0, 0.0
    assert lamp(known) == "green"


@pytest.mark.parametrize(
    ("scores", "count", "colour"),
    [(29.9, 2, "yellow"), (30.0, 2, "green"), (29.9, 1, "green"), (29.9, 3, "yellow")],
)
def test_weak_pillars_two_quarters_running_are_yellow(scores, count, colour):
    known = ordinary()
    known.pillar_scores[:count, -2:, 0] = scores
    assert lamp(known) == colour


def test_other_pillars_in_each_quarter_are_not_the_same_weakness():
    known = ordinary()
    known.pillar_scores[:2, -2, 0] = known.pillar_scores[1:, -1, 0] = 0.0
    assert lamp(known) == "green"
    assert lamp(known, yellow_pillars=1) == "yellow"


@pytest.mark.parametrize(("missed", "colour"), [(7, "green"), (8, "yellow")])
def test_many_floors_two_quarters_running_are_yellow(missed, colour):
    assert lamp(miss(ordinary(), missed, quarters=slice(2, 4))) == colour
    assert lamp(miss(ordinary(), missed, quarters=slice(3, 4))) == "green"


def test_the_floors_that_are_missed_are_named_with_what_is_known_of_each():
    known = miss(ordinary(), 8)
    known.floors.value[0, :, 0] = [9, 8, 7, 6]
    known.floors.confirmed[0, 0], known.floors.low[0, 0], known.floors.high[0, 0] = Confirmed.PEERS, 7.5, 30
    known.floors.confirmed[1, 0] = Confirmed.NOT
    told = [r for r in judge(known, SETTINGS).reasons[0] if r.weighs == "yellow"]
    assert (told[0].rule, told[0].count, told[0].of, told[0].quarters) == ("floors", 8, 10, 4)
    first, second = told[1:3]
    assert (first.code, first.value, first.reference, first.low, first.quality) == (
        "EMP04", 6, 10, 7.5, "confirmed_by_peers",
    )  # fmt: skip
    assert (first.trend, first.quarters) == ("falling", 3)
    assert (second.quality, second.trend) == ("unconfirmed", "")


def test_the_closure_rate_alone_flags_nobody_even_where_one_floor_would_do():
    known = ordinary()
    known.floors.missed[CLOSURE, :, 0] = True
    assert lamp(known, yellow_floors=1) == "green"
    known.floors.missed[CLOSURE - 1, :, 0] = True
    assert lamp(known, yellow_floors=2) == "yellow"


def test_poor_in_all_three_ways_is_red_and_tells_all_of_it():
    known = poor(ordinary())
    told = rules(known, weighs="red")
    assert lamp(known) == "red"
    assert told == ["composite", "pillar_year", "pillar_year", "floor_below", "floor_below", "floor_below"]


def test_a_fall_is_explained_by_the_indicators_that_fell_most():
    known = ordinary()
    known.changes.scores[-2:, 0] = -2.5
    known.changes.each[:, -1, 0] = [-0.5, 0.3, -2.0]
    known.changes.now[:, 0] = [15, 25, 2]
    first, *named = [r for r in judge(known, SETTINGS).reasons[0] if r.weighs == "red"]
    assert (first.rule, first.value, first.reference, first.count, first.of) == ("decline", 2.5, 2, 2, 3)
    assert [(r.rule, r.code, r.value, r.reference, r.trend) for r in named] == [
        ("fell", "FIN02", 2, 20, "falling"),
        ("fell", "EMP04", 15, 20, "falling"),
    ]


@pytest.mark.parametrize(
    ("scores", "trend"), [([1.4, 1.4], "improving"), ([9, 1.3], "steady"), ([-2, -1.4], "declining")]
)
def test_improvement_is_told_as_surely_as_decline(scores, trend):
    known = ordinary()
    known.changes.scores[-2:, 0] = scores
    known.changes.each[0, -1, 0] = scores[-1]
    verdicts = judge(known, SETTINGS)
    assert verdicts.trend[0] == trend
    assert ("improving" in [r.rule for r in verdicts.reasons[0]]) == (trend == "improving")
    assert verdicts.trend[1:] == ["steady"] * 9


def test_what_is_past_the_funnel_on_the_good_side_is_praised_and_changes_no_lamp():
    known = ordinary()
    known.floors.high[0, :], known.floors.high[CLOSURE, :] = 20, 19
    known.floors.high[0, 0], known.floors.low[CLOSURE, 1] = 19.9, 20.1
    verdicts = judge(known, SETTINGS)
    praised = [[(r.rule, r.code) for r in reasons if r.weighs == "praise"] for reasons in verdicts.reasons]
    assert praised == [[("outstanding_high", "EMP04")], [("outstanding_low", "INC03")], *[[]] * 8]
    assert verdicts.lamp == ["green"] * 10


def test_what_cannot_be_judged_has_no_trend():
    known = ordinary()
    known.changes.scores[-2:, 0], known.open_errors[0] = 9, True
    assert judge(known, SETTINGS).trend[0] == "steady"


def test_a_threshold_out_of_its_range_or_unknown_is_refused():
    with pytest.raises(ValueError, match="whole number from 2 to 3"):
        SETTINGS.changed(running=1)
    with pytest.raises(ValueError, match="whole"):
        SETTINGS.changed(floors_missed=2.5)
    with pytest.raises(KeyError):
        SETTINGS.changed(nothing=1)
