"""Places and ranks: who comes first, what ties share, what is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.stats import rankdata

from indicators.index.rank import places, rank, rank_within

nan = np.nan
COARSE = npst.arrays(
    float, npst.array_shapes(min_dims=2, max_dims=3, max_side=7), elements=st.sampled_from([nan, 0, 1, 2, 3])
)


def same(found, expected):
    np.testing.assert_array_equal(np.asarray(found, dtype=float), expected)


def test_the_largest_is_first_ties_take_the_best_place_and_what_is_missing_has_no_rank():
    same(rank(np.array([10.0, 30, 20, 20, nan, 5]), axis=-1), [4, 1, 2, 2, nan, 5])


def test_values_that_differ_by_rounding_are_tied_and_others_are_not():
    same(rank(np.array([1.0, 1.0 + 1e-14, 1.0 + 1e-9]), axis=-1), [2, 2, 1])
    same(rank(np.array([-1.0, -1.0 - 1e-14, -1.0 - 1e-9]), axis=-1), [1, 1, 3])
    same(rank(np.array([0.1 + 0.2, 0.3, 0.0, -0.0, 1e-300]), axis=-1), [1, 1, 4, 4, 3])


def test_nothing_is_rounded_before_ranking():
    same(rank(np.array([50.004, 50.003]), axis=-1), [1, 2])


@given(COARSE, st.sampled_from(["min", "average"]))
def test_places_are_scipys_for_the_values_that_are_there(values, ties):
    found = places(values, ties)
    for index in np.ndindex(values.shape[:-2] + values.shape[-1:]):
        column = values[(*index[:-1], slice(None), index[-1])]
        there = ~np.isnan(column)
        same(found[(*index[:-1], slice(None), index[-1])][there], rankdata(column[there], ties))
    same(np.isnan(found), np.isnan(values))


@given(COARSE, st.randoms(use_true_random=False))
def test_the_order_of_units_moves_ranks_along(values, random):
    order = random.sample(range(values.shape[-2]), values.shape[-2])
    same(rank(values[..., order, :]), rank(values)[..., order, :])


@given(COARSE)
def test_a_rank_is_one_more_than_how_many_are_better(values):
    better = (values[..., None, :, :] > values[..., :, None, :]).sum(axis=-2) + 1.0
    same(rank(values), np.where(np.isnan(values), nan, better))


def test_every_group_has_its_own_first_place_and_no_group_means_no_rank():
    values = np.array([[1.0], [2], [3], [4], [5]])
    same(rank_within(values, np.array(["a", "b", "a", "", "b"]))[:, 0], [2, 2, 1, nan, 1])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (2, 0, 3), (1, 1)])
def test_nobody_and_one_alone_can_be_ranked(shape):
    same(rank(np.ones(shape)), np.ones(shape))
    same(places(np.ones(shape), "average"), np.ones(shape))


def test_an_unknown_kind_of_ties_is_refused():
    with pytest.raises(ValueError, match="min or average"):
        places(np.ones((2, 2)), "max")
