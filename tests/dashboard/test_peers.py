"""The peers' page: how the own base stands among its type, named by nobody but itself."""

import json

import pytest

from dashboard import numbers
from dashboard.pages.peers import place
from dashboard.phrases import phrases
from dashboard.texts import speaker
from indicators.definition import load_definitions
from indicators.repository import Spread
from tests.dashboard.programme import LAST, OWN, PERIODS, SUBMITTED, samples

MINE = samples()[OWN]
PAGE = f"/returns/{MINE.code}/{LAST}/peers"
SPREAD = Spread(100, 5, 25, 50, 75, 95)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (96, "top"), (95, "above_three"), (76, "above_three"), (75, "above_half"), (51, "above_half"), (50, "middle"),
        (49, "below_half"), (25, "below_half"), (24, "below_three"), (5, "below_three"), (4, "bottom"),
    ],
)  # fmt: skip
def test_a_place_is_told_as_exactly_as_the_percentiles_tell(value, words):
    assert place(value, SPREAD) == words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_indicator_of_the_type_is_there(open_page, language):
    text = json.dumps(open_page("rep", PAGE, language), ensure_ascii=False)
    for indicator in load_definitions().of_type(MINE.type):
        assert indicator.name[language] in text
    quarter = numbers.quarter(LAST, language)
    name = {"en": "Invented base 01", "zh": "虚构基地01"}[language]
    title = speaker(language)("peers.title", base=name, quarter=quarter)
    assert all(phrase in text for phrase in phrases(title))


def test_nobody_else_is_named(open_page):
    text = json.dumps(open_page("rep", PAGE), ensure_ascii=False)
    for number, base in enumerate(samples(), start=1):
        if base != MINE:
            assert f"Invented base {number:02d}" not in text
            assert f"/{base.code}/" not in text


@pytest.mark.parametrize("name", ["rep", "cora", "eva"])
def test_it_is_the_reporters_own(open_page, name):
    other = samples()[SUBMITTED]
    told = "not in your area" if name == "rep" else "Your role may not open this page"
    assert told in json.dumps(open_page(name, f"/returns/{other.code}/{LAST}/peers"))


def test_the_head_names_the_quarter_that_is_shown(open_page):
    """Not the newest one, whose figures are others."""
    earlier = PERIODS[-2]
    told = json.dumps(open_page("rep", f"/returns/{MINE.code}/{earlier}/peers"), ensure_ascii=False)
    assert f'"data-period": "{earlier}"' in told
    assert f'"data-period": "{LAST}"' not in told
