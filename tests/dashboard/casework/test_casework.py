"""Cases on screen: who sees which, the forms of whoever is in turn, and a whole case through the pages."""

import pytest

from etl import warehouse
from indicators import cases
from tests.dashboard.casework.conftest import FAR, NEIGHBOUR, OWN_BASE, steps_shown, text_of
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST


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


@pytest.mark.parametrize(("language", "words"), [("en", "Waits for the base, until"), ("zh", "待办方：基地，截至")])
def test_the_head_says_who_is_waited_for(open_page, act, language, words):
    act("eva", "notify")
    assert words in text_of(open_page("cora", f"/cases/{OWN_BASE.code}/{LAST}", language))


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
