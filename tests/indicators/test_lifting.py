"""Scores above 0 for a geometric mean: one straight map for each scale, and for z-scores one for all indicators."""

import numpy as np
import pytest

from indicators.index.tree import Entry, Tree, grow
from indicators.lifting import ends_of, lifted

nan = np.nan
TREE = grow([*(Entry(f"I{i}", "X", weight, True) for i, weight in enumerate((1, 2, 0))), Entry("X", "", 1, False)])


def lift(tree: Tree = TREE, **scales):
    scales = {name: np.array(scores, dtype=float) for name, scores in scales.items()}
    return lifted(scales, ends_of([(scales, tree)]))


@pytest.mark.parametrize("scale", ["percentile_rank", "minmax"])
def test_what_lies_on_0_to_100_becomes_1_plus_99_hundredths_whatever_scores_there_are(scale):
    np.testing.assert_allclose(
        lift(**{scale: [[0, 25, 50], [nan, 100, 20]]})[scale], [[1, 25.75, 50.5], [nan, 100, 20.8]]
    )
    np.testing.assert_allclose(lift(**{scale: [[20, 40, 30]]})[scale], [[20.8, 40.6, 30.7]])


def test_z_scores_share_one_map_from_the_lowest_to_the_highest_of_all():
    found = lift(zscore=[[-1, 0.5, 0], [1, nan, 0.25], [0, 3, 1]])["zscore"]
    np.testing.assert_allclose(found, 1 + 99 * (np.array([[-1, 0.5, 0], [1, nan, 0.25], [0, 3, 1]]) + 1) / 4)


def test_an_indicator_that_weighs_nothing_moves_no_other():
    one, other = (lift(zscore=[[-1, 2, far], [1, 0, 0]])["zscore"][:, :2] for far in (0, -50))
    np.testing.assert_array_equal(one, other)
    assert (one.min(), one.max()) == (1, 100)


def test_all_parts_are_moved_by_the_same():
    quarters = [{"zscore": np.array([[-2.0, 1, 0]])}, {"zscore": np.array([[0.0, 6, 0]])}]
    ends = ends_of([(scales, TREE) for scales in quarters])
    np.testing.assert_allclose(
        [lifted(scales, ends)["zscore"][0, :2] for scales in quarters], [[1, 38.125], [25.75, 100]]
    )


def test_without_scores_or_differences_nothing_breaks():
    assert np.isnan(lift(zscore=[[nan] * 3])["zscore"]).all()
    np.testing.assert_array_equal(lift(zscore=[[0.5] * 3, [0.5] * 3])["zscore"], np.ones((2, 3)))
