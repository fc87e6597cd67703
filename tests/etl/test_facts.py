"""What was known on a day, and that the past is not rewritten by what bases become."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from etl import facts, schema
from etl.facts import known_on
from etl.registry import Registry, register_bases
from etl.returns import ACCEPT, FINALISE, SEND_BACK, SUBMIT
from etl.status import reporting
from etl.warehouse import reading, writing
from tests.builders import cell_of, edit, entry
from tests.etl.lives import EVALUATOR, Life

Q1 = "2025Q1"


@pytest.fixture
def at(monkeypatch):
    """at(20) makes it noon (UTC) of that day of January 2026, as far as facts know."""

    def choose(day):
        monkeypatch.setattr(facts, "now", lambda: datetime(2026, 1, day, 12))

    return choose


@pytest.fixture
def life(warehouse, writer):
    found = Life(warehouse)
    found.told = next(writer.quarters("R1", "regional", (Q1,)))
    found.send(found.told.path)
    return found


def mentors(warehouse, day):
    with reading(warehouse) as connection:
        return [row.value for row in known_on(connection, date(2026, 1, day), Q1, "R1") if row.measure == "mentors"]


def revise(life, value):
    answered = {cell_of(life.told.path, "mentors", "answer"): "Recounted."}
    edit(life.told.path, "Return", **{cell_of(life.told.path, "mentors"): value, **answered})
    life.send(life.told.path)
    life.answer_all()


def test_each_day_knows_what_was_accepted_by_then(life, warehouse, at):
    first = life.told.values["mentors"]
    at(10)
    life.take(SUBMIT, ACCEPT, FINALISE)
    revise(life, 9)
    at(20)
    life.take(SUBMIT, ACCEPT)
    at(25)
    life.take(SEND_BACK, by=EVALUATOR, reason="No.")
    assert [mentors(warehouse, day) for day in (9, 10, 19, 20, 24, 25, 28)] == [
        [], [first], [first], [9.0], [9.0], [first], [first],
    ]  # fmt: skip


def test_the_day_ends_at_midnight_where_the_programme_is(life, warehouse, monkeypatch):
    monkeypatch.setattr(
        facts, "now", lambda: datetime(2026, 1, 10, 16, 30)
    )  # half past midnight of the 11th in Shanghai
    life.take(SUBMIT, ACCEPT)
    assert (mentors(warehouse, 10), mentors(warehouse, 11)) == ([], [life.told.values["mentors"]])


def test_what_is_known_today_is_the_facts(life, warehouse):
    life.take(SUBMIT, ACCEPT)
    with reading(warehouse) as connection:
        rows = known_on(connection, date(2999, 1, 1))
        there = connection.execute(select(schema.fact.c.measure, schema.fact.c.value)).all()
    assert sorted((row.measure, row.value) for row in rows) == sorted(tuple(row) for row in there)


# Bases change, the past does not


def register(warehouse, *entries):
    with writing(warehouse) as connection:
        register_bases(connection, Life(warehouse).form, entries)


def expected(warehouse, period):
    with reading(warehouse) as connection:
        return {known.base.code: known.base for known in reporting(connection, Registry(connection), period)}


def test_a_withdrawn_base_is_expected_in_its_quarters_and_not_later(warehouse):
    register(warehouse, entry("R1", status="withdrawn", valid_from="2025-07-01"))
    assert "R1" in expected(warehouse, "2025Q2")
    assert "R1" not in expected(warehouse, "2025Q3")


def test_a_replacement_is_expected_from_its_first_quarter_on(warehouse):
    register(warehouse, entry("R9", valid_from="2025-07-01"))
    assert "R9" not in expected(warehouse, "2025Q2")
    assert "R9" in expected(warehouse, "2025Q3")


def test_a_base_that_moves_stays_where_it_was_in_earlier_quarters(warehouse):
    register(warehouse, entry("R1", province="GD", valid_from="2025-07-01"))
    assert [expected(warehouse, period)["R1"].province for period in ("2025Q2", "2025Q3")] == ["ZJ", "GD"]
