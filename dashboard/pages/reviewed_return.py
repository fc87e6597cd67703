"""A base's return of a quarter, as its reviewers meet it: who waits for whom, what to decide, and what to look at."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import deciding, numbers, outcome, permissions, return_words, review_words, states, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.pages import reviewed_findings, reviewed_history, reviewed_values
from dashboard.still import Input, still
from dashboard.urls import State
from dashboard.view import View
from etl import events
from etl.clock import today
from etl.events import Event
from etl.returns import SEND_BACK
from etl.versions import CHECKED, DRAFT, RETURNED
from indicators.repository import UnknownBase, returns
from indicators.repository.returns import WAITS_FOR, Beside, Desk, Waiting

LONGEST = 1_000


def render(shown: View, query: Mapping[str, Any], base_code: str, quarter: str) -> Part:
    """The page for a viewer and the choices in its address."""
    here = urls.return_path(base_code, quarter)
    try:
        desk: Desk = shown.ask_now(returns.desk, base_code, quarter)
    except UnknownBase:
        return page(shown, State(), here, states.unknown_base(shown, base_code, quarter[:10]))
    beside: Beside = shown.ask_now(returns.beside, base_code, quarter)
    against = reviewed_history.chosen_version(desk, query.get("against"))
    return page(shown, State(), here, _content(shown, desk, beside, against, bool(query.get("reopened"))))


def _content(shown: View, desk: Desk, beside: Beside, against: int | None, reopened: bool) -> list[Part]:
    base, queue = desk.base, shown.ask_now(returns.queue)
    before, after = _neighbours(desk, queue)
    main: list[Part] = [
        _decisions(shown, desk, beside, after or before),
        html.P(shown.say("review.reopened_now"), className="noted", role="status") if reopened else None,
        _not_done(desk),
        reviewed_history.comparison(shown, desk, against),
        reviewed_findings.findings(shown, desk),
        reviewed_values.values(shown, desk, beside),
    ]
    aside = html.Aside(
        [reviewed_history.versions(shown, desk), reviewed_history.papers(shown, desk),
         reviewed_history.course(shown, desk), _reopening(shown, desk)]
    )  # fmt: skip
    title = shown.say("review.named", base=base.name[shown.language], quarter=_quarter(shown, desk))
    return [
        html.Div(
            [
                html.Div(
                    [
                        c.h1(title),
                        html.P([review_words.about(shown, base), shown.say("list.middot"), _profile(shown, desk)]),
                    ]
                ),
                _way(shown, desk, queue, before, after),
            ],
            className="reviewed-head",
        ),
        html.Div(_sentence(shown, desk), className="sentence standing"),
        html.Div([html.Div(main), aside], className="reviewed-columns"),
    ]


def _not_done(desk: Desk) -> Part:
    """Why what was just asked for could not be done."""
    told = outcome.told(desk.base.code, desk.quarter.period)
    return html.P(told.text, id="told", className="told bad", role="alert", tabIndex="-1") if told else None


def _quarter(shown: View, desk: Desk) -> str:
    return numbers.quarter(desk.quarter.period, shown.language)


def _profile(shown: View, desk: Desk) -> Part:
    return html.A(shown.say("review.to_base"), href=urls.base_path(desk.base.code))


# The way through the queue ---------------------------------------------------------------------------------------------


def _neighbours(desk: Desk, queue: tuple[Waiting, ...]) -> tuple[str, str]:
    """The addresses of the returns before and after this one in the queue; the first of it when it is not in it."""
    ways = [urls.return_path(one.version.base, one.version.period) for one in queue]
    mine = urls.return_path(desk.base.code, desk.quarter.period)
    if mine not in ways:
        return "", ways[0] if ways else ""
    place = ways.index(mine)
    return ways[place - 1] if place else "", ways[place + 1] if place + 1 < len(ways) else ""


def _way(shown: View, desk: Desk, queue: tuple[Waiting, ...], before: str, after: str) -> Part:
    say = shown.say
    mine = (desk.base.code, desk.quarter.period)
    place = next((i for i, one in enumerate(queue, 1) if (one.version.base, one.version.period) == mine), 0)
    words = say("review.place", i=place, n=len(queue)) if place else say("review.to_queue", n=len(queue))
    links = [
        html.A(say("review.previous"), href=before, className="button", id="previous") if before else None,
        html.A(words, href=urls.REVIEW),
        html.A(say("review.next"), href=after, className="button", id="next") if after else None,
    ]
    return html.Nav(links, className="way", **c.aria(label=say("review.way"))) if queue else None


# Where it stands -------------------------------------------------------------------------------------------------------


def _sentence(shown: View, desk: Desk) -> list[Part]:
    """Who waits for whom, since when, late or not."""
    newest = desk.newest
    told = [_waits(shown, desk), review_words.timeliness(shown, desk.reporting)]
    if newest and not newest.in_force and (standing := [v for v in desk.versions if v.in_force]):
        told.append(shown.say("review.still_in_force", n=standing[0].version))
    if desk.reopened_until:
        told.append(shown.say("review.open_until", day=review_words.day(shown, desk.reopened_until)))
    first, *rest = [words for words in told if words]
    sent_back = _last(desk, events.RETURNED) if newest and newest.state == RETURNED else None
    return [
        html.P([return_words.chip(newest.state if newest else "missing"), first]),
        html.P(shown.say("list.middot").join(rest), className="lead") if rest else None,
        html.Blockquote(sent_back.reason) if sent_back and sent_back.reason else None,
    ]


def _waits(shown: View, desk: Desk) -> str:
    newest, say = desk.newest, shown.say
    if newest is None:
        return say("review.stands.missing", due=review_words.day(shown, desk.quarter.due))
    places: dict[str, object] = {"n": newest.version, "day": review_words.day(shown, newest.received)}
    if newest.state == DRAFT:
        return say("review.stands.draft", errors=desk.errors, **places)
    if newest.state == CHECKED:
        return say("review.stands.checked", **places)
    event = _last(desk, newest.state)
    places["day"] = review_words.day(shown, event.day if event else None)
    if newest.state == RETURNED:
        level = say(f"review.level.{event.level}") if event else numbers.NONE
        return say("review.stands.returned", level=level, **places)
    if newest.state == WAITS_FOR.get(returns.level_of(shown.scope)):
        return say("review.stands.yours", **places)
    return say(f"review.stands.{newest.state}", **places)


def _last(desk: Desk, kind: str) -> Event | None:
    """The last event of a kind; a step leaves one that is called like the state it leads to."""
    return next((event for event in reversed(desk.events) if event.event == kind), None)


# Deciding --------------------------------------------------------------------------------------------------------------


def _decisions(shown: View, desk: Desk, beside: Beside, next_one: str) -> Part:
    """Accept or send back, where that is this viewer's to decide."""
    if not desk.steps or desk.newest is None:
        return None
    say, name = shown.say, desk.base.name[shown.language]
    accept = deciding.accepting(shown)
    chosen = Input(
        type="hidden",
        name="chosen",
        value=deciding.packed(desk.newest),
        **c.data(name=say("review.named", base=name, quarter=_quarter(shown, desk)), doubts=""),
    )
    parts: list[Part] = [_sent_back_before(shown, desk), chosen]
    if accept in desk.steps:
        button = html.Button(say("review.accept"), type="submit", name="step", value=accept, className="button main")
        parts.append(html.Div([button, html.P(say(f"review.accept_means.{shown.scope.role}"), className="note")]))
    if SEND_BACK in desk.steps:
        parts.append(_sending_back(shown, desk, beside))
    return c.section(say("review.decide"), still(deciding.form(shown, parts, next_one)), None, "decide")


