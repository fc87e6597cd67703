"""python -m etl audit: who did what, and whether the chain holds, also against a seal that was kept."""

import json

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner

from etl import audit, audit_command
from etl.__main__ import app
from etl.registry import open_period
from etl.schema_access import audit as table
from etl.warehouse import reading, writing

ROWS = 5


@pytest.fixture
def chain(empty_warehouse, monkeypatch):
    """A warehouse whose audit has ROWS rows, as the command finds it."""
    monkeypatch.setattr(audit_command, "usable_engine", lambda: empty_warehouse)
    for quarter in range(ROWS):
        with writing(empty_warehouse) as connection, audit.acting("ann", "10.0.0.7"):
            open_period(connection, f"{2020 + quarter}Q1")
    return empty_warehouse


def run(*options):
    return CliRunner().invoke(app, ["audit", *options])


def seal(engine):
    with reading(engine) as connection:
        return audit.verify(connection).last


def test_the_last_entries_are_shown_the_newest_last(chain):
    lines = run("--last", "2").output.splitlines()
    assert ["period/2023Q1" in lines[0], "period/2024Q1" in lines[1], len(lines)] == [True, True, 2]
    assert "ann (10.0.0.7)  period.opened" in lines[1]


def test_for_programs(chain):
    first, *_ = (json.loads(line) for line in run("--json").output.splitlines())
    assert (first["number"], first["by"], first["detail"]) == (1, "ann", {"due": "2020-04-20"})


def test_the_chain_holds_with_its_seal(chain):
    answer = run("--verify")
    assert answer.exit_code == 0
    assert f"{ROWS}:{seal(chain)}" in answer.output
    assert run("--seal", f"{ROWS}:{seal(chain)}").exit_code == 0


def test_a_broken_chain_ends_with_1(chain):
    with chain.begin() as connection:
        connection.execute(update(table).where(table.c.number == 2).values(by="somebody else"))
    answer = run("--verify")
    assert (answer.exit_code, "broken at entry 2" in answer.output) == (1, True)
    assert json.loads(run("--verify", "--json").output)["broken"] == 2


def test_entries_that_are_missing_at_the_end_are_seen_by_the_seal(chain):
    kept = f"{ROWS}:{seal(chain)}"
    with chain.begin() as connection:
        connection.execute(delete(table).where(table.c.number == ROWS))
    assert run("--verify").exit_code == 0
    assert run("--seal", kept).exit_code == 1


@pytest.mark.parametrize("text", ["", "5", "x:" + "0" * 64, "5:abc"])
def test_what_is_no_seal_is_told(chain, text):
    answer = run("--seal", text)
    assert answer.exit_code == 2
    assert "is not a seal" in answer.stderr
