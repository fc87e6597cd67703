"""What the bench measures on large programmes, held on a small one: planted faults are found, right returns are not
bothered. The bases are few, so that these are the very numbers of a fixed seed, not estimates."""

import pytest

from tests.bench.detection import NOISE, RECALL, Score, Trial, tried, wilson
from tests.bench.planting import KINDS

TRIAL = Trial("a fifteenth of real size", 15, 400, 24, 3, (1, 2), 7)


@pytest.fixture(scope="module")
def score(tmp_path_factory) -> Score:
    return tried(tmp_path_factory.mktemp("detection"), [TRIAL])


@pytest.mark.parametrize("group", KINDS)
def test_planted_faults_are_found_with_as_little_as_one_earlier_quarter(score, group):
    keys = [key for key in score.planted if key[1] == group and key[3] > 0]
    planted, found = sum(score.planted[key] for key in keys), sum(score.found[key] for key in keys)
    assert planted > 50
    assert found / planted >= RECALL


def test_right_returns_are_asked_little(score):
    assert score.asked.total() / score.right.total() < NOISE


def test_right_returns_have_no_errors(score):
    assert score.blocked == []


def test_the_interval_of_a_share():
    low, high = wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert wilson(50, 50)[1] == 1.0
