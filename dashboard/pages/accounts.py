"""Who may sign in: all accounts to be searched, one of them with what can be done, and a new one."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import account_words, numbers, outcome, urls
from dashboard import components as c
from dashboard.account_words import Listed
from dashboard.accounts import LONGEST_NAME
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages import account, account_fields
from dashboard.still import Input, still
from dashboard.urls import ACCOUNTS
from dashboard.view import View

COLUMNS = ("name", "role", "place", "state", "seen", "subject")
NEW = "new"
"""The part of the page where an account is made."""


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for an administrator; `name` in its address: one account alone, `q`: what is searched."""
    every: tuple[Listed, ...] = shown.ask_now(account_words.listed)
    name, wanted = _text(query, "name"), " ".join(_text(query, "q").split())
    chosen = next((one for one in every if one.account.name == name), None)
    content = account.content(shown, chosen, every) if chosen else _content(shown, every, wanted, name)
    address = urls.account_path(name) if chosen else ACCOUNTS
    return page(shown, shown.state({}), ACCOUNTS, content, address=address, publication=None)


def _text(query: Mapping[str, Any], key: str) -> str:
    value = query.get(key)
    return value[:LONGEST_NAME] if isinstance(value, str) else ""


def _content(shown: View, every: Sequence[Listed], wanted: str, unknown: str) -> list[Part]:
    say, told = shown.say, outcome.told("", ACCOUNTS)
    found = account_words.matching(shown, every, wanted)
    usable = sum(not one.account.closed for one in every)
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        html.P(say("accounts.no_such", name=unknown), className="told bad", role="status") if unknown else None,
        c.h1(say("accounts.title", n=numbers.plain(usable))),
        html.P(say("accounts.lead"), className="lead"),
        still(html.Div([_search(shown, wanted), _new(shown, told)], className="account-tools", key=wanted)),
        html.P(say("accounts.found", n=len(found), of=len(every), q=wanted), className="note", role="status")
        if wanted
        else None,
        still(_table(shown, found)) if found else html.P(say("accounts.none_found")),
    ]


def _search(shown: View, wanted: str) -> html.Form:
    field = Input(
        type="search", name="q", id="find-account", value=wanted, maxLength=LONGEST_NAME, autoComplete="off",
        placeholder=shown.say("accounts.search_hint"),
    )  # fmt: skip
    return html.Form(
        [
            html.Label(shown.say("accounts.search"), htmlFor="find-account", className="unseen"),
            field,
            html.Button(shown.say("accounts.find"), type="submit", className="button"),
            html.A(shown.say("accounts.all"), href=ACCOUNTS) if wanted else None,
        ],
        action=ACCOUNTS,
        method="get",
        role="search",
        className="account-search",
    )


def _new(shown: View, told: outcome.Told | None) -> html.Details:
    """The form of a new account; open where one was just refused, with the name that was written."""
    say = shown.say
    refused = told.at if told and not told.good else ""
    form = html.Form(
        [
            html.Label(say("accounts.name"), htmlFor="account-name"),
            Input(
                type="text", name="name", id="account-name", required=True, maxLength=LONGEST_NAME, autoComplete="off",
                value=refused, **c.aria(describedby="account-name-help"),
            ),
            html.P(say("accounts.name_help"), className="note", id="account-name-help"),
            *account_fields.role_and_place(shown, None),
            html.P(say("accounts.new_means"), className="note"),
            html.Button(say("accounts.make"), type="submit", className="button main"),
        ],
        action=f"{ACCOUNTS}/new",
        method="post",
        className="account-form",
    )  # fmt: skip
    summary = html.Summary(say("accounts.new"), className="button main")
    return html.Details([summary, form], className="new-account", id=NEW, open=bool(refused))


def _table(shown: View, found: Sequence[Listed]) -> html.Div:
    head = [html.Th(shown.say(f"accounts.column.{name}"), scope="col") for name in COLUMNS]
    rows = html.Tbody([_row(shown, one) for one in found])
    return html.Div(html.Table([html.Thead(html.Tr(head)), rows], className="accounts"), className="table-frame")


def _row(shown: View, one: Listed) -> html.Tr:
    who = one.account
    link = html.A(who.name, href=urls.account_path(who.name))
    cells = {
        "role": account_words.role(shown, who),
        "place": account_words.place(shown, one) or numbers.NONE,
        "state": account_words.states(shown, one),
        "seen": account_words.seen(shown, one),
        "subject": who.subject or numbers.NONE,
    }
    return html.Tr(
        [
            html.Th([link, *account_words.tags(shown, who)], scope="row"),
            *(
                html.Td(cell, className=_class(name, cell), **c.data(label=shown.say(f"accounts.column.{name}")))
                for name, cell in cells.items()
            ),
        ],
        className="off" if who.closed else "",
    )


def _class(name: str, cell: Part) -> str:
    return "none" if cell == numbers.NONE else "stand-cell" if name == "state" else ""
