"""Which choice moves the ranks."""

import numpy as np
import pytest

from indicators.index.normalise import normalise
from indicators.index.tree import Entry, grow
from indicators.sensitivity import LEFT_OUT, MEAN, SCALE, sensitivity

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
