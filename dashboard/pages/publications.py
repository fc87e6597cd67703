"""Every publication: made and signed by whom, what it holds, and what changed since the one before; two to compare."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import hashes, numbers, outcome, permissions, states, sure, urls
from dashboard.components import Part
from dashboard.fields import text_field
from dashboard.frame import page
from dashboard.publishing import LONGEST
from dashboard.still import Input
from dashboard.urls import PUBLICATIONS, State
from dashboard.view import View
from indicators import repository
from indicators.repository import Publication
from indicators.repository.publications import before, replaced_by

CHOOSE = "compare-two"
COMMAND = "python -m indicators publish --period {period} --vintage provisional|final|revised --by NAME"


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer."""
    state = shown.state(query)
    every: Sequence[Publication] = shown.ask_now(repository.every_publication)
    content = _content(shown, every) if every else states.nothing_published(shown)
    return page(shown, state, PUBLICATIONS, content)


def _content(shown: View, every: Sequence[Publication]) -> list[Part]:
    say, told = shown.say, outcome.told("", PUBLICATIONS)
    waiting = sum(one.unsigned and not replaced_by(every, one) for one in every)
    title = say("publications.title_waiting", n=numbers.plain(waiting)) if waiting else say("publications.title")
    return [
        html.P(told.text, className="told" if told.good else "told bad", role="status") if told else None,
        c.h1(title),
        html.P(say("list.space").join((say("publications.lead"), say("publications.hash"))), className="lead"),
        _choosing(shown) if len(every) > 1 else None,
        html.Div(_table(shown, every), className="table-frame"),
        _publishing(shown, every) if shown.scope.everywhere else None,
    ]


def _choosing(shown: View) -> html.Form:
    """The button of the marks in the table, which belong to this form."""
    button = html.Button(shown.say("publications.compare"), type="submit", className="button main")
    note = html.Span(shown.say("publications.choose_two"), className="note")
    return html.Form([button, note], action=urls.COMPARE, method="get", id=CHOOSE, className="choose-two")


def _publishing(shown: View, every: Sequence[Publication]) -> html.Section:
    command = html.Pre(COMMAND.format(period=every[-1].period))
    parts = [html.P(shown.say("publications.how")), command, html.P(shown.say("publications.how_signed"))]
    return c.section(shown.say("publications.publishing"), parts, className="publishing")


COLUMNS = ("a", "b", "quarter", "name", "made", "signed", "content", "since")


def _table(shown: View, every: Sequence[Publication]) -> html.Table:
    head = [html.Th(shown.say(f"publications.column.{name}"), scope="col") for name in COLUMNS]
    newest = list(reversed(every))
    chosen = next((one for one in newest if one.settled), newest[0])
    rows = [
        _row(shown, every, one, chosen, first=place == 0 or newest[place - 1].period != one.period)
        for place, one in enumerate(newest)
    ]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="publications")


def _row(shown: View, every: Sequence[Publication], one: Publication, chosen: Publication, first: bool) -> html.Tr:
    say, last, against = shown.say, before(every, one), before(every, chosen)
    quarter = numbers.quarter(one.period, shown.language)
    name: list[Part] = [html.Span(say(f"vintage.{one.vintage}"), className="vintage-word")]
    if one.settled:
        name.append(html.Span(say("publications.number", n=one.number)))
    if one in shown.published and sum(known.period == one.period for known in every) > 1:
        name.append(html.Span(say("publications.shown"), className="shown-mark"))
    name.append(html.Span(one.code, className="under"))
    replaced = replaced_by(every, one)
    if replaced:
        name.append(html.Span(say("publications.replaced", name=replaced.code), className="under"))
    if one in shown.published and shown.may(permissions.BULLETIN):
        name.append(c.report_links(shown, State(period=one.period)))
    return html.Tr(
        [
            html.Td(_radio(shown, "a", one, one == against), className="choice", **_label(shown, "a")),
            html.Td(_radio(shown, "b", one, one == chosen), className="choice", **_label(shown, "b")),
            html.Td(quarter if first else html.Span(quarter, className="unseen"), className="quarter-cell"),
            html.Th(name, scope="row"),
            html.Td(_signature(shown, one.created_at, one.by), className="made"),
            html.Td(_signed(shown, one, bool(replaced)), className="signed"),
            html.Td(_hash(shown, one), className="content"),
            html.Td(_since(shown, one, last), className="since"),
        ],
        className=" ".join([*(["first"] if first else []), "settled" if one.settled else "working"]),
    )


def _label(shown: View, name: str) -> dict[str, Any]:
    return c.data(label=shown.say(f"publications.column.{name}"))


def _radio(shown: View, name: str, one: Publication, checked: bool) -> Input:
    words = shown.say(f"publications.as.{name}", name=one.code)
    return Input(
        type="radio", name=name, value=one.code, checked=checked, required=True, form=CHOOSE, **c.aria(label=words)
    )


def _signature(shown: View, when, who: str | None) -> Part:
    return [numbers.day(when, shown.language), html.Span(who, className="under") if who else None]


def _signed(shown: View, one: Publication, replaced: bool) -> Part:
    if one.approved_by and one.approved_at:
        signature = [numbers.day(one.approved_at, shown.language), html.Span(one.approved_by, className="under")]
        return [*signature, html.Q(one.approved_reason)]
    if not one.unsigned:
        return html.Span(numbers.NONE, className="note", title=shown.say("publications.needs_none"))
    waits = html.Span(shown.say("publications.unsigned"), className="note" if replaced else "past")
    return [waits, _sign(shown, one) if shown.scope.approves else None]


def _sign(shown: View, one: Publication) -> html.Details:
    say, field = shown.say, f"reason-{one.code}"
    told = [say(f"publications.sure.{what}") for what in ("what", "seen", "stays")]
    form = html.Form(
        [
            html.Label(say("publications.reason"), htmlFor=field),
            text_field(field, "reason", rows=3, required=True, maxLength=LONGEST),
            Input(type="hidden", name="publication", value=one.code),
            html.Button(say("publications.sign_name", name=one.code), type="submit", className="button main"),
            sure.question(
                shown, one.code, say("publications.sure.title", name=one.code), told, say("publications.sign")
            ),
        ],
        action=urls.SIGNING,
        method="post",
    )
    return html.Details([html.Summary(say("publications.sign"), className="button"), form], className="sign")


def _hash(shown: View, one: Publication) -> Part:
    if not one.content:
        return html.Span(shown.say("publications.may_change"), className="note")
    return hashes.copied(shown, one.content)


def _since(shown: View, one: Publication, last: Publication | None) -> Part:
    if last is None:
        return numbers.NONE
    marks = [
        name for name in ("method", "definitions") if getattr(one, f"{name}_hash") != getattr(last, f"{name}_hash")
    ]
    parts: list[Part] = [html.Span(shown.say(f"publications.changed.{name}"), className="changed") for name in marks]
    if one.content and one.content == last.content:
        parts.append(html.Span(shown.say("publications.same"), className="note"))
    link = html.A(shown.say("publications.since", name=last.code), href=urls.compare_path(last.code, one.code))
    return [*parts, link]
