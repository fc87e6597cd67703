"""What the bench measures on large programmes, held on a small one: planted faults are found, right returns are not
bothered. The bases are few, so that these are the very numbers of a fixed seed, not estimates."""

import pytest

from tests.bench.detection import NOISE, ONE_BY_ONE, RECALL, TOGETHER, Score, Trial, first_quarter, tried, wilson
from tests.bench.planting import KINDS

TRIAL = Trial("a fifteenth of real size", 15, 400, 24, 3, (1, 2), 7)
FIRST_QUARTER = Trial("a first quarter", 15, 400, 30, 1, (), 8)


@pytest.fixture(scope="module")
def score(tmp_path_factory) -> Score:
    return tried(tmp_path_factory.mktemp("detection"), [TRIAL])


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Score:
    return tried(tmp_path_factory.mktemp("first"), [FIRST_QUARTER])


@pytest.mark.parametrize("group", KINDS)
def test_planted_faults_are_found_with_as_little_as_one_earlier_quarter(score, group):
    keys = [key for key in score.planted if key[1] == group and key[3] > 0]
    planted, found = sum(score.planted[key] for key in keys), sum(score.found[key] for key in keys)
    assert planted > 50
    assert found / planted >= RECALL


@pytest.mark.parametrize("way", [TOGETHER, ONE_BY_ONE])
def test_slips_in_a_programmes_first_quarter_are_found_against_the_others(first, way):
    found, planted = first_quarter(first, way, enough=True)
    assert planted > 50
    assert found / planted >= RECALL


def test_right_returns_are_asked_little(score):
    assert score.asked.total() / score.right.total() < NOISE


def test_right_returns_of_a_first_quarter_are_asked_little(first):
    assert first.asked.total() / first.right.total() < NOISE


def test_right_returns_have_no_errors(score, first):
    assert score.blocked + first.blocked == []


def test_the_interval_of_a_share():
    low, high = wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert wilson(50, 50)[1] == 1.0
