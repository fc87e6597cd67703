"""What must hold for every table: what a unit gains by improving, and what changes nothing.

Improving one value of one unit can never lower its own score, whichever the scale. For min-max and ranks it lowers
nobody's place but others', so its rank cannot worsen either. For z-scores that is not true, as an example here shows;
nor is it where values are filled in or treated, because one value then moves what others are given.
"""

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.index.recipe import Step, read_record, run, to_json
from indicators.index.tree import Entry, grow
from tests.indicators.index.made import of_values, steps, tree_of

nan = np.nan
TREE = tree_of(
    ("top", "", 1), ("x", "top", 3), ("y", "top", 1), ("a", "x", 2), ("b", "x", 1), ("c", "y", 1), ("d", "y", 4)
)  # fmt: skip
RANKS = ("rank", "percentile_rank")
TIES = ("min", "average")


@st.composite
def tables(draw, missing=True, fewest=2):
    """[unit, indicator] of small whole numbers, so that ties and exact equality are common."""
    cell = st.integers(0, 6).map(float)
    cells = st.one_of(cell, st.just(nan)) if missing else cell
    units = draw(st.integers(fewest, 7))
    return np.array(draw(st.lists(st.lists(cells, min_size=4, max_size=4), min_size=units, max_size=units)))


def made(values, tree=TREE, **arguments):
    return run(steps(**arguments), of_values(values, tree))


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@st.composite
def improvements(draw):
    """A table, and the same one in which one value that is there is larger."""
    values = draw(tables())
    there = np.argwhere(~np.isnan(values))
    assume(len(there))
    unit, code = there[draw(st.integers(0, len(there) - 1))]
    better = values.copy()
    better[unit, code] += draw(st.sampled_from([0.5, 1, 2, 100]))
    return values, better, unit


@given(improvements(), st.sampled_from(["minmax", *RANKS]), st.sampled_from(TIES), st.sampled_from(["arithmetic", "geometric", "harmonic"]))  # fmt: skip
def test_improving_one_value_never_worsens_the_units_score_nor_its_rank(improved, how, ties, mean):
    values, better, unit = improved
    assume(not (how == "percentile_rank" and mean != "arithmetic"))  # its lowest score is 0
    # An indicator that told nobody apart had no min-max score; that it has one now is no improvement of a score.
    assume(
        how != "minmax"
        or (np.isnan(made(values).stages["normalise"]) == np.isnan(made(better).stages["normalise"])).all()
    )
    before, after = (made(table, how=how, ties=ties, mean=mean, scale=(1, 100)) for table in (values, better))
    if not np.isnan(before.scores[unit, -1]):
        assert after.scores[unit, -1] >= before.scores[unit, -1] - 1e-9
        assert after.ranks[unit, -1] <= before.ranks[unit, -1]


@given(improvements())
def test_improving_one_value_never_worsens_the_units_own_z_scores(improved):
    values, better, unit = improved
    before, after = (made(table, how="zscore").stages["normalise"][unit] for table in (values, better))
    both = ~np.isnan(before) & ~np.isnan(after)
    assert (after[both] >= before[both] - 1e-9).all()


def test_with_z_scores_a_unit_that_improves_may_fall_behind():
    """Less spread lets another unit's lead weigh more. So the programme's scores are percentile ranks."""
    tree = tree_of(("top", "", 1), ("a", "top", 1), ("b", "top", 1))
    before, after = (np.array([[mine, 4.0], [7, 3], [8, 0]]) for mine in (1.0, 6))
    assert made(before, tree, how="zscore").ranks[0, -1] == 2
    assert made(after, tree, how="zscore").ranks[0, -1] == 3
    assert made(before, tree).ranks[0, -1] >= made(after, tree).ranks[0, -1]


@given(tables(), st.sampled_from(RANKS), st.sampled_from(TIES), st.integers(0, 3))
def test_a_monotone_change_of_an_indicator_scored_by_rank_changes_nothing(values, how, ties, code):
    changed = values.copy()
    changed[:, code] = np.exp(values[:, code]) - 50
    same(made(changed, how=how, ties=ties).scores, made(values, how=how, ties=ties).scores)


@given(tables(), st.sampled_from(["minmax", "zscore", *RANKS]), st.integers(0, 3), st.sampled_from([0.001, 3, 1e6]))
def test_the_unit_of_measurement_changes_nothing(values, how, code, factor):
    changed = values.copy()
    changed[:, code] = values[:, code] * factor + 7 * factor
    same(made(changed, how=how).scores, made(values, how=how).scores)


