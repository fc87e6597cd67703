"""submit, review, reopen, known: the life of returns on the command line."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from etl.clock import today
from tests.builders import cell_of, edit, load
from tests.etl.lives import Life
from tests.etl.test_cli import told_once

Q1 = "2025Q1"


@pytest.fixture
def told(writer):
    return next(writer.quarters("R1", "regional", (Q1,)))


def test_a_return_is_submitted_accepted_and_finalised(call, warehouse, told):
    load(warehouse, told.path, accept=False)
    assert call("submit", "--base", "R1", "--period", Q1)[:2] == (0, f"R1 {Q1}: version 1 is submitted\n")
    assert call("review", "--period", Q1, "--accept")[:2] == (0, f"R1 {Q1}: version 1 is accepted\n")
    assert Life(warehouse).facts == told.values
    assert call("review", "--period", Q1, "--base", "R1", "--finalise")[:2] == (0, f"R1 {Q1}: version 1 is final\n")


def test_loading_hands_in_what_waits_for_nothing_when_asked_to(call, warehouse, writer):
    clean = next(writer.quarters("R1", "regional", (Q1,))).path
    asks = next(writer.quarters("R2", "regional", (Q1,), changes={Q1: {"mentors": None}})).path
    assert call("load", clean, asks, "--submit", "--quiet")[0] == 0
    assert (Life(warehouse).state, Life(warehouse, "R2").state) == ("submitted", "checked")


def test_what_is_sent_back_is_named_and_reasoned(call, warehouse, told):
    load(warehouse, told.path, accept=False, submit=True)
    told_once(call("review", "--period", Q1, "--send-back", "Look at the loans."), "--base")
    assert call("review", "--period", Q1, "--base", "R1", "--send-back", "Look at the loans.")[0] == 0
    assert Life(warehouse).state == "returned"


@pytest.mark.parametrize("options", [(), ("--accept", "--finalise"), ("--accept", "--send-back", "x")])
def test_one_decision_at_a_time(call, warehouse, options):
    told_once(call("review", "--period", Q1, *options), "--accept", "--send-back")


def test_a_step_that_cannot_be_taken_says_why(call, warehouse, told):
    told_once(call("submit", "--base", "R1", "--period", Q1), "nothing of R1 has come in")
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): 999})
    load(warehouse, told.path, accept=False)
    told_once(call("submit", "--base", "R1", "--period", Q1), "draft")


def test_what_is_not_submitted_has_to_be_submitted_first(call, warehouse, told):
    load(warehouse, told.path, accept=False)
    told_once(call("review", "--period", Q1, "--base", "R1", "--accept"), "is checked", "has to be submitted first")
    assert call("submit", "--base", "R1", "--period", Q1)[0] == 0
    told_once(call("review", "--period", Q1, "--base", "R1", "--finalise"), "The province has to accept it first")


@pytest.mark.parametrize("command", ["submit", "review", "reopen"])
@pytest.mark.parametrize(("base", "period", "words"), [("NO", Q1, "no base NO"), ("R1", "2019Q1", "never opened")])
def test_an_unknown_base_or_quarter_is_told_as_that(call, warehouse, command, base, period, words):
    until = str(today() + timedelta(days=3))
    rest = {"review": ["--accept"], "reopen": ["--until", until, "--reason", "A flood."]}.get(command, [])
    told_once(call(command, "--base", base, "--period", period, *rest), words, "python -m etl")


def test_an_open_quarter_needs_no_reopening(call, warehouse):
    until = str(today() + timedelta(days=3))
    told_once(call("reopen", "--base", "R1", "--period", Q1, "--until", until, "--reason", "A flood."), "is open")


def test_status_says_who_was_late(call, warehouse, told):
    load(warehouse, told.path, accept=False, submit=True, received_on=today())
    status, out, _ = call("status", "--period", Q1)
    assert status == 0
    assert "late           1  whose first error-free version came after the due day" in out
    assert "R1           submitted (late)" in out
    assert any(line.split()[:2] == ["overdue", "4"] for line in out.splitlines()), out


def test_nothing_that_waits_is_no_fault(call, warehouse):
    assert call("review", "--period", Q1, "--accept") == (0, f"nothing waits for that in {Q1}\n", "")


def test_a_locked_quarter_is_reopened_for_one_base(call, warehouse, told):
    call("periods", "--lock", Q1)
    assert call("load", told.path, "--quiet")[0] == 1
    until = str(today() + timedelta(days=2))
    status, out, _ = call("reopen", "--base", "R1", "--period", Q1, "--until", until, "--reason", "A flood.")
    assert (status, out) == (0, f"R1 may send for {Q1} until {until}.\n")
    assert call("load", told.path, "--quiet")[0] == 0


def test_reopening_until_a_day_that_has_passed_is_refused(call, warehouse):
    call("periods", "--lock", Q1)
    options = ("--period", Q1, "--until", "2020-01-01", "--reason", "x")
    told_once(call("reopen", "--base", "R1", *options), "2020-01-01", "later")
    told_once(call("reopen", "--base", "NO", *options), "no base NO")


def test_what_was_known_on_a_day_is_a_table(call, warehouse, told):
    load(warehouse, told.path)
    status, out, _ = call("known", "--on", str(today()), "--period", Q1)
    rows = list(csv.DictReader(StringIO(out)))
    assert status == 0
    assert {row["measure"]: float(row["value"]) for row in rows} == told.values
    assert (
        call("known", "--on", str(today() - timedelta(days=1)))[1].strip()
        == "period,base,measure,value,version,row,col"
    )
    told_once(call("known", "--on", "soon"), "soon")


def test_status_counts_who_is_late(call, warehouse, told):
    load(warehouse, told.path, accept=False, received_on=today())
    out = call("status", "--period", Q1)[1]
    assert "late           1" in out
    assert "R1           checked (late)" in out
    assert "R2           missing (overdue)" in out
