"""Signing in: who guesses waits, a given password is changed first, sign-ins end when they should, and all of it is in the
audit."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from dashboard import accounts, lockout, passwords, signing_in
from etl import audit
from etl.clock import now
from etl.config import settings
from etl.schema_access import failed_sign_in, sign_in
from etl.warehouse import reading, writing
from tests.dashboard import programme
from tests.dashboard.programme import PASSWORD
from tests.dashboard.standing import standing_on_copy

NEW = "a much better password"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def store(app, tmp_path_factory):
    """The application on this test's own copy of the programme."""
    with standing_on_copy(app, tmp_path_factory, programme.build) as engine:
        yield engine


@pytest.fixture
def clock(monkeypatch):
    """clock(hours=1): the time moves on by so much."""
    begun = [now()]

    def move(**by):
        begun[0] += timedelta(**by)

    monkeypatch.setattr(signing_in, "now", lambda: begun[0])
    return move


def enter(client, name="eva", password=PASSWORD):
    return client.post("/login", data={"name": name, "password": password})


def actions(engine):
    with reading(engine) as connection:
        return [row.action for row in audit.entries(connection)][::-1]


def give(engine, name="eva", password=NEW):
    with writing(engine) as connection:
        accounts.set_password(connection, name, password, given=True)


# Guessing -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["eva", "nobody"])
def test_who_guesses_waits_and_does_not_learn_whether_there_is_such_a_name(client, clock, name):
    answers = []
    for _ in range(lockout.FREE + 3):
        answer = enter(client, name, "wrong")
        answers.append((answer.status_code, answer.get_data(as_text=True).replace(name, "NAME")))
        clock(seconds=1)
    assert [status for status, _ in answers] == [401] * len(answers)
    assert "try again in 1 min" not in answers[lockout.FREE - 2][1]
    assert "try again in 1 min" in answers[lockout.FREE - 1][1]
    assert "try again in 1 min" in answers[-1][1]


def test_an_unknown_name_is_answered_as_a_known_one_to_the_letter(client, clock):
    for attempt in range(lockout.FREE + 2):
        known, unknown = (
            enter(client, name, "wrong").get_data(as_text=True).replace(name, "NAME") for name in ("eva", "nobody")
        )
        assert known == unknown, attempt


def test_while_it_waits_the_right_password_is_not_heard_and_then_it_is(client, clock):
    for _ in range(lockout.FREE):
        enter(client, password="wrong")
    assert enter(client).status_code == 401
    clock(seconds=31)
    assert enter(client).status_code == 302


def test_others_are_not_disturbed_nor_who_is_signed_in(app, client, clock, signed_in):
    before = signed_in("eva")
    for _ in range(lockout.FREE + 1):
        enter(client, password="wrong")
    assert before.get("/").status_code == 200
    assert enter(client, "cora").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(client, clock):
    for _ in range(3):
        for _ in range(lockout.FREE - 1):
            enter(client, password="wrong")
        assert enter(client).status_code == 302


@given(st.integers(1, 10_000))
def test_each_wait_is_at_least_as_long_as_the_one_before_and_has_an_end(failures):
    first, second = lockout.delay_after(failures), lockout.delay_after(failures + 1)
    assert timedelta() <= first <= second <= lockout.LONGEST


def test_what_was_tried_is_kept_a_day_and_as_a_hash_only(store):
    with writing(store) as connection:
        lockout.failed(connection, "a password by mistake", datetime(2026, 1, 1))
        assert "mistake" not in repr(connection.execute(failed_sign_in.select()).all())
        lockout.failed(connection, "other", datetime(2026, 1, 3))
        assert len(connection.execute(failed_sign_in.select()).all()) == 1


# Passwords ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["short", "abcabcabcabc", "my name is Eva so there", "x" * 1001])
def test_a_weak_password_is_refused(password):
    assert passwords.is_weak(password, "eva")
    assert not passwords.is_weak(NEW, "eva")


def test_passwords_are_kept_as_dear_hashes():
    """By the product's own hasher: those of tests are cheap."""
    made = passwords.PasswordHasher()
    assert (made.type.name, made.memory_cost >= 19 * 1024, made.time_cost >= 2) == ("ID", True, True)  # OWASP's least


def test_first_passwords_are_strong_and_each_another():
    found = {passwords.first_password() for _ in range(100)}
    assert len(found) == 100
    assert not any(passwords.is_weak(one, "eva") for one in found)


def test_a_given_password_opens_nothing_but_its_change(store, client):
    give(store)
    enter(client, password=NEW)
    answer = client.get("/rankings?type=regional", headers=HTML)
    assert answer.headers["Location"] == "/password?next=%2Frankings%3Ftype%3Dregional"
    for path in ("/_dash-layout", "/tables/rankings.csv", "/search?q=a"):
        assert client.get(path).status_code == 403
    changed = {"old": NEW, "new": PASSWORD, "again": PASSWORD}
    assert client.post(answer.headers["Location"], data=changed).headers["Location"] == "/rankings?type=regional"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"old": "wrong"}, "present password does not fit"),
        ({"new": "short", "again": "short"}, "too easily guessed"),
        ({"new": PASSWORD, "again": PASSWORD}, "is the present one"),
        ({"again": NEW + "!"}, "differ"),
    ],
)
def test_a_change_that_cannot_be_is_told_and_changes_nothing(client, given, told):
    enter(client)
    answer = client.post("/password", data={"old": PASSWORD, "new": NEW, "again": NEW} | given)
    assert answer.status_code == 400
    assert told in answer.get_data(as_text=True)
    assert enter(client).status_code == 302


# Sign-ins -----------------------------------------------------------------------------------------------------------------


