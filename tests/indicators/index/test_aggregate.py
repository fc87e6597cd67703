"""Means up the tree: by hand over four levels, and against a slow route that knows nothing of arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.index.aggregate import MEANS, SHARES, NotPositive, aggregate
from tests.indicators.index.made import tree_of

nan = np.nan

FOUR = tree_of(
    ("top", "", 1), ("x", "top", 3), ("y", "top", 1), ("x1", "x", 1), ("x2", "x", 1),
    ("a", "x1", 2), ("b", "x1", 1), ("c", "x2", 5), ("d", "y", 1), ("e", "y", 1),
)  # fmt: skip


def same(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12)


def test_four_levels_by_hand():
    a, b, c, d, e = 60.0, 30.0, 10.0, 80.0, 40.0
    scores = dict(zip(FOUR.codes, aggregate(np.array([[a, b, c, d, e]]), FOUR)[0], strict=True))
    # x1 = (2·60 + 30) / 3 = 50, x2 = 10, x = 30, y = 60, top = (3·30 + 60) / 4
    same([scores[code] for code in ("x1", "x2", "x", "y", "top")], [50, 10, 30, 60, 37.5])


def test_the_other_means_by_hand():
    tree = tree_of(("top", "", 1), ("a", "top", 1), ("b", "top", 3))
    same(aggregate(np.array([[16.0, 81]]), tree, how="geometric")[0, -1], 54)  # (16 · 81³)^¼ = 2 · 27
    same(aggregate(np.array([[2.0, 6]]), tree, how="harmonic")[0, -1], 4)  # 4 / (1/2 + 3/6)


def test_missing_children_drop_out_and_the_others_weights_are_rescaled_within_the_parent():
    scores = dict(zip(FOUR.codes, aggregate(np.array([[60.0, nan, nan, 80, 40]]), FOUR)[0], strict=True))
    same([scores[code] for code in ("x1", "x2", "x", "y", "top")], [60, nan, 60, 60, 60])


@pytest.mark.parametrize(
    ("share_of", "min_share", "expected"),
    [("number", 0.5, 50), ("number", 0.51, nan), ("weight", 0.6, 50), ("weight", 0.61, nan), ("number", 0, 50)],
)
def test_a_mean_needs_its_share_of_children_or_of_their_weight(share_of, min_share, expected):
    tree = tree_of(("top", "", 1), ("a", "top", 60), ("b", "top", 40))
    same(aggregate(np.array([[50, nan]]), tree, min_share=min_share, share_of=share_of)[0, -1], expected)


def test_a_share_is_met_also_where_it_cannot_be_written_exactly():
    assert 0.56 * 25 > 14  # by a rounding error
    tree = tree_of(("top", "", 1), *((f"i{i}", "top", 0.1) for i in range(25)))
    scores = np.array([[1.0] * 14 + [nan] * 11, [1.0] * 13 + [nan] * 12])
    for share_of in SHARES:
        same(aggregate(scores, tree, min_share=0.56, share_of=share_of)[:, -1], [1, nan])


@pytest.mark.parametrize("how", MEANS)
def test_what_weighs_nothing_counts_nowhere(how):
    tree = tree_of(("top", "", 1), ("a", "top", 1), ("b", "top", 0))
    same(aggregate(np.array([[5.0, -1], [5, nan], [nan, 7]]), tree, how=how)[:, -1], [5, 5, nan])


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
@pytest.mark.parametrize("wrong", [0.0, -3.0, 1e-310])
def test_means_that_need_scores_above_0_say_whose_is_not(how, wrong):
    with pytest.raises(NotPositive) as refused:
        aggregate(np.array([[1.0, 1, 1, 1, 1], [1, 1, 1, wrong, nan]]), FOUR, how=how)
    assert (refused.value.unit, refused.value.code, refused.value.score) == (1, "d", wrong)


def slow(code, tree, scores, weights, how, min_share, share_of):
    """One unit's score of one code, recursively, as one would say it."""
    place = tree.codes.index(code)
    if place < tree.indicators:
        return scores[place]
    children = [i for i, parent in enumerate(tree.parents) if parent == place]
    found = {i: slow(tree.codes[i], tree, scores, weights, how, min_share, share_of) for i in children}
    there = [i for i in children if not math.isnan(found[i])]
    weight = math.fsum(weights[i] for i in there)
    share = len(there) / len(children) if share_of == "number" else weight / math.fsum(weights[i] for i in children)
    if not weight or share < min_share - 1e-9:
        return nan
    if how == "arithmetic":
        return math.fsum(weights[i] * found[i] for i in there) / weight
    if how == "geometric":
        return math.prod(found[i] ** (weights[i] / weight) for i in there)
    return weight / math.fsum(weights[i] / found[i] for i in there)


