"""Process charts: the reference, each rule at its edge, and what must hold of any series."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from etl.config import ROOT
from indicators.xmr import CAUSES, FEW, JUDGEMENTS, charts, xmr

DATA = ROOT / "tests" / "data" / "xmr"
nan = np.nan
NAMES = {
    "Common Cause": "none", "Above UCL": "above_limit", "Below LCL": "below_limit",
    "7 Point Trend (Increasing)": "trend_up", "7 Point Trend (Decreasing)": "trend_down",
    "2 in 3 Above CL": "two_of_three_above", "2 in 3 Below CL": "two_of_three_below",
    "7 Points Above CL": "shift_above", "7 Points Below CL": "shift_below",
}  # fmt: skip
POINT_TYPES = {"common_cause": "none", "special_cause_improvement": "improvement", "special_cause_concern": "concern"}


def causes(chart):
    return [CAUSES[i] for i in chart.cause]


def judgements(chart):
    return [JUDGEMENTS[i] for i in chart.judgement]


@pytest.mark.parametrize(
    ("name", "improvement", "screen"),
    [
        ("ptd_default_increase", "up", True),
        ("ptd_default_decrease", "down", True),
        ("ptd_noscreen_increase", "up", False),
    ],
)
def test_charts_are_those_of_the_reference(name, improvement, screen):
    with (DATA / f"{name}_points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for series in dict.fromkeys(row["f"] for row in rows):
        points = [row for row in rows if row["f"] == series]
        ours = xmr(np.array([float(row["y"]) for row in points]), improvement, screen)
        if points[0]["lpl"] in ("", "NA"):  # the constant series under screening
            assert (ours.lower == 42).all()
            assert (ours.upper == 42).all()
            continue
        compared += 1
        for line, column in ((ours.mean, "mean_col"), (ours.lower, "lpl"), (ours.upper, "upl")):
            np.testing.assert_allclose(line, [float(row[column]) for row in points], rtol=1e-9)
        assert causes(ours) == [NAMES[row["special_cause_type"]] for row in points]
        assert judgements(ours) == [POINT_TYPES[row["point_type"]] for row in points]
    assert compared >= 6


def chart(*values, **more):
    return xmr(np.array(values, dtype=float), **more)


def test_limits_are_the_mean_and_266_mean_moving_ranges():
    ours = chart(10, 12, 11, 15, screen=False)
    assert ours.mean[0] == 12
    assert ours.upper[0] == pytest.approx(12 + 2.66 * (2 + 1 + 4) / 3)
    assert ours.lower[0] == pytest.approx(12 - 2.66 * (2 + 1 + 4) / 3)


def test_screening_leaves_out_large_steps_once():
    values = [10.0, 11, 10, 11, 10, 11, 10, 11, 30, 29, 30, 29]
    ranges = np.abs(np.diff(values))
    assert ranges.max() >= 3.267 * ranges.mean()
    assert chart(*values).upper[0] == pytest.approx(np.mean(values) + 2.66)
    assert chart(*values, screen=False).upper[0] == pytest.approx(np.mean(values) + 2.66 * ranges.mean())


WIDE = [0.0, 10] * 10  # limits far out, so that only the rule in question speaks


def test_seven_points_on_one_side_are_a_shift_and_six_are_not():
    for length, expected in ((7, {"shift_above"}), (6, {"none"})):
        ours = chart(*[6, 7, 6, 7, 6, 7, 6][:length], *WIDE[:12], 0, 0, baseline=None)
        run = causes(ours)[:length]
        assert ours.mean[0] < 6
        assert set(run) == expected, length


def test_seven_rising_points_are_a_trend_and_six_are_not():
    for length, expected in ((7, "trend_up"), (6, "none")):
        ours = chart(0, 10, 0, 10, 0, *range(1, length), 0, 10, 0, 10)
        assert causes(ours)[4 : 4 + length] == [expected] * length
        assert causes(ours)[3] == "none"


def test_an_equal_point_breaks_a_trend():
    assert "trend_up" not in causes(chart(0, 10, 0, 1, 2, 3, 3, 4, 5, 0, 10, 0))


def test_two_of_three_marks_only_the_points_in_the_zone():
    values = [5, 4, 5, 4, 5, 4, 5, 4, 7.6, 5, 7.6, 4, 5, 4, 5, 4, 5, 4]
    ours = chart(*values)
    half = ours.upper[0] - ours.mean[0]
    assert half * 2 / 3 < 7.6 - ours.mean[0] <= half
    assert [i for i, cause in enumerate(causes(ours)) if cause == "two_of_three_above"] == [8, 10]


@pytest.mark.parametrize("between", [4.2, 4.9])
def test_two_of_three_needs_all_three_on_one_side_of_the_mean(between):
    """NHSRplotthedots 0.2.2: points on opposite sides of the mean no longer trigger it."""
    ours = chart(5, 4, 5, 4, 5, 4, 5, 4, 7.8, between, 7.8, 4, 5, 4, 5, 4, 5, 4)
    one_side = between > ours.mean[0]
    assert ("two_of_three_above" in causes(ours)) == one_side


def test_a_turning_point_belongs_to_the_trend_that_follows():
    """As in the reference: a point that is part of a trend on either side takes the right one."""
    trough = causes(chart(*[20, -20] * 9, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6))
    assert trough[-13:] == ["trend_down"] * 6 + ["trend_up"] * 7
    peak = causes(chart(*[20, -20] * 9, -6, -5, -4, -3, -2, -1, 0, -1, -2, -3, -4, -5, -6))
    assert peak[-13:] == ["trend_up"] * 6 + ["trend_down"] * 7


def test_outside_the_limits_comes_before_a_trend_and_a_trend_before_a_shift():
    ours = causes(chart(*[0, 1] * 8, 3, 4, 5, 6, 7, 8, 40))
    assert ours[-1] == "above_limit"
    assert ours[-6:-1] == ["trend_up"] * 5 or "above_limit" in ours[-6:-1]
    rising = causes(chart(*[0, 10] * 10, 6, 6.5, 7, 7.5, 8, 8.5, 9))
    assert rising[-6:] == ["trend_up"] * 6


def test_the_judgement_follows_the_direction_of_improvement():
    values = [5.0, 6, 5, 6, 5, 6, 5, 6, 5, 40]
    assert judgements(chart(*values))[-1] == "improvement"
    assert judgements(chart(*values, improvement="down"))[-1] == "concern"


@pytest.mark.parametrize("screen", [True, False])
@pytest.mark.parametrize("value", [42.0, 0.1, 0.0, 1e9 / 3])
def test_a_constant_series_has_its_mean_as_limits_and_no_cause(value, screen):
    ours = chart(*[value] * 20, screen=screen)
    np.testing.assert_allclose([ours.lower, ours.upper], value, rtol=1e-12)
    assert set(causes(ours)) == {"none"}


def test_a_baseline_fixes_the_limits():
    values = [10.0, 11, 10, 11, 30, 31]
    ours = chart(*values, baseline=4)
    assert ours.mean[0] == 10.5
    assert causes(ours)[-2:] == ["above_limit"] * 2
    assert ours.provisional.all()


def test_rebasing_begins_limits_and_runs_anew():
    before, after = [10.0, 11, 12, 10, 11], [50.0, 52, 51, 50, 53]
    ours = chart(*before, *after, rebase=[5])
    for part, points in ((slice(0, 5), before), (slice(5, 10), after)):
        alone = chart(*points)
        for name in ("mean", "lower", "upper", "cause"):
            np.testing.assert_array_equal(getattr(ours, name)[part], getattr(alone, name))


def test_a_missing_point_is_skipped_in_the_limits_and_ends_a_run():
    whole, gap = [*[8.0, 9] * 3, 8, *WIDE], [8.0, 9, 8, nan, 9, 8, 9, 8, *WIDE]
    np.testing.assert_array_equal(chart(*whole).mean[0], chart(*gap).mean[0])
    np.testing.assert_allclose(chart(*whole).upper[0], chart(*gap).upper[0])
    assert set(causes(chart(*whole))[:7]) == {"shift_above"}
    ours = chart(*gap)
    assert set(causes(ours)[:8]) == {"none"}
    assert np.isnan(ours.mean[3])


def test_thirteen_points_make_limits_final():
    assert not chart(*range(FEW)).provisional.any()
    assert chart(*range(FEW - 1)).provisional.all()
    assert chart(*range(FEW - 1), nan).provisional[:-1].all()


def test_series_without_points_or_with_one():
    assert np.isnan(chart(nan, nan).mean).all()
    one = chart(nan, 7)
    assert (one.lower[1], one.mean[1], one.upper[1]) == (7, 7, 7)
    assert xmr(np.array([])).mean.size == 0


def test_a_baseline_of_one_point_is_refused():
    with pytest.raises(ValueError, match="two points"):
        chart(1, 2, baseline=1)


SERIES = arrays(float, st.integers(2, 30), elements=st.integers(-20, 20).map(float))
some = settings(max_examples=60, deadline=None)
MIRROR = {0: 0} | {i: i + 1 for i in range(1, 9, 2)} | {i + 1: i for i in range(1, 9, 2)}


@some
@given(SERIES, st.booleans())
def test_a_mirrored_series_mirrors_limits_and_causes(values, screen):
    one, other = xmr(values, screen=screen), xmr(-values, screen=screen)
    np.testing.assert_allclose(other.upper, -one.lower, atol=1e-9)
    assert other.cause.tolist() == [MIRROR[i] for i in one.cause.tolist()]


@some
@given(SERIES)
def test_swapping_the_direction_swaps_the_judgements(values):
    up, down = xmr(values, "up"), xmr(values, "down")
    np.testing.assert_array_equal(up.cause, down.cause)
    assert down.judgement.tolist() == [{0: 0, 1: 2, 2: 1}[i] for i in up.judgement.tolist()]


@some
@given(SERIES, st.sampled_from([2.0, 0.5, 64.0]), st.integers(-50, 50))
def test_another_unit_changes_no_cause(values, scale, start):
    one, other = xmr(values), xmr(values * scale + start)
    np.testing.assert_allclose(other.upper, one.upper * scale + start, atol=1e-9)
    edge = np.abs(np.abs(values - one.mean) - (one.upper - one.mean)) < 1e-9
    third = np.abs(np.abs(values - one.mean) - (one.upper - one.mean) * 2 / 3) < 1e-9
    on_mean = np.abs(values - one.mean) < 1e-9
    if not (edge | third | on_mean).any():
        np.testing.assert_array_equal(one.cause, other.cause)


@some
@given(st.integers(0, 1000), st.integers(1, 20))
def test_many_series_are_charted_as_one_by_one(seed, points):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 9, (12, points)).astype(float)
    table[rng.random(table.shape) < 0.2] = nan
    together = charts(table, rebase=[points // 2], baseline=5)
    for row, values in enumerate(table):
        alone = xmr(values, rebase=[points // 2], baseline=5)
        for name in ("mean", "lower", "upper", "cause", "judgement", "provisional"):
            np.testing.assert_allclose(getattr(together, name)[row], getattr(alone, name), rtol=1e-12)
