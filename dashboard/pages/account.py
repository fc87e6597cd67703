"""One account: how it stands, and what can be done with it, each with what follows from it."""

from collections.abc import Sequence

from dash import html

from dashboard import account_words, numbers, outcome, sure, urls
from dashboard import components as c
from dashboard.account_words import Listed
from dashboard.accounts import ADMINISTRATOR
from dashboard.components import Part
from dashboard.pages import account_fields
from dashboard.still import Input, still
from dashboard.urls import ACCOUNTS
from dashboard.view import View


def content(shown: View, one: Listed, every: Sequence[Listed]) -> list[Part]:
    """The page of an account."""
    say, who = shown.say, one.account
    told = outcome.told("", urls.account_path(who.name))
    last = _is_last(one, every)
    steps = [
        _unlock(shown, one) if one.locked_until else None,
        _opening(shown, one) if who.closed else None,
        _role(shown, one, last),
        _password(shown, one),
        _signing_out(shown, one) if one.presence else None,
        None if who.closed else _closing(shown, one, last),
    ]
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        html.P(html.A(say("accounts.back"), href=ACCOUNTS)),
        c.h1([who.name, *account_words.tags(shown, who)]),
        _facts(shown, one),
        still(html.Div([step for step in steps if step], className="account-steps", key=who.name)),
    ]


def _is_last(one: Listed, every: Sequence[Listed]) -> bool:
    """Whether nobody else administers accounts."""
    open_ones = [
        other.account.name for other in every if other.account.role == ADMINISTRATOR and not other.account.closed
    ]
    return open_ones == [one.account.name]


def _facts(shown: View, one: Listed) -> html.Dl:
    told = {
        "role": account_words.role(shown, one.account),
        "place": account_words.place(shown, one) or shown.say("accounts.no_place"),
        "state": account_words.states(shown, one),
        "seen": account_words.seen(shown, one) if one.presence else shown.say("accounts.nobody_in"),
        "subject": one.account.subject or shown.say("accounts.no_subject"),
    }
    parts = [html.Div([html.Dt(shown.say(f"accounts.column.{name}")), html.Dd(words)]) for name, words in told.items()]
    return html.Dl(parts, className="account-facts")


def _step(shown: View, one: Listed, step: str, parts: Sequence[Part], kind: str = "", asks: Sequence[str] = ()) -> Part:
    """A form that takes one step. `asks`: what the question before it tells, as keys; none: it is not asked."""
    say, name = shown.say, one.account.name
    return html.Form(
        [
            html.H2(say(f"accounts.step.{step}")),
            *parts,
            Input(type="hidden", name="name", value=name),
            html.Button(say(f"accounts.do.{step}"), type="submit", className=f"button {kind}".strip()),
            _question(shown, one, step, kind, asks) if asks else None,
        ],
        action=f"{ACCOUNTS}/{step}",
        method="post",
        className="account-form",
    )


def _question(shown: View, one: Listed, step: str, kind: str, asks: Sequence[str]) -> html.Dialog:
    say, name = shown.say, one.account.name
    told = [say(f"accounts.sure.{step}_{line}", name=name) for line in asks]
    title = say(f"accounts.sure.{step}_title", name=name)
    return sure.question(shown, step, title, told, say(f"accounts.do.{step}"), kind or "main")


def _told(shown: View, step: str) -> html.P:
    return html.P(shown.say(f"accounts.told.{step}"), className="note")


def _role(shown: View, one: Listed, last: bool) -> Part:
    if last:
        return _refused(shown, "role")
    fields = account_fields.role_and_place(shown, one.account)
    return _step(shown, one, "role", fields, asks=("what", "when"))


def _password(shown: View, one: Listed) -> Part:
    if one.account.name == shown.name:
        link = html.A(shown.say("password.change"), href=urls.PASSWORD)
        return html.Div([html.H2(shown.say("accounts.step.password")), html.P(link)], className="account-form")
    return _step(shown, one, "password", [_told(shown, "password")], asks=("old", "out", "once"))


def _unlock(shown: View, one: Listed) -> Part:
    return _step(shown, one, "unlock", [_told(shown, "unlock")], "main")


def _signing_out(shown: View, one: Listed) -> Part:
    count = one.presence.count if one.presence else 0
    words = shown.say("accounts.told.sign-out", n=numbers.plain(count))
    return _step(shown, one, "sign-out", [html.P(words, className="note")], asks=("what", "work"))


def _closing(shown: View, one: Listed, last: bool) -> Part:
    if last:
        return _refused(shown, "close")
    return _step(shown, one, "close", [_told(shown, "close")], "worse", asks=("what", "kept", "back"))


def _opening(shown: View, one: Listed) -> Part:
    return _step(shown, one, "open", [_told(shown, "open")], "main", asks=("what", "password"))


def _refused(shown: View, step: str) -> Part:
    """In the place of a step that would leave the programme without an administrator."""
    return html.Div(
        [html.H2(shown.say(f"accounts.step.{step}")), html.P(shown.say("accounts.fault.last_administrator"))],
        className="account-form",
    )
