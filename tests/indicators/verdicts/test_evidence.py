"""From a panel to evidence and verdicts: a programme made in memory goes the whole way."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from indicators.verdicts import grounds
from indicators.verdicts.confirm import Confirmed, confirmed
from indicators.verdicts.evidence import Absent, gather
from indicators.verdicts.judge import judge
from indicators.verdicts.lamps import Findings, held
from tests.indicators.programmes import DEFINITIONS, FORM, base, computed, drawn, put, scored
from tests.indicators.verdicts.known import SETTINGS

KINDS = ["regional"] * 30 + ["institute"] * 6
nan = np.nan


class Between(NamedTuple):
    """Limits of a funnel."""

    lower: np.ndarray
    upper: np.ndarray


def programme(seed=0, quarters=14):
    panel = drawn(KINDS, seed, quarters)
    return panel, [base(code, kind) for code, kind in zip(panel.bases, KINDS, strict=True)]


def known_of(panel, bases, quarter=-1, **more):
    quarter %= len(panel.periods)
    return gather(panel, computed(panel), DEFINITIONS, FORM, bases, quarter, **more)


def test_the_four_quarters_are_those_of_the_composites():
    panel, bases = programme()
    known = known_of(panel, bases)
    for row, quarter in enumerate(range(10, 14)):
        ranked = scored(panel, quarter=quarter)
        assert np.array_equal(known.index[row], ranked.scores["index"], equal_nan=True)
        assert np.array_equal(known.pillar_scores[2, row], ranked.scores["financing"], equal_nan=True)
    assert known.pillars == ("employment", "incubation", "financing")  # bonus pillars are not judged
    assert not any(code.startswith("COL") for code in known.floors.codes)


def test_composites_that_are_known_already_are_taken():
    panel, bases = programme()
    told = {13: scored(panel, quarter=10)}
    assert np.array_equal(known_of(panel, bases, composites=told).index[-1], known_of(panel, bases).index[0])


def test_evidence_of_some_bases_in_any_order():
    panel, bases = programme()
    some = [bases[i] for i in (4, 2, 33)]
    known = known_of(panel, some)
    assert known.bases == ("B04", "B02", "B33")
    assert np.array_equal(known.index, known_of(panel, bases).index[:, [4, 2, 33]])


def test_the_year_needs_as_many_quarters_as_a_grade():
    panel, bases = programme()
    panel.returned[-2:, 0] = False
    panel.returned[-1, 1] = False
    panel.refresh()
    known = known_of(panel, bases)
    assert np.isnan(known.year_scores[:, 0]).all()
    assert np.allclose(known.year_scores[:, 1], known.pillar_scores[:, :3, 1].mean(axis=1))


def test_a_return_that_is_not_there_was_missed_unless_the_base_was_not_in_or_more_is_known():
    panel, bases = programme()
    panel.returned[-1, 0] = panel.returned[-2, 0] = panel.returned[-1, 1] = False
    panel.types[-4:, 2] = -1
    panel.returned[-4:, 2] = False
    panel.refresh()
    known = known_of(panel, bases)
    assert known.absent[:, 0].tolist() == [Absent.THERE, Absent.THERE, Absent.MISSED, Absent.MISSED]
    assert (known.absent[:, 2] == Absent.NOT_IN).all()
    told = known.absent.copy()
    told[-1, 1] = Absent.IN_REVIEW
    assert judge(known_of(panel, bases, absent=told), SETTINGS).lamp[:3] == ["red", "grey", "grey"]


def test_hardship_bases_are_held_to_the_eased_floor():
    panel, bases = programme()
    for at in (0, 1):
        put(panel, "posts_offered", at, *[100.0] * 4)
        put(panel, "posts_filled", at, *[27.0] * 4)  # 27 %: below 30, above 24
    bases[1] = replace(bases[1], hardship=True)
    known = known_of(panel, bases)
    row = known.floors.codes.index("EMP06")
    assert known.floors.limit[row, -1, :2].tolist() == [30, 24]
    assert known.floors.missed[row, -1, :2].tolist() == [True, False]
    assert known.floors.value[row, -1, 0] == 27


def test_a_short_history_is_grey_and_says_so():
    panel, bases = programme(quarters=2)
    verdicts = judge(known_of(panel, bases), SETTINGS)
    assert set(verdicts.lamp) == {"grey"}
    assert verdicts.reasons[0][0].quality == "history"
    assert set(verdicts.trend) == {"steady"}
    assert set(verdicts.grade) == {None}


def test_a_base_alone_in_its_type_is_grey_and_says_so():
    panel, bases = programme()
    panel.types[:, 30:] = 2
    panel.types[:, 30] = 3
    bases = [*bases[:30], replace(bases[30], type="institute"), *(replace(b, type="university") for b in bases[31:])]
    verdicts = judge(known_of(panel, bases), SETTINGS)
    assert (verdicts.lamp[30], verdicts.reasons[30][0].quality) == ("grey", "no_peers")


def test_what_is_left_blank_is_no_way_into_the_grey():
    panel, bases = programme()
    panel.values[:, :, 0] = nan
    panel.refresh()
    verdicts = judge(known_of(panel, bases), SETTINGS)
    assert verdicts.lamp[0] == "red"
    assert verdicts.grade[0] == "D"


def test_values_that_cannot_be_computed_are_grey_and_not_called_history():
    panel, bases = programme()
    for measure in ("firms_end", "jobs_total", "teams_end", "jobs_new", "equity_amt", "loan_amt", "revenue_amt"):
        put(panel, measure, 0, *[0.0] * 10)
    known = known_of(panel, bases)
    assert np.isnan(known.index[-1, 0])
    assert known.index_why[0] == "blank"


def test_limits_of_the_funnel_come_into_the_evidence():
    panel, bases = programme()
    funnels = {"EMP06": Between(np.full(36, 40.0), np.full(36, 60.0)), "FIN03": Between(np.zeros(36), np.ones(36))}
    known = known_of(panel, bases[5:], funnels=funnels)
    row = known.floors.codes.index("EMP06")
    assert (known.floors.low[row, 0], known.floors.high[row, 0]) == (40, 60)
    now = known.floors.value[row, -1]
    assert (known.floors.confirmed[row][now < 40] == Confirmed.PEERS).all()
    assert (known.floors.confirmed[row][now >= 40] != Confirmed.PEERS).all()


# value, funnel, upper, missed in the four quarters, own change → what is known
CASES = [
    (3.0, (4, 20), False, [0, 0, 0, 1], 0.0, Confirmed.PEERS),
    (4.0, (4, 20), False, [0, 0, 0, 1], 0.0, Confirmed.NOT),
    (21.0, (4, 20), True, [0, 0, 0, 1], 0.0, Confirmed.PEERS),
    (20.0, (4, 20), True, [0, 0, 0, 1], 0.0, Confirmed.NOT),
    (5.0, (4, 20), False, [1, 1, 1, 1], 0.0, Confirmed.HISTORY),
    (5.0, (nan, nan), False, [0, 1, 1, 1], 0.0, Confirmed.NOT),
    (5.0, (nan, nan), False, [0, 1, 1, 1], -1.96, Confirmed.HISTORY),
    (5.0, (nan, nan), False, [0, 1, 1, 1], -1.95, Confirmed.NOT),
    (5.0, (nan, nan), False, [0, 1, 1, 1], nan, Confirmed.NOT_APPLICABLE),
    (5.0, (nan, nan), False, [1, 1, 1, 1], nan, Confirmed.HISTORY),
    (nan, (4, 20), False, [0, 0, 0, 1], 0.0, Confirmed.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("value", "funnel", "upper", "missed", "own", "expected"), CASES)
def test_what_confirms_a_missed_floor(value, funnel, upper, missed, own, expected):
    cell = np.array([[value]])
    low, high = np.array([[funnel[0]]]), np.array([[funnel[1]]])
    was = np.array(missed, dtype=bool).reshape(1, 4, 1)
    assert confirmed(cell, low, high, np.array([upper]), was, np.array([[own]]), 1.96) == expected


def test_the_same_evidence_gives_the_same_verdicts_and_the_order_of_the_bases_none_other():
    panel, bases = programme(3)
    verdicts = judge(known_of(panel, bases), SETTINGS)
    assert judge(known_of(panel, bases), SETTINGS) == verdicts
    order = np.random.default_rng(1).permutation(len(bases))
    mixed = judge(known_of(panel, [bases[i] for i in order]), SETTINGS)
    for place, at in enumerate(order):
        assert mixed.lamp[place] == verdicts.lamp[at]
        assert mixed.grade[place] == verdicts.grade[at]
        assert [r.rule for r in mixed.reasons[place]] == [r.rule for r in verdicts.reasons[at]]


def test_every_rule_has_its_grounds():
    known = known_of(*programme())
    rules = {name for found in held(Findings(known, SETTINGS)).values() for name in found}
    assert rules - {"no_return"} <= set(grounds.GROUNDS)  # a missed return is never grey
