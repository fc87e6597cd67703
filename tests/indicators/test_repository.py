"""What each scope gets from each function of the repository, and that the numbers are right."""

import inspect
import json
from dataclasses import asdict

import numpy as np
import pytest
from sqlalchemy import select

from etl import periods, schema, warehouse
from etl.form import load_form
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.repository import Area, NotAllowed, UnknownBase
from indicators.repository.publications import Publication
from indicators.scope import NATION, PROVINCE, REGION
from tests import warehouses
from tests.dashboard import programme
from tests.dashboard.programme import LAST, MISSING, OWN, PERIODS, samples

MINE = samples()[OWN]
NATIONAL, COORDINATOR, REPORTER = scope.national(), scope.province(MINE.province), scope.base(MINE.code)
SCOPES = {"national": NATIONAL, "coordinator": COORDINATOR, "reporter": REPORTER}
VISIBLE = {
    "national": samples(),
    "coordinator": [base for base in samples() if base.province == MINE.province],
    "reporter": [MINE],
}
NOT_QUERIES = {"UnknownBase", "NotAllowed"}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, programme.build) as engine, warehouse.reading(engine) as connection:
        yield connection


@pytest.fixture(scope="module")
def latest(connection):
    return repository.publications(connection, NATIONAL)[-1]


def lead():
    """An indicator that every type is asked for."""
    types = set(load_form().types)
    return next(i for i in load_definitions().indicators.values() if set(i.base_types) == types and i.scored)


def values_of(connection, publication, code, type_code):
    result, standing = schema.result.c, schema.standing.c
    rows = connection.execute(
        select(result.base, result.value)
        .join_from(
            schema.result,
            schema.standing,
            (result.publication == standing.publication) & (result.base == standing.base),
        )
        .where(result.publication == publication.code, result.code == code, standing.type == type_code)
    )
    return {base: value for base, value in rows if value is not None}


def test_every_query_takes_a_connection_and_a_scope():
    queries = [getattr(repository, name) for name in repository.__all__ if name[0].islower()]
    assert len(queries) >= 10
    for query in queries:
        assert list(inspect.signature(query).parameters)[:2] == ["connection", "scope"], query.__name__


# Publications


def test_the_newest_of_the_highest_vintage_is_shown(empty_warehouse):
    def row(period, vintage, number):
        return {
            "publication": f"{period}-{vintage}-{number}", "period": period, "vintage": vintage, "number": number,
            "method_hash": "", "definitions_hash": "", "data_state": "", "seed": None, "created_at": programme.datetime(2027, 1, 1),
        }  # fmt: skip

    rows = [
        row("2026Q2", "revised", 1), row("2026Q2", "revised", 2), row("2026Q2", "final", 9), row("2026Q2", "working", 1),
        row("2026Q1", "provisional", 1), row("2026Q1", "working", 3), row("2026Q3", "working", 1),
    ]  # fmt: skip
    with warehouse.writing(empty_warehouse) as connection:
        warehouse.insert(connection, schema.publication, rows)
        shown = repository.publications(connection, NATIONAL)
    assert [p.code for p in shown] == ["2026Q1-provisional-1", "2026Q2-revised-2", "2026Q3-working-1"]


def test_an_empty_warehouse_has_no_publication(empty_warehouse):
    with warehouse.reading(empty_warehouse) as connection:
        assert repository.publications(connection, NATIONAL) == ()


# Bases by name


@pytest.mark.parametrize("who", SCOPES)
def test_members_rankings_and_flags_name_the_scopes_bases_only(connection, latest, who):
    allowed = {base.code for base in VISIBLE[who]}
    assert set(repository.members(connection, SCOPES[who], latest)) == allowed
    ranked = {
        row.member.code
        for kind in load_form().types
        for row in repository.ranking(connection, SCOPES[who], latest, kind).rows
    }
    assert ranked == allowed
    flagged = {flag.member.code for flag in repository.flags(connection, SCOPES[who], latest)}
    assert flagged
    assert flagged <= allowed


@pytest.mark.parametrize("who", SCOPES)
def test_reports_count_the_scopes_bases_only(connection, who):
    found = repository.reports(connection, SCOPES[who], LAST)
    assert found.expected == len(VISIBLE[who])
    assert {known.base.code for known in found.waiting} <= {base.code for base in VISIBLE[who]}


def test_reports_count_states_and_lateness(connection):
    found = repository.reports(connection, NATIONAL, LAST)
    assert found.states == {"final": 21, "missing": 1, "draft": 1, "submitted": 1}
    assert found.late == 1
    assert len(found.waiting) == 3


@pytest.mark.parametrize("query", [repository.profile, repository.trend])
@pytest.mark.parametrize("who", ["coordinator", "reporter"])
def test_anothers_base_is_refused_and_an_unknown_one_alike(connection, latest, query, who):
    other = next(base for base in samples() if base not in VISIBLE[who])
    rest = [lead().code] if query is repository.trend else []
    for code in (other.code, "none-such", ""):
        with pytest.raises(NotAllowed):
            query(connection, SCOPES[who], latest, code, *rest)
    with pytest.raises(UnknownBase):
        query(connection, NATIONAL, latest, "none-such", *rest)


