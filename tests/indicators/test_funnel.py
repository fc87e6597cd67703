"""Funnel limits: the reference numbers, and what must hold of any units."""

import csv
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logit

from etl.config import ROOT
from indicators.funnel import FAMILIES, Z95, Z998, funnel
from indicators.mixture import Model, mid_score, scores

DATA = ROOT / "tests" / "data" / "funnel"
MODES = ["none", "additive", "calibrated"]
LIMITS = ("lower_998", "lower_95", "upper_95", "upper_998")
nan = np.nan
some = settings(max_examples=25, deadline=None)


def reference(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["group"])
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key != "group"}


@pytest.mark.parametrize(
    ("name", "mode", "columns"),
    [
        ("res_pr_od_unadjusted", "none", ("LCL99", "LCL95", "UCL95", "UCL99")),
        ("res_pr_od_adjusted", "additive", ("OD99LCL", "OD95LCL", "OD95UCL", "OD99UCL")),
    ],
)
def test_the_classical_limits_are_those_of_the_reference(name, mode, columns):
    theirs = reference(name)
    ours = funnel(theirs["numerator"], theirs["denominator"], "proportion", mode, 0.1)
    for limit, column in zip(LIMITS, columns, strict=True):
        np.testing.assert_allclose(getattr(ours, limit), theirs[column], atol=1e-9)
    np.testing.assert_allclose(ours.z, theirs["Uzscore"], atol=1e-9)
    np.testing.assert_array_equal(ours.outlier_95, theirs["outlier95"] == 1)
    np.testing.assert_array_equal(ours.outlier_998, theirs["outlier99"] == 1)


def test_poissons_limits_are_exact():
    expected = np.array([2.0, 10.0, 50.0])
    ours = funnel(expected, expected, "rate", "none")
    for lower, upper, tail in (("lower_95", "upper_95", 0.025), ("lower_998", "upper_998", 0.001)):
        np.testing.assert_allclose(getattr(ours, lower), stats.chi2.ppf(tail, 2 * expected) / (2 * expected), rtol=1e-9)
        np.testing.assert_allclose(
            getattr(ours, upper), stats.chi2.isf(tail, 2 * (expected + 1)) / (2 * expected), rtol=1e-9
        )


def test_overdispersed_rates_have_limits_on_the_log_scale():
    observed, expected = np.array([20.0, 80, 35, 190, 66]), np.array([40.0, 40, 50, 100, 90])
    ours = funnel(observed, expected, "rate", "additive", 0.0)
    assert ours.tau2 > 0
    np.testing.assert_allclose(ours.upper_95, np.exp(Z95 * np.sqrt(1 / expected + ours.tau2)))
    np.testing.assert_allclose(ours.lower_95 * ours.upper_95, 1)


def test_without_overdispersion_calibrated_limits_are_where_the_binomial_says():
    """No unit is out that chance puts there more often than the level; the score is the binomial's middle tail."""
    rng = np.random.default_rng(3)
    size = np.full(60, 40.0)
    count = rng.binomial(40, 0.3, 60).astype(float)
    ours = funnel(count, size)
    assert ours.tau2 == 0
    chance = float(ours.target)
    middle = stats.binom.cdf(count - 1, 40, chance) + stats.binom.pmf(count, 40, chance) / 2
    np.testing.assert_allclose(ours.z, stats.norm.ppf(middle), atol=1e-9)


def drawn(seed, units, kind, spread=0.4, chance=0.3):
    rng = np.random.default_rng(seed)
    size = np.round(np.exp(rng.uniform(2, 7, units)))
    x = rng.normal(0, spread, units)
    if kind == "rate":
        return rng.poisson(size * np.exp(x)).astype(float), size
    return rng.binomial(size.astype(int), 1 / (1 + np.exp(-np.log(chance / (1 - chance)) - x))).astype(float), size


KIND, MODE = st.sampled_from(["proportion", "rate"]), st.sampled_from(MODES)
SEED, UNITS = st.integers(0, 10_000), st.integers(3, 40)


@some
@given(SEED, UNITS, KIND, MODE)
def test_limits_bracket_the_target_and_widen_with_the_level(seed, units, kind, mode):
    ours = funnel(*drawn(seed, units, kind), kind, mode)
    lines = [ours.lower_998, ours.lower_95, np.full(units, ours.target), ours.upper_95, ours.upper_998]
    for lower, upper in pairwise(lines):
        assert (lower <= upper + 1e-9).all()


@some
@given(SEED, UNITS, KIND, MODE)
def test_limits_narrow_as_the_denominator_grows(seed, units, kind, mode):
    """To 1e-3 of the width: calibrated limits of a proportion are smooth only to their expansion."""
    ours = funnel(*drawn(seed, units, kind), kind, mode)
    order = np.argsort(ours.denominator)
    for lower, upper in ((ours.lower_95, ours.upper_95), (ours.lower_998, ours.upper_998)):
        width = (upper - lower)[order]
        inside = (lower[order] > 0) & (upper[order] < 1 if kind == "proportion" else True)
        assert (np.diff(width[inside]) <= 1e-3 * width[inside][:-1]).all()


@some
@given(SEED, UNITS, KIND, MODE, st.randoms(use_true_random=False))
def test_the_order_of_the_units_changes_nothing(seed, units, kind, mode, random):
    above, below = drawn(seed, units, kind)
    order = random.sample(range(units), units)
    one, other = funnel(above, below, kind, mode), funnel(above[order], below[order], kind, mode)
    for name in ("z", "adjusted_z", *LIMITS):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name)[order], rtol=1e-6, atol=1e-6)


