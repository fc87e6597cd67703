"""One indicator over all bases: who is named in it, what is told of the others, and from how many on."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select, update

from etl import schema, warehouse
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.funnel import Z95, funnel
from indicators.peers import farthest
from indicators.repository import peer_funnels
from indicators.repository.one_indicator import by_region, by_type, courses, standings
from indicators.repository.peer_funnels import peer_limits
from indicators.repository.peers_seen import ROOM, PeerValues, curve
from tests import warehouses
from tests.dashboard import programme
from tests.dashboard.programme import LAST, MISSING, OWN, samples

MINE, GONE = samples()[OWN], samples()[MISSING]
NATIONAL, COORDINATOR, REPORTER = scope.national(), scope.province(MINE.province), scope.base(MINE.code)
LEAST = load_definitions().method.peers.least_peers
FUNNEL = next(i for i in load_definitions().indicators.values() if i.funnel and MINE.type in i.base_types)
COUNTS = ((12, 40), (30, 100), (9, 25), (70, 200), (3, 30), (41, 120))
"""Numerator and denominator of the six bases of the reporter's type."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, programme.build) as engine:
        _write_counts(engine)
        with warehouse.reading(engine) as connection:
            yield connection


def _write_counts(engine):
    result = schema.result
    own_type = [base.code for base in samples() if base.type == MINE.type]
    with warehouse.writing(engine) as connection:
        for base, (above, below) in zip(own_type, COUNTS, strict=True):
            given = {"numerator": above, "denominator": below, "value": FUNNEL.factor * above / below}
            where = (result.c.publication == f"{LAST}-working-1", result.c.code == FUNNEL.code, result.c.base == base)
            connection.execute(update(result).where(*where).values(**given))


@pytest.fixture(scope="module")
def latest(connection):
    return repository.publications(connection, NATIONAL)[-1]


def values_of(connection, publication, code, bases):
    table = schema.result.c
    rows = connection.execute(
        select(table.base, table.value).where(table.publication == publication.code, table.code == code)
    )
    return {base: value for base, value in rows if base in bases and value is not None}


@pytest.mark.parametrize("direction", ["up", "down", "context"])
def test_the_best_value_has_the_first_place_and_equal_ones_share_it(connection, latest, monkeypatch, direction):
    definitions = load_definitions()
    changed = FUNNEL.model_copy(update={"direction": direction})
    indicators = {**definitions.indicators, FUNNEL.code: changed}
    monkeypatch.setattr(
        "indicators.repository.one_indicator.definitions_of", lambda *_: replace(definitions, indicators=indicators)
    )
    found = standings(connection, NATIONAL, latest, FUNNEL.code, MINE.type)
    shares = [row.numerator / row.denominator for row in found.rows]
    assert shares == sorted(shares, reverse=direction != "down")
    assert [row.place for row in found.rows] == [1 + sum(other != share and (other < share) == (direction == "down") for other in shares) for share in shares]  # fmt: skip
    assert (found.n, found.expected) == (len(COUNTS), len(COUNTS))
    assert len({row.place for row in found.rows}) < len(COUNTS), "12 of 40 and 30 of 100 are equal"


def test_only_own_bases_are_listed_with_their_place_in_the_whole_type(connection, latest):
    everyone = standings(connection, NATIONAL, latest, FUNNEL.code, MINE.type)
    for who in (COORDINATOR, REPORTER):
        own = standings(connection, who, latest, FUNNEL.code, MINE.type)
        assert {row.member.code for row in own.rows} == {MINE.code}
        assert own.rows[0] in everyone.rows
        assert own.n == everyone.n


def test_a_base_without_a_return_stands_last_with_the_reason(connection, latest):
    found = standings(connection, NATIONAL, latest, FUNNEL.code, GONE.type)
    last = found.rows[-1]
    assert (last.member.code, last.place, last.why) == (GONE.code, None, "no_return")


def test_the_missed_floors_are_those_of_the_flags(connection, latest):
    flags = repository.flags(connection, NATIONAL, latest)
    code = next(flag.code for flag in flags if flag.kind == "floor")
    found = standings(connection, NATIONAL, latest, code, MINE.type)
    expected = {f.member.code for f in flags if f.kind == "floor" and f.code == code and f.member.type == MINE.type}
    assert {row.member.code for row in found.rows if row.missed} == expected


@pytest.mark.parametrize("own", range(3))
@pytest.mark.parametrize("others", range(LEAST - 2, LEAST + 2))
def test_percentiles_are_told_from_enough_others_only(own, others):
    values = [float(value) for value in range(own + others)]
    found = PeerValues(values, own).percentiles((50,))
    assert (found is not None) == (others >= LEAST)
    if found:
        assert found == [float(np.median(values))]


