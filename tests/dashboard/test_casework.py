"""Cases on screen: who sees which, the forms of whoever is in turn, and a whole case through the pages."""

import json
import shutil
from datetime import datetime

import pytest

from dashboard import numbers, texts
from dashboard.accounts import create_account
from dashboard.view import ENGINE
from etl import schema, warehouse
from indicators import cases
from tests.dashboard import programme
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST, OWN, PASSWORD, samples

OWN_BASE, NEIGHBOUR, FAR, GREEN = samples()[OWN], samples()[OWN + 1], samples()[-1], samples()[-2]
"""All are red in the quarter's publication but one."""
GROUND, FINAL = f"{LAST}-provisional-1", f"{LAST}-final-1"
REASON = "Hires fell by half; please explain."


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("cases") / "warehouse.db"
    engine = warehouse.connect(f"sqlite:///{file}")
    programme.build(engine)
    with warehouse.writing(engine) as connection:
        for name, role, place in (("ann", "approver", None), ("bob", "reporter", NEIGHBOUR.code)):
            create_account(connection, name, PASSWORD, role, place)
        published(connection, "provisional")
    engine.dispose()
    return file


def published(connection, vintage, proposal=None):
    """A publication of the last quarter with its verdicts; of the final one all but the green base have a grade."""
    name = f"{LAST}-{vintage}-1"
    row = dict.fromkeys(schema.publication.c.keys()) | {
        "publication": name, "period": LAST, "vintage": vintage, "number": 1, "method_hash": "0", "definitions_hash": "0",
        "data_state": "0", "created_at": datetime(2027, 1, 25),
    }  # fmt: skip
    warehouse.insert(connection, schema.publication, [row])
    there = [
        {"publication": name, "base": one.code, "type": one.type, "province": one.province, "returned": True}
        for one in samples()
    ]
    warehouse.insert(connection, schema.standing, there)
    verdicts = [
        {
            "publication": name, "base": one.code, "lamp": "green" if one == GREEN else "red", "grade": "C",
            "final": True, "proposal": proposal, "trend": "steady", "reasons": "[]",
        }
        for one in samples()
    ]  # fmt: skip
    warehouse.insert(connection, schema.verdict, verdicts)


@pytest.fixture
def finally_published(store):
    """finally_published("honour") → a signed final publication in which every base is proposed for an honour."""

    def publish(proposal=None):
        with warehouse.writing(store) as connection:
            published(connection, "final", proposal)
            signature = {
                "publication": FINAL,
                "number": 1,
                "by": "bea",
                "at": datetime(2027, 1, 26),
                "reason": "checked",
            }
            warehouse.insert(connection, schema.approval, [signature])

    return publish


@pytest.fixture(autouse=True)
def store(app, template, tmp_path):
    """The application on this test's own warehouse. There is one application: Dash gives its callbacks to the first."""
    before, engine = (
        app.server.extensions[ENGINE],
        warehouse.connect(f"sqlite:///{shutil.copy(template, tmp_path / 'warehouse.db')}"),
    )
    app.server.extensions[ENGINE] = engine
    yield engine
    app.server.extensions[ENGINE] = before
    engine.dispose()


@pytest.fixture
def act(store, signed_in):
    """act("eva", "notify", base="B001") → the answer to that step, from a page that is up to date."""

    def act(name, step, text=REASON, base=OWN_BASE.code, seen=None, **rest):
        client = signed_in(name)
        with warehouse.reading(store) as connection:
            known = len(cases.case(connection, base, LAST).events)
        given = {"step": step, "text": text, "seen": str(known if seen is None else seen), **rest}
        return client.post(f"/cases/{base}/{LAST}", data=given)

    return act


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def steps_shown(tree):
    return {
        part["props"]["value"]
        for part in parts(tree)
        if part["type"] == "Input" and part["props"].get("name") == "step"
    }


def test_a_whole_case_through_the_pages(open_page, act):
    address = f"/cases/{OWN_BASE.code}/{LAST}"
    way = [
        ("eva", {"notify"}, {}),
        ("rep", {"answer", "plan"}, {}),
        ("cora", {"opinion"}, {}),
        ("eva", {"propose"}, {"decision": "keep_watching"}),
        ("ann", {"sign", "refuse"}, {}),
    ]
    for name, steps, rest in way:
        assert steps_shown(open_page(name, address)) - {"false_data"} == steps
        answer = act(name, next(step for step in cases.STEPS if step in steps), text=f"{name} writes", **rest)
        assert answer.status_code == 303
    page = text_of(open_page("rep", address))
    assert all(f"{name} writes" in page for name, _, _ in way)
    assert "Decided: kept under watch" in page
    assert "Decision signed: keep watching" in page


