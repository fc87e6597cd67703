"""A reason that a reviewer accepted answers the same query until the value leaves the range it was accepted for."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from etl import periods, returns, schema, versions
from etl.catalogue import Text
from etl.events import OPERATOR, Actor
from etl.findings import Finding
from etl.form import load_form
from etl.load import check_files
from etl.reasons import Reason, accept_reasons, answered, range_of, remembered, with_remembered
from etl.registry import Registry
from etl.warehouse import writing
from tests.builders import Story, kept, load

FORM = load_form()
QUARTERS = periods.span("2025Q1", "2026Q2")
Q1, Q2, Q3, Q4 = QUARTERS[:4]
OFFERED = 100
WHY = "Vacancies of last quarter were filled."
AT = datetime(2026, 11, 24)
REVIEWER = Actor("reviewer", OPERATOR)


def query(quantity: float | None, answer: str | None = None, code: str = "W04", about: str = "a>b", **more) -> Finding:
    return Finding(code, "query", Text(en="Odd.", zh="异常。"), answer=answer, about=about, quantity=quantity, **more)


# In the warehouse, with one base whose vacancies filled exceed those offered (K08b)


@pytest.fixture
def forms(writer):
    """Writes the forms of one base: period → filled (of OFFERED; None: blank), with an answer or without."""
    tale = Story("R1", "regional")
    told = {period: tale.quarter(period) for period in QUARTERS}

    def write(period, filled, answer=None, name=""):
        values, roster = told[period]
        values = values | {"posts_offered": OFFERED, "posts_filled": filled}
        values = {code: value for code, value in values.items() if value is not None}
        answers = {"posts_filled": answer} if answer else {}
        return writer.form_of("R1", period, values, roster, name=name, answers=answers)

    return write


def looked_at(engine, path) -> Finding:
    """The query about vacancies that checking the file raises."""
    (report,) = check_files(engine, [path])
    (found,) = [f for f in report.returns[0].findings if f.measure == "posts_filled" and f.code in ("K08b", "K17")]
    return found


def test_an_accepted_reason_answers_the_query_of_a_later_quarter(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    found = looked_at(warehouse, forms(Q2, 160))
    assert (found.answer, found.remembered, found.open) == (WHY, Q1, False)


def test_a_return_whose_queries_are_all_remembered_is_clean(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    (report,) = check_files(warehouse, [forms(Q2, 160)])
    assert report.returns[0].verdict == "clean"


def test_a_value_outside_the_range_is_asked_about(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))  # covers 1.25 to 1.8
    assert looked_at(warehouse, forms(Q2, 181)).answer is None
    assert looked_at(warehouse, forms(Q2, 124)).answer is None
    assert looked_at(warehouse, forms(Q2, 180)).answer == WHY
    assert looked_at(warehouse, forms(Q2, 125)).answer == WHY


def test_a_reason_that_nobody_accepted_is_not_remembered(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY), accept=False)
    assert looked_at(warehouse, forms(Q2, 150)).answer is None


def test_a_query_accepted_without_an_answer_is_asked_again(warehouse, forms):
    load(warehouse, forms(Q1, 150))
    assert looked_at(warehouse, forms(Q2, 150)).answer is None


def test_a_reason_of_a_later_quarter_does_not_answer_an_earlier_one(warehouse, forms):
    load(warehouse, forms(Q3, 150, WHY))
    assert looked_at(warehouse, forms(Q2, 150)).answer is None


def test_a_value_that_left_the_range_and_comes_back_is_asked_about(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 250))
    assert looked_at(warehouse, forms(Q3, 150)).answer is None


def test_a_quarter_without_the_query_ends_the_reason_too(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 50))
    assert looked_at(warehouse, forms(Q3, 150)).answer is None


def test_a_return_that_is_not_accepted_ends_nothing(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 50), accept=False)
    assert looked_at(warehouse, forms(Q3, 150)).answer == WHY


def test_the_range_does_not_creep_from_quarter_to_quarter(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 175))
    assert looked_at(warehouse, forms(Q3, 200)).answer is None  # within 20 % of 175, not of 150


def test_the_latest_reason_counts(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 155, "Another."))
    found = looked_at(warehouse, forms(Q3, 150))
    assert (found.answer, found.remembered) == ("Another.", Q2)


def test_the_reporters_own_answer_goes_before_a_remembered_one(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    found = looked_at(warehouse, forms(Q2, 150, "New."))
    assert (found.answer, found.remembered) == ("New.", None)


def test_a_blank_is_remembered_while_it_is_blank(warehouse, forms):
    load(warehouse, forms(Q1, None, "Not counted here."))
    assert looked_at(warehouse, forms(Q2, None)).remembered == Q1
    load(warehouse, forms(Q2, 50))
    assert looked_at(warehouse, forms(Q3, None)).remembered is None


def test_what_is_remembered_is_kept_with_the_version(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY), forms(Q2, 160))
    with warehouse.connect() as connection:
        (version,) = versions.versions(connection, "R1", Q2)
        kept = [f for f in versions.findings(connection, version).values() if f.code == "K08b"]
    assert [(f.answer, f.remembered, f.about, f.quantity) for f in kept] == [(WHY, Q1, "posts_filled", 1.6)]


def test_acceptance_on_the_screen_remembers_too(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY), accept=False)
    with writing(warehouse) as connection:
        registry = Registry(connection)
        version = returns.newest(connection, "R1", Q1)
        for step in (returns.SUBMIT, returns.ACCEPT):
            version = returns.take(connection, FORM, registry, step, version, REVIEWER, content=kept(connection))
        (row,) = connection.execute(select(schema.reason).where(schema.reason.c.code == "K08b"))
    assert (row.text, row.low, row.high, row.accepted_by) == (WHY, 1.25, 1.8, "reviewer")
    assert looked_at(warehouse, forms(Q2, 150)).remembered == Q1


def test_a_refused_revision_gives_the_final_versions_reasons_back(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    with writing(warehouse) as connection:
        before = connection.execute(select(schema.reason)).all()
    load(warehouse, forms(Q1, 140, "Recounted."), accept=False)
    with writing(warehouse) as connection:
        registry, version = Registry(connection), returns.newest(connection, "R1", Q1)
        waiting = returns.open_queries(versions.findings(connection, version))
        returns.answer(connection, version, dict.fromkeys(waiting, "So it is."), REVIEWER)
        for step in (returns.SUBMIT, returns.ACCEPT):
            version = returns.take(connection, FORM, registry, step, version, REVIEWER, content=kept(connection))
        returns.take(connection, FORM, registry, returns.SEND_BACK, version, REVIEWER, "No.", kept(connection))
        after = connection.execute(select(schema.reason)).all()
    assert [row.text for row in after] == [row.text for row in before] == [WHY]
    assert [row.accepted_by for row in after] == [row.accepted_by for row in before]


def test_a_return_that_is_sent_back_takes_its_reasons_with_it(warehouse, forms):
    load(warehouse, forms(Q1, 150, WHY))
    load(warehouse, forms(Q2, 250, "Other."), accept=False)
    with writing(warehouse) as connection:
        registry, version = Registry(connection), returns.newest(connection, "R1", Q2)
        waiting = returns.open_queries(versions.findings(connection, version))
        returns.answer(connection, version, dict.fromkeys(waiting, "So it is."), REVIEWER)
        for step in (returns.SUBMIT, returns.ACCEPT):
            version = returns.take(connection, FORM, registry, step, version, REVIEWER, content=kept(connection))
        assert [(r.period, r.ended) for r in remembered(connection, ["R1"])["R1"]] == [(Q1, Q2), (Q2, None)]
        returns.take(connection, FORM, registry, returns.SEND_BACK, version, REVIEWER, "Look again.", kept(connection))
        assert [(r.period, r.ended) for r in remembered(connection, ["R1"])["R1"]] == [(Q1, None)]


def test_an_answer_stays_with_the_next_version_of_the_quarter_while_the_number_is_the_same(warehouse, forms):
    load(warehouse, forms(Q1, 150), accept=False)
    with writing(warehouse) as connection:
        first = returns.newest(connection, "R1", Q1)
        (number,) = [n for n, f in versions.findings(connection, first).items() if f.code == "K08b"]
        returns.answer(connection, first, {number: WHY}, REVIEWER)
    for filled, expected in ((150, WHY), (151, None)):
        load(warehouse, forms(Q1, filled, name=f"{filled}.xlsx"), accept=False)
        with warehouse.connect() as connection:
            known = versions.findings(connection, returns.newest(connection, "R1", Q1)).values()
        assert [f.answer for f in known if f.code == "K08b"] == [expected]


def test_which_checks_remember_is_in_the_catalogue():
    assert {check.code for check in FORM.checks.values() if check.remembered_within is not None} == {
        "K08b", "K17", "W04", "R05", "R06",
    }  # fmt: skip


# The rules by themselves


def test_a_firm_in_two_bases_is_remembered_as_long_as_it_is_the_same_firm():
    reason = Reason("B1", "R06", "FIRM1 uscc", Q1, WHY, None, None)
    same, other = query(None, code="R06", about="FIRM1 uscc"), query(None, code="R06", about="FIRM2 uscc")
    assert [f.remembered for f in with_remembered(FORM, [same, other], [reason], Q2)] == [Q1, None]


def test_a_check_that_does_not_remember_asks_each_time():
    reason = Reason("B1", "W02", "jobs_total", Q1, WHY, 1.0, 9.0)
    (found,) = with_remembered(FORM, [query(5.0, code="W02", about="jobs_total")], [reason], Q2)
    assert found.answer is None


def test_an_error_is_never_answered_by_a_reason():
    reason = Reason("B1", "W04", "a>b", Q1, WHY, 1.0, 9.0)
    error = Finding("W04", "error", Text(en="Odd.", zh="异常。"), about="a>b", quantity=5.0)
    assert with_remembered(FORM, [error], [reason], Q2) == [error]


def test_answers_go_to_the_very_same_question_only():
    asked = [query(1.0), query(2.0, about="c>d"), query(3.0, answer="Told.", about="e>f")]
    given = {asked[0].query: "A", ("W04", "c>d", 2.5): "B", asked[2].query: "C"}
    assert [finding.answer for finding in answered(asked, given)] == ["A", None, "Told."]


numbers = st.floats(min_value=-1e9, max_value=1e9)


@given(st.none() | numbers, st.floats(min_value=0, max_value=2))
def test_a_reason_covers_the_number_it_was_given_for(quantity, within):
    assert Reason("B1", "W04", "a>b", Q1, WHY, *range_of(quantity, within)).covers(quantity)


@given(st.none() | numbers, st.none() | numbers, st.floats(min_value=0, max_value=2))
def test_a_remembered_reason_never_answers_a_value_outside_its_range(accepted, now, within):
    low, high = range_of(accepted, within)
    reason = Reason("B1", "W04", "a>b", Q1, WHY, low, high)
    (found,) = with_remembered(FORM, [query(now)], [reason], Q2)
    inside = now is None if accepted is None else now is not None and low <= now <= high
    assert (found.answer is not None) == inside


course = st.lists(st.none() | st.tuples(st.integers(80, 320).map(float), st.booleans()), min_size=2, max_size=6)


@given(course)
def test_a_reason_answers_until_the_first_accepted_quarter_that_left_its_range(quarters):
    """Quarter by quarter (None: no query; else its number, and whether the reporter answers it), all accepted."""
    engine = create_engine("sqlite://")
    schema.metadata.create_all(engine)
    standing: tuple[str, float] | None = None  # by hand: since when, and for which number, a reason stands
    with engine.begin() as connection:
        for period, told in zip(QUARTERS, quarters, strict=False):
            number, answers = told or (None, False)
            if standing and (told is None or not standing[1] / 1.2 <= number <= standing[1] * 1.2):
                standing = None
            asked = [query(number)] if told else []
            found = with_remembered(FORM, asked, remembered(connection, ["B1"]).get("B1", ()), period)
            assert [finding.remembered for finding in found] == [standing and standing[0]] * len(asked)
            if found and not standing and answers:
                found, standing = [query(number, "Why.")], (period, number)
            accept_reasons(connection, FORM, "B1", period, found, "reviewer", AT)
    engine.dispose()


def test_a_revised_quarter_in_which_the_value_was_outside_ends_the_reason_from_there(empty_warehouse):
    with writing(empty_warehouse) as connection:
        accept_reasons(connection, FORM, "B1", Q1, [query(1.5, WHY)], "reviewer", AT)
        for period in (Q4, Q2):
            accept_reasons(connection, FORM, "B1", period, [query(9.0)], "reviewer", AT)
        known = remembered(connection, ["B1"])["B1"]
    answers = {period: with_remembered(FORM, [query(1.5)], known, period)[0].remembered for period in QUARTERS[:4]}
    assert answers == {Q1: Q1, Q2: None, Q3: None, Q4: None}