def _sent_back_before(shown: View, desk: Desk) -> Part:
    """Why an earlier version was sent back, and the word with which the base handed it in again as it was."""
    back = _last(desk, events.RETURNED)
    if back is None or desk.newest is None:
        return None
    told = shown.say("review.sent_back_before", n=back.version, signed=return_words.signed(shown, back))
    again = return_words.submission(desk.events, desk.newest)
    word = again.reason if again and again.number > back.number else None
    return html.Div(
        [
            html.P(told),
            html.Blockquote(back.reason, className="sent-back"),
            html.P([shown.say("review.answer"), word]) if word else None,
        ],
        className="sent-back-before",
    )


def _sending_back(shown: View, desk: Desk, beside: Beside) -> html.Details:
    say = shown.say
    text = html.Textarea(
        id="reason", name="reason", rows=5, maxLength=LONGEST, placeholder=say("review.reason_placeholder")
    )
    offered = reviewed_findings.reasons(shown, desk, beside)
    templates = [html.Li(html.Button(words, type="button", className="template")) for words in offered]
    return html.Details(
        [
            html.Summary(say("review.send_back"), className="button"),
            html.Label(say("review.reason"), htmlFor="reason"),
            text,
            html.Div(
                [html.P(say("review.templates"), className="note"), html.Ul(templates, className="templates")],
            )
            if templates
            else None,
            html.Button(
                say("review.send_back_now"), type="submit", name="step", value=SEND_BACK, className="button worse"
            ),
        ],
        className="send-back",
    )


def _reopening(shown: View, desk: Desk) -> Part:
    """Lets the base send for a locked quarter after all; the nation's to decide."""
    if not shown.may(permissions.REVIEW) or not shown.scope.everywhere or not desk.quarter.locked:
        return None
    say = shown.say
    fields = [
        Input(type="hidden", name="base", value=desk.base.code),
        Input(type="hidden", name="period", value=desk.quarter.period),
        html.Label(say("review.reopen_until"), htmlFor="until"),
        Input(type="date", name="until", id="until", required=True, min=str(today())),
        html.Label(say("review.reopen_reason"), htmlFor="why"),
        html.Textarea(name="reason", id="why", rows=3, maxLength=LONGEST, required="required"),
        html.Button(say("review.reopen"), type="submit", className="button"),
    ]
    form = html.Form(fields, action=urls.REOPENING, method="post", className="reopening")
    return c.section(
        say("review.reopening"), [html.P(say("review.reopen_means"), className="note"), still(form)], id="reopening"
    )
