"""W01: amounts in another unit than 10k yuan."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.rules.slips import _medians, common_factor
from tests.etl.rules_helper import cell, findings, measures, money

FACTORS = [0.1, 10, 1000, 10000]
TOLERANCE = 0.1
USUAL = {code: 100.0 * (i + 1) for i, code in enumerate(money())}
"""An ordinary quarter's amounts."""
PER_FIRM = {"parameters": {"per": "firms_end"}}


def times(factor: float, figures: dict[str, float] = USUAL) -> dict[str, float]:
    return {code: value * factor for code, value in figures.items()}


def some(count: int, figures: dict[str, float] = USUAL) -> dict[str, float]:
    """Only the first amounts are not 0."""
    return {code: value if i < count else 0.0 for i, (code, value) in enumerate(figures.items())}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("quarters", [1, 2, 3, 4])
def test_a_slip_of_the_whole_return_is_one_question_at_its_first_amount(factor, quarters):
    found = findings("W01", times(factor), [USUAL] * quarters)
    assert [f.cell for f in found] == [cell(money()[0])]
    assert f"about {factor:,g} times" in found[0].message.en
    assert f"{len(USUAL)} of {len(USUAL)} amounts" in found[0].message.en


def test_the_question_names_the_value_and_what_was_expected_in_both_languages():
    (found,) = findings("W01", times(10), [USUAL])
    assert "= 1,000, where about 100 would be expected." in found.message.en
    assert "=1,000,通常约为100" in found.message.zh
    assert found.value == 1000
    assert found.answer == f"why {money()[0]}"


@pytest.mark.parametrize("factor", [0.3, 0.7, 1, 1.3, 3, 100])
def test_growth_and_decline_are_no_slip(factor):
    assert findings("W01", times(factor), [USUAL] * 4) == []


def test_the_first_right_return_after_a_slip_is_not_blamed():
    assert findings("W01", USUAL, [USUAL, USUAL, times(10)]) == []


def test_a_second_slipped_return_is_found_against_the_quarters_before_the_first():
    assert len(findings("W01", times(10), [USUAL, USUAL, times(10)])) == 1


def test_a_slip_is_found_although_most_amounts_are_0():
    assert len(findings("W01", some(3, times(1000)), [some(3)])) == 1


def test_a_slip_is_found_against_earlier_quarters_when_last_quarter_was_not_reported():
    assert len(findings("W01", times(10), [USUAL, None])) == 1


def test_amounts_that_move_each_in_its_own_way_are_no_slip():
    wild = {code: value * 10 ** (i % 3 - 1) for i, (code, value) in enumerate(USUAL.items())}
    assert findings("W01", wild, [USUAL]) == []


def test_without_any_comparison_nothing_is_said():
    assert findings("W01", times(1000)) == []


ratios_within_30_percent = st.lists(st.floats(0.7, 1.3), min_size=5, max_size=17)


@given(ratios_within_30_percent, st.sampled_from(FACTORS))
def test_a_slip_is_found_under_30_percent_noise(ratios, factor):
    assert common_factor(np.log10(np.array(ratios) * factor), FACTORS, TOLERANCE) == factor


@given(ratios_within_30_percent, st.floats(0.5, 2))
def test_growth_up_to_twice_under_30_percent_noise_is_no_slip(ratios, growth):
    assert common_factor(np.log10(np.array(ratios) * growth), FACTORS, TOLERANCE) is None


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=5).flatmap(
        lambda wild: st.tuples(st.just(wild), st.integers(2 * len(wild) + 3, 17))
    )
)
def test_a_few_wild_amounts_neither_make_nor_hide_a_slip(case):
    wild, steady = case
    assert common_factor(np.array(wild + [0.0] * steady), FACTORS, TOLERANCE) is None
    assert common_factor(np.array(wild + [1.0] * steady), FACTORS, TOLERANCE) == 10


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=17))
def test_a_found_factor_is_always_near_the_median(shifts):
    factor = common_factor(np.array(shifts), FACTORS, TOLERANCE)
    assert factor is None or abs(np.median(shifts) - math.log10(factor)) <= 0.4