@st.composite
def trees(draw):
    """Any tree with up to 8 aggregates in a heap's order, each with an indicator or more."""
    aggregates, weight = draw(st.integers(1, 8)), st.sampled_from([0.0, 0.5, 1, 2, 7])
    lines = [("A0", "", 1.0)]
    lines += [(f"A{i}", f"A{draw(st.integers(0, i - 1))}", draw(weight)) for i in range(1, aggregates)]
    for i in range(aggregates):
        lines += [(f"i{i}_{j}", f"A{i}", 1.0 if j == 0 else draw(weight)) for j in range(draw(st.integers(1, 4)))]
    return tree_of(*lines)


@given(trees(), st.data(), st.sampled_from(list(MEANS)), st.sampled_from(SHARES), st.sampled_from([0, 0.5, 0.6, 1]))
def test_the_fast_route_says_what_the_slow_one_says(tree, data, how, share_of, min_share):
    value = st.one_of(st.just(nan), st.floats(1, 100))
    scores = np.array(
        data.draw(st.lists(st.lists(value, min_size=tree.indicators, max_size=tree.indicators), max_size=3))
    )
    scores = scores.reshape(-1, tree.indicators)
    found = aggregate(scores, tree, how=how, min_share=min_share, share_of=share_of)
    for unit, row in enumerate(scores.tolist()):
        expected = [slow(code, tree, row, tree.weights, how, min_share, share_of) for code in tree.codes]
        np.testing.assert_allclose(found[unit], expected, rtol=1e-9)


@pytest.mark.parametrize("how", MEANS)
def test_each_replications_weights_are_its_own(how):
    random = np.random.default_rng(5)
    scores = random.uniform(1, 100, (6, FOUR.indicators))
    scores[random.random(scores.shape) < 0.2] = nan
    weights = np.array(FOUR.weights) * random.uniform(0.75, 1.25, (4, 3, len(FOUR.codes)))
    found = aggregate(scores, FOUR, weights, how)
    assert found.shape == (4, 3, 6, len(FOUR.codes))
    for place in np.ndindex(4, 3):
        np.testing.assert_array_equal(found[place], aggregate(scores, FOUR, weights[place], how))


def test_replications_of_scores_and_of_weights_go_together():
    random = np.random.default_rng(6)
    scores = random.uniform(1, 100, (4, 1, 6, FOUR.indicators))
    weights = random.uniform(1, 2, (3, len(FOUR.codes)))
    found = aggregate(scores, FOUR, weights)
    for i, j in np.ndindex(4, 3):
        np.testing.assert_array_equal(found[i, j], aggregate(scores[i, 0], FOUR, weights[j]))


@pytest.mark.parametrize(
    "wrong", [{"how": "median"}, {"share_of": "size"}, {"weights": -np.ones(10)}, {"weights": np.full(10, np.inf)}]
)
def test_what_is_no_mean_and_no_weight_is_refused(wrong):
    with pytest.raises(ValueError, match=r"mean|share|weight"):
        aggregate(np.ones((1, 5)), FOUR, **wrong)
