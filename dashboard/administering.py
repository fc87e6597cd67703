"""The routes by which accounts are made and changed: each step is one form of the page of accounts, which then tells what
was done. A first password is in the answer that gives it and nowhere else: in no address, cookie, log or table."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from dashboard import account_steps, accounts, outcome, permissions, refused, texts, urls
from dashboard.accounts import LONGEST_NAME, AccountError
from dashboard.view import View, engine, view
from etl.warehouse import writing
from indicators.scope import NotAllowed

administering = Blueprint("administering", __name__, url_prefix=urls.ACCOUNTS)
administering.register_error_handler(NotAllowed, refused.not_allowed)

Answer = AnyResponse | str


def _allowed() -> View:
    shown = view()
    if not shown.may(permissions.ACCOUNTS):
        raise NotAllowed(permissions.ACCOUNTS)
    return shown


def _name() -> str:
    return request.form.get("name", "").strip()


def _role_and_place() -> tuple[str, str | None]:
    """The chosen role, and the place from the list that belongs to it."""
    role = request.form.get("role", "")
    return role, request.form.get(f"place-{role}") or None


@administering.post("/new")
def new() -> Answer:
    """Makes an account and shows its first password."""
    shown, name = _allowed(), _name()
    try:
        with writing(engine()) as connection:
            given = account_steps.add(connection, name, *_role_and_place())
    except AccountError as error:
        _refuse(shown, urls.ACCOUNTS, error, name)
        return redirect(f"{urls.ACCOUNTS}#new", 303)
    return _handed(shown, name, given, made=True)


@administering.post("/password")
def password() -> Answer:
    """Gives another first password and shows it."""
    shown, name = _allowed(), _name()
    if name == shown.name:  # who is signed in chooses their own, and knows the old one
        return redirect(urls.PASSWORD, 303)
    try:
        with writing(engine()) as connection:
            given = account_steps.give_password(connection, name)
    except AccountError as error:
        _refuse(shown, urls.account_path(name), error, name)
        return redirect(urls.account_path(name), 303)
    return _handed(shown, name, given, made=False)


def _handed(shown: View, name: str, given: str, made: bool) -> str:
    """The page with the first password, which no cache keeps (security.py)."""
    return render_template(
        "first_password.html",
        say=shown.say,
        lang=texts.HTML_LANG[shown.language],
        theme=shown.theme,
        name=name,
        given=given,
        made=made,
        back=urls.ACCOUNTS,
        account=urls.account_path(name),
    )


@administering.post("/role")
def role() -> AnyResponse:
    """Another role or place."""
    role, place = _role_and_place()
    return _step("role", lambda connection, name: account_steps.change_role(connection, name, role, place))


@administering.post("/close")
def closing() -> AnyResponse:
    return _step("close", lambda connection, name: accounts.set_closed(connection, name, True))


@administering.post("/open")
def opening() -> AnyResponse:
    return _step("open", lambda connection, name: accounts.set_closed(connection, name, False))


@administering.post("/unlock")
def unlocking() -> AnyResponse:
    return _step("unlock", account_steps.unlock)


@administering.post("/sign-out")
def signing_out() -> AnyResponse:
    return _step("sign-out", account_steps.sign_out)


def _step(step: str, take: Callable[[Connection, str], object]) -> AnyResponse:
    """Takes a step with the named account, then tells on its page what came of it."""
    shown, name = _allowed(), _name()
    where = urls.account_path(name)
    try:
        with writing(engine()) as connection:
            take(connection, name)
    except AccountError as error:
        _refuse(shown, where, error, name)
    else:
        outcome.tell("", where, shown.say(f"accounts.done.{step}", name=name))
    return redirect(where, 303)


def _refuse(shown: View, where: str, error: AccountError, name: str) -> None:
    words = shown.say(f"accounts.fault.{error.fault}", name=name[:LONGEST_NAME], most=LONGEST_NAME)
    outcome.tell("", where, words, good=False, at=name[:LONGEST_NAME])