@some
@given(SEED, UNITS, MODE)
def test_counting_the_failures_mirrors_the_funnel(seed, units, mode):
    above, below = drawn(seed, units, "proportion")
    one, other = funnel(above, below, "proportion", mode), funnel(below - above, below, "proportion", mode)
    np.testing.assert_allclose(other.adjusted_z, -one.adjusted_z, atol=1e-6)
    np.testing.assert_allclose(other.upper_998, 1 - one.lower_998, atol=1e-6)
    np.testing.assert_allclose(other.target, 1 - one.target, atol=1e-6)


@some
@given(SEED, UNITS, KIND)
def test_a_unit_is_out_exactly_where_its_score_says_so(seed, units, kind):
    ours = funnel(*drawn(seed, units, kind, spread=1.0), kind)
    clear = np.abs(np.abs(ours.z) - Z998) > 1e-6
    np.testing.assert_array_equal(ours.outlier_998[clear], (np.abs(ours.z) > Z998)[clear])
    np.testing.assert_allclose(ours.p, 2 * stats.norm.sf(np.abs(ours.z)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_funnels_side_by_side_are_the_funnels_one_by_one(mode, kind):
    sets = [drawn(seed, 12, kind) for seed in range(4)]
    above, below = (np.array(side) for side in zip(*sets, strict=True))
    above[1, 3], below[2, 5], below[3, 0], above[3, 0] = nan, nan, 0, 0
    together = funnel(above, below, kind, mode)
    for row in range(4):
        there = ~np.isnan(above[row]) & ~np.isnan(below[row]) & (below[row] > 0)
        alone = funnel(above[row, there], below[row, there], kind, mode)
        for of in (together, together[row]):
            for name in ("value", "adjusted_z", *LIMITS):
                found = getattr(of, name)[row] if of is together else getattr(of, name)
                np.testing.assert_allclose(found[there], getattr(alone, name), rtol=1e-6, atol=1e-6)
                assert np.isnan(found[~there]).all()


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_a_calibrated_funnel_is_the_same_to_the_last_bit_whatever_stands_beside_it(kind):
    """A verdict must not hang on which other indicators were computed in the same run."""
    sets = [drawn(seed, units, kind) for seed, units in enumerate((5, 12, 40, 212, 7))]
    widest = max(above.size for above, _ in sets)
    padded = np.full((2, len(sets), widest), nan)
    for row, both in enumerate(sets):
        padded[:, row, : both[0].size] = both
    together = funnel(*padded, kind)
    for row, both in enumerate(sets):
        alone, there = funnel(*both, kind), slice(both[0].size)
        for name in ("z", *LIMITS):
            np.testing.assert_array_equal(getattr(together, name)[row, there], getattr(alone, name))
        for name in ("phi", "tau2", "target"):
            assert getattr(together, name)[row] == getattr(alone, name)


@some
@given(SEED, UNITS, KIND, st.sampled_from([-3.0, -1.0, 0.5, 3.0]))
def test_a_limit_is_the_value_with_that_score(seed, units, kind, at):
    """Counts at the limit, put back into the model as units of the same size, have the score that was asked for; where
    the limit is the edge, not even the edge is as far out. The score has steps of up to 0.01 where an approximation begins."""
    above, below = drawn(seed, units, kind)
    ours, family = funnel(above, below, kind), FAMILIES[kind]
    count = ours.limit(at, below) * below
    centre = logit(ours.target) if kind == "proportion" else np.log(ours.target)
    model = Model(family, np.full(units, centre), np.full(units, np.sqrt(ours.tau2)))
    found = mid_score(*scores(model, count, below))
    inside = (count > 1e-9) & ((count < below * (1 - 1e-9)) | (kind == "rate"))
    assert (np.abs(found - at)[inside] < 0.01).all()
    assert inside.sum() < 5 or np.mean(np.abs(found - at)[inside] < 1e-7) > 0.8
    assert (found[count <= 1e-9] >= at - 1e-9).all()


@pytest.mark.parametrize("mode", MODES)
def test_fewer_than_three_units_are_not_judged(mode):
    ours = funnel([5.0, 6.0, nan], [10.0, 10.0, 10.0], "proportion", mode)
    assert np.isnan(ours.z).all()
    assert np.isnan(ours.lower_95).all()
    assert not ours.outlier_998.any()


def test_a_rate_without_overdispersion_can_be_judged_alone():
    ours = funnel([30.0], [10.0], "rate", "none")
    assert ours.outlier_998.all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("counts", [[0, 0, 0, 0], [9, 9, 9, 9], [0, 0, 0, 9], [1, 0, 0, 0], [5, 5, 5, 5]])
def test_units_at_the_edge_and_equal_units_have_finite_limits(mode, counts):
    ours = funnel(np.array(counts, dtype=float), np.full(4, 9.0), "proportion", mode)
    for name in ("z", *LIMITS):
        assert np.isfinite(getattr(ours, name)).all()
    if len(set(counts)) == 1:
        assert not ours.outlier_95.any()


@pytest.mark.parametrize(("above", "below"), [([3, 1, 1], [2, 5, 5]), ([-1, 1, 1], [2, 5, 5]), ([1, 1, 1], [-2, 5, 5])])
def test_what_is_no_proportion_is_refused(above, below):
    with pytest.raises(ValueError, match=r"exceeds|negative"):
        funnel(np.array(above, dtype=float), np.array(below, dtype=float))
