"""The life of a return: who may do what when, what is frozen, what becomes a fact, and what is kept."""

import random
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from etl import events, returns, schema
from etl.events import NATION, OPERATOR, PROVINCE, Actor
from etl.registry import Registry
from etl.returns import ACCEPT, FINALISE, SEND_BACK, SUBMIT, TAKE_BACK, NotPossible
from etl.versions import STATES
from etl.warehouse import reading, writing
from tests.builders import cell_of, dump, edit, kept, load
from tests.etl.lives import COORDINATOR, EVALUATOR, REPORTER, Life

Q1, Q2 = "2025Q1", "2025Q2"


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


# Who may do what


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        ("base", {("checked", SUBMIT), ("returned", SUBMIT), ("submitted", TAKE_BACK)}),
        (
            "province",
            {("submitted", ACCEPT), ("submitted", SEND_BACK), ("accepted", SEND_BACK)},
        ),
        ("nation", {("accepted", FINALISE), ("accepted", SEND_BACK)}),
    ],
)
def test_each_level_has_its_steps_and_no_other(life, level, allowed):
    version = life.newest
    found = {(state, step) for state in STATES for step in returns.steps_for(replace(version, state=state), level)}
    assert found == allowed


@pytest.mark.parametrize("step", [ACCEPT, FINALISE, SEND_BACK])
def test_a_reporter_decides_nothing(life, step):
    life.take(SUBMIT)
    with pytest.raises(NotPossible):
        life.take(step, by=REPORTER, reason="because")
    assert life.state == "submitted"


def test_the_nation_does_not_decide_before_the_province_has(life):
    life.take(SUBMIT)
    for step in (ACCEPT, FINALISE, SEND_BACK):
        with pytest.raises(NotPossible):
            life.take(step, by=EVALUATOR, reason="because")


# Submitting


def test_an_error_free_return_can_be_submitted(life):
    assert life.take(SUBMIT).state == "submitted"


def test_a_return_with_errors_is_a_draft_and_cannot_be_submitted(warehouse, told):
    life = Life(warehouse)
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): 999})
    life.send(told.path)
    assert life.state == "draft"
    with pytest.raises(NotPossible):
        life.take(SUBMIT)


def test_every_query_wants_an_answer_before_submission(warehouse, writer):
    told = next(writer.quarters("R1", "regional", (Q1,), changes={Q1: {"mentors": None}}))
    life = Life(warehouse)
    life.send(told.path)
    assert life.state == "checked"
    with pytest.raises(NotPossible, match="1 query waits"):
        life.take(SUBMIT)
    assert life.answer_all("The register was lost in a flood.") == 1
    assert life.take(SUBMIT).state == "submitted"


def test_an_answer_is_kept_with_its_author_and_told_in_the_events(warehouse, writer):
    told = next(writer.quarters("R1", "regional", (Q1,), changes={Q1: {"mentors": None}}))
    life = Life(warehouse)
    life.send(told.path)
    life.answer_all("The register was lost.")
    (row,) = life.rows(schema.finding)
    assert (row["answer"], row["answered_by"]) == ("The register was lost.", "rep")
    assert ("answered", "rep") in life.happened


def test_an_answer_given_on_the_page_stays_with_the_next_file_and_is_not_taken_for_its_own(warehouse, writer):
    told = next(writer.quarters("R1", "regional", (Q1,), changes={Q1: {"mentors": None}}))
    life = Life(warehouse)
    life.send(told.path)
    life.answer_all("The register was lost.")
    edit(told.path, "Return", **{cell_of(told.path, "trainees"): 41})
    life.send(told.path)
    (row,) = [row for row in life.rows(schema.finding) if row["version"] == 2]
    assert (row["answer"], row["answered_by"] is not None) == ("The register was lost.", True)


def test_the_same_answer_again_changes_nothing(warehouse, writer):
    told = next(writer.quarters("R1", "regional", (Q1,), changes={Q1: {"mentors": None}}))
    life = Life(warehouse)
    life.send(told.path)
    life.answer_all()
    before = dump(warehouse)
    with writing(warehouse) as connection:
        assert returns.answer(connection, life.newest, {1: "As in the books."}, REPORTER) == 0
    assert dump(warehouse) == before


def test_answers_are_frozen_once_submitted(warehouse, writer):
    told = next(writer.quarters("R1", "regional", (Q1,), changes={Q1: {"mentors": None}}))
    life = Life(warehouse)
    life.send(told.path)
    life.answer_all()
    life.take(SUBMIT)
    with writing(warehouse) as connection, pytest.raises(NotPossible):
        returns.answer(connection, life.newest, {1: "Another reason."}, REPORTER)


