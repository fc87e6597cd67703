"""Quarters on the screens: opened, moved, locked; counts only, and no base."""

import json
from datetime import date

import pytest

from etl import audit, periods
from etl.registry import Registry
from etl.warehouse import reading
from indicators.repository.counts import quarter_counts
from indicators.scope import nothing
from tests.dashboard.programme import LAST, PERIODS, samples

NEXT = periods.shift(LAST, 1)


def quarter(engine, period):
    with reading(engine) as connection:
        return Registry(connection).quarters.get(period)


def last_action(engine):
    with reading(engine) as connection:
        return audit.entries(connection, most=1)[0].action


def outcome(client):
    with client.session_transaction() as session:
        return session["told"]


def test_a_quarter_is_opened_with_its_day_or_after_the_usual_time(own_copy, adam):
    adam.post("/periods/open", data={"period": NEXT, "due": "2027-05-02"})
    assert (quarter(own_copy, NEXT).due, quarter(own_copy, NEXT).locked) == (date(2027, 5, 2), False)
    after = periods.shift(NEXT, 1)
    adam.post("/periods/open", data={"period": after, "due": ""})
    assert quarter(own_copy, after).due == date(2027, 7, 20)


def test_the_due_day_is_changed_and_a_locked_quarter_stays_locked(own_copy, adam):
    adam.post("/periods/lock", data={"period": LAST})
    assert last_action(own_copy) == "period.locked"
    adam.post("/periods/due", data={"period": LAST, "due": "2027-02-15"})
    assert last_action(own_copy) == "period.due-changed"
    assert (quarter(own_copy, LAST).due, quarter(own_copy, LAST).locked) == (date(2027, 2, 15), True)
    adam.post("/periods/unlock", data={"period": LAST})
    assert last_action(own_copy) == "period.opened"
    assert (quarter(own_copy, LAST).due, quarter(own_copy, LAST).locked) == (date(2027, 2, 15), False)
    assert outcome(adam)["good"]


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("open", {"period": LAST}),
        ("open", {"period": "2099Q1"}),
        ("open", {"period": NEXT, "due": "soon"}),
        ("open", {"period": NEXT, "due": "2027-03-31"}),
        ("open", {"period": "nonsense"}),
        ("due", {"period": LAST, "due": ""}),
        ("due", {"period": LAST, "due": str(periods.ends(LAST))}),
        ("due", {"period": NEXT, "due": "2027-05-02"}),
        ("lock", {"period": NEXT}),
        ("unlock", {}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(own_copy, adam, step, given):
    with reading(own_copy) as connection:
        before = Registry(connection).quarters
    assert adam.post(f"/periods/{step}", data=given).status_code == 303
    assert outcome(adam)["good"] is False
    with reading(own_copy) as connection:
        assert Registry(connection).quarters == before


def test_the_counts_are_those_of_the_board(engine):
    with reading(engine) as connection:
        found = {one.quarter.period: one for one in quarter_counts(connection, nothing())}
    assert list(found) == list(PERIODS)
    last, before = found[LAST], found[PERIODS[0]]
    assert (last.expected, last.handed_in, last.final) == (len(samples()), 22, 21)
    assert (before.expected, before.handed_in, before.final) == (len(samples()),) * 3


def test_the_page_names_no_base(open_page):
    text = json.dumps(open_page("adam", "/periods"), ensure_ascii=False)
    assert "22 of 24 handed in, 21 accepted for good" in text
    assert "Invented base" not in text
    assert not any(f'"{base.code}"' in text for base in samples())


@pytest.mark.parametrize("step", ["open", "due", "lock", "unlock"])
@pytest.mark.parametrize("name", ["eva", "cora", "rep", "audrey"])
def test_nobody_else_takes_any_step(app, signed_in, name, step):
    assert signed_in(name).post(f"/periods/{step}", data={"period": LAST}).status_code == 403
