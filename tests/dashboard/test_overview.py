"""The overview: as of when, the map of any indicator or score, panels, and what is worth looking at, with its certainty."""

import json

import numpy as np
import pytest

from dashboard import facets
from etl.form import load_form
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.repository import Area, Band, Bands, NotAllowed
from indicators.repository.groups import LEAST
from indicators.repository.spread import percentiles
from indicators.scope import PROVINCE, REGION
from indicators.verdicts.reasons import GREEN, GREY, IMPROVING, RED, YELLOW
from tests.dashboard.programme import LAST, MISSING, OWN, REJECTED, SUBMITTED, samples

MINE = samples()[OWN]
INDEX = load_definitions().method.index.code
TYPES = list(load_form().types)
NATIONAL, COORDINATOR, REPORTER = scope.national(), scope.province(MINE.province), scope.base(MINE.code)


@pytest.fixture
def connection(engine):
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def latest(connection):
    return repository.publications(connection, NATIONAL)[-1]


def lead():
    return next(i.code for i in load_definitions().indicators.values() if set(i.base_types) == set(TYPES) and i.scored)


# The page


def test_the_page_says_which_publication_it_shows(open_page):
    text = json.dumps(open_page("eva", "/"))
    assert f"({LAST}-working-1)" in text
    assert "These figures still change as returns are accepted." in text


def test_the_map_shows_the_index_unless_an_indicator_is_chosen(open_page):
    text = json.dumps(open_page("eva", "/"))
    assert "Median over the bases of each place" in text
    assert "Median over the bases of each place" not in json.dumps(open_page("eva", f"/?code={lead()}"))


@pytest.mark.parametrize("code", [INDEX, *load_definitions().pillars, *load_definitions().indicators])
def test_every_score_and_indicator_can_be_on_the_map(open_page, all_parts, code):
    tree = open_page("eva", f"/?code={code}")
    chosen = [part["props"] for part in all_parts(tree) if part["props"].get("selected")]
    assert any(option["value"].endswith(f"code={code}") for option in chosen)


def test_every_pillar_has_a_panel_for_each_type_that_is_asked(open_page):
    text = json.dumps(open_page("eva", "/"))
    assert text.count('"facet"') == len(TYPES) * len(load_definitions().pillars)
    assert json.dumps(open_page("eva", f"/?type={TYPES[0]}")).count('"facet"') == len(load_definitions().pillars)


def test_bases_stand_by_lamp_with_the_main_reason_and_a_case(open_page):
    text = json.dumps(open_page("eva", f"/?type={MINE.type}"))
    assert "mean of four quarters" in text
    assert " 1 more reason." in text
    assert f"/{LAST}" in text
    assert "open a case" in text
    assert "Results rose 2 quarters running" in text


def test_a_province_opens_no_case(open_page):
    assert "open a case" not in json.dumps(open_page("cora", "/"))


def test_returns_are_told_as_in_late_and_missing(open_page):
    words = json.dumps(open_page("eva", "/"), ensure_ascii=False)
    assert "22 of 24 returns handed in · 1 came late · 1 sent nothing" in words


# The median of a place


def medians_by_hand(connection, publication, bases):
    rows = repository.ranking
    values = [
        row.index
        for kind in TYPES
        for row in rows(connection, NATIONAL, publication, kind).rows
        if row.member.code in bases and row.index is not None
    ]
    return float(np.median(values)) if values else None


def test_a_places_index_is_the_median_of_its_bases(connection, latest):
    found = repository.medians(connection, NATIONAL, latest, [INDEX])[INDEX]
    provinces = {base.province for base in samples()}
    assert set(found) == {Area(PROVINCE, code) for code in provinces}
    for area, value in found.items():
        bases = {base.code for base in samples() if base.province == area.code}
        assert value.value == pytest.approx(medians_by_hand(connection, latest, bases))
        assert value.expected == len(bases)
        assert value.bases == len(bases - {samples()[place].code for place in (MISSING, REJECTED, SUBMITTED)})


def test_a_median_of_too_few_others_is_hidden(connection, latest):
    province, region = Area(PROVINCE, MINE.province), Area(REGION, load_form().provinces[MINE.province].region)
    found = repository.medians(connection, COORDINATOR, latest, [INDEX], MINE.type, (province, region, Area()))[INDEX]
    assert found[province].value is not None, "the coordinator's own bases only"
    others = len([b for b in samples() if b.type == MINE.type and b.province != MINE.province])
    assert (found[Area()].value is None) == (others < LEAST)
    near = [
        b
        for b in samples()
        if b.type == MINE.type
        and b.province != MINE.province
        and load_form().provinces[b.province].region == region.code
    ]
    if near and len(near) < LEAST:
        assert found[region].hidden