def test_an_error_cannot_be_answered_away(warehouse, told):
    life = Life(warehouse)
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): 999})
    life.send(told.path)
    with writing(warehouse) as connection, pytest.raises(NotPossible):
        returns.answer(connection, life.newest, {1: "It is right."}, REPORTER)


def test_a_decision_on_what_has_changed_since_is_refused(life, warehouse):
    seen = life.newest
    life.take(SUBMIT)
    with writing(warehouse) as connection, pytest.raises(NotPossible, match="changed"):
        returns.take(connection, life.form, Registry(connection), SUBMIT, seen, REPORTER)


# Frozen


@pytest.mark.parametrize("steps", [(SUBMIT,), (SUBMIT, ACCEPT)])
def test_nothing_newer_is_taken_while_a_return_is_under_review(life, warehouse, told, steps):
    life.take(*steps)
    before = dump(warehouse)
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    (report,) = load(warehouse, told.path, accept=False)
    assert [finding.code for finding in report.returns[0].findings][-1] == "F30"
    after = dump(warehouse)
    assert len(after.pop("workbook")) == len(before.pop("workbook")) + 1  # what came in is kept all the same
    assert after == before


def test_after_taking_back_a_corrected_file_is_taken(life, told):
    life.take(SUBMIT, TAKE_BACK)
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    life.send(told.path)
    assert (life.newest.version, life.state) == (2, "checked")


def test_after_sending_back_a_corrected_file_is_taken(life, told):
    life.take(SUBMIT)
    life.take(SEND_BACK, reason="Mentors look wrong.")
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    life.send(told.path)
    assert (life.newest.version, life.state) == (2, "checked")


# Sending back


@pytest.mark.parametrize("reason", ["", "   "])
def test_sending_back_needs_a_reason(life, reason):
    life.take(SUBMIT)
    with pytest.raises(NotPossible, match="reason"):
        life.take(SEND_BACK, reason=reason)


def test_the_same_version_is_submitted_again_only_with_a_word(life):
    life.take(SUBMIT)
    life.take(SEND_BACK, reason="Are there really 5 mentors?")
    with pytest.raises(NotPossible):
        life.take(SUBMIT)
    assert life.take(SUBMIT, reason="Yes, see their contracts.").state == "submitted"


# Facts


def test_values_become_facts_when_the_province_accepts_and_not_before(life, told):
    life.take(SUBMIT)
    assert life.facts == {}
    life.take(ACCEPT)
    assert life.facts == told.values
    assert life.firms == {firm["uscc"] for firm in told.roster}


def test_the_nations_acceptance_changes_no_fact(life, warehouse):
    life.take(SUBMIT, ACCEPT)
    before = life.rows(schema.fact)
    assert life.take(FINALISE).state == "final"
    assert life.rows(schema.fact) == before


def test_a_return_sent_back_by_the_nation_is_no_fact_any_more_but_is_remembered(life, told):
    life.take(SUBMIT, ACCEPT)
    life.take(SEND_BACK, by=EVALUATOR, reason="Loans cannot be right.")
    assert (life.state, life.facts, life.firms, life.in_force) == ("returned", {}, set(), [])
    assert {row["measure"]: row["value"] for row in life.rows(schema.fact_history)} == told.values


def test_a_revision_sent_back_leaves_the_final_values_in_force(life, told, warehouse):
    life.take(SUBMIT, ACCEPT, FINALISE)
    facts, firms = life.facts, life.firms
    edit(
        told.path, "Return", **{cell_of(told.path, "mentors"): 9, cell_of(told.path, "mentors", "answer"): "Recounted."}
    )
    life.send(told.path)
    life.answer_all()
    assert life.facts == facts  # a revision that nobody has accepted changes nothing
    life.take(SUBMIT, ACCEPT)
    assert (life.facts["mentors"], life.in_force) == (9.0, [2])
    life.take(SEND_BACK, by=EVALUATOR, reason="Not without the register.")
    assert (life.facts, life.firms, life.in_force) == (facts, firms, [1])


def test_without_its_kept_file_a_return_is_not_accepted_because_its_roster_would_be_lost(life):
    life.take(SUBMIT)
    life.content = lambda version: None
    with pytest.raises(NotPossible, match="could not be read"):
        life.take(ACCEPT)
    assert (life.state, life.facts) == ("submitted", {})


