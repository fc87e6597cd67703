"""Signing in and out, and one's own password."""

from datetime import timedelta
from math import ceil

from flask import Blueprint, redirect, render_template, request, session
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from dashboard import accounts, lockout, metrics, passwords, sign_ins, texts, urls
from dashboard.view import engine, language, theme_name
from etl import audit
from etl.clock import now
from etl.form import load_form
from etl.warehouse import reading, writing

signing_in = Blueprint("signing_in", __name__)
Answer = Response | tuple[str, int]


def who(token: str) -> accounts.Account | None:
    """The account of a cookie's token, unless that sign-in has ended; for Flask-Login."""
    moment = now()
    with reading(engine()) as connection:
        found = sign_ins.whose(connection, token, moment)
        account = accounts.usable(accounts.find_account(connection, found[0])) if found else None
    if found is None or account is None:
        return None
    if found[1]:
        with writing(engine()) as connection:
            sign_ins.seen(connection, token, moment)
    return account.signed_in(token)


@signing_in.get(urls.LOGIN)
def form() -> str:
    return _login()


@signing_in.post(urls.LOGIN)
def sign_in() -> Answer:
    name, password = request.form.get("name", "").strip()[:80], request.form.get("password", "")
    with reading(engine()) as connection:
        wait = lockout.wait(connection, name, now())
        account = None if wait else accounts.verify(connection, name, password)
    metrics.tried_to_sign_in(account is not None)
    if wait:
        return _login(name=name, wait=wait), 401
    if account is None:
        return _login(name=name, wrong=True, wait=_refused(name)), 401
    enter(account.name, "password")
    return redirect(urls.next_place(request.args.get("next"), account.role))


def enter(name: str, by: str) -> None:
    """Signs the person in. `by`: how they showed who they are."""
    with writing(engine()) as connection:
        lockout.forgive(connection, name)
        token = sign_ins.begin(connection, name, now())
        account = accounts.find_account(connection, name)
        audit.note(connection, "sign-in.done", "account", name, by=name, way=by)
    assert account
    _forget()  # nothing of before is carried over
    login_user(account.signed_in(token))
    session.permanent = True


def _refused(name: str) -> timedelta:
    """Counts a wrong password. The audit names only accounts that there are: a name may be a password in the wrong field."""
    with writing(engine()) as connection:
        known = accounts.find_account(connection, name) is not None
        wait = lockout.failed(connection, name, now())
        key = (name,) if known else ()
        audit.note(connection, "sign-in.failed", "account", *key, by=name if known else "?", wait=str(wait))
    return wait


@signing_in.post("/logout")
def sign_out() -> Response:
    with writing(engine()) as connection:
        sign_ins.end(connection, current_user.token)
        audit.note(connection, "sign-in.ended", "account", current_user.name)
    _leave()
    return redirect(urls.LOGIN)


@signing_in.post("/logout/everywhere")
def sign_out_everywhere() -> Response:
    with writing(engine()) as connection:
        count = sign_ins.end_all(connection, current_user.name)
        audit.note(connection, "sign-in.ended-everywhere", "account", current_user.name, count=count)
    _leave()
    return redirect(urls.LOGIN)


def _leave() -> None:
    logout_user()
    _forget()


def _forget() -> None:
    """Empties the cookie, but for the language."""
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen


@signing_in.get(urls.PASSWORD)
def own_password() -> str:
    return _password()


@signing_in.post(urls.PASSWORD)
def change_password() -> Answer:
    """Another password for who is signed in; all other sign-ins of the account end, and this one gets a new token."""
    old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
    name = current_user.name
    with reading(engine()) as connection:
        wait = lockout.wait(connection, name, now())
        known = not wait and accounts.verify(connection, name, old)
    if not known:
        wait = wait or _refused(name)
        return _password("wrong_old", wait), 400
    if passwords.is_weak(new, name):
        return _password("weak"), 400
    if new == old:
        return _password("same"), 400
    if new != again:
        return _password("differs"), 400
    with writing(engine()) as connection:
        accounts.set_password(connection, name, new)
    enter(name, "new password")
    return redirect(urls.next_place(request.args.get("next"), current_user.role))


def _login(name: str = "", wrong: bool = False, wait: timedelta | None = None) -> str:
    return _page("login.html", name=name, wrong=wrong, wait=_minutes(wait))


def _password(fault: str = "", wait: timedelta | None = None) -> str:
    least = passwords.LEAST_LENGTH
    told = texts.speaker(language())(f"password.{fault}", least=least) if fault else ""
    given = {"name": current_user.name, "first": current_user.must_change, "least": least}
    return _page("password.html", fault=told, wait=_minutes(wait), **given)


def _minutes(wait: timedelta | None) -> int:
    return ceil(wait / timedelta(minutes=1)) if wait else 0


def _page(template: str, **given: object) -> str:
    chosen = language()
    return render_template(
        template,
        say=texts.speaker(chosen),
        lang=texts.HTML_LANG[chosen],
        theme=theme_name(),
        programme=load_form().programme.name[chosen],
        next=urls.next_place(request.args.get("next"), getattr(current_user, "role", "")),
        other=next(one for one in texts.LANGUAGES if one != chosen),
        **given,
    )
