"""How much more units differ than by chance: against formulas written out, and against known truth."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from indicators.funnel import FAMILIES, Z95, Z998, funnel
from indicators.mixture import Model, scores
from indicators.overdispersion import (
    WIDEST,
    Units,
    additive,
    calibrated,
    cut_square,
    winsorised_moments,
    winsorised_square,
)
from tests.bench.funnels import SETTINGS, Setting, drawn


def test_additive_is_dersimonian_and_laird():
    """Written out from the paper, with θ fixed: Q = Σ w (y − θ)², τ² = (Q − (n − 1)) / (Σw − Σw² / Σw)."""
    y, sd = np.array([0.1, -0.5, 0.9, 0.2, -1.4]), np.array([0.1, 0.2, 0.3, 0.15, 0.4])
    w = 1 / sd**2
    q = (w * y**2).sum()
    phi, tau2 = additive(y / sd, sd, 0.0)
    assert phi == pytest.approx(q / 5)
    assert tau2 == pytest.approx((q - 4) / (w.sum() - (w**2).sum() / w.sum()))


def test_scores_are_winsorised_at_interpolated_quantiles():
    z = np.array([-9.0, -1, 0, 1, 2, 30])
    phi, _ = additive(z, np.ones(6), 0.1)
    assert phi == pytest.approx((np.clip(z, -5, 16) ** 2).mean())  # quantile 0.1 of six lies half way, at −5


def test_units_that_differ_by_chance_alone_have_nothing_to_add():
    assert additive(np.array([0.5, -0.5, 0.2]), np.ones(3), 0.0)[1] == 0


@pytest.mark.parametrize(
    ("kind", "count", "size", "centre", "spread"),
    [
        ("proportion", 0, 20, -3.5, 0.5), ("proportion", 3, 30, -2, 0.3), ("proportion", 40, 60, 0.4, 0.4),
        ("proportion", 19, 20, 1, 1), ("proportion", 400, 3000, -2, 0.15), ("proportion", 2900, 3000, 4, 0.3),
        ("rate", 0, 2, 0, 0.3), ("rate", 12, 5, 0, 0.4), ("rate", 250, 200, 0, 0.2),
    ],
)  # fmt: skip
def test_scores_are_those_of_the_mixture(kind, count, size, centre, spread):
    """Against the integral over the units' own chances."""

    def lower(x):
        place = centre + spread * x
        law = (
            stats.binom(size, 1 / (1 + np.exp(-place))) if kind == "proportion" else stats.poisson(size * np.exp(place))
        )
        return law.cdf(count) * stats.norm.pdf(x)

    expected = stats.norm.ppf(integrate.quad(lower, -9, 9, limit=400, points=[-1, 0, 1])[0])
    model = Model(FAMILIES[kind], np.array([centre]), np.array([spread]))
    found = scores(model, np.array([float(count)]), np.array([float(size)]))[1][0]
    assert found == pytest.approx(expected, abs=0.01)


def test_moments_between_two_scores_are_integrals():
    for low, high in ((-2.0, 0.3), (0.5, 0.6), (1.2, 4.0), (-37.0, -1.0), (5.0, 37.0)):
        first, second = winsorised_moments(np.array([low]), np.array([high]), 1.5)
        chance = stats.norm.cdf(high) - stats.norm.cdf(low) if low < 4 else stats.norm.sf(low)
        for found, power in ((first, 1), (second, 2)):
            whole = integrate.quad(
                lambda z, power=power: np.clip(z, -1.5, 1.5) ** power * stats.norm.pdf(z),
                max(low, -12), min(high, 12), points=[p for p in (-1.5, 1.5) if low < p < high] or None,
            )[0]  # fmt: skip
            assert found[0] == pytest.approx(whole / chance, rel=1e-5)


def test_corrections_make_a_normal_sample_consistent():
    z = np.random.default_rng(0).normal(size=1_000_000)
    assert winsorised_square(1.5) == pytest.approx((np.clip(z, -1.5, 1.5) ** 2).mean(), abs=0.003)
    assert cut_square(2.0) == pytest.approx((z[np.abs(z) < 2] ** 2).mean(), abs=0.003)


def test_calibrated_finds_paule_and_mandels_spread_in_large_counts_without_outliers():
    """With large counts and nobody set aside the condition is Paule and Mandel's but for the cut."""
    rng = np.random.default_rng(5)
    size = np.full(400, 20_000.0)
    x = rng.normal(0.4, 0.3, 400)
    count = rng.binomial(20_000, 1 / (1 + np.exp(-x))).astype(float)
    y, v = np.log(count / (size - count)), 1 / count + 1 / (size - count)

    def excess(tau2):
        w = 1 / (v + tau2)
        return (w * (y - (w * y).sum() / w.sum()) ** 2).sum() - 399

    expected = optimize.brentq(excess, 0, 1)
    assert float(funnel(count, size).tau2) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("units", [5, 20, 60])
def test_the_condition_holds_at_the_spread_that_is_found(setting, units):
    """Squared scores add up to what they should, their pull on the centre vanishes; or no spread is needed, or the
    widest is too narrow."""
    above, below, _ = drawn(np.random.default_rng(units), setting, 40, units, 0.3, True)
    family = FAMILIES[setting.kind]
    usable = Units(family, above.ravel(), below.ravel(), np.repeat(np.arange(40), units))
    chosen = ~usable.at_the_edge()[usable.row]
    found = calibrated(usable.within(chosen))
    kept = usable.within(chosen).within(~found.set_aside)
    model = found.model
    first, second = winsorised_moments(*kept.scores(model), Z998)
    free = kept.total(np.ones_like(second)) - (setting.kind == "proportion")
    excess = kept.total(second) / (free * cut_square(Z998)) - 1
    spread = (model.spread > 0) & (model.spread < WIDEST * 0.999)
    assert spread.sum() >= 10
    np.testing.assert_allclose(excess[spread], 0, atol=1e-6)
    assert (excess[model.spread == 0] < 1e-6).all()
    assert (excess[model.spread >= WIDEST * 0.999] > 0).all()
    if setting.kind == "proportion":
        variance = family.sampling_variance(kept.size, model.centre[kept.row]) + model.spread[kept.row] ** 2
        np.testing.assert_allclose(kept.total(first / np.sqrt(variance)) / kept.total(1 / variance), 0, atol=1e-6)


@pytest.mark.parametrize("outliers", [False, True])
@pytest.mark.parametrize("setting", [Setting("proportion", 0.62, 150), Setting("rate", 1, 15)], ids=str)
@pytest.mark.parametrize("spread", [0.0, 0.39])
def test_calibrated_limits_hold_what_they_say(setting, spread, outliers):
    """12,720 units with known truth. `make bench` measures many more cases."""
    above, below, planted = drawn(np.random.default_rng(11), setting, 60, 212, spread, outliers)
    z = np.abs(funnel(above, below, setting.kind).adjusted_z)
    assert 0.035 < (z[~planted] > Z95).mean() < 0.06
    assert 0.0005 < (z[~planted] > Z998).mean() < 0.0035
    if outliers:
        assert (z[planted] > Z998).mean() > 0.85


def test_outliers_hardly_widen_the_calibrated_limits_as_they_do_those_without_trimming():
    setting = Setting("proportion", 0.62, 150)
    above, below, planted = drawn(np.random.default_rng(2), setting, 20, 212, 0.3, True)
    found = {mode: (funnel(above, below, "proportion", mode, 0.0).outlier_998[planted]).mean()
             for mode in ("calibrated", "additive")}  # fmt: skip
    assert found["calibrated"] > found["additive"] + 0.1
