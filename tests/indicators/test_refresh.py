"""Numbers bear the state of the data that they were computed from, also when returns are accepted meanwhile."""

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from etl import schema
from etl.warehouse import reading
from indicators.__main__ import app
from indicators.computed import Computed
from indicators.definition import load_definitions
from indicators.publish import is_current, publication_name
from indicators.refresh import refresh
from tests import warehouses
from tests.indicators.publishing import LAST, archived, correct

PER_MENTOR, MENTORS = "INC10", 4321.0


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, archived)


@pytest.fixture
def accepted_meanwhile(warehouse, filled, tmp_path, monkeypatch):
    """A base's corrected return is accepted after the data are read, and before results are written; once."""
    computing, corrections = Computed.of, [MENTORS]

    def meanwhile(*given) -> Computed:
        if corrections:
            correct(warehouse, tmp_path, mentors=corrections.pop())
        return computing(*given)

    monkeypatch.setattr(Computed, "of", meanwhile)


def current(engine) -> bool:
    with reading(engine) as connection:
        return is_current(connection, load_definitions(), LAST)


def mentors(engine) -> float:
    """How many the working publication says that the base has."""
    result = schema.result.c
    working = publication_name(LAST, "working", 1)
    query = select(result.denominator).where(
        result.publication == working, result.base == "R1", result.code == PER_MENTOR
    )
    with reading(engine) as connection:
        return connection.execute(query).scalar_one()


def test_numbers_computed_before_a_return_was_accepted_are_known_to_be_out_of_date(warehouse, accepted_meanwhile):
    assert CliRunner().invoke(app, ["compute"]).exit_code == 0
    assert mentors(warehouse) != MENTORS
    assert not current(warehouse)
    assert CliRunner().invoke(app, ["compute"]).exit_code == 0
    assert mentors(warehouse) == MENTORS
    assert current(warehouse)


def test_refreshing_ends_with_what_was_accepted_meanwhile(warehouse, accepted_meanwhile):
    told = []
    assert LAST in refresh(warehouse, done=told.append)
    assert told.count(LAST) == 2
    assert mentors(warehouse) == MENTORS
    assert current(warehouse)


def test_refreshing_what_is_up_to_date_computes_nothing(warehouse, filled, monkeypatch):
    assert refresh(warehouse)
    monkeypatch.setattr(Computed, "of", None)
    assert refresh(warehouse) == []


def test_who_reads_sees_one_state_whatever_is_accepted_meanwhile(warehouse, filled, tmp_path):
    accepted = select(schema.return_version.c.sha256).where(schema.return_version.c.in_force)
    with reading(warehouse) as connection:
        before = connection.execute(accepted).all()
        correct(warehouse, tmp_path, mentors=MENTORS)
        assert connection.execute(accepted).all() == before
    with reading(warehouse) as connection:
        assert connection.execute(accepted).all() != before
