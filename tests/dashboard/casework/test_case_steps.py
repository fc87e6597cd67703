"""What speaks against a step, what is asked before it, what it rests on; and findings of false data."""

from datetime import datetime

import pytest

from dashboard import numbers, texts
from etl import schema, warehouse
from indicators import cases
from tests.dashboard.casework.conftest import (
    FAR,
    FINAL,
    GREEN,
    GROUND,
    OWN_BASE,
    REASON,
    case_of,
    steps_shown,
    text_of,
    ticks,
)
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST

# What speaks against a step


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_notice_to_an_unremarkable_base_needs_that_one_knows(open_page, act, store, language):
    told = {"en": f"{GROUND} gives no cause for a notice: grade C, lamp green", "zh": f"{GROUND}未显示"}[language]
    page = open_page("eva", f"/cases/{GREEN.code}/{LAST}", language)
    assert told in text_of(page)
    assert ticks(page) == {"notify"}
    for known in ({}, {"known": "honour"}):
        act("eva", "notify", base=GREEN.code, **known)
        assert case_of(store, GREEN.code).events == ()
    act("eva", "notify", base=GREEN.code, known="notify")
    (event,) = case_of(store, GREEN.code).events
    assert event.text.startswith(REASON)
    assert f"{GROUND} gives no cause for a notice: grade C, lamp green. This was known." in event.text
    assert "已知悉" in event.text
    assert ticks(open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}")) == set(), "a red base gives cause"


def considered(act):
    for name, step in (("eva", "notify"), ("rep", "answer"), ("cora", "opinion")):
        act(name, step)


@pytest.mark.parametrize("decision", cases.NEED_FINAL)
def test_a_decision_against_the_figures_needs_that_one_knows_at_proposing_and_at_signing(
    open_page, act, store, finally_published, decision
):
    finally_published()
    considered(act)
    assert ticks(open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}")) == set(cases.NEED_FINAL)
    act("eva", "propose", decision=decision)
    assert case_of(store).state == cases.CONSIDERED
    act("eva", "propose", decision=decision, known=decision)
    assert case_of(store).proposal.publication == FINAL
    page = open_page("ann", f"/cases/{OWN_BASE.code}/{LAST}")
    noun = {"adjust": "adjustment", "honour": "honour"}[decision]
    assert f"{FINAL} proposes no {noun}: grade C, lamp red" in text_of(page)
    act("ann", "sign")
    assert case_of(store).state == cases.PROPOSED
    act("ann", "sign", known="sign")
    case = case_of(store)
    assert case.decision.decision == decision
    assert [f"proposes no {noun}" in event.text for event in case.events] == [False, False, False, True, True]


def test_a_decision_that_the_figures_propose_goes_without_a_word(open_page, act, store, finally_published):
    finally_published("honour")
    considered(act)
    assert ticks(open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}")) == {"adjust"}
    act("eva", "propose", decision="honour")
    act("ann", "sign")
    assert case_of(store).decision.decision == "honour"
    assert {event.text for event in case_of(store).events} == {REASON}


def test_what_needs_signed_figures_cannot_be_chosen_without_them(open_page, act):
    considered(act)
    page = open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}")
    radios = {
        part["props"]["value"]: part["props"]["disabled"]
        for part in parts(page)
        if part["type"] == "Input" and part["props"].get("name") == "decision"
    }
    assert radios == {name: name in cases.NEED_FINAL for name in cases.DECISIONS}


# What cannot be taken back


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_step_that_cannot_be_added_to_asks_first(open_page, act, language):
    asked = set()
    for name, step, rest in (
        ("eva", "notify", {}), ("rep", "answer", {}), ("cora", "opinion", {}), ("eva", "propose", {"decision": "clear"}),
        ("ann", "sign", {}), ("ann", "false_data", {}), ("ann", "lift", {}),
    ):  # fmt: skip
        page = open_page(name, f"/cases/{OWN_BASE.code}/{LAST}", language)
        for form in (part for part in parts(page) if part["type"] == "Form" and "case-step" in text_of(part)):
            dialogs = [part for part in parts(form) if part["type"] == "Dialog"]
            (taken,) = steps_shown(form)
            assert len(dialogs) == (taken not in ("answer", "plan"))
            if dialogs:
                asked.add(taken)
                seen = {
                    "en": "its province, the evaluators and the approvers",
                    "zh": "所在省级主管部门、评估人员和签批人",
                }
                assert seen[language] in text_of(dialogs)
        act(name, step, **rest)
    assert asked == {"notify", "opinion", "propose", "sign", "refuse", "false_data", "lift"}


def test_a_notice_is_withdrawn_and_everybody_reads_why(open_page, act, store):
    act("eva", "notify")
    act("eva", "withdraw", text="Meant for another base.")
    assert case_of(store).state == cases.WITHDRAWN
    page = text_of(open_page("rep", f"/cases/{OWN_BASE.code}/{LAST}"))
    assert REASON in page
    assert "Meant for another base." in page
    assert "notice withdrawn" in page
    assert "1 withdrawn" in text_of(open_page("eva", "/cases"))
    act("eva", "notify")
    act("rep", "answer")
    assert act("eva", "withdraw").status_code == 303
    assert case_of(store).state == cases.ANSWERED


