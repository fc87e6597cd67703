"""Dividing, filling in and treating outliers: what is changed, what is left, and that it is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew

from indicators.index.denominate import denominate
from indicators.index.impute import impute
from indicators.index.treat import shape_of, treat

nan = np.nan
TAME = [float(i) for i in range(1, 21)]


def column(*values):
    return np.array(values, dtype=float)[:, None]


def treated(values, most=5):
    found, (done,) = treat(column(*values), most)
    return found[:, 0].tolist(), done


def test_a_total_is_divided_by_its_denominator_and_is_missing_without_one():
    found = denominate(np.array([[6.0, 5], [6, 5], [6, 5], [nan, 5]]), np.array([[3.0, 1], [0, 1], [nan, 1], [2, 1]]))
    np.testing.assert_array_equal(found, [[2, 5], [nan, 5], [nan, 5], [nan, 5]])


def test_a_negative_denominator_is_refused_because_more_would_become_less():
    with pytest.raises(ValueError, match="negative"):
        denominate(np.ones((1, 1)), -np.ones((1, 1)))


@pytest.mark.parametrize(("how", "expected"), [("group_mean", 4), ("group_median", 2), ("none", nan)])
def test_what_is_missing_is_filled_with_the_groups_mean_or_median_and_marked(how, expected):
    values, groups = column(1, 2, 9, nan, 100, nan, nan, 7), np.array(["a", "a", "a", "a", "b", "", "c", ""])
    found, filled = impute(values, how, groups)
    np.testing.assert_array_equal(found[:, 0], [1, 2, 9, expected, 100, nan, nan, 7])
    np.testing.assert_array_equal(filled[:, 0], [False] * 3 + [how != "none"] + [False] * 4)
    assert np.isnan(values[3, 0])  # what was given stays as it was


def test_an_unknown_way_to_fill_in_is_refused():
    with pytest.raises(ValueError, match="none, group_mean, group_median"):
        impute(column(1), "mean", np.array(["a"]))


@given(st.lists(st.integers(-20, 20), min_size=4, max_size=12).filter(lambda values: len(set(values)) > 1))
def test_skew_and_kurtosis_are_scipys_without_bias(values):
    found = shape_of(np.array([*values, nan], dtype=float))
    assert found.skew == pytest.approx(skew(values, bias=False), rel=1e-9, abs=1e-9)
    assert found.kurtosis == pytest.approx(kurtosis(values, bias=False), rel=1e-9, abs=1e-9)


def test_an_indicator_that_passes_stays_as_it_is():
    values, done = treated(TAME)
    assert (values, done.action, done.after) == (TAME, "none", done.before)


def test_one_outlier_takes_the_next_values_place_and_its_unit_is_told():
    values, done = treated([*TAME, 500])
    assert values == [*TAME, 20]
    assert (done.action, done.high, done.low) == ("winsorised", (20,), ())
    assert not done.before.passes
    assert done.after.passes


def test_the_skewed_side_is_treated():
    values, done = treated([-500, *TAME])
    assert values == [1, *TAME]
    assert (done.high, done.low) == ((), (0,))


def test_points_are_moved_one_at_a_time_until_the_indicator_passes():
    values, done = treated([*TAME, 500, 400, 300])
    assert (set(done.high), values[20:]) == ({20, 21, 22}, [20] * 3)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_with_more_outliers_than_may_be_moved_the_logarithm_is_taken_of_the_original(most):
    given = np.array([*TAME, 500, 400, 300])
    values, done = treated(given, most)
    assert (done.action, done.high) == ("log", ())
    np.testing.assert_allclose(values, np.log(given - 1 + 0.01 * 499), rtol=1e-12)


def test_tied_outliers_are_moved_together_or_not_at_all():
    assert treated([*TAME, 500, 500], most=2)[1].high == (20, 21)
    assert treated([*TAME, 500, 500], most=1)[1].action == "log"


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 50, 60, 1000, -1000]), min_size=4, max_size=40), st.integers(0, 5))
def test_treatment_keeps_the_order_and_moves_no_more_than_it_may(given, most):
    values, done = treated(given, most)
    moved = {i for i, (a, b) in enumerate(zip(given, values, strict=True)) if a != b}
    if done.action == "winsorised":
        assert moved == {*done.high, *done.low}
        assert 0 < len(moved) <= most
        assert done.after.passes
    elif done.action == "none":
        assert not moved
        assert done.before is None or done.before.passes or done.note
    order = np.argsort(given, kind="stable")
    assert (np.diff(np.array(values)[order]) >= 0).all()


def test_an_indicator_of_yes_and_no_is_not_flattened():
    given = [0.0] * 19 + [1]
    values, done = treated(given)
    assert (values, done.action) == (given, "none")
    assert "left as it is" in done.note


@pytest.mark.parametrize(
    ("given", "said"),
    [([1, 2, 900], "too few values to treat"), ([5] * 6, "constant"), ([nan] * 5, "too few values to treat")],
)
def test_what_has_no_shape_is_left_and_it_is_told_why(given, said):
    values, done = treated(given)
    np.testing.assert_array_equal(values, given)
    assert (done.action, done.before, done.after, done.note) == ("none", None, None, said)


def test_missing_values_stay_missing_under_treatment():
    values, done = treated([nan, *TAME, 500, nan])
    np.testing.assert_array_equal(np.isnan(values), [True] + [False] * 21 + [True])
    assert done.high == (21,)
    assert np.isnan(treated([nan, *TAME, 500, nan], most=0)[0]).sum() == 2
