"""What of peers reaches whom: for every scope, type and indicator, through every question that a page can ask."""

import pytest
from sqlalchemy import select

from etl import schema, warehouse
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.repository.marks import MARKS, QUARTER, UNKNOWN, marks, readings
from indicators.repository.one_indicator import by_type, courses
from indicators.repository.peer_funnels import peer_limits
from indicators.repository.peers_seen import AROUND, POINTS, ROOM, curve
from indicators.repository.positions import position
from tests import warehouses
from tests.dashboard import published
from tests.dashboard.published import FINAL, OWN
from tests.dashboard.season import FAR, NEAR

LEAST = load_definitions().method.peers.least_peers
KIND = "regional"
CODES = [indicator.code for indicator in load_definitions().of_type(KIND)]
FUNNELS = [code for code in CODES if load_definitions().indicators[code].funnel]
BASES = (*NEAR, *FAR)
SCOPES = {
    "nation": (scope.national(), ()),
    "large province": (scope.province("ZJ"), NEAR),
    "small province": (scope.province("LN"), FAR),
    "another province": (scope.province("GD"), ()),
    "base": (scope.base(OWN), (OWN,)),
    "other base": (scope.base(FAR[0]), FAR[:1]),
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, published.build) as engine, warehouse.reading(engine) as connection:
        yield connection


@pytest.fixture(scope="module")
def final(connection):
    return next(one for one in repository.every_publication(connection, scope.national()) if one.code == FINAL)


@pytest.fixture(params=SCOPES, ids=SCOPES)
def whose(request):
    return SCOPES[request.param]


def there(connection, code, table=schema.result.c, *more) -> set[str]:
    """The bases that have a value of it, or a signal."""
    wanted = table.publication == FINAL, table.code == code, *more
    return set(connection.execute(select(table.base).where(*wanted)).scalars())


def valued(connection, code) -> set[str]:
    return there(connection, code, schema.result.c, schema.result.c.value.is_not(None))


def may_be_told(taking_part, own) -> bool:
    return len(taking_part - set(own)) >= LEAST


def test_the_programme_has_both_cases(connection):
    for code in CODES:
        told = {name: may_be_told(valued(connection, code), own) for name, (_, own) in SCOPES.items()}
        assert not told["large province"], "two others"
    assert told["base"]
    assert told["nation"]


@pytest.mark.parametrize("code", CODES)
def test_percentiles_are_told_where_enough_others_are_in_them_and_nowhere_else(connection, final, whose, code):
    who, own = whose
    expected = may_be_told(valued(connection, code), own)
    strips = {strip.code: strip for strip in by_type(connection, who, final, code)}
    assert (strips[KIND].spread is not None) == expected
    assert (courses(connection, who, final, code, [KIND])[KIND].deciles[-1] is not None) == expected
    column = next(one for one in marks(connection, who, final, KIND).columns if one.code == code)
    assert (column.spread is not None) == expected
    for base in own or (BASES if who.everywhere else ()):
        row = next(one for one in repository.profile(connection, who, final, base).indicators if one.code == code)
        assert (row.spread is not None) == expected
        trend = repository.trend(connection, who, final, base, code)
        assert (trend.points[-1].deciles is not None) == expected


def test_a_place_among_the_peers_goes_with_their_percentiles(connection, final, whose):
    who, own = whose
    found = marks(connection, who, final, KIND)
    for place, column in enumerate(found.columns):
        if column.by == QUARTER and not may_be_told(valued(connection, column.code), own):
            assert (found.mark[:, place] == MARKS.index(UNKNOWN)).all()
    if who.everywhere:
        assert (found.mark != MARKS.index(UNKNOWN)).any()


def test_what_one_scope_may_not_be_told_is_not_taken_from_another(connection, final):
    """The marks are computed once for everybody."""
    before = marks(connection, scope.national(), final, KIND).mark.copy()
    marks(connection, scope.province("ZJ"), final, KIND)
    assert (marks(connection, scope.national(), final, KIND).mark == before).all()


def test_how_the_index_is_spread_is_told_likewise(connection, final, whose):
    who, own = whose
    index = load_definitions().method.index.code
    found = repository.ranking(connection, who, final, KIND)
    assert (found.spread is not None) == may_be_told(valued(connection, index), own)


@pytest.mark.parametrize("code", FUNNELS)
def test_a_funnel_is_told_where_enough_others_are_in_it_with_points_of_ones_own(connection, final, whose, code):
    who, own = whose
    named = set(BASES) if who.everywhere else set(own)
    judged = there(connection, code, schema.signal.c, schema.signal.c.kind == "funnel")
    expected = bool(judged) and may_be_told(judged, own)
    found = peer_limits(connection, who, final, code, KIND)
    assert (found is not None) == expected
    if found:
        assert {point.member.code for point in found.points} == named & judged
        assert found.sizes == tuple(curve([point.size for point in found.points]).tolist()), "of the shown points alone"
        assert bool(found.sizes) == bool(found.points)
    for base in sorted(named & judged):
        one = position(connection, who, final, base, code)
        assert (one is not None) == expected
        if one:
            assert {point.member.code for point in one.others} == (named & judged) - {base}
            assert one.sizes == found.sizes
    told = readings(connection, who, final, sorted(named))
    assert {base for base in named if (told[base, code].target is not None)} == (named & judged if expected else set())


def test_both_pages_draw_the_same_limits(connection, final):
    for code in FUNNELS:
        found = peer_limits(connection, scope.national(), final, code, KIND)
        for point in found.points if found else ():
            one = position(connection, scope.national(), final, point.member.code, code)
            assert one.target == found.target
            assert [edge.upper_998 for edge in one.curves] == list(found.wide[1])
            assert [edge.lower_95 for edge in one.curves] == list(found.narrow[0])


@pytest.mark.parametrize("sizes", [[40.0], [40.0, 41.0], [3.0, 900.0], [1e-3, 1e6]])
def test_a_curve_goes_around_its_points_and_wide_enough_to_be_one(sizes):
    at = curve(sizes)
    assert len(at) == POINTS
    assert at[0] <= min(sizes) / ROOM * (1 + 1e-9)
    assert at[-1] >= max(sizes) * ROOM * (1 - 1e-9)
    assert at[-1] / at[0] >= AROUND**2 * (1 - 1e-9)


def test_no_point_no_curve():
    assert curve([]).size == 0
