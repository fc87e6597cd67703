"""Benjamini and Hochberg's rates."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indicators.discovery import false_discovery

P = st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=30).map(np.array)


def flagged_by_hand(p, rate):
    """The step-up rule as in the paper: the largest k with p₍k₎ ≤ k/m × rate; the k smallest are flagged."""
    there = np.sort(p[~np.isnan(p)])
    passing = [value for k, value in enumerate(there, 1) if value <= k / there.size * rate]
    return p <= max(passing, default=-1)


@given(P, st.sampled_from([0.05, 0.1, 0.3]))
def test_flagging_by_q_is_the_step_up_rule(p, rate):
    q = false_discovery(p.astype(float))
    near = np.abs(q - rate) < 1e-9
    np.testing.assert_array_equal((q <= rate)[~near], flagged_by_hand(p.astype(float), rate)[~near])


@given(P)
def test_q_rises_with_p_and_is_never_below_it(p):
    p = p.astype(float)
    q = false_discovery(p)
    np.testing.assert_array_equal(np.isnan(q), np.isnan(p))
    there = ~np.isnan(p)
    order = np.argsort(p[there])
    assert (np.diff(q[there][order]) >= 0).all()
    assert (q[there] >= p[there]).all()
    assert (q[there] <= 1).all()


def test_all_of_a_table_is_judged_together():
    table = np.array([[0.001, 0.9], [np.nan, 0.02]])
    np.testing.assert_allclose(false_discovery(table), [[0.003, 0.9], [np.nan, 0.03]])


def test_among_flags_the_false_ones_keep_to_the_rate():
    rng = np.random.default_rng(0)
    false, rates = rng.random((500, 180)), []
    true = rng.random((500, 20)) * 1e-4
    for one, other in zip(false, true, strict=True):
        flags = false_discovery(np.concatenate([one, other])) <= 0.05
        rates.append(flags[:180].sum() / max(1, flags.sum()))
    assert np.mean(rates) < 0.06
