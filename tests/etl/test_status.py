"""Completeness and timeliness follow from what came in and when."""

from datetime import date, timedelta

import pytest

from etl import status
from etl.registry import Registry, open_period
from etl.returns import ACCEPT, SEND_BACK, SUBMIT
from etl.status import reporting
from etl.warehouse import reading, writing
from tests.builders import cell_of, edit
from tests.etl.lives import Life

Q1 = "2025Q1"
DUE = date(2025, 4, 20)


@pytest.fixture
def told(writer):
    return next(writer.quarters("R1", "regional", (Q1,)))


def standing(warehouse, base="R1"):
    with reading(warehouse) as connection:
        return {known.base.code: known for known in reporting(connection, Registry(connection), Q1)}[base]


def test_a_base_that_sent_nothing_is_missing_and_overdue_once_the_day_has_passed(warehouse, monkeypatch):
    found = standing(warehouse)
    assert (found.state, found.versions, found.late) == ("missing", 0, None)
    monkeypatch.setattr(status, "today", lambda: DUE)
    assert not found.overdue
    monkeypatch.setattr(status, "today", lambda: DUE + timedelta(days=1))
    assert found.overdue


@pytest.mark.parametrize(("day", "late"), [(DUE, False), (DUE + timedelta(days=1), True)])
def test_a_return_is_on_time_when_its_first_error_free_version_came_by_the_due_day(warehouse, told, day, late):
    Life(warehouse).send(told.path, day)
    assert standing(warehouse).late is late


def test_a_file_with_errors_does_not_count_as_valid(warehouse, told):
    life = Life(warehouse)
    right = told.values["firms_end"]
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): 999})
    life.send(told.path, DUE)
    found = standing(warehouse)
    assert (found.state, found.first_received, found.first_valid) == ("draft", DUE, None)
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): right})
    life.send(told.path, DUE + timedelta(days=2))
    found = standing(warehouse)
    assert (found.first_received, found.first_valid, found.late) == (DUE, DUE + timedelta(days=2), True)


def test_being_sent_back_later_does_not_make_a_return_late(warehouse, told):
    life = Life(warehouse)
    life.send(told.path, DUE)
    life.take(SUBMIT, day=DUE)
    life.take(SEND_BACK, reason="Look again.", day=DUE + timedelta(days=9))
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    life.send(told.path, DUE + timedelta(days=10))
    assert standing(warehouse).late is False


def test_each_step_leaves_its_day(warehouse, told):
    life = Life(warehouse)
    life.send(told.path, DUE - timedelta(days=5))
    life.take(SUBMIT, day=DUE - timedelta(days=4))
    life.take(ACCEPT, day=DUE + timedelta(days=3))
    found = standing(warehouse)
    assert (found.first_submitted, found.accepted) == (DUE - timedelta(days=4), DUE + timedelta(days=3))


def test_a_moved_due_day_moves_what_is_late(warehouse, told):
    Life(warehouse).send(told.path, DUE + timedelta(days=1))
    with writing(warehouse) as connection:
        open_period(connection, Q1, DUE + timedelta(days=1))
    assert standing(warehouse).late is False


def test_a_revision_in_preparation_stands_beside_what_is_in_force(warehouse, told):
    life = Life(warehouse)
    life.send(told.path)
    life.take(SUBMIT, ACCEPT, "finalise")
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    life.send(told.path)
    found = standing(warehouse)
    assert (found.state, found.pending, found.versions) == ("final", "checked", 2)
