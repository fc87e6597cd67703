"""The invented bases: as many of each type, batch and province as the real programme has, with names that say so."""

from collections import Counter

import pytest

from etl import periods
from etl.form import load_form
from sample_data import programme, rates
from sample_data.generate import PROGRAMME_DRAWS, Order

FORM = load_form()


def members(count: int, tmp_path, seed: int = 7):
    order = Order(tmp_path, periods.span("2024Q1", "2026Q4"), count, seed)
    return programme.bases(FORM, count, 12, order.draws(PROGRAMME_DRAWS))


@pytest.fixture
def whole(tmp_path):
    return members(rates.PROGRAMME, tmp_path)


def test_types_batches_and_hardship_marks_are_the_programmes(whole):
    assert Counter(member.base.type for member in whole) == rates.TYPE_SHARES
    assert Counter(member.base.batch for member in whole) == {1: 28, 2: 92, 3: 92}
    assert sum(member.base.hardship for member in whole) == 32
    assert {(member.base.batch, member.since) for member in whole} == {
        (1, "2016-05-12"),
        (2, "2017-06-21"),
        (3, "2020-12-24"),
    }


def test_every_province_has_at_least_two_bases(whole):
    places = Counter(member.base.province for member in whole)
    assert set(places) == set(FORM.provinces)
    assert min(places.values()) >= 2


def test_hardship_lies_mostly_in_the_west_and_the_northeast(whole):
    regions = Counter(FORM.provinces[member.base.province].region for member in whole if member.base.hardship)
    assert regions["west"] + regions["northeast"] > regions["east"] + regions["central"]


def test_names_say_that_they_are_a_samples_and_are_unique(whole):
    assert all("Sample" in member.base.name.en and "示例" in member.base.name.zh for member in whole)
    assert len({member.base.name.en for member in whole}) == len({member.base.name.zh for member in whole}) == 212


def test_eight_decline_from_about_the_fifth_last_quarter_and_four_others_excel(whole):
    begins = [member.declines_in for member in whole if member.declines_in is not None]
    assert len(begins) == 8
    assert set(begins) <= {6, 7, 8}
    assert sum(member.star for member in whole) == 4
    assert not any(member.star and member.declines_in is not None for member in whole)


@pytest.mark.parametrize("count", [8, 16, 53, 400])
def test_a_programme_of_another_size_keeps_the_shares(count, tmp_path):
    made = members(count, tmp_path)
    assert len(made) == count
    assert set(Counter(member.base.type for member in made)) >= {"regional", "enterprise", "university"}
    assert min(Counter(member.base.province for member in made).values()) >= 2


def test_another_seed_gives_another_programme(tmp_path):
    assert members(16, tmp_path, seed=7) == members(16, tmp_path, seed=7) != members(16, tmp_path, seed=8)


def test_shares_add_up_to_the_total():
    assert programme.shares({"a": 1, "b": 1, "c": 1}, 10) == {"a": 4, "b": 3, "c": 3}
