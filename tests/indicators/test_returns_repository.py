"""Returns as each scope may see them, and what reviewers may do with them."""

from datetime import timedelta

import pytest

from etl import events, returns, schema, warehouse
from etl.catalogue import Text
from etl.clock import today
from etl.events import BASE, PROVINCE
from etl.findings import Finding
from etl.form import load_form
from etl.reading import ROSTER_SHEET
from etl.sandbox import shared
from etl.versions import versions
from indicators import scope
from indicators.repository import NotAllowed, UnknownBase, review
from indicators.repository import returns as desks
from indicators.repository.changes_of_return import is_big
from indicators.repository.collection import collect
from indicators.repository.movements import movements
from indicators.repository.review import Chosen
from tests import warehouses
from tests.dashboard import season
from tests.dashboard.season import ACCEPTED, FAR, MISSING, NEAR, NOW, RETURNED, WITH_QUERY, state_of

NATIONAL, COORDINATOR, REPORTER = scope.national(), scope.province("ZJ"), scope.base("N1")
VISIBLE = {NATIONAL: set(NEAR + FAR), COORDINATOR: set(NEAR), REPORTER: {"N1"}}
SUBMITTED = {"N1", "N2", "N5"}


@pytest.fixture
def engine(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, season.build) as engine:
        yield engine


@pytest.fixture
def ask(engine):
    """ask(query, scope, …) → its answer."""

    def ask(query, viewer, *args):
        with warehouse.reading(engine) as connection:
            return query(connection, viewer, *args)

    return ask


def chosen(base, state="submitted", version=1):
    return Chosen(base, NOW, version, state)


def decide(engine, viewer, step, *ones, reason=""):
    who = {NATIONAL: "eva", COORDINATOR: "cora", REPORTER: "rep"}[viewer]
    return list(review.decide(engine, viewer, who, step, ones, reason, shared().read))


# What is seen


@pytest.mark.parametrize("viewer", VISIBLE)
def test_the_board_has_the_scopes_bases_only(ask, viewer):
    found = ask(desks.board, viewer)
    assert {row.base.code for row in found.rows} == VISIBLE[viewer]
    assert [quarter.period for quarter in found.quarters] == [*season.BEFORE, NOW]


def test_the_board_ends_with_the_chosen_quarter(ask):
    assert [quarter.period for quarter in ask(desks.board, NATIONAL, "2026Q2").quarters] == list(season.BEFORE[:3])


def test_what_waits_is_the_viewers_own(ask):
    assert {one.version.base for one in ask(desks.queue, COORDINATOR)} == SUBMITTED
    assert {one.version.base for one in ask(desks.queue, NATIONAL)} == {ACCEPTED}
    assert ask(desks.queue, REPORTER) == ()
    assert ask(desks.queue, scope.province("LN"))[0].version.base == "F1"


@pytest.mark.parametrize("viewer", [NATIONAL, COORDINATOR, REPORTER, scope.province("LN"), scope.province("GD")])
def test_the_number_that_waits_is_that_of_the_queue(ask, viewer):
    assert ask(desks.waiting, viewer) == len(ask(desks.queue, viewer))


def test_the_most_unusual_comes_first(ask):
    first, *others = ask(desks.queue, COORDINATOR)
    assert (first.version.base, first.queries, first.answered) == (WITH_QUERY, 1, 1)
    assert first.unusual > 0
    assert {one.unusual for one in others} == {0.0}
    assert first.since == today()


def test_a_base_is_told_whether_something_is_to_be_done(ask):
    assert ask(desks.to_do, scope.base(MISSING), NOW)
    assert ask(desks.to_do, scope.base(RETURNED), NOW)
    assert not ask(desks.to_do, REPORTER, NOW)
    assert not ask(desks.to_do, REPORTER, "2026Q3"), "accepted and locked"
    assert not ask(desks.to_do, COORDINATOR, NOW)


@pytest.mark.parametrize("query", [desks.desk, desks.beside])
def test_anothers_return_is_refused(ask, query):
    for viewer, base in [(COORDINATOR, "F1"), (REPORTER, "N2"), (REPORTER, "none such")]:
        with pytest.raises(NotAllowed):
            ask(query, viewer, base, NOW)
    for viewer, base, period in [(NATIONAL, "none such", NOW), (COORDINATOR, "N1", "1999Q1"), (NATIONAL, "N1", "x")]:
        with pytest.raises(UnknownBase):
            ask(query, viewer, base, period)


