"""A small invented programme of which the truth is known, judged as it would have been then. `make bench` does this at
size; here it is held that the verdicts go the right way."""

import numpy as np
import pytest

from tests.bench import verdicts as bench
from tests.bench.simulated import BEGINS, COLLAPSE, DIP, QUARTERS, SLOW, STEADY, simulated


@pytest.fixture(scope="module")
def trial():
    return bench.tried(simulated(5, count=110, shrink=5))


def during(trial, fate, alarm):
    return alarm[BEGINS - bench.FIRST :, trial.fate == fate]


def test_steady_bases_seldom_turn_red(trial):
    steady = trial.red[:, trial.fate == STEADY]
    assert (steady[1:] & ~steady[:-1]).mean() < 0.02


def test_most_that_collapse_are_red_within_four_quarters_and_all_are_marked(trial):
    assert during(trial, COLLAPSE, trial.red)[:4].any(axis=0).mean() > 0.5
    assert during(trial, COLLAPSE, trial.flagged)[:4].any(axis=0).all()


def test_slow_declines_come_out_in_the_end(trial):
    assert during(trial, SLOW, trial.flagged).any(axis=0).mean() > 0.5


def test_nobody_declines_red_in_the_first_quarter_of_a_collapse(trial):
    """One quarter is not two running; whoever is red then was so by other rules."""
    first = trial.by_rule["red: decline"][BEGINS - bench.FIRST]
    before = trial.by_rule["red: decline"][BEGINS - bench.FIRST - 1]
    assert first[trial.fate == COLLAPSE].sum() <= before[trial.fate == COLLAPSE].sum() + 1


def test_every_quarter_and_base_is_judged(trial):
    assert trial.red.shape == (QUARTERS - bench.FIRST, 110)
    assert set(trial.fate) == {STEADY, SLOW, COLLAPSE, DIP}
    assert not any(holds.any() for rule, holds in trial.by_rule.items() if rule.startswith("grey"))


def test_the_seeds_that_were_tuned_on_are_not_those_reported():
    assert not set(bench.TUNED_ON) & {bench.REPORTED.start + i for i in range(4 * len(bench.REPORTED))}


def test_an_everyday_rule_is_tuned_to_the_false_alarms_that_are_asked_for(trial):
    done = [trial]
    for rule in trial.everyday:
        score = bench.tuned(done, rule, 0.02)
        assert score.turned.share >= 0.02
        assert score.turned.share < 0.05
    assert np.isfinite(trial.everyday["bottom 10 %"]).all()
