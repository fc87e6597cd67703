"""How sure a rank is: replications against a slow loop, and what must hold whatever is drawn."""

from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indicators.replications as replications
from indicators.index.aggregate import NotPositive, aggregate
from indicators.index.normalise import normalise, percentile_rank
from indicators.index.rank import rank
from indicators.index.tree import Entry, Tree, grow
from indicators.uncertainty import Uncertainty, draw, seed_of, simulate, table_uncertainty

nan = np.nan


def tree(*pillars: int) -> Tree:
    """That many indicators in each pillar, weights 1, 2, 3 … within; the pillars weigh 1, 2, 3 …"""
    inside = [(f"P{p}", k + 1) for p, size in enumerate(pillars) for k in range(size)]
    return grow(
        [Entry(f"I{i}", pillar, weight, True) for i, (pillar, weight) in enumerate(inside)]
        + [Entry(f"P{p}", "X", p + 1, False) for p in range(len(pillars))]
        + [Entry("X", "", 1, False)]
    )


TREE = tree(3, 2, 2)


def table(units: int, missing: float = 0.0, seed: int = 3, indicators: int = 7) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = random.lognormal(size=(units, indicators))
    return np.where(random.random(values.shape) < missing, nan, values)


def scales_of(values: np.ndarray) -> dict[str, np.ndarray]:
    return {name: normalise(values, name, (1, 100)) for name in ("minmax", "zscore", "rank")}


def same(one: Uncertainty, other: Uncertainty) -> None:
    for field, a, b in zip(fields(Uncertainty), astuple(one), astuple(other), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=field.name)


def by_loop(scales, tree, code, means, within, min_share, lifted=None, **drawn) -> Uncertainty:
    """The same, one replication after another, with the engine's own aggregation."""
    above = lifted or scales
    draws = draw(tree, scales=len(scales), means=len(means), **drawn)
    place, names = tree.codes.index(code), list(scales)
    units = within.size

    def ranks_of(scores: np.ndarray) -> np.ndarray:
        found = np.full(units, nan)
        for group in set(within[within >= 0].tolist()):
            found[within == group] = rank(np.where(ranked, scores, nan)[within == group], axis=0)
        return found

    ranked = np.ones(units, dtype=bool)
    first = aggregate(scales[names[0]], tree, how=means[0], min_share=min_share)[:, place]
    ranked = ~np.isnan(first)
    rows = []
    for r in range(len(draws)):
        weights = np.array(tree.weights) * draws.multipliers[r]
        if draws.left_out[r] >= 0:
            weights[draws.left_out[r]] = 0
        mean = means[draws.mean[r]]
        table = (scales if mean == "arithmetic" else above)[names[draws.scale[r]]]
        scores = aggregate(table, tree, weights, mean, min_share)[:, place]
        rows.append(ranks_of(scores))
    ranks, nominal = np.array(rows), ranks_of(first)
    figures = []
    for unit in range(units):
        of = ranks[:, unit][~np.isnan(ranks[:, unit])]
        peers = int((ranked & (within == within[unit])).sum())
        tenth, fifth = (peers + 9) // 10, (peers + 4) // 5
        if np.isnan(nominal[unit]):
            figures.append([nan] * 9)
        elif not of.size:
            figures.append([nominal[unit], *[nan] * 7, 0.0])
        else:
            low, median, high = np.quantile(of, [0.05, 0.5, 0.95])
            shares = (np.mean(of <= tenth), np.mean(of > peers - tenth), np.mean(of <= fifth), of.size / len(ranks))
            figures.append([nominal[unit], np.mean(of), median, low, high, *shares])
    return Uncertainty(*np.array(figures).T)


@pytest.mark.parametrize("means", [("arithmetic",), ("geometric",), ("geometric", "arithmetic", "harmonic")])
@pytest.mark.parametrize("missing", [0.0, 0.05, 0.3, 0.7])
@pytest.mark.parametrize("min_share", [0.0, 0.6])
@pytest.mark.parametrize("code", ["X", "P1"])
def test_it_is_what_a_plain_loop_over_the_replications_gives(means, missing, min_share, code):
    scales = scales_of(table(25, missing))
    if means != ("arithmetic",):
        scales = {name: scores - np.nanmin(scores) + 1 for name, scores in scales.items()}
    within = np.arange(25) % 3 - (np.arange(25) == 4) * 9
    drawn = {"replications": 60, "seed": 5, "noise": 0.5, "leave_one_out": True}
    found = simulate(scales, TREE, means=means, codes=(code,), within=within, min_share=min_share, **drawn)[code]
    expected = by_loop(scales, TREE, code, means, within, min_share, **drawn)
    for field in fields(Uncertainty):
        np.testing.assert_allclose(
            getattr(found, field.name), getattr(expected, field.name), rtol=1e-12, err_msg=field.name
        )


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_mean_that_needs_scores_above_0_takes_the_lifted_ones_and_the_arithmetic_one_those_that_are_there(missing):
    scales, within = scales_of(table(25, missing)), np.zeros(25, dtype=int)
    lifted = {name: (scores - np.nanmin(scores)) ** 2 + 1 for name, scores in scales.items()}
    means = ("arithmetic", "geometric", "harmonic")
    drawn = {"replications": 90, "seed": 5, "noise": 0.5, "leave_one_out": True, "lifted": lifted}
    found = simulate(scales, TREE, means=means, min_share=0.6, **drawn)["X"]
    expected = by_loop(scales, TREE, "X", means, within, 0.6, **drawn)
    np.testing.assert_allclose(astuple(found), astuple(expected), rtol=1e-12)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_without_anything_drawn_every_rank_is_the_nominal_one(missing):
    values = table(30, missing)
    found = table_uncertainty(values, TREE, normalisations=("minmax",), noise=0, replications=20)
    nominal = rank(aggregate(normalise(values), TREE))[:, -1]
    for rows in (found.nominal, found.mean, found.median, found.low, found.high):
        np.testing.assert_array_equal(rows, nominal)


