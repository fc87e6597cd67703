"""How each base stands among its peers: by its funnel where there is one, else by the quarter of its peers."""

import numpy as np
import pytest

from etl.form import load_form
from etl.warehouse import reading
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.repository.beside import courses_of, known_members
from indicators.repository.groups import courses
from indicators.repository.marks import (
    BETTER,
    CONTEXT,
    MARKS,
    QUARTER,
    SHOWN,
    SIMILAR,
    UNKNOWN,
    WORSE,
    _of_type,
    marks,
    readings,
)
from indicators.repository.publications import quarters_before
from indicators.repository.spread import side_of_middle
from indicators.scope import NATION, PROVINCE, REGION, NotAllowed
from indicators.signals import FUNNEL
from indicators.xmr import JUDGEMENTS
from tests import warehouses
from tests.dashboard import programme

NATIONAL = scope.national()
OWN = programme.samples()[programme.OWN]


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, programme.build) as engine, reading(engine) as connection:
        yield connection


@pytest.fixture(scope="module")
def latest(connection):
    return repository.publications(connection, NATIONAL)[-1]


@pytest.fixture(scope="module")
def found(connection, latest):
    return marks(connection, NATIONAL, latest, OWN.type)


def words(found, base, by):
    row = found.bases.index(base)
    return {MARKS[found.mark[row, place]] for place, column in enumerate(found.columns) if column.by == by}


def test_a_funnel_judges_the_indicators_that_have_one(found):
    indicators = load_definitions().indicators
    for column in found.columns:
        indicator = indicators[column.code]
        assert column.by == (SHOWN if not indicator.scored else FUNNEL if indicator.funnel else QUARTER)
    codes = [base.code for base in programme.samples()]
    assert words(found, codes[programme.WORSE], FUNNEL) == {WORSE}
    assert words(found, codes[programme.BETTER], FUNNEL) == {BETTER}
    assert words(found, codes[8], FUNNEL) == {SIMILAR}
    assert words(found, codes[8], SHOWN) == {CONTEXT}


def test_the_others_are_judged_by_the_quarter_of_their_peers(found):
    indicators = load_definitions().indicators
    looked = 0
    for place, column in enumerate(found.columns):
        if column.by != QUARTER:
            continue
        values = found.value[:, place]
        low, high = np.nanpercentile(values, (25, 75))
        assert column.spread is not None
        assert (column.spread.p25, column.spread.p75) == pytest.approx((low, high))
        best, worst = (
            (np.nanargmin, np.nanargmax)
            if indicators[column.code].direction == "down"
            else (np.nanargmax, np.nanargmin)
        )
        assert MARKS[found.mark[best(values), place]] == BETTER
        assert MARKS[found.mark[worst(values), place]] == WORSE
        looked += 1
    assert looked > 5


def test_who_has_not_reported_cannot_be_judged(connection, latest):
    missing = programme.samples()[programme.MISSING]
    found = marks(connection, NATIONAL, latest, missing.type)
    row = found.bases.index(missing.code)
    assert np.isnan(found.value[row]).all()
    assert words(found, missing.code, FUNNEL) | words(found, missing.code, QUARTER) == {UNKNOWN}
    told = readings(connection, NATIONAL, latest, [missing.code])
    assert {reading.why for reading in told.values()} >= {"no_return"}


def test_without_funnels_quarters_judge(connection, latest, monkeypatch):
    monkeypatch.setattr("indicators.repository.marks._signals", lambda *_: [])
    found = _of_type(connection, latest, OWN.type)
    assert {column.by for column in found.columns} == {QUARTER, SHOWN}
    assert not found.course.any()


def test_a_worsening_and_an_improvement_are_told(connection, latest, found):
    codes = [base.code for base in programme.samples()]
    scored = [place for place, column in enumerate(found.columns) if column.by != SHOWN]
    heading = {
        base: {JUDGEMENTS[found.course[found.bases.index(codes[base]), place]] for place in scored}
        for base in (programme.WORSE, programme.BETTER, 8)
    }
    assert heading == {programme.WORSE: {"concern"}, programme.BETTER: {"improvement"}, 8: {"none"}}
    told = readings(connection, NATIONAL, latest, [OWN.code])
    funnel = next(column.code for column in found.columns if column.by == FUNNEL)
    reading = told[OWN.code, funnel]
    assert reading.cause == "below_limit"
    assert reading.upper == pytest.approx(4 * reading.lower)


@pytest.mark.parametrize("who", [scope.base(OWN.code), scope.province(OWN.province)])
def test_only_the_scopes_bases_are_marked_against_the_whole_type(connection, latest, found, who):
    own = marks(connection, who, latest, OWN.type)
    assert own.bases == (OWN.code,)
    assert own.columns == found.columns
    np.testing.assert_array_equal(own.mark[0], found.mark[found.bases.index(OWN.code)])


def test_anothers_reading_is_refused(connection, latest):
    other = programme.samples()[8].code
    with pytest.raises(NotAllowed):
        readings(connection, scope.province(OWN.province), latest, [OWN.code, other])


def test_side_of_the_middle_half():
    assert [side_of_middle(value, 2, 4, "up") for value in (1, 2, 3, 4, 5)] == [-1, 0, 0, 0, 1]
    assert side_of_middle(5, 2, 4, "down") == -1
    assert side_of_middle(np.array([1.0, np.nan, 5.0]), 2, 4, "down").tolist() == [1, 0, -1]


# Side by side --------------------------------------------------------------------------------------------------------------


def test_who_may_not_see_a_base_learns_nothing_of_it(connection, latest):
    other = programme.samples()[8].code
    asked = (other, OWN.code, "none-such")
    assert list(known_members(connection, NATIONAL, latest, asked)) == [other, OWN.code]
    own = scope.province(OWN.province)
    assert list(known_members(connection, own, latest, asked)) == [OWN.code]
    assert list(courses_of(connection, own, latest, asked, ["index"])["index"]) == [OWN.code]


def test_a_course_is_the_published_value_of_each_quarter(connection, latest):
    code = load_definitions().of_type(OWN.type)[0].code
    course = courses_of(connection, NATIONAL, latest, (OWN.code,), [code])[code][OWN.code]
    trend = repository.trend(connection, NATIONAL, latest, OWN.code, code)
    assert course == tuple(point.value for point in trend.points)
    assert len([value for value in course if value is not None]) == len(programme.PERIODS)


def test_courses_of_areas_are_guarded(connection, latest):
    code = load_definitions().of_type(OWN.type)[0].code
    own, nation = repository.Area(PROVINCE, OWN.province), repository.Area(NATION, "")
    who = scope.province(OWN.province)
    found = courses(connection, who, latest, [code], "", (own, nation))[code]
    assert found[own].periods == quarters_before(latest)
    assert found[own].values[-1] is not None
    other = repository.Area(PROVINCE, programme.samples()[8].province)
    with pytest.raises(NotAllowed):
        courses(connection, who, latest, [code], "", (own, other))
    region = repository.Area(REGION, load_form().provinces[OWN.province].region)
    places = (own, region, nation)
    for kind in ("", *load_form().types):
        now = repository.areas(connection, who, latest, [code], kind, places)[code]
        found = courses(connection, who, latest, [code], kind, places)[code]
        assert {place: series.last for place, series in found.items() if series.last} == now