def test_what_is_said_of_a_firm_is_for_its_base_and_other_bases_names_are_for_the_nation():
    told, named = Text(en="Firm 9133 is …", zh="企业9133…"), Text(en="Base F1", zh="基地F1")
    code = next(check.code for check in load_form().checks.values())
    finding = Finding(code, "query", told, ROSTER_SHEET, "B4", value="9133", for_reviewer=named)
    own, near, far = (desks.discreet(finding, viewer) for viewer in (REPORTER, COORDINATOR, NATIONAL))
    assert (own.message, own.value, own.for_reviewer) == (told, "9133", None)
    assert (near.message, near.value, near.for_reviewer) == (load_form().checks[code].name, None, None)
    assert (far.message, far.value, far.for_reviewer) == (load_form().checks[code].name, None, named)


def test_a_count_since_january_is_compared_with_last_year():
    yearly = next(m for m in load_form().measures.values() if m.timing == "year_to_date")
    other = next(m for m in load_form().measures.values() if m.timing != "year_to_date")
    assert desks.before_of(yearly, last_quarter=90, last_year=50) == 50
    assert desks.before_of(other, last_quarter=90, last_year=50) == 90


def test_peers_are_quartiles_of_enough_others(ask):
    lines = ask(desks.beside, COORDINATOR, "N1", "2026Q3").lines
    assert {line.n_peers for line in lines} == {len(NEAR + FAR) - 1}
    for line in lines:
        assert line.peers is not None
        assert line.peers[0] <= line.peers[1] <= line.peers[2]


def test_what_moved_most_is_named_with_its_weight(ask, engine):
    found = ask(desks.queue, COORDINATOR)
    for (base, period), moved in ask(movements, COORDINATOR, found).items():
        lines = {line.measure.code: line for line in ask(desks.beside, COORDINATOR, base, period).lines}
        assert len(moved) <= 3
        assert [one.weight for one in moved] == sorted((one.weight for one in moved), reverse=True)
        for one in moved:
            assert lines[one.measure.code].value == one.value
            assert lines[one.measure.code].change == one.change
            assert lines[one.measure.code].is_big
    with pytest.raises(NotAllowed):
        ask(movements, REPORTER, found)


# Deciding


def test_one_base_outside_the_scope_stops_all_decisions(engine):
    with pytest.raises(NotAllowed):
        decide(engine, COORDINATOR, returns.ACCEPT, chosen("N1"), chosen("F1"))
    with pytest.raises(UnknownBase):
        decide(engine, NATIONAL, returns.FINALISE, chosen(ACCEPTED, "accepted"), chosen("none such"))
    assert [state_of(engine, base) for base in ("N1", "F1", ACCEPTED)] == ["submitted", "submitted", "accepted"]


@pytest.mark.parametrize(
    ("viewer", "step"),
    [
        (REPORTER, returns.ACCEPT),
        (COORDINATOR, returns.FINALISE),
        (NATIONAL, returns.ACCEPT),
        (NATIONAL, returns.SUBMIT),
    ],
)
def test_a_step_of_another_level_is_refused(engine, viewer, step):
    with pytest.raises(NotAllowed):
        decide(engine, viewer, step, chosen("N1"))


def test_each_decision_stands_by_itself(engine):
    season.step(engine, "N1", returns.TAKE_BACK, BASE)
    outcomes = decide(engine, COORDINATOR, returns.ACCEPT, chosen("N1"), chosen("N5"))
    assert [outcome.done for outcome in outcomes] == [False, True]
    assert "changed since" in outcomes[0].problem.en
    assert (state_of(engine, "N1"), state_of(engine, "N5")) == ("checked", "accepted")


def test_sending_back_needs_a_reason(engine):
    (outcome,) = decide(engine, COORDINATOR, returns.SEND_BACK, chosen("N1"), reason=" ")
    assert "needs a reason" in outcome.problem.en
    assert state_of(engine, "N1") == "submitted"


# Reminding and reopening


def test_those_who_have_not_submitted_are_reminded(ask, engine):
    assert {one.base.code for one in ask(review.reminders, COORDINATOR, NOW)} == {MISSING, RETURNED}
    assert {one.base.code for one in ask(review.reminders, scope.province("LN"), NOW)} == set()
    with pytest.raises(NotAllowed):
        ask(review.reminders, REPORTER, NOW)
    season.step(engine, "N1", returns.TAKE_BACK, BASE)
    states = {one.base.code: one.state for one in ask(review.reminders, COORDINATOR, NOW)}
    assert states == {MISSING: "missing", RETURNED: "returned", "N1": "checked"}


