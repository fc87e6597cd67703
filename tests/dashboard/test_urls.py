"""The address is the state: it comes back as it went out, and nonsense reads as not given."""

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard import urls
from dashboard.urls import State
from etl.form import load_form
from indicators import scope
from indicators.definition import load_definitions
from indicators.repository import Publication

PUBLISHED = [Publication(f"2026Q{n}-final-1", f"2026Q{n}", "final", 1, datetime(2027, 1, 1)) for n in (1, 2)]


def parse(query, whose):
    return urls.parse(query, PUBLISHED, whose, lambda _: load_definitions())


def test_an_address_comes_back_as_it_went_out():
    state = State(
        period="2026Q1",
        type=list(load_form().types)[1],
        province=list(load_form().provinces)[3],
        code=list(load_definitions().indicators)[5],
        kind="floor",
        case="decided",
        batch="2",
        base="E026",
        bases=("E026", "R001"),
        areas=tuple(load_form().provinces)[:2],
        columns=("index", "lamp"),
        shown=100,
    )
    query = dict(parse_qsl(urlsplit(urls.build("/rankings", state)).query))
    assert parse(query, scope.national()) == state


WORDS = some.text('aQ129-%/.\\"<中９', max_size=8)


@given(some.dictionaries(some.sampled_from(list(vars(State()))), WORDS | some.none() | some.lists(WORDS, max_size=3)))
def test_nonsense_reads_as_not_given(query):
    state = parse(query, scope.national())
    assert state.period in ("", "2026Q1", "2026Q2")
    assert state.type in ("", *load_form().types)
    assert urls.STEP <= state.shown <= 100_000


@pytest.mark.parametrize("shown", ["", "-1", "1e9", "９９", "99999999999", "0x10"])
def test_a_senseless_number_is_the_default(shown):
    assert parse({"shown": shown}, scope.national()).shown == urls.STEP


def test_an_area_outside_the_scope_reads_as_not_given():
    own, other = list(load_form().provinces)[:2]
    assert parse({"province": other}, scope.province(own)).province == ""
    assert parse({"province": own}, scope.province(own)).province == own
    region = next(iter(load_form().regions))
    assert parse({"region": region}, scope.base("B001")).region == ""


def test_defaults_are_not_in_the_address():
    assert urls.build("/flags", State(type="x")) == "/flags?type=x"
    assert urls.build("/flags", State()) == "/flags"


def test_a_code_cannot_leave_its_place_in_the_path():
    assert urls.base_path("../login?x=1") == "/bases/..%2Flogin%3Fx%3D1"