def test_a_measure_that_has_left_the_catalogue_is_withdrawn_with_the_others(life):
    life.take(SUBMIT, ACCEPT)
    life.form = replace(life.form, measures={k: v for k, v in life.form.measures.items() if k != "mentors"})
    life.take(SEND_BACK, by=EVALUATOR, reason="No.")
    assert life.facts == {}
    assert "mentors" in {row["measure"] for row in life.rows(schema.fact_history)}


def test_of_two_decisions_on_one_return_the_later_is_refused(life, warehouse, monkeypatch):
    """As when another's decision is committed after this one has looked."""
    life.take(SUBMIT)
    seen = life.newest
    with reading(warehouse) as connection:
        registry = Registry(connection)
    life.take(TAKE_BACK)
    monkeypatch.setattr(returns, "_require_newest", lambda connection, version: version)
    with writing(warehouse) as connection, pytest.raises(NotPossible, match="changed"):
        returns.take(connection, life.form, registry, ACCEPT, seen, COORDINATOR, "", kept(connection))
    assert (life.state, life.facts, life.in_force) == ("checked", {}, [])


def test_loading_again_does_not_override_what_was_sent_back(life, warehouse, told):
    life.take(SUBMIT)
    life.take(SEND_BACK, reason="Wrong figures.")
    load(warehouse, told.path)
    assert (life.state, life.facts) == ("returned", {})


def test_every_version_is_kept(life, told):
    life.take(SUBMIT)
    life.take(SEND_BACK, reason="Wrong.")
    first = life.rows(schema.return_version)
    edit(told.path, "Return", **{cell_of(told.path, "mentors"): 9})
    life.send(told.path)
    assert life.rows(schema.return_version)[0] == first[0]
    assert len(life.rows(schema.return_version)) == 2


def test_the_events_tell_the_whole_story(life):
    life.take(SUBMIT)
    life.take(SEND_BACK, reason="Why so few?")
    life.take(SUBMIT, reason="A small year.")
    life.take(ACCEPT, FINALISE)
    assert life.happened == [
        ("received", "operator"),
        ("submitted", "rep"),
        ("returned", "cora"),
        ("submitted", "rep"),
        ("accepted", "cora"),
        ("final", "eva"),
    ]
    reasons = [row["reason"] for row in life.rows(schema.return_event)]
    assert reasons == [None, None, "Why so few?", "A small year.", None, None]


def test_loading_with_acceptance_stands_for_every_step(warehouse, told):
    load(warehouse, told.path)
    life = Life(warehouse)
    assert (life.state, life.facts) == ("final", told.values)
    assert [event for event, _ in life.happened] == ["received", "submitted", "accepted", "final"]


# Whatever happens


@pytest.mark.parametrize("seed", range(12))
def test_on_any_walk_facts_are_those_of_the_one_version_in_force(life, told, seed):
    """Random steps by random people, possible or not, with corrected files in between."""
    draw, mentors, known = random.Random(seed), {1: told.values["mentors"]}, 0
    people = [REPORTER, COORDINATOR, EVALUATOR, Actor("op", OPERATOR)]
    for _ in range(14):
        if draw.random() < 0.25:
            value = draw.randint(3, 9)
            answer = {cell_of(told.path, "mentors", "answer"): "Recounted."}
            edit(told.path, "Return", **{cell_of(told.path, "mentors"): value, **answer})
            life.send(told.path)
            mentors.setdefault(life.newest.version, float(value))
        with suppress(NotPossible):
            life.take(draw.choice(list(returns.STEPS)), by=draw.choice(people), reason=draw.choice(["", "because"]))
        in_force = life.in_force
        assert len(in_force) <= 1
        assert bool(life.facts) == bool(in_force) == bool(life.firms)
        if in_force:
            assert life.facts["mentors"] == mentors[in_force[0]]
            assert {row["version"] for row in life.rows(schema.fact)} == set(in_force)
        assert len(life.happened) >= known
        known = len(life.happened)
    spans = sorted(
        (row["known_from"], row["known_to"]) for row in life.rows(schema.fact_history) if row["measure"] == "mentors"
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))  # one value at a time, at any time


def test_events_are_one_of_the_known_ones():
    assert {step.event for step in returns.STEPS.values()} <= set(events.EVENTS)
    assert {level for step in returns.STEPS.values() for level in step.levels} == {"base", PROVINCE, NATION}