def test_others_are_in_a_spread_and_never_as_dots(connection, latest):
    for who, mine in ((NATIONAL, {b.code for b in samples()}), (COORDINATOR, _of_province()), (REPORTER, {MINE.code})):
        for strip in by_type(connection, who, latest, FUNNEL.code):
            of_type = {base.code for base in samples() if base.type == strip.code}
            values = values_of(connection, latest, FUNNEL.code, of_type)
            assert sorted(strip.dots) == sorted(value for base, value in values.items() if base in mine)
            own = 0 if who is NATIONAL else len(mine & values.keys())
            assert (strip.spread is not None) == (len(values) - own >= LEAST)
            if strip.spread:
                assert strip.spread.p50 == pytest.approx(float(np.median(list(values.values()))))


def _of_province():
    return {base.code for base in samples() if base.province == MINE.province}


def test_a_base_sees_no_region_and_small_regions_tell_nothing(connection, latest):
    assert by_region(connection, REPORTER, latest, FUNNEL.code, MINE.type) == ()
    for who in (NATIONAL, COORDINATOR):
        strips = by_region(connection, who, latest, FUNNEL.code, MINE.type)
        assert strips
        assert sum(strip.n for strip in strips) == len(COUNTS)
        assert all(strip.spread is None for strip in strips if strip.n < LEAST)


def test_a_course_is_the_deciles_of_each_quarter(connection, latest):
    found = courses(connection, REPORTER, latest, FUNNEL.code, [MINE.type])[MINE.type]
    shares = [FUNNEL.factor * above / below for above, below in COUNTS]
    assert found.periods[-1] == LAST
    assert found.deciles[-1] == pytest.approx(np.percentile(shares, range(10, 100, 10)))
    assert found.deciles[0] is None, "nothing was published so long ago"


def test_a_course_is_not_told_from_too_few_others(connection, latest):
    """Of the type of the missing base five have a value; for whoever has one of them only four are others."""
    neighbour = next(base for base in samples() if base.type == GONE.type and base.code != GONE.code)
    assert courses(connection, NATIONAL, latest, FUNNEL.code, [GONE.type])[GONE.type].deciles[-1]
    own = courses(connection, scope.base(neighbour.code), latest, FUNNEL.code, [GONE.type])[GONE.type]
    assert own.deciles[-1] is None


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_the_curves_are_the_funnels_limits(connection, latest, monkeypatch, kind):
    definitions = load_definitions()
    changed = FUNNEL.model_copy(update={"funnel": kind})
    monkeypatch.setattr(
        peer_funnels,
        "definitions_of",
        lambda *_: replace(definitions, indicators={**definitions.indicators, FUNNEL.code: changed}),
    )
    found = peer_limits(connection, NATIONAL, latest, FUNNEL.code, MINE.type)
    assert found
    above, below = np.array(COUNTS, dtype=float).T
    common = above.sum() / below.sum() if kind == "rate" else 1.0
    direct = funnel(above, below * common, kind)
    sizes = np.array(found.sizes)
    assert sizes.min() <= below.min() / ROOM
    assert sizes.max() >= below.max() * ROOM
    for at, (low, high) in ((farthest(definitions), found.wide), (Z95, found.narrow)):
        for edge, line in ((-at, low), (at, high)):
            assert line == pytest.approx(FUNNEL.factor * common * direct.limit(edge, sizes * common), rel=1e-6)
    assert found.target == pytest.approx(FUNNEL.factor * common * float(direct.target))
    assert {point.member.code for point in found.points} == {b.code for b in samples() if b.type == MINE.type}


def test_others_see_the_limits_and_their_own_point_only(connection, latest):
    everyone = peer_limits(connection, NATIONAL, latest, FUNNEL.code, MINE.type)
    own = peer_limits(connection, REPORTER, latest, FUNNEL.code, MINE.type)
    assert everyone
    assert own
    assert [point.member.code for point in own.points] == [MINE.code]
    assert own.target == everyone.target
    assert own.sizes == tuple(curve([own.points[0].size])), "others' sizes are nobody else's to know"
    assert peer_limits(connection, REPORTER, latest, FUNNEL.code, GONE.type) is None, "nothing to divide by there"
    bare = next(i for i in load_definitions().indicators.values() if not i.funnel)
    assert peer_limits(connection, NATIONAL, latest, bare.code, bare.base_types[0]) is None