def test_the_share_of_the_weight_is_judged_with_the_weights_as_they_are():
    values = np.array([[1.0, 2, 3], [2, 3, 1], [3, nan, 2]])
    even = grow([*(Entry(code, "X", 1, True) for code in "abc"), Entry("X", "", 1, False)])
    found = simulate({"raw": values}, even, min_share=2 / 3, share_of="weight", noise=0.9, replications=500)["X"]
    np.testing.assert_array_equal(found.ranked, 1)
    lost = simulate({"raw": values}, even, min_share=0.67, share_of="weight", noise=0.9, replications=500)["X"]
    np.testing.assert_array_equal(np.isnan(lost.nominal), [False, False, True])
    np.testing.assert_array_equal(np.isnan(lost.high), [False, False, True])


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others():
    one, again, other = (table_uncertainty(table(30, 0.1), TREE, replications=300, seed=seed) for seed in (1, 1, 2))
    assert [array.tobytes() for array in astuple(one)] == [array.tobytes() for array in astuple(again)]
    assert not np.array_equal(one.mean, other.mean, equal_nan=True)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_how_much_is_worked_on_at_once_changes_nothing(monkeypatch, missing):
    whole = table_uncertainty(table(40, missing), TREE, replications=500)
    for chunk, piece in ((40, 2**18), (333, 9000), (2**30, 1)):
        monkeypatch.setattr(replications, "CHUNK", chunk)
        monkeypatch.setattr(replications, "SLICE", piece)
        same(table_uncertainty(table(40, missing), TREE, replications=500), whole)


@given(st.permutations(range(12)), st.sampled_from([0.0, 0.3]))
def test_units_in_another_order_have_the_same_figures(order, missing):
    values, within = table(12, missing), np.arange(12) % 2
    one = table_uncertainty(values, TREE, within=within, replications=40)
    other = table_uncertainty(values[order], TREE, within=within[order], replications=40)
    same(Uncertainty(*(array[order] for array in astuple(one))), other)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3]))
def test_what_is_better_in_everything_is_above_in_every_replication(seed, missing):
    values = table(8, missing, seed)
    values[2] = table(8, 0, seed)[2]
    values[5] = values[2] + 0.1
    scales = scales_of(values)
    draws = draw(TREE, 50, seed, noise=0.9, scales=3, leave_one_out=True)
    whole = replications.scores_of_all(scales, TREE, ("arithmetic",), 0, "number")
    ranks = replications.replicate(whole, TREE, draws, ["X"], np.zeros(8, dtype=int))["X"]
    assert (ranks[5] < ranks[2]).all()


def test_units_with_the_same_values_share_every_rank_also_where_z_scores_cancel():
    values = table(50)
    values[7] = values[33]
    values[[7, 33]] = values.mean(axis=0)  # a z-score of 0 in each but for rounding
    found = table_uncertainty(values, TREE, normalisations=("zscore",), replications=2000)
    for array in astuple(found):
        assert array[7] == array[33]


@pytest.mark.parametrize("how", ["arithmetic", "geometric", "harmonic"])
def test_whoever_scores_the_same_everywhere_ties_with_and_without_gaps(how):
    """Complete units and those with gaps are worked out in two ways; where both must come to 40, they do."""
    scores = table(40, seed=8) * 10 + 20
    scores[[3, 9, 20, 31]] = 40.0
    scores[9, 0], scores[20, [2, 5]], scores[31, 3:7], scores[35, 1] = nan, nan, nan, nan
    found = simulate({"as they are": scores}, TREE, means=(how,), replications=300, leave_one_out=True)["X"]
    for name in ("nominal", "mean", "median", "low", "high", "top_fifth"):
        assert len(set(getattr(found, name)[[3, 9, 20, 31]].tolist())) == 1


def test_no_unit_at_all_has_no_figures():
    assert simulate({"as they are": np.empty((0, 7))}, TREE)["X"].nominal.shape == (0,)