class TestSingleAmount:
    ONE = "revenue_amt"

    def with_one(self, *values: float) -> list[dict[str, float]]:
        return [{**USUAL, self.ONE: value} for value in values]

    @pytest.mark.parametrize("factor", FACTORS)
    def test_an_amount_that_slips_by_itself_is_asked_about(self, factor):
        *earlier, now = self.with_one(500, 450, 520, 480, 500 * factor)
        found = findings("W01", now, earlier)
        assert [f.cell for f in found] == [cell(self.ONE)]
        assert f"about {factor:,g} times last quarter's 480" in found[0].message.en

    def test_a_lumpy_amount_is_not(self):
        *earlier, now = self.with_one(500, 20, 3000, 400, 4000)
        assert findings("W01", now, earlier) == []

    def test_an_amount_that_only_returns_to_its_level_is_not(self):
        *earlier, now = self.with_one(500, 450, 520, 50, 500)
        assert findings("W01", now, earlier) == []

    def test_one_earlier_quarter_alone_does_not_tell(self):
        *earlier, now = self.with_one(500, 5000)
        assert findings("W01", now, earlier) == []

    def test_with_one_earlier_quarter_peers_tell(self):
        earlier, now = ({**figures, "firms_end": 10.0} for figures in self.with_one(500, 5000))
        peers = [{**USUAL, "firms_end": 10.0, self.ONE: 400.0 + 20 * i} for i in range(10)]
        assert measures(findings("W01", now, [earlier], peers=peers, **PER_FIRM)) == [self.ONE]

    def test_an_amount_that_was_unusual_among_peers_before_is_not(self):
        earlier, now = ({**figures, "firms_end": 10.0} for figures in self.with_one(5000, 50000))
        peers = [{**USUAL, "firms_end": 10.0, self.ONE: 400.0 + 20 * i} for i in range(10)]
        assert findings("W01", now, [earlier], peers=peers, **PER_FIRM) == []


class TestFirstReturn:
    """Without own earlier quarters a return is compared with its type, per firm."""

    PEERS = [{**times(0.8 + 0.05 * i), "firms_end": 5.0} for i in range(9)]

    @pytest.mark.parametrize("factor", FACTORS)
    def test_a_slip_is_found_against_peers_per_firm(self, factor):
        now = {**times(factor * 4), "firms_end": 20.0}
        found = findings("W01", now, peers=self.PEERS, **PER_FIRM)
        assert [f.cell for f in found] == [cell(money()[0])]

    @pytest.mark.parametrize("factor", [0.5, 1, 2])
    def test_a_larger_base_with_richer_or_poorer_firms_is_none(self, factor):
        now = {**times(factor * 40), "firms_end": 200.0}
        assert findings("W01", now, peers=self.PEERS, **PER_FIRM) == []

    def test_peers_that_differ_widely_prove_nothing(self):
        peers = [{**times(10 ** (i / 4 - 1)), "firms_end": 5.0} for i in range(9)]
        assert findings("W01", {**times(10), "firms_end": 5.0}, peers=peers, **PER_FIRM) == []

    def test_fewer_than_eight_peers_prove_nothing(self):
        now = {**times(1000), "firms_end": 5.0}
        assert findings("W01", now, peers=self.PEERS[:7], **PER_FIRM) == []

    @pytest.mark.parametrize("firms", [None, 0.0])
    def test_without_firms_nothing_is_compared(self, firms):
        now = {**times(1000), "firms_end": firms}
        assert findings("W01", now, peers=self.PEERS, **PER_FIRM) == []

    def test_a_second_slipped_return_is_found_too(self):
        now, last = ({**times(1000), "firms_end": 5.0} for _ in range(2))
        assert len(findings("W01", now, [last], peers=self.PEERS, **PER_FIRM)) == 1


@given(st.lists(st.lists(st.floats(-9, 9) | st.just(math.nan), min_size=3, max_size=3), min_size=1, max_size=12))
def test_medians_are_those_of_numpy_for_columns_that_have_values(rows):
    table = np.array(rows)
    told = (~np.isnan(table)).any(axis=0)
    found = _medians(table)
    np.testing.assert_allclose(found[told], np.nanmedian(table[:, told], axis=0))
    assert np.isnan(found[~told]).all()


def test_a_median_of_fewer_values_than_it_takes_is_none():
    table = np.array([[1.0, 1], [2, math.nan], [3, math.nan]])
    np.testing.assert_array_equal(_medians(table, fewest=2), [2, math.nan])
    assert np.isnan(_medians(np.empty((0, 2)))).all()