def test_a_new_case_after_a_decision_is_folded_away(open_page, act):
    for name, step, rest in (
        ("eva", "notify", {}), ("rep", "answer", {}), ("cora", "opinion", {}), ("eva", "propose", {"decision": "clear"}),
        ("ann", "sign", {}),
    ):  # fmt: skip
        act(name, step, **rest)
    folded = [part for part in parts(open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}")) if part["type"] == "Details"]
    assert [steps_shown(part) for part in folded] == [{"notify"}]
    assert "Open anew" in text_of(folded)
    assert not folded[0]["props"]["open"]


# Where there is nothing to rest on


@pytest.mark.parametrize("name", ["eva", "ann"])
def test_without_a_publication_that_stays_no_notice_is_offered_and_who_can_publish_is_said(open_page, name):
    page = open_page(name, f"/cases/{OWN_BASE.code}/2026Q3")
    assert "notify" not in steps_shown(page)
    assert "programme's administrator can publish it" in text_of(page)
    assert "python -m" not in text_of(page)


def test_a_base_page_leads_to_a_new_case_only_where_it_can_be_opened(open_page, store):
    link = f"/cases/{OWN_BASE.code}/{LAST}"
    address = f"/bases/{OWN_BASE.code}?period={LAST}"
    assert link in text_of(open_page("eva", address))
    for name in ("ann", "cora", "rep"):
        assert link not in text_of(open_page(name, address)), "it is not their step"
    with warehouse.writing(store) as connection:
        connection.execute(schema.publication.delete().where(schema.publication.c.publication == GROUND))
        connection.execute(schema.verdict.delete().where(schema.verdict.c.publication == f"{LAST}-working-1"))
        connection.execute(
            schema.verdict.update()
            .where(schema.verdict.c.publication == GROUND)
            .values(publication=f"{LAST}-working-1")
        )
    page = text_of(open_page("eva", address))
    assert "Red" in page, "there is cause"
    assert link not in page, "but nothing to rest on"


def test_the_head_names_the_publication_that_the_case_is_about(open_page, act, store):
    act("eva", "notify")
    with warehouse.writing(store) as connection:
        connection.execute(
            schema.publication.insert().values(
                publication="2027Q1-working-1", period="2027Q1", vintage="working", number=1, method_hash="0",
                definitions_hash="0", data_state="0", created_at=datetime(2027, 4, 20),
            )
        )  # fmt: skip
    head = next(
        part
        for part in parts(open_page("eva", f"/cases/{OWN_BASE.code}/{LAST}"))
        if part["props"].get("className") == "brand"
    )
    assert LAST in text_of(head)
    assert "provisional" in text_of(head)
    assert "2027Q1" not in text_of(head)


# Findings of false data


@pytest.fixture
def refreshed(monkeypatch):
    """The quarters from which on working figures were asked to follow."""
    asked = []
    monkeypatch.setattr("dashboard.following.refresh", lambda engine, first: asked.append(first))
    return asked


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_finding_shows_where_people_look_and_the_working_figures_follow(open_page, act, refreshed, language):
    act("ann", "false_data")
    assert refreshed == [LAST]
    quarter = numbers.quarter(LAST, language)
    say = texts.speaker(language)
    for name in ("eva", "cora", "rep"):
        base = text_of(open_page(name, f"/bases/{OWN_BASE.code}", language))
        assert say("verdict.false_data", quarter=quarter) in base
        assert say("verdict.not_counted") in base, "its publication was made before"
        assert say("case.false_data", quarter=quarter) in text_of(
            open_page(name, f"/cases/{OWN_BASE.code}/{LAST}", language)
        )
        listed = text_of(open_page(name, "/cases", language))
        assert say("case.state.finding") in listed
        assert say("case.state.none") not in listed
    assert say("verdict.false_data", quarter=quarter) not in text_of(open_page("eva", f"/bases/{FAR.code}", language))
    act("ann", "lift")
    assert refreshed == [LAST, LAST]
    assert say("verdict.false_data", quarter=quarter) not in text_of(
        open_page("eva", f"/bases/{OWN_BASE.code}", language)
    )
    assert say("case.state.lifted") in text_of(open_page("eva", "/cases", language))


def test_a_finding_stands_though_the_figures_cannot_follow(act, store, monkeypatch, signed_in):
    def breaks(*_):
        raise RuntimeError("no room")

    monkeypatch.setattr("dashboard.following.refresh", breaks)
    client = signed_in("ann")
    given = {"step": "false_data", "text": REASON, "seen": "0"}
    assert client.post(f"/cases/{OWN_BASE.code}/{LAST}", data=given).status_code == 303
    with client.session_transaction() as session:
        assert "could not be brought up to date" in session["told"]["text"]
    assert case_of(store).false_data
