"""Accounts on the screens: made, changed, closed, unlocked; a first password is shown once and stands nowhere else."""

import json
import re

import pytest
from sqlalchemy import select, update

from dashboard import accounts, lockout, sign_ins
from dashboard.permissions import ROLES
from etl import audit, schema_access
from etl.clock import now
from etl.warehouse import reading, writing
from tests.dashboard.programme import OWN, PASSWORD, samples

BASE = samples()[OWN]
GIVEN = re.compile(r'<code id="given">([a-z2-9-]{19})</code>')
STEPS = ("new", "password", "role", "close", "open", "unlock", "sign-out")


def account(engine, name):
    with reading(engine) as connection:
        return accounts.find_account(connection, name)


def told(open_page, address="/accounts", name="adam"):
    return json.dumps(open_page(name, address), ensure_ascii=False)


def noted(engine):
    with reading(engine) as connection:
        return audit.entries(connection)


def test_an_account_is_made_with_a_first_password_that_opens_only_its_replacement(own_copy, adam, client):
    answer = adam.post("/accounts/new", data={"name": "rita", "role": "reporter", "place-reporter": BASE.code})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    (given,) = set(GIVEN.findall(answer.get_data(as_text=True)))
    made = account(own_copy, "rita")
    assert (made.role, made.place, made.must_change, made.demo) == ("reporter", BASE.code, True, False)
    assert client.post("/login", data={"name": "rita", "password": given}).status_code == 302
    sent = client.get("/help", headers={"Accept": "text/html"})
    assert sent.headers["Location"].startswith("/password")


def test_a_first_password_stands_nowhere_else(own_copy, adam, open_page):
    answer = adam.post("/accounts/password", data={"name": "rep"})
    (given,) = set(GIVEN.findall(answer.get_data(as_text=True)))
    assert given not in str(answer.headers)
    assert all(given not in str(cookie) for cookie in adam._cookies.values())
    assert all(given not in row.detail + row.subject for row in noted(own_copy))
    with reading(own_copy) as connection:
        kept = connection.execute(select(schema_access.account.c.password_hash)).scalars().all()
    assert not any(given in text for text in kept)
    assert given not in told(open_page) + told(open_page, "/accounts?name=rep")
    again = adam.post("/accounts/password", data={"name": "rep"}).get_data(as_text=True)
    assert given not in again


def test_a_name_that_is_taken_keeps_its_account(own_copy, adam):
    before = account(own_copy, "rep")
    answer = adam.post("/accounts/new", data={"name": "rep", "role": "evaluator"})
    assert answer.status_code == 303
    assert account(own_copy, "rep") == before
    page = adam.get("/accounts")
    assert page.status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "role": "evaluator"},
        {"name": "x" * 81, "role": "evaluator"},
        {"name": "x\ny", "role": "evaluator"},
        {"name": "new", "role": "king"},
        {"name": "new"},
        {"name": "new", "role": "reporter"},
        {"name": "new", "role": "reporter", "place-reporter": "B999"},
        {"name": "new", "role": "coordinator", "place-reporter": BASE.code},
        {"name": "new", "role": "coordinator", "place-coordinator": "ZZ"},
    ],
)
def test_what_no_list_offers_is_refused_in_words(own_copy, adam, given):
    with reading(own_copy) as connection:
        before = accounts.all_accounts(connection)
    assert adam.post("/accounts/new", data=given).status_code == 303
    with adam.session_transaction() as session:
        assert session["told"]["good"] is False
        assert session["told"]["text"]
    with reading(own_copy) as connection:
        assert accounts.all_accounts(connection) == before


def test_role_and_place_are_changed(own_copy, adam, open_page):
    adam.post("/accounts/role", data={"name": "rep", "role": "coordinator", "place-coordinator": BASE.province})
    assert (account(own_copy, "rep").role, account(own_copy, "rep").place) == ("coordinator", BASE.province)
    assert noted(own_copy)[0].action == "account.role-changed"
    assert noted(own_copy)[0].by == "adam"
    assert "coordinator" in told(open_page, "/accounts?name=rep")


def test_a_closed_account_is_signed_out_at_once_and_can_be_opened_again(own_copy, adam, signed_in, client):
    rep = signed_in("rep")
    adam.post("/accounts/close", data={"name": "rep"})
    assert rep.get("/").status_code == 401
    assert client.post("/login", data={"name": "rep", "password": PASSWORD}).status_code == 401
    adam.post("/accounts/open", data={"name": "rep"})
    assert client.post("/login", data={"name": "rep", "password": PASSWORD}).status_code == 302