def test_a_return_that_the_nation_sent_back_is_reminded_of(ask, engine):
    decide(engine, NATIONAL, returns.SEND_BACK, chosen(ACCEPTED, "accepted"), reason="The unit is wrong.")
    assert [one.base.code for one in ask(review.reminders, NATIONAL, NOW) if one.base.code in FAR] == [ACCEPTED]


def test_a_reminder_names_the_base_and_what_is_to_do_in_both_languages(ask):
    told = {one.base.code: one for one in ask(review.reminders, COORDINATOR, NOW)}[RETURNED]
    assert told.base.name.en in told.text.en
    assert "sent back" in told.text.en
    assert told.base.name.zh in told.text.zh
    assert "退回" in told.text.zh


def test_a_reminder_is_an_event_and_none_is_noted_when_one_is_not_allowed(ask, engine):
    with pytest.raises(NotAllowed):
        review.remind(engine, COORDINATOR, "cora", NOW, [MISSING, "F1"])
    assert ask(review.reminders, COORDINATOR, NOW)[0].reminded is None
    assert review.remind(engine, COORDINATOR, "cora", NOW, [MISSING]) == 1
    reminded = {one.base.code: one.reminded for one in ask(review.reminders, COORDINATOR, NOW)}
    assert reminded == {MISSING: today(), RETURNED: None}


def test_only_the_nation_reopens(engine, ask):
    until = today() + timedelta(days=3)
    for viewer in (COORDINATOR, REPORTER):
        with pytest.raises(NotAllowed):
            review.reopen(engine, viewer, "x", "N1", "2026Q3", until, "A mistake.")
    review.reopen(engine, NATIONAL, "eva", "N1", "2026Q3", until, "A mistake.")
    desk = ask(desks.desk, COORDINATOR, "N1", "2026Q3")
    assert desk.reopened_until == until
    assert (desk.events[-1].event, desk.events[-1].by) == (events.REOPENED, "eva")


# The collection


@pytest.mark.parametrize("viewer", [NATIONAL, COORDINATOR])
def test_the_collection_holds_the_scopes_bases(ask, viewer):
    assert {row.reporting.base.code for row in ask(collect, viewer, NOW).rows} == VISIBLE[viewer]


def test_a_base_takes_no_collection(ask):
    with pytest.raises(NotAllowed):
        ask(collect, REPORTER, NOW)


def test_the_collection_has_the_newest_error_free_values(ask, engine):
    rows = {row.reporting.base.code: row for row in ask(collect, COORDINATOR, NOW).rows}
    assert (rows[MISSING].version, rows[MISSING].values) == (None, {})
    assert season.BLANK not in rows[WITH_QUERY].values
    lines = ask(desks.beside, COORDINATOR, "N1", NOW).lines
    assert rows["N1"].values == {line.measure.code: line.value for line in lines if line.value is not None}
    with warehouse.writing(engine) as connection:
        (known,) = versions(connection, "N1", NOW)
        row = {**vars(known), "version": 2, "state": "draft", "figures": {}}
        warehouse.insert(connection, schema.return_version, [row])
    kept = next(row for row in ask(collect, COORDINATOR, NOW).rows if row.reporting.base.code == "N1")
    assert kept.version.version == 1
    assert kept.values == rows["N1"].values


def test_lateness_is_that_of_the_first_error_free_version(ask):
    late = {row.reporting.base.code: row.reporting.late for row in ask(collect, COORDINATOR, NOW).rows}
    assert late == {"N1": False, WITH_QUERY: True, MISSING: None, RETURNED: False, "N5": False}


def test_a_province_sends_back_what_it_has_accepted(ask, engine):
    decide(engine, COORDINATOR, returns.ACCEPT, chosen("N1"))
    assert ask(desks.desk, COORDINATOR, "N1", NOW).steps == (returns.SEND_BACK,)
    assert desks.level_of(COORDINATOR) == PROVINCE


# What counts as a big change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "before", "big"),
    [
        (500, 0, True),
        (-500, 0, True),
        (0, 500, True),
        (121, 100, True),
        (79, 100, True),
        (119, 100, False),
        (0, 0, False),
        (100, 100, False),
        (None, 100, False),
        (100, None, False),
    ],
)
def test_a_change_is_big_past_a_fifth_and_always_from_nothing(value, before, big):
    assert is_big(value, before) is big