@pytest.mark.parametrize("who", SCOPES)
def test_a_profile_names_no_other_base(connection, latest, who):
    text = json.dumps(asdict(repository.profile(connection, SCOPES[who], latest, MINE.code)), default=str)
    text += json.dumps(asdict(repository.trend(connection, SCOPES[who], latest, MINE.code, lead().code)), default=str)
    assert MINE.code in text
    assert not [base.code for base in samples() if base != MINE and f'"{base.code}"' in text]


def test_a_scope_without_its_place_sees_no_base(connection, latest):
    for nowhere in (scope.province(""), scope.base("")):
        assert repository.members(connection, nowhere, latest) == {}
        assert repository.flags(connection, nowhere, latest) == ()


# Sums


@pytest.mark.parametrize(
    ("who", "area", "allowed"),
    [
        ("national", Area(PROVINCE, samples()[-1].province), True),
        ("coordinator", Area(PROVINCE, MINE.province), True),
        ("coordinator", Area(PROVINCE, samples()[-1].province), False),
        ("coordinator", Area(REGION, "east"), True),
        ("reporter", Area(NATION), True),
        ("reporter", Area(REGION, "east"), False),
        ("reporter", Area(PROVINCE, MINE.province), False),
    ],
)
def test_sums_of_an_area_need_a_scope_that_holds_it(connection, latest, who, area, allowed):
    code = lead().code
    calls = [
        lambda: repository.headlines(connection, SCOPES[who], latest, "", area),
        lambda: repository.trends(connection, SCOPES[who], latest, [code], area),
        lambda: repository.areas(connection, SCOPES[who], latest, [code], "", [area]),
    ]
    for call in calls:
        if allowed:
            call()
        else:
            with pytest.raises(NotAllowed):
                call()


def test_provinces_are_those_of_the_scope(connection, latest):
    code = lead().code
    assert set(repository.provinces(connection, NATIONAL, latest, code)) == {base.province for base in samples()}
    assert set(repository.provinces(connection, COORDINATOR, latest, code)) == {MINE.province}
    assert repository.provinces(connection, REPORTER, latest, code) == {}


def test_a_sum_that_would_give_single_bases_away_is_hidden(connection, latest):
    """The region holds three bases of the type, one of them the coordinator's own: two others."""
    code, region = lead().code, Area(REGION, load_form().provinces[MINE.province].region)
    mine = repository.areas(connection, COORDINATOR, latest, [code], MINE.type, [region])[code][region]
    theirs = repository.areas(connection, NATIONAL, latest, [code], MINE.type, [region])[code][region]
    assert (theirs.expected, theirs.hidden) == (3, False)
    assert theirs.value is not None
    assert (mine.value, mine.hidden) == (None, True)


def test_a_sum_of_ones_own_bases_alone_is_shown(connection, latest):
    code, own = lead().code, Area(PROVINCE, MINE.province)
    value = repository.areas(connection, COORDINATOR, latest, [code], MINE.type, [own])[code][own]
    assert (value.expected, value.hidden) == (1, False)
    assert value.value is not None


def test_headlines_have_a_value_for_each_quarter(connection, latest):
    found = repository.headlines(connection, NATIONAL, latest)
    assert [headline.definition for headline in found] == load_definitions().method.headlines
    for headline in found:
        assert len(headline.series.periods) == 12
        assert sum(point is not None for point in headline.series.points) == len(PERIODS)
        assert (headline.now.bases, headline.now.expected) == (21, 24)


def test_the_change_on_the_year_rests_on_the_bases_of_both_years(empty_warehouse):
    """A missing return is no fall: 100 and 100 became 110 and nothing, which is ten percent more."""
    code, (kind, *_), (place, *_) = (
        load_definitions().method.headlines[0].code,
        load_form().types,
        load_form().provinces,
    )
    values = {"2025Q4": {"A": 100.0, "B": 100.0, "C": 50.0, "D": 50.0}, "2026Q4": {"A": 110.0, "C": 55.0, "D": 55.0}}
    with warehouse.writing(empty_warehouse) as connection:
        for period, found in values.items():
            name = f"{period}-final-1"
            warehouse.insert(
                connection,
                schema.publication,
                [
                    {
                        "publication": name, "period": period, "vintage": "final", "number": 1, "method_hash": "",
                        "definitions_hash": "", "data_state": "", "created_at": programme.datetime(2027, 1, 1),
                    }
                ],
            )  # fmt: skip
            warehouse.insert(
                connection,
                schema.standing,
                [
                    {"publication": name, "base": b, "type": kind, "province": place, "returned": b in found}
                    for b in "ABCD"
                ],
            )
            warehouse.insert(
                connection,
                schema.result,
                [{"publication": name, "code": code, "base": base, "value": value} for base, value in found.items()],
            )
        last = repository.publications(connection, NATIONAL)[-1]
        headline = repository.headlines(connection, NATIONAL, last)[0]
    assert headline.change.ratio == pytest.approx(0.1)
    assert headline.change.bases == 3