def test_the_last_administrator_can_neither_be_closed_nor_given_another_role(own_copy, adam, open_page):
    for step, more in (("close", {}), ("role", {"role": "auditor"})):
        adam.post(f"/accounts/{step}", data={"name": "adam", **more})
        assert (account(own_copy, "adam").role, account(own_copy, "adam").closed) == ("administrator", False)
    page = told(open_page, "/accounts?name=adam")
    assert "the only open account of an administrator" in page
    assert "/accounts/close" not in page
    with writing(own_copy) as connection:
        accounts.create_account(connection, "ada", PASSWORD, "administrator")
    adam.post("/accounts/close", data={"name": "adam"})
    assert account(own_copy, "adam").closed
    with writing(own_copy) as connection, pytest.raises(accounts.AccountError, match="only open account"):
        accounts.set_role(connection, "ada", "evaluator", None)
    with writing(own_copy) as connection:
        accounts.set_closed(connection, "ada", True, last=True)  # as close-demo does


def test_a_pause_is_told_and_ended(own_copy, adam, open_page, client):
    for _ in range(lockout.FREE):
        client.post("/login", data={"name": "rep", "password": "wrong"})
    assert "locked until" in told(open_page)
    assert "locked until" in told(open_page, "/accounts?name=rep")
    adam.post("/accounts/unlock", data={"name": "rep"})
    assert "locked until" not in told(open_page)
    assert client.post("/login", data={"name": "rep", "password": PASSWORD}).status_code == 302


def test_who_is_signed_in_is_told_and_can_be_signed_out(own_copy, adam, signed_in, open_page):
    one, other = signed_in("rep"), signed_in("rep")
    assert "signed in 2 times" in told(open_page)
    adam.post("/accounts/sign-out", data={"name": "rep"})
    assert (one.get("/").status_code, other.get("/").status_code) == (401, 401)
    with reading(own_copy) as connection:
        assert "rep" not in sign_ins.presences(connection, now())


def test_a_sign_in_that_has_run_out_is_no_presence(own_copy, signed_in):
    signed_in("rep")
    old = now() - sign_ins.idle() * 2
    table = schema_access.sign_in
    with writing(own_copy) as connection:
        connection.execute(update(table).where(table.c.name == "rep").values(seen_at=old))
    with reading(own_copy) as connection:
        assert "rep" not in sign_ins.presences(connection, now())


def test_nobody_gives_themselves_a_password_without_the_old_one(own_copy, adam, client):
    answer = adam.post("/accounts/password", data={"name": "adam"})
    assert answer.headers["Location"] == "/password"
    assert client.post("/login", data={"name": "adam", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["eva", "cora", "rep", "audrey"])
def test_nobody_else_takes_any_step(app, signed_in, name, step):
    answer = signed_in(name).post(f"/accounts/{step}", data={"name": "rep", "role": "administrator"})
    assert answer.status_code == 403


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_name_that_is_no_more_is_told(own_copy, adam, step):
    answer = adam.post(f"/accounts/{step}", data={"name": "gone", "role": "auditor"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("wanted", "found"), [("rep", {"rep"}), ("AUDITOR", {"audrey"}), ("ad administrator", {"adam"})]
)
def test_the_search_finds_by_name_role_and_place(open_page, all_parts, wanted, found):
    tree = open_page("adam", f"/accounts?q={wanted}")
    assert set(re.findall(r'"/accounts\?name=(\w+)"', json.dumps(tree))) == found


def test_the_search_finds_by_the_base_in_either_language(open_page):
    for words in ("Invented base 01", "虚构基地01", BASE.code):
        assert "/accounts?name=rep" in json.dumps(open_page("adam", f"/accounts?q={words}"))
    assert "No account is like this" in json.dumps(open_page("adam", "/accounts?q=nonsense"))


def test_every_base_and_province_can_be_chosen_by_name(open_page):
    page = told(open_page)
    for number, base in enumerate(samples(), start=1):
        assert f"Invented base {number:02d} ({base.code})" in page
    assert all(f'"value": "{role}"' in page for role in ROLES)


@pytest.mark.parametrize("name", ["eva", "cora", "rep", "audrey"])
@pytest.mark.parametrize("page", ["/accounts", "/accounts?name=eva", "/periods"])
def test_the_pages_are_the_administrators_alone(open_page, name, page):
    text = json.dumps(open_page(name, page))
    assert "Your role may not open this page" in text
    assert "adam" not in text