def test_the_interval_contains_the_median_and_lies_within_the_ranks():
    found = table_uncertainty(table(60, 0.1), TREE, replications=400)
    assert ((found.low <= found.median) & (found.median <= found.high)).all()
    assert (found.low >= 1).all()
    assert (found.high <= 60).all()


def test_units_are_ranked_within_their_group_only():
    values, within = table(20), np.repeat([0, 1, -1], [12, 6, 2])
    found = table_uncertainty(values, TREE, within=within, replications=200)
    assert np.nanmax(found.high[12:18]) <= 6
    assert sorted(found.nominal[12:18]) == [1, 2, 3, 4, 5, 6]
    assert np.isnan(astuple(found))[:, 18:].all()


def test_a_tenth_is_rounded_up_and_a_fifth_too():
    ladder = np.arange(1.0, 22)[:, None] * np.ones(7)
    found = table_uncertainty(ladder, TREE, replications=50)
    np.testing.assert_array_equal(np.flatnonzero(found.top_tenth == 1), [18, 19, 20])
    np.testing.assert_array_equal(np.flatnonzero(found.bottom_tenth == 1), [0, 1, 2])
    np.testing.assert_array_equal(np.flatnonzero(found.top_fifth == 1), [16, 17, 18, 19, 20])


def test_one_unit_alone_is_first_and_where_nothing_is_there_nobody_is_ranked():
    alone = simulate({"raw": np.ones((1, 7))}, TREE, replications=20)["X"]
    assert (alone.nominal, alone.low, alone.high) == (1, 1, 1)
    nothing = table_uncertainty(np.full((3, 7), nan), TREE, replications=20)
    assert np.isnan(astuple(nothing)).all()


def test_a_unit_with_one_value_is_not_ranked_where_that_is_left_out():
    values = table(10)
    values[4, 1:] = nan
    found = simulate({"raw": values}, TREE, leave_one_out=True, replications=4000)["X"]
    assert found.ranked[4] == pytest.approx(7 / 8, abs=0.02)  # none, or one of seven
    assert (np.delete(found.ranked, 4) == 1).all()
    assert found.low[4] >= 1


def test_none_is_left_out_as_often_as_each_indicator_that_has_a_weight():
    flat = grow([*(Entry(f"I{i}", "X", i, True) for i in range(4)), Entry("X", "", 1, False)])
    left_out = draw(flat, 8000, 1, leave_one_out=True).left_out
    counts = dict(zip(*np.unique(left_out, return_counts=True), strict=True))
    assert set(counts) == {-1, 1, 2, 3}
    assert min(counts.values()) > 1800


def test_multipliers_and_choices_are_spread_evenly():
    draws = draw(TREE, 30_000, 4, noise=0.25, scales=3, means=2)
    assert draws.multipliers.min() >= 0.75
    assert draws.multipliers.max() <= 1.25
    np.testing.assert_allclose(draws.multipliers.mean(axis=0), 1, atol=0.005)
    np.testing.assert_allclose(draws.multipliers.std(axis=0), 0.5 / 12**0.5, rtol=0.02)
    np.testing.assert_allclose(np.bincount(draws.scale) / 30_000, 1 / 3, atol=0.01)
    np.testing.assert_allclose(np.bincount(draws.mean) / 30_000, 1 / 2, atol=0.01)


def test_a_parts_seed_hangs_on_its_name_and_not_on_the_other_parts():
    state = [
        seed_of(*args).generate_state(4).tolist() for args in ((1, "a", "b"), (1, "a", "b"), (1, "ab"), (2, "a", "b"))
    ]
    assert state[0] == state[1]
    assert len({tuple(words) for words in state}) == 3


def test_a_geometric_mean_needs_a_range_above_0_and_stretches_z_scores_together():
    with pytest.raises(ValueError, match="choose a range such as 1 100"):
        table_uncertainty(table(10), TREE, how="geometric")
    found = table_uncertainty(table(10), TREE, how="geometric", range_=(1, 100), replications=50)
    assert (found.ranked == 1).all()
    with pytest.raises(NotPositive):
        simulate({"raw": table(10) - 5}, TREE, means=("geometric",))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"noise": 1.0}, "below 1"), ({"noise": -0.1}, "at least 0"), ({"replications": 0}, "at least one")],
)
def test_settings_that_make_no_sense_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        table_uncertainty(table(10), TREE, **wrong)


def test_only_aggregates_have_an_uncertainty():
    with pytest.raises(ValueError, match="I1: no aggregates"):
        simulate({"raw": table(10)}, TREE, codes=("I1", "X"))


def test_many_units_have_ranks_of_their_own():
    """Beyond what 16 bits hold."""
    flat = grow([Entry("I", "X", 1, True), Entry("X", "", 1, False)])
    found = simulate({"percentile": percentile_rank(np.arange(70_000.0)[:, None])}, flat, replications=2)["X"]
    np.testing.assert_array_equal(found.high, np.arange(70_000, 0, -1))
