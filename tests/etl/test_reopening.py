"""What else a return may wait for: the scan of its cover sheet, and a quarter that is locked or reopened for one base."""

from dataclasses import replace
from datetime import timedelta

import pytest

from etl import returns, schema
from etl.clock import today
from etl.registry import Registry, open_period
from etl.returns import ACCEPT, SUBMIT, NotPossible
from etl.warehouse import insert, reading, writing
from tests.builders import load
from tests.etl.lives import EVALUATOR, Life

Q1 = "2025Q1"


@pytest.fixture
def told(writer):
    """A clean return of R1 for the first quarter."""
    return next(writer.quarters("R1", "regional", (Q1,)))


@pytest.fixture
def life(warehouse, told):
    """The same, sent but not handed in."""
    found = Life(warehouse)
    found.send(told.path)
    return found


# The cover sheet


def paper_form(form, what):
    return replace(form, programme=form.programme.model_copy(update={"cover_sheet": what}))


def test_where_the_cover_sheet_is_required_no_province_accepts_without_its_scan(life, warehouse):
    life.form = paper_form(life.form, "required")
    life.take(SUBMIT)
    with pytest.raises(NotPossible, match="cover sheet"):
        life.take(ACCEPT)
    paper = {
        "base": "R1",
        "period": Q1,
        "number": 1,
        "version": 1,
        "name": "cover.pdf",
        "media_type": "application/pdf",
    }
    with writing(warehouse) as connection:
        moment = life.newest.loaded_at
        insert(
            connection, schema.attachment, [{**paper, "sha256": "0" * 64, "bytes": b"%PDF-", "at": moment, "by": "rep"}]
        )
    assert life.take(ACCEPT).state == "accepted"


@pytest.mark.parametrize("what", ["none", "asked"])
def test_elsewhere_the_scan_is_not_waited_for(life, what):
    life.form = paper_form(life.form, what)
    assert life.take(SUBMIT, ACCEPT).state == "accepted"


# Locked and reopened quarters


def lock(warehouse, period=Q1):
    with writing(warehouse) as connection:
        open_period(connection, period, locked=True)


def reopen(warehouse, until, reason="Their server burnt down.", base="R1"):
    with writing(warehouse) as connection:
        returns.reopen(connection, base, Q1, until, EVALUATOR, reason)


def closed(warehouse, base="R1", day=None):
    with reading(warehouse) as connection:
        return returns.closed(connection, Registry(connection, day), base, Q1)


def test_a_locked_quarter_takes_nothing(warehouse, told):
    lock(warehouse)
    (report,) = load(warehouse, told.path, accept=False)
    assert "F07" in [finding.code for finding in report.returns[0].findings]
    assert closed(warehouse) is not None


def test_a_quarter_locked_after_sending_cannot_be_submitted(life, warehouse):
    lock(warehouse)
    with pytest.raises(NotPossible, match="locked"):
        life.take(SUBMIT)


def test_reopening_lets_one_base_send_until_its_day_and_no_other(warehouse, told):
    lock(warehouse)
    until = today() + timedelta(days=3)
    reopen(warehouse, until)
    assert closed(warehouse) is None
    assert closed(warehouse, "R2") is not None
    assert closed(warehouse, day=until) is None
    assert closed(warehouse, day=until + timedelta(days=1)) is not None
    load(warehouse, told.path, accept=False)
    assert Life(warehouse).take(SUBMIT).state == "submitted"


def test_reopening_is_dated_and_reasoned(warehouse):
    lock(warehouse)
    with pytest.raises(NotPossible):
        reopen(warehouse, today() - timedelta(days=1))
    with pytest.raises(NotPossible):
        reopen(warehouse, today() + timedelta(days=1), reason=" ")
    until = today() + timedelta(days=1)
    reopen(warehouse, until)
    (row,) = Life(warehouse).rows(schema.return_event)
    assert (row["event"], row["by"], row["reason"]) == ("reopened", "eva", f"{until}: Their server burnt down.")