def test_another_password_ends_the_sign_ins_elsewhere(client, signed_in):
    elsewhere = signed_in("eva")
    enter(client)
    before = client.get_cookie("basewatch").value
    client.post("/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert elsewhere.get("/").status_code == 401
    assert client.get("/").status_code == 200
    client.set_cookie("basewatch", before)  # the token of before is none any more
    assert client.get("/").status_code == 401


def test_each_sign_in_has_a_token_of_its_own(app):
    one, two = app.server.test_client(), app.server.test_client()
    one.set_cookie("basewatch", "planted")
    enter(one), enter(two)
    assert one.get_cookie("basewatch").value != two.get_cookie("basewatch").value
    kept = one.get_cookie("basewatch").value
    one.post("/logout")
    one.set_cookie("basewatch", kept)  # signing out ends it here, not only in the browser
    assert one.get("/").status_code == 401
    assert two.get("/").status_code == 200


def test_signing_out_everywhere_ends_all(app, signed_in):
    one, two, other = signed_in("eva"), signed_in("eva"), signed_in("cora")
    one.post("/logout/everywhere")
    assert [client.get("/").status_code for client in (one, two, other)] == [401, 401, 200]


@pytest.mark.parametrize(("passed", "status"), [({"minutes": 119}, 200), ({"minutes": 121}, 401)])
def test_a_sign_in_that_is_not_used_ends(client, clock, passed, status):
    enter(client)
    clock(**passed)
    assert client.get("/").status_code == status


def test_a_sign_in_ends_after_some_hours_however_much_it_is_used(client, clock):
    enter(client)
    for _ in range(settings().session_hours):
        assert client.get("/").status_code == 200
        clock(hours=1)
    clock(minutes=1)
    assert client.get("/").status_code == 401


def test_a_closed_account_is_out_at_once(store, signed_in, client):
    inside = signed_in("eva")
    with writing(store) as connection:
        accounts.set_closed(connection, "eva", True)
    assert inside.get("/").status_code == 401
    assert enter(client).status_code == 401


def test_another_role_counts_from_the_next_request_on(store, signed_in):
    client = signed_in("eva")
    assert client.get("/tables/regions.csv").status_code == 200
    with writing(store) as connection:
        accounts.set_role(connection, "eva", "reporter", "B001")
    assert client.get("/tables/regions.csv").status_code == 403


@pytest.mark.parametrize("cookie", ["", "forged", "eyJfdXNlcl9pZCI6ImV2YSJ9.aaaa.bbbb"])
def test_a_forged_cookie_is_nobodys(client, cookie):
    client.set_cookie("basewatch", cookie)
    assert client.get("/").status_code == 401


def test_a_name_in_the_place_of_a_token_is_nobodys(app, client):
    with client.session_transaction() as session:
        session["_user_id"] = "eva"  # what a cookie of before held
    assert client.get("/").status_code == 401


def test_the_warehouse_holds_no_token(store, client):
    enter(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    with reading(store) as connection:
        assert token not in repr(connection.execute(sign_in.select()).all())


def test_the_last_request_is_noted_to_some_minutes(store, client, clock):
    enter(client)
    with reading(store) as connection:
        first = connection.execute(sign_in.select()).one().seen_at
    for _ in range(3):
        clock(minutes=3)
        client.get("/")
    with reading(store) as connection:
        assert connection.execute(sign_in.select()).one().seen_at - first == timedelta(minutes=6)
    with writing(store) as connection:  # and a sign-in that ended is not noted back to life
        connection.execute(update(sign_in).values(seen_at=first - timedelta(days=1)))
    assert client.get("/").status_code == 401


# The audit ----------------------------------------------------------------------------------------------------------------


def test_what_happens_at_the_door_is_in_the_audit(store, client):
    enter(client, password="wrong"), enter(client, "nobody", "wrong"), enter(client)
    client.get("/returns/B002/2026Q4/file")
    client.post("/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
    client.post("/logout")
    expected = [
        "sign-in.failed",
        "sign-in.failed",
        "sign-in.done",
        "account.password-changed",
        "sign-in.done",
        "sign-in.ended",
    ]
    assert [one for one in actions(store) if one.startswith(("sign-in", "account.p"))] == expected
    with reading(store) as connection:
        assert audit.verify(connection).broken is None
        last = audit.entries(connection)[0]
        told = repr(audit.entries(connection))
    assert (last.by, last.origin, last.subject) == ("eva", "127.0.0.1", "account/eva")
    assert "nobody" not in told  # a name may be a password in the wrong field
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("rep", "/tables/regions.csv", 403),  # by the route
        ("rep", "/reports/bulletin.html", 403),  # by the gate
        ("rep", "/returns/B002/2026Q4", 200),
    ],
)
def test_what_is_refused_is_in_the_audit(store, signed_in, open_page, name, path, status):
    if status == 200:
        open_page(name, path)  # a page tells it in the frame
    else:
        assert signed_in(name).get(path).status_code == status
    with reading(store) as connection:
        (row,) = audit.entries(connection, action="refused")
    assert (row.by, row.origin) == (name, "127.0.0.1")


def test_what_another_site_tried_is_in_the_audit_under_whose_browser_it_was(store, signed_in):
    assert signed_in("eva").post("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with reading(store) as connection:
        (row,) = audit.entries(connection, action="refused")
    assert (row.by, row.origin, row.subject) == ("eva", "127.0.0.1", "/logout")


def test_what_anybody_may_read_is_answered_without_the_warehouse(signed_in, monkeypatch):
    client = signed_in("eva")

    def asked(_):
        raise AssertionError("the warehouse was asked")

    monkeypatch.setattr(signing_in, "reading", asked)
    assert client.get("/tokens.css").status_code == 200
    with pytest.raises(AssertionError, match="was asked"):
        client.get("/search?q=a")
