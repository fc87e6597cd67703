"""Scores on one scale: by hand, against plain formulas, and where there is nothing to compare."""

import statistics

import numpy as np
import pytest

from indicators.index.normalise import METHODS, directed, minmax, normalise, percentile_rank, without_scale, zscore

nan = np.nan


def column(*values):
    return np.array(values, dtype=float)[:, None]


def same(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float).ravel(), np.ravel(expected), rtol=1e-12)


def test_min_max_runs_from_the_worst_score_to_the_best():
    same(minmax(column(5, 1, 9, nan)), [50, 0, 100, nan])
    same(minmax(column(5, 1, 9, nan), (1, 100)), [50.5, 1, 100, nan])


def test_z_scores_have_the_standard_deviation_with_n_minus_1():
    values = [3.0, 1, 4, 1, 5]
    mean, sd = statistics.mean(values), statistics.stdev(values)
    same(zscore(column(*values, nan)), [*((value - mean) / sd for value in values), nan])


def test_the_worst_rank_is_1_and_ties_take_the_lower_or_the_mean_place():
    same(normalise(column(5, 1, 9, 5), "rank"), [2, 1, 4, 2])
    same(normalise(column(5, 1, 9, 5), "rank", ties="average"), [2.5, 1, 4, 2.5])


def test_percentile_ranks_run_from_0_to_100():
    same(percentile_rank(column(5, 1, 9, 7, 3)), [50, 0, 100, 75, 25])


def test_tied_values_take_the_lower_place_or_share_the_mean_of_their_places():
    same(percentile_rank(column(1, 2, 2, 3)), [0, 100 / 3, 100 / 3, 100])
    same(percentile_rank(column(1, 2, 2, 3), "average"), [0, 50, 50, 100])


def test_missing_values_are_left_out_of_the_ranking():
    same(percentile_rank(column(1, nan, 2, 3)), [0, nan, 50, 100])
    same(percentile_rank(np.array([1, nan, 2, 3]), axis=-1), [0, nan, 50, 100])


@pytest.mark.parametrize("values", [[5.0], [nan, 5], [nan, nan], []])
@pytest.mark.parametrize("how", ["minmax", "zscore", "percentile_rank"])
def test_with_fewer_than_two_values_there_is_no_score(values, how):
    assert np.isnan(normalise(column(*values), how)).all()


@pytest.mark.parametrize("values", [[5.0, 5, 5], [0.1 + 0.2, 0.3], [0, -0.0], [5, nan, 5]])
def test_values_that_are_equal_but_for_rounding_have_no_scale(values):
    assert np.isnan(minmax(column(*values))).all()
    assert np.isnan(zscore(column(*values))).all()
    assert without_scale(column(*values)).all()


@pytest.mark.parametrize(("ties", "expected"), [("min", 0), ("average", 50)])
def test_equal_values_have_equal_percentile_ranks(ties, expected):
    same(percentile_rank(column(5, 5, 5), ties), [expected] * 3)


@pytest.mark.parametrize("scale", [1e-150, 1e-100, 1.0, 1e99])
def test_neither_tiny_nor_huge_numbers_overflow(scale):
    values = column(1, 2, 4, nan)
    for how in METHODS:
        np.testing.assert_allclose(normalise(values * scale, how), normalise(values, how), rtol=1e-9)


def test_less_is_better_where_the_direction_is_minus_1():
    values = np.array([[1.0, 1], [2, 2]])
    same(minmax(directed(values, np.array([1, -1]))), [[0, 100], [100, 0]])


@pytest.mark.parametrize("how", METHODS)
def test_replications_are_scored_each_by_itself(how):
    values = np.random.default_rng(3).integers(0, 5, (4, 6, 3)).astype(float)
    values[0, 0, 0] = nan
    for found, alone in zip(normalise(values, how), values, strict=True):
        np.testing.assert_array_equal(found, normalise(alone, how))


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="minmax, zscore, rank, percentile_rank"):
        normalise(column(1, 2), "max")
