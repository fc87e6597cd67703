"""All indicators together against the base's own year before, in usual ups and downs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.verdicts.decline import FURTHEST, changes, peers, usual, usual_change

INDICATORS, BASES = 12, 150


def programme(seed=0, bases=BASES):
    """(values [indicator, 8, base] that only chance moves, more in small bases, and sizes)."""
    chance = np.random.default_rng(seed)
    size = np.exp(chance.uniform(2, 7, bases))
    level = chance.normal(0, 1, (INDICATORS, 1, bases))
    noise = chance.normal(0, 1, (INDICATORS, 8, bases)) * 3 / np.sqrt(size)
    return np.exp(level + noise), size


def told(values, size, up=None, types=None, least=10, least_peers=20):
    up = np.ones(INDICATORS, dtype=bool) if up is None else up
    types = np.array(["regional"] * size.size) if types is None else types
    return changes(values, up, size, types, least, least_peers)


def test_a_base_whose_indicators_all_fall_stands_out_and_the_others_do_not():
    values, size = programme()
    at = int(np.argsort(size)[BASES // 2])
    values[:, -2:, at] *= 0.6
    scores = told(values, size).scores
    assert (scores[-2:, at] < -3).all()
    assert abs(scores[-3, at]) < 3
    others = np.delete(scores, at, axis=1)
    assert (others[-2:].max(axis=0) > -2.5).all()


def test_the_same_fall_says_less_of_a_small_base():
    values, size = programme()
    small, large = np.argsort(size)[[10, -10]]
    for at in (small, large):
        values[:, -1, at] = values[:, :4, at].mean(axis=1) * 0.8
    scores = told(values, size).scores[-1]
    assert scores[large] < scores[small] < 0


def test_what_happens_to_all_is_nobodys_fault():
    change = np.random.default_rng(1).normal(size=(3, 60))
    size, groups = np.linspace(5, 500, 60), np.zeros(60, dtype=int)
    shifted = change + np.array([[3.0], [-2.0], [7.0]])
    assert np.allclose(usual(change, size, groups), usual(shifted, size, groups))


def test_types_are_compared_among_themselves_when_there_are_enough():
    types = np.array(["a"] * 20 + ["b"] * 19)
    assert set(peers(types, 20).tolist()) == {0, -1}
    change = np.random.default_rng(1).normal(size=(3, 60))
    groups = np.repeat([0, 1], 30)
    of_one_type = change.copy()
    of_one_type[:, groups == 1] -= 9.0
    size = np.tile(np.linspace(5, 500, 30), 2)
    assert np.allclose(usual(change, size, groups), usual(of_one_type, size, groups))


def test_less_is_better_where_the_indicator_says_so():
    values, size = programme()
    values[:, -1, 5] *= 3
    rose = told(values, size).scores[-1, 5]
    assert rose > 0
    assert told(values, size, up=np.zeros(INDICATORS, dtype=bool)).scores[-1, 5] == pytest.approx(-rose)


def test_no_indicator_counts_for_more_than_twice_the_usual():
    values, size = programme()
    values[0, -1, 5] *= 1e6
    assert told(values, size).each[0, -1, 5] == FURTHEST


@pytest.mark.parametrize(("blank", "judged"), [(2, True), (3, False)])
def test_too_few_indicators_say_nothing(blank, judged):
    values, size = programme()
    values[:blank, -1, 5] = np.nan
    assert np.isnan(told(values, size).scores[-1, 5]) != judged


@pytest.mark.parametrize(("missing", "judged"), [(2, True), (3, False)])
def test_the_year_before_needs_two_quarters(missing, judged):
    values, size = programme()
    values[:, :missing, 5] = np.nan
    assert np.isnan(told(values, size).scores[-1, 5]) != judged


def test_too_few_bases_say_nothing():
    values, size = programme(bases=7)
    assert np.isnan(told(values, size).scores).all()


def test_the_usual_change_of_normal_values_is_their_standard_deviation_and_falls_with_size():
    chance = np.random.default_rng(3)
    size = np.exp(chance.uniform(1, 8, 5000))
    spread = usual_change(chance.normal(size=(3, 5000)) * 4 * (size + 1) ** -0.5, size)
    assert np.allclose(spread * (size + 1) ** 0.5, 4, rtol=0.05)


def test_another_number_of_quarters_is_refused():
    values, size = programme()
    with pytest.raises(ValueError, match="8 quarters, not 7"):
        told(values[:, 1:], size)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_the_order_of_the_bases_changes_nothing(seed):
    values, size = programme(seed % 5, 60)
    order = np.random.default_rng(seed).permutation(60)
    plain, mixed = told(values, size), told(values[:, :, order], size[order])
    assert np.allclose(plain.scores[:, order], mixed.scores, equal_nan=True)
    assert np.allclose(plain.each[..., order], mixed.each, equal_nan=True)
