"""The audit: nothing is done without its row, no row tells of what was not done, and no change of a row stays unseen."""

import threading
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from etl import audit, periods
from etl.audit import Entry
from etl.registry import open_period
from etl.schema_access import audit as table
from etl.warehouse import Unreachable, reading, writing

ROWS = 12


@pytest.fixture
def chain(empty_warehouse):
    """A warehouse whose audit has ROWS rows."""
    for number in range(ROWS):
        with writing(empty_warehouse) as connection, audit.acting(f"person {number % 3}", "10.0.0.1"):
            audit.note(connection, "thing.done", "thing", number, why="为什么 · “quoted”")
    return empty_warehouse


def verified(engine, known=()):
    with reading(engine) as connection:
        return audit.verify(connection, known)


def all_entries(engine):
    with reading(engine) as connection:
        return audit.entries(connection)[::-1]


def test_what_is_done_has_a_row_with_who_what_whence_and_when(empty_warehouse):
    with writing(empty_warehouse) as connection, audit.acting("ann", "10.0.0.7"):
        open_period(connection, "2026Q3")
    (row,) = all_entries(empty_warehouse)
    assert (row.number, row.by, row.origin, row.action, row.subject) == (
        1, "ann", "10.0.0.7", "period.opened", "period/2026Q3",
    )  # fmt: skip
    assert row.detail == '{"due": "2026-10-20"}'


def test_what_fails_leaves_none(empty_warehouse):
    def fails():
        with writing(empty_warehouse) as connection:
            open_period(connection, "2026Q3")
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        fails()
    assert all_entries(empty_warehouse) == []
    with writing(empty_warehouse) as connection:
        open_period(connection, "2026Q4")
    assert [row.subject for row in all_entries(empty_warehouse)] == ["period/2026Q4"]


def test_a_row_that_cannot_be_written_undoes_what_it_tells_of(empty_warehouse, monkeypatch):
    monkeypatch.setattr(audit, "_seal", lambda *_: None)
    with pytest.raises(Unreachable), writing(empty_warehouse) as connection:
        open_period(connection, "2026Q3")
    monkeypatch.undo()
    assert all_entries(empty_warehouse) == []
    with reading(empty_warehouse) as connection:
        assert connection.execute(select(table.metadata.tables["period"])).all() == []


def test_the_chain_holds(chain):
    found = verified(chain)
    assert (found.entries, found.broken) == (ROWS, None)
    assert found.last == all_entries(chain)[-1].hash
    assert verified(chain, [(ROWS, found.last), (1, all_entries(chain)[0].hash)]) == found


COLUMNS = [field.name for field in fields(Entry) if field.name != "number"]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.integers(1, ROWS), st.sampled_from([name for name in COLUMNS if name != "at"]), st.text("ab 为", max_size=6))
def test_a_change_of_any_row_is_seen(chain, number, column, text):
    with reading(chain) as connection:
        before = connection.execute(select(table.c[column]).where(table.c.number == number)).scalar_one()
    try:
        set_to(chain, number, column, text)
        assert (verified(chain).broken is None) == (text == before)
    finally:
        set_to(chain, number, column, before)


def set_to(engine, number, column, value):
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.number == number).values({column: value}))


@pytest.mark.parametrize("number", range(1, ROWS))
def test_a_row_that_is_taken_out_is_seen(chain, number):
    with chain.begin() as connection:
        connection.execute(delete(table).where(table.c.number == number))
    assert verified(chain).broken == number
    with chain.begin() as connection:  # as is one whose place is filled again by moving the others up
        for other in range(number + 1, ROWS + 1):
            connection.execute(update(table).where(table.c.number == other).values(number=other - 1))
    assert verified(chain).broken == number


def test_rows_that_are_missing_at_the_end_are_seen_by_a_seal_that_was_kept(chain):
    last = verified(chain).last
    with chain.begin() as connection:
        connection.execute(delete(table).where(table.c.number > ROWS - 2))
    assert verified(chain).broken is None
    assert verified(chain, [(ROWS, last)]).broken == ROWS


def test_a_chain_that_was_made_anew_is_seen_by_a_seal_that_was_kept(chain):
    kept = ROWS, verified(chain).last
    with chain.begin() as connection:
        connection.execute(delete(table))
    for number in range(ROWS):
        with writing(chain) as connection:
            audit.note(connection, "thing.done", "thing", number)
    assert verified(chain).broken is None
    assert verified(chain, [kept]).broken == ROWS


def test_many_writers_make_one_chain(empty_warehouse):
    quarters = periods.span("2016Q1", "2025Q4")

    def work(mine):
        for period in mine:
            with writing(empty_warehouse) as connection:
                open_period(connection, period)

    threads = [threading.Thread(target=work, args=(quarters[place::4],)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verified(empty_warehouse)
    assert (found.entries, found.broken) == (len(quarters), None)


def test_it_can_be_asked(chain):
    with reading(chain) as connection:
        assert [row.number for row in audit.entries(connection, by="person 1")] == [11, 8, 5, 2]
        assert [row.number for row in audit.entries(connection, before=4, most=2)] == [3, 2]
        assert len(audit.entries(connection, action="thing.")) == ROWS
        assert audit.entries(connection, action="thing_") == []
        assert [row.number for row in audit.entries(connection, subject="thing/11")] == [12]