def test_trends_come_by_type(connection, latest):
    code = lead().code
    found = repository.trends(connection, NATIONAL, latest, [code])
    assert set(found[code]) == set(load_form().types)
    for series in found[code].values():
        assert series.periods[-1] == LAST
        assert series.values[-len(PERIODS) :].count(None) == 0
        assert series.values[: -len(PERIODS)] == [None] * (12 - len(PERIODS))


# Numbers


def test_a_rank_is_of_the_whole_type_whoever_asks(connection, latest):
    kind = MINE.type
    whole = repository.ranking(connection, NATIONAL, latest, kind)
    own = repository.ranking(connection, REPORTER, latest, kind)
    row = next(row for row in whole.rows if row.member.code == MINE.code)
    assert own.rows == (row,)
    assert (own.n, own.expected, own.spread) == (whole.n, whole.expected, whole.spread)
    assert whole.complete
    assert not own.complete


def test_the_ranking_is_in_order_with_the_unranked_last(connection, latest):
    kind = samples()[MISSING].type
    found = repository.ranking(connection, NATIONAL, latest, kind)
    ranks = [row.rank for row in found.rows]
    assert found.n == len([rank for rank in ranks if rank is not None]) == found.expected - 1
    assert ranks[-1] is None
    assert ranks[:-1] == sorted(ranks[:-1])


def test_the_change_of_rank_counts_places_gained(connection, latest):
    index = load_definitions().method.index.code
    result = schema.result.c
    earlier = f"{periods.shift(LAST, -1)}-working-1"
    before = dict(
        connection.execute(
            select(result.base, result.rank).where(result.publication == earlier, result.code == index)
        ).all()
    )
    for row in repository.ranking(connection, NATIONAL, latest, MINE.type).rows:
        expected = before[row.member.code] - row.rank if row.rank is not None else None
        assert row.change == expected


def test_peers_percentiles_are_those_of_the_type(connection, latest):
    found = repository.profile(connection, REPORTER, latest, MINE.code)
    for row in found.indicators:
        values = values_of(connection, latest, row.code, MINE.type)
        assert row.value == values.get(MINE.code)
        spread = row.spread
        assert spread.n == len(values)
        expected = np.percentile(list(values.values()), [5, 25, 50, 75, 95])
        assert [spread.p5, spread.p25, spread.p50, spread.p75, spread.p95] == pytest.approx(expected)


def test_too_few_peers_have_no_percentiles(connection, latest, monkeypatch):
    method = load_definitions().method
    monkeypatch.setitem(method.__dict__, "peers", method.peers.model_copy(update={"least_peers": 7}))
    found = repository.profile(connection, REPORTER, latest, MINE.code)
    assert {row.spread for row in found.indicators} == {None}
    assert repository.ranking(connection, REPORTER, latest, MINE.type).spread is None
    assert {
        point.deciles for point in repository.trend(connection, REPORTER, latest, MINE.code, lead().code).points
    } == {None}


def test_a_trend_has_every_quarter_with_the_peers_deciles(connection, latest):
    found = repository.trend(connection, REPORTER, latest, MINE.code, lead().code)
    assert [point.period for point in found.points] == list(periods.span(periods.shift(LAST, -11), LAST))
    for point in found.points[-len(PERIODS) :]:
        publication = Publication(f"{point.period}-working-1", point.period, "working", 1, latest.created_at)
        values = values_of(connection, publication, lead().code, MINE.type)
        assert point.value == values[MINE.code]
        assert point.deciles == pytest.approx(np.percentile(list(values.values()), range(10, 100, 10)))


def test_a_profile_tells_rank_pillars_flags_and_why_values_are_missing(connection, latest):
    found = repository.profile(connection, NATIONAL, latest, MINE.code)
    assert found.rank is not None
    assert 1 <= found.rank <= found.n
    assert [pillar.code for pillar in found.pillars] == list(load_definitions().pillars)
    assert {row.code for row in found.indicators if row.below_floor} == {
        f.code for f in found.flags if f.kind == "floor"
    }
    absent = repository.profile(connection, NATIONAL, latest, samples()[MISSING].code)
    assert absent.rank is None
    assert {row.why for row in absent.indicators} == {"no_return"}


def test_an_earlier_quarter_shows_no_later_one(connection):
    shown = repository.publications(connection, NATIONAL)
    found = repository.profile(connection, NATIONAL, shown[2], MINE.code)
    assert found.periods[-1] == shown[2].period
    assert len(found.periods) == 12


def test_flags_can_be_asked_by_kind_and_type(connection, latest):
    for kind in ("floor", "p20", "missing_return"):
        assert {flag.kind for flag in repository.flags(connection, NATIONAL, latest, kind)} == {kind}
    assert {flag.member.type for flag in repository.flags(connection, NATIONAL, latest, None, MINE.type)} == {MINE.type}