def test_anothers_place_is_refused(connection, latest):
    other = next(base.province for base in samples() if base.province != MINE.province)
    with pytest.raises(NotAllowed):
        repository.medians(connection, COORDINATOR, latest, [INDEX], "", (Area(PROVINCE, other),))
    with pytest.raises(NotAllowed):
        repository.medians(connection, REPORTER, latest, [INDEX], "", (Area(PROVINCE, MINE.province),))


# Bands


def test_a_band_is_the_percentiles_of_the_types_values(connection, latest):
    found = repository.bands(connection, NATIONAL, latest, [lead()])[lead()]
    ranked = [b for b in samples() if b.type == MINE.type]
    point = found[MINE.type].points[-1]
    assert point is not None
    assert point.n == len(ranked)
    assert point.low < point.median < point.high
    assert found[MINE.type].points[0] is None, "twelve quarters back there was nothing"


def test_a_band_needs_enough_others():
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert percentiles(values, (10, 50, 90)) is not None
    assert percentiles(values, (10, 50, 90), others=4) is None


def test_a_gap_breaks_the_line_and_the_band():
    point = Band(9, 1.0, 2.0, 3.0)
    bands = Bands(("2026Q1", "2026Q2", "2026Q3"), (point, None, point))
    scale = facets.Scale.of([bands])
    assert facets._line([2.0, None, 2.0], scale).count("M") == 2
    assert facets._band(bands, scale).count("Z") == 2


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (31.0, 58.0), (-0.4, 0.2), (1200.0, 91000.0), (5.0, 5.0)])
def test_an_axis_has_round_values_within_it(low, high):
    scale = facets.Scale.of([Bands(("2026Q1",), (Band(9, low, (low + high) / 2, high),))])
    assert 1 <= len(scale.ticks) <= 9
    assert all(low <= tick <= high for tick in scale.ticks)


# Who is listed


def test_red_stands_before_yellow_and_grey_is_only_counted(connection, latest):
    found = repository.attention(connection, NATIONAL, latest)
    lamps = [one.lamp for one in found.to_look_at]
    assert lamps == [RED] * len(TYPES) + [YELLOW] * len(TYPES)
    assert found.lamps[GREY] == len({MISSING, REJECTED, SUBMITTED})
    assert sum(found.lamps.values()) == len(samples())
    for one in found.to_look_at:
        assert {reason.weighs for reason in one.reasons} == {one.lamp}


def test_improving_is_told_by_verdict_only(connection, latest):
    found = repository.attention(connection, NATIONAL, latest)
    assert len(found.improving) == len(TYPES)
    assert {one.lamp for one in found.improving} == {GREEN}
    assert {reason.rule for one in found.improving for reason in one.reasons} == {IMPROVING}
    assert found.gained == ()


@pytest.mark.parametrize(("who", "visible"), [(COORDINATOR, MINE.province), (REPORTER, None)])
def test_only_ones_own_bases_are_listed(connection, latest, who, visible):
    found = repository.attention(connection, who, latest)
    allowed = {b.code for b in samples() if (b.province == visible if visible else b.code == MINE.code)}
    listed = {one.member.code for one in (*found.to_look_at, *found.improving, *found.gained)}
    assert listed <= allowed
    assert sum(found.lamps.values()) == len(allowed)


def test_without_improving_verdicts_a_gain_must_be_beyond_both_intervals(engine):
    from etl import periods, schema, warehouse

    year = periods.shift(LAST, -4)
    kind = [b.code for b in samples() if b.type == MINE.type]
    with warehouse.writing(engine) as connection:
        connection.execute(schema.verdict.update().values(trend="steady"))
        table = schema.result.c
        for period, ranges in ((year, ((5, 6), (3, 5))), (LAST, ((1, 2), (2, 3)))):
            for base, (low, high) in zip(kind, ranges, strict=False):
                here = (table.publication == f"{period}-working-1") & (table.code == INDEX) & (table.base == base)
                connection.execute(schema.result.update().where(here).values(low=low, high=high))
        publication = repository.publications(connection, NATIONAL)[-1]
        found = repository.attention(connection, NATIONAL, publication)
        connection.rollback()
    assert found.year == year
    assert [one.member.code for one in found.gained] == [kind[0]], "intervals that meet are no gain"
