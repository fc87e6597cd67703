"""A quarter's results in the warehouse: replaced as a whole, and the same whenever they are computed from the same data."""

import json

import pytest
from sqlalchemy import select

from etl import schema
from etl import warehouse as module
from etl.form import load_form
from etl.registry import Registry, open_period
from etl.template import write_history
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import load_definitions
from indicators.publish import is_current, write_working
from indicators.ranking import ranking
from tests import warehouses
from tests.builders import QUARTERS, Writer, dump, entry, facts_of, load, programme, set_up

LAST = QUARTERS[-1]


def publish(engine, period=LAST) -> None:
    form = load_form()
    with module.writing(engine) as connection:
        registry = Registry(connection)
        computed = Computed.of(form, load_definitions(), registry, read_cube(connection, form, registry))
        write_working(connection, computed, period)


def results(engine, **where):
    result = schema.result
    with engine.connect() as connection:
        query = select(result).where(*(result.c[name] == value for name, value in where.items()))
        return connection.execute(query).all()


def reported(engine, folder):
    """An archive of two regional bases and a university with all quarters; two bases have none."""
    programme(engine, folder)
    path = Writer(engine, folder).archive({"R1": "regional", "R2": "regional", "U1": "university"})
    load(engine, path)
    return path


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, reported)


def correct(engine, period: str, folder, **values: float) -> None:
    """R1 sends a corrected return for a quarter."""
    path = folder / "corrected.xlsx"
    write_history(path, load_form(), [("R1", period, facts_of(engine, "R1", period) | values)])
    load(engine, path)


def test_computing_again_changes_no_row(warehouse, filled):
    publish(warehouse)
    before = dump(warehouse)
    publish(warehouse)
    assert dump(warehouse) == before


def test_computing_one_quarter_leaves_the_others(warehouse, filled):
    publish(warehouse, QUARTERS[-2])
    before = sorted(map(repr, results(warehouse)))
    publish(warehouse)
    assert sorted(map(repr, results(warehouse, publication=f"{QUARTERS[-2]}-working-1"))) == before


def test_a_correction_shows_after_computing_again_and_not_before(warehouse, filled, tmp_path):
    publish(warehouse)
    (before,) = results(warehouse, code="INC10", base="R1")
    correct(warehouse, LAST, tmp_path, mentors=9)
    assert results(warehouse, code="INC10", base="R1") == [before]
    publish(warehouse)
    (after,) = results(warehouse, code="INC10", base="R1")
    assert (after.numerator, after.denominator) == (before.numerator, 9)
    assert after.value == before.numerator / 9


def current(engine, period=LAST):
    with engine.connect() as connection:
        return is_current(connection, load_definitions(), period)


def test_a_publication_knows_when_it_is_out_of_date(warehouse, filled, tmp_path):
    assert not current(warehouse)
    publish(warehouse)
    assert current(warehouse)
    correct(warehouse, QUARTERS[0], tmp_path, mentors=9)
    assert not current(warehouse), "an earlier quarter was corrected"


def test_a_publication_is_out_of_date_when_a_base_changes(warehouse, filled):
    publish(warehouse)
    set_up(warehouse, [entry("R1", "regional", "ZJ", hardship="yes")], ())
    assert not current(warehouse)


def test_a_publication_is_out_of_date_when_an_earlier_quarter_is_opened(warehouse, filled):
    publish(warehouse)
    with module.writing(warehouse) as connection:
        open_period(connection, "2024Q4")
    assert not current(warehouse)


def test_a_later_quarters_return_does_not_make_an_earlier_publication_stale(warehouse, writer):
    load(warehouse, writer.archive({"R1": "regional"}, QUARTERS[:1]))
    publish(warehouse, QUARTERS[0])
    load(warehouse, writer.archive({"R2": "regional"}, QUARTERS[1:2], "later.xlsx"))
    assert current(warehouse, QUARTERS[0])


def test_every_base_has_a_row_for_each_indicator_of_its_type_each_pillar_headline_and_the_index(warehouse, filled):
    publish(warehouse)
    definitions = load_definitions()
    of_all = {*definitions.pillars, "index", *(headline.code for headline in definitions.method.headlines)}
    for base, kind in (("R1", "regional"), ("U1", "university"), ("I1", "institute")):
        expected = {i.code for i in definitions.of_type(kind)} | of_all
        assert {row.code for row in results(warehouse, base=base)} == expected


def test_a_base_that_did_not_report_stands_there_without_values(warehouse, filled):
    publish(warehouse)
    rows = results(warehouse, base="E1")
    assert all(row.value is None and row.score is None and row.rank is None for row in rows)
    assert {row.why for row in rows if row.code == "EMP05"} == {"no_return"}


def test_standings_say_what_each_base_was_and_whether_it_reported(warehouse, filled):
    publish(warehouse)
    standing = schema.standing.c
    with warehouse.connect() as connection:
        rows = connection.execute(select(standing.base, standing.type, standing.province, standing.returned)).all()
    assert sorted(map(tuple, rows)) == [
        ("E1", "enterprise", "GD", False), ("I1", "institute", "HB", False), ("R1", "regional", "ZJ", True),
        ("R2", "regional", "LN", True), ("U1", "university", "SN", True),
    ]  # fmt: skip


def test_a_base_that_changes_its_province_does_not_rewrite_the_past(warehouse, filled):
    set_up(warehouse, [entry("R1", "regional", "GD", valid_from="2026-11-01")], ())
    for period in QUARTERS[-2:]:
        publish(warehouse, period)
    standing = schema.standing.c
    with warehouse.connect() as connection:
        query = select(standing.province).where(standing.base == "R1").order_by(standing.publication)
        assert list(connection.execute(query).scalars()) == ["ZJ", "GD"]


def test_a_base_that_left_the_programme_is_not_ranked(warehouse, filled):
    set_up(warehouse, [entry("R2", "regional", "LN", status="withdrawn", valid_from="2026-10-01")], ())
    publish(warehouse)
    assert results(warehouse, base="R2") == []


def test_no_value_is_nan_or_infinite(warehouse, filled):
    publish(warehouse)
    json.dumps([list(row) for row in results(warehouse)], allow_nan=False)


def test_a_quarter_that_was_never_opened_does_not_break_the_computing_of_all(warehouse, writer):
    with module.writing(warehouse) as connection:
        connection.execute(schema.period.delete().where(schema.period.c.period == QUARTERS[1]))
    load(warehouse, writer.archive({"R1": "regional"}, QUARTERS[:3]))
    publish(warehouse, QUARTERS[1])
    assert results(warehouse) == []


def test_the_ranking_lists_each_type_by_rank_and_those_without_an_index_last(warehouse, filled):
    publish(warehouse)
    with warehouse.connect() as connection:
        rows = ranking(connection, load_definitions(), LAST, None)
        regional = ranking(connection, load_definitions(), LAST, "regional")
    assert [(row["type"], row["rank"], row["n"]) for row in rows] == [
        ("enterprise", None, 0), ("institute", None, 0), ("regional", 1, 2), ("regional", 2, 2), ("university", None, 0),
    ]  # fmt: skip
    assert [row["base"] for row in regional] == [row["base"] for row in rows if row["type"] == "regional"]
