"""The case of a base: whose turn it is, what each step needs, deadlines, four eyes, and that nothing is overwritten."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from etl import schema, warehouse
from etl.clock import today
from etl.events import BASE, NATION, PROVINCE, Actor
from indicators import cases
from indicators.cases import APPROVER, Case, NotPossible, steps_for
from indicators.definition import Cases, load_definitions
from indicators.publish import approve

QUARTER = "2026Q3"
DAYS = load_definitions().method.cases
PASSED = Cases.model_construct(reply_days=-1, opinion_days=-1)
"""Deadlines that have passed as soon as they are set."""
WHO = {
    BASE: Actor("rep", BASE),
    PROVINCE: Actor("cora", PROVINCE),
    NATION: Actor("eva", NATION),
    APPROVER: Actor("ann", APPROVER),
}
EVERYBODY = tuple(WHO)
WAY = (cases.NOTIFY, cases.ANSWER, cases.OPINION, cases.PROPOSE, cases.SIGN)
"""The ordinary course of a case."""


@pytest.fixture
def connection(empty_warehouse):
    with warehouse.writing(empty_warehouse) as connection:
        publish(connection, "provisional")
        yield connection


def publish(connection, vintage: str, period: str = QUARTER) -> str:
    name = f"{period}-{vintage}-1"
    row = dict.fromkeys(schema.publication.c.keys()) | {
        "publication": name, "period": period, "vintage": vintage, "number": 1, "method_hash": "0", "definitions_hash": "0",
        "data_state": "0", "created_at": datetime(2026, 11, 1),
    }  # fmt: skip
    warehouse.insert(connection, schema.publication, [row])
    return name


def take(connection, step, who=None, text="because", decision=None, days=DAYS, base="B1"):
    case = cases.case(connection, base, QUARTER)
    actor = who or WHO[cases.STEPS[step].level]
    if step == cases.PROPOSE and decision is None:
        decision = cases.KEEP_WATCHING
    cases.take(connection, case, step, actor, text, days, f"{QUARTER}-provisional-1", decision)
    return cases.case(connection, base, QUARTER)


def reach(connection, *steps, days=DAYS):
    case = cases.case(connection, "B1", QUARTER)
    for step in steps:
        case = take(connection, step, days=days)
    return case


def test_a_case_goes_from_the_notice_to_a_signed_decision_and_keeps_every_word(connection):
    turns = [reach(connection, step).turn for step in WAY]
    case = cases.case(connection, "B1", QUARTER)
    assert turns == [BASE, PROVINCE, NATION, APPROVER, None]
    assert [event.event for event in case.events] == list(WAY)
    assert {event.text for event in case.events} == {"because"}
    assert (case.decision.decision, case.decision.by) == (cases.KEEP_WATCHING, "ann")
    assert case.publication == f"{QUARTER}-provisional-1"


@pytest.mark.parametrize("done", range(len(WAY) + 1))
def test_before_any_deadline_only_whoever_is_in_turn_has_a_step_that_moves_the_case(connection, done):
    case = reach(connection, *WAY[:done])
    moving = {step for step in steps_for(case, EVERYBODY) if cases.STEPS[step].target}
    allowed = {
        None: {cases.NOTIFY},
        cases.NOTIFIED: {cases.ANSWER, cases.PLAN, cases.WITHDRAW},
        cases.ANSWERED: {cases.ANSWER, cases.PLAN, cases.OPINION},
        cases.CONSIDERED: {cases.PROPOSE},
        cases.PROPOSED: {cases.SIGN, cases.REFUSE},
        cases.DECIDED: {cases.NOTIFY},
    }
    assert moving == allowed[case.state]


@pytest.mark.parametrize("done", range(len(WAY) + 1))
def test_a_step_out_of_turn_is_refused_and_nothing_is_written(connection, done):
    case = reach(connection, *WAY[:done])
    out_of_turn = [step for step in cases.STEPS if not case.allows(step)]
    assert len(out_of_turn) >= 5
    for step in out_of_turn:
        with pytest.raises(NotPossible):
            take(connection, step)
    assert cases.case(connection, "B1", QUARTER) == case


@pytest.mark.parametrize(
    ("level", "step"), [pair for pair in product(EVERYBODY, cases.STEPS) if cases.STEPS[pair[1]].level != pair[0]]
)
def test_nobody_takes_another_levels_step(connection, level, step):
    with pytest.raises(NotPossible):
        take(connection, step, who=WHO[level])


@pytest.mark.parametrize("text", ["", "  \n", "x" * (cases.LONGEST + 1)])
def test_every_step_needs_a_text_of_a_length_that_is_kept(connection, text):
    with pytest.raises(NotPossible):
        take(connection, cases.NOTIFY, text=text)
    assert cases.case(connection, "B1", QUARTER).events == ()


def test_the_deadlines_are_those_of_the_method(connection):
    assert reach(connection, cases.NOTIFY).due == today() + timedelta(DAYS.reply_days)
    answered = reach(connection, cases.ANSWER)
    assert answered.due == today() + timedelta(DAYS.opinion_days)
    assert reach(connection, cases.OPINION).due is None


def test_a_later_answer_does_not_move_the_provinces_deadline(connection):
    first = reach(connection, cases.NOTIFY, cases.ANSWER)
    longer = Cases.model_construct(reply_days=99, opinion_days=99)
    assert take(connection, cases.PLAN, days=longer).due == first.due


def test_silence_stops_nothing_but_only_once_the_deadline_has_passed(connection):
    case = reach(connection, cases.NOTIFY)
    assert not case.allows(cases.LAPSE, case.due)
    assert case.allows(cases.LAPSE, case.due + timedelta(1))
    assert case.allows(cases.OPINION, case.due + timedelta(1))
    assert not case.allows(cases.PROPOSE, case.due + timedelta(1)), "the province is asked first"


def test_a_case_can_be_decided_though_neither_base_nor_province_speaks(connection):
    case = reach(connection, cases.NOTIFY, cases.LAPSE, cases.PROPOSE, cases.SIGN, days=PASSED)
    assert case.state == cases.DECIDED


def test_nobody_signs_what_they_proposed(connection):
    reach(connection, *WAY[:3])
    take(connection, cases.PROPOSE, who=Actor("ann", NATION))
    with pytest.raises(NotPossible, match="somebody else"):
        take(connection, cases.SIGN)
    assert take(connection, cases.SIGN, who=Actor("bob", APPROVER)).state == cases.DECIDED


def test_a_proposal_that_is_handed_back_is_made_again(connection):
    reach(connection, *WAY[:4])
    assert take(connection, cases.REFUSE).state == cases.CONSIDERED
    assert take(connection, cases.PROPOSE, decision=cases.CLEAR).proposal.decision == cases.CLEAR


@pytest.mark.parametrize("decision", cases.NEED_FINAL)
@pytest.mark.parametrize("vintage", cases.SETTLED)
def test_adjustment_and_honour_rest_on_signed_final_figures(connection, decision, vintage):
    reach(connection, *WAY[:3])
    with pytest.raises(NotPossible, match="final"):
        take(connection, cases.PROPOSE, decision=decision)
    name = publish(connection, vintage)
    with pytest.raises(NotPossible, match="signed"):
        take(connection, cases.PROPOSE, decision=decision)
    approve(connection, name, "another approver", "checked")
    assert take(connection, cases.PROPOSE, decision=decision).proposal.decision == decision


def test_a_proposal_names_its_decision(connection):
    reach(connection, *WAY[:3])
    with pytest.raises(NotPossible, match="Choose"):
        take(connection, cases.PROPOSE, decision="dissolve")


@pytest.mark.parametrize("name", [None, "2026Q3-final-9", "2026Q3-working-1", "2025Q4-final-1"])
def test_a_notice_rests_on_a_publication_of_the_quarter_that_stays(connection, name):
    publish(connection, "working")
    publish(connection, "final", "2025Q4")
    with pytest.raises(NotPossible, match="publish"):
        cases.take(connection, Case("B1", QUARTER), cases.NOTIFY, WHO[NATION], "because", DAYS, name)


def test_a_notice_is_withdrawn_only_while_nobody_has_answered_and_history_stays(connection):
    reach(connection, cases.NOTIFY)
    case = take(connection, cases.WITHDRAW, text="the wrong base")
    assert (case.state, case.turn, case.due) == (cases.WITHDRAWN, None, None)
    assert [(event.event, event.text) for event in case.events] == [
        (cases.NOTIFY, "because"),
        (cases.WITHDRAW, "the wrong base"),
    ]
    assert steps_for(case, EVERYBODY) == [cases.NOTIFY, cases.FALSE_DATA]
    reach(connection, cases.NOTIFY, cases.ANSWER)
    with pytest.raises(NotPossible):
        take(connection, cases.WITHDRAW)


def test_a_notice_whose_deadline_has_passed_can_be_withdrawn_as_well(connection):
    assert reach(connection, cases.NOTIFY, days=PASSED).overdue()
    assert take(connection, cases.WITHDRAW).state == cases.WITHDRAWN


def test_a_withdrawal_needs_its_reason(connection):
    reach(connection, cases.NOTIFY)
    with pytest.raises(NotPossible, match="reason"):
        take(connection, cases.WITHDRAW, text=" ")


def test_a_remark_is_kept_below_the_text_and_a_decision_with_what_it_rests_on(connection):
    reach(connection, *WAY[:3])
    case = cases.case(connection, "B1", QUARTER)
    rests = (f"{QUARTER}-provisional-1", cases.CLEAR, "[known]")
    cases.take(connection, case, cases.PROPOSE, WHO[NATION], "because", DAYS, *rests)
    kept = cases.case(connection, "B1", QUARTER).proposal
    assert (kept.text, kept.publication) == ("because\n\n[known]", f"{QUARTER}-provisional-1")


def test_a_decided_case_can_be_opened_anew_and_keeps_what_was_before(connection):
    before = reach(connection, *WAY)
    again = reach(connection, cases.NOTIFY)
    assert again.state == cases.NOTIFIED
    assert again.events[: len(before.events)] == before.events


def test_a_finding_of_false_data_stands_until_it_is_taken_back_and_moves_no_case(connection):
    assert take(connection, cases.FALSE_DATA).state is None
    assert cases.false_data(connection) == {("B1", QUARTER)}
    with pytest.raises(NotPossible):
        take(connection, cases.FALSE_DATA)
    case = take(connection, cases.LIFT)
    assert not case.false_data
    assert cases.false_data(connection) == set()
    assert [event.event for event in case.events] == [cases.FALSE_DATA, cases.LIFT]


def test_cases_are_kept_apart(connection):
    reach(connection, *WAY[:2])
    take(connection, cases.NOTIFY, base="B2")
    assert [(case.base, case.state) for case in cases.cases(connection)] == [
        ("B1", cases.ANSWERED),
        ("B2", cases.NOTIFIED),
    ]
    assert [case.base for case in cases.cases(connection, "B2")] == ["B2"]


def test_the_table_has_a_row_a_step(connection):
    reach(connection, *WAY)
    numbers = connection.execute(select(schema.case_event.c.number)).scalars().all()
    assert numbers == list(range(1, len(WAY) + 1))
