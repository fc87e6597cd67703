"""Cases on screen: who sees which, the forms of whoever is in turn, and a whole case through the pages."""

import json
import shutil
from datetime import datetime

import pytest

from dashboard.accounts import create_account
from dashboard.view import ENGINE
from etl import schema, warehouse
from indicators import cases
from tests.dashboard import programme
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST, OWN, PASSWORD, samples

OWN_BASE, NEIGHBOUR, FAR = samples()[OWN], samples()[OWN + 1], samples()[-1]
REASON = "Hires fell by half; please explain."


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("cases") / "warehouse.db"
    engine = warehouse.connect(f"sqlite:///{file}")
    programme.build(engine)
    with warehouse.writing(engine) as connection:
        for name, role, place in (("ann", "approver", None), ("bob", "reporter", NEIGHBOUR.code)):
            create_account(connection, name, PASSWORD, role, place)
        row = dict.fromkeys(schema.publication.c.keys()) | {
            "publication": f"{LAST}-provisional-1", "period": LAST, "vintage": "provisional", "number": 1,
            "method_hash": "0", "definitions_hash": "0", "data_state": "0", "created_at": datetime(2027, 1, 25),
        }  # fmt: skip
        warehouse.insert(connection, schema.publication, [row])
    engine.dispose()
    return file


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
    assert "kept under watch" in page


def test_nobody_else_is_offered_a_step(open_page, act):
    act("eva", "notify")
    for name in ("eva", "cora", "ann"):
        assert steps_shown(open_page(name, f"/cases/{OWN_BASE.code}/{LAST}")) <= {"false_data"}


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
    assert "1 wait for you" in text_of(waits)
