"""Who moved, and what moved it: own data, peers' data and method add up to the whole, and each is what it is called."""

import itertools

import numpy as np
import pytest

from etl import warehouse as module
from indicators import recompute
from indicators.compare import compare, shapley
from indicators.computed import Computed
from indicators.definition import load_definitions
from indicators.publish import Refused, publish
from indicators.refresh import refresh
from tests import warehouses
from tests.builders import Writer, load, programme
from tests.indicators.publishing import KINDS, LAST, correct, lock

KINDS = KINDS | {"E1": "enterprise"}


def reported(engine, folder):
    programme(engine, folder)
    load(engine, Writer(engine, folder).archive(KINDS))
    lock(engine)


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, reported)


def published(engine) -> str:
    return publish(engine, LAST, "provisional", "Ann").name


def compared(engine, a: str, b: str) -> dict:
    with module.reading(engine) as connection:
        return {row.base: row for row in compare(connection, a, b)}


def weight_of(engine, code: str, name: str) -> float:
    """The weight of a scored indicator in the index of R1, where nothing else is missing in its pillar."""
    with module.reading(engine) as connection:
        made = recompute.made_from(connection, name)
    scores = made.computed.composite(-1).scores
    definitions, place = load_definitions(), made.computed.panel.bases.index("R1")
    mine = [i for i in definitions.of_type("regional") if i.scored and not definitions.pillars[i.pillar].bonus]
    pillar = definitions.indicators[code].pillar
    inside = [i for i in mine if i.pillar == pillar]
    there = sum(i.weight for i in inside if not np.isnan(scores[i.code][place]))
    return sum(i.weight for i in inside) / sum(i.weight for i in mine) * definitions.indicators[code].weight / there


def test_the_same_data_and_method_move_nobody(warehouse, filled):
    rows = compared(warehouse, published(warehouse), published(warehouse))
    assert set(rows) == {"E1", "I1", "R1", "R2", "U1"}
    assert not any(row.moved for row in rows.values())
    assert {(row.index_by.own, row.index_by.peers, row.index_by.method) for row in rows.values() if row.index_by} == {
        (0, 0, 0)
    }


def test_a_bases_own_data_move_it_and_are_its_peers_peers_data(warehouse, filled, tmp_path):
    """By hand: R1 takes the lead in firms per mentor, so it wins 100 points of that indicator and R2 loses them."""
    correct(warehouse, tmp_path, "few.xlsx", mentors=1)
    a = published(warehouse)
    correct(warehouse, tmp_path, "many.xlsx", mentors=50)
    b = published(warehouse)
    rows, points = compared(warehouse, a, b), 100 * weight_of(warehouse, "INC10", b)
    r1, r2 = rows["R1"], rows["R2"]
    assert r1.index_b - r1.index_a == pytest.approx(points, abs=1e-9)
    assert (r1.index_by.own, r1.index_by.peers, r1.index_by.method) == pytest.approx((points, 0, 0), abs=1e-9)
    assert (r2.index_by.own, r2.index_by.peers, r2.index_by.method) == pytest.approx((0, -points, 0), abs=1e-9)
    assert not rows["U1"].moved, "another type is not among the peers"


def test_another_method_moves_by_method_only(warehouse, filled, catalogue_copy):
    a = published(warehouse)
    catalogue_copy.weigh("INC10", 30)
    b = published(warehouse)
    rows = [row for row in compared(warehouse, a, b).values() if row.index_by]
    assert any(row.index_by.method for row in rows)
    for row in rows:
        assert (row.index_by.own, row.index_by.peers) == (0, 0)
        assert row.index_by.method == pytest.approx(row.index_b - row.index_a, abs=1e-12)


@pytest.fixture
def everything_changed(warehouse, filled, tmp_path, catalogue_copy):
    a = published(warehouse)
    correct(warehouse, tmp_path, "r1.xlsx", mentors=9, trainees=80)
    correct(warehouse, tmp_path, "r2.xlsx", base="R2", mentors=2, posts_filled=12)
    catalogue_copy.weigh("INC10", 30)
    return a, published(warehouse)


def test_the_three_parts_add_up_to_the_whole_change(warehouse, everything_changed):
    rows = compared(warehouse, *everything_changed)
    for code in ("R1", "R2"):
        row = rows[code]
        for by, change in ((row.index_by, row.index_b - row.index_a), (row.rank_by, row.rank_b - row.rank_a)):
            assert by.own + by.peers + by.method == pytest.approx(change, abs=1e-12)
        assert row.index_by.own
        assert row.index_by.peers


def test_the_mixtures_are_those_of_panels_that_are_mixed_cell_by_cell(warehouse, everything_changed):
    """A second route: the base's column is exchanged in the data themselves, and everything computed from them."""
    row, found = compared(warehouse, *everything_changed)["R1"], {}
    with module.reading(warehouse) as connection:
        made = [recompute.made_from(connection, name) for name in everything_changed]
        place = made[0].computed.panel.bases.index("R1")
        for method, own, peers in itertools.product((0, 1), repeat=3):
            by = made[method].computed
            panel = made[peers].panel_of(by.form)
            panel.values[:, :, place] = made[own].computed.panel.values[:, :, place]
            panel.refresh()
            mixed = Computed.of(by.form, by.definitions, by.registry, panel).composite(-1)
            found[method, own, peers] = mixed.scores["index"][place]
    by_hand = shapley(found)
    assert (row.index_by.own, row.index_by.peers, row.index_by.method) == pytest.approx(
        (by_hand.own, by_hand.peers, by_hand.method), abs=1e-12
    )


def test_the_shares_by_hand():
    """v = 6 · method · own + 4 · peers: what two do together is halved."""
    shares = shapley({(m, o, p): 6.0 * m * o + 4 * p for m, o, p in itertools.product((0, 1), repeat=3)})
    assert (shares.own, shares.peers, shares.method) == pytest.approx((3, 4, 3))
    three = shapley({(m, o, p): 6.0 * m * o * p for m, o, p in itertools.product((0, 1), repeat=3)})
    assert (three.own, three.peers, three.method) == pytest.approx((2, 2, 2))


def test_a_mixture_without_a_number_has_no_shares():
    corners = dict.fromkeys(itertools.product((0, 1), repeat=3), 1.0)
    assert shapley(corners | {(0, 1, 0): float("nan")}) is None


def test_who_was_not_there_has_no_shares(warehouse, writer):
    load(warehouse, writer.archive({"R1": "regional", "U1": "university"}))
    a = published(warehouse)
    load(warehouse, writer.archive({"R2": "regional"}, name="second.xlsx"))
    rows = compared(warehouse, a, published(warehouse))
    assert rows["R2"].index_a is None
    assert rows["R2"].index_by is None
    assert rows["R2"].moved


def test_an_out_of_date_working_publication_is_not_compared(warehouse, filled, tmp_path):
    refresh(warehouse)
    name = published(warehouse)
    assert not any(row.moved for row in compared(warehouse, f"{LAST}-working-1", name).values())
    correct(warehouse, tmp_path, mentors=9)
    with pytest.raises(Refused, match="compute"):
        compared(warehouse, f"{LAST}-working-1", name)


def test_two_quarters_are_compared_by_their_data(warehouse, filled):
    lock(warehouse, "2026Q3")
    a = publish(warehouse, "2026Q3", "provisional", "Ann").name
    for row in compared(warehouse, a, published(warehouse)).values():
        if row.index_by:
            assert row.index_by.method == 0
            assert row.index_by.own + row.index_by.peers == pytest.approx(row.index_b - row.index_a, abs=1e-12)