def test_nobody_else_is_offered_a_step(open_page, act):
    act("eva", "notify")
    offered = {name: steps_shown(open_page(name, f"/cases/{OWN_BASE.code}/{LAST}")) for name in ("eva", "cora", "ann")}
    assert offered == {"eva": {"withdraw"}, "cora": set(), "ann": {"false_data"}}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_names_only_the_viewers_cases(open_page, act, language):
    for base in (OWN_BASE, NEIGHBOUR, FAR):
        act("eva", "notify", base=base.code)
    shown = {
        name: {base.code for base in (OWN_BASE, NEIGHBOUR, FAR) if f"/cases/{base.code}/" in text}
        for name in ("eva", "cora", "rep")
        if (text := text_of(open_page(name, "/cases", language)))
    }
    every = {OWN_BASE.code, NEIGHBOUR.code, FAR.code}
    assert shown == {"eva": every, "cora": {OWN_BASE.code, NEIGHBOUR.code}, "rep": {OWN_BASE.code}}


@pytest.mark.parametrize(
    ("name", "base", "step", "status"),
    [
        ("rep", NEIGHBOUR.code, "answer", 403),
        ("cora", FAR.code, "opinion", 403),
        ("rep", OWN_BASE.code, "sign", 403),
        ("eva", OWN_BASE.code, "sign", 403),
        ("eva", OWN_BASE.code, "nonsense", 403),
        ("ann", OWN_BASE.code, "notify", 403),
        ("ann", OWN_BASE.code, "propose", 403),
        ("ann", OWN_BASE.code, "withdraw", 403),
        ("rep", OWN_BASE.code, "withdraw", 403),
        ("eva", "NONE", "notify", 404),
    ],
)
def test_a_step_outside_ones_scope_is_refused(act, name, base, step, status):
    assert act(name, step, base=base).status_code == status


def test_another_bases_case_is_not_shown(open_page):
    page = text_of(open_page("rep", f"/cases/{NEIGHBOUR.code}/{LAST}"))
    assert "Invented base 02" not in page
    assert "not allowed" in page.lower() or "may not" in page.lower() or "own base" in page


def test_who_decides_on_an_old_page_is_told_to_look_again_and_keeps_the_text(signed_in, act):
    act("eva", "notify")
    client = signed_in("rep")
    client.post(f"/cases/{OWN_BASE.code}/{LAST}", data={"step": "answer", "text": "Our second thoughts", "seen": "0"})
    with client.session_transaction() as session:
        assert "Look at it again" in session["told"]["text"]
        assert (session["told"]["good"], session["told"]["at"]) == (False, "Our second thoughts")


def test_without_a_publication_that_stays_there_is_no_notice(act, signed_in, store):
    answer = act("eva", "notify", seen=0)
    assert answer.status_code == 303
    earlier = f"/cases/{OWN_BASE.code}/2025Q3"
    signed_in("eva").post(earlier, data={"step": "notify", "text": "x", "seen": "0"})
    with warehouse.reading(store) as connection:
        assert cases.case(connection, OWN_BASE.code, "2025Q3").events == ()


def test_the_navigation_counts_the_cases_that_wait(open_page, act):
    act("eva", "notify")
    waits = [part for part in parts(open_page("rep", "/")) if part["props"].get("className") == "waits"]
    assert "1 waits for you" in text_of(waits)
    assert "1 case waits for you" in text_of(open_page("rep", "/cases"))


# What speaks against a step


def case_of(store, base=OWN_BASE.code, period=LAST):
    with warehouse.reading(store) as connection:
        return cases.case(connection, base, period)


def ticks(tree):
    return {
        part["props"]["value"]
        for part in parts(tree)
        if part["type"] == "Input" and part["props"].get("name") == "known"
    }


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
        connection.execute(schema.verdict.update().values(publication=f"{LAST}-working-1"))
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
    monkeypatch.setattr("dashboard.casework.refresh", lambda engine, first: asked.append(first))
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

    monkeypatch.setattr("dashboard.casework.refresh", breaks)
    client = signed_in("ann")
    given = {"step": "false_data", "text": REASON, "seen": "0"}
    assert client.post(f"/cases/{OWN_BASE.code}/{LAST}", data=given).status_code == 303
    with client.session_transaction() as session:
        assert "could not be brought up to date" in session["told"]["text"]
    assert case_of(store).false_data
