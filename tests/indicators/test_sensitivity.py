"""Which choice moves the ranks."""

import numpy as np
import pytest

from indicators.index.normalise import normalise
from indicators.index.tree import Entry, grow
from indicators.sensitivity import LEFT_OUT, MEAN, ROUGH, SCALE, Factor, Sensitivity, sensitivity

TREE = grow(
    [Entry(f"I{i}", f"P{i % 2}", 1, True) for i in range(6)]
    + [Entry("P0", "X", 1, False), Entry("P1", "X", 1, False), Entry("X", "", 1, False)]
)
VALUES = np.random.default_rng(2).lognormal(size=(40, 6))


def by_code(**choices):
    found = sensitivity({"minmax": normalise(VALUES)}, TREE, **{"power": 6, **choices})
    return {factor.code: factor for factor in found.factors}, found


def test_every_choice_is_a_factor_and_the_most_important_comes_first():
    scales = {name: normalise(VALUES, name) for name in ("minmax", "rank")}
    found = sensitivity(scales, TREE, power=7)
    assert {factor.code for factor in found.factors} == {SCALE, MEAN, LEFT_OUT, "P0", "P1", "X"}
    totals = [factor.total for factor in found.factors]
    assert totals == sorted(totals, reverse=True)
    assert 0 < found.shift < 39


def test_the_mean_is_a_factor_where_there_are_two_of_them():
    scores = normalise(VALUES)
    found = sensitivity(
        {"minmax": scores},
        TREE,
        means=("arithmetic", "geometric"),
        lifted={"minmax": 1 + 0.99 * scores},
        noise=0,
        leave_one_out=False,
        power=8,
    )
    totals = {factor.code: factor.total for factor in found.factors}
    assert totals.pop(MEAN) == pytest.approx(1, abs=0.1)
    assert set(totals.values()) == {0}


def test_what_cannot_vary_explains_nothing():
    factors, _ = by_code(leave_one_out=False)
    for code in (SCALE, MEAN, LEFT_OUT):
        assert factors[code].first == pytest.approx(0, abs=1e-12)
        assert factors[code].total == pytest.approx(0, abs=1e-12)
    assert factors["P0"].total > 0.1


def test_the_only_thing_that_varies_explains_everything():
    factors, _ = by_code(noise=0, leave_one_out=True, power=10)
    assert factors[LEFT_OUT].first == pytest.approx(1, abs=0.1)
    assert factors[LEFT_OUT].total == pytest.approx(1, abs=0.1)
    assert all(factors[code].total == 0 for code in ("P0", "P1", "X"))


def test_where_no_rank_moves_nothing_explains_anything():
    factors, found = by_code(noise=0, leave_one_out=False)
    assert found.shift == 0
    assert all(factor.total == 0 for factor in factors.values())


def test_the_same_seed_gives_the_same_indices_and_another_gives_others():
    assert by_code(seed=1)[1] == by_code(seed=1)[1] != by_code(seed=2)[1]


def test_the_standard_error_covers_how_far_other_points_lead_elsewhere():
    """Resampled points are spread less evenly than those of a Sobol' sequence, so the error told is rather too large."""
    runs = [by_code(seed=seed)[0] for seed in range(20)]
    for code in (LEFT_OUT, "P0", "P1", "X"):
        for share, error in (("first", "first_error"), ("total", "total_error")):
            spread = np.std([getattr(run[code], share) for run in runs], ddof=1)
            told = np.mean([getattr(run[code], error) for run in runs])
            assert spread / 1.5 < told < spread * 5


def test_more_points_are_surer_and_few_are_called_rough():
    few, many = by_code(power=4)[1], by_code(power=11)[1]
    assert (few.points, many.points) == (16, 2048)
    assert max(one.total_error for one in few.factors) > 3 * max(one.total_error for one in many.factors)
    assert few.rough
    assert not many.rough


@pytest.mark.parametrize(
    ("first", "total", "possible"),
    [(0.2, 0.3, True), (0, 0, True), (-1e-13, 0, True), (1, 1, True), (-0.01, 0.3, False), (0.4, 0.3, False), (0.9, 1.1, False)],
)  # fmt: skip
def test_shares_that_cannot_be_are_known_and_not_clipped(first, total, possible):
    assert Factor("X", first, total).possible == possible


def test_few_points_give_shares_that_cannot_be_and_they_are_given_as_they_are():
    shares = [one for seed in range(10) for one in by_code(power=4, seed=seed)[1].factors]
    assert any(one.first < -0.001 for one in shares)
    assert all(one.first_error > 0 for one in shares if one.first < -0.001)


def test_one_large_error_is_enough_to_be_rough():
    sure, unsure = Factor("A", 0.5, 0.6, 0.01, 0.01), Factor("B", 0.1, 0.2, 0.01, ROUGH + 0.01)
    assert not Sensitivity((sure,), 1.0, 64).rough
    assert Sensitivity((sure, unsure), 1.0, 64).rough