@given(tables(), st.sampled_from(["minmax", "zscore", *RANKS]), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing_but_the_order(values, how, random):
    order = random.sample(range(len(values)), len(values))
    found, expected = made(values[order], how=how), made(values, how=how)
    same(found.scores, expected.scores[order])
    if how in RANKS or how == "minmax":
        np.testing.assert_array_equal(found.ranks, expected.ranks[order])


@given(tables(), st.sampled_from(["minmax", *RANKS]), st.permutations(list(range(7))))
def test_the_order_of_the_lines_of_imeta_changes_nothing_but_the_order(values, how, order):
    lines = [
        Entry(code, TREE.codes[parent] if parent >= 0 else "", weight, i < TREE.indicators)
        for i, (code, parent, weight) in enumerate(zip(TREE.codes, TREE.parents, TREE.weights, strict=True))
    ]
    tree = grow([lines[i] for i in order])
    found = made(values[:, [TREE.codes.index(code) for code in tree.leaves]], tree, how=how)
    same(found.scores, made(values, how=how).scores[:, [TREE.codes.index(code) for code in tree.codes]])


@given(tables(), st.integers(0, 6))
def test_a_unit_that_is_there_twice_changes_no_min_max_score_and_ties_with_itself(values, which):
    twin = which % len(values)
    found, expected = made(np.vstack([values, values[twin]])), made(values)
    same(found.scores[:-1], expected.scores)
    same(found.scores[-1], expected.scores[twin])
    np.testing.assert_array_equal(found.ranks[-1], found.ranks[twin])
    ahead = ~(expected.ranks > expected.ranks[twin])  # who is behind the twins is one place further back
    np.testing.assert_array_equal((found.ranks[:-1] == expected.ranks)[ahead], ~np.isnan(expected.ranks)[ahead])


@given(tables(), st.sampled_from(["minmax", *RANKS]), st.sampled_from([0.01, 3, 1000]))
def test_only_the_proportion_of_weights_within_a_parent_matters(values, how, factor):
    heavier = tree_of(
        ("top", "", 5), ("x", "top", 3), ("y", "top", 1),
        ("a", "x", 2 * factor), ("b", "x", factor), ("c", "y", 1), ("d", "y", 4),
    )  # fmt: skip
    same(made(values, heavier, how=how).scores, made(values, how=how).scores)


@given(tables(), st.sampled_from(["arithmetic", "geometric", "harmonic"]))
def test_a_mean_lies_between_its_parts_and_the_three_keep_their_order(values, mean):
    found = made(values, mean=mean, scale=(1, 100)).scores
    for parent, children in TREE.families:
        parts = np.where(np.isnan(found[:, children]), np.inf, found[:, children]).min(axis=1)
        whole = np.where(np.isnan(found[:, children]), -np.inf, found[:, children]).max(axis=1)
        there = ~np.isnan(found[:, parent])
        assert (found[there, parent] >= parts[there] - 1e-9).all()
        assert (found[there, parent] <= whole[there] + 1e-9).all()
    # Parent by parent this is the inequality of the means; it carries up because each is monotone.
    assert not (found > made(values, scale=(1, 100)).scores + 1e-9).any()


RECIPES = st.tuples(
    st.sampled_from([[], [Step("impute", {"how": "group_mean", "group": "group"})], [Step("impute", {"how": "group_median", "group": "group"})]]),
    st.sampled_from([[], [Step("treat", {"max_winsorise": 2})]]),
    st.builds(steps, st.sampled_from(["minmax", "zscore", *RANKS]), st.just("arithmetic"), ties=st.sampled_from(TIES),
              min_share=st.sampled_from([0.0, 0.6]), within=st.sampled_from(["", "group"])),
).map(lambda parts: [step for part in parts for step in part])  # fmt: skip


@given(tables(fewest=1), RECIPES)
def test_a_result_is_made_again_from_its_record_to_the_last_bit(values, recipe):
    table = of_values(values, TREE)
    inputs = {"data": {"sha256": ""}, "meta": {"sha256": ""}}
    record = read_record(json.dumps({"steps": to_json(recipe), "inputs": inputs}))
    assert record.steps == recipe
    first, again = run(recipe, table), run(record.steps, table)
    assert first.stages.keys() == again.stages.keys()
    for verb, stage in first.stages.items():
        np.testing.assert_array_equal(again.stages[verb], stage)
    np.testing.assert_array_equal(again.scores, first.scores)
    np.testing.assert_array_equal(again.ranks, first.ranks)
    assert again.notes == first.notes


@given(tables(fewest=1), RECIPES)
def test_a_score_is_a_number_or_missing_and_has_a_rank_where_it_is_a_number(values, recipe):
    with np.errstate(all="raise"):
        result = run(recipe, of_values(values, TREE))
    assert not np.isinf(result.scores).any()
    np.testing.assert_array_equal(np.isnan(result.ranks), np.isnan(result.scores))
    assert (result.ranks[~np.isnan(result.ranks)] >= 1).all()
    if np.isnan(result.scores[:, -1]).any():
        assert any("no top" in note for note in result.notes)


@pytest.mark.parametrize("values", [np.full((3, 4), nan), np.ones((3, 4)), np.ones((1, 4))])
def test_where_nothing_can_be_compared_there_is_no_score_and_it_is_told(values):
    result = made(values)
    assert np.isnan(result.scores).all()
    assert len(result.notes) >= 2
